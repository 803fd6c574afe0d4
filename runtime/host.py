"""The one thread that runs all flows of a process: messages and orders in, effects out, memory on the disk.

Order of one round: orders, messages (on the disk first, then acknowledged, then handed to the flows), timers, one
commit of everything that changed, and only then the effects leave.
"""

import contextlib
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Protocol

import msgspec

from engine.actions import needs_approval
from engine.effect import Effect
from nodes.kit.catalog import Catalog, full_catalog
from nodes.kit.effect import Answer
from nodes.kit.event import Arrival
from runtime.approvals import Approvals
from runtime.carrier import Carrier
from runtime.clock import WallClock
from runtime.deploy import Deploy
from runtime.intake import Intake
from runtime.mailbox import Batch, Mailbox, Order
from runtime.running import RunningFlow, sound_plan
from runtime.senders.outcome import Outcome
from runtime.store import Change, Store, Waiting

SNAPSHOT_EVERY = 0.25
"""Seconds after which changed memory is written even when nothing left the flow."""
LONGEST_WAIT = 0.5
"""Seconds: the longest pause between two looks at the clock."""
ALIVE, ALIVE_EVERY = "alive", 5.0
"""The fact that says when the host was last seen (ms), and how often it is written (seconds)."""
AGAIN_AFTER = 1.0
"""Seconds before another attempt when the disk refuses."""

MOST_AT_ONCE = 4_096
"""Messages after which a round takes no further batch."""


class Listener(Protocol):
    """Told, on the host's thread, what a person may want to see."""

    def carried_out(self, flow: RunningFlow, effect: Effect, outcome: Outcome) -> None:
        """An action came to its end."""

    def failed(self, flow: RunningFlow) -> None:
        """A flow cannot go on."""

    def made(self, flow: RunningFlow, effect: Effect) -> None:
        """A flow decided on an effect; told in the round whose commit keeps it."""

    def round_over(self) -> None:
        """Once per round, before its commit."""


class Host:
    """Everything but `post`, `deploy`, `start` and `stop` belongs to the host's own thread."""

    def __init__(
        self,
        *,
        mailbox: Mailbox,
        clock: WallClock,
        listener: Listener,
        on_topics: Callable[[dict[str, int]], None],
        store: Store | None = None,
        catalog: Catalog | None = None,
    ) -> None:
        self.mailbox, self.clock, self.store = mailbox, clock, store
        self.listener, self._on_topics = listener, on_topics
        self.catalog = catalog or full_catalog()
        self.carrier: Carrier | None = None
        self.approvals: Approvals | None = None
        self.on_round: Callable[[], None] = lambda: None
        """Called at the end of every round, after its commit."""
        self.flows: dict[str, RunningFlow] = {}
        self.intake = Intake(self.flows, clock, store)
        self.trouble: str | None = None
        self._ended: deque[tuple[RunningFlow, Effect, Outcome | Answer]] = deque()
        self._called = False
        self._settled: dict[str, list[str]] = {}
        self._kept: set[tuple[str, str]] = set()
        """Flow and key of what fast flows have in the outbox."""
        self._up: list[bytes] = []
        self.rows_written = False
        """There are new rows on the disk; whoever tells of them takes it back."""
        self._reported: set[str] = set()
        self._written = self._noted = time.monotonic()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="host", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def post(self, order: Order) -> None:
        """Have `order` done on the host's thread."""
        self.mailbox.post(order)

    def stop(self) -> None:
        """End the thread after a last commit."""
        self._stopping.set()
        self.mailbox.post(lambda: None)
        if self._thread.is_alive():
            self._thread.join(10)

    # --- flows ----------------------------------------------------------------------------------------------------

    def deploy(self, deploy: Deploy) -> RunningFlow:
        """Start a flow or put a new version in its place, keeping what it may keep of its memory. Raises NotSound."""
        plan = sound_plan(deploy, self.catalog)
        before = self.flows.get(deploy.flow)
        memory = before.engine.snapshot() if before and before.failure is None else None
        flow = RunningFlow(deploy, plan, self.clock.now(), memory)
        if before is not None:
            flow.made = before.made
        self._adopt(flow)
        if self.store is not None:
            flow.place = flow.committed = self.store.last_place()
            self.store.keep_deploy(flow.id, msgspec.json.encode(deploy), flow.place)
        flow.dirty = flow.changed = True
        return flow

    def recover(self) -> list[tuple[str, Exception]]:
        """Start what the store keeps: memory, then the messages it has not seen, then what was still to be sent.
        Returns the flows that could not be started, with the reason. As an order, or before `start`."""
        lost: list[tuple[str, Exception]] = []
        for kept in self.store.kept() if self.store else []:
            try:
                deploy = msgspec.json.decode(kept.deploy, type=Deploy)
                memory = msgspec.json.decode(kept.memory) if kept.memory else None
                flow = RunningFlow(deploy, sound_plan(deploy, self.catalog), self.clock.now(), memory)
            except Exception as problem:  # one flow that cannot be read must not keep the others from starting
                lost.append((kept.flow, problem))
                continue
            flow.place = flow.committed = kept.place
            self._adopt(flow)
            self._catch_up(flow)
            flow.resume(int(self.store.fact(ALIVE) or 0) if self.store else 0, self.clock.now())
        return lost

    def _catch_up(self, flow: RunningFlow) -> None:
        if self.store is None:
            return
        waiting = self.store.waiting(flow.id)
        for row in self.store.after(flow.place) if flow.durable else ():
            if flow.wants(row.topic):
                flow.push_all([row.topic], [row.payload], row.arrived, self.intake.kept(row.place), row.place)
        for left in waiting:
            effect = msgspec.json.decode(left.effect, type=Effect)
            if not flow.durable:
                self._kept.add((flow.id, effect.key))
            self._carry_out(flow, effect, max(0.0, (self.clock.now() - left.created) / 1000))

    def _adopt(self, flow: RunningFlow) -> None:
        self.flows[flow.id] = flow
        self._reported.discard(flow.id)
        self.topics_changed()

    def remove(self, id: str) -> RunningFlow | None:
        """Stop a flow and forget its memory."""
        flow = self.flows.pop(id, None)
        if flow is not None:
            if self.store is not None:
                self.store.forget(id)
            if self.approvals is not None:
                self.approvals.forget(id)
            self._kept = {kept for kept in self._kept if kept[0] != id}
            self.topics_changed()
        return flow

    def topics_changed(self) -> None:
        self.intake.routes.clear()
        wanted: dict[str, int] = {}
        for flow in [*self.flows.values(), *self.intake.watchers]:
            for filter, qos in flow.filters.items():
                wanted[filter] = max(qos, wanted.get(filter, 0))
        self._on_topics(wanted)

    def inject(self, flow: RunningFlow, node: str, data: dict[str, Any]) -> None:
        """Give a source node (a webhook, a schedule, a test event) something to read."""
        flow.push(Arrival(self.clock.now(), self.intake.injected(), node=node, data=data))
        flow.changed = True

    def row(self, row: bytes) -> None:
        """A numbered row for the server, written with this round's commit."""
        self._up.append(row)

    # --- the thread -----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopping.is_set():
            busy = self.carrier is not None and self.carrier.busy
            self._round(*self.mailbox.take(self._wait(), most=0 if busy else MOST_AT_ONCE))
        self._round(self.mailbox.take(0, most=0)[0], [], final=True)

    def _round(self, orders: list[Order], batches: list[Batch], *, final: bool = False) -> None:
        for order in orders:
            with self._guard():
                order()
        if batches:
            self._until_done(lambda: self.intake.receive(batches))
        if not len(self.mailbox):
            self._tick()
        with self._guard():
            self.intake.glimpse()
            self._tell()
            if self.approvals is not None:
                self.approvals.sweep()
        self._until_done(lambda: self._commit(final))
        self._until_done(lambda: self._note_alive(final))
        with self._guard():
            self.on_round()

    def _note_alive(self, final: bool) -> None:
        if self.store is not None and (final or time.monotonic() - self._noted >= ALIVE_EVERY):
            self.store.remember(ALIVE, self.clock.now())
            self._noted = time.monotonic()

    def _tell(self) -> None:
        for flow in self.flows.values():
            for effect in flow.made:
                self.listener.made(flow, effect)
        self.listener.round_over()

    def _wait(self) -> float:
        if self._up and self.store is not None:
            return 0.0  # told while effects left, after the commit of that round
        dues = [due for flow in self.flows.values() if (due := flow.next_due()) is not None]
        wait = LONGEST_WAIT
        if dues:
            wait = min(wait, max(0.001, (min(dues) - self.clock.now() + 1) / 1000))
        if any(flow.dirty and flow.durable for flow in self.flows.values()):
            wait = min(wait, SNAPSHOT_EVERY)
        return wait

    def _until_done(self, work: Callable[[], None]) -> None:
        """A disk that refuses is told and tried again: nothing is acknowledged or sent meanwhile."""
        while True:
            try:
                work()
                self.trouble = None
                return
            except (sqlite3.Error, OSError) as problem:
                self.trouble = f"the store cannot be written: {problem}"
                if self._stopping.wait(AGAIN_AFTER):
                    return

    @contextlib.contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except Exception as problem:  # an order that fails must not end the thread
            self.trouble = f"{type(problem).__name__}: {problem}"[:300]

    def _tick(self) -> None:
        now = self.clock.now()
        for flow in self.flows.values():
            flow.advance(now)

    # --- what goes out --------------------------------------------------------------------------------------------

    def _commit(self, final: bool) -> None:
        leaving = [(flow, flow.made) for flow in self.flows.values() if flow.made]
        if self.store is not None:
            self._write(final)
        for flow, effects in leaving:
            flow.made = []
            for effect in effects:
                self._carry_out(flow, effect, 0.0)
        for flow in list(self.flows.values()):
            if flow.failure and flow.id not in self._reported:
                self._reported.add(flow.id)
                with self._guard():
                    self.listener.failed(flow)

    def _write(self, final: bool) -> None:
        store = self.store
        if store is None:
            return
        due = final or time.monotonic() - self._written >= SNAPSHOT_EVERY
        flows = [flow for flow in self.flows.values() if flow.durable and flow.dirty]
        flows = [flow for flow in flows if due or flow.made or flow.changed]
        now = self.clock.now()
        changes = {flow.id: self._change(flow, now) for flow in flows}
        changes |= {flow.id: held for flow in self.flows.values() if (held := self._held(flow, now))}
        if not changes and not self._up and not self._settled:
            return
        for id, keys in self._settled.items():
            changes.setdefault(id, Change(id)).settled.extend(keys)
        store.commit(changes.values(), self._up, self._passed(flows))
        self.rows_written = self.rows_written or bool(self._up)
        self._settled, self._up = {}, []
        self._written = time.monotonic()
        for flow in flows:
            flow.dirty = flow.changed = False
            flow.committed = flow.place

    def _change(self, flow: RunningFlow, now: int) -> Change:
        if flow.failure is not None:  # its memory may be half changed: the last good one stays
            return Change(flow.id)
        return Change(flow.id, flow.snapshot(), flow.place, _waiting(flow, flow.made, now))

    def _held(self, flow: RunningFlow, now: int) -> Change | None:
        """Of a fast flow, only what waits for a person outlives a restart."""
        if flow.durable or not flow.made or self.approvals is None:
            return None
        held = [effect for effect in flow.made if needs_approval(effect, flow.plan.registry)]
        self._kept |= {(flow.id, effect.key) for effect in held}
        return Change(flow.id, waiting=_waiting(flow, held, now)) if held else None

    def _passed(self, writing: list[RunningFlow]) -> int | None:
        """Up to which place no flow needs the inbox any more, once `writing` is written."""
        if self.store is None:
            return None
        behind = [f for f in self.flows.values() if f.durable and f.dirty and not f.failure and f not in writing]
        return min((flow.committed for flow in behind), default=self.store.last_place())

    def _carry_out(self, flow: RunningFlow, effect: Effect, age: float) -> None:
        if self.carrier is not None:
            self.carrier.carry_out(flow, effect, age, partial(self._ends, flow, effect))

    def _ends(self, flow: RunningFlow, effect: Effect, outcome: Outcome | Answer) -> None:
        """On any thread: something came of an effect."""
        self._ended.append((flow, effect, outcome))
        if not self._called:
            self._called = True
            self.mailbox.post(self._take_ended)

    def _take_ended(self) -> None:
        self._called = False
        for _ in range(len(self._ended)):
            self._done(*self._ended.popleft())

    def _done(self, flow: RunningFlow, effect: Effect, result: Outcome | Answer) -> None:
        running = self.flows.get(flow.id)
        if isinstance(result, Outcome):
            if result.later and (running is not None and self._outlives(running, effect)):
                return  # it stays in the outbox and goes after the next start
            with self._guard():
                self.listener.carried_out(running or flow, effect, result)
        answer = result if isinstance(result, Answer) else answer_of(result)
        if running is None:
            return
        running.answer(effect.key, answer, self.clock.now())
        if self._outlives(running, effect):
            self._settled.setdefault(running.id, []).append(effect.key)
            self._kept.discard((running.id, effect.key))

    def _outlives(self, flow: RunningFlow, effect: Effect) -> bool:
        """Whether `effect` stands in the outbox."""
        return self.store is not None and (flow.durable or (flow.id, effect.key) in self._kept)


def _waiting(flow: RunningFlow, effects: list[Effect], now: int) -> list[Waiting]:
    return [Waiting(flow.id, effect.key, msgspec.json.encode(effect), now) for effect in effects]


def answer_of(outcome: Outcome) -> Answer:
    """What the node hears of its action."""
    if outcome.sent:
        return Answer(value=True)
    error = outcome.reason or ("not_sent" if outcome.permanent else "not_reached")
    return Answer(error=error, detail=outcome.detail)
