"""How much of something each flow may have: so much at once, and so much more every second."""

import time
from collections.abc import Callable


class Allowance:
    """By flow: what is saved up never exceeds `at_once`. `now` gives monotonic seconds."""

    def __init__(self, at_once: int, every_second: int, now: Callable[[], float] = time.monotonic) -> None:
        self._most, self._rate, self._now = at_once, every_second, now
        self._saved: dict[str, tuple[float, float]] = {}

    def take(self, flow: str, wanted: int = 1) -> int:
        """How many of the `wanted` ones it may have; they are taken."""
        now = self._now()
        saved, at = self._saved.get(flow, (self._most, now))
        saved = min(self._most, saved + (now - at) * self._rate)
        taken = min(wanted, int(saved))
        self._saved[flow] = (saved - taken, now)
        return taken
