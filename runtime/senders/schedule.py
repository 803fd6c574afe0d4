"""What waits for one destination, and which of it may go when. No thread and no clock of its own, so that a test can
play an outage in no time."""

from bisect import insort
from collections import deque
from collections.abc import Iterator
from itertools import chain
from typing import Any

import msgspec

from runtime.senders.breaker import Breaker, Budget, Draw
from runtime.senders.outcome import EXPIRED, Outcome, Parcel, Report

MOST_WAITING, MOST_BYTES = 1_000, 2 << 20
"""Parcels and bytes that wait in memory for one destination."""
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
    """A parcel that waits. `kept`: it stands in an outbox; `until`: its end, `patient`: before this it is not given up,
    `due`: before this it is not tried (monotonic seconds)."""

    parcel: Parcel
    report: Report
    size: int
    kept: bool = False
    until: float | None = None
    patient: float = 0.0
    due: float = 0.0
    attempts: int = 0
    last: str = ""
    number: int = 0

    @property
    def key(self) -> Key:
        """Whose news it is."""
        return self.parcel.flow, self.parcel.node, self.parcel.device


class Schedule:
    """First attempts go in order. What failed for the moment is tried again beside them, the oldest first, so that one
    bad parcel holds no other; while the breaker is open a single one probes, each time another."""

    def __init__(self, now: float, draw: Draw) -> None:
        self.breaker, self.budget, self._draw = Breaker(draw), Budget(now), draw
        self._fresh: deque[Item] = deque()
        self._again: list[Item] = []
        self._newest: dict[Key, int] = {}
        """By key, the number of the newest parcel that waits."""
        self._bytes = self._count = 0
        self._not_before = 0.0
        """What the other side asked for (Retry-After)."""

    def __len__(self) -> int:
        return len(self._fresh) + len(self._again)

    @property
    def size(self) -> int:
        """Bytes that wait."""
        return self._bytes

    def has_room(self, size: int = 0, share: float = 1.0) -> bool:
        """Whether `size` bytes more fit into `share` of what may wait. A parcel of any size fits where nothing waits."""
        return not len(self) or (len(self) < MOST_WAITING * share and self._bytes + size <= MOST_BYTES * share)

    def add(self, item: Item) -> None:
        self._count += 1
        item.number = self._newest[item.key] = self._count
        self._fresh.append(item)
        self._bytes += item.size

    def push_out(self, size: int) -> Iterator[Item]:
        """Make room for `size` bytes by dropping what stands in no outbox: first what a later parcel of the same node and
        device makes old news, the oldest first; then simply the oldest."""
        while not self.has_room(size):
            droppable = [item for item in chain(self._again, self._fresh) if not item.kept]
            if not droppable:
                return
            item = next((one for one in droppable if self._newest.get(one.key) != one.number), droppable[0])
            self._remove(item)
            yield item

    def expired(self, now: float) -> list[Item]:
        """Those whose time to live is over; they are gone from here."""
        over = [item for item in (*self._again, *self._fresh) if item.until is not None and item.until < now]
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
            return self._goes(min((*self._again, *self._fresh), key=lambda item: item.attempts))
        due = next((item for item in self._again if item.due <= now), None)
        broke = self.budget.wait(now)
        if due is not None and not broke:
            self.budget.pay()
            return self._goes(due)
        if self._fresh:
            self.budget.earn()
            return self._goes(self._fresh[0])
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
        self._newest.setdefault(item.key, item.number)
        self._bytes += item.size
        return None

    def clear(self) -> list[Item]:
        """All that wait, the oldest first; nothing does any more."""
        left = [*self._again, *self._fresh]
        self._again, self._bytes = [], 0
        self._fresh.clear()
        self._newest.clear()
        return left

    def _goes(self, item: Item) -> Item:
        self._remove(item)
        self.breaker.goes()
        item.attempts += 1
        return item

    def _remove(self, item: Item) -> None:
        if self._fresh and self._fresh[0] is item:
            self._fresh.popleft()
        elif any(one is item for one in self._again):
            self._again = [one for one in self._again if one is not item]
        else:
            self._fresh = deque(one for one in self._fresh if one is not item)
        self._bytes -= item.size
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
