"""What a broker keeps of a topic (retained): handed on when the topic is read for the first time. A broker sends it with each
new filter, also to who has read the topic all along by another one."""

import threading
import time
from collections.abc import Callable, Iterable

from nodes.kit.topic import matches
from runtime.connectors.filters import meet, overlap

SETTLING = 10.0
"""Seconds after which a broker has sent all that it keeps for a filter. What comes of a topic after another change within
these is told by its topic."""


class Retained:
    """`read` are the filters of which all has come already. `wanted` and `new` may be called on different threads."""

    def __init__(self, read: Iterable[str], now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._lock = now, threading.Lock()
        self._wanted = self._settled = frozenset(read)
        self._seen: set[str] = set()
        self._added: frozenset[str] = frozenset()
        self._answered = float("-inf")

    def wanted(self, filters: Iterable[str]) -> frozenset[str]:
        """Only these are read from now on. Which of them the broker has not been asked for; said before it is."""
        wanted, now = frozenset(filters), self._now()
        with self._lock:
            if wanted != self._wanted:
                if now - self._answered > SETTLING:
                    self._settled, self._seen = self._wanted, set()
                still = {meet(one, other) for one in self._settled - wanted for other in wanted if overlap(one, other)}
                self._settled = frozenset((self._settled & wanted) | still)
                self._seen = {topic for topic in self._seen if _reads(wanted, topic)}
                self._added = (self._added & wanted) | (wanted - self._wanted)
                self._wanted, self._answered = wanted, float("inf")
            return self._added

    def answered(self) -> None:
        """The broker has been asked for all that is wanted."""
        with self._lock:
            if self._added or self._answered == float("inf"):
                self._added, self._answered = frozenset(), self._now()

    def new(self, topic: str) -> bool:
        """Whether what is kept of `topic` has not come yet; it counts as come from now on."""
        with self._lock:
            if topic in self._seen or _reads(self._settled, topic) or not _reads(self._wanted, topic):
                return False
            self._seen.add(topic)
            return True


def _reads(filters: Iterable[str], topic: str) -> bool:
    return any(matches(one, topic) for one in filters)
