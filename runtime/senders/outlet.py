"""One queue and one thread per destination, so that a hanging one never holds another."""

import random
import threading
import time
from collections.abc import Callable, Collection
from typing import Any

from nodes.kit.action import WhenFull
from runtime.senders.breaker import Draw, State
from runtime.senders.outcome import DROPPED, EXPIRED, STOPPED, WITHDRAWN, Outcome, Parcel, Report, Sender, failed
from runtime.senders.schedule import PATIENCE, Item, Schedule, size_of, told

REFILL_AT = 0.5
"""Share of what may wait in memory from which on no more is taken from the disk."""
LOOK_EVERY = 1.0
"""Seconds between two looks for parcels whose time to live is over."""
OnState = Callable[[State], None]
"""Told on the outlet's thread when the destination was lost (`open`) and when it is back (`closed`)."""


class Outlet:
    """Sends parcels, each until it is sent, given up or too late (schedule.py). `report` of a parcel is called once, on
    any thread."""

    def __init__(
        self,
        name: str,
        sender: Sender,
        *,
        draw: Draw = random.uniform,
        patience: float = PATIENCE,
        on_state: OnState = lambda state: None,
    ) -> None:
        self.name, self.sender = name, sender
        self._patience, self._on_state = patience, on_state
        self._schedule = Schedule(time.monotonic(), draw)
        self._refusal = ""
        """Why the last attempt failed that will be made again."""
        self._busy: Item | None = None
        """What is being sent now."""
        self._withdrawn = False
        """Whether it is not wanted any more."""
        self._change = threading.Condition()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name=f"outlet {name}", daemon=True)
        self._thread.start()

    def put(
        self,
        parcel: Parcel,
        report: Report,
        *,
        until: float | None = None,
        kept: bool = False,
        policy: WhenFull = "latest",
        attempts: int = 0,
        on_tried: Callable[[int], None] | None = None,
    ) -> bool:
        """Queue; past `until` (monotonic seconds) it is not sent any more. `kept`: it stands in an outbox. Where there is
        no room `policy` says what happens; one that blocks is not taken then, and the answer is False if it is kept.
        `attempts` were made before; `on_tried` hears of each further one that others will follow, on the outlet's thread."""
        now, size = time.monotonic(), size_of(parcel)
        patient = now + self._patience if kept else 0.0
        item = Item(parcel, report, size, policy, until, patient, attempts=attempts, on_tried=on_tried)
        with self._change:
            stopped = self._stopped
            out = [] if stopped else list(self._schedule.push_out(item))
            taken = not stopped and self._schedule.has_room(size, droppable=item.droppable)
            if taken and self._schedule.add(item):  # behind others it waits for what they wait for
                self._change.notify()
        for dropped, outcome in out:
            dropped.report(told(outcome, dropped))
        if not taken and (stopped or not kept):
            report(STOPPED if stopped else DROPPED)
            return True
        return taken

    @property
    def has_room(self) -> bool:
        """Whether more may be taken from the disk."""
        return not self._stopped and self._schedule.has_room(share=REFILL_AT)

    @property
    def pending(self) -> int:
        return len(self._schedule) + (self._busy is not None)

    def standing(self) -> dict[str, Any]:
        """For people: the breaker's `state`, `retry_in` seconds while it is open, the `detail` of why it is not closed, and what
        waits in memory."""
        with self._change:
            breaker = self._schedule.breaker
            left = round(breaker.wait(time.monotonic()), 1) if breaker.state == "open" else None
            why = {"detail": self._refusal} if breaker.state != "closed" else {}
            return {
                "state": breaker.state,
                "retry_in": left,
                **why,
                "waiting": self.pending,
                "bytes": self._schedule.size,
            }

    def withdraw(self, keys: Collection[str]) -> None:
        """Send none of the parcels with these keys any more; one that is on its way now is not tried again."""
        with self._change:
            gone = self._schedule.withdraw(keys)
            self._withdrawn = self._withdrawn or (self._busy is not None and self._busy.parcel.key in keys)
            self._change.notify()
        for item in gone:
            item.report(told(WITHDRAWN, item))

    def stop(self, timeout: float = 0.0) -> None:
        """Give what waits up to `timeout` seconds; the rest is reported as not sent."""
        end = time.monotonic() + timeout
        while self.pending and time.monotonic() < end:
            time.sleep(0.02)
        with self._change:
            self._stopped = True
            left = self._schedule.clear()
            self._change.notify()
        for item in left:
            item.report(STOPPED)

    def _run(self) -> None:
        while True:
            item, expired = self._wait()
            for late in expired:
                late.report(told(EXPIRED, late))
            if item is not None:
                self._attempt(item)
            elif self._stopped:
                break
        self.sender.close()

    def _wait(self) -> tuple[Item | None, list[Item]]:
        """The next to go, as soon as there is one; at once with those that are too late by now."""
        with self._change:
            while not self._stopped:
                now = time.monotonic()
                expired = self._schedule.expired(now)
                found = self._schedule.next(now)
                if isinstance(found, Item):
                    self._busy, self._withdrawn = found, False
                    return found, expired
                if expired:
                    return None, expired
                self._change.wait(min(found, LOOK_EVERY) if len(self._schedule) else found)
        return None, []

    def _attempt(self, item: Item) -> None:
        outcome = self._send(item)
        with self._change:
            before = self._schedule.breaker.state
            end = self._schedule.came_of(item, outcome, time.monotonic())
            if end is None and (self._stopped or self._withdrawn):
                self._schedule.withdraw((item.parcel.key,))
                end = STOPPED if self._stopped else told(WITHDRAWN, item)
            after = self._schedule.breaker.state
            self._refusal = "" if outcome.sent or outcome.permanent else outcome.detail
            self._busy = None
        if end is not None:
            item.report(end)
        elif item.on_tried is not None:
            item.on_tried(item.attempts)
        if (before, after) in (("closed", "open"), ("half_open", "closed")):
            self._on_state(after)

    def _send(self, item: Item) -> Outcome:
        try:
            return self.sender.send(item.parcel)
        except Exception as problem:  # a sender that fails in a new way must not end its queue
            return failed(f"{type(problem).__name__}: {problem}"[:200])
