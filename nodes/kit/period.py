"""Periods on the clock and calendar of a time zone: hours, days, weeks, months and shifts, each with its own start.

Borders are wall-clock times, so a day on which clocks change has 23 or 25 hours, and a month is as long as it is.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from nodes.kit.grid import HOUR, window_of
from nodes.kit.params import Mark

Each = Literal["hour", "day", "week", "month", "shift"]
TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["06:00"]), Mark(format="time_of_day")]
"""A time on the wall clock, "00:00" to "23:59"."""
Starts = Annotated[list[TimeOfDay], Field(min_length=1, max_length=24)]
FirstDay = Annotated[int, Field(ge=1, le=28)]
"""The day of the month on which a month begins; at most the 28th, which every month has."""
AROUND = range(-2, 2)
"""Periods that may matter at a moment: its day, week or month, the next one, and two before, as a zone may skip a day."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


class Period:
    """How time is divided: `each`, the times of day `at` which a part begins (several only for shifts), and the `day`
    of the month. Weeks begin on Monday."""

    def __init__(self, each: Each, at: list[str] | None, day: int, zone: ZoneInfo) -> None:
        self.each, self.day, self.zone = each, day, zone
        self.starts = sorted({minutes_of(text) for text in at or ["00:00"]})

    def around(self, time: int) -> tuple[int, int]:
        """Start and end (ms) of the period in which `time` lies; the end belongs to the next one."""
        if self.each == "hour":
            return window_of(time, HOUR, self.zone)
        local = (_EPOCH + time * _MS).astimezone(self.zone).date()
        borders = sorted({utc_of(day, minute, self.zone) for day in self._days(local) for minute in self.starts})
        following = bisect_right(borders, time)
        return borders[following - 1], borders[following]

    def _days(self, near: date) -> Iterator[date]:
        """Days on which a period begins, around `near`."""
        if self.each in ("day", "shift"):
            yield from (near + timedelta(days=n) for n in AROUND)
        elif self.each == "week":
            monday = near - timedelta(days=near.weekday())
            yield from (monday + timedelta(weeks=n) for n in AROUND)
        else:
            months = near.year * 12 + near.month - 1
            yield from (date((months + n) // 12, (months + n) % 12 + 1, self.day) for n in AROUND)


def minutes_of(text: str) -> int:
    """Minutes since midnight of "HH:MM"."""
    return int(text[:2]) * 60 + int(text[3:])


def utc_of(day: date, minute: int, zone: ZoneInfo) -> int:
    """The moment (ms) at which the clock in `zone` shows this minute of this day: the first one where it comes twice,
    the same time after the change where it does not come at all."""
    wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
    return (wall - _EPOCH) // _MS
