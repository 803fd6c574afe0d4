"""command: publishes what a device is told on its command's topic. Within a command's cooldown the latest waits and
replaces an earlier waiting one; after its time to live it is not sent any more."""

import threading
import time
from collections.abc import Callable, Collection
from functools import lru_cache
from heapq import heappop, heappush
from typing import Any

import msgspec

from nodes.kit.duration import parse_duration
from nodes.kit.things import Command, Registry
from runtime.connectors.client import Message, Told
from runtime.senders.outcome import DROPPED, EXPIRED, REPLACED, SENT, STOPPED, WITHDRAWN, Outcome, Report, failed

Publish = Callable[[list[Message], Told], None]
"""Publishes at QoS 1, not retained, in order."""
MOST_WAITING, MOST_BYTES = 20_000, 32 << 20
"""Commands, and bytes of their topics and payloads, that are held in memory at most."""
BUSY = 5_000
"""Commands on their way from which on nothing more should be taken in."""
AGAIN = 1.0
"""Seconds before another attempt while the broker is away."""


class Telling(msgspec.Struct):
    """One command on its way; `name` is whose cooldown counts, `number` its place among all. Not sent before `due` nor after
    `until` (monotonic seconds). `gone`: a later one took its place. `attempts`: how often the broker did not take it. `size`:
    of topic and payload, about, in bytes. `held`: it keeps those that came later for its device behind it."""

    name: str
    topic: str
    payload: bytes
    cooldown: float
    report: Report
    until: float | None
    due: float
    gone: bool = False
    attempts: int = 0
    size: int = 0
    key: str = ""
    number: int = 0
    held: bool = False

    @property
    def device(self) -> str:
        """Whom it tells."""
        return self.name.rpartition("/")[0]


class Stall(msgspec.Struct):
    """Of a device: before `until` (monotonic seconds) nothing is tried, and `count` commands are held."""

    until: float
    count: int = 0


class Commands:
    """All commands that go to one broker; what has to wait does so on a thread of its own. `now` gives monotonic seconds."""

    def __init__(self, publish: Publish, now: Callable[[], float] = time.monotonic) -> None:
        self._publish, self._now = publish, now
        self._queue: list[tuple[float, int, Telling]] = []
        self._latest: dict[str, Telling] = {}
        """By name, the command that waits for the end of a cooldown, or for the broker."""
        self._rest: dict[str, float] = {}
        self._stalled: dict[str, Stall] = {}
        """Devices of which the broker did not take a command without a cooldown: later ones wait behind it."""
        self._count = self._waiting = self._flying = 0
        self._fresh: list[Telling] = []
        """Put, and not under way before `go`."""
        self._bytes = self._fresh_bytes = 0
        """Of all that has no end yet, without what is fresh; of what is fresh."""
        self._lock = threading.RLock()
        self._change = threading.Condition(self._lock)
        self._idle = self._stopped = False
        self._thread = threading.Thread(target=self._run, name="commands", daemon=True)
        self._thread.start()

    def put(
        self,
        name: str,
        topic: str,
        values: Any,
        *,
        cooldown: float,
        ttl: float | None,
        report: Report,
        kept: bool = False,
        key: str = "",
    ) -> bool:
        """Tell a device `values` on `topic`; `name` (device and command) has the `cooldown`, which like `ttl` is in
        seconds. `report` is called once. `kept`: it stands in an outbox, so where there is no room nothing happens and
        the answer is False. By its `key` it can be withdrawn. Nothing leaves before `go`, which the same thread calls."""
        now = self._now()
        payload = msgspec.json.encode(values)
        size = len(topic) + len(payload)
        if self._waiting + len(self._fresh) >= MOST_WAITING or self.size + size > MOST_BYTES:
            if not kept:
                report(DROPPED)
            return not kept
        until = None if ttl is None else now + ttl
        self._count += 1
        telling = Telling(name, topic, payload, cooldown, report, until, now, size=size, key=key, number=self._count)
        self._fresh.append(telling)
        self._fresh_bytes += size
        return True

    def go(self) -> None:
        """Send off what was put, all together."""
        if not self._fresh:
            return
        fresh, self._fresh = self._fresh, []
        over: list[tuple[Telling, Outcome]] = []
        at_once: list[Telling] = []
        with self._lock:
            self._bytes, self._fresh_bytes = self._bytes + self._fresh_bytes, 0
            for telling in fresh:
                if self._stopped:
                    over.append((telling, STOPPED))
                elif self._stalled and not telling.cooldown and telling.device in self._stalled:
                    self._hold(telling, now=0.0)
                elif not telling.cooldown:
                    at_once.append(telling)
                elif (replaced := self._enqueue(telling)) is not None:
                    over.append((replaced, REPLACED))
            for telling, _ in over:
                self._bytes -= telling.size
            # what is held is sent by one thread alone, in order
            due = [*self._due(), *at_once] if self._queue and not self._stalled else at_once
            self._flying += len(at_once)
            if self._queue and self._idle:
                self._idle = False
                self._change.notify()
        for telling, outcome in over:
            telling.report(outcome)
        if due:
            self._tell(due)

    def standing(self) -> dict[str, int]:
        """For people: what waits in memory."""
        return {"waiting": self.pending, "bytes": self.size}

    def withdraw(self, keys: Collection[str]) -> None:
        """Send none of those with these keys any more. The broker may have one that is on its way. On the thread of `put`."""
        fresh = [telling for telling in self._fresh if telling.key in keys]
        self._fresh = [telling for telling in self._fresh if telling.key not in keys]
        self._fresh_bytes -= sum(telling.size for telling in fresh)
        with self._lock:
            waiting = [telling for *_, telling in self._queue if telling.key in keys and not telling.gone]
            for telling in waiting:
                telling.gone = True
                self._let_go(telling)
                if self._latest.get(telling.name) is telling:
                    del self._latest[telling.name]
            self._waiting -= len(waiting)
            self._bytes -= sum(telling.size for telling in waiting)
        for telling in [*fresh, *waiting]:
            telling.report(msgspec.structs.replace(WITHDRAWN, attempts=telling.attempts))

    @property
    def has_room(self) -> bool:
        """Whether more may be taken from the disk."""
        return not self._stopped and self.pending < MOST_WAITING // 2 and self._bytes < MOST_BYTES // 2

    def _enqueue(self, telling: Telling) -> Telling | None:
        """Gives the one whose place it takes, if any. With the lock."""
        replaced = None
        if telling.cooldown:  # without a cooldown every command goes, in order
            telling.due = max(telling.due, self._rest.get(telling.name, 0.0))
            replaced = self._latest.get(telling.name)
            self._latest[telling.name] = telling
        if replaced is not None:
            replaced.gone = True
            self._waiting -= 1
        self._waiting += 1
        heappush(self._queue, (telling.due, telling.number, telling))
        return replaced

    def _hold(self, telling: Telling, now: float) -> None:
        """The broker did not take it `now`, or an earlier one for its device: it waits, before those that come later. With
        the lock."""
        stall = self._stalled.setdefault(telling.device, Stall(now))
        stall.until = max(stall.until, now + AGAIN if now else 0.0)
        if not telling.held:
            telling.held = True
            stall.count += 1
        telling.due = stall.until
        self._enqueue(telling)

    def _let_go(self, telling: Telling) -> None:
        """It keeps no other behind it any more. With the lock."""
        if telling.held:
            telling.held = False
            stall = self._stalled[telling.device]
            stall.count -= 1
            if not stall.count:
                del self._stalled[telling.device]

    @property
    def pending(self) -> int:
        return self._waiting + self._flying + len(self._fresh)

    @property
    def size(self) -> int:
        """Bytes of all that are pending."""
        return self._bytes + self._fresh_bytes

    @property
    def busy(self) -> bool:
        """Whether the broker takes commands more slowly than they come."""
        return self.pending > BUSY

    def stop(self, timeout: float = 0.0) -> None:
        end = time.monotonic() + timeout
        while self.pending and time.monotonic() < end:
            time.sleep(0.02)
        with self._lock:
            self._stopped = True
            left = [telling for _, _, telling in self._queue if not telling.gone]
            self._queue, self._waiting = [], 0
            self._bytes -= sum(telling.size for telling in left)
            self._change.notify()
        for telling in left:
            telling.report(STOPPED)

    def _run(self) -> None:
        while True:
            with self._lock:
                while not (tellings := self._due()) and not self._stopped:
                    self._idle = True
                    self._change.wait(self._span())
                self._idle = False
                if not tellings:
                    return
            self._tell(tellings)

    def _due(self) -> list[Telling]:
        """Those that may go now, the earliest first; they count as flying from here on. With the lock."""
        now, queue, found = self._now(), self._queue, []
        while queue and queue[0][0] <= now:
            telling = heappop(queue)[2]
            if telling.gone:
                continue
            if telling.held and (until := self._stalled[telling.device].until) > now:
                heappush(queue, (until, telling.number, telling))
                continue
            if telling.cooldown:
                self._latest.pop(telling.name, None)
                self._rest[telling.name] = now + telling.cooldown
            found.append(telling)
        self._waiting -= len(found)
        self._flying += len(found)
        return found

    def _span(self) -> float:
        return max(0.001, self._queue[0][0] - self._now()) if self._queue else 3_600.0

    def _tell(self, tellings: list[Telling]) -> None:
        now = self._now()
        messages: list[Message] = []
        for telling in tellings:
            if telling.until is not None and now > telling.until:
                self._over([telling], EXPIRED)
            else:
                messages.append((telling.topic, telling.payload, telling))
        try:
            self._publish(messages, self._published)
        except Exception as problem:  # a connection that fails in a new way must not end the queue
            self._over([one for _, _, one in messages], failed(f"{type(problem).__name__}: {problem}"[:200]))

    def _published(self, ended: list[tuple[Telling, str | None]]) -> None:
        self._over([telling for telling, problem in ended if problem is None], SENT)
        for telling, problem in ended:
            if problem is not None and (outcome := self._later(telling, problem)) is not None:
                self._over([telling], outcome)

    def _over(self, tellings: list[Telling], outcome: Outcome) -> None:
        with self._lock:
            self._flying -= len(tellings)
            self._bytes -= sum([telling.size for telling in tellings])
            for telling in tellings if self._stalled else ():
                self._let_go(telling)
        if outcome.sent:
            for telling in tellings:
                telling.report(outcome)
            return
        for telling in tellings:
            telling.report(msgspec.structs.replace(outcome, attempts=telling.attempts))

    def _later(self, telling: Telling, problem: str) -> Outcome | None:
        """Put one that could not be published back; where its time is over or a later one waits in its place, how it ended."""
        telling.attempts += 1
        now = self._now()
        telling.due = now + AGAIN
        if telling.until is not None and telling.due > telling.until:
            return msgspec.structs.replace(EXPIRED, detail=f"{EXPIRED.detail}; {problem}")
        with self._lock:
            if self._stopped:
                return STOPPED
            if telling.cooldown and telling.name in self._latest:
                return REPLACED
            self._rest.pop(telling.name, None)
            self._flying -= 1
            if telling.cooldown:
                self._enqueue(telling)
            else:
                self._hold(telling, now)
            self._change.notify()
        return None


def command_of(registry: Registry | None, device_id: str | None, command_id: str) -> Command | Outcome:
    """The command of a registered device, or why there is none."""
    command = registry.command(device_id, command_id) if registry else None
    return command or failed(f"no registered device {device_id!r} with a command {command_id!r}")


def cooldown_of(command: Command) -> float:
    """Seconds."""
    return _seconds(command.cooldown) if command.cooldown else 0.0


@lru_cache(maxsize=1_000)
def _seconds(duration: str) -> float:
    try:
        return parse_duration(duration) / 1000
    except ValueError:
        return 0.0
