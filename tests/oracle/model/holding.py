"""The hold, as nodes/kit/hold.py and CONTRACTS word it: something must be true for a while, or for several readings."""

from dataclasses import dataclass
from typing import Any

from tests.oracle.model.life import Alarm, Model, Past
from tests.oracle.model.stream import Event, Moment, Out


@dataclass(frozen=True)
class Reading:
    """What an event says: the condition is `met`, or it is far enough `back` to end what was entered."""

    time: int
    met: bool
    back: bool


class Holding(Model):
    """A kind that turns readings into `entered` and `cleared`."""

    def __init__(self, params: dict[str, Any]) -> None:
        self.length: int = params.get("for", 0)
        self.times: int = params.get("times", 1)
        self.of: int = params.get("of") or self.times
        self.max_gap: int | None = params.get("max_gap")
        self.waits = params.get("already") == "wait"

    def judge(self, event: Event) -> Reading | Out:
        """What `event` says, or what is wrong with it."""
        raise NotImplementedError

    def heard(self, past: Past, event: Event) -> list[Out]:
        reading = self.judge(event)
        if isinstance(reading, Out):
            return [reading]
        if self.inside(past):
            return [Out("cleared", event)] if reading.back else []
        return [Out("entered", event)] if not self.length and self.run([*past, Moment(event, 0, ())]) else []

    def alarms(self, past: Past) -> list[Alarm]:
        run = self.run(past) if self.length and not self.inside(past) else []
        return [(run[0].time + self.length, "hold")] if run else []

    def rang(self, past: Past, name: str, event: Event) -> list[Out]:
        silence = event.time - self.readings(past)[-1].time
        return [] if self.max_gap is not None and silence > self.max_gap else [Out("entered", event)]

    # --- what follows from the past ---------------------------------------------------------------------------------

    def inside(self, past: Past) -> bool:
        turns = [port for moment in past for port in ("entered", "cleared") if moment.sent(port)]
        return turns[-1:] == ["entered"]

    def readings(self, past: Past, first: int = 0) -> list[Reading]:
        """Those from the moment with this number on."""
        found = [self.reading(past, number) for number in range(first, len(past))]
        return [reading for reading in found if reading is not None]

    def reading(self, past: Past, number: int) -> Reading | None:
        """What the moment with this number said."""
        judged = None if past[number].alarm else self.judge(past[number].event)
        return judged if isinstance(judged, Reading) else None

    def run(self, past: Past) -> list[Reading]:
        """The readings of the hold that runs: the last ones at each of which enough of the latest met it."""
        readings = self.counting(past)
        run: list[Reading] = []
        for number in reversed(range(len(readings))):
            latest = readings[max(0, number + 1 - self.of) : number + 1]
            if sum(reading.met for reading in latest) < self.times:
                break
            run.insert(0, readings[number])
        return run

    def counting(self, past: Past) -> list[Reading]:
        """The readings that count: since the last `cleared`, since a hold that silence had broken, since the last
        silence that was too long, and with `already` = wait only after one that did not meet it."""
        anew = max((n + 1 for n, moment in enumerate(past) if self.begins_anew(moment)), default=0)
        readings = self.readings(past, anew)
        if self.waits and not anew:
            unmet = [n for n, reading in enumerate(readings) if not reading.met]
            readings = readings[unmet[0] + 1 :] if unmet else []
        for number in reversed(range(1, len(readings))):
            if self.max_gap is not None and readings[number].time - readings[number - 1].time > self.max_gap:
                return readings[number:]
        return readings

    @staticmethod
    def begins_anew(moment: Moment) -> bool:
        return moment.sent("cleared") or (moment.alarm == "hold" and not moment.sent("entered"))
