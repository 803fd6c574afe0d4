"""What is known along the wires: for each node, what arrives there and in which surroundings it stands."""

from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from document.language import language
from document.settings import resolved
from document.wiring import Wiring, nodes_of, wires
from nodes.kit.catalog import Catalog
from nodes.kit.kind import Kind
from nodes.kit.params import NodeParams
from nodes.kit.per import shape_after
from nodes.kit.scope import Scope
from nodes.kit.shape import Shape, merge
from nodes.kit.things import Registry


class Surroundings(msgspec.Struct):
    """One node, read: its scope, and its params where they can be built (None: unknown kind or problems)."""

    scope: Scope
    params: NodeParams | None
    outputs: dict[str, Shape]


def scopes(
    document: dict[str, Any],
    catalog: Catalog,
    registry: Registry | None,
    *,
    zone: str | None = "UTC",
    lang: str | None = None,
    roster: dict[str, tuple[str, ...]] | None = None,
) -> dict[str, Scope]:
    """The scope of every node by id, in topological order. `zone` holds where neither node nor document names one,
    `lang` where it should not be guessed from the document, `roster` as in `Scope`. Nodes in a cycle get an open
    shape."""
    around = surroundings(document, catalog, registry, zone=zone, lang=lang, roster=roster)
    return {id: s.scope for id, s in around.items()}


def surroundings(
    document: dict[str, Any],
    catalog: Catalog,
    registry: Registry | None,
    *,
    zone: str | None = "UTC",
    lang: str | None = None,
    wiring: Wiring | None = None,
    roster: dict[str, tuple[str, ...]] | None = None,
) -> dict[str, Surroundings]:
    """As `scopes`, with each node's built params and the shapes it sends. Never raises on an unsound document."""
    wiring = wiring or wires(document, catalog)
    nodes: dict[str, dict[str, Any]] = {}
    for _, node in nodes_of(document):
        nodes.setdefault(node["id"], node)
    lang = lang or language(document)
    settings = settings_of(document)
    read: dict[str, Surroundings] = {}
    for id in (*wiring.order, *wiring.rings):
        node = nodes[id]
        shapes = {port: _merged(ends, read) for port, ends in wiring.inputs[id].items()}
        kind = catalog.get(node.get("kind"))
        first = kind.inputs[0].name if kind is not None and kind.inputs else "in"
        scope = Scope(
            node=id,
            lang=lang,
            zone=zone_of(node, document, zone),
            settings=settings,
            registry=registry,
            shape=shapes.get(first, Shape()),
            shapes=shapes,
            label=node["label"] if isinstance(node.get("label"), str) and node["label"] else id,
            roster=roster,
        )
        params = _built(node, kind, scope)
        read[id] = Surroundings(scope, params, _sent(kind, params, scope))
    return read


def settings_of(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The settings that are at least objects, by name."""
    settings = document.get("settings")
    if not isinstance(settings, dict):
        return {}
    return {name: setting for name, setting in settings.items() if isinstance(setting, dict)}


def zone_of(node: dict[str, Any], document: dict[str, Any], otherwise: str | None) -> ZoneInfo:
    """The zone of a node: its own, else the document's, else `otherwise`, else UTC. An unknown one counts as absent."""
    params = node.get("params")
    own = params.get("time_zone") if isinstance(params, dict) else None
    for name in (node.get("time_zone"), own, document.get("time_zone"), otherwise):
        if isinstance(name, str) and (zone := known_zone(name)) is not None:
            return zone
    return ZoneInfo("UTC")


@lru_cache(maxsize=1024)
def known_zone(name: str) -> ZoneInfo | None:
    """The zone of this IANA name, None when there is none."""
    if not name.isascii() or not name.isprintable() or len(name) > 64:
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return None


def _merged(ends: list[tuple[str, str]], read: dict[str, Surroundings]) -> Shape:
    """The shape of all wires into one input; the same shape from many nodes is looked at once."""
    nothing = Shape()
    each = [read[source].outputs.get(out, nothing) if source in read else nothing for source, out in ends]
    return merge(list({id(shape): shape for shape in each}.values()))


def _built(node: dict[str, Any], kind: type[Kind] | None, scope: Scope) -> NodeParams | None:
    params = node.get("params", {})
    if kind is None or not isinstance(params, dict):
        return None
    values = resolved(params, kind, scope.settings, scope.shape)
    if values.open:
        return None
    try:
        return kind.Params.model_validate(values.params)
    except Exception:  # a refusal, or a fault in the kind's own validator: checking the params says which
        return None


def _sent(kind: type[Kind] | None, params: NodeParams | None, scope: Scope) -> dict[str, Shape]:
    if kind is None:
        return {}
    if params is None:
        return {port.name: Shape(scope.shape.fields, True, scope.shape.device) for port in kind.outputs}
    try:
        sent = kind.shapes(params, scope)
    except Exception:  # an expression in the params does not compile: the kind's own check says so
        return {port.name: Shape(scope.shape.fields, True, scope.shape.device) for port in kind.outputs}
    per = getattr(params, "per", None)
    if per is None:
        return sent
    return {port: shape if port in kind.chooses_device else shape_after(per, shape) for port, shape in sent.items()}
