"""sequence: one event, then another within a time."""

from typing import Any

from tests.oracle.model.life import Alarm, Model, Past, events
from tests.oracle.model.stream import Event, Moment, Out, trouble


class Sequence(Model):
    takes_late = True

    def __init__(self, params: dict[str, Any]) -> None:
        self.within: int = params["within"]

    def heard(self, past: Past, event: Event) -> list[Out]:
        same = [other.time for other in events(past) if (other.port, other.device) == (event.port, event.device)]
        if any(event.time < time for time in same):
            return [trouble("late", event)]
        waits = self.waits(past)
        if event.port == "first":
            return [] if waits or not self.too_late(past, event) else [trouble("late", event)]
        if waits and waits.time <= event.time <= waits.time + self.within:
            more = {"first": waits.data, "elapsed": (event.time - waits.time) / 1000}
            return [Out("matched", event, more)]
        return [Out("unexpected", event)]

    def alarms(self, past: Past) -> list[Alarm]:
        waits = self.waits(past)
        return [(waits.time + self.within, "missing")] if waits else []

    def rang(self, past: Past, name: str, event: Event) -> list[Out]:
        waits = self.waits(past)
        return [Out("missing", Event(event.time, event.arrived, event.device, waits.data))] if waits else []

    def too_late(self, past: Past, event: Event) -> bool:
        """A `then` that it could have matched has gone out as unexpected: the newest such one, and after it."""
        alone = max((moment.event.time for moment in past if moment.sent("unexpected")), default=event.time)
        return event.time < alone <= event.time + self.within

    def waits(self, past: Past) -> Event | None:
        waits: Event | None = None
        for moment in past:
            if moment.sent("matched") or moment.sent("missing"):
                waits = None
            elif waits is None and self.begins(moment):
                waits = moment.event
        return waits

    def begins(self, moment: Moment) -> bool:
        return not moment.alarm and moment.event.port == "first" and not moment.outs
