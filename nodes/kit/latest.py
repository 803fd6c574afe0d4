"""The newest reading of each of several devices that share one memory, whatever way and delay each of them has."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import msgspec

from nodes.kit.effect import Trouble
from nodes.kit.event import Event
from nodes.kit.fields import number_in
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope

MOST_DEVICES = 10_000
"""Devices under one key; for a further one the one whose reading is the oldest makes room."""
LARGEST = 1e300
"""Numbers beyond it in size are refused, so that sums, differences and units cannot overflow."""
_EXACT = 2**53


class Latest(msgspec.Struct, dict=True):
    """`heard`: by device, the time (ms) of its newest reading and what was read. `newest`: the newest time of all, which
    is where the time of the whole stands."""

    heard: dict[str, list[Any]] = {}
    newest: int = 0

    @cached_property
    def _order(self) -> list[tuple[int, str]]:
        """Devices by time. Not remembered, but made from `heard` when it is first needed."""
        return sorted((time, device) for device, (time, _) in self.heard.items())

    def late(self, device: str, time: int, max_age: int | None = None) -> bool:
        """Whether a reading is older than one that this device sent before, or too old to count."""
        known = self.heard.get(device)
        return (known is not None and time < known[0]) or (max_age is not None and time < self.newest - max_age)

    def put(self, device: str, time: int, value: Any = None) -> list[tuple[str, Any]]:
        """Take a reading that is not late. Returns (device, value) of the readings that it takes the place of."""
        order, gone = self._order, []
        if device in self.heard:
            gone.append(self._out(device))
        elif len(self.heard) >= MOST_DEVICES:
            gone.append(self._out(order[0][1]))
        self.heard[device] = [time, value]
        insort(order, (time, device))
        self.newest = max(self.newest, time)
        return gone

    def drop_before(self, time: int) -> list[tuple[str, Any]]:
        """Drop what is older than `time`. Returns (device, value) of each."""
        gone = []
        while (oldest := self.oldest()) is not None and oldest < time:
            gone.append(self._out(self._order[0][1]))
        return gone

    def later(self, by: int) -> None:
        """All that was heard was heard `by` ms later (see Memory.later)."""
        for reading in self.heard.values():
            reading[0] += by
        self.newest += by
        self.__dict__.pop("_order", None)

    def oldest(self) -> int | None:
        """The time (ms) of the oldest reading."""
        return self._order[0][0] if self._order else None

    def dated(self, event: Event) -> Event:
        """`event` at the newest time heard of: what is known of all is sent in order, whoever came late."""
        return event if event.time >= self.newest else msgspec.structs.replace(event, time=self.newest)

    def _out(self, device: str) -> tuple[str, Any]:
        order, (time, value) = self._order, self.heard.pop(device)
        del order[bisect_left(order, (time, device))]
        return device, value


def latest() -> Any:
    """A field of a `Memory` that holds `Latest`."""
    return msgspec.field(default_factory=Latest)


def measured(data: dict[str, Any], field: str) -> float | Trouble:
    """The number in `field`, of a size that can be computed with and that JSON keeps; else the trouble with it."""
    value = number_in(data, field)
    if isinstance(value, Trouble):
        return value
    if not -LARGEST <= value <= LARGEST:
        return Trouble("out_of_range", {"field": field})
    return value if -_EXACT <= value <= _EXACT else float(value)


def check_several(per: str, scope: Scope) -> Iterator[Problem]:
    """Problems where several devices are looked at together: events of no device, or each device on its own."""
    if scope.shape.device == "never":
        yield Problem("no_key", "/params", args={"per": "device"})
    elif per == "device":
        yield keeps_apart()


def keeps_apart() -> Problem:
    """What is wanted of several devices can never come together where each is remembered on its own."""
    return Problem("per_keeps_apart", "/params/per", fix={"path": "/params/per", "value": "all"})


def check_wired(ports: Iterable[str], scope: Scope) -> Iterator[Problem]:
    """Problems of inputs that nothing comes to, where the node can do nothing without."""
    if scope.shapes:
        yield from (Problem("missing_key", "/from", args={"key": port}) for port in ports if port not in scope.shapes)
