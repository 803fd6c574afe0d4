"""holds: the rules of the hold, by an expression."""

from typing import Any

from nodes.filter.holds import Holds
from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape

FIELDS = Shape({"x": FieldShape("number"), "door": FieldShape("string")}, False, "always", ("kiln",))


def holds(**params: Any) -> Harness:
    return Harness(Holds, {"expr": "x > 5.0", **params}, scope_of(shape=FIELDS))


def fed(node: Harness, *values: float, every: int = 1) -> Harness:
    for number, value in enumerate(values):
        node.feed(f"{number * every}s", {"x": value})
    return node


def test_it_enters_at_once_and_clears_with_the_first_event_for_which_it_is_false() -> None:
    assert fed(holds(), 6, 7, 5, 4, 6).ports() == [("entered", 0), ("cleared", 2), ("entered", 4)]


def test_a_hold_fires_at_its_start_plus_its_length_and_not_when_broken_at_exactly_that_time() -> None:
    node = holds(**{"for": "3s"})
    fed(node, 6, 6)
    node.advance("3s")
    assert node.ports() == [("entered", 3)]
    assert fed(holds(**{"for": "3s"}), 6, 6, 6, 5).ports() == []


def test_after_it_was_cleared_it_holds_and_fires_again() -> None:
    node = holds(**{"for": "2s"})
    fed(node, 6, 6, 6, 5, 6, 6, 6)
    node.advance("6s")
    assert node.ports() == [("entered", 2), ("cleared", 3), ("entered", 6)]


def test_so_many_readings_in_a_row() -> None:
    assert fed(holds(times=3), 6, 6, 5, 6, 6, 6, 6).ports() == [("entered", 5)]


def test_so_many_of_the_last_readings() -> None:
    assert fed(holds(times=3, of=5), 6, 5, 6, 5, 5, 6, 6).ports() == [("entered", 6)]
    assert fed(holds(times=3, of=5), 6, 6, 5, 5, 5, 6).ports() == []


def test_after_a_clear_readings_are_counted_anew() -> None:
    assert fed(holds(times=2, of=3), 6, 6, 5, 6, 6).ports() == [("entered", 1), ("cleared", 2), ("entered", 4)]


def test_a_hold_begins_when_enough_readings_meet_it() -> None:
    node = fed(holds(times=2, **{"for": "5s"}), 6, 6)
    node.advance("10s")
    assert node.ports() == [("entered", 6)]


def test_a_silence_longer_than_the_gap_breaks_the_hold() -> None:
    params = {"for": "30s", "max_gap": "10s"}
    node = holds(**params)
    fed(node, 6, 6, 6, every=10)
    node.advance("30s")
    assert node.ports() == [("entered", 30)]
    node = holds(**params)
    for at in ("0s", "10s", "20.001s", "30.001s", "40.001s"):
        node.feed(at, {"x": 6})
    node.advance("50s")
    assert node.ports() == []
    node.advance("50.001s")
    assert node.ports() == [("entered", 50.001)]


def test_without_a_reading_for_longer_than_the_gap_a_due_hold_does_not_fire() -> None:
    node = holds(**{"for": "30s", "max_gap": "10s"})
    fed(node, 6, 6, every=10)
    node.advance("2m")
    assert node.ports() == []
    node.feed("3m", {"x": 6})
    node.advance("4m")
    assert node.ports() == []


def test_a_gap_ends_no_state_that_was_entered_and_forgets_counted_readings() -> None:
    node = holds(max_gap="10s")
    node.feed("0s", {"x": 6})
    node.feed("1m", {"x": 6})
    node.feed("2m", {"x": 1})
    assert node.ports() == [("entered", 0), ("cleared", 120)]
    assert fed(holds(max_gap="10s", times=2), 6, 6, every=11).ports() == []
    assert fed(holds(max_gap="10s", times=2), 6, 6, every=10).ports() == [("entered", 10)]


def test_what_is_already_true_at_the_start_counts_or_waits() -> None:
    assert fed(holds(already="fire"), 6).ports() == [("entered", 0)]
    assert fed(holds(already="wait"), 6, 7, 5, 6).ports() == [("entered", 3)]
    assert fed(holds(already="wait"), 5, 6).ports() == [("entered", 1)]


def test_an_expression_without_a_value_neither_starts_nor_breaks_a_hold() -> None:
    node = holds(**{"for": "3s"})
    node.feed("0s", {"x": 6})
    node.feed("1s", {})
    node.feed("2s", {"x": "hot"})
    node.advance("3s")
    assert node.ports() == [("entered", 3)]
    assert len(node.troubles()) == 2


def test_a_changed_hold_ends_at_its_start_plus_the_new_length() -> None:
    node = holds(**{"for": "10s"})
    node.feed("0s", {"x": 6})
    node.change({"expr": "x > 5.0", "for": "4s"}, "1s")
    node.advance("4s")
    assert node.ports() == [("entered", 4)]


def test_problems_are_told() -> None:
    assert holds(times=3, of=2).codes() == ["out_of_range"]
    assert Harness.problems_of(Holds, {"expr": "x + 1.0"}, scope_of(shape=FIELDS)) != []
    assert Harness.problems_of(Holds, {"expr": "y > 1.0"}, scope_of(shape=FIELDS)) != []
