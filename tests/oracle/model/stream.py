"""What comes in and what goes out, and which times are believed (CONTRACTS section 1)."""

from dataclasses import dataclass, field, replace
from typing import Any

DAY = 86_400_000
AHEAD = 120_000
Data = dict[str, Any]


@dataclass(frozen=True)
class Arrived:
    """One line of a recording, as it was received at `arrived` (ms); `time` None: it carries none of its own."""

    arrived: int
    device: str
    data: Data
    time: int | None = None


@dataclass(frozen=True)
class Event:
    """An arrival as the nodes see it. `sure`: its time is its own, not the arrival put in place of one."""

    time: int
    arrived: int
    device: str | None
    data: Data
    sure: bool = True
    port: str = "in"

    def at(self, time: int) -> "Event":
        return replace(self, time=time)


@dataclass(frozen=True)
class Sent:
    """What a node sent, when `now` was so. A `port` that begins with "!" is a problem on the trace instead."""

    now: int
    port: str
    time: int
    device: str | None
    data: Data


@dataclass(frozen=True)
class Out:
    """What a kind wants to send: `more` on top of the event's data, or `data` in place of them."""

    port: str
    event: Event
    more: Data = field(default_factory=dict)


@dataclass(frozen=True)
class Moment:
    """Something that happened to one key: an event that was heard, or (with `alarm`) a timer that rang."""

    event: Event
    now: int
    outs: tuple[Out, ...]
    alarm: str = ""

    def sent(self, port: str) -> bool:
        return any(out.port == port for out in self.outs)


def trouble(code: str, event: Event) -> Out:
    return Out(f"!{code}", event)


def received(arrival: Arrived, now: int, port: str) -> Event:
    """Trusted within [now - 1 day, now + 2 min], else the arrival counts."""
    time = arrival.arrived if arrival.time is None else arrival.time
    sure = now - DAY <= time <= now + AHEAD
    return Event(time if sure else arrival.arrived, arrival.arrived, arrival.device, arrival.data, sure, port)


def number(event: Event, name: str) -> float | Out:
    """The number in a field, else the problem with it."""
    value = event.data.get(name)
    if value is None:
        return trouble("missing_field", event)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return trouble("wrong_type", event)
    return value
