"""silent and heartbeat: whether anything comes at all. Both live on `now` and by arrivals."""

from typing import Any

from tests.oracle.model.life import Alarm, Model, Past, events
from tests.oracle.model.periods import Borders
from tests.oracle.model.stream import Event, Out


class Silent(Model):
    takes_late, on_now = True, True

    def __init__(self, params: dict[str, Any]) -> None:
        self.length: int = params["for"]

    def heard(self, past: Past, event: Event) -> list[Out]:
        quiet = bool(past) and past[-1].sent("silent")
        return [Out("back", event, self.since(past, event.arrived))] if quiet else []

    def alarms(self, past: Past) -> list[Alarm]:
        if not past or past[-1].sent("silent"):
            return []
        return [(past[-1].event.arrived + self.length, "silent")]

    def rang(self, past: Past, name: str, event: Event) -> list[Out]:
        return [Out("silent", event, self.since(past, event.time))]

    def since(self, past: Past, now: int) -> dict[str, Any]:
        if not events(past):
            return {}
        last = events(past)[-1].arrived
        return {"last_seen": last, "silence": (now - last) / 1000}


class Heartbeat(Model):
    """A period that had begun before the key was watched is not judged at all."""

    takes_late, on_now = True, True

    def __init__(self, params: dict[str, Any], borders: Borders) -> None:
        self.at_least: int = params.get("at_least", 1)
        self.borders = borders

    def heard(self, past: Past, event: Event) -> list[Out]:
        return self.judged(past, event) if past and event.arrived >= self.running(past)[1] else []

    def alarms(self, past: Past) -> list[Alarm]:
        return [(self.running(past)[1], "end")] if past else []

    def rang(self, past: Past, name: str, event: Event) -> list[Out]:
        return self.judged(past, event)

    def running(self, past: Past) -> tuple[int, int]:
        """The first period, and after each end the next one."""
        start, end = self.borders(past[0].event.arrived)
        for moment in past[1:]:
            if moment.alarm or moment.event.arrived >= end:
                start, end = self.borders(end)
        return start, end

    def judged(self, past: Past, event: Event) -> list[Out]:
        start, end = self.running(past)
        if start < past[0].event.arrived:
            return []
        count = sum(start <= other.arrived < end for other in events(past))
        more = {"count": count, "start": start, "end": end}
        return [Out("met" if count >= self.at_least else "missed", event.at(end), more)]
