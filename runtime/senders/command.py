"""command: publishes what a device is told on its command's topic. Within a command's cooldown the latest waits and
replaces an earlier waiting one; after its time to live it is not sent any more."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec

from nodes.kit.duration import parse_duration
from nodes.kit.things import Command, Registry
from runtime.senders.outcome import EXPIRED, SENT, STOPPED, Outcome, Report, failed

Confirmed = Callable[[str | None], None]
Publish = Callable[[str, bytes, Confirmed], None]
"""Publishes at QoS 1, not retained; tells once, on some thread: None when the broker has it, else why not."""
MOST_WAITING = 2_000
AGAIN = 1.0
"""Seconds before another attempt while the broker is away."""


class Telling(msgspec.Struct):
    """One command on its way; `name` is whose cooldown counts. Not sent before `due` nor after `until` (monotonic
    seconds)."""

    name: str
    topic: str
    payload: bytes
    cooldown: float
    report: Report
    until: float | None
    due: float


class Commands:
    """All commands that go to one broker, one thread. `now` gives monotonic seconds."""

    def __init__(self, publish: Publish, now: Callable[[], float] = time.monotonic) -> None:
        self._publish, self._now = publish, now
        self._waiting: dict[str, Telling] = {}
        self._rest: dict[str, float] = {}
        self._flying = self._count = 0
        self._change = threading.Condition()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="commands", daemon=True)
        self._thread.start()

    def put(self, name: str, topic: str, values: Any, *, cooldown: float, ttl: float | None, report: Report) -> None:
        """Tell a device `values` on `topic`; `name` (device and command) has the `cooldown`, which like `ttl` is in
        seconds. `report` is called once."""
        now = self._now()
        payload = json.dumps(values, ensure_ascii=False).encode("utf-8", "replace")
        telling = Telling(name, topic, payload, cooldown, report, None if ttl is None else now + ttl, now)
        with self._change:
            full = name not in self._waiting and len(self._waiting) >= MOST_WAITING
            refused = self._stopped or full
            replaced = None if refused or not cooldown else self._waiting.pop(name, None)
            if not refused:
                self._enqueue(telling)
        if refused:
            report(failed("too many commands are waiting") if full else STOPPED)
        if replaced is not None:
            replaced.report(failed("replaced by a later command within the cooldown"))

    def _enqueue(self, telling: Telling) -> None:
        name = telling.name
        if telling.cooldown:
            telling.due = max(telling.due, self._rest.get(name, 0.0))
        else:  # without a cooldown every command goes, in order
            self._count += 1
            name = f"{name}\0{self._count}"
        self._waiting[name] = telling
        self._change.notify()

    @property
    def pending(self) -> int:
        return len(self._waiting) + self._flying

    def stop(self, timeout: float = 0.0) -> None:
        end = time.monotonic() + timeout
        while self.pending and time.monotonic() < end:
            time.sleep(0.02)
        with self._change:
            self._stopped = True
            left = list(self._waiting.values())
            self._waiting.clear()
            self._change.notify()
        for telling in left:
            telling.report(STOPPED)

    def _run(self) -> None:
        while True:
            with self._change:
                name = self._next()
                while name is None and not self._stopped:
                    self._change.wait(self._span())
                    name = self._next()
                if name is None:
                    return
                telling = self._waiting.pop(name)
                self._flying += 1
                if telling.cooldown:
                    self._rest[telling.name] = self._now() + telling.cooldown
            self._tell(telling)

    def _next(self) -> str | None:
        now = self._now()
        return next((name for name, telling in self._waiting.items() if telling.due <= now), None)

    def _span(self) -> float:
        now = self._now()
        return max(0.005, min((telling.due - now for telling in self._waiting.values()), default=3_600.0))

    def _tell(self, telling: Telling) -> None:
        if telling.until is not None and self._now() > telling.until:
            self._over(telling, EXPIRED)
            return
        try:
            self._publish(telling.topic, telling.payload, lambda problem: self._published(telling, problem))
        except Exception as problem:  # a connection that fails in a new way must not end the queue
            self._over(telling, failed(f"{type(problem).__name__}: {problem}"[:200]))

    def _published(self, telling: Telling, problem: str | None) -> None:
        if problem is None:
            self._over(telling, SENT)
        elif not self._later(telling):
            self._over(telling, STOPPED if self._stopped else failed(problem, permanent=False))

    def _over(self, telling: Telling, outcome: Outcome) -> None:
        with self._change:
            self._flying -= 1
        telling.report(outcome)

    def _later(self, telling: Telling) -> bool:
        """Put one that could not be published back, unless a later one waits in its place or its time is over."""
        telling.due = self._now() + AGAIN
        if telling.until is not None and telling.due > telling.until:
            return False
        with self._change:
            if self._stopped or (telling.cooldown and telling.name in self._waiting):
                return False
            self._rest.pop(telling.name, None)
            self._flying -= 1
            self._enqueue(telling)
        return True


def command_of(registry: Registry | None, device_id: str | None, command_id: str) -> tuple[str, Command] | Outcome:
    """The topic and the command of a registered device, or why there is none."""
    device = registry.devices.get(device_id or "") if registry else None
    kind = registry.types.get(device.type) if registry and device else None
    command = kind.command(command_id) if kind else None
    if device is None or command is None:
        return failed(f"no registered device {device_id!r} with a command {command_id!r}")
    return command.topic.replace("{device}", device.id), command


def cooldown_of(command: Command) -> float:
    """Seconds."""
    try:
        return parse_duration(command.cooldown) / 1000 if command.cooldown else 0.0
    except ValueError:
        return 0.0
