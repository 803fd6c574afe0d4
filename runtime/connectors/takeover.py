"""Whether somebody else connects to the broker under our client id again and again."""

import time
from collections import deque
from collections.abc import Callable

from runtime.connectors.session import SessionEnd

WITHIN = 60.0
"""Seconds in which takeovers count together."""
TOLD = 2
"""Takeovers that the broker names as such (MQTT 5) after which we stop."""
CLOSED, YOUNG = 5, 10.0
"""Connections that were closed before they were YOUNG (seconds) after which a takeover is only likely (MQTT 3.1.1, whose
brokers do not say why they close)."""
TAKEN, LIKELY = "taken_over", "taken_over_perhaps"


class Takeovers:
    """Told how each connection ended; `verdict` is TAKEN, LIKELY or empty."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told: deque[float] = deque()
        self._closed: deque[float] = deque()
        self._likely = False
        """Until a connection has grown old, or none can be had: those that are tried seldom are too few within a minute."""

    def ended(self, end: SessionEnd, lived: float) -> None:
        """A connection that had been open for `lived` seconds is over."""
        now = self._clock()
        if end.taken:
            self._told.append(now)
        elif end.closed and lived < YOUNG:
            self._closed.append(now)
        for times in (self._told, self._closed):
            while times and now - times[0] > WITHIN:
                times.popleft()
        self._likely = len(self._closed) >= CLOSED or (self._likely and end.closed and lived < YOUNG)

    @property
    def verdict(self) -> str:
        if len(self._told) >= TOLD:
            return TAKEN
        return LIKELY if self._likely else ""

    def forget(self) -> None:
        """Count anew."""
        self._told.clear()
        self._closed.clear()
        self._likely = False
