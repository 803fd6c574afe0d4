"""Acknowledgements in the order in which messages came, from our own list: brokers may count on that order."""

import threading
from collections import deque
from collections.abc import Callable


class Ack:
    """The right to acknowledge one message of one connection."""

    __slots__ = ("done", "mid", "owner")

    def __init__(self, owner: "Acks", mid: int) -> None:
        self.owner, self.mid, self.done = owner, mid, False

    def __call__(self) -> None:
        """The message is safe (or needs no safety). Sent once all that came before it are done; never raises."""
        self.owner.settle(self)


class Acks:
    """The open acknowledgements of one connection; thrown away with it, so that no number of an old connection is
    ever used on a new one. `send` puts one PUBACK on the wire."""

    def __init__(self, send: Callable[[int], object]) -> None:
        self._send = send
        self._lock = threading.Lock()
        self._waiting: deque[Ack] = deque()
        self._held: set[int] = set()
        self._closed = False

    def received(self, mid: int) -> Ack | None:
        """A message came; None when its number is held already (the broker sent it again)."""
        with self._lock:
            if mid in self._held:
                return None
            ack = Ack(self, mid)
            self._held.add(mid)
            self._waiting.append(ack)
            return ack

    def settle(self, ack: Ack) -> None:
        with self._lock:
            ack.done = True
            while not self._closed and self._waiting and self._waiting[0].done:
                mid = self._waiting.popleft().mid
                self._held.discard(mid)
                self._send(mid)

    def close(self) -> None:
        """The connection is gone: what is settled later is forgotten, the broker sends those messages again."""
        with self._lock:
            self._closed = True
            self._waiting.clear()
            self._held.clear()

    def __len__(self) -> int:
        return len(self._waiting)
