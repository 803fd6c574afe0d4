"""What waits for the one thread that runs the flows: messages (bounded in number and bytes) and orders."""

import threading
import time
from collections import deque
from collections.abc import Callable

import msgspec

MOST_MESSAGES, MOST_BYTES = 20_000, 128 << 20
Order = Callable[[], None]


class Batch(msgspec.Struct, frozen=True):
    """PUBLISHes that one read brought at `arrived` (ms), side by side. `settle` must be called once they are safe, batch
    after batch. `size` is in bytes. `mids` are their packet numbers (0 at QoS 0; empty: none of them has one), `again` says
    of each whether the broker sent it before (empty: of none)."""

    topics: list[str]
    payloads: list[bytes]
    arrived: int
    settle: Callable[[], None]
    size: int
    mids: list[int] = []
    again: list[bool] = []

    def __len__(self) -> int:
        return len(self.topics)


class Mailbox:
    """Many threads put, one takes. Orders (answers, deploys) are few and never refused."""

    def __init__(self, most: int = MOST_MESSAGES, size: int = MOST_BYTES) -> None:
        self._most, self._size = most, size
        self._batches: deque[Batch] = deque()
        self._orders: deque[Order] = deque()
        self._count = self._bytes = 0
        self._change = threading.Condition()

    def offer(self, batch: Batch, wait: float) -> bool:
        """Put messages, waiting up to `wait` seconds for room; False when there is none."""
        end = time.monotonic() + wait
        with self._change:
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

    def post(self, order: Order) -> None:
        """Have `order` called on the taking thread, before messages that came later."""
        with self._change:
            self._orders.append(order)
            self._change.notify_all()

    def take(self, timeout: float, most: int = 4_096, size: int = 4 << 20) -> tuple[list[Order], list[Batch]]:
        """All orders, and whole batches until `most` messages or `size` bytes are reached; waits up to `timeout` seconds
        for the first."""
        with self._change:
            if not self._batches and not self._orders and timeout > 0:
                self._change.wait(timeout)
            orders = list(self._orders)
            self._orders.clear()
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
