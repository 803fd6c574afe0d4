"""The worker's clock: the time of day, but it never runs backwards."""

import threading
import time
from collections.abc import Callable

JUMP = 1_000
"""Milliseconds by which the time of day may run ahead before it is followed (a machine that slept, a corrected clock)."""
SLOWER = 20
"""While the clock is ahead of the time of day, one millisecond of so many is left out."""


_NS = 1_000_000
"""Nanoseconds of a millisecond."""


class WallClock:
    """Milliseconds since the epoch (UTC), advanced by the monotonic clock; `wall` and `monotonic` give nanoseconds.

    A time of day that is set forward is followed at once; `leap` says over what. One that is set back is not: the clock
    goes on, a twentieth slower than real time until both agree again (after twenty hours for an hour), so that waits
    keep their length and nothing happens a second time.
    """

    def __init__(
        self,
        wall: Callable[[], int] = time.time_ns,
        monotonic: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._wall, self._monotonic = wall, monotonic
        self._lock = threading.Lock()
        self._state = wall() // _NS, monotonic() // _NS, False
        """What was answered, at which monotonic time, and whether the clock goes slower since then: replaced as a whole."""
        self._leap: tuple[int, int] | None = None

    def now(self) -> int:
        """Never smaller than an earlier answer."""
        estimate, wall, slow, _ = self._estimate()
        if wall <= estimate + JUMP and slow == self._state[2]:
            return estimate
        with self._lock:
            return self._now()

    def _estimate(self) -> tuple[int, int, bool, int]:
        """What to answer, the time of day, whether the clock should go slower from now on, and the monotonic time."""
        anchor, at, slow = self._state
        wall, monotonic = self._wall() // _NS, self._monotonic() // _NS
        passed = monotonic - at
        if slow:
            estimate = anchor + passed - passed // SLOWER
            return estimate, wall, estimate > wall, monotonic
        estimate = anchor + passed
        return estimate, wall, estimate > wall + JUMP, monotonic

    def _now(self) -> int:
        """With the lock."""
        estimate, wall, slow, monotonic = self._estimate()
        if wall > estimate + JUMP:
            self._leap = (self._leap[0] if self._leap else estimate, wall)
            estimate, slow = wall, False
        elif slow == self._state[2]:
            return estimate
        self._state = estimate, monotonic, slow
        return estimate

    def not_before(self, least: int) -> None:
        """What was answered in an earlier run (ms): no answer is smaller from now on."""
        with self._lock:
            if self._now() < least:
                self._state = least, self._monotonic() // _NS, True

    @property
    def leapt(self) -> bool:
        """Whether `leap` has something to tell, as far as is known."""
        return self._leap is not None

    def leap(self) -> tuple[int, int] | None:
        """From where to where the time of day was followed forward since the last call, if it was."""
        with self._lock:
            self._now()
            leap, self._leap = self._leap, None
            return leap

    @property
    def ahead(self) -> int:
        """Milliseconds by which the clock is before the time of day, which was set back."""
        with self._lock:
            return max(0, self._now() - self._wall() // _NS)
