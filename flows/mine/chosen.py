"""What was chosen, read for one node."""

import json
from collections.abc import Iterator
from typing import Any

from flows.mine.needs import types_told
from nodes.kit.catalog import full_catalog
from nodes.kit.kind import SourceKind
from nodes.kit.things import Registry, TypeField

Document = dict[str, Any]
Choice = dict[str, Any]


def choice_of(node: Document, choice: Choice) -> Choice | None:
    """What was chosen for the type that a source reads."""
    kind, params = full_catalog().get(node.get("kind")), node.get("params") or {}
    if kind is None or not issubclass(kind, SourceKind) or not isinstance(params.get("type"), str):
        return None
    found = (choice.get("types") or {}).get(params["type"])
    return found if found and found.get("to") else None


def pairs_of(of: Choice, type: str, virtual: Registry, real: Registry) -> Iterator[tuple[TypeField, TypeField]]:
    """(what the flow calls it, what really comes) for each field that was chosen."""
    known, given = virtual.types.get(type), real.types.get(of["to"])
    for name, other in (of.get("fields") or {}).items():
        wanted, found = known.field(name) if known else None, given.field(other) if given else None
        if wanted is not None and found is not None:
            yield wanted, found


def told(node: Document, choice: Choice, virtual: Registry) -> Document:
    """A command by its real name, with its real values."""
    params = node.get("params") or {}
    command = params.get("command")
    if not isinstance(command, str):
        return node
    for type in types_told(params.get("device"), command, virtual):
        of = ((choice.get("commands") or {}).get(type) or {}).get(command)
        if of and of.get("to"):
            return {
                **node,
                "params": {**params, "command": of["to"], "values": _values(params.get("values") or {}, of)},
            }
    return node


def _values(values: Any, of: Choice) -> Any:
    if not isinstance(values, dict):
        return values
    found = {}
    for name, value in values.items():
        rule = (of.get("values") or {}).get(name) or {}
        written = json.dumps(value, ensure_ascii=False)
        found[rule.get("to") or name] = (rule.get("values") or {}).get(written, value)
    return found
