"""Which output feeds which input, and in what order nodes come. What it cannot use in an unsound document it skips."""

import heapq
from collections.abc import Iterator
from typing import Any

import msgspec

from nodes.kit.catalog import Catalog
from nodes.kit.kind import SourceKind

Ends = dict[str, list[tuple[str, str]]]


class Wiring(msgspec.Struct):
    """`inputs`: by node id and input port, the (source id, output port) pairs in document order, each once.
    `outputs`: by node id and output port, the (target id, input port) pairs. `order`: ids so that every node comes
    after all that feed it, ties in document order. `rings`: ids in a cycle or after one; empty when sound."""

    inputs: dict[str, Ends]
    outputs: dict[str, Ends]
    order: list[str]
    rings: list[str]


def wires(document: Any, catalog: Catalog) -> Wiring:
    """The wiring of `document`; of nodes with the same id the first counts, dangling wires are left out."""
    nodes: dict[str, dict[str, Any]] = {}
    for _, node in nodes_of(document):
        nodes.setdefault(node["id"], node)
    inputs: dict[str, Ends] = {id: {} for id in nodes}
    seen: set[tuple[str, str, str, str]] = set()
    for id, node in nodes.items():
        for port, name, _ in wires_of(node, catalog):
            source, out = split(name, nodes.get(name.partition(".")[0], {}), catalog)
            if source in nodes and (id, port, source, out) not in seen:
                seen.add((id, port, source, out))
                inputs[id].setdefault(port, []).append((source, out))
    return _ordered(inputs)


def nodes_of(document: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """The nodes that at least have a text as id, with their index in the document."""
    nodes = document.get("nodes") if isinstance(document, dict) else None
    for index, node in enumerate(nodes if isinstance(nodes, list) else ()):
        if isinstance(node, dict) and isinstance(node.get("id"), str):
            yield index, node


def wires_of(node: dict[str, Any], catalog: Catalog) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
    """Each entry of a node's `from`: input port, text such as "hot.cleared", and its path below the node."""
    given = node.get("from")
    kind = catalog.get(node.get("kind"))
    if kind is not None and issubclass(kind, SourceKind):
        return
    if isinstance(given, list):
        first = kind.inputs[0].name if kind is not None and kind.inputs else "in"
        for index, name in enumerate(given):
            if isinstance(name, str):
                yield first, name, ("from", index)
    elif isinstance(given, dict):
        for port, names in given.items():
            for index, name in enumerate(names if isinstance(names, list) else ()):
                if isinstance(name, str) and isinstance(port, str):
                    yield port, name, ("from", port, index)


def split(name: str, source: dict[str, Any], catalog: Catalog) -> tuple[str, str]:
    """Node id and output port of "hot.cleared"; "hot" names the first output of its kind."""
    id, _, port = name.partition(".")
    if port:
        return id, port
    kind = catalog.get(source.get("kind"))
    return id, kind.outputs[0].name if kind is not None and kind.outputs else "out"


def _ordered(inputs: dict[str, Ends]) -> Wiring:
    outputs: dict[str, Ends] = {id: {} for id in inputs}
    waiting = dict.fromkeys(inputs, 0)
    for id, ends in inputs.items():
        for port, sources in ends.items():
            for source, out in sources:
                outputs[source].setdefault(out, []).append((id, port))
                waiting[id] += 1
    place = {id: index for index, id in enumerate(inputs)}
    ids = list(inputs)
    ready = [place[id] for id, count in waiting.items() if not count]
    order: list[str] = []
    while ready:
        id = ids[heapq.heappop(ready)]
        order.append(id)
        for targets in outputs[id].values():
            for target, _ in targets:
                waiting[target] -= 1
                if not waiting[target]:
                    heapq.heappush(ready, place[target])
    done = set(order)
    return Wiring(inputs, outputs, order, [id for id in ids if id not in done])
