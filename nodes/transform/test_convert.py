"""convert: which units, which field, and what does not work."""

from typing import Any

import pytest

from nodes.kit.effect import Trouble
from nodes.kit.harness import SAMPLE, Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.transform.convert import Convert

FIELDS = Shape(
    {
        "t": FieldShape("number", "°C"), "rise": FieldShape("number", "°C", True), "p": FieldShape("number"),
        "lot": FieldShape("string"), "odd": FieldShape("number", "bogons"),
    },
    False,
)  # fmt: skip


def convert(*fields: dict[str, Any], shape: Shape = FIELDS) -> Harness:
    return Harness(Convert, {"fields": list(fields)}, scope_of(shape=shape, registry=SAMPLE))


def result(data: dict[str, Any], *fields: dict[str, Any]) -> dict[str, Any]:
    node = convert(*fields)
    node.feed("0s", data)
    ((_, _, sent),) = node.sent
    return sent


def test_the_registered_unit_is_converted_in_place() -> None:
    assert result({"t": 80, "x": 1}, {"field": "t", "to": "°F"}) == {"t": 176.0, "x": 1}


def test_a_unit_that_is_given_wins_over_the_registered_one() -> None:
    assert result({"t": 300}, {"field": "t", "from": "K", "to": "°C"}) == {"t": 26.85}


def test_with_a_name_the_field_stays_as_it_is() -> None:
    assert result({"t": 80}, {"field": "t", "to": "°F", "name": "f"}) == {"t": 80, "f": 176.0}


def test_all_conversions_see_the_event_as_it_came_in() -> None:
    fields = (
        {"field": "t", "to": "°F"},
        {"field": "t", "to": "K", "name": "k"},
        {"field": "rise", "to": "°F", "name": "r"},
    )
    assert result({"t": 0, "rise": 5}, *fields) == {"t": 32.0, "k": 273.15, "rise": 5, "r": 9.0}


def test_a_difference_is_converted_as_one_and_stays_one() -> None:
    assert result({"rise": 5}, {"field": "rise", "to": "°F"}) == {"rise": 9.0}
    out = convert({"field": "rise", "to": "°F"}).shapes()["out"]
    assert out.fields["rise"] == FieldShape("number", "°F", True)


def test_the_result_is_always_a_number_with_a_point() -> None:
    assert isinstance(result({"t": 20}, {"field": "t", "to": "℃"})["t"], float)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "missing_field"), ("80", "wrong_type"), (True, "wrong_type"), ([80], "wrong_type"), ({"a": 1}, "wrong_type"),
        (1e308, "not_finite"), (10**400, "not_finite"),
    ],
)  # fmt: skip
def test_a_number_that_is_missing_wrong_or_too_large_goes_no_further(value: Any, code: str) -> None:
    node = convert({"field": "t", "from": "km", "to": "mm"}, {"field": "rise", "to": "°F"})
    node.feed("0s", {"t": value, "rise": 5})
    assert node.sent == []
    assert node.troubles() == [code]
    assert len(node.yields) == 1


def test_the_trouble_names_the_field() -> None:
    node = convert({"field": "t", "from": "km", "to": "mm", "name": "mm"})
    node.feed("0s", {"t": 1e308})
    node.feed("1s", {})
    assert node.yields == [Trouble("not_finite", {"field": "mm"}), Trouble("missing_field", {"field": "t"})]


def test_units_on_no_line_are_converted_value_by_value() -> None:
    node = convert({"field": "t", "from": "mW", "to": "dBm"})
    node.feed("0s", {"t": 100})
    node.feed("1s", {"t": -100})
    assert [data for _, _, data in node.sent] == [{"t": pytest.approx(20)}]
    assert node.troubles() == ["not_finite"]


def test_the_new_field_has_the_new_unit_and_the_old_one_keeps_its_own() -> None:
    out = convert({"field": "t", "to": "°F", "name": "f"}).shapes()["out"]
    assert out.fields == {**FIELDS.fields, "f": FieldShape("number", "°F")}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ([{"field": "t", "to": "K"}], []),
        ([{"field": "p", "from": "bar", "to": "kPa"}], []),
        ([{"field": "p", "to": "kPa"}], [("missing_key", "/params/fields/0")]),
        ([{"field": "t", "to": "bogons"}], [("unknown_unit", "to"), ("cannot_convert", "to")]),
        ([{"field": "t", "from": "bogons", "to": "K"}], [("unknown_unit", "from"), ("cannot_convert", "to")]),
        ([{"field": "odd", "to": "K"}], [("unknown_unit", "field"), ("cannot_convert", "to")]),
        ([{"field": "t", "to": "kPa"}], [("cannot_convert", "to")]),
        ([{"field": "lot", "from": "m", "to": "mm"}], [("wrong_type", "field")]),
        ([{"field": "lot", "to": "mm"}], [("wrong_type", "field")]),
        ([{"field": "lost", "from": "m", "to": "mm"}], [("unknown_field", "field")]),
        ([{"field": "t", "to": "K", "name": "time"}], [("reserved_name", "name")]),
        ([{"field": "t", "to": "K"}, {"field": "t", "to": "°F"}], [("not_unique", "/params/fields/1/field")]),
        (
            [{"field": "t", "to": "K"}, {"field": "rise", "to": "°F", "name": "t"}],
            [("not_unique", "/params/fields/1/name")],
        ),
        ([{"field": "t", "to": "K"}, {"field": "t", "to": "°F", "name": "f"}], []),
    ],
)
def test_what_cannot_work_is_a_problem_with_its_place(fields: Any, found: list[tuple[str, str]]) -> None:
    expected = [(code, path if path.startswith("/") else f"/params/fields/0/{path}") for code, path in found]
    assert [(problem.code, problem.path) for problem in convert(*fields).problems()] == expected


def test_an_existing_field_may_have_any_name() -> None:
    assert (
        convert({"field": "time", "from": "s", "to": "min"}, shape=Shape({"time": FieldShape("number")})).codes() == []
    )


def test_without_a_registry_the_unit_may_still_turn_up() -> None:
    node = Harness(Convert, {"fields": [{"field": "t", "to": "K"}]}, scope_of())
    assert node.codes() == []
    node.feed("0s", {"t": 1})
    assert node.troubles() == ["cannot_convert"]
    assert Harness(Convert, {"fields": [{"field": "t", "to": "K"}]}, scope_of(registry=SAMPLE)).codes() == [
        "missing_key"
    ]


def test_a_node_with_units_that_do_not_fit_can_be_built_and_converts_nothing() -> None:
    for unit in ("kPa", "bogons"):
        node = convert({"field": "t", "to": unit})
        node.feed("0s", {"t": 1})
        assert node.troubles() == ["cannot_convert"]


@pytest.mark.parametrize(
    "fields", [[], [{"field": "t"}], [{"field": "t", "to": ""}], [{"field": "t", "to": "K", "x": 1}]]
)
def test_params_that_say_nothing_are_refused(fields: Any) -> None:
    with pytest.raises(ValueError):
        convert(*fields)
