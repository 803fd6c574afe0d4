"""Which connections a broker may send messages of again: the last one, and those before it for as long as it has not begun to
send what is new. A packet number says nothing by itself: brokers begin to count anew, and each number comes round again.
"""

import secrets
from collections.abc import Callable, Sequence

SETTLED = 5.0
"""Seconds after which a heartbeat that comes back through the broker says that what came before it is all that was not
acknowledged on earlier connections."""
UNHEARD = 60.0
"""Seconds after which a connection through which no heartbeat comes back, because the broker forbids it, says so too, once nothing
waits for its acknowledgement."""
MOST = 32
"""Connections in a row, none of which lasted so long, that are remembered."""


class Lines:
    """`numbers` of the connections are drawn at random, the last one is that of today. `told` of every change of them, before
    the first message that goes by it."""

    def __init__(self, numbers: Sequence[int], told: Callable[[list[int]], None]) -> None:
        self.numbers = tuple(numbers) or (0,)
        self._told = told
        self._used = True

    def dial(self) -> None:
        """Another connection is tried."""
        if self._used:
            self._used = False
            self._change((*self.numbers, secrets.randbits(32) or 1)[-MOST:])

    def opened(self, *, anew: bool) -> None:
        """It is there; `anew`: the broker remembers nothing of those before."""
        self._used = True
        if anew:
            self.settled()

    def settled(self) -> None:
        """Nothing of those before will come any more."""
        if len(self.numbers) > 1:
            self._change(self.numbers[-1:])

    def _change(self, numbers: tuple[int, ...]) -> None:
        self.numbers = numbers
        self._told(list(numbers))
