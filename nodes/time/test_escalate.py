"""escalate: the alarm at once, levels while nobody acknowledges, and one end."""

from typing import Any

import msgspec
import pytest

from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.time.escalate import Escalate


def node(after: str = "10s", **params: Any) -> Harness:
    return Harness(Escalate, {"after": after, **params})


def levels(which: Harness) -> list[tuple[str, float, int]]:
    return [(port, at, data["level"]) for port, at, data in which.sent]


def test_the_alarm_goes_out_at_once_and_further_up_after_the_time() -> None:
    which = node()
    which.feed("1s", {"x": 1})
    which.advance("10.999s")
    assert which.sent == [("first", 1, {"x": 1, "level": 0})]
    which.advance("11s")
    assert which.sent[1:] == [("escalated", 11, {"x": 1, "level": 1})]


def test_one_level_is_the_last_unless_there_are_more() -> None:
    which = node()
    which.feed("0s")
    which.advance("1h")
    assert levels(which) == [("first", 0, 0), ("escalated", 10, 1)]


def test_further_levels_come_again_after_the_same_time_or_their_own_up_to_the_most() -> None:
    which = node(most=3)
    which.feed("0s")
    which.advance("1h")
    assert levels(which) == [("first", 0, 0), ("escalated", 10, 1), ("escalated", 20, 2), ("escalated", 30, 3)]
    other = node(most=3, again="4s")
    other.feed("0s")
    other.advance("1h")
    assert levels(other) == [("first", 0, 0), ("escalated", 10, 1), ("escalated", 14, 2), ("escalated", 18, 3)]


def test_an_acknowledgement_ends_the_wait_once_with_level_and_seconds() -> None:
    which = node(most=2)
    which.feed("1s", {"x": 1})
    which.feed("16.5s", {"by": "sato"}, port="acknowledge")
    which.feed("17s", {"by": "ito"}, port="acknowledge")
    which.advance("1h")
    assert which.sent[-1] == ("acknowledged", 16.5, {"by": "sato", "level": 1, "waited": 15.5})
    assert [port for port, _ in which.ports()] == ["first", "escalated", "acknowledged"]


def test_after_the_last_level_the_alarm_still_waits_for_its_acknowledgement() -> None:
    which = node()
    which.feed("0s")
    which.feed("1m")
    which.feed("2m", port="acknowledge")
    assert levels(which) == [("first", 0, 0), ("escalated", 10, 1), ("acknowledged", 120, 1)]


@pytest.mark.parametrize("port", ["acknowledge", "clear"])
def test_at_exactly_the_time_of_a_level_the_end_comes_first(port: str) -> None:
    which = node()
    which.feed("0s")
    which.feed("10s", port=port)
    which.advance("1h")
    assert "escalated" not in [sent for sent, _ in which.ports()]
    other = node()
    other.feed("0s")
    other.feed("10.001s", port=port)
    assert levels(other)[1] == ("escalated", 10, 1)


def test_a_clear_ends_the_wait_silently_and_its_acknowledgement_comes_to_nothing() -> None:
    which = node()
    which.feed("0s")
    which.feed("5s", port="clear")
    which.feed("6s", port="acknowledge")
    which.advance("1h")
    assert levels(which) == [("first", 0, 0)]


@pytest.mark.parametrize("port", ["acknowledge", "clear"])
def test_where_nothing_waits_they_do_nothing(port: str) -> None:
    which = node()
    which.feed("0s", port=port)
    which.advance("1m")
    assert which.yields == []


def test_a_further_alarm_while_one_waits_only_renews_the_data() -> None:
    which = node()
    which.feed("0s", {"x": 1})
    which.feed("9s", {"x": 2})
    which.advance("1h")
    assert which.sent == [("first", 0, {"x": 1, "level": 0}), ("escalated", 10, {"x": 2, "level": 1})]


@pytest.mark.parametrize("port", ["acknowledge", "clear"])
def test_after_the_end_the_next_alarm_is_a_new_one(port: str) -> None:
    which = node()
    which.feed("0s")
    which.feed("15s", port=port)
    which.feed("15s")
    which.advance("25s")
    assert levels(which)[-2:] == [("first", 15, 0), ("escalated", 25, 1)]


def test_a_changed_time_moves_the_alarm_that_waits() -> None:
    which = node("1m")
    which.feed("5s")
    which.change({"after": "20s"}, "10s")
    which.advance("1h")
    assert levels(which) == [("first", 5, 0), ("escalated", 25, 1)]


def test_a_changed_time_between_levels_counts_from_the_last_level() -> None:
    which = node("10s", most=3, again="1m")
    which.feed("0s")
    which.advance("15s")
    which.change({"after": "10s", "most": 3, "again": "20s"}, "15s")
    which.advance("35s")
    assert levels(which)[1:] == [("escalated", 10, 1), ("escalated", 30, 2)]


def test_more_levels_go_on_after_the_last_one_and_fewer_end_them() -> None:
    which = node()
    which.feed("0s")
    which.advance("12s")
    which.change({"after": "10s", "most": 2}, "12s")
    which.advance("1h")
    assert levels(which)[1:] == [("escalated", 10, 1), ("escalated", 20, 2)]
    other = node(most=3)
    other.feed("0s")
    other.advance("12s")
    other.change({"after": "10s", "most": 1}, "12s")
    other.advance("1h")
    assert levels(other)[1:] == [("escalated", 10, 1)]


def test_a_change_while_nothing_waits_sets_no_timer() -> None:
    which = node()
    which.change({"after": "1s"}, "0s")
    assert which.yields == []


def test_an_acknowledgement_that_is_older_than_the_alarm_is_late() -> None:
    which = node(per="all")
    which.feed("10s")
    which.feed("9.999s", port="acknowledge", device="button")
    which.advance("20s")
    assert which.troubles() == ["late"]
    assert levels(which) == [("first", 10, 0), ("escalated", 20, 1)]


def test_an_acknowledgement_that_is_only_overtaken_by_readings_counts() -> None:
    which = node(per="all")
    which.feed("0s")
    which.feed("8s")
    which.feed("7s", port="acknowledge", device="button")
    which.advance("1m")
    assert which.sent[1] == ("acknowledged", 7, {"level": 0, "waited": 7})
    assert which.troubles() == []


@pytest.mark.parametrize(("port", "sent"), [("clear", 0), ("acknowledge", 1)])
def test_an_alarm_that_was_overtaken_by_its_clear_is_late_but_nobody_can_have_acknowledged_it(
    port: str, sent: int
) -> None:
    which = node()
    which.feed("10s", port=port)
    which.feed("9s")
    assert len(which.sent) == sent
    assert which.troubles() == ["late"] * (1 - sent)


def test_an_alarm_older_than_the_end_of_the_last_wait_is_late() -> None:
    which = node()
    which.feed("0s")
    which.feed("10s", port="acknowledge")
    which.feed("5s")
    assert (which.troubles(), len(which.sent)) == (["late"], 2)


def test_the_levels_of_an_alarm_that_comes_late_count_from_the_newest_event() -> None:
    which = node(per="all", most=2)
    which.feed("1h", port="acknowledge", device="button")
    which.feed("1m")
    which.advance("1h25s")
    assert levels(which) == [("first", 60, 0), ("escalated", 3610, 1), ("escalated", 3620, 2)]


def test_any_data_is_carried_and_fields_of_the_same_names_are_replaced() -> None:
    which = node()
    which.feed("0s", {"level": "high", "big": 10**30, "none": None}, device=None)
    which.feed("1s", {"waited": True}, port="acknowledge")
    assert which.sent == [
        ("first", 0, {"level": 0, "big": 10**30, "none": None}),
        ("acknowledged", 1, {"waited": 1, "level": 0}),
    ]


@pytest.mark.parametrize(
    "params",
    [{}, {"after": "0s"}, {"after": "1m", "again": "0s"}, {"after": "1m", "most": 0}, {"after": "1m", "most": 11}],
)
def test_params_that_make_no_sense_are_refused(params: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Harness(Escalate, params)
    Harness(Escalate, {"after": "1m", "again": "1s", "most": 10})


def test_alarms_carry_the_level_and_acknowledgements_also_the_seconds() -> None:
    scope = scope_of(shape=Shape({"t": FieldShape("number", "°C")}, False))
    scope = msgspec.structs.replace(scope, shapes={"acknowledge": Shape({"by": FieldShape("string")}, False)})
    shapes = Harness(Escalate, {"after": "1m"}, scope).shapes()
    assert set(shapes["first"].fields) == set(shapes["escalated"].fields) == {"t", "level"}
    assert set(shapes["acknowledged"].fields) == {"by", "level", "waited"}
    assert shapes["acknowledged"].fields["waited"] == FieldShape("number", "s")


def test_after_time_in_which_the_flow_did_not_run_one_level_goes_out_and_the_next_waits_its_whole_time() -> None:
    which = node(after="10m", most=3)
    which.feed("0s", {"x": 1})
    which.resume("2h")
    assert [port for port, _ in which.ports()] == ["first", "escalated"]
    which.advance("2h9m59s")
    assert len(which.sent) == 2
    which.advance("2h10m")
    assert which.sent[-1][2]["level"] == 2
