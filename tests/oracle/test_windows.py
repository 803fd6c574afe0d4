"""window against the oracle: every way to say which readings, every calculation, with and without a grace."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.kit import panes
from tests.oracle.against import START, Case, plan_of
from tests.oracle.model.calcs import APPROXIMATE, NUMERIC
from tests.oracle.model.periods import each, lengths
from tests.oracle.model.stream import Arrived
from tests.oracle.model.window import Window
from tests.oracle.streams import GRID, LENGTHS, WATCHED, readings, streams, thoroughly, until

FLOWS = readings([0, 0.1, 0.2, 0.7, 1, 1.0, 2, 3, -4, 1e9])
MINUTE, HOUR = 6 * GRID, 360 * GRID
LONG_GAPS = st.sampled_from([0, MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, HOUR, 5 * HOUR, 26 * HOUR])
CALCS = st.sampled_from(sorted(NUMERIC | {"count", "distinct", "first", "last"}))
MODES = st.sampled_from([None, "sliding", "tumbling"])
GRACES = st.one_of(st.just(0), LENGTHS)
PERS = st.sampled_from(["device", "device", "all"])
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
