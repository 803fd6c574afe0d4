"""counter: increases through overflow and restart."""

from typing import Any

import pytest

from nodes.kit.effect import Trouble
from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.window.counter import Counter


def fed(*values: Any, **params: Any) -> Harness:
    node = Harness(Counter, {"field": "x", **params})
    for second, value in enumerate(values):
        node.feed(f"{second}s", {"x": value})
    return node


def counted(node: Harness) -> list[tuple[float, float]]:
    return [(data["increase"], data["total"]) for port, _, data in node.sent if port == "out"]


def test_the_first_reading_adds_nothing_and_each_further_one_its_difference() -> None:
    assert counted(fed(100, 103, 103, 110)) == [(0, 0), (3, 3), (0, 3), (7, 10)]


def test_the_factor_makes_amounts_of_pulses_without_dust() -> None:
    assert counted(fed(*range(11), factor=0.1))[-1] == (pytest.approx(0.1), 1.0)


def test_a_reading_below_the_one_before_is_a_restart() -> None:
    node = fed(100, 105, 2, 4)
    assert counted(node) == [(0, 0), (5, 5), (2, 7), (2, 9)]
    assert [at for port, at in node.ports() if port == "restarted"] == [2]


def test_where_the_counter_wraps_a_short_way_over_the_wrap_is_an_overflow() -> None:
    node = fed(95, 5, wrap_at=100)
    assert counted(node) == [(0, 0), (10, 10)]
    assert counted(fed(60, 10, wrap_at=100))[-1] == (50, 50)
    assert counted(fed(60, 11, wrap_at=100))[-1] == (11, 11)
    assert counted(fed(105, 5, wrap_at=100))[-1] == (5, 5)
    assert all(port == "out" for port, _ in node.ports())


def test_a_step_that_cannot_be_true_is_a_problem_and_counting_goes_on_from_there() -> None:
    node = fed(0, 10, 1_000, 1_004, max_step=10)
    assert counted(node) == [(0, 0), (10, 10), (4, 14)]
    assert node.troubles() == ["value_out_of_range"]


def test_a_reset_begins_the_total_anew_and_keeps_the_place() -> None:
    node = fed(5, 9)
    node.feed("2s", {}, port="reset")
    node.feed("3s", {"x": 12})
    assert counted(node)[-1] == (3, 3)


def test_what_is_no_count_is_a_problem_and_changes_nothing() -> None:
    node = fed(5, None, "9", True, -1, 1e200, 7)
    assert node.troubles() == ["missing_field", "wrong_type", "wrong_type", "value_out_of_range", "value_out_of_range"]
    assert counted(node) == [(0, 0), (2, 2)]
    negative = [made for made in node.yields if isinstance(made, Trouble)][3]
    assert negative.args == {"field": "x", "value": -1, "min": 0}
    assert counted(fed(0, 1e150)) == [(0, 0), (1e150, 1e150)]


def test_shapes_and_checks() -> None:
    scope = scope_of(shape=Shape({"x": FieldShape("integer", "L"), "name": FieldShape("string")}, open=False))

    def unit(**params: Any) -> str | None:
        return Harness(Counter, {"field": "x", **params}, scope).shapes()["out"].fields["total"].unit

    assert (unit(), unit(factor=2), unit(factor=2, unit="m³")) == ("L", None, "m³")
    assert Harness.problems_of(Counter, {"field": "name"}, scope) == ["wrong_type"]
