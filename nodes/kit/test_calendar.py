"""Working time: borders, nights, holidays, days of one's own, and the days on which clocks change."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.kit.calendar import Calendar, Hours, check_region, holidays_in, is_holiday, local_day

BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")
EVERY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
OFFICE = {"from": "09:00", "to": "17:00"}
NIGHT = {"days": EVERY, "from": "22:00", "to": "06:00"}


def ms(text: str, zone: ZoneInfo = TOKYO, fold: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp() * 1000)


def calendar(*hours: dict[str, Any], zone: ZoneInfo = TOKYO, **more: Any) -> Calendar:
    return Calendar(zone, [Hours.model_validate(each) for each in hours], **more)


def during(which: Calendar, *times: str) -> list[bool]:
    return [which.during(ms(time, which.zone)) for time in times]


def test_the_start_belongs_to_the_hours_and_the_end_does_not() -> None:
    office = calendar(OFFICE)
    times = ("2026-01-05T08:59:59.999", "2026-01-05T09:00", "2026-01-05T16:59:59.999", "2026-01-05T17:00")
    assert during(office, *times) == [False, True, True, False]


def test_without_days_the_hours_are_those_of_monday_to_friday() -> None:
    times = [f"2026-01-{day:02}T12:00" for day in range(5, 12)]
    assert during(calendar(OFFICE), *times) == [True] * 5 + [False] * 2
    assert during(calendar({**OFFICE, "days": ["sat"]}), *times) == [False] * 5 + [True, False]


def test_several_hours_of_one_day_add_up() -> None:
    both = calendar({"from": "08:00", "to": "12:00"}, {"from": "13:00", "to": "17:00"})
    times = ("2026-01-05T11:59", "2026-01-05T12:00", "2026-01-05T12:59", "2026-01-05T13:00")
    assert during(both, *times) == [True, False, False, True]


def test_a_night_reaches_into_the_next_day_and_belongs_to_the_day_on_which_it_begins() -> None:
    friday_night = calendar({"days": ["fri"], "from": "22:00", "to": "06:00"})
    times = ("2026-01-09T05:00", "2026-01-09T22:00", "2026-01-10T05:59", "2026-01-10T06:00", "2026-01-10T22:00")
    assert during(friday_night, *times) == [False, True, True, False, False]


def test_from_and_to_at_the_same_time_are_a_whole_day() -> None:
    monday = calendar({"days": ["mon"], "from": "06:00", "to": "06:00"})
    times = ("2026-01-05T05:59", "2026-01-05T06:00", "2026-01-06T05:59", "2026-01-06T06:00")
    assert during(monday, *times) == [False, True, True, False]


def test_without_hours_nothing_is_working_time() -> None:
    assert during(calendar(), "2026-01-05T12:00") == [False]


def test_a_holiday_is_closed_open_all_day_or_like_any_day() -> None:
    times = ("2026-01-12T08:00", "2026-01-12T12:00", "2026-01-12T23:59", "2026-01-13T12:00")
    assert during(calendar(OFFICE), *times) == [False, True, False, True]
    assert during(calendar(OFFICE, holidays="JP"), *times) == [False, False, False, True]
    assert during(calendar(OFFICE, holidays="JP", on_holidays="open"), *times) == [True, True, True, True]
    assert during(calendar(OFFICE, holidays="JP", on_holidays="normal"), *times) == [False, True, False, True]


def test_a_night_goes_on_into_a_holiday_and_is_none_from_one_into_the_next_day() -> None:
    nights = calendar(NIGHT, holidays="JP")
    times = ("2026-01-11T23:00", "2026-01-12T05:59", "2026-01-12T23:00", "2026-01-13T05:00", "2026-01-13T23:00")
    assert during(nights, *times) == [True, True, False, False, True]


def test_a_closed_day_has_no_hours_in_one_year_or_in_every_year() -> None:
    times = ("2026-08-13T12:00", "2026-12-29T12:00", "2027-08-13T12:00", "2027-12-29T12:00")
    assert during(calendar(OFFICE, closed=["2026-08-13", "12-29"]), *times) == [False, False, True, False]


def test_an_open_day_wins_over_closed_days_and_holidays_with_the_hours_of_its_weekday() -> None:
    times = ("2026-01-12T08:59", "2026-01-12T09:00", "2026-01-12T17:00")
    for extra in (["2026-01-12"], ["01-12"]):
        which = calendar(OFFICE, holidays="JP", closed=["2026-01-12"], extra=extra)
        assert during(which, *times) == [False, True, False]


def test_an_open_day_whose_weekday_has_no_hours_is_open_all_day() -> None:
    which = calendar(OFFICE, extra=["2026-01-10"])
    times = ("2026-01-09T23:59", "2026-01-10T00:00", "2026-01-10T23:59", "2026-01-11T00:00")
    assert during(which, *times) == [False, True, True, False]


def test_a_leap_day_of_every_year_counts_in_leap_years() -> None:
    which = calendar({"days": EVERY, **OFFICE}, closed=["02-29"])
    assert during(which, "2028-02-28T12:00", "2028-02-29T12:00", "2027-03-01T12:00") == [True, False, True]


def test_hours_are_wall_clock_times_of_the_zone_in_summer_and_winter() -> None:
    which = calendar(OFFICE, zone=BERLIN)
    assert which.during(ms("2026-01-05T08:00", ZoneInfo("UTC")))
    assert not which.during(ms("2026-07-06T15:00", ZoneInfo("UTC")))
    assert which.during(ms("2026-07-06T07:00", ZoneInfo("UTC")))


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28", 7), ("2026-03-27", 8), ("2026-10-24", 9)])
def test_a_night_in_which_clocks_change_is_an_hour_shorter_or_longer(day: str, hours: int) -> None:
    nights = calendar(NIGHT, zone=BERLIN)
    noon = ms(f"{day}T12:00", BERLIN)
    minutes = sum(nights.during(noon + minute * 60_000) for minute in range(24 * 60))
    assert minutes == hours * 60


def test_a_time_that_the_change_of_clocks_skips_is_the_one_after_it_and_hours_inside_the_gap_are_none() -> None:
    times = ("2026-03-29T03:29", "2026-03-29T03:30", "2026-03-29T03:59")
    assert during(calendar({"days": EVERY, "from": "02:30", "to": "06:00"}, zone=BERLIN), *times) == [False, True, True]
    assert during(calendar({"days": EVERY, "from": "02:30", "to": "03:15"}, zone=BERLIN), *times) == [False] * 3


def test_of_a_time_that_comes_twice_the_first_counts() -> None:
    which = calendar({"days": EVERY, "from": "00:00", "to": "02:30"}, zone=BERLIN)
    assert which.during(ms("2026-10-25T02:29", BERLIN, fold=0))
    assert not which.during(ms("2026-10-25T02:29", BERLIN, fold=1))


def test_all_hours_of_a_day_are_working_time_where_clocks_change_at_midnight() -> None:
    beirut = ZoneInfo("Asia/Beirut")
    whole = calendar({"days": EVERY, "from": "00:00", "to": "00:00"}, zone=beirut)
    start = ms("2026-03-28T00:00", beirut)
    assert all(whole.during(start + minute * 60_000) for minute in range(48 * 60))


@given(
    time=st.integers(0, 4_000_000_000_000),
    border=st.sampled_from(["00:00", "02:30", "06:00", "22:15"]),
    zone=st.sampled_from(["Asia/Tokyo", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]),
)
def test_two_hours_that_share_their_borders_cover_all_time_exactly_once(time: int, border: str, zone: str) -> None:
    day = calendar({"days": EVERY, "from": border, "to": "12:00"}, zone=ZoneInfo(zone))
    night = calendar({"days": EVERY, "from": "12:00", "to": border}, zone=ZoneInfo(zone))
    assert day.during(time) != night.during(time)


def test_the_local_day_is_that_of_the_zone() -> None:
    assert local_day(ms("2026-01-05T23:59", ZoneInfo("UTC")), TOKYO) == date(2026, 1, 6)


def test_days_in_lieu_and_holidays_of_a_subdivision_are_holidays() -> None:
    assert is_holiday("JP", date(2026, 5, 6))
    assert is_holiday("US", date(2021, 12, 31))
    assert is_holiday("US-CA", date(2026, 3, 31))
    assert not is_holiday("US", date(2026, 3, 31))


def test_a_region_that_is_not_known_and_a_year_before_all_holidays_have_none() -> None:
    assert holidays_in("XX", 2026) == holidays_in("JP-XX", 2026) == holidays_in("JP", 1900) == frozenset()
    assert during(calendar(OFFICE, holidays="XX"), "2026-01-12T12:00") == [True]


def test_the_library_is_asked_once_for_a_region_and_year(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    plain = holidays.country_holidays
    holidays_in.cache_clear()
    monkeypatch.setattr(holidays, "country_holidays", lambda *a, **k: asked.append(a) or plain(*a, **k))
    which = calendar(OFFICE, holidays="JP")
    for minute in range(2_000):
        which.during(ms("2026-01-05T00:00") + minute * 60_000)
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("region", "near"),
    [("Japan", "JP"), ("jp", "JP"), ("JPN", "JP"), ("united kingdom", "GB"), ("usa-ca", "US-CA"), ("Atlantis", None)],
)
def test_an_unknown_country_is_a_problem_with_the_one_that_was_meant(region: str, near: str | None) -> None:
    (problem,) = check_region(region, "/params/holidays")
    assert (problem.code, problem.path, problem.args["nearest"]) == ("not_allowed_value", "/params/holidays", near)
    assert problem.fix == ({"path": "/params/holidays", "value": near} if near else None)
    assert "JP" in (problem.allowed or ())


def test_an_unknown_subdivision_is_a_problem_with_the_nearest_one() -> None:
    (problem,) = check_region("US-CAL", "/p")
    assert problem.args["nearest"] == "US-CA"
    (problem,) = check_region("JP-13", "/p")
    assert problem.allowed == ["JP"]


@pytest.mark.parametrize("region", [None, "JP", "US-CA", "DE-BY"])
def test_a_known_region_and_none_at_all_are_no_problem(region: str | None) -> None:
    assert list(check_region(region, "/p")) == []


@pytest.mark.parametrize(
    ("hours", "complaint"),
    [
        ({"from": "24:00", "to": "06:00"}, "pattern"),
        ({"from": "9:00", "to": "17:00"}, "pattern"),
        ({"from": "09:00"}, "required"),
        ({**OFFICE, "days": []}, "at least 1"),
        ({**OFFICE, "days": ["mon", "mon"]}, "not_unique"),
        ({**OFFICE, "days": ["monday"]}, "mon"),
        ({**OFFICE, "until": "18:00"}, "not permitted"),
    ],
)
def test_hours_that_cannot_be_read_are_refused(hours: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Hours.model_validate(hours)
