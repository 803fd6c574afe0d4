"""cooldown, repeat, escalate, latch, delay, sequence and state_machine against the oracle: what comes after what."""

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.against import Case
from tests.oracle.model.cooldown import Cooldown
from tests.oracle.model.latch import Delay, Latch
from tests.oracle.model.repeat import Escalate, Repeat
from tests.oracle.model.sequence import Sequence
from tests.oracle.model.state_machine import StateMachine
from tests.oracle.model.stream import Arrived, Event, Out, trouble
from tests.oracle.streams import LENGTHS, NO_DAY_OLD, PERS, WATCHED, readings, streams, thoroughly, until, with_port

ANYTHING = readings([1, 2, 3])
MODES = readings(["off", "on", "hot"])
STATES = ["idle", "busy", "done"]


def coming(*ports: str, **more: Any) -> Any:
    return streams(with_port(ANYTHING, list(ports)), **more)


@thoroughly(400)
@given(coming("in", "in", "in", "reset"), LENGTHS, PERS)
def test_a_cooldown_holds_back_what_the_oracle_holds_back(arrivals: list[Arrived], length: int, per: str) -> None:
    params = {"for": length}
    Case("cooldown", Cooldown(params), params, per=per, ports=["in", "reset"]).check(arrivals, until(arrivals, 0))


@thoroughly(500)
@given(
    coming("in", "in", "stop", "update", lags=NO_DAY_OLD), WATCHED, PERS, LENGTHS,
    st.fixed_dictionaries({}, optional={"most": st.integers(1, 3), "first": st.booleans()}),
)  # fmt: skip
def test_repeat_sends_what_the_oracle_sends(
    arrivals: list[Arrived], watched: int, per: str, every: int, more: dict[str, Any]
) -> None:
    params = {"every": every, **more}
    case = Case("repeat", Repeat(params), params, per=per, ports=["in", "stop", "update"])
    case.check(arrivals, until(arrivals, watched))


@thoroughly(500)
@given(
    coming("in", "in", "in", "acknowledge", "clear"), WATCHED, PERS, LENGTHS,
    st.fixed_dictionaries({}, optional={"most": st.integers(1, 3), "again": LENGTHS}),
)  # fmt: skip
def test_alarms_escalate_when_the_oracle_says(
    arrivals: list[Arrived], watched: int, per: str, after: int, more: dict[str, Any]
) -> None:
    params = {"after": after, **more}
    case = Case("escalate", Escalate(params), params, per=per, ports=["in", "acknowledge", "clear"])
    case.check(arrivals, until(arrivals, watched))


@thoroughly(400)
@given(coming("in", "in", "reset"), PERS)
def test_a_latch_is_set_and_reset_as_the_oracle_says(arrivals: list[Arrived], per: str) -> None:
    Case("latch", Latch(), {}, per=per, ports=["in", "reset"]).check(arrivals, until(arrivals, 0))


@thoroughly(500)
@given(coming("in", "in", "in", "cancel"), WATCHED, PERS, LENGTHS)
def test_delay_sends_when_the_oracle_sends(arrivals: list[Arrived], watched: int, per: str, length: int) -> None:
    params = {"for": length}
    Case("delay", Delay(params), params, per=per, ports=["in", "cancel"]).check(arrivals, until(arrivals, watched))


@thoroughly(500)
@given(coming("first", "then"), WATCHED, PERS, LENGTHS)
def test_a_sequence_is_matched_as_the_oracle_says(arrivals: list[Arrived], watched: int, per: str, within: int) -> None:
    params = {"within": within}
    case = Case("sequence", Sequence(params), params, per=per, ports=["first", "then"])
    case.check(arrivals, until(arrivals, watched))


def is_mode(mode: str) -> Callable[[Event], bool | Out]:
    """v == '...'"""
    return lambda event: event.data["v"] == mode if "v" in event.data else trouble("missing_field", event)


TESTS = {f"v == '{mode}'": is_mode(mode) for mode in ("off", "on", "hot")}
TRANSITIONS = st.fixed_dictionaries({"from": st.sampled_from([*STATES, "*"]), "to": st.sampled_from(STATES)}).flatmap(
    lambda ends: st.one_of(st.sampled_from(sorted(TESTS)).map(lambda test: {**ends, "when": test}),
                           LENGTHS.map(lambda after: {**ends, "after": after}))
)  # fmt: skip


@thoroughly(500)
@given(streams(MODES, lags=NO_DAY_OLD), WATCHED, PERS, st.lists(TRANSITIONS, min_size=2, max_size=5))
def test_a_state_machine_changes_as_the_oracle_says(
    arrivals: list[Arrived], watched: int, per: str, transitions: list[dict[str, Any]]
) -> None:
    params = {"states": STATES, "initial": "idle", "transitions": transitions}
    Case("state_machine", StateMachine(params, TESTS), params, per=per).check(arrivals, until(arrivals, watched))
