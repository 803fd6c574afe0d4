"""What travels along a wire. All times are integer milliseconds since the Unix epoch (UTC)."""

from typing import Any

import msgspec

OVERDUE = "overdue"
"""Flag of a timer's event: it came due while the flow did not run."""


class Event(msgspec.Struct, frozen=True):
    """One reading, answer or tick as the nodes see it.

    `time` says when it happened, `arrived` when it was received (both ms); `device` and `type` are registered ids
    or None; `data` maps field names to decoded values and is never changed in place; `cause` names the arrival (or
    timer) at the root of the chain, so that an effect can be traced and keyed; `flags` holds words such as
    `untrusted_time` and `overdue`.
    """

    time: int
    arrived: int
    device: str | None
    type: str | None
    data: dict[str, Any]
    cause: str
    flags: tuple[str, ...] = ()

    def with_data(self, data: dict[str, Any]) -> "Event":
        """The same event carrying other data."""
        return Event(self.time, self.arrived, self.device, self.type, data, self.cause, self.flags)


SPOKEN = Event(0, 0, None, None, {}, "")
"""In place of a last event that nobody will ask for: there was one."""


class Causes(msgspec.Struct, frozen=True):
    """What names the arrivals of a batch: `prefix` and a number that counts on from `first`."""

    prefix: str
    first: int

    def of(self, place: int) -> str:
        return f"{self.prefix}{self.first + place}"


class Arrival(msgspec.Struct, frozen=True):
    """Something that came in from outside, before any source node has read it.

    Exactly one of `device` (decoded `data` dict), `topic` (raw `payload` bytes) and `node` (a webhook or schedule
    line: decoded `data`) is set. `time` is None when only the payload or the arrival can tell it. `cause` is unique
    per arrival within a run and stable across a replay of the same input.
    """

    arrived: int
    cause: str
    time: int | None = None
    device: str | None = None
    topic: str | None = None
    node: str | None = None
    type: str | None = None
    data: dict[str, Any] | None = None
    payload: bytes | None = None
