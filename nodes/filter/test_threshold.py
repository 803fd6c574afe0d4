"""threshold: CONTRACTS section 2, word by word."""

from typing import Any

import pytest

from nodes.filter.threshold import Threshold
from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape

FIELDS = Shape({"t": FieldShape("number", "°C"), "name": FieldShape("string")}, False, "always", ("kiln",))


def threshold(**params: Any) -> Harness:
    return Harness(Threshold, {"field": "t", **params}, scope_of(shape=FIELDS))


def ports(params: dict[str, Any], *values: Any) -> list[str]:
    node = threshold(**params)
    for second, value in enumerate(values):
        node.feed(f"{second}s", {"t": value})
    return [port for port, _ in node.ports()]


@pytest.mark.parametrize(
    ("params", "inside", "outside"),
    [
        ({"above": 80}, [80.001, 1e300], [80, 79]),
        ({"at_least": 80}, [80, 81], [79.999]),
        ({"below": 5}, [4.999, -1e300], [5, 6]),
        ({"at_most": 5}, [5, 4], [5.001]),
        ({"between": [1, 3]}, [1, 2, 3], [0.999, 3.001]),
        ({"outside": [1, 3]}, [0.999, 3.001], [1, 2, 3]),
        ({"between": [2, 2]}, [2], [1.999]),
    ],
)
def test_each_comparison_includes_exactly_what_it_says(params: Any, inside: list[float], outside: list[float]) -> None:
    assert all(ports(params, value) == ["entered"] for value in inside)
    assert all(ports(params, value) == [] for value in outside)


def test_without_a_hold_it_fires_at_once_and_once() -> None:
    assert ports({"above": 80}, 81, 90, 82) == ["entered"]


def test_cleared_fires_once_and_only_after_an_entered() -> None:
    assert ports({"above": 80}, 70, 81, 70, 60, 81, 80) == ["entered", "cleared", "entered", "cleared"]


@pytest.mark.parametrize(
    ("params", "value", "still", "back"),
    [
        ({"above": 80, "margin": 2}, 81, 78.1, 78),
        ({"at_least": 80, "margin": 2}, 80, 78.1, 78),
        ({"below": 5, "margin": 2}, 4, 6.9, 7),
        ({"at_most": 5, "margin": 2}, 5, 6.9, 7),
        ({"between": [1, 3], "margin": 0.5}, 2, 3.4, 3.5),
        ({"between": [1, 3], "margin": 0.5}, 2, 0.6, 0.5),
        ({"outside": [1, 5], "margin": 0.5}, 6, 4.6, 4.5),
        ({"at_least": 80}, 80, 80, 79.9),
        ({"at_most": 5}, 5, 5, 5.1),
        ({"between": [1, 3]}, 2, 1, 0.9),
        ({"between": [1, 3]}, 2, 3, 3.1),
        ({"outside": [1, 3]}, 4, 3.1, 3),
        ({"outside": [1, 3]}, 0, 0.9, 1),
    ],
)
def test_cleared_needs_the_margin_past_the_limit(params: Any, value: float, still: float, back: float) -> None:
    assert ports(params, value, still) == ["entered"]
    assert ports(params, value, still, back) == ["entered", "cleared"]


def test_the_margin_acts_on_nothing_else() -> None:
    assert ports({"above": 80, "margin": 5}, 80.1) == ["entered"]
    node = threshold(above=80, margin=5, **{"for": "10s"})
    node.feed("0s", {"t": 81})
    node.feed("5s", {"t": 79})
    node.feed("6s", {"t": 81})
    node.advance("15s")
    assert node.ports() == []
    node.advance("16s")
    assert node.ports() == [("entered", 16)]


def test_a_hold_fires_at_its_end_even_in_silence_with_the_last_data() -> None:
    node = threshold(above=80, **{"for": "5m"})
    node.feed("0s", {"t": 85})
    node.feed("1m", {"t": 90})
    node.advance("4m59s")
    assert node.sent == []
    node.advance("5m")
    assert node.sent == [("entered", 300, {"t": 90})]


def test_a_hold_broken_at_exactly_its_end_does_not_fire() -> None:
    node = threshold(above=80, **{"for": "30s"})
    node.feed("0s", {"t": 85})
    node.feed("30s", {"t": 80})
    node.advance("10m")
    assert node.ports() == []


def test_a_hold_broken_after_its_end_has_fired_at_its_end() -> None:
    node = threshold(above=80, **{"for": "30s"})
    node.feed("0s", {"t": 85})
    node.feed("31s", {"t": 70})
    assert node.ports() == [("entered", 30), ("cleared", 31)]


def test_a_reading_that_is_missing_or_no_number_neither_starts_nor_breaks_a_hold() -> None:
    node = threshold(above=80, **{"for": "30s"})
    node.feed("0s", {"t": 85})
    for at, data in (("5s", {}), ("6s", {"t": "85"}), ("7s", {"t": True}), ("8s", {"t": None}), ("9s", {"t": [85]})):
        node.feed(at, data)
    node.advance("30s")
    assert node.ports() == [("entered", 30)]
    assert node.troubles() == ["missing_field", "wrong_type", "wrong_type", "missing_field", "wrong_type"]


def test_a_changed_hold_moves_its_pending_end() -> None:
    node = threshold(above=80, **{"for": "5m"})
    node.feed("0s", {"t": 85})
    node.change({"field": "t", "above": 80, "for": "1m"}, "30s")
    node.advance("1m")
    assert node.ports() == [("entered", 60)]


def test_a_changed_limit_acts_from_the_next_event() -> None:
    node = threshold(above=80)
    node.feed("0s", {"t": 75})
    node.change({"field": "t", "above": 70}, "1s")
    assert node.ports() == []
    node.feed("2s", {"t": 75})
    assert node.ports() == [("entered", 2)]


@pytest.mark.parametrize("params", [{}, {"above": 1, "below": 2}, {"above": 1, "between": [1, 2]}])
def test_exactly_one_comparison_is_needed(params: Any) -> None:
    with pytest.raises(ValueError, match="choose_one"):
        threshold(**params)


@pytest.mark.parametrize(
    ("params", "codes"),
    [
        ({"above": 1}, []),
        ({"field": "tt", "above": 1}, ["unknown_field"]),
        ({"field": "name", "above": 1}, ["wrong_type"]),
        ({"between": [3, 1]}, ["limits_swapped"]),
        ({"outside": [1, 3], "margin": 1.5}, ["margin_too_wide"]),
    ],
)
def test_what_cannot_work_is_a_problem(params: Any, codes: list[str]) -> None:
    assert threshold(**params).codes() == codes


def test_swapped_limits_and_a_mistyped_field_have_their_repair() -> None:
    assert threshold(between=[3, 1]).problems()[0].fix == {"path": "/params/between", "value": [1, 3]}
    scope = scope_of(shape=Shape({"temperature": FieldShape("number")}, False))
    node = Harness(Threshold, {"field": "temprature", "above": 1}, scope)
    assert node.problems()[0].fix == {"path": "/params/field", "value": "temperature"}


def test_several_readings_are_wanted_in_a_row_or_of_the_last_ones() -> None:
    assert ports({"above": 80, "times": 3}, 81, 82, 80, 81, 81, 81) == ["entered"]
    assert ports({"above": 80, "times": 3, "of": 5}, 81, 80, 81, 80, 81) == ["entered"]
    assert ports({"above": 80, "times": 2, "of": 3}, 81, 80, 80, 81) == []


def test_a_first_reading_over_the_limit_counts_or_waits() -> None:
    assert ports({"above": 80, "already": "wait"}, 81, 82, 79, 81) == ["entered"]
    assert ports({"above": 80, "already": "fire"}, 81) == ["entered"]


def test_a_silence_breaks_a_hold_only_where_the_longest_gap_says_so() -> None:
    for gap, fires in ((None, [("entered", 60)]), ("50s", []), ("60s", [("entered", 60)])):
        node = threshold(above=80, **{"for": "1m"}, **({"max_gap": gap} if gap else {}))
        node.feed("0s", {"t": 81})
        node.advance("2m")
        assert node.ports() == fires


def test_more_readings_than_are_looked_at_are_a_problem() -> None:
    assert threshold(above=80, times=5, of=3).codes() == ["out_of_range"]
    assert threshold(above=80, times=3, of=3).codes() == []
