"""rename: what stays, what moves, and in which order."""

from typing import Any

import pytest

from nodes.kit.effect import Emit
from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.transform.rename import Rename


def renamed(data: dict[str, Any], *pairs: tuple[str, str], **params: Any) -> dict[str, Any]:
    node = Harness(Rename, {"fields": [{"from": old, "to": new} for old, new in pairs], **params})
    node.feed("0s", data)
    (made,) = node.yields
    assert isinstance(made, Emit)
    assert made.port == "out"
    return made.event.data


def test_a_field_gets_another_name_and_the_others_stay() -> None:
    assert renamed({"t": 1, "x": 2}, ("t", "temperature")) == {"temperature": 1, "x": 2}


def test_renamings_are_done_at_once() -> None:
    assert renamed({"a": 1, "b": 2}, ("a", "b"), ("b", "a")) == {"a": 2, "b": 1}
    assert renamed({"a": 1, "b": 2, "c": 3}, ("a", "b"), ("b", "c")) == {"b": 1, "c": 2}
    assert renamed({"a": 1}, ("a", "a")) == {"a": 1}


def test_a_missing_field_stays_missing_and_takes_nothing_away() -> None:
    assert renamed({"b": 2}, ("a", "b")) == {"b": 2}
    assert renamed({}, ("a", "b"), keep=["c"]) == {}
    assert renamed({"a": 1}, ("a", "b"), ("b", "a")) == {"b": 1}
    assert renamed({"a": 1}, drop=["b"]) == {"a": 1}


def test_null_is_a_value() -> None:
    assert renamed({"a": None, "b": 1}, ("a", "b")) == {"b": None}


def test_what_is_moved_replaces_a_field_of_that_name() -> None:
    assert renamed({"b": 2, "a": 1}, ("a", "b")) == {"b": 1}


def test_only_what_is_kept_or_renamed_stays() -> None:
    data = {"a": 1, "b": 2, "c": 3}
    assert renamed(data, keep=["a"]) == {"a": 1}
    assert renamed(data, ("b", "x"), keep=["a"]) == {"a": 1, "x": 2}
    assert renamed(data, ("b", "x"), keep=["b"]) == {"x": 2}


def test_keep_means_the_names_that_the_event_brings() -> None:
    assert renamed({"a": 1, "b": 2}, ("a", "b"), keep=["a"]) == {"b": 1}


def test_dropping_comes_before_renaming() -> None:
    assert renamed({"a": 1, "b": 2, "c": 3}, ("b", "a"), drop=["a"]) == {"a": 2, "c": 3}
    assert renamed({"a": 1, "b": 2}, drop=["a", "b"]) == {}


def test_a_value_inside_of_a_field_is_taken_out_to_the_top() -> None:
    data = {"o": {"t": 1, "h": 2, "deep": [{"x": 5}]}, "n": 0}
    assert renamed(data, ("o.t", "t"), ("o.deep.0.x", "x")) == {"o": {"h": 2, "deep": [{}]}, "n": 0, "t": 1, "x": 5}
    assert renamed(data, ("o.t", "t"), keep=["n"]) == {"n": 0, "t": 1}
    assert renamed(data, ("o.t", "o")) == {"n": 0, "o": 1}
    assert renamed(data, ("o.lost", "x")) == data
    assert data["o"] == {"t": 1, "h": 2, "deep": [{"x": 5}]}


def test_a_field_whose_name_has_a_dot_is_that_field() -> None:
    assert renamed({"o.t": 1, "o": {"t": 2}}, ("o.t", "t")) == {"o": {"t": 2}, "t": 1}


FIELDS = Shape({"t": FieldShape("number", "°C"), "d": FieldShape("number", "°C", True), "o": FieldShape("any")}, False)


def shape(known: Shape, *pairs: tuple[str, str], **params: Any) -> Shape:
    given = {"fields": [{"from": old, "to": new} for old, new in pairs], **params}
    return Harness(Rename, given, scope_of(shape=known)).shapes()["out"]


def test_types_and_units_go_with_the_field() -> None:
    out = shape(FIELDS, ("t", "d"), ("d", "rise"), ("o.x", "x"))
    assert out.fields == {
        "d": FieldShape("number", "°C"), "rise": FieldShape("number", "°C", True), "o": FieldShape("any"),
        "x": FieldShape("any"),
    }  # fmt: skip
    assert out.open is False


def test_with_a_list_to_keep_nothing_else_can_be_there() -> None:
    out = shape(Shape({"t": FieldShape("number")}), ("a", "b"), keep=["t", "lot"])
    assert out.fields == {"t": FieldShape("number"), "lot": FieldShape("any"), "b": FieldShape("any")}
    assert out.open is False
    assert shape(Shape({"t": FieldShape("number")}), drop=["t"]) == Shape({})


@pytest.mark.parametrize(
    ("pairs", "params", "found"),
    [
        ([("t", "x")], {}, []),
        ([("t", "d"), ("d", "t")], {}, []),
        ([("t", "d")], {"drop": ["d"]}, []),
        ([("t", "d")], {"keep": ["o"]}, []),
        ([("o.x", "x")], {}, []),
        ([("t", "d")], {}, [("not_unique", "/params/fields/0/to")]),
        ([("t", "d")], {"keep": ["d"]}, [("not_unique", "/params/fields/0/to")]),
        ([("t", "x"), ("d", "x")], {}, [("not_unique", "/params/fields/1/to")]),
        ([("t", "x"), ("t", "y")], {}, [("not_unique", "/params/fields/1/from")]),
        ([("t", "x")], {"drop": ["d", "t"]}, [("not_unique", "/params/drop/1")]),
        ([("lost", "x")], {}, [("unknown_field", "/params/fields/0/from")]),
        ([], {"keep": ["t", "lost"]}, [("unknown_field", "/params/keep/1")]),
        ([], {"drop": ["lost"]}, [("unknown_field", "/params/drop/0")]),
        ([("t", "device")], {}, [("reserved_name", "/params/fields/0/to")]),
    ],
)  # fmt: skip
def test_what_cannot_work_is_a_problem_with_its_place(pairs: Any, params: Any, found: list[tuple[str, str]]) -> None:
    given = {"fields": [{"from": old, "to": new} for old, new in pairs], **params}
    node = Harness(Rename, given, scope_of(shape=FIELDS))
    assert [(problem.code, problem.path) for problem in node.problems()] == found


def test_a_name_onto_a_field_that_is_kept_is_a_problem_even_where_no_field_is_known() -> None:
    node = Harness(Rename, {"fields": [{"from": "a", "to": "b"}], "keep": ["b"]})
    assert node.codes() == ["not_unique"]
    assert Harness(Rename, {"fields": [{"from": "a", "to": "b"}]}).codes() == []


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, "missing_key"),
        ({"fields": []}, "missing_key"),
        ({"keep": ["a"], "drop": ["b"]}, "choose_one"),
        ({"keep": []}, "too_short"),
        ({"fields": [{"from": "a", "to": "b c"}]}, "pattern"),
        ({"fields": [{"from": "a"}]}, "missing"),
    ],
)
def test_params_that_say_nothing_or_too_much_are_refused(params: Any, code: str) -> None:
    with pytest.raises(ValueError, match=code):
        Harness(Rename, params)
