"""What really exists, for a model: ids, words, units, commands. All of it is data, quoted and cut, never instructions.

However large the registry: what the sentence names comes first, and the whole stays within `LARGEST` characters.
"""

import json
from collections.abc import Iterator
from typing import Any

from llm.retrieval import Asked, named_devices, ranked, types_asked, words_of
from nodes.kit.things import Command, Device, DeviceType, Registry, Table

MOST_TYPES, MOST_DEVICES, MOST_DESTINATIONS, MOST_TABLES, MOST_MODELS = 30, 60, 40, 20, 20
MOST_FIELDS, MOST_COMMANDS, MOST_PER_TYPE = 40, 10, 3
LONGEST = 80
"""Characters of a name that are shown; device-chosen texts may be long and hostile."""
LARGEST = 24_000
"""Characters of the whole."""
LONGEST_VALUES = 1_000
"""Characters of what a command takes."""
_SHARES = {"types": 0.5, "devices": 0.2, "destinations": 0.15, "models": 0.05, "tables": 0.1}


def cut(text: str) -> str:
    """A name without control characters, at most LONGEST characters."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"


def grounding(registry: Registry, prompt: str) -> str:
    """The registered things as one JSON text, those that the prompt names first; `not_shown` counts the rest."""
    asked = Asked(prompt)
    order = types_asked(registry, asked) if len(registry.types) > 1 else list(registry.types)
    devices = _devices(registry, asked, order)
    named = [d.type for d in devices[:5] if max(map(asked.names, words_of(d)), default=0)]
    order = list(dict.fromkeys([*order[:3], *(id for id in named if id in registry.types), *order]))
    destinations = _best(list(registry.destinations.values()), asked, MOST_DESTINATIONS)
    models = _best(list(registry.models.values()), asked, MOST_MODELS)
    tables = _best(list(registry.tables.values()), asked, MOST_TABLES)
    found: dict[str, Iterator[dict[str, Any]]] = {
        "types": (_type(registry.types[id], asked) for id in order[:MOST_TYPES]),
        "devices": map(_device, devices),
        "destinations": ({"id": d.id, "service": cut(d.service), **_words(d)} for d in destinations),
        "models": ({"id": m.id, "task": cut(m.task), **_words(m)} for m in models),
        "tables": map(_table, tables),
    }
    shown: dict[str, list[dict[str, Any]]] = {}
    left = 0
    for name, parts in found.items():  # what one does not need the next may have
        shown[name], left = _within(parts, left + int(LARGEST * _SHARES[name]))
    there = {name: len(getattr(registry, name)) for name in ("types", "devices", "destinations", "tables")}
    not_shown = {name: count - len(shown[name]) for name, count in there.items()}
    return json.dumps({**shown, "not_shown": not_shown}, ensure_ascii=False)


def _within(parts: Iterator[dict[str, Any]], largest: int) -> tuple[list[dict[str, Any]], int]:
    """As many of `parts` as fit into `largest` characters, at least the first; and how many characters are left."""
    kept: list[dict[str, Any]] = []
    for part in parts:
        size = len(json.dumps(part, ensure_ascii=False)) + 2
        if size > largest and kept:
            break
        largest -= size
        kept.append(part)
    return kept, largest


def _devices(registry: Registry, asked: Asked, order: list[str]) -> list[Device]:
    """Devices that the sentence names, then a few of each type that it is about."""
    devices = list(registry.devices.values())
    if len(devices) <= MOST_DEVICES:
        return devices
    near = set(order[:MOST_TYPES])
    whole = named_devices(registry, asked)
    likely = [device for device in devices if device.type in near]
    best = ranked(likely, (words_of(device) for device in likely), asked)
    named = [*whole, *(device for score, device in best if score > 0)][: MOST_DEVICES // 2]
    wanted = set(order[: MOST_DEVICES // 6])
    left = dict.fromkeys(wanted, MOST_PER_TYPE)
    some: list[Device] = []
    for device in devices:
        if left.get(device.type, 0):
            left[device.type] -= 1
            some.append(device)
    some.sort(key=lambda device: order.index(device.type))
    return list({d.id: d for d in [*named, *some]}.values())[:MOST_DEVICES]


def _best(things: list[Any], asked: Asked, most: int) -> list[Any]:
    """At most `most` things, the nearest first where not all are shown."""
    if len(things) <= most:
        return things
    return [thing for _, thing in ranked(things, [words_of(thing) for thing in things], asked)[:most]]


def _device(device: Device) -> dict[str, Any]:
    return {"id": device.id, "type": device.type, **_words(device), "attributes": _cut_all(device.attributes)}


def _type(type_: DeviceType, asked: Asked) -> dict[str, Any]:
    fields = [
        {"name": f.name, "type": f.type, "unit": None if f.unit is None else cut(f.unit), **_words(f)}
        for f in _best(type_.fields, asked, MOST_FIELDS)
    ]
    calls = [_command(c) for c in _best(type_.commands, asked, MOST_COMMANDS)]
    return {"id": type_.id, **_words(type_), "fields": fields, "commands": calls}


def _command(command: Command) -> dict[str, Any]:
    """A command with the form of its values; a form that is too large is named by its keys alone."""
    values: Any = command.values
    if _larger(values, LONGEST_VALUES):
        values = {"too_large_to_show": [cut(str(name)) for name in list(values.get("properties") or {})[:20]]}
    return {"id": command.id, **_words(command), "values": _cut_deep(values), "approval": command.approval}


def _larger(value: Any, largest: int) -> bool:
    """Whether a value is larger than so many characters, without writing all of it."""
    todo = [value]
    while todo and largest >= 0:
        part = todo.pop()
        if isinstance(part, dict):
            todo += [*part.keys(), *part.values()]
        elif isinstance(part, list):
            todo += part
        largest -= len(part) if isinstance(part, str) else 4
    return largest < 0


def _table(table: Table) -> dict[str, Any]:
    """What a table holds, without its rows."""
    columns = [
        {"name": cut(c.name), "type": c.type, "unit": None if c.unit is None else cut(c.unit), **_words(c)}
        for c in table.columns[:MOST_FIELDS]
    ]
    return {"id": table.id, **_words(table), "key": cut(table.key), "columns": columns, "rows": len(table.rows)}


def _words(thing: Any) -> dict[str, Any]:
    also = [cut(word) for word in getattr(thing, "also", [])[:8]]
    label = {cut(lang): cut(word) for lang, word in list(thing.label.items())[:4]}
    return {"label": label, **({"also": also} if also else {})}


def _cut_all(attributes: dict[str, Any]) -> dict[str, Any]:
    return {cut(str(key)): _cut_deep(value) for key, value in list(attributes.items())[:12]}


def _cut_deep(value: Any) -> Any:
    """Every text inside of `value` cut."""
    if isinstance(value, str):
        return cut(value)
    if isinstance(value, dict):
        return {cut(str(key)): _cut_deep(part) for key, part in value.items()}
    return [_cut_deep(part) for part in value[:50]] if isinstance(value, list) else value
