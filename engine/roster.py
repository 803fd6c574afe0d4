"""Which devices a test of a document takes to be there: those that it names, registered or not."""

from typing import Any

from document.schema import facts, plain_schema
from nodes.kit.catalog import Catalog
from nodes.kit.kind import SourceKind
from nodes.kit.things import Registry


def roster_of(
    test: dict[str, Any], document: dict[str, Any], catalog: Catalog, registry: Registry | None
) -> dict[str, tuple[str, ...]]:
    """By device type, the ids in the `given` and `expect` rows of `test`: so a test means the same whatever is
    registered, and one that is expected without being given has never spoken."""
    types = _types(document, catalog)
    only = types[0] if len(types) == 1 else None
    commands = {node["id"] for node in document["nodes"] if _names_command(catalog, node)}
    found: dict[str, dict[str, None]] = {type: {} for type in types}
    rows = [*(test.get("given") or ()), *(r for r in test.get("expect") or () if r.get("node") not in commands)]
    for row in rows:
        device = row.get("device")
        known = registry.devices.get(device or "") if registry is not None else None
        type = row.get("type") or (known.type if known is not None else only)
        if device and type in found:
            found[type][device] = None
    return {type: tuple(ids) for type, ids in found.items()}


def _types(document: dict[str, Any], catalog: Catalog) -> list[str]:
    """The device types that the sources of the flow read."""
    found: dict[str, None] = {}
    for node in document["nodes"]:
        kind, params = catalog[node["kind"]], node.get("params") or {}
        if issubclass(kind, SourceKind) and isinstance(params.get("type"), str):
            found[params["type"]] = None
    return list(found)


def _names_command(catalog: Catalog, node: dict[str, Any]) -> bool:
    """Whether the device of what this node does is the one that it commands."""
    properties = plain_schema(catalog[node["kind"]]).get("properties", {})
    return any(facts([part]).get("ref") == "command" for part in properties.values())
