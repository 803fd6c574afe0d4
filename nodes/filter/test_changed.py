"""changed: what counts as a change."""

from typing import Any

import pytest

from nodes.filter.changed import Changed
from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape


def passed(*values: Any, **params: Any) -> list[float]:
    node = Harness(Changed, {"fields": ["v"], **params})
    for second, value in enumerate(values):
        node.feed(f"{second}s", {"v": value})
    return [at for _, at in node.ports()]


def test_the_first_value_is_only_remembered_unless_it_is_wanted() -> None:
    assert passed("a") == []
    assert passed("a", first=True) == [0]


def test_only_a_value_that_differs_from_the_last_passes() -> None:
    assert passed("a", "a", "b", "b", "a") == [2, 4]


@pytest.mark.parametrize(("before", "after"), [(5, 5.0), ({"a": [1]}, {"a": [1.0]}), (0.0, -0.0)])
def test_equal_values_are_no_change(before: Any, after: Any) -> None:
    assert passed(before, after) == []


@pytest.mark.parametrize(
    ("before", "after"), [(1, True), (0, False), ("1", 1), ([1], [1, 2]), ({"a": 1}, {"a": True}), ([True], [1])]
)
def test_values_of_another_type_or_content_are_a_change(before: Any, after: Any) -> None:
    assert passed(before, after) == [1]


def test_a_missing_field_keeps_its_last_value_and_is_a_trouble() -> None:
    node = Harness(Changed, {"fields": ["v", "w"]})
    node.feed("0s", {"v": 1, "w": 1})
    node.feed("1s", {"w": 1})
    node.feed("2s", {"v": 1, "w": 1})
    assert node.sent == []
    node.feed("3s", {"w": 2})
    assert node.ports() == [("out", 3)]
    assert node.troubles() == ["missing_field", "missing_field"]


def test_an_unknown_field_is_a_problem_with_its_place() -> None:
    scope = scope_of(shape=Shape({"lot": FieldShape("string")}, False))
    (problem,) = Harness(Changed, {"fields": ["lot", "lots"]}, scope).problems()
    assert (problem.code, problem.path) == ("unknown_field", "/params/fields/1")
    assert problem.fix == {"path": "/params/fields/1", "value": "lot"}
