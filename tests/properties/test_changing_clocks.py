"""Days of 23 and 25 hours (and the half hour of Lord Howe): windows, periods, schedules and hours on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.engine import Engine
from engine.plan import Plan, build_plan
from nodes.kit.duration import format_duration
from nodes.kit.event import Arrival
from tests.oracle.against import START, Case
from tests.oracle.model.life_signs import Heartbeat
from tests.oracle.model.on_time import OnTime
from tests.oracle.model.periods import HOUR, MINUTE, each, lengths, wall
from tests.oracle.model.stream import Arrived
from tests.oracle.model.thinning import Sample
from tests.oracle.model.window import Window
from tests.oracle.streams import BELIEVED, readings, streams
from tests.properties.play import Play, told
from tests.properties.scenarios import CATALOG, Scenario
from tests.thorough import thoroughly

DAY = 24 * HOUR
CHANGES = {
    "Berlin, forward": ("Europe/Berlin", "2026-03-29T01:00"),
    "Berlin, back": ("Europe/Berlin", "2026-10-25T01:00"),
    "New York, forward": ("America/New_York", "2026-03-08T07:00"),
    "New York, back": ("America/New_York", "2026-11-01T06:00"),
    "Lord Howe, back by half an hour": ("Australia/Lord_Howe", "2026-04-04T15:00"),
    "Lord Howe, forward by half an hour": ("Australia/Lord_Howe", "2026-10-03T15:30"),
    "Tokyo, never": ("Asia/Tokyo", "2026-03-29T01:00"),
}
"""Zone and moment (UTC) at which its clocks change."""
ON_EACH_CHANGE = pytest.mark.parametrize("change", list(CHANGES))
PERIODS = [
    {"each": "day"},
    {"each": "day", "at": ["02:30"]},
    {"each": "week"},
    {"each": "shift", "at": ["02:00", "10:00", "18:00"]},
]
GAPS = st.sampled_from([0, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 5 * HOUR, 9 * HOUR])
ROWS = streams(readings([0, 1, 2, 0.1]), gaps=GAPS, lags=BELIEVED, who=st.sampled_from(["k1", "k2"]))


def jump_of(change: str) -> tuple[str, int]:
    zone, moment = CHANGES[change]
    return zone, int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()) * 1000


def moved(arrivals: list[Arrived], start: int) -> tuple[list[Arrived], int]:
    """The arrivals from `start` on, and an end a day after them."""
    by = start - START
    rows = [
        replace(one, arrived=one.arrived + by, time=(one.arrived if one.time is None else one.time) + by)
        for one in arrivals
    ]
    return rows, max([start, *(one.arrived for one in rows)]) + DAY


# --- against the oracle -------------------------------------------------------------------------------------------------


@ON_EACH_CHANGE
def test_windows_and_absences_lie_where_the_oracle_says(change: str) -> None:
    zone, jump = jump_of(change)

    @thoroughly(100)
    @given(
        ROWS,
        st.sampled_from([2, 8, 20, 30]),
        st.sampled_from(PERIODS),
        st.sampled_from(["sum", "time_weighted", "count"]),
    )
    def holds(arrivals, before, period, calc) -> None:
        start = jump - before * HOUR
        rows, end = moved(arrivals, start)
        borders = each(period, zone, start)
        params = {"field": "v", "calc": calc, **period}
        Case("window", Window(params, borders), params, zone=zone, start=start, about=frozenset({"value"})).check(
            rows, end
        )
        params = {"at_least": 2, **period}
        Case("heartbeat", Heartbeat(params, borders), params, zone=zone, start=start, expected=True).check(rows, end)

    holds()


@ON_EACH_CHANGE
def test_lengths_and_hours_on_lie_where_the_oracle_says(change: str) -> None:
    zone, jump = jump_of(change)

    @thoroughly(100)
    @given(
        ROWS,
        st.sampled_from([2, 8, 20, 30]),
        st.sampled_from([HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, DAY]),
        st.sampled_from(PERIODS),
    )
    def holds(arrivals, before, length, period) -> None:
        start = jump - before * HOUR
        rows, end = moved(arrivals, start)
        borders = lengths(length, zone, start)
        params = {"field": "v", "calc": "sum", "over": length, "mode": "tumbling"}
        Case("window", Window(params, borders), params, zone=zone, start=start).check(rows, end)
        Case("sample", Sample({"every": length}, borders), {"every": length}, zone=zone, start=start).check(rows, end)
        numbers = [one for one in rows if isinstance(one.data.get("v"), int | float) and one.data["v"] is not True]
        on = OnTime({}, lambda event: event.data["v"] > 0.5, each(period, zone, start))
        Case("on_time", on, {"expr": "v > 0.5", **period}, zone=zone, start=start).check(numbers, end)

    holds()


# --- what a day must be ------------------------------------------------------------------------------------------------


def kept(kind: str, params: dict[str, Any], port: str, zone: str, start: int, days: int) -> list[tuple[int, str, Any]]:
    """What is sent of a reading of 1 in every ten minutes, for so many days."""
    fields = ["start", "end", "count", "value", "on_time", "off_time"]
    nodes: list[dict[str, Any]] = [
        {"id": "src", "kind": "devices", "params": {"type": "kiln"}},
        {"id": "n", "kind": kind, "from": ["src"], "params": params},
        {"id": "keep", "kind": "store", "from": [f"n.{port}"], "params": {"fields": fields}},
    ]
    document = {"suiro": 1, "name": "Clocks", "time_zone": zone, "nodes": nodes}
    times = range(start, start + days * DAY, 10 * MINUTE)
    rows = [Arrival(time, f"a{time}", time, device="k1", type="kiln", data={"v": 1}) for time in times]
    play = Play(Scenario(build_plan(document, CATALOG, None), (), (), start, start)).push(rows).end(times[-1])
    return [(time, node, data) for time, node, _, data in told(play.effects)]


LENGTHS = [*({"over": length, "mode": "tumbling"} for length in ("2h", "12h", "1d")), *PERIODS]
NAMES = ["2h", "12h", "1d", "day", "day at 02:30", "week", "shift"]


@ON_EACH_CHANGE
@pytest.mark.parametrize("way", LENGTHS, ids=NAMES)
def test_windows_follow_each_other_without_a_gap_and_hold_every_reading_once(change: str, way: dict[str, Any]) -> None:
    zone, jump = jump_of(change)
    windows = [
        data for _, _, data in kept("window", {"field": "v", "calc": "sum", **way}, "out", zone, jump - 8 * DAY, 16)
    ]
    assert all(earlier["end"] == later["start"] for earlier, later in pairwise(windows))
    assert all(data["count"] == (data["end"] - data["start"]) // (10 * MINUTE) for data in windows[1:])
    assert len(windows) >= 2


@pytest.mark.parametrize("change", [change for change in CHANGES if "Lord Howe" not in change])
def test_hours_follow_each_other_where_clocks_change_by_whole_hours(change: str) -> None:
    zone, jump = jump_of(change)
    hours = [
        data for _, _, data in kept("window", {"field": "v", "calc": "sum", "each": "hour"}, "out", zone, jump - DAY, 2)
    ]
    assert all(earlier["end"] == later["start"] for earlier, later in pairwise(hours))
    assert {data["count"] for data in hours} == {6}


@ON_EACH_CHANGE
def test_a_day_is_as_long_as_the_clock_on_the_wall_says(change: str) -> None:
    zone, jump = jump_of(change)
    start = jump - 3 * DAY
    shift = (wall(jump, zone) - wall(jump - 1, zone)) // timedelta(hours=0.5) / 2
    days = [data for _, _, data in kept("on_time", {"expr": "v > 0.5", "each": "day"}, "period", zone, start, 6)]
    hours = [(data["end"] - data["start"]) / HOUR for data in days]
    assert sorted({24.0, *hours}) == sorted({24.0, 24.0 - shift})
    assert [data["on_time"] for data in days[1:]] == hours[1:]
    assert [data["off_time"] for data in days] == [0] * len(days)


def daily(zone: str, hour: int, minute: int, start: int, days: int) -> list[int]:
    """When a daily time comes up first on each day; right after the gap where it is left out."""
    found: dict[Any, int] = {}
    for time in range(start, start + days * DAY, MINUTE):
        shown = wall(time, zone)
        if (shown.hour, shown.minute) >= (hour, minute):
            found.setdefault(shown.date(), time)
    return [time for time in found.values() if time > start]


@ON_EACH_CHANGE
@pytest.mark.parametrize("clock", [(0, 0), (1, 30), (1, 45), (2, 0), (2, 15), (2, 30), (3, 0)])
def test_a_daily_time_comes_once_a_day(change: str, clock: tuple[int, int]) -> None:
    zone, jump = jump_of(change)
    hour, minute = clock
    start = jump - 2 * DAY - 13 * HOUR
    plan = ticking(zone, {"cron": f"{minute} {hour} * * *"})
    ticks = [effect.time for effect in Engine(plan, now=start).advance(start + 5 * DAY)]
    assert ticks == [time for time in daily(zone, hour, minute, start, 5) if time >= start + MINUTE]


@ON_EACH_CHANGE
def test_a_pace_does_not_mind_the_clock_on_the_wall(change: str) -> None:
    zone, jump = jump_of(change)
    start = jump - 5 * HOUR
    ticks = [
        effect.time
        for effect in Engine(ticking(zone, {"every": format_duration(HOUR)}), now=start).advance(start + DAY)
    ]
    assert ticks == [start + n * HOUR for n in range(1, 24)]


def ticking(zone: str, params: dict[str, Any]) -> Plan:
    nodes: list[dict[str, Any]] = [
        {"id": "tick", "kind": "schedule", "params": params},
        {"id": "tell", "kind": "notify", "from": ["tick"], "params": {"to": "line", "text": "{time}"}},
    ]
    return build_plan({"suiro": 1, "name": "Ticks", "time_zone": zone, "nodes": nodes}, CATALOG, None)
