"""What waits for the one thread that runs the flows: messages (bounded in number and bytes) and orders."""

import threading
import time
from collections import deque
from collections.abc import Callable

import msgspec

MOST_MESSAGES, MOST_BYTES = 20_000, 128 << 20
FEW = 16
"""Messages that whoever brings them may have handled at once, in place of waking the thread that takes."""
Order = Callable[[], None]


class Batch(msgspec.Struct, frozen=True):
    """PUBLISHes that one read brought at `arrived` (ms), side by side. `settle` must be called once they are safe, batch
    after batch. `size` is in bytes. `mids` are their packet numbers (0 at QoS 0; empty: none of them has one), `again` says
    of each whether the broker sent it before (empty: of none). `lines` are the connections whose messages it may send again
    (connectors/lines.py), the last one that on which it sent these. `copies` are receipts (runtime/receipts.py) of messages that were
    left out and are acknowledged with these."""

    topics: list[str]
    payloads: list[bytes]
    arrived: int
    settle: Callable[[], None]
    size: int
    mids: list[int] = []
    again: list[bool] = []
    lines: tuple[int, ...] = (0,)
    copies: list[tuple[int, int]] = []

    def __len__(self) -> int:
        return len(self.topics)


class Mailbox:
    """Many threads put, one takes. Orders (answers, deploys) are few and never refused.

    Where the taker sleeps, `at_once` (if there is one) does its work for a few messages and the orders that wait with time,
    on the thread that brings the messages; the taker sleeps on meanwhile. It gives the seconds after which the taker must
    look again, None where it did nothing."""

    def __init__(self, most: int = MOST_MESSAGES, size: int = MOST_BYTES) -> None:
        self._most, self._size = most, size
        self._batches: deque[Batch] = deque()
        self._orders: deque[Order] = deque()
        self._count = self._bytes = 0
        self._lock = threading.Lock()
        self._change = threading.Condition(self._lock)
        self.at_once: Callable[[list[Order], Batch], float | None] | None = None
        self._sleeps_until = 0.0
        """When the taker wakes by itself (monotonic seconds), 0 where it does not sleep."""
        self._lent = False

    def offer(self, batch: Batch, wait: float) -> bool:
        """Put messages, waiting up to `wait` seconds for room; False when there is none."""
        if len(batch.topics) <= FEW and self._handled(batch):
            return True
        end = time.monotonic() + wait
        with self._lock:
            while self._bytes > self._size or self._count >= self._most:
                left = end - time.monotonic()
                if left <= 0:
                    return False
                self._change.wait(left)
            self._batches.append(batch)
            self._count += len(batch)
            self._bytes += batch.size
            self._change.notify_all()
        return True

    def _handled(self, batch: Batch) -> bool:
        """Whether `at_once` has done all there is to do."""
        with self._lock:
            if self.at_once is None or self._lent or self._batches or time.monotonic() >= self._sleeps_until:
                return False
            self._lent = True
            orders = self._take_orders() if self._orders else []
        look_again: float | None = 0.0
        try:
            look_again = self.at_once(orders, batch)
        finally:
            if look_again is None:
                self._orders.extendleft(reversed(orders))
            self._give_back(look_again)
        return look_again is not None

    def _give_back(self, look_again: float | None) -> None:
        with self._lock:
            self._lent = False
            now = time.monotonic()
            if look_again is not None:
                self._wake_by(now + look_again)
            if now >= self._sleeps_until:
                self._change.notify_all()

    def _wake_by(self, moment: float) -> None:
        """Have the taker, if it sleeps, wake at `moment` at the latest. With the lock."""
        if moment < self._sleeps_until:
            self._sleeps_until = moment
            self._change.notify_all()

    def _sleep(self, seconds: float) -> None:
        """Until there is something, or the time is over. With the lock."""
        self._sleeps_until = time.monotonic() + (0.0 if self._orders else seconds)
        while self._lent or not self._batches:
            left = self._sleeps_until - time.monotonic()
            if left <= 0 and not self._lent:
                break
            self._change.wait(max(left, 0.001))
        self._sleeps_until = 0.0

    def post(self, order: Order, within: float = 0.0) -> None:
        """Have `order` called on the taking thread, before messages that came later. It may wait `within` seconds."""
        with self._lock:
            self._orders.append(order)
            self._wake_by(time.monotonic() + within)

    def _take_orders(self) -> list[Order]:
        orders = list(self._orders)
        self._orders.clear()
        return orders

    def take(self, timeout: float, most: int = 4_096, size: int = 4 << 20) -> tuple[list[Order], list[Batch]]:
        """All orders, and whole batches until `most` messages or `size` bytes are reached; waits up to `timeout` seconds
        for the first."""
        with self._lock:
            if timeout > 0:
                self._sleep(timeout)
            orders = self._take_orders()
            batches: list[Batch] = []
            count = taken = 0
            while self._batches and count < most and taken < size:
                batch = self._batches.popleft()
                count, taken = count + len(batch), taken + batch.size
                batches.append(batch)
            self._count -= count
            self._bytes -= taken
            if batches:
                self._change.notify_all()
        return orders, batches

    def __len__(self) -> int:
        """Messages that wait."""
        return self._count

    @property
    def orders(self) -> int:
        """Orders that wait."""
        return len(self._orders)
