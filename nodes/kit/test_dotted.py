"""dotted: taking out what lies inside of fields, and knowing whether it may be there."""

from typing import Any

import pytest

from nodes.kit.dotted import check_path, taken_out
from nodes.kit.shape import FieldShape, Shape

CLOSED = Shape({"a": FieldShape("any"), "n": FieldShape("number")}, open=False)


@pytest.mark.parametrize(
    ("data", "path", "left"),
    [
        ({"a": 1, "b": 2}, "a", {"b": 2}),
        ({"a": {"b": 1, "c": 2}}, "a.b", {"a": {"c": 2}}),
        ({"a": [{"b": 1, "c": 2}, 5]}, "a.0.b", {"a": [{"c": 2}, 5]}),
        ({"a.b": 1, "a": {"b": 2}}, "a.b", {"a": {"b": 2}}),
        ({"a": {"b.c": 1}}, "a.b.c", {"a": {"b.c": 1}}),
        ({"a": [1, 2]}, "a.0", {"a": [1, 2]}),
        ({"a": [1, 2]}, "a.7.x", {"a": [1, 2]}),
        ({"a": [1, 2]}, "a.2.x", {"a": [1, 2]}),
        ({"a": [0, {"x": 1}, 2, 3]}, "a.1.x", {"a": [0, {}, 2, 3]}),
        ({"a": 1}, "b", {"a": 1}),
        ({"a": 1}, "a.b", {"a": 1}),
        ({"a": 1}, "", {"a": 1}),
    ],
)
def test_only_what_stands_at_the_path_is_taken_out(data: Any, path: str, left: Any) -> None:
    before = repr(data)
    assert taken_out(data, path) == left
    assert repr(data) == before


def test_a_path_is_known_by_the_field_that_it_begins_with() -> None:
    assert list(check_path("a.b.c", "/f", CLOSED, "array")) == []
    assert list(check_path("x.y", "/f", Shape())) == []
    assert [p.code for p in check_path("x.y", "/f", CLOSED)] == ["unknown_field"]


def test_a_field_of_another_type_is_a_problem() -> None:
    (found,) = check_path("n", "/f", CLOSED, "array")
    assert (found.code, found.path, found.args) == (
        "wrong_type", "/f", {"field": "n", "found": "number", "expected": "array"},
    )  # fmt: skip
    assert list(check_path("n", "/f", CLOSED)) == []
    assert list(check_path("n", "/f", CLOSED, "string", "number")) == []
