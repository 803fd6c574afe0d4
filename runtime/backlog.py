"""After a start, what the broker kept for us comes first, and only then the timers that came due meanwhile: a hold that a
waiting message breaks must not fire, and a device whose messages wait was not silent."""

from collections.abc import Callable

QUIET = 300
"""Milliseconds without a message after which the broker has given what it kept."""
LONGEST = 5_000
"""Milliseconds after the subscription for which timers wait at most, where messages never cease."""
UNREACHED = 10_000
"""Milliseconds after which they wait no longer for a broker that cannot be reached."""


class Backlog:
    """Nothing ran after `alive`, up to `now` (both ms)."""

    def __init__(self, alive: int, now: int, subscribed: Callable[[], bool]) -> None:
        self.alive = alive
        self._began, self._last = now, now
        self._subscribed, self._since = subscribed, 0

    def step(self, before: int, now: int) -> None:
        """The clock was set forward from `before` to `now`, and no time has passed."""
        by = now - before
        self._began, self._last = self._began + by, self._last + by
        self._since = self._since and self._since + by

    def over(self, came: bool, now: int) -> bool:
        """Whether all of it was read; `came`: messages came in this round."""
        if came:
            self._last = now
        if not self._since:
            if not self._subscribed():
                return now - self._began >= UNREACHED
            self._since = now
        return now - max(self._since, self._last) >= QUIET or now - self._since >= LONGEST
