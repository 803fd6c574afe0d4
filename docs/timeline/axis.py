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
MOST_TICKS = 9
CALENDAR_FROM = 12 * HOUR


class Tick(msgspec.Struct, frozen=True):
    """`label` beside the tick, `date` below it where a day begins."""

    at: int
    label: str
    date: str = ""


class Axis(msgspec.Struct, frozen=True):
    """Moments from `first` to `last` (ms) between the pixels `left` and `right`."""

    first: int
    last: int
    left: float
    right: float

    def x(self, at: float) -> float:
        return self.left + (at - self.first) / max(1, self.last - self.first) * (self.right - self.left)


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


def ticks(first: int, last: int, start: int, zone: ZoneInfo, lang: str) -> list[Tick]:
    """Ticks at round moments."""
    if last - start >= CALENDAR_FROM:
        return _calendar(first, last, zone, lang)
    if last - first == SECOND:
        at = (first + last) // 2
        return [Tick(at, duration(at - start, lang))]
    step = _step(last - first)
    begin = start - (start - first) // step * step
    return [Tick(at, duration(at - start, lang)) for at in range(begin, last + 1, step)]


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
    return next((step for step in STEPS if length / step <= MOST_TICKS), STEPS[-1])
