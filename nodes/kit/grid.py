"""Windows on the clock of a time zone: every 10 minutes at :00, :10, …; every day at midnight; every week on Monday."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

HOUR = 3_600_000
MONDAY = datetime(1970, 1, 5)
MS = timedelta(milliseconds=1)


def window_of(time: int, length: int, zone: ZoneInfo) -> tuple[int, int]:
    """Start and end (ms since 1970, UTC; the end belongs to the next window) of the window of `length` ms in which
    `time` lies, counted on the wall clock of `zone` from a Monday midnight. A day on which clocks change has 23 or 25
    hours; a window shorter than an hour is never stretched."""
    moment = datetime.fromtimestamp(time / 1000, UTC)
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    wall = datetime(1970, 1, 1) + time * MS + offset
    start_wall = wall - (wall - MONDAY) % (length * MS)
    start = _utc(start_wall, zone)
    end = _utc(start_wall + length * MS, zone)
    if length <= HOUR or not start <= time < end:
        start = time - (wall - start_wall) // MS
        end = start + length
    return start, end


def _utc(wall: datetime, zone: ZoneInfo) -> int:
    return (wall.replace(tzinfo=zone) - datetime(1970, 1, 1, tzinfo=UTC)) // MS
