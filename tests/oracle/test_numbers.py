"""rate, baseline, counter and on_time against the oracle: what is worked out of one reading after the other."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.against import START, Case
from tests.oracle.model.baseline import Baseline
from tests.oracle.model.counter import Counter
from tests.oracle.model.on_time import OnTime
from tests.oracle.model.periods import each
from tests.oracle.model.rate import Rate
from tests.oracle.model.stream import Arrived, Event, Out, trouble
from tests.oracle.streams import BELIEVED, GRID, WATCHED, readings, streams, thoroughly, until, with_port

LEVELS = readings([0.1, 0.1, 0.1, 0.3, 1, 2, 3, 5, 8, -4])
COUNTS = with_port(readings([0, 1, 3, 8, 10, 12, 15, 16, 20, 0.5, -1]), ["in"] * 9 + ["reset"])
AMPS = with_port(readings([0, 0, 4, 4, 9]), ["in"] * 12 + ["reset"])
PERS = st.sampled_from(["device", "device", "all"])
MINUTE, HOUR = 6 * GRID, 360 * GRID
LONG_GAPS = st.sampled_from([0, MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, HOUR, 5 * HOUR, 11 * HOUR])
WHOLE_SECONDS = st.sampled_from([0] * 20 + [1_000, 2_000, 5_000, 10_000, 60_000, -1_000, -60_000])
EACH_SECOND = st.sampled_from([1_000, 1_000, 2_000, 5_000, 10_000, 60_000])
SCORES = frozenset({"spread", "score"})


@thoroughly(500)
@given(
    streams(LEVELS, gaps=EACH_SECOND, lags=WHOLE_SECONDS), st.one_of(st.none(), st.sampled_from([2_000, 10_000, 60_000, 120_000])),
    st.sampled_from([1_000, MINUTE, HOUR]), PERS,
)  # fmt: skip
def test_a_rate_is_what_the_oracle_says(arrivals: list[Arrived], over: int | None, unit: int, per: str) -> None:
    params: dict[str, Any] = {"field": "v", "each": unit, **({} if over is None else {"over": over})}
    Case("rate", Rate(params), params, per=per).check(arrivals, until(arrivals, 0))


def test_a_rate_knows_nothing_of_a_reading_whose_place_another_one_took() -> None:
    params = {"field": "v", "over": 60_000}
    arrivals = [Arrived(START + at, "k1", {"v": value, "key": "k1"}) for at, value in ((0, 5), (0, 9), (10_000, 9))]
    Case("rate", Rate(params), params).check(arrivals, until(arrivals, 0))


@thoroughly(500)
@given(
    streams(LEVELS, lags=BELIEVED), st.sampled_from([3 * GRID, 12 * GRID, 60 * GRID]), st.integers(2, 4),
    st.one_of(st.none(), st.sampled_from([0.55, 1.05, 2.05])), PERS,
)  # fmt: skip
def test_a_baseline_is_what_the_oracle_says(
    arrivals: list[Arrived], over: int, warm_up: int, ignore: float | None, per: str
) -> None:
    params: dict[str, Any] = {"field": "v", "over": over, "warm_up": warm_up}
    params = params if ignore is None else {**params, "ignore": ignore}
    Case("baseline", Baseline(params), params, per=per, about=SCORES).check(arrivals, until(arrivals, 0))


@thoroughly(500)
@given(
    streams(COUNTS), PERS,
    st.fixed_dictionaries(
        {},
        optional={
            "factor": st.sampled_from([0.1, 2, 10]), "wrap_at": st.sampled_from([16, 20]), "max_step": st.sampled_from([1, 5]),
        },
    ),
)  # fmt: skip
def test_a_counter_counts_as_the_oracle_says(arrivals: list[Arrived], per: str, more: dict[str, Any]) -> None:
    params = {**more, "field": "v"}
    case = Case("counter", Counter(params), params, per=per, ports=["in", "reset"])
    case.check(arrivals, until(arrivals, 0))


def runs(event: Event) -> bool | Out:
    """v > 0.5"""
    value = event.data.get("v")
    if "v" not in event.data:
        return trouble("missing_field", event)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return trouble("expression_operands", event)
    return value > 0.5


@thoroughly(500)
@given(
    streams(AMPS, gaps=LONG_GAPS), WATCHED, PERS, st.one_of(st.none(), st.sampled_from([10 * MINUTE, HOUR])),
    st.sampled_from(
        [None, None, {"each": "hour"}, {"each": "day"}, {"each": "shift", "at": ["00:00", "08:00"]}, {"each": "week"}]
    ),
    st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York"]),
)  # fmt: skip
def test_on_time_is_what_the_oracle_says(
    arrivals: list[Arrived], watched: int, per: str, max_gap: int | None, period: dict[str, Any] | None, zone: str
) -> None:
    params = {} if max_gap is None else {"max_gap": max_gap}
    borders = None if period is None else each(period, zone, START)
    written = {**params, **(period or {}), "expr": "v > 0.5"}
    case = Case("on_time", OnTime(params, runs, borders), written, per=per, ports=["in", "reset"], zone=zone)
    case.check(arrivals, until(arrivals, 100 * watched))
