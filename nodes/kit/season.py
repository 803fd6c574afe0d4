"""What a value usually is at each time of the day or of the week: a line through a bounded number of points, learned one
reading after the other.

The points are evenly spaced over the period, on the wall clock of a zone; between two the line is straight. A point is None
until a first reading lies beside it.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

HOUR, DAY, WEEK = 3_600_000, 86_400_000, 604_800_000
_MONDAY = 4 * DAY
"""1970 began on a Thursday."""
_QUARTER = 900_000
"""Clocks change at whole quarters of an hour (UTC)."""
Points = list[float | None]
Place = tuple[int, int, float]
"""The point before, the point after, and how far it is from the one to the other (0 to 1)."""


class WallClock:
    """How far the clock of a zone is ahead of UTC (ms)."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone, self._quarter, self._ahead = zone, -1, 0

    def ahead(self, time: int) -> int:
        quarter = time // _QUARTER
        if quarter != self._quarter:
            offset = datetime.fromtimestamp(quarter * 900, UTC).astimezone(self.zone).utcoffset() or timedelta()
            self._quarter, self._ahead = quarter, offset // timedelta(milliseconds=1)
        return self._ahead


class Season:
    """A day or a week (`period`, ms) with `points` points."""

    def __init__(self, period: int, points: int, clock: WallClock) -> None:
        self.period, self.points, self.clock = period, points, clock
        self.apart = period // points

    def place(self, time: int) -> Place:
        before, rest = divmod((time + self.clock.ahead(time) - _MONDAY) % self.period, self.apart)
        return before, (before + 1) % self.points, rest / self.apart

    def expected(self, place: Place, points: Points) -> float | None:
        """The line at this place; None where nothing was read around it."""
        before, after, part = place
        left, right = points[before], points[after]
        return None if left is None or right is None else left + (right - left) * part

    def learn(self, place: Place, points: Points, value: float, off: float, gain: float) -> None:
        """Move the line towards a reading by `gain` of how far it is `off`; a new point begins at `value`."""
        before, after, part = place
        left, right = points[before], points[after]
        points[before] = value if left is None else left + off * gain * (1 - part)
        points[after] = value if right is None else right + off * gain * part
