"""repeat and escalate: what is sent again while something lasts or nobody answers."""

from typing import Any

from tests.oracle.model.life import Alarm, Model, Past
from tests.oracle.model.stream import Event, Moment, Out, trouble

NEXT = "next"


def newest(past: Past) -> int:
    return max((moment.event.time for moment in past if not moment.alarm), default=0)


class Repeat(Model):
    takes_late = True

    def __init__(self, params: dict[str, Any]) -> None:
        self.every, self.most, self.first = params["every"], params.get("most"), params.get("first", True)

    def heard(self, past: Past, event: Event) -> list[Out]:
        if event.time < (newest(past) if event.port == "update" else self.turned(past)):
            return [trouble("late", event)]
        if event.port == "in" and not self.running(past):
            return [Out("out", event, {"count": 0})] if self.first else []
        if event.port == "stop" and self.running(past):
            return [Out("ended", event, {"count": len(self.repetitions(past))})]
        return []

    def alarms(self, past: Past) -> list[Alarm]:
        done = self.repetitions(past)
        if not self.running(past) or (self.most is not None and len(done) >= self.most):
            return []
        began = max(n for n in range(len(past)) if self.begins(past, n))
        last = done[-1].event.time if done else newest(past[: began + 1])
        return [(last + self.every, NEXT)]

    def rang(self, past: Past, name: str, event: Event) -> list[Out]:
        return [Out("out", event, {"count": len(self.repetitions(past)) + 1})]

    def begins(self, past: Past, n: int) -> bool:
        return self.turns(past[n], "in") and not self.running(past[:n])

    def turns(self, moment: Moment, port: str) -> bool:
        return not moment.alarm and moment.event.port == port and not moment.sent("!late")

    def running(self, past: Past) -> bool:
        """Whether something began that no stop has ended."""
        for moment in reversed(past):
            if self.turns(moment, "stop"):
                return False
            if self.turns(moment, "in"):
                return True
        return False

    def turned(self, past: Past) -> int:
        """The last begin or stop, also one that ended nothing."""
        times = [
            moment.event.time for n, moment in enumerate(past) if self.turns(moment, "stop") or self.begins(past, n)
        ]
        return times[-1] if times else 0

    def repetitions(self, past: Past) -> list[Moment]:
        """Those of what runs."""
        began = [n for n in range(len(past)) if self.begins(past, n)]
        return [moment for moment in past[began[-1] :] if moment.alarm] if began else []


class Escalate(Model):
    takes_late = True

    def __init__(self, params: dict[str, Any]) -> None:
        self.after, self.most = params["after"], params.get("most", 1)
        self.again = params.get("again", self.after)

    def heard(self, past: Past, event: Event) -> list[Out]:
        waits = self.waiting(past)
        if event.time < (waits[0].event.time if waits else self.ended(past)):
            return [trouble("late", event)]
        if event.port == "in":
            return [] if waits else [Out("first", event, {"level": 0})]
        if event.port == "acknowledge" and waits:
            waited = (event.time - waits[0].event.time) / 1000
            return [Out("acknowledged", event, {"level": self.level(waits), "waited": waited})]
        return []

    def alarms(self, past: Past) -> list[Alarm]:
        waits = self.waiting(past)
        if not waits or self.level(waits) >= self.most:
            return []
        levels = [moment for moment in waits if moment.alarm]
        if levels:
            return [(levels[-1].event.time + self.again, NEXT)]
        return [(newest(past[: past.index(waits[0]) + 1]) + self.after, NEXT)]

    def rang(self, past: Past, name: str, event: Event) -> list[Out]:
        return [Out("escalated", event, {"level": self.level(self.waiting(past)) + 1})]

    def level(self, waits: Past) -> int:
        return sum(bool(moment.alarm) for moment in waits)

    def waiting(self, past: Past) -> Past:
        """What happened since the alarm that waits, itself first; nothing where none does."""
        alarms = [n for n, moment in enumerate(past) if moment.sent("first")]
        since = past[alarms[-1] :] if alarms else []
        return [] if any(self.ends(moment) for moment in since) else since

    def ends(self, moment: Moment) -> bool:
        heard = not moment.alarm and not moment.sent("!late")
        return heard and moment.event.port in ("acknowledge", "clear")

    def ended(self, past: Past) -> int:
        """When the last wait ended, or the last `clear` came where nothing waited."""
        times = [
            moment.event.time
            for number, moment in enumerate(past)
            if self.ends(moment) and (moment.event.port == "clear" or self.waiting(past[:number]))
        ]
        return times[-1] if times else 0
