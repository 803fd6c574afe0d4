"""Acknowledgements in the order in which messages came, from our own list: brokers may count on that order."""

import threading
from collections import deque
from collections.abc import Callable


class Acks:
    """The open acknowledgements of one connection; thrown away with it, so that no number of an old connection is ever
    used on a new one. `send` puts PUBACKs on the wire, in the order given."""

    def __init__(self, send: Callable[[list[int]], object]) -> None:
        self._send = send
        self._lock = threading.Lock()
        self._waiting: deque[int] = deque()
        self._held: set[int] = set()
        self._closed = False
        self.settled = 0
        """How many messages were acknowledged."""

    def received(self, mids: list[int]) -> list[bool]:
        """Which of these messages are new: one whose number is held already was sent again by the broker. Numbers of 0
        (QoS 0) are always new and wait for nothing. Empty where all are new, as a rule."""
        with self._lock:
            held = self._held
            if 0 not in mids and held.isdisjoint(mids) and len(numbers := set(mids)) == len(mids):
                held |= numbers
                self._waiting.extend(mids)
                return []
            new = []
            for mid in mids:
                fresh = mid not in held
                new.append(fresh)
                if fresh and mid:
                    held.add(mid)
                    self._waiting.append(mid)
            return new

    def settle(self, count: int) -> None:
        """The first `count` messages that wait are safe (or need no safety). Called by one thread. Never raises."""
        with self._lock:
            if self._closed or not count:
                return
            waiting = self._waiting
            if count >= len(waiting):
                mids = list(waiting)
                waiting.clear()
                self._held.clear()
            else:
                mids = [waiting.popleft() for _ in range(count)]
                self._held.difference_update(mids)
            self.settled += len(mids)
        # without the lock: whoever writes may hear meanwhile that the connection is gone, and close us
        self._send(mids)

    def open(self) -> list[int]:
        """The numbers of messages that are not settled yet."""
        with self._lock:
            return list(self._waiting)

    def close(self) -> None:
        """The connection is gone: what is settled later is forgotten, the broker sends those messages again."""
        with self._lock:
            self._closed = True
            self._waiting.clear()
            self._held.clear()

    def __len__(self) -> int:
        return len(self._waiting)
