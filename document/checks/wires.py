"""Ids, wires, rings, and what leads nowhere."""

from collections.abc import Iterable
from typing import Any

from document.checks.reading import MOST_NAMES, Reading
from document.envelope import MAX_NODES
from document.nearest import nearest
from document.pointer import pointer
from document.problems import has_errors
from document.wiring import split, wires_of

MOST_RINGS = 10


def check_wires(reading: Reading) -> None:
    """Every problem of ids and wires. Of a document with far too many nodes only the first ones are looked at."""
    if not reading.document.get("nodes"):
        if isinstance(reading.document.get("nodes"), list):
            reading.tell("no_nodes", ("nodes",))
        return
    first: dict[str, int] = {}
    for place, (index, node) in enumerate(reading.nodes[:MAX_NODES]):
        if node["id"] in first:
            free = _free(node["id"], reading.by_id)
            fix = {"path": f"/nodes/{index}/id", "value": free}
            reading.tell("duplicate_id", ("nodes", index, "id"), id=node["id"], free=free, fix=fix)
        first.setdefault(node["id"], index)
        before = reading.nodes[place - 1][1]["id"] if place else None
        _check_from(reading, index, node, before)
    _check_rings(reading, first)
    if not has_errors(reading.found):  # a wire that is missing is named already, not also what it leaves unreached
        _check_ends(reading, first)


def reached(reading: Reading, starts: Iterable[str]) -> set[str]:
    """The ids of `starts` and of all nodes after them, going through nodes that are not off."""
    seen: set[str] = set()
    queue = [id for id in starts if reading.by_id[id].get("off") is not True]
    while queue:
        id = queue.pop()
        if id in seen:
            continue
        seen.add(id)
        for targets in reading.wiring.outputs[id].values():
            queue.extend(t for t, _ in targets if t not in seen and reading.by_id[t].get("off") is not True)
    return seen


def _check_from(reading: Reading, index: int, node: dict[str, Any], before: str | None) -> None:
    kind = reading.kind(node)
    at = ("nodes", index)
    if reading.is_source(node):
        if "from" in node:
            reading.tell("source_with_from", (*at, "from"))
        return
    wires = list(wires_of(node, reading.catalog))
    if kind is not None and not wires and node.get("from", []) in ([], {}):
        fix = None if before is None else {"path": pointer((*at, "from")), "value": [before]}
        reading.tell("missing_from", at, node=node["id"], nearest=before, fix=fix)
    ports = [port.name for port in kind.inputs] if kind is not None else None
    if ports is not None and isinstance(node.get("from"), dict):
        for port in node["from"]:
            if port not in ports:
                reading.tell("unknown_input", (*at, "from", port), port=port, names=ports or None, allowed=ports)
    seen: set[tuple[str, str, str]] = set()
    for port, name, below in wires:
        _check_wire(reading, name, (*at, *below))
        source, out = split(name, reading.by_id.get(name.partition(".")[0], {}), reading.catalog)
        if (port, source, out) in seen:
            reading.tell("duplicate_wire", (*at, *below), name=name)
        seen.add((port, source, out))


def _check_wire(reading: Reading, name: str, at: tuple[str | int, ...]) -> None:
    id, _, port = name.partition(".")
    source = reading.by_id.get(id)
    if source is None:
        near = nearest(id, reading.by_id)
        fix = None if near is None else {"path": pointer(at), "value": f"{near}.{port}" if port else near}
        names = list(reading.by_id)[:MOST_NAMES]
        reading.tell("unknown_node", at, name=id, nearest=near, names=names or None, fix=fix, allowed=names)
        return
    kind = reading.kind(source)
    if kind is None:
        return
    ports = [p.name for p in kind.outputs]
    if not ports:
        reading.tell("no_outputs", at, node=id)
    elif "." in name and port not in ports:
        near = nearest(port, ports)
        fix = None if near is None else {"path": pointer(at), "value": f"{id}.{near}"}
        allowed = [f"{id}.{p}" for p in ports]
        reading.tell("unknown_port", at, node=id, port=port, names=ports, fix=fix, allowed=allowed)


def _check_rings(reading: Reading, first: dict[str, int]) -> None:
    """Name each ring once, at its first node in the document."""
    left = dict.fromkeys(reading.wiring.rings)
    for _ in range(MOST_RINGS):
        _strip(reading, left)
        if not left:
            return
        ring = _ring(reading, left)
        start = min(ring, key=lambda id: first.get(id, MAX_NODES))
        turn = ring.index(start)
        named = [*ring[turn:], *ring[:turn], start]
        reading.tell("cycle", ("nodes", first.get(start, 0), "from"), nodes=named)
        for id in ring:
            del left[id]


def _strip(reading: Reading, left: dict[str, None]) -> None:
    """Take out of `left` what no ring can go through: nodes that feed nothing, or are fed by nothing, in `left`."""
    for toward, back in (
        (reading.wiring.inputs, reading.wiring.outputs),
        (reading.wiring.outputs, reading.wiring.inputs),
    ):
        count = {id: sum(other in left for ends in back[id].values() for other, _ in ends) for id in left}
        queue = [id for id, n in count.items() if not n]
        while queue:
            id = queue.pop()
            left.pop(id, None)
            for ends in toward[id].values():
                for other, _ in ends:
                    if other in left:
                        count[other] -= 1
                        if not count[other]:
                            queue.append(other)


def _ring(reading: Reading, left: dict[str, None]) -> list[str]:
    """One ring inside `left`, in the direction of the events."""
    walked: dict[str, int] = {}
    id = next(iter(left))
    while id not in walked:
        walked[id] = len(walked)
        id = next(source for ends in reading.wiring.inputs[id].values() for source, _ in ends if source in left)
    return list(walked)[walked[id] :][::-1]


def _check_ends(reading: Reading, first: dict[str, int]) -> None:
    sources = [id for id, node in reading.by_id.items() if reading.is_source(node)]
    live = reached(reading, sources)
    for id, node in reading.by_id.items():
        kind = reading.kind(node)
        if kind is None or node.get("off") is True or id not in first:
            continue
        if kind.group == "action":
            if id not in live and reading.wiring.inputs[id]:
                reading.tell("unreached_action", ("nodes", first[id]), node=id)
        elif not reading.wiring.outputs[id] and (reading.is_source(node) or reading.wiring.inputs[id]):
            reading.tell("leads_nowhere", ("nodes", first[id]), node=id)


def _free(id: str, taken: Iterable[str]) -> str:
    known = set(taken)
    stem = id[:28]
    return next(f"{stem}_{n}" for n in range(2, len(known) + 3) if f"{stem}_{n}" not in known)
