"""document -> Plan: the nodes built, ordered so that everything upstream comes first, with their wires and keys."""

import json
from collections.abc import Callable
from typing import Any

import msgspec

from document.export import version_of
from document.schema import expand, facts, plain_schema
from document.settings import resolve
from document.shapes import scopes
from document.wiring import wires
from engine.clock import MAX_AGE
from nodes.kit.catalog import Catalog
from nodes.kit.event import Event
from nodes.kit.kind import Kind, SourceKind
from nodes.kit.per import key_of
from nodes.kit.things import Registry

Targets = tuple[tuple[int, str], ...]
_IDENTITIES: dict[type[Kind], tuple[str, ...]] = {}


class PlanNode(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One node, ready to run.

    `index` is its place in topological order, `order` its place in the document. `given` are its params with settings
    filled in, as JSON. `key` tells an event's key (None: the node remembers nothing). `merges` says that one key may see
    several devices. `outputs` holds, by port, the (index, input port) of each reader. `plain` says that memory holds
    scalars only."""

    index: int
    order: int
    id: str
    kind: type[Kind]
    given: dict[str, Any]
    instance: Kind
    key: Callable[[Event], str | None] | None
    per: str
    outputs: dict[str, Targets]
    off: bool
    plain: bool
    max_age: int = MAX_AGE
    """How old an event time of this source may be and still be trusted (ms)."""

    @property
    def identity(self) -> dict[str, Any]:
        """Those params whose change makes memory start fresh."""
        return {name: self.given.get(name) for name in _identity(self.kind)}

    @property
    def merges(self) -> bool:
        return self.per != "device"

    @property
    def is_source(self) -> bool:
        return issubclass(self.kind, SourceKind)


class Plan(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A sound document, ready to run. `sources` are the indexes of the nodes that read arrivals, in document order;
    `version` names what the document means (see document/export.py). `name`, `delivery` and `zone_named` are the
    document's own; all else of it is kept as text, which takes a tenth of the memory, because nothing needs it to run."""

    nodes: tuple[PlanNode, ...]
    sources: tuple[int, ...]
    version: str
    name: str
    delivery: str | None
    zone_named: str | None
    written: bytes
    catalog: Catalog
    registry: Registry | None
    zone: str
    lang: str | None
    roster: dict[str, tuple[str, ...]] | None = None

    @property
    def document(self) -> dict[str, Any]:
        """The document, read again with each call."""
        document: dict[str, Any] = json.loads(self.written)
        return document

    def with_settings(self, values: dict[str, Any]) -> "Plan":
        """The plan with other values of settings, under the same version. Raises ValueError for a name that the
        document does not know or a value that a node refuses."""
        document = self.document
        settings = dict(document.get("settings") or {})
        for name, value in values.items():
            if name not in settings:
                raise ValueError(f"no setting {name!r}")
            settings[name] = {**settings[name], "value": value}
        plan = build_plan(
            {**document, "settings": settings},
            self.catalog,
            self.registry,
            zone=self.zone,
            lang=self.lang,
            roster=self.roster,
        )
        return msgspec.structs.replace(plan, version=self.version)


def build_plan(
    document: dict[str, Any],
    catalog: Catalog,
    registry: Registry | None,
    *,
    zone: str = "UTC",
    lang: str | None = None,
    roster: dict[str, tuple[str, ...]] | None = None,
) -> Plan:
    """The plan of a sound `document`. `zone` counts where the document names none; `lang` is the language of texts
    where it should not be told from the document; `roster` names by type the devices that are taken to be there
    instead of the registered ones."""
    wiring = wires(document, catalog)
    place = {id: index for index, id in enumerate(wiring.order)}
    scope = scopes(document, catalog, registry, zone=zone, lang=lang, roster=roster)
    written = {node["id"]: (order, node) for order, node in enumerate(document["nodes"])}
    readers = _readers(document, catalog, wiring, place)
    settings = document.get("settings") or {}
    nodes = tuple(
        _built(written[id], catalog, settings, scope[id], index, readers.get(id, {}))
        for index, id in enumerate(wiring.order)
    )
    return Plan(
        nodes=nodes,
        sources=tuple(n.index for n in sorted(nodes, key=lambda n: n.order) if n.is_source and not n.off),
        version=version_of(document),
        name=str(document.get("name") or ""),
        delivery=document.get("delivery"),
        zone_named=document.get("time_zone") or None,
        written=json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass"),
        catalog=catalog,
        registry=registry,
        zone=zone,
        lang=lang,
        roster=roster,
    )


def _built(
    written: tuple[int, dict[str, Any]], catalog: Catalog, settings: Any, scope: Any, index: int, outputs: Any
) -> PlanNode:
    order, node = written
    kind = catalog[node["kind"]]
    given = resolve(node.get("params") or {}, kind, settings, scope.shape)
    params = kind.Params.model_validate(given)
    per = str(getattr(params, "per", None) or "device")
    return PlanNode(
        index=index,
        order=order,
        id=node["id"],
        kind=kind,
        given=given,
        instance=kind(params, scope),
        key=key_of(per, scope) if kind.Memory is not None else None,
        per=per,
        outputs=outputs,
        off=bool(node.get("off")),
        plain=_plain(kind),
        max_age=getattr(params, "max_age", None) or MAX_AGE,
    )


def _readers(
    document: dict[str, Any], catalog: Catalog, wiring: Any, place: dict[str, int]
) -> dict[str, dict[str, Targets]]:
    """By source node and output port: who reads it, in document order, then in the order of the kind's inputs."""
    readers: dict[str, dict[str, dict[tuple[int, str], None]]] = {}
    for node in document["nodes"]:
        inputs = wiring.inputs.get(node["id"], {})
        for port in catalog[node["kind"]].inputs:
            for source, out in inputs.get(port.name, ()):
                readers.setdefault(source, {}).setdefault(out, {})[place[node["id"]], port.name] = None
    return {source: {out: tuple(found) for out, found in ports.items()} for source, ports in readers.items()}


def _identity(kind: type[Kind]) -> tuple[str, ...]:
    if kind not in _IDENTITIES:
        schema = plain_schema(kind)
        properties = schema.get("properties", {}).items()
        _IDENTITIES[kind] = tuple(name for name, part in properties if _is_identity(part, schema))
    return _IDENTITIES[kind]


def _is_identity(part: dict[str, Any], schema: dict[str, Any]) -> bool:
    return bool(facts(expand([part], schema)).get("identity"))


def _plain(kind: type[Kind]) -> bool:
    """Whether the kind's memory holds scalars only, so that comparing its fields tells whether it changed."""
    if kind.Memory is None:
        return True
    scalars = {bool, int, float, str, type(None)}
    types = [field.type for field in msgspec.structs.fields(kind.Memory)]
    return all(set(getattr(t, "__args__", (t,))) <= scalars for t in types)
