"""Random recordings that like to be awkward: times on a coarse grid so that borders are hit, readings that come late,
twice, from the future or with a time that nobody can believe, fields that are missing or of the wrong type."""

from typing import Any

from hypothesis import HealthCheck
from hypothesis import strategies as st

from tests.oracle.against import DEVICES, START
from tests.oracle.model.stream import AHEAD, DAY, Arrived
from tests.thorough import thoroughly as tried

GRID = 10_000
"""Most times and durations are multiples of this (ms)."""

GAPS = st.sampled_from([0, 0, 1, GRID, GRID, GRID, GRID, 2 * GRID, 2 * GRID, 3 * GRID, 6 * GRID])
LATE = [GRID, 2 * GRID, 3 * GRID, 5 * GRID, 12 * GRID]
AHEAD_OF_TIME = [-1, -GRID, -6 * GRID, -AHEAD]
UNTRUSTED = [-AHEAD - 1, DAY + 1, 365 * DAY]
NO_TIME, ZERO, NEGATIVE, SECONDS = "none", "zero", "negative", "seconds"
STRANGE = [NO_TIME, ZERO, NEGATIVE, SECONDS, *UNTRUSTED]
BELIEVED = st.sampled_from([0] * 40 + LATE * 3 + AHEAD_OF_TIME * 2)
NO_DAY_OLD = st.sampled_from([0] * 40 + LATE * 3 + AHEAD_OF_TIME * 2 + STRANGE)
LAGS = st.sampled_from([0] * 40 + LATE * 3 + AHEAD_OF_TIME * 2 + STRANGE + [DAY])
AGAIN = st.sampled_from([False] * 14 + [True])
WATCHED = st.sampled_from([0, GRID, 3 * GRID, 30 * GRID])
"""How long it is watched after the last arrival."""
PERS = st.sampled_from(["device"] * 4 + ["all", "all", "device.hall", "line"])
LENGTHS = st.sampled_from([GRID, 2 * GRID, 3 * GRID, 6 * GRID])
EVERYONE = st.sampled_from([*DEVICES, "x9"])
WHO = st.sampled_from(["k1"] * 6 + [*DEVICES, "x9"])
BAD = [{"v": "hot"}, {"v": True}, {"v": [1]}, {"v": None}]


def thoroughly(examples: int) -> Any:
    """How a test of the oracle is run."""
    return tried(examples, HealthCheck.data_too_large, HealthCheck.large_base_example)


def readings(values: list[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Data with one of these as `v`, now and then missing or of the wrong type."""
    return st.sampled_from([*[{"v": value} for value in values * (1 + 60 // len(values))], {}, *BAD])


def with_port(data: st.SearchStrategy[dict[str, Any]], ports: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """The data with the input on which the event comes as `op`."""
    return st.tuples(data, st.sampled_from(ports)).map(lambda both: {**both[0], "op": both[1]})


def streams(
    data: st.SearchStrategy[dict[str, Any]], *, who: Any = WHO, gaps: Any = GAPS, lags: Any = LAGS, most: int = 16
) -> st.SearchStrategy[list[Arrived]]:
    """Arrivals from START on, in the order in which they were received."""
    row = st.tuples(gaps, lags, AGAIN, who, data)
    return st.lists(row, min_size=2, max_size=most).map(stream)


def stream(rows: list[tuple[int, Any, bool, str, dict[str, Any]]]) -> list[Arrived]:
    now, arrivals = START, list[Arrived]()
    for gap, lag, again, device, data in rows:
        now += gap
        if again and arrivals:
            first = arrivals[-1]
            arrivals.append(Arrived(now, first.device, first.data, first.time))
            continue
        line = {} if device == "x9" else {"line": "north" if device == "k1" else "south"}
        arrivals.append(Arrived(now, device, {**data, **line, "key": device}, time_of(now, lag)))
    return arrivals


def time_of(now: int, lag: Any) -> int | None:
    named = {NO_TIME: None, ZERO: 0, NEGATIVE: -5, SECONDS: now // 1000}
    return named[lag] if isinstance(lag, str) else now - lag


def until(arrivals: list[Arrived], watched: int) -> int:
    """Where it ends when it is `watched` for so long after the last arrival."""
    return max([START, *(one.arrived for one in arrivals)]) + watched
