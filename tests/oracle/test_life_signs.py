"""silent and heartbeat against the oracle: whether anything comes at all."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.against import START, Case
from tests.oracle.model.life_signs import Heartbeat, Silent
from tests.oracle.model.periods import each, lengths
from tests.oracle.model.stream import Arrived
from tests.oracle.streams import GRID, LENGTHS, PERS, WATCHED, readings, streams, thoroughly, until

ANYTHING = readings([1, 2])
MINUTE, HOUR = 6 * GRID, 360 * GRID
LONG_GAPS = st.sampled_from([0, 1, 20 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 7 * HOUR])
SHIFTS = [["06:00"], ["00:00", "08:00", "16:00"], ["02:30", "14:00"]]


@thoroughly(400)
@given(streams(ANYTHING), WATCHED, LENGTHS, st.booleans(), PERS)
def test_a_device_is_silent_when_the_oracle_says(
    arrivals: list[Arrived], watched: int, length: int, from_start: bool, per: str
) -> None:
    params = {"for": length, "from_start": from_start}
    case = Case("silent", Silent(params), params, per=per, expected=from_start)
    case.check(arrivals, until(arrivals, watched))


@thoroughly(400)
@given(
    streams(ANYTHING), WATCHED, LENGTHS, st.integers(1, 2), st.booleans(), PERS, st.sampled_from([0, 1, GRID, MINUTE])
)
def test_a_heartbeat_is_missed_as_the_oracle_says(
    arrivals: list[Arrived], watched: int, every: int, at_least: int, from_start: bool, per: str, before: int
) -> None:
    params = {"every": every, "at_least": at_least, "from_start": from_start}
    model = Heartbeat(params, lengths(every, "UTC", START))
    case = Case("heartbeat", model, params, per=per, expected=from_start, start=START - before)
    case.check(arrivals, until(arrivals, watched))


@thoroughly(200)
@given(
    streams(ANYTHING, gaps=LONG_GAPS), WATCHED,
    st.one_of(
        st.fixed_dictionaries({"each": st.sampled_from(["hour", "week"])}),
        st.fixed_dictionaries({"each": st.sampled_from(["day", "shift"]), "at": st.sampled_from(SHIFTS)}),
    ),
    st.booleans(), st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York"]),
)  # fmt: skip
def test_a_heartbeat_of_each_period_is_missed_as_the_oracle_says(
    arrivals: list[Arrived], watched: int, params: dict[str, Any], from_start: bool, zone: str
) -> None:
    if params["each"] == "day":
        params = {**params, "at": params["at"][:1]}
    model = Heartbeat(params, each(params, zone, START))
    case = Case("heartbeat", model, {**params, "from_start": from_start}, zone=zone, expected=from_start)
    case.check(arrivals, until(arrivals, 60 * watched))
