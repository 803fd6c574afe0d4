"""How many acknowledgements may wait for each other. One write for each costs as much as all the rest of a message; but a
broker that waits for the last one before it sends on must not be kept waiting, and nobody can ask it whether it does.
"""

MOST = 8
"""Acknowledgements of one write, less than any broker's usual window (10 to 100 messages)."""
FAST = 0.0005
"""Seconds between two reads up to which messages come fast."""
AT_FIRST, AT_LAST = 16, 4_096
"""Fast reads in a row after which more may wait: at first, and once the broker has fallen silent again and again."""


class Pace:
    """`most` are written together: one as a rule, more and more while reads follow each other fast, and one again as soon as
    the broker falls silent while some wait. A broker that does so each time is given more and more time before what that
    silence costs (1 ms) is risked again."""

    def __init__(self) -> None:
        self.most = 1
        self._needed, self._fast, self._last = AT_FIRST, 0, 0.0

    def read(self, now: float) -> None:
        """Something came, at `now` (monotonic seconds)."""
        self._fast = self._fast + 1 if now - self._last < FAST else 0
        self._last = now
        if self._fast >= self._needed and self.most < MOST:
            self.most, self._fast = 2 * self.most, 0
            if self.most == MOST:
                self._needed = AT_FIRST

    def stalled(self) -> None:
        """Nothing came while acknowledgements waited."""
        self.most, self._fast, self._needed = 1, 0, min(AT_LAST, 4 * self._needed)
