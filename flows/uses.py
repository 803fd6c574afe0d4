"""Where every device, field and destination is used: in which flows, by which of their nodes."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from document.schema import facts, places, plain_schema
from document.shapes import Surroundings, surroundings
from flows.mapping import things_named
from flows.models import Flow, Workspace
from flows.registered import registry_of
from nodes.kit.catalog import full_catalog
from nodes.kit.kind import SourceKind
from nodes.kit.things import Registry

Document = dict[str, Any]
Uses = dict[str, dict[str, list[dict[str, Any]]]]
Thing = tuple[str, str]
SHOWN = ("devices", "destinations", "fields")
_NAMES = re.compile(r"[^\W\d]\w*")


def uses_of(workspace: Workspace, lang: str) -> Uses:
    """{"devices", "destinations", "fields" ("type.field")}: by id, the flows {"id", "name", "status", "nodes": [{"id",
    "label", "live"}]} that use the thing. `live`: in what is deployed, not only in the draft."""
    registry = registry_of(workspace)
    found: Uses = {section: defaultdict(list) for section in SHOWN}
    flows = Flow.objects.of(workspace).filter(binned=None).select_related("deployed").order_by("name")
    for flow in flows:
        facts_of_flow = {"id": str(flow.id), "name": flow.name, "status": flow.status}
        for (section, id), nodes in _of_flow(flow, registry, lang).items():
            if section in found:
                found[section][id].append({**facts_of_flow, "nodes": list(nodes.values())})
    return found


def _of_flow(flow: Flow, registry: Registry, lang: str) -> dict[Thing, dict[str, dict[str, Any]]]:
    """By thing, the nodes that use it: those that run, then those of the draft alone."""
    running = flow.deployed.running_document() if flow.wanted and flow.deployed is not None else None
    found: dict[Thing, dict[str, dict[str, Any]]] = defaultdict(dict)
    for document, live in ((running, True), (flow.document, False)):
        for thing, node in things_used(document or {}, registry):
            shown = {"id": node["id"], "label": _label(node, lang), "live": live}
            found[thing].setdefault(node["id"], shown)
    return found


def named_by(flow: Flow) -> set[Thing]:
    """What the deployed version names, with the values that its settings have now."""
    running = flow.deployed.running_document() if flow.deployed is not None else {}
    return things_named(running, full_catalog())


def things_used(document: Document, registry: Registry) -> Iterator[tuple[Thing, dict[str, Any]]]:
    """Each thing that a node names or hears."""
    around = surroundings(document, full_catalog(), registry)
    settings = document.get("settings") or {}
    for node in document.get("nodes") or []:
        known = around.get(str(node.get("id"))) if isinstance(node, dict) else None
        if known is None:
            continue
        alone = {"nodes": [node], "settings": settings}
        things = things_named(alone, full_catalog())
        things |= {("devices", id) for id in _heard(node, known)} | set(_fields(node, known, registry))
        for thing in sorted(things):
            yield thing, node


def _heard(node: Document, known: Surroundings) -> Iterator[str]:
    """The devices whose events a source brings in."""
    kind = full_catalog().get(node.get("kind"))
    if kind is not None and issubclass(kind, SourceKind):
        for shape in known.outputs.values():
            yield from shape.devices or ()


def _fields(node: Document, known: Surroundings, registry: Registry) -> Iterator[Thing]:
    """The registered fields that params name: as such, in an expression, or between the braces of a text."""
    kind, params = full_catalog().get(node.get("kind")), node.get("params")
    if kind is None or not isinstance(params, dict):
        return
    named: set[str] = set()
    for _, parts, value in places(plain_schema(kind), params):
        marks = facts(parts) if isinstance(value, str) else {}
        if marks.get("ref") == "field" or marks.get("format") in ("expression", "per"):
            named |= set(_NAMES.findall(value))
        elif marks.get("format") == "text":
            named |= {name for hole in re.findall(r"\{([^{}]*)\}", value) for name in _NAMES.findall(hole)[:1]}
    types = {type for shape in (known.scope.shape, *known.scope.shapes.values()) for type in shape.types}
    for type in types & set(registry.types):
        yield from (("fields", f"{type}.{field.name}") for field in registry.types[type].fields if field.name in named)


def _label(node: Document, lang: str) -> str:
    kind = full_catalog().get(node.get("kind"))
    return str(node.get("label") or (kind.words[lang].label if kind is not None else node.get("kind")))
