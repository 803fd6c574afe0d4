"""When a whole call must be over: a server that answers byte by byte never exceeds the time-out between two bytes."""

import threading
import time


class Deadline(threading.local):
    """Of the call that the thread makes now. Before `start` there is none."""

    def __init__(self) -> None:
        self._at: float | None = None

    def start(self, seconds: float) -> None:
        """From now on what is done must be over in `seconds`."""
        self._at = time.monotonic() + seconds

    def left(self, timeout: float | None = None) -> float | None:
        """How long the next step, which may take `timeout` by itself, may take. Raises TimeoutError when no time is left."""
        if self._at is None:
            return timeout
        left = self._at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the whole answer took too long")
        return left if timeout is None else min(timeout, left)
