"""A scenario: one sentence, the registry it speaks of, streams that say what must and must not happen."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from document.registry import load_registry
from nodes.kit.things import Registry

FOLDER = Path(__file__).parent
PARTS = {
    "tuned": "scenarios",
    "apart": "apart",
    "second": "apart/second",
    "third": "apart/third",
    "fourth": "apart/fourth",
    "fifth": "apart/fifth",
}
"""Parts of the measurement, and their folders. Nobody who writes phrases reads other folders than the first."""


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """Readings in virtual time, and what they must cause.

    `given` is written as in a document's tests. `expect` must happen, each exactly once; `may` is let pass as often as it
    comes; whatever else happens must not. An expected action is {"tell": destination}, {"command": id} or
    {"record": fields}, with `device`, `at` (offset; absent: any time), `within` (how far from `at`, default 1s), and
    `values` or `text` (a part of it) where they matter. `ai`: what somebody who sees rightly says to a question about the
    event of `device` at `at`: `yes` whether it is what the sentence asks about, `words` one of which names it.
    """

    name: str
    given: list[dict[str, Any]]
    expect: list[dict[str, Any]] = []
    may: list[dict[str, Any]] = []
    ai: list[dict[str, Any]] = []
    until: str | None = None


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """All that follows from the sentence and the registry.

    `settings`: values that must stand there as said, by the name of the setting. `params`: what the sentence says and the
    document must hold exactly, wherever it stands: numbers, durations ("5m"), ids of destinations and commands, words of a
    message or a command's value; a list in the list is one thing in several units. `said`: numbers and durations that the
    sentence says in other spellings. `asks`: what must be asked, see llm.evals.asked. `refused`: words that must be quoted
    as not built; `cannot`: it wants something that does not exist, so either nothing is built, or a part is refused and
    nothing is done; `nothing`: no document may come out at all. `about`: the matter, for counting.
    """

    id: str
    lang: str
    prompt: str
    registry: str = ""
    part: str = "tuned"
    about: str = ""
    streams: list[Stream] = []
    settings: dict[str, Any] = {}
    params: list[Any] = []
    said: list[Any] = []
    asks: list[str] = []
    refused: list[str] = []
    cannot: bool = False
    nothing: bool = False
    answers: dict[str, Any] = {}

    @property
    def due(self) -> bool:
        """Whether a document must come out."""
        return not (self.nothing or self.cannot)

    @property
    def acts(self) -> bool:
        """Whether something is said about what must or must not happen."""
        return bool(self.streams) or not self.due


@cache
def registry_named(name: str) -> Registry:
    """The registry in registries/<name>.json, or inside of the scenario file <folder>/<name>.json. Raises ValueError where
    it has problems."""
    inside = "/" in name
    data = (FOLDER / f"{name if inside else f'registries/{name}'}.json").read_bytes()
    registry, problems = load_registry(json.loads(data)["registry"] if inside else data)
    if problems:
        raise ValueError(f"{name}: {problems}")
    return registry


def scenarios(part: str = "tuned") -> list[Scenario]:
    """All of one part, in the order of their files."""
    found: list[Scenario] = []
    for path in sorted((FOLDER / PARTS[part]).glob("*.json")):
        held = json.loads(path.read_text("utf-8"))
        if part == "tuned":
            rows = [{"about": path.stem, **row} for row in held]
        else:
            more = {"part": part, "registry": f"{PARTS[part]}/{path.stem}"}
            registry = registry_named(more["registry"])
            shaped = [_first_form(row, registry) if "rows" in row else row for row in held["scenarios"]]
            rows = [{"about": path.stem, **row, **more} for row in shaped]
        found += msgspec.convert(rows, list[Scenario])
    return found


def _first_form(row: dict[str, Any], registry: Registry) -> dict[str, Any]:
    """A scenario in the form of apart/README.md (one stream, offsets in seconds) as one of llm.evals.scenario."""
    kept = {
        key: row[key]
        for key in ("id", "lang", "prompt", "cannot", "said", "params", "asks")
        if row.get(key) is not None
    }
    stream: dict[str, Any] = {
        "name": row["id"],
        "given": [_offsets(given, registry) for given in row["rows"]],
        "expect": [_offsets(wanted, registry) for wanted in row.get("expect") or []],
    }
    if row.get("until") is not None:
        stream["until"] = f"{row['until']}s"
    return {**kept, "streams": [stream]}


def _offsets(row: dict[str, Any], registry: Registry) -> dict[str, Any]:
    offsets: dict[str, Any] = {key: f"{row[key]}s" for key in ("at", "from", "every", "until") if key in row}
    device = registry.devices.get(row["device"]) if "data" in row else None
    return {**row, **offsets, **({"type": device.type} if device else {})}
