"""One queue and one thread per destination, so that a hanging one never holds another."""

import random
import threading
import time
from collections import deque
from collections.abc import Callable

from runtime.senders.outcome import STOPPED, Outcome, Parcel, Report, Sender, failed

MOST_WAITING = 1_000
ATTEMPTS = 6
SHORTEST, LONGEST = 0.5, 30.0
"""Seconds: bounds of the growing span from which the pause before another attempt is drawn."""


class Outlet:
    """Sends parcels in order, each at most ATTEMPTS times. `report` of a parcel is called once, on this thread."""

    def __init__(self, name: str, sender: Sender, *, draw: Callable[[float, float], float] = random.uniform) -> None:
        self.sender, self._draw = sender, draw
        self._waiting: deque[tuple[Parcel, Report, float | None]] = deque()
        self._busy = False
        self._change = threading.Condition()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"outlet {name}", daemon=True)
        self._thread.start()

    def put(self, parcel: Parcel, report: Report, *, until: float | None = None) -> None:
        """Queue; past `until` (monotonic seconds) it is not sent any more. Refused when too many wait or stopped."""
        with self._change:
            if not self._stopped.is_set() and len(self._waiting) < MOST_WAITING:
                self._waiting.append((parcel, report, until))
                self._change.notify()
                return
        report(STOPPED if self._stopped.is_set() else failed("too many are waiting for this destination"))

    @property
    def pending(self) -> int:
        return len(self._waiting) + self._busy

    def stop(self, timeout: float = 0.0) -> None:
        """Give what waits up to `timeout` seconds; the rest is reported as not sent."""
        end = time.monotonic() + timeout
        while self.pending and time.monotonic() < end:
            time.sleep(0.02)
        self._stopped.set()
        with self._change:
            left = list(self._waiting)
            self._waiting.clear()
            self._change.notify()
        for _, report, _ in left:
            report(STOPPED)

    def _run(self) -> None:
        while not self._stopped.is_set():
            with self._change:
                while not self._waiting and not self._stopped.is_set():
                    self._change.wait()
                if self._stopped.is_set():
                    break
                parcel, report, until = self._waiting.popleft()
                self._busy = True
            try:
                report(self._carry_out(parcel, until))
            finally:
                self._busy = False
        self.sender.close()

    def _carry_out(self, parcel: Parcel, until: float | None) -> Outcome:
        outcome = failed("not sent", permanent=False)
        for attempt in range(ATTEMPTS):
            if until is not None and time.monotonic() > until:
                return Outcome(False, True, f"its time to live was over; {outcome.detail}", reason="expired")
            try:
                outcome = self.sender.send(parcel)
            except Exception as problem:  # a sender that fails in a new way must not end its queue
                return failed(f"{type(problem).__name__}: {problem}"[:200])
            if outcome.sent or outcome.permanent or attempt == ATTEMPTS - 1:
                return outcome
            if self._stopped.wait(self._pause(attempt, outcome)):
                return STOPPED
        return outcome

    def _pause(self, attempt: int, outcome: Outcome) -> float:
        drawn = self._draw(0.0, min(LONGEST, SHORTEST * 2**attempt))
        return drawn if outcome.retry_after is None else outcome.retry_after + drawn
