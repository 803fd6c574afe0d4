"""working_hours: the calendar decides the way of each event. What the calendar knows: nodes/kit/test_calendar.py."""

from typing import Any

import pytest

from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.time.working_hours import MOST_DAYS, MOST_HOURS, WorkingHours

OFFICE = {"from": "09:00", "to": "17:00"}


def node(zone: str = "UTC", **params: Any) -> Harness:
    return Harness(WorkingHours, {"hours": [OFFICE], **params}, scope_of(zone=zone))


def ports(which: Harness, *times: str) -> list[str]:
    for at in times:
        which.feed(at, {"x": 1})
    return [port for port, _ in which.ports()]


def test_from_is_inclusive_and_to_exclusive() -> None:
    assert ports(node(), "8h59m59.999s", "9h", "16h59m59.999s", "17h") == ["outside", "during", "during", "outside"]


def test_an_event_goes_on_unchanged_and_a_late_one_by_its_own_time() -> None:
    which = node()
    which.feed("18h", {"x": 1})
    which.feed("10h", {"x": 2})
    assert which.sent == [("outside", 64_800, {"x": 1}), ("during", 36_000, {"x": 2})]


def test_events_without_a_device_or_data_have_their_time_all_the_same() -> None:
    which = node()
    which.feed("10h", device=None)
    assert which.ports() == [("during", 36_000)]


def test_the_clock_is_that_of_the_zone() -> None:
    assert ports(node("Asia/Tokyo"), "0s", "8h") == ["during", "outside"]


def test_holidays_are_closed_unless_they_are_said_to_be_open_or_normal() -> None:
    for params, expected in (
        ({}, ["during", "outside"]),
        ({"holidays": "JP"}, ["outside", "outside"]),
        ({"holidays": "JP", "on_holidays": "open"}, ["during", "during"]),
        ({"holidays": "JP", "on_holidays": "normal"}, ["during", "outside"]),
    ):
        assert ports(node(**params), "7d12h", "7d18h") == expected


def test_closed_days_have_no_hours_and_open_days_win_over_them() -> None:
    assert ports(node(closed=["2026-01-06"]), "12h", "1d12h") == ["during", "outside"]
    assert ports(node(closed=["2026-01-06"], open=["2026-01-06"]), "1d8h", "1d12h") == ["outside", "during"]
    assert ports(node(open=["2026-01-10"]), "5d", "5d23h59m", "6d") == ["during", "during", "outside"]


def test_without_hours_only_open_days_and_open_holidays_are_during() -> None:
    params = {"hours": [], "holidays": "JP", "on_holidays": "open", "open": ["2026-01-06"]}
    assert ports(node(**params), "12h", "1d12h", "7d3h") == ["outside", "during", "during"]


def test_a_changed_rule_for_holidays_acts_from_the_next_event() -> None:
    which = node(holidays="JP")
    which.feed("7d12h")
    which.change({"hours": [OFFICE], "holidays": "JP", "on_holidays": "normal"}, "7d12h")
    which.feed("7d13h")
    assert [port for port, _ in which.ports()] == ["outside", "during"]


def test_a_region_that_nobody_knows_is_a_problem_and_a_rule_without_one_a_warning() -> None:
    assert node(holidays="JP").codes() == node().codes() == []
    assert node(on_holidays="open").codes() == ["without_effect"]
    assert node(holidays="Japan").problems()[0].fix == {"path": "/params/holidays", "value": "JP"}
    assert node(holidays="Atlantis").codes() == ["not_allowed_value"]


@pytest.mark.parametrize("day", ["2026-02-30", "02-30", "2026-13-01", "0000-01-01", "1-1", "today", "2026-08-13T00:00"])
def test_a_day_that_does_not_exist_is_refused(day: str) -> None:
    for name in ("closed", "open"):
        with pytest.raises(ValueError, match=r"not_allowed_value|pattern"):
            node(**{name: [day]})


def test_hours_must_be_given_and_lists_are_bounded() -> None:
    with pytest.raises(ValueError, match="hours"):
        Harness(WorkingHours, {})
    node(hours=[OFFICE] * MOST_HOURS, closed=["12-29"] * MOST_DAYS)
    for params in ({"hours": [OFFICE] * (MOST_HOURS + 1)}, {"open": ["12-29"] * (MOST_DAYS + 1)}):
        with pytest.raises(ValueError, match="too_long"):
            node(**params)


def test_both_ways_carry_the_fields_that_come_in() -> None:
    shape = Shape({"t": FieldShape("number", "°C")}, False, "always")
    shapes = Harness(WorkingHours, {"hours": []}, scope_of(shape=shape)).shapes()
    assert shapes == {"during": shape, "outside": shape}
