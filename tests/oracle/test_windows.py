"""window against the oracle: every way to say which readings, every calculation, with and without a grace."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.kit import calc as calcs
from nodes.kit import panes
from tests.oracle.against import START, Case, Near, Real, plan_of
from tests.oracle.model.calcs import APPROXIMATE, NUMERIC, Reading, Span, calculated
from tests.oracle.model.periods import each, lengths
from tests.oracle.model.stream import Arrived, Sent
from tests.oracle.model.window import Window
from tests.oracle.streams import GRID, LENGTHS, WATCHED, readings, streams, thoroughly, until

FLOWS = readings([0, 0.1, 0.2, 0.7, 1, 1.0, 2, 3, -4, 1e9])
MINUTE, HOUR = 6 * GRID, 360 * GRID
LONG_GAPS = st.sampled_from([0, MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, HOUR, 5 * HOUR, 26 * HOUR])
CALCS = st.sampled_from(sorted(NUMERIC | {"count", "distinct", "first", "last"}))
MODES = st.sampled_from([None, "sliding", "tumbling"])
GRACES = st.one_of(st.just(0), LENGTHS)
PERS = st.sampled_from(["device", "device", "all"])
CELL = 3 * GRID
"""Of a window of eight of them: readings share a pane of this length once there are some more."""
CLOSE = st.sampled_from([0, 0, 1, GRID, GRID, GRID, 2 * GRID, 3 * GRID])
LATE = st.sampled_from([0] * 8 + [1, GRID, 2 * GRID, 5 * GRID, 12 * GRID, 23 * GRID])
PERCENTS = st.sampled_from([0, 25, 50, 95, 99.9, 100])


def case(params: dict[str, Any], mode: str | None, borders: Any = None, **more: Any) -> Case:
    if mode is not None:
        params = {**params, "mode": mode}
    about = frozenset({"value"} if params["calc"] in APPROXIMATE else ())
    if params["calc"] != "percentile":
        params = {name: value for name, value in params.items() if name != "percent"}
    return Case("window", Window(params, borders), {**params, "field": "v"}, about=about, **more)


@thoroughly(500)
@given(streams(FLOWS), WATCHED, LENGTHS, CALCS, PERCENTS, MODES, GRACES, PERS)
def test_the_last_so_long_is_what_the_oracle_says(
    arrivals: list[Arrived], watched: int, over: int, calc: str, percent: float, mode: str | None, grace: int, per: str
) -> None:
    params = {"field": "v", "over": over, "calc": calc, "percent": percent, "grace": grace}
    case(params, mode, lengths(over, "UTC", START), per=per).check(arrivals, until(arrivals, watched))


@thoroughly(400)
@given(streams(FLOWS), WATCHED, st.integers(1, 4), CALCS, MODES, GRACES, PERS)
def test_the_last_so_many_are_what_the_oracle_says(
    arrivals: list[Arrived], watched: int, most: int, calc: str, mode: str | None, grace: int, per: str
) -> None:
    params = {"field": "v", "readings": most, "calc": calc, "grace": grace}
    case(params, mode, per=per).check(arrivals, until(arrivals, watched))


@thoroughly(500)
@given(streams(FLOWS), WATCHED, LENGTHS, CALCS, MODES, GRACES, PERS)
def test_a_burst_is_what_the_oracle_says(
    arrivals: list[Arrived], watched: int, gap: int, calc: str, mode: str | None, grace: int, per: str
) -> None:
    params = {"field": "v", "gap": gap, "calc": calc, "grace": grace}
    case(params, mode, per=per).check(arrivals, until(arrivals, watched))


@thoroughly(400)
@given(
    streams(FLOWS, gaps=LONG_GAPS), WATCHED,
    st.sampled_from(
        [
            {"each": "hour"}, {"each": "day"}, {"each": "day", "at": ["06:00"]}, {"each": "week"},
            {"each": "shift", "at": ["06:00", "14:00", "22:00"]}, {"each": "month", "day": 6},
            {"over": 2 * HOUR}, {"over": 8 * HOUR}, {"over": 24 * HOUR}, {"over": 7 * 24 * HOUR},
        ]
    ),
    CALCS, MODES, GRACES, st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York", "Asia/Kathmandu"]),
)  # fmt: skip
def test_a_period_is_what_the_oracle_says(
    arrivals: list[Arrived], watched: int, period: dict[str, Any], calc: str, mode: str | None, grace: int, zone: str
) -> None:
    params = {"field": "v", **period, "calc": calc, "grace": grace}
    borders = lengths(period["over"], zone, START) if "over" in period else each(period, zone, START)
    case(params, mode, borders, zone=zone).check(arrivals, until(arrivals, 100 * watched))


@thoroughly(400)
@given(streams(FLOWS, gaps=st.sampled_from([0, 0, 0, GRID, GRID, 2 * GRID]), lags=st.just(0)), CALCS, PERCENTS)
def test_a_window_of_many_readings_keeps_them_by_their_times(
    arrivals: list[Arrived], calc: str, percent: float
) -> None:
    """With few panes to a window, so that readings share one: those of one time, which leave it together."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(panes, "MOST", 4)
        plan_of.cache_clear()
        params = {"field": "v", "over": 2 * GRID, "calc": calc, "percent": percent}
        case(params, None).check(arrivals, until(arrivals, 0))
    plan_of.cache_clear()


def in_panes(arrivals: list[Arrived], calc: str, percent: float, **limits: int) -> list[tuple[list[Reading], Sent]]:
    """Every result of a window of eight cells, with the readings that it may be made of, in order of time."""
    params: dict[str, Any] = {"field": "v", "over": 8 * CELL, "calc": calc}
    params = {**params, "percent": percent} if calc == "percentile" else params
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(panes, "MOST", 6)
        patch.setattr(panes, "CELLS", 8)
        for name, limit in limits.items():
            patch.setattr(calcs, name, limit)
        plan_of.cache_clear()
        sent = iter(Real("window", params, ["in"], "UTC", START).play(arrivals, until(arrivals, 0)))
    plan_of.cache_clear()
    newest, heard, results = 0, list[Reading](), list[tuple[list[Reading], Sent]]()
    for one in arrivals:
        time = one.arrived if one.time is None else one.time
        if time <= newest - 8 * CELL or (time < newest and calc == "time_weighted"):
            assert next(sent).port == "late"
            continue
        heard = sorted([*heard, Reading(time, one.data["v"])], key=lambda reading: reading.time)
        if time >= newest:
            newest = time
            results.append((heard, next(sent)))
    assert not list(sent)
    return results


@thoroughly(600)
@given(streams(st.sampled_from([{"v": v} for v in (0, 0.1, 0.7, 2, 3, -4)]), who=st.just("k1"), gaps=CLOSE, lags=LATE, most=40),
       CALCS, PERCENTS)  # fmt: skip
def test_a_long_window_is_made_of_its_newest_readings(arrivals: list[Arrived], calc: str, percent: float) -> None:
    """Of all in it, and of those before it of no more than a cell, which is told by how many were counted."""
    for heard, one in in_panes(arrivals, calc, percent):
        inside, start = heard[-one.data["count"] :], one.time - 8 * CELL
        assert inside[0].time > start - CELL
        assert all(reading.time <= start for reading in heard[: -len(inside)])
        before = [reading.value for reading in heard[: -len(inside)]] if calc == "time_weighted" else []
        wanted = calculated(calc, inside, Span(start, one.time, *before[-1:]), percent)
        assert one.data["value"] == (Near(wanted) if calc in APPROXIMATE else wanted)
        assert (one.data["start"], one.data["end"]) == (start, one.time)


@thoroughly(400)
@given(streams(st.sampled_from([{"v": v} for v in (-7, -0.5, 0, 0.5, 7, 7.5, 1e9)]), who=st.just("k1"), gaps=CLOSE, lags=LATE, most=40),
       PERCENTS)  # fmt: skip
def test_a_percentile_of_many_readings_is_about_that_of_one_of_them(arrivals: list[Arrived], percent: float) -> None:
    """As if 4 were very many: once there are more, it is the reading below, within 1 %."""
    most = 0
    for heard, one in in_panes(arrivals, "percentile", percent, MOST_VALUES=4):
        inside = heard[-one.data["count"] :]
        exact = calculated("percentile", inside, Span(0, 0), percent)
        below = sorted(reading.value for reading in inside)[int((len(inside) - 1) * percent / 100)]
        most = max(most, len(inside))
        assert one.data["value"] == pytest.approx(below, rel=0.0101) or (most < 5 and one.data["value"] == Near(exact))
        assert len(heard) > 4 or one.data["value"] == Near(exact)
