"""Ids that a document names and nobody knows here: which they are, what they may stand for, and the document with other
ids in their place. Pure: nothing is stored."""

from collections.abc import Callable, Iterator
from typing import Any

from document.nearest import nearest
from document.schema import facts, places, plain_schema
from nodes.kit.catalog import Catalog
from nodes.kit.things import Registry, spoken

Document = dict[str, Any]
Mapping = dict[str, dict[str, str]]
"""By section, the known id that takes the place of each unknown one."""
SECTIONS = {
    "type": "types",
    "device": "devices",
    "command": "commands",
    "destination": "destinations",
    "model": "models",
    "table": "tables",
}
"""What a param's mark calls a thing, and the section of the registry that holds it."""
MOST = 200


def unknown_ids(
    document: Document, catalog: Catalog, registry: Registry, file: Registry, lang: str
) -> list[dict[str, Any]]:
    """Each once, in document order: `section`, `id`, `choices` ([{"id", "label"}]), `nearest` (an id or null), and
    `in_file`: the registry that came with the file has it. Bounded."""
    known, brought = _things(registry, lang), _things(file, lang)
    found: dict[tuple[str, str], dict[str, Any]] = {}

    def look(section: str, id: str) -> str:
        if id not in known[section] and len(found) < MOST:
            choices = known[section]
            found[section, id] = {
                "section": section,
                "id": id,
                "choices": [{"id": key, "label": label} for key, label in choices.items()],
                "nearest": nearest(id, choices) or _labelled(brought[section].get(id), choices),
                "in_file": id in brought[section],
            }
        return id

    _through(document, catalog, look)
    return list(found.values())


def things_named(document: Document, catalog: Catalog) -> set[tuple[str, str]]:
    """(section, id) of all that `document` names, known or not, also where a setting holds one."""
    found: set[tuple[str, str]] = set()

    def look(section: str, id: str) -> str:
        found.add((section, id))
        return id

    _through(document, catalog, look)
    return found


def ids_named(document: Document, catalog: Catalog, section: str) -> set[str]:
    """The ids of that section which `document` names."""
    return {id for where, id in things_named(document, catalog) if where == section}


def with_ids(document: Document, mapping: Mapping, catalog: Catalog) -> Document:
    """`document` with the ids of `mapping` in the places that name things, also where a setting holds one, and in
    tests. Texts and expressions stay as they are."""
    changed = _through(document, catalog, lambda section, id: mapping.get(section, {}).get(id, id))
    types = mapping.get("types", {})
    tests = changed.get("tests")
    if types and isinstance(tests, list):
        changed["tests"] = [_with_types(test, types) for test in tests]
    return changed


def _through(document: Document, catalog: Catalog, turn: Callable[[str, str], str]) -> Document:
    """A copy of `document` in which `turn` (section, id) has replaced every id."""
    settings = document.get("settings")
    settings = dict(settings) if isinstance(settings, dict) else {}
    nodes = []
    for node in document.get("nodes") or []:
        kind = catalog.get(node.get("kind")) if isinstance(node, dict) else None
        params = node.get("params") if kind is not None else None
        if kind is None or not isinstance(params, dict):
            nodes.append(node)
            continue
        fresh = {}
        for path, section, value in _named(kind, params):
            if value.startswith("$") and not value.startswith("$$"):
                _turn_setting(settings, value[1:], section, turn)
            else:
                fresh[path] = turn(section, value)
        nodes.append({**node, "params": _replaced(params, fresh, ())})
    return {**document, "nodes": nodes, **({"settings": settings} if "settings" in document else {})}


def _named(kind: Any, params: dict[str, Any]) -> Iterator[tuple[tuple[Any, ...], str, str]]:
    """(path, section, value) of every text in `params` that names a registered thing."""
    for path, parts, value in places(plain_schema(kind), params):
        marks = facts(parts)
        section = SECTIONS.get(marks.get("ref", ""))
        if section and isinstance(value, str) and not (value == "same" and marks.get("same")):
            yield path, section, value


def _turn_setting(settings: dict[str, Any], name: str, section: str, turn: Callable[[str, str], str]) -> None:
    setting = settings.get(name)
    if isinstance(setting, dict) and isinstance(setting.get("value"), str):
        settings[name] = {**setting, "value": turn(section, setting["value"])}


def _replaced(value: Any, fresh: dict[tuple[Any, ...], str], path: tuple[Any, ...]) -> Any:
    if path in fresh:
        return fresh[path]
    if isinstance(value, dict):
        return {key: _replaced(part, fresh, (*path, key)) for key, part in value.items()}
    if isinstance(value, list):
        return [_replaced(part, fresh, (*path, index)) for index, part in enumerate(value)]
    return value


def _with_types(test: Any, types: dict[str, str]) -> Any:
    given = test.get("given") if isinstance(test, dict) else None
    if not isinstance(given, list):
        return test
    rows = [
        {**row, "type": types.get(row["type"], row["type"])}
        if isinstance(row, dict) and isinstance(row.get("type"), str)
        else row
        for row in given
    ]
    return {**test, "given": rows}


def _things(registry: Registry, lang: str) -> dict[str, dict[str, str]]:
    """By section, id and label of everything registered."""
    commands = {c.id: spoken(c.label, lang, c.id) for type_ in registry.types.values() for c in type_.commands}
    return {
        "types": {id: spoken(type_.label, lang, id) for id, type_ in registry.types.items()},
        "devices": {id: spoken(device.label, lang, id) for id, device in registry.devices.items()},
        "commands": commands,
        "destinations": {id: spoken(one.label, lang, id) for id, one in registry.destinations.items()},
        "models": {id: spoken(one.label, lang, id) for id, one in registry.models.items()},
        "tables": {id: spoken(one.label, lang, id) for id, one in registry.tables.items()},
    }


def _labelled(label: str | None, choices: dict[str, str]) -> str | None:
    """The choice that is called alike."""
    return next((id for id, spoken in choices.items() if label and spoken == label), None)
