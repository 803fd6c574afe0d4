"""How events travel inside one engine: along the wires, into keys in order, and out of timers."""

from collections.abc import Callable, Iterable
from heapq import heappop, heappush, nsmallest
from typing import Any

import msgspec

from engine.effect import Effect, Waiting, effect_key
from engine.fates import DELIVERED, FILTERED, KEPT, LATE, Counts, Fates, NodeCounts, Traces
from engine.marks import Marks
from engine.plan import Plan, PlanNode
from engine.slots import Pending, Slot, Timers
from nodes.kit.effect import Act, Ask, Cancel, Emit, Forget, Later, Timer, Trouble, Yield
from nodes.kit.event import OVERDUE, SPOKEN, Event
from nodes.kit.topic import MOST_KNOWN

MOST_PASSES = 100_000
"""Events that one arrival may cause inside a flow before the rest is left out."""
MOST_KEYS = MOST_KNOWN
"""Keys that one node may remember; for a further one those that have been idle the longest are dropped and counted."""
UNTRUSTED = "untrusted_time"

Tap = Callable[[str, str, Event], None]
Wire = tuple[str, str]
"""A node's id and its output."""


class Delivery:
    """The moving parts behind `Engine`. Pending events are handed out upstream nodes first and by time, so that a node
    with several inputs sees one arrival in order whatever way it took."""

    def __init__(self, plan: Plan, now: int, tap: Tap | None) -> None:
        self.plan = plan
        self.now = now
        self.tap = tap
        self.last: dict[Wire, Event | tuple[Any, ...]] = {}
        """By node and port the event that left last, or what makes it: a function and its arguments."""
        self.nodes: tuple[PlanNode, ...] = plan.nodes
        self.slots: list[dict[str, Slot]] = [{} for _ in plan.nodes]
        self.gone = 0
        """Slots that were forgotten."""
        self.timers = Timers()
        self.waiting: dict[str, Waiting] = {}
        self.deadlines: dict[str, Slot] = {}
        self.marks = Marks()
        self.traces = Traces()
        self.counts = Counts(
            sources={node.id: Fates() for node in plan.nodes if node.is_source},
            nodes={node.id: NodeCounts() for node in plan.nodes},
        )
        self.tally = [self.counts.nodes[node.id] for node in plan.nodes]
        self._queue: list[tuple[int, int, int, str, Event]] = []
        self._seq = 0
        self._effects: list[Effect] = []
        self._ordinals: dict[tuple[int, str], int] = {}
        self._cause = ""
        self._fate = FILTERED
        self._overdue = False

    def last_on(self, wire: Wire) -> Event:
        """The event that left last on a wire of `last`."""
        last = self.last[wire]
        if isinstance(last, tuple):
            make, *given = last
            last = self.last[wire] = make(*given)
        return last

    def _drain(self) -> None:
        queue, passes = self._queue, 0
        while queue:
            index, _, _, port, event = heappop(queue)
            self._deliver(self.nodes[index], port, event)
            passes += 1
            if passes >= MOST_PASSES and queue:
                self._trouble(self.nodes[index], "too_many_passes", {}, event)
                queue.clear()

    def _deliver(self, node: PlanNode, port: str, event: Event) -> None:
        if node.off:
            return
        tally = self.tally[node.index]
        tally.came += 1
        if node.key is None:
            self._take(node, None, event, None, node.instance.on_event, event, port, None)
            return
        slot = self._slot_for(node, event)
        if slot is None:
            return
        if not self._in_order(node, slot, event) and not node.kind.takes_late:
            self.marks.slots[slot] = None
            self._trouble(node, "late", {}, event)
            return
        memory = slot.memory
        before = msgspec.structs.astuple(memory) if node.plain else None
        self._take(node, slot, event, None, node.instance.on_event, event, port, memory)
        if before is None or before != msgspec.structs.astuple(memory):
            self._mark(event, KEPT)

    def _slot_for(self, node: PlanNode, event: Event) -> Slot | None:
        try:
            key = node.key(event)  # type: ignore[misc]
        except Exception as failure:
            self.complain(node, failure, event)
            return None
        slots = self.slots[node.index]
        slot = slots.get(key)  # type: ignore[arg-type]
        if slot is not None:
            return slot
        if key is None:
            self._trouble(node, "no_key", {"per": node.per}, event)
            return None
        if len(slots) >= MOST_KEYS:
            self._make_room(node, slots, event)
        return self._slot(node, key)

    def _make_room(self, node: PlanNode, slots: dict[str, Slot], event: Event) -> None:
        """Drop the keys that have been idle the longest, some at once so that it is seldom done."""
        many = max(1, MOST_KEYS // 64)
        spoken = (slot for slot in slots.values() if slot.event is not None)
        idle = nsmallest(many, spoken, key=lambda slot: slot.anchor) or [next(iter(slots.values()))]
        for slot in idle:
            self._forget(node, slot)
        self.tally[node.index].forgotten += len(idle)
        self._trouble(node, "too_many_keys", {"limit": MOST_KEYS, "count": len(idle)}, event)

    def _forget(self, node: PlanNode, slot: Slot | None) -> None:
        if slot is not None and self.slots[node.index].get(slot.key) is slot:
            self.timers.drop(slot)
            slot.sure = False  # for whoever looked it up before
            self.gone += 1
            del self.slots[node.index][slot.key]
            self.marks.forgotten(node.id, slot)

    def _slot(self, node: PlanNode, key: str) -> Slot:
        slots = self.slots[node.index]
        slot = slots.get(key)
        if slot is None:
            memory = node.kind.Memory() if node.kind.Memory else None
            slot = slots[key] = Slot(node, key, memory)
        return slot

    def _own_slot(self, node: PlanNode) -> Slot:
        """Of a node without keys, for its timers."""
        slot = self._slot(node, "")
        self.marks.slots[slot] = None
        return slot

    def _in_order(self, node: PlanNode, slot: Slot, event: Event) -> bool:
        """Set the key's clock by `event` and fire what it passes; False for an event that comes late."""
        time, newest = event.time, slot.time
        sure = not event.flags or UNTRUSTED not in event.flags
        if newest is None or (sure and not slot.sure):
            self._set_clock(node, slot, time, sure)
        elif time < newest:
            slot.shares(event.device)
            return False
        elif time > newest and sure == slot.sure:
            if slot.timers and not node.kind.timers_on_now:
                self._fire_before(node, slot, time)
                if self.slots[node.index].get(slot.key) is not slot:
                    self._begin_anew(node, slot)
            self._set_clock(node, slot, time, sure)
        slot.shares(event.device)
        slot.event = event if node.instance.recalls or slot.timers else SPOKEN
        return True

    def _begin_anew(self, node: PlanNode, slot: Slot) -> None:
        """The key was done by a timer that was due before the event that is handled now."""
        slot.memory = node.kind.Memory() if node.kind.Memory else None
        slot.event, slot.mixed = None, False
        self.slots[node.index][slot.key] = slot

    def _set_clock(self, node: PlanNode, slot: Slot, time: int, sure: bool) -> None:
        slot.time, slot.sure, slot.anchor = time, sure, self.now
        offset = 0 if node.kind.timers_on_now else self.now - time
        if offset != slot.offset:
            slot.offset = offset
            if slot.timers:
                self.timers.moved(slot)

    def _fire_before(self, node: PlanNode, slot: Slot, time: int) -> None:
        """Fire this key's timers that are due before an event of `time`."""
        for _ in range(MOST_PASSES):
            due = [p for p in slot.timers.values() if p.due is not None and p.due < time]
            if not due:
                return
            self._fire(node, min(due, key=lambda p: (p.due, p.name)))

    def _fire(self, node: PlanNode, pending: Pending) -> None:
        slot = pending.slot
        event = self._timer_event(node, pending)
        self.timers.take(pending)
        self.marks.slots[slot] = None
        self.counts.timers += 1
        if not node.off:
            self._take(node, slot, event, event.time + 1, node.instance.on_timer, pending.name, event, slot.memory)

    def _timer_event(self, node: PlanNode, pending: Pending) -> Event:
        """The key's last event at the due time; an empty one where there was none."""
        slot, due, last = pending.slot, pending.due or 0, pending.slot.event
        name = f"{node.id}.{pending.name}@{due}"
        if last is None:
            return self._first_event(slot, due, name)
        flags = (*last.flags, OVERDUE) if self._overdue and OVERDUE not in last.flags else last.flags
        return Event(due, self.now, last.device, last.type, last.data, f"{last.cause}/{name}", flags)

    def _first_event(self, slot: Slot, time: int, cause: str) -> Event:
        """What happens to a key that no event has come for."""
        registry, device = self.plan.registry, slot.device
        known = registry.devices.get(device or "") if registry is not None else None
        cause = f"{cause}/{slot.key}" if slot.key else cause
        flags = (OVERDUE,) if self._overdue else ()
        return Event(time, self.now, device, known.type if known else None, {}, cause, flags)

    def _take(
        self,
        node: PlanNode,
        slot: Slot | None,
        event: Event,
        soonest: int | None,
        call: Callable[..., Iterable[Yield]],
        *arguments: Any,
    ) -> None:
        """Call a node and act on what it yields. Timers are set no earlier than `soonest`, so that none can fire for
        ever."""
        if slot is not None:
            self.marks.slots[slot] = None
        try:
            for made in call(*arguments):
                if type(made) is Emit:
                    self._emit(node, slot, made.port, made.event)
                elif type(made) is Timer:
                    due = made.due if soonest is None or made.due > soonest else soonest
                    self.timers.set(slot or self._own_slot(node), made.name, due)
                elif type(made) is Later:
                    later = slot or self._own_slot(node)
                    self.timers.set(later, made.name, later.clock(self.now) + made.wait)
                elif type(made) is Cancel:
                    self.timers.cancel(slot or self._own_slot(node), made.name)
                elif type(made) is Trouble:
                    self._trouble(node, made.code, made.args, event)
                elif type(made) is Forget:
                    self._forget(node, slot)
                elif type(made) is Act or type(made) is Ask:
                    self._effect(node, slot, event, made)
        except Exception as failure:
            self.complain(node, failure, event)

    def _emit(self, node: PlanNode, slot: Slot | None, port: str, event: Event) -> None:
        merged = slot is not None and slot.mixed and node.merges and event.device is not None
        if merged and port not in node.kind.chooses_device:
            event = msgspec.structs.replace(event, device=None)
        sent = self.tally[node.index].sent
        sent[port] = sent.get(port, 0) + 1
        if self.tap is not None:
            self.tap(node.id, port, event)
        self.last[node.id, port] = event
        for target, into in node.outputs.get(port, ()):
            self._seq += 1
            heappush(self._queue, (target, event.time, self._seq, into, event))

    def _effect(self, node: PlanNode, slot: Slot | None, event: Event, made: Act | Ask) -> None:
        if isinstance(made, Ask) and made.event is not None:
            event = made.event
        place = (node.index, event.cause)
        ordinal = self._ordinals[place] = self._ordinals.get(place, -1) + 1
        key = effect_key(self.plan.version, node.id, event.cause, ordinal)
        if isinstance(made, Ask):
            effect = Effect(key, node.id, node.kind.id, event.time, event.device, made.request, event.cause)
            effect = msgspec.structs.replace(effect, ask=True, timeout=made.timeout)
            self.counts.asked += 1
            self.set_deadline(key, self.now + made.timeout)
        else:
            effect = Effect(key, node.id, node.kind.id, event.time, made.device, made.data, event.cause, made.ttl)
        if effect.ask or node.outputs:
            self.waiting[key] = Waiting(node.id, slot.key if slot else None, event, ordinal, self.now, effect)
            self.marks.waiting[key] = None
        self.tally[node.index].effects += 1
        self._effects.append(effect)
        self._mark(event, DELIVERED)

    def set_deadline(self, key: str, at: int) -> None:
        """An ask that has no answer at `at` (ms) is answered with the error `timeout`."""
        slot = self.deadlines[key] = Slot(None, key)
        self.timers.set(slot, "timeout", at)

    def _mark(self, event: Event, fate: int) -> None:
        if fate > self._fate and event.cause == self._cause:
            self._fate = fate

    def complain(self, node: PlanNode, failure: Exception, event: Event | None = None) -> None:
        """Put a failure inside a node on its trace."""
        self._trouble(node, "node_failed", {"detail": f"{type(failure).__name__}: {failure}"[:200]}, event)

    def _trouble(self, node: PlanNode, code: str, args: dict[str, Any], event: Event | None) -> None:
        self.tally[node.index].problems += 1
        if code == "late" and event is not None:
            self.tally[node.index].late += 1
            self._mark(event, LATE)
        self.traces.add(node.id, code, args, event, self.now)
