"""grid: windows on the wall clock of a zone, also on days on which clocks change."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from nodes.kit.grid import window_of

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
BERLIN = ZoneInfo("Europe/Berlin")


def ms(text: str) -> int:
    """UTC, e.g. 2026-03-29 01:30."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def test_a_day_on_which_clocks_change_is_one_window_from_its_first_millisecond_to_its_last() -> None:
    spring = ms("2026-03-28 23:00"), ms("2026-03-29 22:00")
    for time in (spring[0], spring[0] + 1, spring[1] - 1):
        assert window_of(time, DAY, BERLIN) == spring
    assert window_of(spring[1], DAY, BERLIN) == (spring[1], spring[1] + DAY)
    autumn = ms("2026-10-24 22:00"), ms("2026-10-25 23:00")
    for time in (autumn[0], autumn[1] - 1):
        assert window_of(time, DAY, BERLIN) == autumn


@pytest.mark.parametrize("length", [10 * MINUTE, 30 * MINUTE, HOUR])
def test_an_hour_that_comes_twice_is_two_and_shorter_windows_are_never_stretched(length: int) -> None:
    for start in (ms("2026-10-25 00:00"), ms("2026-10-25 01:00"), ms("2026-03-29 00:00"), ms("2026-03-29 01:00")):
        assert window_of(start, length, BERLIN) == (start, start + length)
        assert window_of(start + length - 1, length, BERLIN) == (start, start + length)


def test_a_window_of_two_hours_has_three_where_one_comes_twice() -> None:
    for time in ("2026-10-25 00:00", "2026-10-25 01:30", "2026-10-25 02:59"):
        assert window_of(ms(time), 2 * HOUR, BERLIN) == (ms("2026-10-25 00:00"), ms("2026-10-25 03:00"))


def test_days_shortly_before_and_after_clocks_change_are_days() -> None:
    for start in ("2026-03-27 23:00", "2026-03-29 22:00", "2026-04-04 22:00", "2026-10-23 22:00", "2026-10-30 23:00"):
        assert window_of(ms(start) + 12 * HOUR, DAY, BERLIN) == (ms(start), ms(start) + DAY)


def test_weeks_begin_on_monday_at_midnight() -> None:
    week = ms("2026-06-28 22:00"), ms("2026-07-05 22:00")
    assert window_of(ms("2026-07-01 12:00"), 7 * DAY, BERLIN) == week
    assert window_of(week[0], 7 * DAY, BERLIN) == week
    assert window_of(week[1], 7 * DAY, BERLIN)[0] == week[1]
