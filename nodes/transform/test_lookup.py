"""lookup: which row is found, what is added, and what has no row."""

from typing import Any

import msgspec
import pytest

from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.things import Registry, Table
from nodes.transform.lookup import Lookup

PARTS = {
    "id": "parts",
    "key": "code",
    "columns": [
        {"name": "code", "type": "string"},
        {"name": "limit", "type": "number", "unit": "°C"},
        {"name": "line", "type": "integer"},
        {"name": "coated", "type": "boolean"},
    ],
    "rows": [["A-1", 80.5, 1, True], [" A-2 ", 90, None, False], ["5", 0, 5, False]],
}
ERRORS = {
    "id": "errors",
    "key": "number",
    "columns": [{"name": "number", "type": "number"}, {"name": "time", "type": "string"}],
    "rows": [[5, "five"], [0.5, "half"], [2**53 + 1, "large"], [0, "none"], [1, "one"]],
}
FLAGS = {
    "id": "flags",
    "key": "on",
    "columns": [{"name": "on", "type": "boolean"}, {"name": "word"}],
    "rows": [[True, "running"], [False, "standing"]],
}
EMPTY = {"id": "empty", "key": "code", "columns": [{"name": "code"}, {"name": "word"}]}
REGISTRY = Registry(tables={t["id"]: msgspec.convert(t, Table) for t in (PARTS, ERRORS, FLAGS, EMPTY)})
FIELDS = Shape(
    {
        "p": FieldShape("string"),
        "n": FieldShape("integer"),
        "b": FieldShape("boolean"),
        "any": FieldShape("any"),
        "where": FieldShape("location"),
    },
    open=False,
)


def lookup(table: str = "parts", field: str = "p", registry: Registry | None = REGISTRY, **params: Any) -> Harness:
    return Harness(Lookup, {"table": table, "field": field, **params}, scope_of(shape=FIELDS, registry=registry))


def sent(node: Harness, data: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    node.feed("0s", data)
    port, _, found = node.sent[-1]
    return port, found


def test_all_columns_but_the_key_are_added() -> None:
    found = sent(lookup(), {"p": "A-1", "x": 1})
    assert found == ("out", {"p": "A-1", "x": 1, "limit": 80.5, "line": 1, "coated": True})


def test_take_adds_only_what_it_names_and_may_name_the_key() -> None:
    assert sent(lookup(take=["limit"]), {"p": "A-1"}) == ("out", {"p": "A-1", "limit": 80.5})
    assert sent(lookup(take=["coated", "code"]), {"p": "A-1 "})[1] == {"p": "A-1 ", "coated": True, "code": "A-1"}


def test_fields_of_the_same_names_are_replaced() -> None:
    assert sent(lookup(take=["limit"]), {"p": "A-1", "limit": "old"})[1]["limit"] == 80.5


def test_an_empty_cell_removes_the_field() -> None:
    found = sent(lookup(), {"p": "A-2", "line": 7})
    assert found == ("out", {"p": "A-2", "limit": 90, "coated": False})


@pytest.mark.parametrize("text", ["A-1", " A-1", "A-1\n", "\u3000A-1\t"])
def test_texts_are_compared_without_the_white_space_around_them(text: str) -> None:
    assert sent(lookup(take=["line"]), {"p": text}) == ("out", {"p": text, "line": 1})


def test_white_space_around_a_key_of_the_table_does_not_count_either() -> None:
    assert sent(lookup(take=["limit"]), {"p": "A-2"})[0] == "out"


@pytest.mark.parametrize("value", ["a-1", "A-1x", "A -1", "", "  ", "A-3", 5, 5.0, True])
def test_what_is_not_in_the_table_goes_to_missing_as_it_is(value: Any) -> None:
    node = lookup()
    assert sent(node, {"p": value, "limit": "own"}) == ("missing", {"p": value, "limit": "own"})
    assert not node.troubles()


@pytest.mark.parametrize(
    ("value", "word"), [(5, "five"), (5.0, "five"), (0.5, "half"), (2**53 + 1, "large"), (0, "none"), (-0.0, "none")]
)
def test_numbers_are_compared_by_value(value: float, word: str) -> None:
    assert sent(lookup("errors", "n"), {"n": value}) == ("out", {"n": value, "time": word})


@pytest.mark.parametrize("value", ["5", 5.000001, 2**53, 10**400, True, False])
def test_a_text_a_near_number_and_true_are_not_that_number(value: Any) -> None:
    assert sent(lookup("errors", "n"), {"n": value})[0] == "missing"


def test_true_and_false_may_be_keys() -> None:
    assert sent(lookup("flags", "b"), {"b": True}) == ("out", {"b": True, "word": "running"})
    assert sent(lookup("flags", "b"), {"b": 1})[0] == "missing"


@pytest.mark.parametrize(
    ("data", "code"),
    [({}, "missing_field"), ({"p": None}, "missing_field"), ({"p": ["A-1"]}, "wrong_type"), ({"p": {}}, "wrong_type")],
)
def test_an_event_without_a_value_to_look_up_goes_no_further(data: dict[str, Any], code: str) -> None:
    node = lookup()
    node.feed("0s", data)
    assert node.troubles() == [code]
    assert not node.sent


@pytest.mark.parametrize("data", [{"p": "A-1"}, {}, {"p": ["A-1"]}])
def test_without_a_registry_or_the_table_everything_goes_to_missing(data: dict[str, Any]) -> None:
    for node in (lookup(registry=None), lookup(registry=Registry())):
        assert sent(node, data) == ("missing", data)
        assert not node.troubles()


def test_in_a_table_without_rows_nothing_is_found() -> None:
    assert sent(lookup("empty"), {"p": "A-1"}) == ("missing", {"p": "A-1"})


def test_the_event_that_came_in_is_not_changed() -> None:
    data = {"p": "A-1"}
    sent(lookup(), data)
    assert data == {"p": "A-1"}


def test_another_table_may_be_chosen_while_it_runs() -> None:
    node = lookup("errors", "any")
    node.change({"table": "parts", "field": "any", "take": ["line"]}, "1s")
    assert sent(node, {"any": "A-1"}) == ("out", {"any": "A-1", "line": 1})


def test_what_is_found_has_the_types_and_units_of_the_columns_and_what_is_missing_stays() -> None:
    shapes = lookup().shapes()
    assert shapes["out"].fields["limit"] == FieldShape("number", "°C")
    assert shapes["out"].fields["line"] == FieldShape("integer")
    assert "code" not in shapes["out"].fields
    assert shapes["missing"] == FIELDS
    assert set(lookup(take=["limit"]).shapes()["out"].fields) == {*FIELDS.fields, "limit"}


def test_without_the_table_any_field_may_follow() -> None:
    assert lookup(registry=None).shapes()["out"].open
    assert not lookup().shapes()["out"].open


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({}, []),
        ({"field": "any"}, []),
        ({"table": "errors", "field": "n", "take": ["number"]}, []),
        ({"table": "no_such"}, []),
        ({"field": "q"}, [("unknown_field", "/params/field")]),
        ({"field": "n"}, [("wrong_type", "/params/field")]),
        ({"field": "b"}, [("wrong_type", "/params/field")]),
        ({"field": "where"}, [("wrong_type", "/params/field")]),
        ({"take": ["limit", "lime"]}, [("not_allowed_value", "/params/take/1")]),
        ({"take": ["limit", "limit"]}, [("not_unique", "/params/take")]),
        ({"table": "errors", "field": "n"}, [("reserved_name", "/params/take")]),
    ],
)
def test_what_cannot_work_is_a_problem(params: Any, found: list[tuple[str, str]]) -> None:
    assert [(p.code, p.path) for p in lookup(**params).problems()] == found


def test_an_unknown_column_comes_with_those_that_there_are() -> None:
    assert lookup(take=["lime"]).problems()[0].allowed == ["code", "limit", "line", "coated"]


def test_without_a_registry_columns_are_not_checked() -> None:
    assert lookup(registry=None, take=["anything"]).codes() == []


@pytest.mark.parametrize("take", [[], [""], ["x" * 65], [f"c{n}" for n in range(51)]])
def test_take_is_bounded(take: list[str]) -> None:
    with pytest.raises(ValueError):
        lookup(take=take)
