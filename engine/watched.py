"""An engine that writes down what each node did with each event: for a person who tries a flow out."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from engine.effect import Effect
from engine.engine import Engine
from engine.plan import Plan, PlanNode
from engine.slots import Slot
from engine.standing import word_of
from nodes.kit.effect import Act, Ask, Yield
from nodes.kit.event import Arrival, Event

MOST_HOPS = 400
"""Visits of nodes that are written down; `Watched.cut` says that there were more."""
_WAYS = {"on_event": "event", "on_timer": "timer", "on_answer": "answer", "on_start": "start"}


class Hop(msgspec.Struct):
    """One visit of one node at `now` (ms). `way`: `event` (on the input `port`), `read` (by a source), `timer` (called
    `port`), `answer`, `start`, or `passed_by` (it was not asked: off, late, no key). `before` and `after` are the memory of
    its `key` as JSON types, `stood` and `stands` where that key stood and stands; `left` what it sent by port, `did` its
    effects, `troubles` codes with what fills them; `due` when its next timer comes (ms), None for none."""

    node: str
    way: str
    port: str
    now: int
    event: Event | None
    key: str | None = None
    before: Any = None
    after: Any = None
    stood: str | None = None
    stands: str | None = None
    left: list[tuple[str, Event]] = []
    did: list[Effect] = []
    troubles: list[tuple[str, dict[str, Any]]] = []
    due: int | None = None


class Watched(Engine):
    """The engine, with `hops` in the order in which they happened; whoever has read them may empty the list."""

    def __init__(self, plan: Plan, *, now: int) -> None:
        self.hops: list[Hop] = []
        self.cut = False
        self._hop: Hop | None = None
        super().__init__(plan, now=now, tap=self._left)

    def pending(self, most: int) -> list[tuple[int, str, str]]:
        """The timers that come next, as (`now` in ms, node, key), at most `most`."""
        found = (
            (due, slot.node.id, slot.key)
            for slots in self.slots
            for slot in slots.values()
            if slot.node is not None and (due := _due(slot)) is not None
        )
        return sorted(found)[:most]

    def _read(self, node: PlanNode, arrival: Arrival) -> None:
        self._hop = self._new(node, "read", "", None)
        super()._read(node, arrival)

    def _take(
        self,
        node: PlanNode,
        slot: Slot | None,
        event: Event,
        soonest: int | None,
        call: Callable[..., Iterable[Yield]],
        *arguments: Any,
    ) -> None:
        way = _WAYS.get(call.__name__, "settings")
        port = arguments[1] if way == "event" else arguments[0] if way == "timer" else ""
        hop = self._hop = self._new(node, way, port, event)
        if slot is not None:
            hop.key, hop.before, hop.stood = slot.key, _plain(slot.memory), word_of(slot)
        super()._take(node, slot, event, soonest, call, *arguments)
        if slot is not None and self.slots[node.index].get(slot.key) is slot:
            hop.after, hop.stands, hop.due = _plain(slot.memory), word_of(slot), _due(slot)
        elif slot is None:
            own = self.slots[node.index].get("")
            hop.due = None if own is None else _due(own)
        self._hop = None

    def _deliver(self, node: PlanNode, port: str, event: Event) -> None:
        self._hop = None
        if node.off:
            self._new(node, "passed_by", port, event)
        super()._deliver(node, port, event)

    def _left(self, node: str, port: str, event: Event) -> None:
        hop = self._hop
        if hop is None or hop.node != node:
            hop = self._hop = self._new(self.nodes[self._place[node]], "read", "", event)
        hop.left.append((port, event))
        hop.event = hop.event or event

    def _effect(self, node: PlanNode, slot: Slot | None, event: Event, made: Act | Ask) -> None:
        super()._effect(node, slot, event, made)
        if self._hop is not None:
            self._hop.did.append(self._effects[-1])

    def _trouble(self, node: PlanNode, code: str, args: dict[str, Any], event: Event | None) -> None:
        super()._trouble(node, code, args, event)
        hop = self._hop
        if hop is None or hop.node != node.id:
            hop = self._new(node, "passed_by", "", event)
        hop.troubles.append((code, args))

    def _new(self, node: PlanNode, way: str, port: str, event: Event | None) -> Hop:
        hop = Hop(node.id, way, port, self.now, event)
        if len(self.hops) < MOST_HOPS:
            self.hops.append(hop)
        else:
            self.cut = True
        return hop


def _plain(memory: Any) -> Any:
    return None if memory is None else msgspec.to_builtins(memory)


def _due(slot: Slot) -> int | None:
    """The `now` at which the slot's next timer comes (ms)."""
    dues = [pending.due + slot.offset for pending in slot.timers.values() if pending.due is not None]
    return min(dues, default=None)
