"""Does a flow hear its own commands through the broker, directly or by way of other flows? Then it would go on for ever."""

from collections.abc import Iterator
from typing import Any

import msgspec

from document.checks.commands import named, targets
from document.checks.reading import Reading
from document.checks.wires import reached
from document.settings import resolve
from nodes.kit.kind import SourceKind
from nodes.kit.things import Registry
from nodes.kit.topic import device_in, fill_device, matches, to_filter


class Sent(msgspec.Struct, frozen=True):
    """A topic that the node writes when it fires."""

    node: str
    topic: str


class Hop(msgspec.Struct, frozen=True):
    """One way through a flow: what a source (at `index` in the document) reads, and what that can make the flow write.
    `flow`: the name of the flow, None for the one that is checked."""

    flow: str | None
    source: str
    index: int
    filters: tuple[str, ...]
    sent: tuple[Sent, ...]

    def heard_by(self, other: "Hop") -> Sent | None:
        """What this way writes and `other` reads."""
        return next((s for s in self.sent if any(_hears(filter, s.topic) for filter in other.filters)), None)


def check_feedback(reading: Reading) -> None:
    """A source that hears a command which its own events can cause, in one or in several hops."""
    hops = list(hops_of(reading))
    for hop in hops:
        ring = _ring(hop, hops)
        if ring is not None:
            topic = ring[-1].heard_by(hop)
            args = {"topic": topic.topic, "source": hop.source, "command": topic.node} if topic else {}
            reading.tell("feedback", ("nodes", hop.index), **args)


def check_feedback_between(reading: Reading, others: list[Hop]) -> None:
    """As `check_feedback`, by way of other flows that run: `others` are their hops."""
    own = list(hops_of(reading))
    for hop in own:
        ring = _ring(hop, [*own, *others])
        names = [other.flow for other in ring or () if other.flow is not None]
        if ring is not None and names:
            heard = ring[-1].heard_by(hop)
            args = {"source": hop.source, "topic": heard.topic if heard else None, "flows": list(dict.fromkeys(names))}
            reading.tell("feedback_between", ("nodes", hop.index), **args)


def hops_of(reading: Reading, flow: str | None = None) -> Iterator[Hop]:
    """Every way from a source to commands."""
    if reading.registry is None:
        return
    sent = [s for id in reading.by_id for s in _topics_sent(reading, reading.registry, id)]
    for index, node in reading.nodes if sent else ():
        filters = _filters(reading, node)
        after = reached(reading, [node["id"]]) if filters else set()
        caused = tuple(s for s in sent if s.node in after)
        if filters and caused:
            yield Hop(flow, node["id"], index, tuple(filters), caused)


def _ring(start: Hop, hops: list[Hop]) -> list[Hop] | None:
    """Hops of which each hears the one before and the first hears the last; None where `start` is in none."""
    came: dict[int, Hop | None] = {id(start): None}
    queue = [start]
    while queue:
        hop = queue.pop(0)
        if hop.heard_by(start):
            ring = [hop]
            while (before := came[id(ring[0])]) is not None:
                ring.insert(0, before)
            return ring
        for other in hops:
            if id(other) not in came and hop.heard_by(other):
                came[id(other)] = hop
                queue.append(other)
    return None


def _filters(reading: Reading, node: dict[str, Any]) -> list[str]:
    kind = reading.kind(node)
    around = reading.around.get(node["id"])
    if kind is None or not issubclass(kind, SourceKind) or around is None or around.params is None:
        return []
    try:
        return kind(around.params, around.scope).topics()
    except Exception:  # its own check has said what is wrong with it
        return []


def _hears(filter: str, topic: str) -> bool:
    return matches(filter, topic) or (matches(to_filter(filter), topic) and device_in(filter, topic) is not None)


def _topics_sent(reading: Reading, registry: Registry, id: str) -> Iterator[Sent]:
    """The topics of the registered command that a node names, for every device that it may mean."""
    node = reading.by_id[id]
    kind = reading.kind(node)
    around = reading.around.get(id)
    if kind is None or around is None or not isinstance(node.get("params", {}), dict):
        return
    params = resolve(node.get("params", {}), kind, reading.settings, around.scope.shape)
    command_id = named(kind, params, "command")
    if command_id is None:
        return
    for type_, devices in targets(kind, params, registry, around.scope.shape.types):
        command = type_.command(command_id)
        if command is not None:
            yield from (Sent(id, fill_device(command.topic, device)) for device in devices)
