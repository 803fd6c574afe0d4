"""What comes in from the broker: on the disk first where a durable flow reads it, then acknowledged, then to every reader."""

import re
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, groupby

import msgspec

from engine.incoming import Incoming
from nodes.kit.event import Causes
from runtime.clock import WallClock
from runtime.mailbox import Batch
from runtime.picture_intake import Photos, PictureIntake, split
from runtime.receipts import Receipts, receipts_of
from runtime.routes import Part, Routes
from runtime.running import RunningFlow
from runtime.store import Received, Store

GLIMPSE_EVERY, SELDOM = 0.2, 40
"""Seconds between two looks of the watchers, at least; and at least so many times as long as the last one took."""


_HANDLE = re.compile(rb'"\$picture":"([0-9a-f]{64})"')


class Unsettled(msgspec.Struct):
    """A batch of which `left` messages are not safe yet."""

    settle: Callable[[], None]
    left: int


class Intake:
    """`watchers` are flows of the product itself (live values): never stored, their effects never leave; they see the
    newest message of each topic now and then. `unread` counts messages that no flow reads."""

    def __init__(self, flows: dict[str, RunningFlow], clock: WallClock, store: Store | None) -> None:
        self.routes = Routes(flows)
        self.watchers: list[RunningFlow] = []
        self.unread = 0
        self.reached = store.last_place() if store else 0
        """The place up to which the inbox was handed to the flows."""
        self.pictures: PictureIntake | None = None
        """What looks at pictures before the flows do; without it they come as they are."""
        self.receipts = Receipts(store.receipts() if store else ())
        self._clock, self._store = clock, store
        self._run_id, self._count = uuid.uuid4().hex[:12], 0
        self._newest: dict[str, bytes] = {}
        self._unsettled: deque[Unsettled] = deque()
        self._look_again = 0.0

    def receive(self, batches: list[Batch]) -> None:
        """Messages that came, and those whose pictures are ready by now."""
        if (pictures := self.developing) is not None:
            self._receive_pictures(pictures, batches)
            return
        plain, again = self.receipts.sift(batches)
        secured = self._secured(plain, receipts_of(plain, again))
        for batch in batches:
            self._settle(batch, None)
        self._hand_over(*secured)

    @property
    def developing(self) -> PictureIntake | None:
        """What looks at the pictures of messages before any flow gets them, where there are such."""
        pictures = self.pictures
        return pictures if pictures is not None and (self.routes.seeing or pictures.busy) else None

    def hand_over(self, batch: Batch) -> Batch:
        """Messages of which nothing has to be kept, without those that came before: to their readers at once, and to be
        settled afterwards."""
        (fresh,), again = self.receipts.sift([batch])
        self.receipts.add(receipts_of((), again))
        self._hand_over(self.routes.parts(fresh), None)
        return fresh

    def settle(self, batch: Batch, fresh: Batch) -> None:
        """What `hand_over` gave for `batch` needs nothing more."""
        self.receipts.add(receipts_of([fresh]))
        batch.settle()

    def _receive_pictures(self, pictures: PictureIntake, batches: list[Batch]) -> None:
        """The same where there are messages with pictures."""
        developed = pictures.finished()
        fresh, again = self.receipts.sift(batches, pictures.pending)
        plain, photos = self._apart(fresh)
        receipts = receipts_of(plain, [*again, *(one.receipt for one in developed if one.receipt is not None)])
        secured = self._secured([*(one.batch for one in developed), *plain], receipts)
        pictures.forget(len(developed))
        for batch, photo in zip(batches, photos, strict=True):
            self._settle(batch, photo)
        self._hand_over(*secured)

    def _secured(self, batches: list[Batch], receipts: bytes) -> tuple[list[Part], list[int | None] | None]:
        """What of them goes to which flows, and, once all is on the disk that has to be there, the place of the first message
        of each part."""
        parts = list(chain.from_iterable(map(self.routes.parts, batches)))
        firsts = self._keep(self._store, parts, receipts) if self._store is not None else None
        self.receipts.add(receipts)
        return parts, firsts

    def _hand_over(self, parts: list[Part], firsts: list[int | None] | None) -> None:
        for at, (flows, batch) in enumerate(parts):
            first = firsts[at] if firsts is not None else None
            count = len(batch.topics)
            if not flows:
                self.unread += count
            causes = self.kept(first) if first is not None else self._numbers(count)
            incoming = Incoming(batch.topics, batch.payloads, batch.arrived, causes)
            for flow in flows:
                if not flow.behind:
                    flow.push_all(incoming, first)
            if self.watchers:
                self._newest.update(zip(batch.topics, batch.payloads, strict=True))
        if self._store is not None:
            self.reached = self._store.last_place()

    def _apart(self, batches: list[Batch]) -> tuple[list[Batch], list[Photos | None]]:
        """What can be handed over at once, and of each batch what carries pictures that some flow wants."""
        plain: list[Batch] = []
        photos: list[Photos | None] = []
        for batch in batches:
            places = self.routes.pictures(batch.topics)
            rest, seen = (batch, None) if places is None else split(batch, places)
            plain.append(rest)
            photos.append(seen)
        return plain, photos

    def _settle(self, batch: Batch, photos: Photos | None) -> None:
        """Acknowledge a batch once all of it, and all that came before, is safe."""
        if photos is None and not self._unsettled:
            batch.settle()
            return
        open_ = Unsettled(batch.settle, len(photos.batch) if photos is not None else 0)
        self._unsettled.append(open_)
        if photos is not None and self.pictures is not None:
            self.pictures.take(photos, partial(self._one_safe, open_))

    def _one_safe(self, batch: Unsettled) -> None:
        batch.left -= 1
        while self._unsettled and self._unsettled[0].left == 0:
            self._unsettled.popleft().settle()

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

    @property
    def full(self) -> bool:
        """Whether so many pictures wait that nothing more should be taken in."""
        return self.pictures is not None and self.pictures.full

    @property
    def ready(self) -> bool:
        """Whether there are messages whose pictures are ready."""
        return self.pictures is not None and self.pictures.ready

    def thin(self) -> None:
        """Let old pictures go where there are too many, but none that a flow remembers or has yet to send on."""
        if self.pictures is not None and self.pictures.store.due():
            flows = [flow for flow in self.routes.flows.values() if flow.pictures]
            self.pictures.store.thin({name for flow in flows for name in self._meant(flow)})

    def _meant(self, flow: RunningFlow) -> Iterator[str]:
        waiting = self._store.waiting(flow.id) if self._store is not None else []
        for text in (msgspec.json.encode(flow.memory), *(row.effect for row in waiting)):
            yield from (name.decode() for name in _HANDLE.findall(text))

    def injected(self) -> str:
        """The cause of something that did not come from the broker."""
        return self._numbers(1, "i").of(0)

    def look_around(self) -> None:
        """Once per round."""
        self.glimpse()
        self.thin()

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
