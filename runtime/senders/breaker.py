"""Whether a destination is worth trying: a circuit breaker, and the budget from which second attempts are paid."""

from collections.abc import Callable
from typing import Literal

State = Literal["closed", "open", "half_open"]
THRESHOLD = 5
"""Failures in a row that open the breaker."""
OPEN_FIRST, OPEN_LONGEST = 2.0, 60.0
"""Seconds for which it stays open: the first time, and at most. Each failed probe doubles them."""
EARNED = 0.1
"""Second attempts that each first attempt pays for."""
FLOOR, MOST_SAVED = 0.5, 10.0
"""Second attempts that are free every second, and those that can be saved up: a quiet destination may be tried again."""
Draw = Callable[[float, float], float]


class Breaker:
    """Opens after THRESHOLD failures in a row; when its pause is over one parcel probes, and decides. All times are
    seconds of one monotonic clock."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self.state: State = "closed"
        self.until = 0.0
        """When the next probe may go, while open."""
        self._failures, self._span = 0, OPEN_FIRST

    def wait(self, now: float) -> float:
        """Seconds until something may go; 0: now. While half open nothing does: the probe is on its way."""
        if self.state == "half_open":
            return OPEN_LONGEST
        return max(0.0, self.until - now) if self.state == "open" else 0.0

    def goes(self) -> None:
        """A parcel leaves now."""
        if self.state == "open":
            self.state = "half_open"

    def succeeded(self) -> None:
        """The destination answered, be it with a no."""
        self.state, self._failures, self._span = "closed", 0, OPEN_FIRST

    def failed(self, now: float) -> None:
        """No answer, or one that asks to come again."""
        self._failures += 1
        if self.state == "half_open":
            self._span = min(OPEN_LONGEST, self._span * 2)
        if self.state == "half_open" or self._failures >= THRESHOLD:
            self.state = "open"
            self.until = now + self._span / 2 + self._draw(0.0, self._span / 2)


class Budget:
    """Second attempts are a tenth of the first ones, and some for a destination where little goes on."""

    def __init__(self, now: float) -> None:
        self._saved, self._at = MOST_SAVED, now

    def earn(self) -> None:
        """A first attempt was made."""
        self._saved = min(MOST_SAVED, self._saved + EARNED)

    def wait(self, now: float) -> float:
        """Seconds until another second attempt can be paid; 0: now."""
        self._saved = min(MOST_SAVED, self._saved + (now - self._at) * FLOOR)
        self._at = now
        return max(0.0, (1.0 - self._saved) / FLOOR)

    def pay(self) -> None:
        """A second attempt is made."""
        self._saved -= 1.0
