"""Where windows and periods lie: borders are times on the wall clock of a zone."""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

Borders = Callable[[int], tuple[int, int]]
"""Start and end (ms) of the period in which a time (ms) lies; the end belongs to the next one."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MONDAY = datetime(1970, 1, 5)
HOUR, MINUTE = 3_600_000, 60_000
"""In ms, as everything here that is a number."""
MS = timedelta(milliseconds=1)


def wall(time: int, zone: str) -> datetime:
    """What the clock on the wall shows."""
    return (EPOCH + timedelta(milliseconds=time)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@cache
def moment(shown: datetime, zone: str) -> int:
    """The first time at which the clock on the wall shows this, looked for minute by minute. Where clocks skip it, the
    same time after the change: as long after it as the skipped time is after what was shown when they changed."""
    guess = int((shown.replace(tzinfo=UTC) - EPOCH).total_seconds()) * 1000
    guess -= int((wall(guess, zone) - shown).total_seconds()) * 1000
    times = range(guess - 2 * HOUR, guess + 2 * HOUR, MINUTE)
    for time in times:
        if wall(time, zone) == shown:
            return time
    jump = next(time for time in times if wall(time, zone) > shown)
    before = wall(jump - MINUTE, zone) + timedelta(minutes=1)
    return jump + int((shown - before).total_seconds()) * 1000


def between(borders: Iterable[datetime], zone: str) -> Borders:
    """Among these borders."""
    places = sorted({moment(border, zone) for border in borders})

    def around(time: int) -> tuple[int, int]:
        after = bisect_right(places, time)
        return places[after - 1], places[after]

    return around


def lengths(length: int, zone: str, near: int) -> Borders:
    """Periods of one length, counted on the wall clock from a Monday midnight. Up to an hour they are never stretched:
    what the clock on the wall shows says how long one has lasted. Longer ones are good for some days around `near`."""
    size = timedelta(milliseconds=length)
    if length <= HOUR:
        return lambda time: (begun := time - (wall(time, zone) - MONDAY) % size // MS, begun + length)
    middle = (wall(near, zone) - MONDAY) // size
    return between(
        (MONDAY + size * (middle + n) for n in range(-48 * HOUR // length - 2, 480 * HOUR // length + 3)), zone
    )


def each(params: dict[str, Any], zone: str, near: int) -> Borders:
    """Hours, days, weeks (from Monday), months and shifts, for some days after `near`."""
    name, day = params["each"], params.get("day", 1)
    if name == "hour":
        return lengths(HOUR, zone, near)
    today = wall(near, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [today + timedelta(days=n) for n in range(-65, 66)]
    if name == "week":
        days = [one for one in days if one.weekday() == 0]
    elif name == "month":
        days = [one for one in days if one.day == day]
    else:
        days = days[62:90]
    starts = [timedelta(hours=int(text[:2]), minutes=int(text[3:])) for text in params.get("at") or ["00:00"]]
    return between((one + start for one in days for start in starts), zone)
