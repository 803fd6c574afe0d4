"""condition: each event goes one way, or none when the expression has no value."""

import pytest

from nodes.filter.condition import Condition
from nodes.kit.harness import SAMPLE, Harness, scope_of
from nodes.kit.shape import FieldShape, Shape

FIELDS = Shape({"t": FieldShape("number", "°C"), "door": FieldShape("string")}, False, "always", ("kiln",))


def condition(expr: str, shape: Shape = FIELDS) -> Harness:
    return Harness(Condition, {"expr": expr}, scope_of(shape=shape, registry=SAMPLE, limit=80))


def test_an_event_goes_on_unchanged_by_true_or_false() -> None:
    node = condition("t > 80.0 && door == 'open'")
    node.feed("1s", {"t": 81, "door": "open", "x": 1})
    node.feed("2s", {"t": 81, "door": "closed"})
    assert node.sent == [("true", 1, {"t": 81, "door": "open", "x": 1}), ("false", 2, {"t": 81, "door": "closed"})]


def test_devices_attributes_and_settings_can_be_named() -> None:
    node = condition("device.hall == 'A' && t >= settings.limit")
    node.feed("1s", {"t": 80}, device="kiln-1")
    assert node.ports() == [("true", 1)]


@pytest.mark.parametrize("data", [{}, {"t": None}, {"t": "81"}])
def test_an_event_without_a_value_goes_neither_way_and_is_a_trouble(data: dict[str, object]) -> None:
    node = condition("t > 80.0")
    node.feed("1s", data)
    assert node.sent == []
    assert len(node.troubles()) == 1


def test_a_result_that_is_no_truth_value_is_a_problem_before_or_a_trouble_after() -> None:
    assert Harness.problems_of(Condition, {"expr": "t + 1.0"}, scope_of(shape=FIELDS)) == ["expression_result"]
    node = condition("free", Shape())
    node.feed("1s", {"free": 5})
    assert node.sent == []
    assert len(node.troubles()) == 1


@pytest.mark.parametrize("expr", ["t >", "tt > 1.0", "door > 1.0", "nosuch(t)", "import os"])
def test_an_expression_that_cannot_work_is_a_problem(expr: str) -> None:
    assert len(Harness.problems_of(Condition, {"expr": expr}, scope_of(shape=FIELDS))) == 1
