"""How time passes for one key, and for all of a node's keys (CONTRACTS section 1).

Each key is lived through on its own. At every step the kind is asked anew what it would do, given everything that has
happened to the key so far; nothing is carried along but that list.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

from tests.oracle.model.stream import Arrived, Event, Moment, Out, Sent, received, trouble

Past = list[Moment]
Alarm = tuple[int, str]
"""When something is due, on the key's clock (or on `now`), and its name. Of equal ones the first by name rings first."""
BORN = "born"
KeyOf = Callable[[Event], str | None]


def events(past: Past) -> list[Event]:
    """The events that were heard, without the alarms."""
    return [moment.event for moment in past if not moment.alarm]


class Model:
    """What one node promises. The past of a key that is there from the start begins with the alarm `BORN`."""

    takes_late: ClassVar[bool] = False
    on_now: ClassVar[bool] = False

    def heard(self, past: Past, event: Event) -> list[Out]:
        """What it sends because of `event`, after everything in `past`."""
        raise NotImplementedError

    def alarms(self, past: Past) -> list[Alarm]:
        """What it waits for, given everything in `past`."""
        return []

    def rang(self, past: Past, name: str, event: Event) -> list[Out]:
        """What it sends when that is due; `event` is the key's last one, at the time at which it was due."""
        raise NotImplementedError


@dataclass(frozen=True)
class Coming:
    """An event on its way to a key, and the `now` at which it comes."""

    now: int
    event: Event


class Node:
    """One node: `per` tells an event's key ("device", "all", or a function that may find none). `expected`: keys that
    are there from the start, each with its device where it is one."""

    def __init__(
        self, model: Model, per: str | KeyOf = "device", expected: dict[str, str | None] | None = None
    ) -> None:
        self.model, self.shared, self.expected = model, per != "device", expected or {}
        self.key: KeyOf = (
            per if callable(per) else (lambda event: event.device) if per == "device" else (lambda event: "")
        )

    def outcome(self, arrivals: Iterable[tuple[str, Arrived]], start: int, until: int) -> list[Sent]:
        """Everything that it sends from `start` to `until`, inclusive, for arrivals that reach it on a port each."""
        keys: dict[str, list[Coming]] = {name: [] for name in self.expected}
        sent: list[Sent] = []
        now = start
        for port, arrival in arrivals:
            now = max(now, arrival.arrived)
            event = received(arrival, now, port)
            key = self.key(event)
            if key is None:
                sent.append(Sent(now, "!no_key", event.time, event.device, event.data))
            else:
                keys.setdefault(key, []).append(Coming(now, event))
        for name, coming in keys.items():
            life = Life(self, start)
            if name in self.expected:
                life.happen(Event(start, start, self.expected[name], {}), [], BORN)
            sent += life.lived(coming, until)
        return sent


class Life:
    """One key of a node from `now` on. `came`: everything that came for it, by which it is told whether all of it is from
    one device; `heard`: of that what was not late."""

    def __init__(self, node: Node, now: int) -> None:
        self.node, self.model, self.now = node, node.model, now
        self.came: list[Coming] = []
        self.heard: list[Coming] = []
        self.past: Past = []
        self.sent: list[Sent] = []

    def lived(self, coming: list[Coming], until: int) -> list[Sent]:
        for one in coming:
            self.wait(one.now)
            self.now = max(self.now, one.now)
            self.hear(one)
        self.wait(until + 1)
        return self.sent

    # --- the key's clock --------------------------------------------------------------------------------------------

    def trusted(self) -> list[Coming]:
        return [one for one in self.heard if one.event.sure]

    def newest(self) -> Coming | None:
        """The newest trusted event, without one the newest of all; of equal ones the first that came."""
        return max(self.trusted() or self.heard, key=lambda one: one.event.time, default=None)

    def reaches(self, due: int) -> int:
        """The `now` at which the clock shows `due`."""
        newest = self.newest()
        return due if newest is None or self.model.on_now else newest.now + due - newest.event.time

    def is_late(self, event: Event) -> bool:
        known = self.trusted() or ([] if event.sure else self.heard)
        return any(event.time < one.event.time for one in known)

    # --- what happens -----------------------------------------------------------------------------------------------

    def wait(self, until: int) -> None:
        """`now` passes on: what is due before `until` rings."""
        while (alarm := self.next_alarm()) is not None and self.reaches(alarm[0]) < until:
            self.now = max(self.now, self.reaches(alarm[0]))
            self.ring(alarm)

    def hear(self, one: Coming) -> None:
        event, late = one.event, self.is_late(one.event)
        if not late and event.sure == bool(self.trusted()):
            self.catch_up(event.time)
        self.came.append(one)
        if not late:
            self.heard.append(one)
        if late and not self.model.takes_late:
            self.tell([trouble("late", event)])
        else:
            self.happen(event, self.model.heard(self.past, event))

    def catch_up(self, time: int) -> None:
        """An event moves the clock to `time`: what was due before that rings first. (The first trusted event is not asked:
        until then the clock ran on arrivals, and how far it jumps says nothing of how much time has passed.)"""
        while not self.model.on_now and (alarm := self.next_alarm()) is not None and alarm[0] < time:
            self.ring(alarm)

    def next_alarm(self) -> Alarm | None:
        return min(self.model.alarms(self.past), default=None)

    def ring(self, alarm: Alarm) -> None:
        due, name = alarm
        event = (self.heard[-1] if self.heard else self.past[0]).event.at(due)
        self.happen(event, self.model.rang(self.past, name, event), name)

    def happen(self, event: Event, outs: list[Out], alarm: str = "") -> None:
        self.past.append(Moment(event, self.now, tuple(outs), alarm))
        self.tell(outs)

    def tell(self, outs: list[Out]) -> None:
        mixed = self.node.shared and len({one.event.device for one in self.came}) > 1
        for out in outs:
            event = out.event
            device = None if mixed and not out.port.startswith("!") else event.device
            self.sent.append(Sent(self.now, out.port, event.time, device, {**event.data, **out.more}))
