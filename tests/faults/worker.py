"""The real worker as a process that may die at a named point, or run with one of its guards switched off.

    python -m tests.faults.worker --fault "before inbox commit:3" -- --server ... --token-file ... --store ...

At the n-th pass of a point the process ends itself with SIGKILL. What stands after `--` are the arguments of
`python -m runtime worker`. Nothing in the product knows of this: public functions are wrapped before it starts.
"""

import argparse
import fcntl
import functools
import itertools
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from runtime.__main__ import main as run
from runtime.connectors.acks import Acks
from runtime.connectors.handover import Handover
from runtime.connectors.subscriptions import Subscriptions
from runtime.intake import Intake
from runtime.receipts import Receipts
from runtime.senders.webhook import Webhook
from runtime.worker import Worker

POINTS = (
    "before inbox commit",
    "before ack",
    "after ack",
    "before commit",
    "after commit",
    "after sending",
)
"""Messages are about to be kept; they are kept and not acknowledged; acknowledgements are handed to the connection; the
engine ran and nothing of it is kept; effects are kept and none has left; one has left and nobody has noted it."""
GUARDS = ("inbox commit", "ack order", "receipts", "lock", "handover")
"""Kept before it is acknowledged; acknowledged only as far as it is kept; what is kept is known when it comes again; one
process per store."""
LINGER = 0.05
"""Seconds that give acknowledgements, sent too early, the time to reach the broker."""


class Fault:
    """Ends the process at pass number `count` of `point`."""

    def __init__(self, point: str, count: int) -> None:
        self.point, self._left = point, itertools.count(count - 1, -1)

    def at(self, point: str) -> None:
        if point == self.point and next(self._left) <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


def wrap(owner: type, name: str, around: Callable[..., Any]) -> None:
    """`around(original, self, ...)` takes the place of a method."""
    original = getattr(owner, name)

    @functools.wraps(original)
    def wrapped(self: Any, *given: Any, **named: Any) -> Any:
        return around(original, self, *given, **named)

    setattr(owner, name, wrapped)


def plant(fault: Fault, slow: float) -> None:
    """Pass `fault` at every point. `slow` (seconds) is how long the disk takes for each batch that comes in."""

    def keep(original: Any, store: Any, batches: Iterable[Any], *given: Any) -> Iterator[int]:
        batches = list(batches)
        if not batches:
            return original(store, batches, *given)
        time.sleep(slow)
        fault.at("before inbox commit")
        firsts = list(original(store, batches, *given))
        fault.at("before ack")
        return iter(firsts)

    def commit(original: Any, store: Any, changes: Iterable[Any], *given: Any, **named: Any) -> Any:
        changes = list(changes)
        if changes:
            fault.at("before commit")
        result = original(store, changes, *given, **named)
        if any(change.waiting for change in changes):
            fault.at("after commit")
        return result

    def settle(original: Any, acks: Acks, count: int) -> None:
        original(acks, count)
        if count:
            fault.at("after ack")

    def send(original: Any, sender: Webhook, *given: Any) -> Any:
        result = original(sender, *given)
        fault.at("after sending")
        return result

    def built(original: Any, worker: Worker, *given: Any, **named: Any) -> None:
        original(worker, *given, **named)
        wrap(type(worker.store), "receive", keep)
        wrap(type(worker.store), "commit", commit)

    wrap(Worker, "__init__", built)
    wrap(Acks, "settle", settle)
    wrap(Webhook, "send", send)


def without(guard: str) -> None:
    """Switch one guard off."""
    if guard == "inbox commit":

        def settle_first(original: Any, intake: Intake, batches: list[Any]) -> None:
            for batch in batches:
                batch.settle()
            time.sleep(LINGER)
            original(intake, [msgspec.structs.replace(batch, settle=lambda: None) for batch in batches])

        wrap(Intake, "receive", settle_first)
    elif guard == "ack order":

        def settle_all(original: Any, acks: Acks, count: int) -> None:
            original(acks, len(acks) if count else 0)
            time.sleep(LINGER)

        wrap(Acks, "settle", settle_all)
    elif guard == "receipts":
        wrap(Receipts, "sift", lambda original, receipts, batches, *pending: (batches, []))
    elif guard == "handover":

        def settle_late(original: Any, subscriptions: Subscriptions, session: Any) -> None:
            time.sleep(LINGER)
            original(subscriptions, session)

        wrap(Subscriptions, "settle", settle_late)
        wrap(Subscriptions, "__init__", lambda original, made, own, whole, *rest: original(made, own, False, *rest))
        wrap(Handover, "_is_new", lambda original, handover, place, message: True)
    elif guard == "lock":
        fcntl.flock = lambda *_: None  # type: ignore[assignment]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--fault", default="", help='"POINT:PASS"')
    parser.add_argument("--without", choices=GUARDS)
    parser.add_argument("--slow-disk", type=float, default=0.0)
    parser.add_argument("rest", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    point, _, count = given.fault.rpartition(":")
    if point not in ("", *POINTS):
        parser.error(f"no such point: {point}")
    if given.without:
        without(given.without)
    plant(Fault(point, int(count or 1)), given.slow_disk)
    return run(["worker", *given.rest[1:]])


if __name__ == "__main__":
    sys.exit(main())
