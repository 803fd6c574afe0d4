"""Whether an explanation is true to its document: it says no number and names no destination that is not there, and leaves
out nobody who is told."""

import json
import re
from typing import Any

from llm.evals.numbers import milliseconds
from nodes.kit.duration import UNITS
from nodes.kit.things import Registry

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def untrue(explanation: str, document: dict[str, Any], registry: Registry) -> list[str]:
    """What is wrong with the explanation, in words."""
    written = json.dumps(document, ensure_ascii=False)
    named = _named(document, registry)
    known = _numbers(written) | {number for names in named.values() for name in names for number in _numbers(name)}
    known |= {float(n) for n in range(1, len(document.get("nodes", [])) + 1)} | _of_lengths(document)
    found = [f"says {number:g}" for number in sorted(_numbers(explanation) - known)]
    for id, destination in registry.destinations.items():
        names = _names(id, destination.label)
        there = [written, *(name for names in named.values() for name in names)]
        if any(name in explanation for name in names) and not any(name in text for name in names for text in there):
            found.append(f"names {id}")
    told = {str(node["params"]["to"]) for node in document.get("nodes", []) if "to" in (node.get("params") or {})}
    for id in sorted(told & set(registry.destinations)):
        if not any(name in explanation for name in _names(id, registry.destinations[id].label)):
            found.append(f"does not name {id}")
    return found


def _names(id: str, label: Any) -> list[str]:
    return [id, *(label if isinstance(label, dict) else {"": label}).values()]


def _named(document: dict[str, Any], registry: Registry) -> dict[str, list[str]]:
    """Names of everything registered whose id stands in the document: types with their fields and commands too."""
    written = json.dumps(document, ensure_ascii=False)
    things: dict[str, Any] = {**registry.types, **registry.devices, **registry.destinations}
    things |= {**registry.models, **registry.tables}
    named = {id: _names(id, thing.label) for id, thing in things.items() if f'"{id}"' in written}
    for type_ in registry.types.values():
        parts = [(field.name, [*_names(field.name, field.label), field.unit or ""]) for field in type_.fields]
        parts += [(command.id, _names(command.id, command.label)) for command in type_.commands]
        for id, names in parts:
            if id in written:
                named.setdefault(id, []).extend(names)
    return named


def _numbers(text: str) -> set[float]:
    return {float(number) for number in _NUMBER.findall(text)}


def _of_lengths(document: dict[str, Any]) -> set[float]:
    """Each duration of the document counted in each unit, whole and as what is left over of the next greater one."""
    found: set[float] = set()
    for text in re.findall(r'"([\d.dhms]+)"', json.dumps(document)):
        length = milliseconds(text) or 0
        for unit in UNITS.values() if length else ():
            found |= {length / unit, float(length % (unit * 60) // unit), float(length % (unit * 24) // unit)}
    return found
