"""How large what the build wrote is, packed as a server in front sends it."""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

BUILT = Path(__file__).resolve().parents[2] / "static" / "editor"
LIMIT = 350_000
"""Bytes of the first view, packed with gzip."""


@dataclass(frozen=True)
class Part:
    """A file of the build. `first`: the first view needs it; otherwise it is fetched when it is wanted."""

    name: str
    raw: int
    packed: int
    first: bool


def parts() -> list[Part]:
    """Every file of the build, those of the first view before the others, the largest first."""
    manifest = json.loads((BUILT / ".vite" / "manifest.json").read_text("utf-8"))
    entry = next(key for key, part in manifest.items() if part.get("isEntry"))
    first = _needed(manifest, entry)
    files = sorted(path for path in (BUILT / "assets").iterdir() if path.is_file())
    found = [_part(path, first=f"assets/{path.name}" in first) for path in files]
    return sorted(found, key=lambda part: (not part.first, -part.packed))


def _needed(manifest: dict[str, dict], key: str) -> set[str]:
    """Files that are loaded with `key`: its own, its style sheets, and those of what it imports at once."""
    part = manifest[key]
    files = {part["file"], *part.get("css", [])}
    return files.union(*(_needed(manifest, other) for other in part.get("imports", [])))


def _part(path: Path, *, first: bool) -> Part:
    content = path.read_bytes()
    return Part(path.name, len(content), len(gzip.compress(content, 9)), first)
