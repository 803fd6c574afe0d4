"""A scenario: one sentence, the registry it speaks of, streams that say what must and must not happen."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from document.registry import load_registry
from nodes.kit.things import Registry

FOLDER = Path(__file__).parent / "scenarios"


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """Readings in virtual time and the actions that they must cause, all of them and nothing else. `given` is written
    as in a document's tests. An expected action is {"tell": destination} or {"command": id} or {"record": fields} with
    `device`, `at` (offset; absent: any time) and `values` or `text` (a part of it) where they matter."""

    name: str
    given: list[dict[str, Any]]
    expect: list[dict[str, Any]] = []
    until: str | None = None


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """`settings`: values that must stand there as said; `asks`: questions that must be asked; `refused`: words that
    must be quoted as not built; `nothing`: no document may come out at all."""

    id: str
    lang: str
    registry: str
    prompt: str
    streams: list[Stream] = []
    settings: dict[str, Any] = {}
    asks: list[str] = []
    refused: list[str] = []
    nothing: bool = False
    answers: dict[str, Any] = {}


@cache
def registry_named(name: str) -> Registry:
    """The registry in registries/<name>.json. Raises ValueError where it has problems."""
    registry, problems = load_registry((FOLDER.parent / "registries" / f"{name}.json").read_bytes())
    if problems:
        raise ValueError(f"{name}: {problems}")
    return registry


def scenarios() -> list[Scenario]:
    """All of scenarios/*.json, in the order of their files."""
    found: list[Scenario] = []
    for path in sorted(FOLDER.glob("*.json")):
        found += msgspec.convert(json.loads(path.read_text("utf-8")), list[Scenario])
    return found
