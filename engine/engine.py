"""The engine: arrivals in, effects out. Deterministic, and pure: it reads no clock and does no I/O."""

from collections.abc import Callable, Iterable
from functools import cached_property
from heapq import heappush
from typing import Any

import msgspec

from engine.clock import format_time, trusted
from engine.delivery import UNTRUSTED, Delivery, Tap
from engine.effect import Effect, Waiting, effect_key
from engine.fates import DELIVERED, FILTERED, KEPT, LATE, Fates, Trace
from engine.fuse import Fused
from engine.incoming import Incoming
from engine.memory import Record, changes_of, restore, snapshot_of
from engine.plan import Plan, PlanNode
from engine.slots import Pending
from engine.stepping import shift
from nodes.kit.duration import format_duration
from nodes.kit.effect import Act, Answer, Emit, Trouble
from nodes.kit.event import Arrival, Event
from nodes.kit.kind import Kind
from nodes.kit.topic import MOST_KNOWN

OnDead = Callable[[Arrival, Trace], None]
"""Told of each arrival that a source could not read, with the trouble."""


class Engine(Delivery):
    """One running flow.

    `now` (ms) is where its time starts. `memory` is what `snapshot()` gave, maybe under an older version of the
    document: nodes whose kind, memory version and identity params are unchanged keep theirs. `tap(node, port, event)`
    sees every event on every wire. `now` only grows; give arrivals in the order in which they were received. With
    `tracked`, ask for `changes()` now and then.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        now: int,
        memory: dict[str, Any] | None = None,
        tap: Tap | None = None,
        tracked: bool = False,
    ) -> None:
        super().__init__(plan, now, tap)
        self.marks.tracked = tracked
        self._routes: dict[tuple[str | None, ...], tuple[PlanNode, ...]] = {}
        self._place = {node.id: node.index for node in plan.nodes}
        self.patient = False
        """Time passes and no timer fires by itself, only those of a key before its next event: until `resume`, while what
        came in between is still being read."""
        self.changed: dict[str, Any] = {}
        self.on_dead: OnDead | None = None
        if memory:
            restore(self, memory)
        else:
            self.start(self.nodes)
        self._first, self._effects = self._effects, []

    # --- what comes in ------------------------------------------------------------------------------------------

    def push(self, arrival: Arrival, *, only: str | None = None) -> list[Effect]:
        """Time passes to the arrival (timers due before it fire), then every source that accepts it reads it; with `only`,
        no other than that one where it is among them."""
        self._begin()
        self._pass_to(arrival.arrived, inclusive=False)
        self._give(arrival, only)
        return self._end()

    def _give(self, arrival: Arrival, only: str | None = None) -> None:
        readers = self.readers(arrival)
        if only is not None:
            readers = tuple(node for node in readers if node.id == only) or readers
        if not readers:
            self.counts.unread += 1
        for node in readers:
            self._read(node, arrival)

    def put(self, node: str, port: str, event: Event) -> list[Effect]:
        """`event` comes to `node` on its input `port` as along a wire, or leaves a source by its output `port`: for trying a
        flow out."""
        self._begin()
        self._pass_to(event.arrived, inclusive=False)
        self._cause, self._fate = event.cause, FILTERED
        at = self.nodes[self._place[node]]
        if at.is_source:
            self._emit(at, None, port, event)
        else:
            self.hand(at.index, port, event)
        self._drain()
        self._cause = ""
        return self._end()

    def push_all(self, incoming: Incoming) -> list[Effect]:
        """Messages that came together, one after the other, to the same end as `push`; of what is done in place `last` gets
        only the last event of the batch on each wire."""
        self._begin()
        if self.tap is not None:
            for at in range(len(incoming)):
                self.single(at, incoming)
        else:
            self.fused.run(self, incoming)
        return self._end()

    def single(self, at: int, incoming: Incoming) -> None:
        """Message `at` of a batch, the usual way."""
        topic, payload = incoming.topics[at], incoming.payloads[at]
        self.pass_by(incoming.arrived)
        self._give(Arrival(incoming.arrived, incoming.causes.of(at), topic=topic, payload=payload))

    def hand(self, target: int, into: str, event: Event) -> None:
        """An event of the message at hand waits for the node with index `target`; `settle` follows."""
        self._seq += 1
        heappush(self._queue, (target, event.time, self._seq, into, event))

    def settle(self, source: PlanNode, at: int, incoming: Incoming, fate: int) -> None:
        """Hand out what waits of message `at`, of which `fate` is known so far, and count what became of it."""
        self._ordinals.clear()
        self._cause, self._fate = incoming.causes.of(at), fate
        self._drain()
        self._settle(self.counts.sources[source.id], dead=False)

    def act(self, node: PlanNode, acts: tuple[Act, ...], time: int, cause: str) -> None:
        """What `node` does on an event of `time` of the message at hand, whose outcome nobody wants to hear."""
        version, kind = self.plan.version, node.kind.id
        for ordinal, made in enumerate(acts):
            key = effect_key(version, node.id, cause, ordinal)
            self._effects.append(Effect(key, node.id, kind, time, made.device, made.data, cause, made.ttl))
        tally = self.tally[node.index]
        tally.came += 1
        tally.effects += len(acts)

    def pass_by(self, now: int) -> None:
        """Timers due before `now` fire: what happens before every message."""
        self._ordinals.clear()
        if self.timers.heap:
            self._pass_to(now, inclusive=False)
        elif now > self.now:
            self.now = now

    @cached_property
    def fused(self) -> Fused:
        """The plan as loops."""
        return Fused(self.plan)

    @property
    def cause(self) -> str:
        """Of the arrival that is handled now; empty in between."""
        return self._cause

    def advance(self, now: int, *, inclusive: bool = False) -> list[Effect]:
        """Time passes to `now`: timers due before it fire, with `inclusive` those due exactly then too."""
        self._begin()
        self._pass_to(now, inclusive=inclusive)
        return self._end()

    def resume(self, now: int) -> list[Effect]:
        """The engine goes on at `now` after nothing ran since its own `now`: what came due meanwhile fires as overdue."""
        self._begin()
        self.now, self._overdue, self.patient = max(self.now, now), True, False
        self._pass_to(self.now, inclusive=False)
        self._overdue = False
        return self._end()

    def step(self, now: int) -> list[Effect]:
        """`now` is set forward although no time has passed (a corrected clock): keys' clocks and deadlines wait as long as
        before, and what was due in between on `now` itself fires as overdue; where timers wait, not before `resume`."""
        shift(self, max(0, now - self.now))
        if self.patient:
            return self.advance(now)
        return self.resume(now)

    def answer(self, effect_key: str, answer: Answer, now: int) -> list[Effect]:
        """What came of an effect, at `now`. Unknown keys (already answered, timed out, nobody listens) do nothing."""
        self._begin()
        self._pass_to(now, inclusive=False)
        self._answered(effect_key, answer)
        return self._end()

    def change_settings(self, values: dict[str, Any], now: int) -> list[Effect]:
        """Other values of settings, from `now` on; names that are left out keep theirs. Timers that are past by the
        new values fire at once. Raises ValueError, with nothing changed, for an unknown name or a refused value."""
        changed = {**self.changed, **values}
        plan = self.plan.with_settings(changed)
        self._begin()
        self._pass_to(now, inclusive=False)
        self._adopt(plan, changed)
        self._pass_to(self.now, inclusive=True)
        return self._end()

    def next_due(self) -> int | None:
        """The `now` at which the next timer is due, if any (ms)."""
        pending = self.timers.next()
        return None if pending is None else pending.at

    @property
    def idle(self) -> bool:
        """Whether nothing is due, on its way or waited for."""
        return not (self._first or self.waiting) and self.next_due() is None

    def snapshot(self) -> dict[str, Any]:
        """All memory, clocks, timers and waiting effects, as JSON types: an engine made from it goes on the same."""
        return snapshot_of(self, self._first)

    def changes(self, *, whole: bool = False) -> tuple[bytes, list[Record]]:
        """The header and what was remembered or forgotten since the last call, or since the memory that was given; with
        `whole`, all that is remembered. `memory_of` puts them together."""
        return changes_of(self, self._first, whole)

    # --- how time passes ----------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._effects, self._first = self._first, []
        self._ordinals.clear()

    def _end(self) -> list[Effect]:
        effects, self._effects = self._effects, []
        return effects

    def _pass_to(self, now: int, *, inclusive: bool) -> None:
        timers, limit = self.timers, now + 1 if inclusive else now
        while (
            not self.patient
            and timers.heap
            and (pending := timers.next()) is not None
            and pending.at is not None
            and pending.at < limit
        ):
            if pending.at > self.now:
                self.now = pending.at
            slot = pending.slot
            if slot.node is None:
                timers.take(pending)
                self.counts.timed_out += 1
                self._answered(slot.key, Answer(error="timeout"))
                continue
            if slot.node.is_source:
                self._read_timer(slot.node, pending)
            else:
                self._fire(slot.node, pending)
            self._drain()
        if now > self.now:
            self.now = now

    def start(self, nodes: Iterable[PlanNode]) -> None:
        """Let nodes set the first timers of their keys that are there before any event and have not begun yet."""
        for node in nodes:
            if node.off or type(node.instance).on_start is Kind.on_start:
                continue
            for key in node.instance.first_keys():
                if key not in self.slots[node.index]:
                    slot = self._slot(node, key)
                    slot.device = key if key and not node.merges else None
                    event = self._first_event(slot, self.now, f"{node.id}@{self.now}")
                    self._take(node, slot, event, None, node.instance.on_start, self.now, slot.memory)
        self._drain()

    # --- sources ------------------------------------------------------------------------------------------------

    def readers(self, arrival: Arrival) -> tuple[PlanNode, ...]:
        """The sources that read an arrival."""
        route = (arrival.device, arrival.type, arrival.topic, arrival.node)
        readers = self._routes.get(route)
        if readers is None:
            if len(self._routes) >= MOST_KNOWN:
                self._routes.clear()
            sources = (self.nodes[index] for index in self.plan.sources)
            readers = self._routes[route] = tuple(node for node in sources if node.instance.accepts(arrival))  # type: ignore[attr-defined]
        return readers

    def _read(self, node: PlanNode, arrival: Arrival) -> None:
        self._cause, self._fate = arrival.cause, FILTERED
        emitted = troubled = False
        try:
            for made in node.instance.read(arrival):  # type: ignore[attr-defined]
                if type(made) is Emit:
                    emitted = True
                    self._emit(node, None, made.port, self._trusted(node, made.event))
                elif type(made) is Trouble:
                    troubled = True
                    self._trouble(node, made.code, made.args, _seen(arrival))
        except Exception as failure:
            troubled = True
            self.complain(node, failure, _seen(arrival))
        self._drain()
        dead = troubled and not emitted
        self._settle(self.counts.sources[node.id], dead=dead)
        if dead and self.on_dead is not None:
            self.on_dead(arrival, self.traces.recent[-1])

    def _read_timer(self, node: PlanNode, pending: Pending) -> None:
        """A source's own timer, such as a schedule's tick, is received like an arrival."""
        sent = self.tally[node.index].sent
        before = sum(sent.values())
        self._cause, self._fate = self._timer_event(node, pending).cause, FILTERED
        self._fire(node, pending)
        self._drain()
        if sum(sent.values()) > before:
            self._settle(self.counts.sources[node.id], dead=False)

    def _settle(self, fates: Fates, *, dead: bool) -> None:
        fates.received += 1
        if dead:
            fates.dead += 1
        elif self._fate == DELIVERED:
            fates.delivered += 1
        elif self._fate == KEPT:
            fates.kept += 1
        elif self._fate == LATE:
            fates.late += 1
        else:
            fates.filtered += 1
        self._cause = ""

    def _trusted(self, node: PlanNode, event: Event) -> Event:
        if trusted(event.time, self.now, node.max_age):
            return event
        self._trouble(node, UNTRUSTED, _apart(event, self.now), event)
        return msgspec.structs.replace(event, time=event.arrived, flags=(*event.flags, UNTRUSTED))

    # --- answers and settings -----------------------------------------------------------------------------------

    def _answered(self, effect_key: str, answer: Answer) -> None:
        waiting = self.waiting.pop(effect_key, None)
        if waiting is None:
            return
        self.marks.answered(effect_key)
        deadline = self.deadlines.pop(effect_key, None)
        if deadline is not None:
            self.timers.forget(deadline)
            self.counts.answered += 1
        if waiting.effect.ask:
            answer = msgspec.structs.replace(answer, asked=waiting.effect.data)
        node = self.nodes[self._place[waiting.node]]
        event = self._answer_event(waiting)
        slot = None if waiting.slot is None else self._slot(node, waiting.slot)
        self._take(node, slot, event, None, node.instance.on_answer, answer, event, slot and slot.memory)
        self._drain()

    def _answer_event(self, waiting: Waiting) -> Event:
        """The event that asked, at the moment of its answer: as much later as `now` has moved on."""
        event, passed = waiting.event, self.now - waiting.since
        cause = f"{event.cause}/{waiting.node}!{waiting.ordinal}"
        return msgspec.structs.replace(event, time=event.time + passed, arrived=self.now, cause=cause)

    def keep_settings(self, values: dict[str, Any]) -> None:
        """Before anything has happened: settings that were changed while the flow ran before."""
        self.changed, self.plan = values, self.plan.with_settings(values)
        self.nodes = self.plan.nodes

    def _adopt(self, plan: Plan, changed: dict[str, Any]) -> None:
        before, self.plan, self.nodes, self.changed = self.nodes, plan, plan.nodes, changed
        self._routes.clear()
        self.__dict__.pop("fused", None)
        for old, node in zip(before, plan.nodes, strict=True):
            slots = self.slots[node.index]
            if old.identity != node.identity:
                for slot in slots.values():
                    self.timers.forget(slot)
                    self.marks.forgotten(node.id, slot)
                slots.clear()
                self.start([node])
            for slot in slots.values():
                slot.node = node
            if old.given != node.given:
                self.tell(node, old.instance.params)

    def tell(self, node: PlanNode, before: Any) -> None:
        """Let a node answer to its new params, key by key."""
        for slot in list(self.slots[node.index].values()):
            clock = slot.clock(self.now)
            event = slot.event if node.instance.recalls else None
            event = event or Event(clock, self.now, None, None, {}, f"{node.id}@{clock}")
            self._take(node, slot, event, clock, node.instance.on_settings, before, slot.memory, clock)


def _apart(event: Event, now: int) -> dict[str, Any]:
    """How far an event's time is from `now`, for people: to the second, or in days where it is far."""
    far = abs(now - event.time)
    unit = 86_400_000 if far >= 2 * 86_400_000 else 1_000
    length = format_duration(far // unit * unit)
    return {"time": format_time(event.time), "behind" if event.time < now else "ahead": length, "device": event.device}


def _seen(arrival: Arrival) -> Event:
    """An arrival as its trace shows it."""
    return Event(arrival.arrived, arrival.arrived, arrival.device, arrival.type, arrival.data or {}, arrival.cause)
