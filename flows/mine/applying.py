"""The document with real things in the place of virtual ones.

What the flow calls a field stays as it is: after a source, the real names are changed to it, and other units converted. So
nothing that was written below the source, text or expression, has to be read and rewritten."""

from collections.abc import Iterator
from typing import Any

from flows.mapping import with_ids
from flows.mine.chosen import Choice, Document, choice_of, pairs_of, told
from flows.mine.own_tests import on_real_things
from nodes.kit.catalog import full_catalog
from nodes.kit.things import Registry
from nodes.kit.unit import same_unit

NAMED, MEASURED = "rename", "convert"
"""The kinds that give a field another name, and a number another unit."""
PUT_IN = "_put_in"
"""Marks nodes that were put in, until all wires are drawn."""


def applied(document: Document, choice: Choice, virtual: Registry, real: Registry) -> Document:
    """A copy of `document`, sound where the choice fits. Its tests speak of the real things as far as they can."""
    types = {id: one["to"] for id, one in (choice.get("types") or {}).items() if one.get("to")}
    nodes: list[Document] = []
    moved: dict[str, str] = {}
    for node in document["nodes"]:
        nodes.append(told(_chosen_devices(node, choice), choice, virtual))
        for more in _read_as(node, choice, virtual, real, {one["id"] for one in document["nodes"]}):
            nodes.append({**more, "from": [moved.get(node["id"], node["id"])]})
            moved[node["id"]] = more["id"]
    changed = {**document, "nodes": [_wired(node, moved) for node in nodes]}
    if moved:
        changed.pop("layout", None)  # the new nodes have no place in it
    changed["tests"] = [on_real_things(test, document, choice, virtual, real) for test in document.get("tests") or []]
    sections = {name: choice.get(name) or {} for name in ("devices", "destinations", "models", "tables")}
    return with_ids(changed, {"types": types, **sections}, full_catalog())


def _chosen_devices(node: Document, choice: Choice) -> Document:
    """The source reads the devices that were chosen; all of the type where none were."""
    of = choice_of(node, choice)
    if of is None:
        return node
    params = {key: value for key, value in node["params"].items() if key not in ("only", "where")}
    if of.get("devices"):
        params["only"] = list(of["devices"])
    return {**node, "params": params}


def _read_as(node: Document, choice: Choice, virtual: Registry, real: Registry, ids: set[str]) -> Iterator[Document]:
    """The nodes that make what really comes look as the flow expects it."""
    of = choice_of(node, choice)
    if of is None:
        return
    pairs = list(pairs_of(of, node["params"]["type"], virtual, real))
    names = [{"from": given.name, "to": wanted.name} for wanted, given in pairs if wanted.name != given.name]
    units = [
        {"field": wanted.name, "to": wanted.unit}
        for wanted, given in pairs
        if wanted.unit and given.unit and not same_unit(wanted.unit, given.unit)
    ]
    for kind, suffix, fields in ((NAMED, "named", names), (MEASURED, "units", units)):
        if fields:
            yield {
                "id": _free(f"{node['id']}_{suffix}"[:32], ids),
                "kind": kind,
                "params": {"fields": fields},
                PUT_IN: True,
            }


def _free(id: str, ids: set[str]) -> str:
    number, found = 1, id
    while found in ids:
        number += 1
        found = f"{id[:29]}_{number}"
    return found


def _wired(node: Document, moved: dict[str, str]) -> Document:
    """What read a source reads the node behind it."""
    if PUT_IN in node:
        return {key: part for key, part in node.items() if key != PUT_IN}

    def turned(name: Any) -> Any:
        source = str(name).partition(".")[0]
        return moved.get(source, name)

    given = node.get("from")
    if isinstance(given, list):
        return {**node, "from": [turned(name) for name in given]}
    if isinstance(given, dict):
        return {**node, "from": {port: [turned(name) for name in names] for port, names in given.items()}}
    return node
