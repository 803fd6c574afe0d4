"""threshold, holds, bands and vote against the oracle: levels, and when they change."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.against import Case
from tests.oracle.model.levels import Bands, Holds, Threshold
from tests.oracle.model.stream import Arrived, Event, Out, trouble
from tests.oracle.model.vote import Vote
from tests.oracle.streams import EVERYONE, LENGTHS, PERS, WATCHED, readings, streams, thoroughly, until

HEAT = readings([70, 77, 78, 79, 79.5, 80, 80.5, 81, 82, 90])
DOORS = readings(["open", "open", "open", "open", "shut"])
HOLDS = st.fixed_dictionaries(
    {},
    optional={
        "for": st.one_of(st.just(0), LENGTHS),
        "times": st.integers(1, 3),
        "of": st.integers(3, 4),
        "max_gap": LENGTHS,
        "already": st.sampled_from(["fire", "wait"]),
    },
)
COMPARISONS = st.one_of(
    st.tuples(st.sampled_from(["above", "at_least", "below", "at_most"]), st.sampled_from([79, 80, 80.5])),
    st.tuples(st.sampled_from(["between", "outside"]), st.sampled_from([[78, 80], [79, 81], [77, 82]])),
)
MARGINS = st.sampled_from([0, 0.5, 1, 2])
BANDS = st.sampled_from(
    [
        [{"name": "low", "to": 79}, {"name": "mid", "from": 79, "to": 81}, {"name": "high", "from": 81}],
        [{"name": "low", "to": 79}, {"name": "high", "from": 80.5}],
        [
            {"name": "one", "from": 77, "to": 78},
            {"name": "two", "from": 79, "to": 80},
            {"name": "six", "from": 81, "to": 82},
        ],
    ]
)


def is_open(event: Event) -> bool | Out:
    """v == 'open'"""
    return event.data["v"] == "open" if "v" in event.data else trouble("missing_field", event)


@thoroughly(400)
@given(streams(HEAT), COMPARISONS, MARGINS)
def test_a_threshold_lies_where_the_oracle_says(
    arrivals: list[Arrived], comparison: tuple[str, Any], margin: float
) -> None:
    params = {"field": "v", comparison[0]: comparison[1], "margin": possible(comparison, margin)}
    Case("threshold", Threshold(params), params).check(arrivals, until(arrivals, 0))


def possible(comparison: tuple[str, Any], margin: float) -> float:
    """A margin by which a value may come back from outside a range: half of it at most."""
    name, limit = comparison
    return min(margin, (limit[1] - limit[0]) / 2) if name == "outside" else margin


@thoroughly(400)
@given(streams(HEAT), WATCHED, HOLDS, COMPARISONS, MARGINS, PERS)
def test_a_threshold_is_entered_and_cleared_as_the_oracle_says(
    arrivals: list[Arrived], watched: int, hold: dict[str, Any], comparison: tuple[str, Any], margin: float, per: str
) -> None:
    params = {**hold, "field": "v", comparison[0]: comparison[1], "margin": possible(comparison, margin)}
    Case("threshold", Threshold(params), params, per=per).check(arrivals, until(arrivals, watched))


@thoroughly(600)
@given(streams(DOORS), WATCHED, HOLDS, PERS)
def test_an_expression_holds_as_the_oracle_says(
    arrivals: list[Arrived], watched: int, hold: dict[str, Any], per: str
) -> None:
    case = Case("holds", Holds(hold, is_open), {**hold, "expr": "v == 'open'"}, per=per)
    case.check(arrivals, until(arrivals, watched))


@thoroughly(400)
@given(
    streams(HEAT), WATCHED, BANDS, MARGINS, st.sampled_from(["down", "up", "both"]), st.sampled_from(["keep", "none"]),
    st.one_of(st.just(0), LENGTHS), PERS,
)  # fmt: skip
def test_bands_change_as_the_oracle_says(
    arrivals: list[Arrived], watched: int, bands: Any, margin: float, back: str, gap: str, hold: int, per: str
) -> None:
    params = {"field": "v", "bands": bands, "margin": margin, "back": back, "gap": gap, "for": hold}
    Case("bands", Bands(params), params, per=per).check(arrivals, until(arrivals, watched))


@thoroughly(400)
@given(
    streams(DOORS, who=EVERYONE), WATCHED,
    st.one_of(st.tuples(st.just("at_least"), st.integers(1, 3)), st.tuples(st.just("share"), st.sampled_from([0.25, 0.5, 1]))),
    st.fixed_dictionaries({}, optional={"for": LENGTHS, "max_age": LENGTHS, "already": st.sampled_from(["fire", "wait"])}),
    st.sampled_from(["all", "device.hall"]),
)  # fmt: skip
def test_a_vote_is_carried_as_the_oracle_says(
    arrivals: list[Arrived], watched: int, wanted: tuple[str, Any], more: dict[str, Any], per: str
) -> None:
    params = {**more, wanted[0]: wanted[1]}
    case = Case("vote", Vote(params, is_open), {**params, "expr": "v == 'open'"}, per=per)
    case.check(arrivals, until(arrivals, watched))
