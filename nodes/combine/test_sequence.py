"""sequence: first, then then, within a time."""

from typing import Any

import msgspec
import pytest

from nodes.combine.sequence import Sequence
from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape


def sequence(within: str = "1m", **params: Any) -> Harness:
    return Harness(Sequence, {"within": within, **params})


def feed(node: Harness, *given: tuple[str, str]) -> Harness:
    """Events (at, port), each with its number as data, from one device per input."""
    for number, (at, port) in enumerate(given):
        node.feed(at, {"n": number}, port=port, device=port)
    return node


def test_a_then_in_time_matches_and_carries_the_first_and_the_time_between() -> None:
    node = feed(sequence(), ("0s", "first"), ("42.5s", "then"))
    node.advance("10m")
    assert node.sent == [("matched", 42.5, {"n": 1, "first": {"n": 0}, "elapsed": 42.5})]


@pytest.mark.parametrize(
    ("at", "ports"),
    [("0s", ["matched"]), ("59.999s", ["matched"]), ("1m", ["matched"]), ("1m0.001s", ["missing", "unexpected"])],
)
def test_a_then_matches_up_to_exactly_the_end(at: str, ports: list[str]) -> None:
    node = feed(sequence(), ("0s", "first"), (at, "then"))
    node.advance("10m")
    assert [port for port, _ in node.ports()] == ports


def test_without_a_then_it_is_missing_at_the_end_with_the_data_of_the_first() -> None:
    node = feed(sequence(), ("10s", "first"))
    node.advance("1m9.999s")
    assert node.sent == []
    node.advance("10m")
    assert node.sent == [("missing", 70, {"n": 0})]


def test_a_then_with_none_waiting_is_unexpected_before_the_first_and_after_a_match() -> None:
    node = feed(sequence(), ("0s", "then"), ("1s", "first"), ("2s", "then"), ("3s", "then"))
    assert node.sent[0] == ("unexpected", 0, {"n": 0})
    assert [port for port, _ in node.ports()] == ["unexpected", "matched", "unexpected"]


def test_a_further_first_is_ignored_and_the_wait_goes_on_from_the_first_one() -> None:
    node = feed(sequence(), ("0s", "first"), ("50s", "first"), ("1m", "first"))
    node.advance("10m")
    assert node.sent == [("missing", 60, {"n": 0})]


def test_the_next_first_waits_again_after_a_match_and_after_a_miss() -> None:
    node = feed(sequence(), ("0s", "first"), ("1s", "then"), ("2s", "first"), ("3s", "then"), ("10s", "first"))
    node.advance("1m10s")
    feed(node, ("2m", "first"), ("2m1s", "then"))
    assert [port for port, _ in node.ports()] == ["matched", "matched", "missing", "matched"]


def test_a_then_from_before_the_one_that_waits_does_not_match_it() -> None:
    node = feed(sequence(), ("10s", "first"), ("9.999s", "then"))
    node.advance("10m")
    assert node.ports() == [("unexpected", 9.999), ("missing", 70)]


def test_an_event_older_than_one_of_the_same_device_on_the_same_input_is_late() -> None:
    node = feed(sequence(), ("10s", "first"), ("20s", "then"), ("9s", "first"), ("19s", "then"))
    node.advance("10m")
    assert node.ports() == [("matched", 20)]
    assert node.troubles() == ["late", "late"]


def test_of_different_devices_an_older_event_counts() -> None:
    node = sequence(per="all")
    node.feed("20s", {}, port="first", device="a")
    node.feed("25s", {}, port="then", device="b")
    node.feed("15s", {}, port="first", device="c")
    node.advance("10m")
    assert node.ports() == [("matched", 25), ("missing", 75)]
    assert node.troubles() == []


def test_one_device_on_both_inputs_has_a_newest_time_on_each() -> None:
    node = sequence()
    for at, port in (("10s", "first"), ("20s", "then"), ("21s", "first"), ("20.5s", "then")):
        node.feed(at, {}, port=port, device="d")
    assert node.ports() == [("matched", 20), ("unexpected", 20.5)]
    assert node.troubles() == []


def test_the_newest_then_alone_decides_whether_a_first_comes_after_its_own() -> None:
    node = sequence("5s", per="all")
    for at, port, device in (("12s", "then", "b"), ("9s", "then", "c"), ("11s", "first", "a")):
        node.feed(at, {}, port=port, device=device)
    node.advance("10m")
    assert node.ports() == [("unexpected", 12), ("unexpected", 9)]
    assert node.troubles() == ["late"]


def test_a_first_that_comes_after_its_own_then_is_late_instead_of_missing() -> None:
    node = feed(sequence(), ("12s", "then"), ("11s", "first"))
    node.advance("10m")
    assert node.ports() == [("unexpected", 12)]
    assert node.troubles() == ["late"]


@pytest.mark.parametrize(("at", "missing"), [("12s", True), ("11s", False), ("2s", False), ("1.999s", True)])
def test_a_late_first_waits_where_the_then_before_it_could_not_have_matched(at: str, missing: bool) -> None:
    node = feed(sequence("10s"), ("12s", "then"), (at, "first"))
    node.advance("10m")
    assert ("missing" in [port for port, _ in node.ports()]) is missing


def test_events_without_a_device_go_by_the_input_that_they_come_to() -> None:
    node = sequence()
    for at, port in (("10s", "first"), ("20s", "then"), ("19s", "then")):
        node.feed(at, {}, port=port, device=None)
    assert node.ports() == [("matched", 20)]
    assert node.troubles() == ["late"]


@pytest.mark.parametrize(("within", "at"), [("30s", 30), ("5m", 300)])
def test_another_time_moves_the_end_of_the_wait(within: str, at: float) -> None:
    node = feed(sequence(), ("0s", "first"))
    node.change({"within": within}, "20s")
    node.advance("10m")
    assert node.ports() == [("missing", at)]


def test_another_time_while_none_waits_changes_nothing() -> None:
    node = sequence()
    node.change({"within": "5m"}, "20s")
    assert node.yields == []


@pytest.mark.parametrize("params", [{}, {"within": "0s"}, {"within": 5}, {"within": "soon"}])
def test_a_time_is_needed(params: Any) -> None:
    with pytest.raises(ValueError):
        Harness(Sequence, params)


def test_both_inputs_need_a_wire() -> None:
    scope = msgspec.structs.replace(scope_of(), shapes={"first": Shape()})
    node = Harness(Sequence, {"within": "1m"}, scope)
    assert [(problem.code, problem.args) for problem in node.problems()] == [("missing_key", {"key": "then"})]


def test_each_output_has_the_shape_of_the_input_that_it_comes_from() -> None:
    first, then = Shape({"x": FieldShape("number")}, False), Shape({"y": FieldShape("string")}, False)
    scope = msgspec.structs.replace(scope_of(shape=first), shapes={"first": first, "then": then})
    shapes = Sequence.shapes(Sequence.Params.model_validate({"within": "1m"}), scope)
    assert (shapes["missing"], shapes["unexpected"]) == (first, then)
    assert set(shapes["matched"].fields) == {"y", "first", "elapsed"}
    assert shapes["matched"].fields["elapsed"] == FieldShape("number", "s")
