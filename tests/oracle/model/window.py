"""window: one number over many readings, over (time - over, time], the last so many, a period or a burst.

Read out of the docstring where it leaves something open:
- later than the grace is what is more than `grace` behind the newest reading, or older than what has been taken in or
  closed; it counts in windows to come (sliding) or in the one that is open, if it lies in it, without a result of its own
- a period or burst that gives a result with every reading stays open until a reading of the next one
- of readings of one time, the order within a grace is that of their values and data as JSON
"""

import json
from dataclasses import replace
from typing import Any

from tests.oracle.model.calcs import NUMERIC, Reading, Span, calculated
from tests.oracle.model.life import Alarm, Model, Past
from tests.oracle.model.periods import Borders
from tests.oracle.model.stream import Event, Out, number, trouble

TAKE_IN, CLOSE = "1 take in", "2 close"
"""A reading whose time is the end of a burst belongs to it, so it is taken in first."""


class Window(Model):
    takes_late = True

    def __init__(self, params: dict[str, Any], borders: Borders | None = None) -> None:
        self.params, self.borders = params, borders

    def heard(self, past: Past, event: Event) -> list[Out]:
        return Told(self, past).hear(event)

    def alarms(self, past: Past) -> list[Alarm]:
        return Told(self, past).alarms()

    def rang(self, past: Past, name: str, event: Event) -> list[Out]:
        return Told(self, past).ring(name, event)


class Told:
    """What has become of each reading: it waits, was taken in (in order of time) or came later but counts (`extra`);
    `block`: those taken in that lie in the open period or burst; `passed`: what is older has gone."""

    def __init__(self, window: Window, past: Past) -> None:
        params = self.params = window.params
        self.calc, self.percent = params["calc"], params.get("percent", 95)
        self.over, self.most, self.gap = params.get("over"), params.get("readings"), params.get("gap")
        self.grace, self.borders = params.get("grace", 0), window.borders
        length = self.over is not None or self.most is not None
        self.slides = params.get("mode", "sliding" if length else "tumbling") == "sliding"
        self.piece = self.slides and length
        self.in_order = self.calc == "time_weighted" or self.most is not None
        self.waiting: list[Event] = []
        self.taken: list[Event] = []
        self.extra: list[Event] = []
        self.block: list[Event] = []
        self.newest = self.passed = 0
        for moment in past:
            if moment.alarm:
                self.ring(moment.alarm, moment.event)
            else:
                self.hear(moment.event)

    # --- what happens -----------------------------------------------------------------------------------------------

    def hear(self, event: Event) -> list[Out]:
        value = self.value(event)
        if isinstance(value, Out):
            return [value]
        if event.time < max(self.newest - self.grace, self.passed):
            return self.late(event)
        self.newest = max(self.newest, event.time)
        if not self.grace:
            return self.take(event, event)
        self.waiting.append(event)
        self.waiting.sort(key=lambda one: (one.time, self.rank(one)))
        return []

    def late(self, event: Event) -> list[Out]:
        if not self.in_order and self.is_open(event.time):
            self.extra.append(event)
            return []
        return [trouble("late", event), Out("late", event)]

    def alarms(self) -> list[Alarm]:
        found = [(self.waiting[0].time + self.grace, TAKE_IN)] if self.waiting else []
        if self.block and not self.slides and self.most is None:
            found.append((self.span()[1] + self.grace, CLOSE))
        return found

    def ring(self, name: str, event: Event) -> list[Out]:
        if name == CLOSE:
            return self.close(event)
        ready = [one for one in self.waiting if one.time <= event.time - self.grace]
        self.waiting = self.waiting[len(ready) :]
        return [out for one in ready for out in self.take(one, one.at(event.time))]

    # --- windows ----------------------------------------------------------------------------------------------------

    def is_open(self, time: int) -> bool:
        """Whether a reading of `time` lies in a window that has begun and may still have a result."""
        if self.piece:
            return bool(self.taken) and time > self.taken[-1].time - (self.over or 0)
        if not self.block:
            return False
        start, end = self.span()
        return start <= time < end + (self.gap is not None)

    def span(self) -> tuple[int, int]:
        """Where the open period or burst lies; of a burst the end is the last time at which it may go on."""
        if self.borders is not None:
            return self.borders(self.block[0].time)
        return self.block[0].time, self.block[-1].time + (self.gap or 0)

    def take(self, reading: Event, event: Event) -> list[Out]:
        """Take in a reading that is not older than those before it; what is sent because of it goes out as `event`."""
        outs = []
        if self.block and not self.piece and self.most is None and not self.goes_on(reading.time):
            outs += self.close(event.at(self.span()[1] + self.grace))
        self.taken.append(reading)
        self.passed = max(self.passed, reading.time)
        self.block.append(reading)
        if self.piece:
            return [self.lately(reading, event)]
        if len(self.block) == self.most and not self.slides:
            return [*outs, *self.close(event)]
        return [*outs, self.result(event, self.span()[0], reading.time)] if self.slides else outs

    def goes_on(self, time: int) -> bool:
        end = self.span()[1]
        return time <= end if self.gap is not None else time < end

    def close(self, event: Event) -> list[Out]:
        start, end = self.span()
        self.passed = max(self.passed, end + 1 if self.gap is not None else end)
        last = self.block[-1].time if self.borders is None else end
        outs = [] if self.slides else [self.result(event, start, last)]
        self.block = []
        return outs

    # --- results ----------------------------------------------------------------------------------------------------

    def lately(self, reading: Event, event: Event) -> Out:
        """The readings of the last `over`, or the last so many."""
        if self.most is not None:
            inside = self.taken[-self.most :]
            return self.counted(inside, event, Span(inside[0].time, reading.time))
        start = reading.time - (self.over or 0)
        inside = [one for one in (*self.taken, *self.extra) if start < one.time]
        return self.counted(inside, event, Span(start, reading.time, self.before(start + 1)))

    def result(self, event: Event, start: int, end: int) -> Out:
        inside = [*self.block, *(one for one in self.extra if start <= one.time <= self.span()[1])]
        before = self.before(start) if self.borders is not None else None
        return self.counted(inside, event, Span(start, end, before))

    def before(self, time: int) -> Any:
        """What was read last before `time`."""
        earlier = [self.value(one) for one in self.taken if one.time < time]
        return earlier[-1] if earlier else None

    def counted(self, inside: list[Event], event: Event, span: Span) -> Out:
        inside = sorted(inside, key=lambda one: one.time)
        value = calculated(self.calc, [Reading(one.time, self.value(one)) for one in inside], span, self.percent)
        more = {"value": value, "count": len(inside), "start": span.start, "end": span.end}
        latest = self.taken[-1] if self.piece else self.block[-1]
        return Out("out", replace(event, data=latest.data), more)

    def value(self, event: Event) -> Any:
        if self.calc in NUMERIC:
            read = number(event, self.params["field"])
            return read if isinstance(read, Out) else float(read)
        value = event.data.get(self.params["field"])
        return trouble("missing_field", event) if value is None else value

    def rank(self, event: Event) -> str:
        return json.dumps([self.value(event), event.data, event.device], sort_keys=True, separators=(",", ":"))
