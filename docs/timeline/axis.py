"""The time axis: where a moment lies, and which moments get a tick. Offsets from the start of the test, or the calendar
where a test is longer than half a day."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from docs.timeline.words import day, duration

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500,
         *(SECOND * n for n in (1, 2, 5, 10, 15, 30)), *(MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
         *(HOUR * n for n in (1, 2, 3, 6, 12)), *(DAY * n for n in (1, 2, 7, 14, 30)))  # fmt: skip
MOST_TICKS, MOST_DAYS = 9, 6
CALENDAR_FROM = 12 * HOUR


class Tick(msgspec.Struct, frozen=True):
    """`label` beside the tick, `date` below it where a day begins."""

    at: int
    label: str
    date: str = ""


class Axis(msgspec.Struct, frozen=True):
    """Moments from `first` to `last` (ms) between the pixels `left` and `right`; what lies outside is at the edge."""

    first: int
    last: int
    left: float
    right: float

    def x(self, at: float) -> float:
        share = (at - self.first) / max(1, self.last - self.first)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)


class Clock(msgspec.Struct, frozen=True):
    """Says when something was: offsets from `start`, or the calendar of `zone` where the test is long."""

    start: int
    end: int
    zone: ZoneInfo
    lang: str

    @property
    def calendar(self) -> bool:
        return self.end - self.start >= CALENDAR_FROM

    def short(self, at: int) -> str:
        """5m; in the calendar 08:30."""
        if not self.calendar:
            return duration(at - self.start, self.lang)
        local = datetime.fromtimestamp(at / 1000, self.zone)
        return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"

    def full(self, at: int) -> str:
        """5m; in the calendar Mon 5 Jan 08:30."""
        date = day(datetime.fromtimestamp(at / 1000, self.zone).date(), self.lang)
        return f"{date} {self.short(at)}" if self.calendar else self.short(at)


def span(start: int, end: int, moments: list[int]) -> tuple[int, int]:
    """What the axis shows: the whole test, without a long empty beginning, and with room for a lonely moment."""
    first, last = start, max([end, *moments])
    soonest = min(moments, default=start)
    if soonest - start > 0.3 * (last - start) and last > soonest:
        step = _step(last - soonest)
        first = start + (soonest - start) // step * step
    if last == first:
        return first - SECOND // 2, last + SECOND // 2
    return first, last


def ticks(first: int, last: int, clock: Clock, moments: list[int]) -> list[Tick]:
    """Ticks at round moments; where there is but one moment, there."""
    start = clock.start
    if clock.calendar:
        return _calendar(first, last, clock.zone, clock.lang)
    if len(moments) == 1 and first < moments[0] < last <= moments[0] + SECOND:
        return [Tick(moments[0], clock.short(moments[0]))]
    step = _step(last - first)
    begin = start - (start - first) // step * step
    return [Tick(at, clock.short(at)) for at in range(begin, last + 1, step)]


def _calendar(first: int, last: int, zone: ZoneInfo, lang: str) -> list[Tick]:
    step = max(_step(last - first), HOUR)
    begin = datetime.fromtimestamp(first / 1000, zone)
    moment = begin.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    found: list[Tick] = []
    while True:
        local = moment.replace(tzinfo=zone)
        at = int(local.timestamp() * 1000)
        if at > last:
            return found
        if at >= first:
            date = day(local.date(), lang) if not found or (moment.hour == 0 and step <= DAY) or step > DAY else ""
            found.append(Tick(at, f"{moment:%H:%M}" if step < DAY else "", date))
        moment += timedelta(milliseconds=step)


def _step(length: int) -> int:
    least = SECOND if length >= SECOND else 1
    fitting = (step for step in STEPS if step >= least and length / step <= (MOST_TICKS if step < DAY else MOST_DAYS))
    return next(fitting, STEPS[-1])
