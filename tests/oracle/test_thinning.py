"""sample and unique against the oracle: which of many events go on."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.against import START, Case
from tests.oracle.model.periods import lengths
from tests.oracle.model.stream import Arrived
from tests.oracle.model.thinning import Sample, Unique
from tests.oracle.streams import LENGTHS, PERS, WATCHED, readings, streams, thoroughly, until

VALUES = readings([1, 1.0, True, 2, "1", [1]])


@thoroughly(400)
@given(
    streams(VALUES),
    WATCHED,
    PERS,
    st.one_of(st.tuples(st.just("every"), LENGTHS), st.tuples(st.just("nth"), st.integers(2, 3))),
)
def test_a_sample_is_taken_as_the_oracle_takes_it(
    arrivals: list[Arrived], watched: int, per: str, how: tuple[str, int]
) -> None:
    params = {how[0]: how[1]}
    model = Sample(params, lengths(how[1], "UTC", START) if how[0] == "every" else None)
    Case("sample", model, params, per=per).check(arrivals, until(arrivals, watched))


@thoroughly(500)
@given(streams(VALUES), PERS, LENGTHS, st.sampled_from([None, ["v"], ["v", "line"]]))
def test_unique_events_are_those_that_are_unique_to_the_oracle(
    arrivals: list[Arrived], per: str, within: int, fields: list[str] | None
) -> None:
    params: dict[str, Any] = {"within": within, **({} if fields is None else {"fields": fields})}
    Case("unique", Unique(params), params, per=per).check(arrivals, until(arrivals, 0))
