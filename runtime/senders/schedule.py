"""What waits for one destination, and which of it may go when. No thread and no clock of its own, so that a test can
play an outage in no time."""

from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from typing import Any

import msgspec

from nodes.kit.action import WhenFull
from runtime.senders.breaker import Breaker, Budget, Draw
from runtime.senders.outcome import EXPIRED, OLDEST, OUTDATED, Outcome, Parcel, Report

MOST_WAITING, MOST_BYTES = 1_000, 2 << 20
"""Parcels and bytes that wait in memory for one destination, of those that may be dropped as many as of those that may
not: neither take the other's room."""
ATTEMPTS = 6
SHORTEST, LONGEST = 0.5, 60.0
"""Seconds: bounds of the growing span from which the pause before another attempt is drawn (full jitter)."""
PATIENCE = 600.0
"""Seconds for which attempts go on, beyond ATTEMPTS, where the parcel stands in an outbox on the disk."""
LONG = 3_600.0
"""Seconds to wait where nothing waits."""


Key = tuple[str, str, str | None]
"""A flow's name, node and device."""


class Item(msgspec.Struct):
    """A parcel that waits. `policy`: what it and later ones do where there is no room; `until`: its end, `patient`: before
    this it is not given up, `due`: before this it is not tried (monotonic seconds)."""

    parcel: Parcel
    report: Report
    size: int
    policy: WhenFull = "latest"
    until: float | None = None
    patient: float = 0.0
    due: float = 0.0
    attempts: int = 0
    last: str = ""
    number: int = 0
    on_tried: Callable[[int], None] | None = None

    @property
    def key(self) -> Key:
        """Whose news it is."""
        return self.parcel.flow, self.parcel.node, self.parcel.device

    @property
    def node(self) -> Key:
        """Whose it is, whatever the device."""
        return self.parcel.flow, self.parcel.node, None

    @property
    def droppable(self) -> bool:
        """Whether it may make room for others."""
        return self.policy != "block"


Line = OrderedDict[int, Item]
"""Parcels that wait by their numbers, the oldest first."""


class Schedule:
    """First attempts go in order. What failed for the moment is tried again beside them, the oldest first, so that one
    bad parcel holds no other; while the breaker is open a single one probes, each time another."""

    def __init__(self, now: float, draw: Draw) -> None:
        self.breaker, self.budget, self._draw = Breaker(draw), Budget(now), draw
        self._fresh: Line = OrderedDict()
        self._again: list[Item] = []
        self._newest: dict[Key, int] = {}
        """By key, the number of the newest parcel that waits."""
        self._droppable: Line = OrderedDict()
        self._of_node: dict[Key, Line] = {}
        """Of those that may be dropped, each node's."""
        self._old_news: Line = OrderedDict()
        """Those of which only the latest of a node and device counts, and that are not it."""
        self._count = 0
        self._waiting, self._bytes = [0, 0], [0, 0]
        """Parcels and bytes: of those that may not be dropped, and of those that may."""
        self._not_before = 0.0
        """What the other side asked for (Retry-After)."""

    def __len__(self) -> int:
        return len(self._fresh) + len(self._again)

    @property
    def size(self) -> int:
        """Bytes that wait."""
        return sum(self._bytes)

    def has_room(self, size: int = 0, share: float = 1.0, *, droppable: bool = False) -> bool:
        """Whether `size` bytes more fit into `share` of what may wait. A parcel of any size fits where nothing waits."""
        waiting, held = self._waiting[droppable], self._bytes[droppable]
        return not waiting or (waiting < MOST_WAITING * share and held + size <= MOST_BYTES * share)

    def add(self, item: Item) -> bool:
        """Whether it is the only one that was never tried."""
        self._count += 1
        item.number = self._count
        before, self._newest[item.key] = self._newest.get(item.key), item.number
        self._enter(item)
        older = self._droppable.get(before or 0)
        if older is not None and older.policy == "latest":
            self._old_news[older.number] = older
        self._fresh[item.number] = item
        return len(self._fresh) == 1

    def push_out(self, item: Item) -> Iterator[tuple[Item, Outcome]]:
        """Make room for `item` by dropping others, each with how it ended. One that may not be dropped drops none."""
        while item.droppable and not self.has_room(item.size, droppable=True):
            gone, outcome = self._least(item)
            self._remove(gone)
            yield gone, outcome

    def _least(self, item: Item) -> tuple[Item, Outcome]:
        """Which has to go for `item`. Where only the latest counts, first what a later parcel of the same node and device
        makes old news, be it `item` itself; else the oldest, of its own node before those of others."""
        own = self._of_node.get(item.node)
        if item.policy == "latest" or not own:
            same = self._droppable.get(self._newest.get(item.key, 0)) if item.policy == "latest" else None
            old = next(iter(self._old_news.values()), same)
            if old is not None:
                return old, OUTDATED
        return next(iter((own or self._droppable).values())), OLDEST

    def _enter(self, item: Item, *, again: bool = False) -> None:
        """It waits, maybe once more: then before the others."""
        self._waiting[item.droppable] += 1
        self._bytes[item.droppable] += item.size
        if item.droppable:
            for line in (self._droppable, self._of_node.setdefault(item.node, OrderedDict())):
                line[item.number] = item
                line.move_to_end(item.number, last=not again)

    def _leave(self, item: Item) -> None:
        self._waiting[item.droppable] -= 1
        self._bytes[item.droppable] -= item.size
        if item.droppable:
            own = self._of_node[item.node]
            for line in (self._droppable, own, self._old_news):
                line.pop(item.number, None)
            if not own:
                del self._of_node[item.node]

    def withdraw(self, keys: Collection[str]) -> list[Item]:
        """Those with one of these keys; they are gone from here."""
        gone = [item for item in self._all() if item.parcel.key in keys]
        for item in gone:
            self._remove(item)
        return gone

    def expired(self, now: float) -> list[Item]:
        """Those whose time to live is over; they are gone from here."""
        over = [item for item in self._all() if item.until is not None and item.until < now]
        for item in over:
            self._remove(item)
        return over

    def next(self, now: float) -> Item | float:
        """The one that goes now, or the seconds until there may be one."""
        if not len(self):
            return LONG
        pause = max(self.breaker.wait(now), self._not_before - now)
        if pause > 0:
            return pause
        if self.breaker.state == "open":
            return self._goes(min(self._all(), key=lambda item: item.attempts))
        due = next((item for item in self._again if item.due <= now), None)
        broke = self.budget.wait(now)
        if due is not None and not broke:
            self.budget.pay()
            return self._goes(due)
        if self._fresh:
            self.budget.earn()
            return self._goes(next(iter(self._fresh.values())))
        return broke if due is not None else min(item.due for item in self._again) - now

    def came_of(self, item: Item, outcome: Outcome, now: float) -> Outcome | None:
        """What an attempt ended with. None: it waits for another one."""
        if outcome.sent or outcome.permanent:
            self.breaker.succeeded()
            return outcome if outcome.sent else told(outcome, item)
        self.breaker.failed(now)
        if outcome.retry_after is not None:
            self._not_before = max(self._not_before, now + outcome.retry_after)
        item.last = outcome.detail
        if item.attempts >= ATTEMPTS and now >= item.patient:
            return told(outcome, item)
        item.due = now + self._draw(0.0, min(LONGEST, SHORTEST * 2 ** min(item.attempts - 1, 20)))
        insort(self._again, item, key=lambda one: one.number)
        self._enter(item, again=True)
        if self._newest.setdefault(item.key, item.number) != item.number and item.policy == "latest":
            self._old_news[item.number] = item
            self._old_news.move_to_end(item.number, last=False)
        return None

    def clear(self) -> list[Item]:
        """All that wait, the oldest first; nothing does any more."""
        left = self._all()
        self._again, self._waiting, self._bytes = [], [0, 0], [0, 0]
        for kept in (self._fresh, self._newest, self._droppable, self._of_node, self._old_news):
            kept.clear()
        return left

    def _all(self) -> list[Item]:
        return [*self._again, *self._fresh.values()]

    def _goes(self, item: Item) -> Item:
        self._remove(item)
        self.breaker.goes()
        item.attempts += 1
        return item

    def _remove(self, item: Item) -> None:
        if self._fresh.pop(item.number, None) is None:
            del self._again[bisect_left(self._again, item.number, key=lambda one: one.number)]
        self._leave(item)
        if self._newest.get(item.key) == item.number:
            del self._newest[item.key]


def told(outcome: Outcome, item: Item) -> Outcome:
    """`outcome` with how often it was tried, and why it failed last."""
    detail = f"{outcome.detail}; {item.last}" if outcome is EXPIRED and item.last else outcome.detail
    return msgspec.structs.replace(outcome, attempts=item.attempts, detail=detail)


def size_of(parcel: Parcel) -> int:
    """Bytes that a parcel roughly takes."""
    content: Any = parcel.body if parcel.text is None else parcel.text
    return 300 + len(content if isinstance(content, str | bytes) else msgspec.json.encode(content))
