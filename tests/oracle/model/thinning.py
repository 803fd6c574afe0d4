"""sample and unique: which of many events go on."""

import json
from typing import Any

from tests.oracle.model.life import Alarm, Model, Past, events
from tests.oracle.model.periods import Borders
from tests.oracle.model.stream import Event, Out, trouble


class Sample(Model):
    """An event older than the period that has been sent last begins its own anew."""

    def __init__(self, params: dict[str, Any], borders: Borders | None = None) -> None:
        self.nth: int | None = params.get("nth")
        self.borders = borders or (lambda time: (time, time))

    def heard(self, past: Past, event: Event) -> list[Out]:
        if self.nth is not None:
            return [Out("out" if len(past) % self.nth == 0 else "rest", event)]
        held = self.held(past)
        if held is None:
            return []
        end = self.borders(held.time)[1]
        if event.time >= end:
            return [Out("out", held.at(end))]
        return [Out("rest", held)]

    def alarms(self, past: Past) -> list[Alarm]:
        held = self.held(past) if self.nth is None else None
        return [] if held is None else [(self.borders(held.time)[1], "end")]

    def rang(self, past: Past, name: str, event: Event) -> list[Out]:
        held = self.held(past)
        return [Out("out", held.at(event.time))] if held else []

    def held(self, past: Past) -> Event | None:
        """The last event, unless its period was closed."""
        return None if not past or past[-1].alarm else past[-1].event


class Unique(Model):
    takes_late = True

    def __init__(self, params: dict[str, Any]) -> None:
        self.fields, self.within = params.get("fields"), params.get("within", 3_600_000)

    def heard(self, past: Past, event: Event) -> list[Out]:
        value = self.compared(event)
        if value is None:
            return [trouble("missing_field", event)]
        newest = max(other.time for other in [*events(past), event] if self.compared(other) is not None)
        for moment in past:
            other = moment.event
            near = abs(event.time - other.time) < self.within and other.time > newest - self.within
            if moment.sent("out") and near and self.compared(other) == value:
                return [Out("duplicate", event)]
        return [Out("out", event)]

    def compared(self, event: Event) -> str | None:
        """What makes it equal to another one; None where a field is missing."""
        if self.fields is None:
            return told_apart(event.data)
        values = [event.data.get(name) for name in self.fields]
        return None if None in values else told_apart(values)


def told_apart(value: Any) -> str:
    """As JSON, in which 1 and 1.0 are the same and true and 1 are not."""
    return json.dumps(_whole(value), sort_keys=True)


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _whole(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_whole(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
