"""Whether the broker's window limits the rate: it sends so many messages and no more until some are acknowledged. No broker
says so; it shows by as many messages as the window has being open whenever one looks.
"""

from collections import deque

LOOKS = 100
"""Looks, a tenth of a second apart, that are judged together."""
OFTEN = 30
"""Of them, those that must have found the window full."""
LEAST = 10
"""Messages: the smallest window that brokers have by default. Fewer are open in any case."""


class Window:
    """`size` is how many messages the broker leaves open at most, as far as that limits it; None: it does not."""

    def __init__(self) -> None:
        self.size: int | None = None
        self._looks: deque[int] = deque(maxlen=LOOKS)
        self._settled = 0

    def look(self, open_now: int, settled: int) -> None:
        """So many messages are not acknowledged now, and so many were up to now. Where none was since the last look, it is
        we who keep the broker waiting (a disk that is full), whatever its window."""
        held_back, self._settled = bool(open_now) and settled == self._settled, settled
        if held_back:
            return
        self._looks.append(open_now)
        most = max(self._looks)
        full = most >= LEAST and self._looks.count(most) >= OFTEN
        self.size = most if full else None
