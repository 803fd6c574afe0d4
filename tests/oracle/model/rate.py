"""rate: how fast a value changes, and how far it has risen or fallen. Of readings of one time the last one counts."""

from typing import Any

from tests.oracle.model.life import Model, Past, events
from tests.oracle.model.stream import Event, Out, number


class Rate(Model):
    def __init__(self, params: dict[str, Any]) -> None:
        self.field, self.over, self.each = params["field"], params.get("over"), params.get("each", 60_000)

    def heard(self, past: Past, event: Event) -> list[Out]:
        value = number(event, self.field)
        if isinstance(value, Out):
            return [value]
        before: dict[int, float] = {}
        for other in events(past):
            earlier = number(other, self.field)
            if not isinstance(earlier, Out):
                before[other.time] = float(earlier)
        if event.time in before or not before:
            return []
        since = self.compared(event.time, before)
        values = [other for time, other in before.items() if time >= since]
        change = value - before[since]
        rate = change * self.each / (event.time - since)
        more = {
            "change": change,
            "rate": rate,
            "rise": value - min(*values, value),
            "fall": max(*values, value) - value,
        }
        return [Out("out", event, more)]

    def compared(self, time: int, before: dict[int, float]) -> int:
        """The time of the reading with which one of `time` is compared."""
        if self.over is None:
            return max(before)
        old = [other for other in before if other <= time - self.over]
        return max(old) if old else min(before)
