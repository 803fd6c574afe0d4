"""latch and delay."""

from typing import Any

from tests.oracle.model.life import Alarm, Model, Past, events
from tests.oracle.model.stream import Event, Out, trouble


class Latch(Model):
    takes_late = True

    def heard(self, past: Past, event: Event) -> list[Out]:
        begun = [n for n, moment in enumerate(past) if moment.sent("set")]
        while_set = past[begun[-1] :] if begun else []
        if any(moment.sent("reset") for moment in while_set):
            while_set = []
        if event.port == "reset":
            return self.reset(event, while_set)
        resets = [m.event.time for m in past if m.event.port == "reset" and not m.sent("!late")]
        if event.time < max(resets, default=0):
            return [trouble("late", event)]
        return [Out("again" if while_set else "set", event)]

    def reset(self, event: Event, while_set: Past) -> list[Out]:
        if not while_set:
            return []
        since = while_set[0].event.time
        if event.time < since:
            return [trouble("late", event)]
        count = sum(moment.sent("set") or moment.sent("again") for moment in while_set)
        return [Out("reset", event, {"since": since, "count": count})]


class Delay(Model):
    takes_late = True

    def __init__(self, params: dict[str, Any]) -> None:
        self.length: int = params["for"]

    def heard(self, past: Past, event: Event) -> list[Out]:
        if event.port == "in" and event.time < max(self.cancels(past), default=0):
            return [trouble("late", event)]
        return []

    def alarms(self, past: Past) -> list[Alarm]:
        return [(one.time + self.length, "next") for one in self.waiting(past)[:1]]

    def rang(self, past: Past, name: str, event: Event) -> list[Out]:
        due = [one for one in self.waiting(past) if one.time + self.length == event.time]
        return [Out("out", one.at(event.time)) for one in due]

    def cancels(self, past: Past) -> list[int]:
        return [event.time for event in events(past) if event.port == "cancel"]

    def waiting(self, past: Past) -> list[Event]:
        """In order of time, of equal ones the first that came first."""
        found: list[Event] = []
        for moment in past:
            event = moment.event
            if moment.alarm:
                found = [one for one in found if one.time + self.length > event.time]
            elif event.port == "cancel":
                found = [one for one in found if one.time > event.time]
            elif not moment.outs:
                found.append(event)
        return sorted(found, key=lambda one: one.time)
