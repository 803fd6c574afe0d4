"""What waits for the one thread that runs the flows: messages (bounded in number and bytes) and orders."""

import threading
import time
from collections import deque
from collections.abc import Callable

import msgspec

MOST_MESSAGES, MOST_BYTES = 20_000, 128 << 20
Order = Callable[[], None]


class Message(msgspec.Struct, frozen=True):
    """One PUBLISH as received at `arrived` (ms). `ack` must be called once it is safe."""

    topic: str
    payload: bytes
    qos: int
    retained: bool
    arrived: int
    ack: Callable[[], None]


class Mailbox:
    """Many threads put, one takes. Orders (answers, deploys) are few and never refused."""

    def __init__(self, most: int = MOST_MESSAGES, size: int = MOST_BYTES) -> None:
        self._most, self._size = most, size
        self._messages: deque[Message] = deque()
        self._orders: deque[Order] = deque()
        self._bytes = 0
        self._change = threading.Condition()

    def offer(self, message: Message, wait: float) -> bool:
        """Put a message, waiting up to `wait` seconds for room; False when there is none."""
        end = time.monotonic() + wait
        with self._change:
            while self._bytes > self._size or len(self._messages) >= self._most:
                left = end - time.monotonic()
                if left <= 0:
                    return False
                self._change.wait(left)
            self._messages.append(message)
            self._bytes += len(message.payload)
            self._change.notify_all()
        return True

    def post(self, order: Order) -> None:
        """Have `order` called on the taking thread, before messages that came later."""
        with self._change:
            self._orders.append(order)
            self._change.notify_all()

    def take(self, timeout: float, most: int = 4_096, size: int = 4 << 20) -> tuple[list[Order], list[Message]]:
        """All orders, and messages up to `most` and `size` bytes; waits up to `timeout` seconds for the first."""
        with self._change:
            if not self._messages and not self._orders and timeout > 0:
                self._change.wait(timeout)
            orders = list(self._orders)
            self._orders.clear()
            messages: list[Message] = []
            taken = 0
            while self._messages and len(messages) < most and taken < size:
                message = self._messages.popleft()
                taken += len(message.payload)
                messages.append(message)
            self._bytes -= taken
            if messages:
                self._change.notify_all()
        return orders, messages

    def __len__(self) -> int:
        """Messages that wait."""
        return len(self._messages)

    @property
    def orders(self) -> int:
        """Orders that wait."""
        return len(self._orders)
