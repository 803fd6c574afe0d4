"""on_time: how long something was on. Every moment belongs to one reading: a reading counts from its time, or from where
time has been counted to, if that is later; and a period is over once its end was told of."""

from collections.abc import Callable
from typing import Any

from tests.oracle.model.life import Alarm, Model, Past
from tests.oracle.model.periods import HOUR, Borders
from tests.oracle.model.stream import Event, Out


class OnTime(Model):
    """`true`: the expression as a function of an event, or what is wrong with it."""

    def __init__(
        self, params: dict[str, Any], true: Callable[[Event], bool | Out], borders: Borders | None = None
    ) -> None:
        self.max_gap: int | None = params.get("max_gap")
        self.true, self.borders = true, borders

    def heard(self, past: Past, event: Event) -> list[Out]:
        told, outs = Told(self, past), []
        while told.end is not None and event.time >= told.end:
            outs.append(told.period(event))
        on = self.true(event) if event.port == "in" else None
        told.hear(event)
        if isinstance(on, bool):
            outs.append(Out("out", event, told.totals()))
        return outs if not isinstance(on, Out) else [*outs, on]

    def alarms(self, past: Past) -> list[Alarm]:
        end = Told(self, past).end
        return [] if end is None else [(end, "end")]

    def rang(self, past: Past, name: str, event: Event) -> list[Out]:
        return [Told(self, past).period(event)]


class Told:
    """All time that was counted, as (from, to, on), and how often it went on, since the start, reset or period."""

    def __init__(self, kind: OnTime, past: Past) -> None:
        self.kind = kind
        self.on, self.counted = False, 0
        self.read: int | None = None
        self.pieces: list[tuple[int, int, bool]] = []
        self.starts = 0
        self.start = 0
        self.end: int | None = None
        for moment in past:
            while self.end is not None and moment.event.time >= self.end:
                self.period(moment.event)
            if not moment.alarm:
                self.hear(moment.event)

    def hear(self, event: Event) -> None:
        if self.kind.borders is not None and self.end is None:
            self.start, self.end = self.kind.borders(event.time)
        self.count_to(event.time)
        if event.port == "reset":
            self.pieces, self.starts = [], 0
            return
        on = self.kind.true(event)
        if isinstance(on, bool):
            self.starts += on and not self.on and self.read is not None
            self.on, self.read = on, event.time
            self.counted = max(self.counted, event.time)

    def count_to(self, time: int) -> None:
        """The last reading holds until `time`, for as long as it is good."""
        since = max(self.counted, self.start)
        if self.read is None or time <= since:
            return
        good = time if self.kind.max_gap is None else min(time, self.read + self.kind.max_gap)
        if good > since:
            self.pieces.append((since, good, self.on))
        self.counted = time

    def period(self, event: Event) -> Out:
        """The running period is over; the next one begins."""
        start, end, borders = self.start, self.end, self.kind.borders
        assert end is not None
        assert borders is not None
        self.count_to(end)
        out = Out("period", event.at(end), {**self.totals(), "start": start, "end": end})
        self.pieces, self.starts = [], 0
        self.start, self.end = borders(end)
        return out

    def totals(self) -> dict[str, Any]:
        on = sum(to - since for since, to, was_on in self.pieces if was_on)
        off = sum(to - since for since, to, was_on in self.pieces if not was_on)
        return {"on": self.on, "on_time": on / HOUR, "off_time": off / HOUR,
                "duty": on / (on + off) if on + off else None, "starts": self.starts}  # fmt: skip
