"""The worker's clock: the time of day, but it never runs backwards."""

import threading
import time
from collections.abc import Callable

JUMP = 1_000
"""Milliseconds by which the time of day may run ahead before it is followed (a machine that
slept, a corrected clock)."""


class WallClock:
    """Milliseconds since the epoch (UTC), advanced by the monotonic clock: a time of day that is set back does not stop
    timers, one that is set forward is followed."""

    def __init__(
        self,
        wall: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        monotonic: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000,
    ) -> None:
        self._wall, self._monotonic = wall, monotonic
        self._lock = threading.Lock()
        self._anchor, self._at = wall(), monotonic()

    def now(self) -> int:
        """Never smaller than an earlier answer."""
        with self._lock:
            wall, monotonic = self._wall(), self._monotonic()
            estimate = self._anchor + monotonic - self._at
            if wall > estimate + JUMP:
                self._anchor, self._at = wall, monotonic
                return wall
            return estimate
