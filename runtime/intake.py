"""What comes in from the broker: on the disk first where a durable flow reads it, then acknowledged, then to every reader."""

import time
import uuid
from collections import Counter
from itertools import groupby

from engine.incoming import Incoming
from nodes.kit.event import Causes
from runtime.clock import WallClock
from runtime.mailbox import Batch
from runtime.receipts import Receipts, receipts_of
from runtime.routes import Part, Routes
from runtime.running import RunningFlow
from runtime.store import Received, Store

GLIMPSE_EVERY, SELDOM = 0.2, 40
"""Seconds between two looks of the watchers, at least; and at least so many times as long as the last one took."""


class Intake:
    """`watchers` are flows of the product itself (live values): never stored, their effects never leave; they see the
    newest message of each topic now and then. `unread` counts messages that no flow reads."""

    def __init__(self, flows: dict[str, RunningFlow], clock: WallClock, store: Store | None) -> None:
        self.routes = Routes(flows)
        self.watchers: list[RunningFlow] = []
        self.unread = 0
        self.reached = store.last_place() if store else 0
        """The place up to which the inbox was handed to the flows."""
        self.receipts = Receipts(store.receipts() if store else ())
        self._clock, self._store = clock, store
        self._run_id, self._count = uuid.uuid4().hex[:12], 0
        self._newest: dict[str, bytes] = {}
        self._look_again = 0.0

    def receive(self, batches: list[Batch]) -> None:
        fresh = self.receipts.sift(batches)
        parts = [part for batch in fresh for part in self.routes.parts(batch)]
        receipts = receipts_of(fresh)
        firsts = self._keep(self._store, parts, receipts) if self._store is not None else None
        self.receipts.add(receipts)
        for batch in batches:
            batch.settle()
        for at, (flows, batch) in enumerate(parts):
            first = firsts[at] if firsts is not None else None
            self.unread += 0 if flows else len(batch)
            causes = self.kept(first) if first is not None else self._numbers(len(batch))
            incoming = Incoming(batch.topics, batch.payloads, batch.arrived, causes)
            for flow in flows:
                if not flow.behind:
                    flow.push_all(incoming, first)
            if self.watchers:
                self._newest.update(zip(batch.topics, batch.payloads, strict=True))
        if self._store is not None:
            self.reached = self._store.last_place()

    def dropped(self, topics: list[str]) -> None:
        """There was no room for these messages: each of their sources has received and dropped one."""
        for topic, count in Counter(topics).items():
            readers = self.routes[topic]
            self.unread += 0 if readers else count
            for flow in readers:
                flow.drop(topic, count)

    def again(self, rows: list[Received]) -> int:
        """Messages of the inbox, for the flows that have not seen them; returns the place of the last one."""
        for arrived, run in groupby(rows, lambda row: row.arrived):
            together = list(run)
            place = together[0].place
            batch = Batch([row.topic for row in together], [row.payload for row in together], arrived, _nothing, 0)
            for flows, part in self.routes.parts(batch):
                for flow in flows:
                    seen = max(0, flow.place + 1 - place)
                    if flow.durable and seen < len(part):
                        first = place + seen
                        incoming = Incoming(part.topics[seen:], part.payloads[seen:], arrived, self.kept(first))
                        flow.push_all(incoming, first)
                place += len(part)
        self.reached = rows[-1].place
        return self.reached

    def _keep(self, store: Store, parts: list[Part], receipts: bytes) -> list[int | None]:
        """Put what a durable flow reads on the disk, all in one transaction; the place of each part's first message."""
        kept = [any(flow.stored for flow in flows) for flows, _ in parts]
        places = store.receive([batch for (_, batch), keep in zip(parts, kept, strict=True) if keep], receipts)
        return [next(places) if keep else None for keep in kept]

    def kept(self, place: int) -> Causes:
        """The causes of messages in the inbox, from `place` on."""
        return Causes(f"m{self._store.id[:12] if self._store else ''}-", place)

    def _numbers(self, count: int, prefix: str = "m") -> Causes:
        """The causes of `count` messages of this run alone."""
        self._count += count
        return Causes(f"{prefix}{self._run_id}-", self._count - count + 1)

    def injected(self) -> str:
        """The cause of something that did not come from the broker."""
        return self._numbers(1, "i").of(0)

    def glimpse(self) -> None:
        """Let the watchers see the newest message of each topic, now and then."""
        now = time.monotonic()
        if not self._newest or now < self._look_again:
            return
        began = time.thread_time()
        seen, self._newest = self._newest, {}
        incoming = Incoming(list(seen), list(seen.values()), self._clock.now(), self._numbers(len(seen)))
        for watcher in self.watchers:
            watcher.push_all(incoming, None)
            watcher.take_effects()
        self._look_again = now + max(GLIMPSE_EVERY, SELDOM * (time.thread_time() - began))


def _nothing() -> None:
    """They were acknowledged when they came."""
