"""Periods: where they begin and end, on ordinary days and on those when clocks change."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.kit.period import HOUR, Period

BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")


def ms(text: str, zone: ZoneInfo) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


def around(period: Period, text: str) -> tuple[str, str]:
    start, end = period.around(ms(text, period.zone))
    shown = (datetime.fromtimestamp(at / 1000, period.zone).isoformat()[:16] for at in (start, end))
    return next(shown), next(shown)


@pytest.mark.parametrize(
    ("each", "at", "day", "time", "expected"),
    [
        ("hour", None, 1, "2026-03-04T05:59:59", ("2026-03-04T05:00", "2026-03-04T06:00")),
        ("day", None, 1, "2026-03-04T00:00:00", ("2026-03-04T00:00", "2026-03-05T00:00")),
        ("day", ["06:00"], 1, "2026-03-04T05:59:59", ("2026-03-03T06:00", "2026-03-04T06:00")),
        ("week", None, 1, "2026-03-04T12:00:00", ("2026-03-02T00:00", "2026-03-09T00:00")),
        ("week", ["07:30"], 1, "2026-03-02T07:29:59", ("2026-02-23T07:30", "2026-03-02T07:30")),
        ("month", None, 1, "2026-02-28T23:59:59", ("2026-02-01T00:00", "2026-03-01T00:00")),
        ("month", None, 21, "2026-01-20T23:59:59", ("2025-12-21T00:00", "2026-01-21T00:00")),
        ("month", ["09:00"], 1, "2026-12-31T12:00:00", ("2026-12-01T09:00", "2027-01-01T09:00")),
        ("shift", ["06:00", "14:00", "22:00"], 1, "2026-03-04T21:59:59", ("2026-03-04T14:00", "2026-03-04T22:00")),
        ("shift", ["06:00", "14:00", "22:00"], 1, "2026-03-04T03:00:00", ("2026-03-03T22:00", "2026-03-04T06:00")),
    ],
)
def test_a_period_lies_between_two_borders_of_the_wall_clock(
    each: str, at: list[str] | None, day: int, time: str, expected: tuple[str, str]
) -> None:
    assert around(Period(each, at, day, TOKYO), time) == expected


def test_days_on_which_clocks_change_have_23_and_25_hours() -> None:
    day = Period("day", None, 1, BERLIN)
    for text, hours in (("2026-03-29T12:00", 23), ("2026-10-25T12:00", 25), ("2026-10-26T12:00", 24)):
        start, end = day.around(ms(text, BERLIN))
        assert end - start == hours * HOUR


def test_a_night_shift_over_the_change_is_an_hour_shorter_or_longer() -> None:
    shift = Period("shift", ["06:00", "22:00"], 1, BERLIN)
    lengths = [
        end - start for start, end in (shift.around(ms(t, BERLIN)) for t in ("2026-03-29T04:00", "2026-10-25T04:00"))
    ]
    assert lengths == [7 * HOUR, 9 * HOUR]


def test_a_day_that_a_zone_left_out_is_no_border() -> None:
    """Samoa went from 29 to 31 December 2011."""
    apia = ZoneInfo("Pacific/Apia")
    morning = Period("day", ["06:00"], 1, apia)
    assert around(morning, "2011-12-31T03:00:00") == ("2011-12-29T06:00", "2011-12-31T06:00")
    assert around(morning, "2011-12-29T12:00:00") == ("2011-12-29T06:00", "2011-12-31T06:00")
    assert around(Period("day", None, 1, apia), "2011-12-29T23:00:00") == ("2011-12-29T00:00", "2011-12-31T00:00")


@given(
    time=st.integers(0, 4_000_000_000_000),
    each=st.sampled_from(["hour", "day", "week", "month", "shift"]),
    at=st.lists(st.sampled_from(["00:00", "02:30", "06:00", "22:15"]), min_size=1, max_size=3),
    day=st.integers(1, 28),
    zone=st.sampled_from(
        ["Asia/Tokyo", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"]
    ),
)
def test_periods_cover_all_time_without_gap_or_overlap(
    time: int, each: str, at: list[str], day: int, zone: str
) -> None:
    period = Period(each, at if each == "shift" else at[:1], day, ZoneInfo(zone))
    start, end = period.around(time)
    assert start <= time < end
    assert period.around(start) == (start, end)
    assert period.around(end - 1) == (start, end)
    assert period.around(end)[0] == end
