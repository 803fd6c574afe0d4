"""What follows the clock on the wall: courses of a day or week, things that happen now and then, and timetables."""

import bisect
import functools
import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from fleet.chance import uniform
from fleet.description import Course, Pulse, Route, Stop
from fleet.moment import duration

_DAY = 86_400_000
_FIRST_MONDAY = 4 * _DAY
"""1970-01-05, in ms since 1970: weeks are counted from Mondays."""
_OFFSET_HOLDS = 900_000
"""No zone changes its clocks within a quarter of an hour that begins on a whole one."""
_EARTH = 6_371_008.8
"""Mean radius (m)."""


def local(at: int, zone: str) -> int:
    """Milliseconds since 1970 on the clock of `zone`."""
    return at + _offset(at // _OFFSET_HOLDS, zone)


@functools.lru_cache(4096)
def _offset(quarter: int, zone: str) -> int:
    moment = datetime.fromtimestamp(quarter * _OFFSET_HOLDS / 1000, UTC).astimezone(ZoneInfo(zone))
    offset = moment.utcoffset()
    return 0 if offset is None else round(offset.total_seconds() * 1000)


def on_course(course: Course, at: int) -> float:
    """What the course adds at `at`: on straight lines from point to point, from the last on to the first."""
    over = duration(course.over)
    times = [duration(point[0]) for point in course.points]
    share, before, after = _between(times, _within(at, over, course.zone), over)
    left, right = course.points[before][1], course.points[after][1]
    return left + (right - left) * share


def on_pulse(pulse: Pulse, at: int, *names: object) -> float:
    """`amount` while it lasts. In each stretch of `every` it begins once, at a moment that chance decides, if it comes at
    all; outside of `hours` it does not begin."""
    every, lasts = duration(pulse.every), duration(pulse.lasts)
    for stretch in range((at - lasts) // every, at // every + 1):
        began = stretch * every + int(uniform(*names, "p", stretch) * every)
        if not began <= at < began + lasts or not _open(pulse, began):
            continue
        if uniform(*names, "c", stretch) < pulse.chance:
            return pulse.amount
    return 0.0


def _open(pulse: Pulse, at: int) -> bool:
    if pulse.hours is None:
        return True
    start, end = (duration(text) for text in pulse.hours)
    now = local(at, pulse.zone) % _DAY
    return start <= now < end if start <= end else now >= start or now < end


def on_route(route: Route, stops: list[Stop], at: int) -> tuple[float, float, float]:
    """Latitude and longitude (degrees) and speed (km/h) of what keeps the timetable `stops`."""
    over = duration(route.over)
    times = [duration(stop.at) for stop in stops]
    share, before, after = _between(times, _within(at, over, route.zone), over)
    here, there = stops[before], stops[after]
    hours = ((times[after] - times[before]) % over or over) / 3_600_000
    speed = _metres(here, there) / 1000 / hours
    return here.lat + (there.lat - here.lat) * share, here.lon + (there.lon - here.lon) * share, speed


def _within(at: int, over: int, zone: str) -> int:
    return (local(at, zone) - _FIRST_MONDAY) % over


def _between(times: list[int], now: int, over: int) -> tuple[float, int, int]:
    """How far `now` is from one of the `times` to the next, and which these are; after the last comes the first."""
    after = bisect.bisect_right(times, now) % len(times)
    before = after - 1 if after else len(times) - 1
    length = (times[after] - times[before]) % over or over
    return ((now - times[before]) % over) / length, before, after


def _metres(a: Stop, b: Stop) -> float:
    """Along the ground, on a plane around the two: good enough for the ways between stops."""
    north = math.radians(b.lat - a.lat)
    east = math.radians(b.lon - a.lon) * math.cos(math.radians((a.lat + b.lat) / 2))
    return _EARTH * math.hypot(north, east)
