"""The course of a day or a week, as a line through points."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from nodes.kit.season import DAY, HOUR, WEEK, Points, Season, WallClock


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def test_the_wall_clock_changes_when_the_zone_s_does() -> None:
    clock = WallClock(ZoneInfo("America/New_York"))
    change = ms("2026-03-08T07:00")
    assert [clock.ahead(at) // HOUR for at in (change - 1, change, change - 1, change + HOUR)] == [-5, -4, -5, -4]
    assert WallClock(ZoneInfo("Asia/Kathmandu")).ahead(change) == 5.75 * HOUR


def test_places_count_from_midnight_and_from_monday() -> None:
    clock = WallClock(ZoneInfo("Asia/Tokyo"))
    day, week = Season(DAY, 24, clock), Season(WEEK, 84, clock)
    monday = ms("2026-01-05T00:00") - 9 * HOUR
    assert day.place(monday) == week.place(monday) == (0, 1, 0.0)
    assert day.place(monday - HOUR // 4) == (23, 0, 0.75)
    assert week.place(monday + 3 * HOUR) == (1, 2, 0.5)
    assert week.place(monday - 1)[:2] == (83, 0)


def test_a_line_is_known_between_two_known_points_and_moves_in_parts() -> None:
    season = Season(DAY, 24, WallClock(ZoneInfo("UTC")))
    points: Points = [None] * 24
    assert season.expected((3, 4, 0.25), points) is None
    season.learn((3, 4, 0.25), points, 8.0, 99.0, 1.0)
    assert points[3] == points[4] == 8.0
    season.learn((3, 4, 0.25), points, 12.0, 4.0, 0.5)
    assert (points[3], points[4]) == (9.5, 8.5)
    assert season.expected((3, 4, 0.25), points) == pytest.approx(9.25)
    assert points[5] is None
    season.learn((4, 5, 1.0), points, 3.0, -1.0, 0.5)
    assert (points[4], points[5]) == (8.5, 3.0)
