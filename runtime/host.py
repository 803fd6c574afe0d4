"""The one thread that runs all flows of a process: messages and orders in, effects out, memory on the disk.

Order of one round: orders, messages (on the disk first, then acknowledged, then handed to the flows), timers, one
commit of everything that changed, and only then the effects leave.
"""

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from engine.effect import Effect
from engine.plan import Plan
from nodes.kit.catalog import Catalog, full_catalog
from nodes.kit.event import Arrival
from nodes.kit.structs import settle_structs
from runtime.backlog import Backlog
from runtime.clock import WallClock
from runtime.deploy import Deploy
from runtime.garbage import give_back
from runtime.intake import Intake
from runtime.mailbox import Batch, Mailbox, Order
from runtime.outgoing import Outgoing, Told
from runtime.probation import Refused
from runtime.running import RunningFlow, waiting_of
from runtime.store import Change, Store, Unavailable
from runtime.versions import Versions

SNAPSHOT_EVERY = 0.25
"""Seconds after which changed memory is written even when nothing left the flow."""
REST_AFTER = 60
"""Seconds, about, between two times that a flow is asked whether it may rest."""
LONGEST_WAIT = 0.5
"""Seconds: the longest pause between two looks at the clock."""
ALIVE, ALIVE_EVERY = "alive", 5.0
"""The fact that says when the host was last seen (ms), and how often it is written (seconds)."""
SOON = 0.02
"""Seconds after which our thread looks at what another one has done in its place."""
AGAIN_AFTER = 1.0
"""Seconds before another attempt when the disk refuses."""
MOST_AT_ONCE = 4_096
"""Messages after which a round takes no further batch."""


class Listener(Told, Protocol):
    """Told, on the host's thread, what a person may want to see."""

    def failed(self, flow: RunningFlow) -> None:
        """A flow cannot go on."""

    def made(self, flow: RunningFlow, effects: list[Effect]) -> None:
        """A flow decided on effects; told in the round whose commit keeps them."""

    def refused(self, flow: RunningFlow, refused: Refused) -> None:
        """A new version did not stay; `flow` is what runs in its place."""

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
        settle_structs()  # from here on there are threads
        self.mailbox, self.clock, self.store = mailbox, clock, store
        self.listener, self._on_topics = listener, on_topics
        self.catalog = catalog or full_catalog()
        self.subscribed: Callable[[], bool] | None = None
        """Whether the broker gives us what it kept while we were away; None: there is no such broker."""
        self.backlog: Backlog | None = None
        self.on_round: Callable[[], None] = lambda: None
        """Called at the end of every round, after its commit."""
        self.flows: dict[str, RunningFlow] = {}
        self.intake = Intake(self.flows, clock, store)
        self.outgoing = Outgoing(self.flows, mailbox=mailbox, clock=clock, listener=listener, store=store)
        self.versions = Versions(
            self.flows,
            clock=clock,
            catalog=self.catalog,
            intake=self.intake,
            outgoing=self.outgoing,
            store=store,
            on_change=self._changed,
            on_refused=listener.refused,
        )
        self.on_trouble: Callable[[str | None], None] = lambda trouble: None
        """Called when the store refuses, in words, and with None when it takes again."""
        self.trouble: str | None = None
        self._refused = False
        self.halted = self._free = False
        """`halted`: nothing is taken, fired, kept or sent; orders are carried out all the same. `_free`: what comes may go to the
        flows on the thread that brings it."""
        self.turned = time.monotonic()
        """When the last round was over (monotonic seconds)."""
        self._up: list[bytes] = []
        self.rows_written = False
        """There are new rows on the disk; whoever tells of them takes it back."""
        self._reported: set[str] = set()
        self._written = self._noted = time.monotonic()
        self._rest_at, self._unasked = 0.0, list[RunningFlow]()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="host", daemon=True)

    def start(self) -> None:
        if self.store is None:  # nothing to wait for
            self.mailbox.at_once = self._at_once
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

    def deploy(self, deploy: Deploy, plan: Plan | None = None) -> RunningFlow:
        """Start a flow or put a new version in its place, on trial, keeping what it may keep of its memory. Returns what
        runs then, which is the version before where the new one cannot read its memory. `plan` is the deploy's, where it
        was made before. Raises NotSound."""
        return self.versions.deploy(deploy, plan)

    def recover(self) -> list[tuple[str, Exception]]:
        """Start what the store keeps: memory, then what was still to be sent, then the messages it has not seen. Returns
        the flows that could not be started, with the reason. Before `start`. Raises Unavailable."""
        lost: list[tuple[str, Exception]] = []
        if self.store is None:
            return lost
        alive = int(self.store.fact(ALIVE) or 0)
        self.clock.not_before(alive)
        for kept in self.store.kept():
            try:
                self.versions.revive(kept)
            except Unavailable:
                raise
            except Exception as problem:  # one flow that cannot be read must not keep the others from starting
                lost.append((kept.flow, problem))
                continue
            self.outgoing.take_up(self.flows[kept.flow])
        self._catch_up(self.store)
        for flow in self.flows.values():
            flow.wake(alive)
        self.backlog = Backlog(alive, self.clock.now(), self.subscribed or (lambda: False))
        if self.subscribed is None:
            self._resume()
        return lost

    def _resume(self) -> None:
        """What the broker kept was read: timers go on."""
        backlog, self.backlog = self.backlog, None
        if backlog is not None:
            for flow in self.flows.values():
                flow.resume(backlog.alive, self.clock.now())

    def _catch_up(self, store: Store) -> None:
        """Hand the flows what they have not seen, page by page."""
        places = [flow.place for flow in self.flows.values() if flow.durable]
        place = self.intake.reached = min(places, default=store.last_place())
        while rows := store.after(place):
            place = self.intake.again(rows)
            self.outgoing.collect()
            self._tell()
            self._commit(final=True)

    def _changed(self, id: str) -> None:
        """Another version of the flow runs, or it reads other topics."""
        self._reported.discard(id)
        self.topics_changed()

    def remove(self, id: str) -> RunningFlow | None:
        """Stop a flow and forget its memory, also of one that could not be started. The store first: where it refuses, the flow
        is still there for the next attempt."""
        if self.store is not None:
            self.store.forget(id)
        self.versions.forget(id)
        if (flow := self.flows.pop(id, None)) is not None:
            self.outgoing.forget(id)
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
            self._round(*self.mailbox.take(self._wait(), most=0 if self._holds_back else MOST_AT_ONCE))
        self._round(self.mailbox.take(0, most=0)[0], [], final=True)

    @property
    def _holds_back(self) -> bool:
        return self.halted or self.outgoing.busy or self.intake.full

    def _at_once(self, orders: list[Order], batch: Batch) -> float | None:
        """Hand a few messages to the flows on the thread that brings them, while ours sleeps: waking it would take longer.
        What they cause leaves at once, before they are acknowledged; all else has time until ours wakes."""
        if not self._free or self.halted or self.clock.leapt:
            return None
        for order in orders:
            self._safely(order)
        fresh = self.intake.hand_over(batch)
        acting = [flow for flow in self.flows.values() if flow.made]
        for flow in acting:
            self.listener.made(flow, flow.made)
            self.outgoing.leave(flow, flow.take_effects())
        if acting:
            self._safely(self.outgoing.go)
            self._free = not self._holds_back
        self.intake.settle(batch, fresh)
        return min(SOON, self._wait())

    def _round(self, orders: list[Order], batches: list[Batch], *, final: bool = False) -> None:
        if (leap := self.clock.leap()) is not None:
            self.versions.step(*leap)
            self._noted = 0.0  # else a start right afterwards takes the leap for a pause
            if self.backlog is not None:
                self.backlog.step(*leap)
        for order in orders:
            self._safely(self._until_done, order)
        if self.halted:
            self._up = []
            return
        if batches or self.intake.ready:
            self._until_done(lambda: self.intake.receive(batches))
        self._until_done(self.versions.read_on)
        if self.backlog is not None and self.backlog.over(bool(batches), self.clock.now()):
            self._resume()
        if not len(self.mailbox):
            self._tick()
            self._let_rest()
        self._safely(self._until_done, self.versions.sweep)
        self._safely(self._look_around)
        self._until_done(lambda: self._commit(final))
        self._until_done(lambda: self._note_alive(final))
        self._until_done(self.outgoing.letters.expire)
        self._safely(self._send_off)
        self._free = not self._holds_back and self.intake.developing is None
        self.turned = time.monotonic()

    def _look_around(self) -> None:
        self.intake.look_around()
        self.outgoing.collect()
        self._tell()
        if self.outgoing.approvals is not None:
            self.outgoing.approvals.sweep()

    def _send_off(self) -> None:
        self.outgoing.refill()
        self.outgoing.go()
        self.on_round()

    def _note_alive(self, final: bool) -> None:
        if self.store is not None and self.backlog is None and (final or time.monotonic() - self._noted >= ALIVE_EVERY):
            self.store.remember(ALIVE, self.clock.now())
            self._noted = time.monotonic()

    def _tell(self) -> None:
        for flow in self.flows.values():
            if flow.made:
                self.listener.made(flow, flow.made)
        self.listener.round_over()

    def _wait(self) -> float:
        if self._up and self.store is not None:
            return 0.0  # told while effects left, after the commit of that round
        wait, first = LONGEST_WAIT if self.backlog is None else LONGEST_WAIT / 5, None
        for flow in self.flows.values():
            if flow.behind:
                return 0.0
            if flow.dirty and flow.durable:
                wait = min(wait, SNAPSHOT_EVERY)
            due = flow.next_due()
            if due is not None and (first is None or due < first):
                first = due
        if first is not None:
            wait = min(wait, max(0.001, (first - self.clock.now() + 1) / 1000))
        return wait

    def _until_done(self, work: Callable[[], None]) -> None:
        """A disk that refuses is told and tried again: nothing is acknowledged or sent meanwhile."""
        while True:
            try:
                work()
            except Unavailable as problem:
                self._tell_trouble(str(problem) or type(problem).__name__)
                if self._stopping.wait(AGAIN_AFTER):
                    return
            else:
                if self.trouble is not None:
                    self._tell_trouble(None)
                return

    @property
    def refusing(self) -> str | None:
        """Why the store takes nothing just now, if so."""
        return self.trouble if self._refused else None

    def _tell_trouble(self, trouble: str | None) -> None:
        told, self.trouble, self._refused = self._refused, trouble, trouble is not None
        if told != self._refused:
            self.on_trouble(trouble)

    def _safely(self, work: Callable[..., None], *given: Any) -> None:
        try:
            work(*given)
        except Exception as problem:  # an order that fails must not end the thread
            self.trouble = f"{type(problem).__name__}: {problem}"[:300]

    def _tick(self) -> None:
        now = self.clock.now()
        for flow in self.flows.values():
            if not flow.behind:
                flow.advance(now)

    def _let_rest(self) -> None:
        """Flows without a message since we last asked them give their memory back, a few at a time, because that takes time of the
        others; and so does the process."""
        now = time.monotonic()
        if now >= self._rest_at:
            self._rest_at = now + 1.0
            self._unasked = self._unasked or list(self.flows.values())
            some = 1 + len(self.flows) // REST_AFTER
            for flow in self._unasked[:some]:
                flow.rest()
            del self._unasked[:some]
            give_back()

    # --- what goes out --------------------------------------------------------------------------------------------

    def _commit(self, final: bool) -> None:
        leaving = [flow for flow in self.flows.values() if flow.made]
        if self.store is not None:
            self._write(self.store, final)
        for flow in leaving:
            self.outgoing.leave(flow, flow.take_effects())
        for flow in list(self.flows.values()):
            if flow.failure and flow.id not in self._reported:
                self._reported.add(flow.id)
                self._safely(self.listener.failed, flow)

    def _write(self, store: Store, final: bool) -> None:
        due = final or time.monotonic() - self._written >= SNAPSHOT_EVERY
        flows = [f for f in self.flows.values() if f.durable and f.dirty and (due or f.made or f.changed)]
        now = self.clock.now()
        changes = {flow.id: self._change(flow, now) for flow in flows}
        changes |= {flow.id: held for flow in self.flows.values() if (held := self.outgoing.held(flow, now))}
        self.outgoing.add_to(changes, anyway=final or bool(self._up))
        if not changes and not self._up:
            return
        store.commit(changes.values(), self._up, self._passed(flows))
        self.rows_written = self.rows_written or bool(self._up)
        self.outgoing.written()
        self._up = []
        self._written = time.monotonic()
        for flow in flows:
            flow.written()

    def _change(self, flow: RunningFlow, now: int) -> Change:
        if flow.failure is not None:  # its memory may be half changed: the last good one stays
            return Change(flow.id)
        return flow.change(waiting_of(flow, flow.made, now))

    def _passed(self, writing: list[RunningFlow]) -> int:
        """Up to which place no flow needs the inbox any more, once `writing` is written."""
        behind = [f for f in self.flows.values() if f.durable and f.dirty and not f.failure and f not in writing]
        passed = min((flow.committed for flow in behind), default=self.intake.reached)
        needed = self.versions.needed()
        return passed if needed is None else min(passed, needed)
