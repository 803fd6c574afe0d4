"""curve: exactly at points, between them, past the ends, and what is no table or no number."""

from typing import Any

import pytest

from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.transform.curve import Curve

FIELDS = Shape({"level": FieldShape("number", "cm"), "name": FieldShape("string")}, False)
TANK = [(0.0, 0.0), (20.0, 60.0), (60.0, 420.0), (100.0, 1000.0)]


def curve(points: list[tuple[float, float]] = TANK, **params: Any) -> Harness:
    table = [{"x": x, "y": y} for x, y in points]
    given = {"field": "level", "name": "litres", "unit": "L", "points": table, **params}
    return Harness(Curve, given, scope_of(shape=FIELDS))


def read_off(node: Harness, value: Any) -> Any:
    node.feed("0s", {"level": value})
    return node.sent[-1][2][node.params.name] if node.sent else node.troubles()


@pytest.mark.parametrize("outside", ["clamp", "extend", "problem"])
def test_at_a_point_the_result_is_its_y_exactly(outside: str) -> None:
    points = [(-1.1, 0.12345678901234567), (0.3, -7.7), (1e9, 1e-9)]
    for x, y in points:
        assert read_off(curve(points, outside=outside), x) == y


@pytest.mark.parametrize(("level", "litres"), [(10, 30), (19.9, 59.7), (20.1, 60.9), (40, 240), (80, 710)])
def test_between_two_points_it_lies_on_the_line(level: float, litres: float) -> None:
    assert read_off(curve(), level) == litres


def test_lines_may_fall_and_be_flat() -> None:
    points = [(0, 10.0), (1, 10.0), (2, 4.0), (3, 8.0)]
    assert [read_off(curve(points), x) for x in (0.3, 1.5, 2.25)] == [10.0, 7.0, 5.0]


@pytest.mark.parametrize(
    ("outside", "below", "above"),
    [("clamp", 0.0, 1000.0), ("extend", -30.0, 1145.0), ("problem", ["value_out_of_range"], ["value_out_of_range"])],
)
def test_past_the_ends_it_is_as_outside_says(outside: str, below: Any, above: Any) -> None:
    assert read_off(curve(outside=outside), -10) == below
    assert read_off(curve(outside=outside), 110) == above


def test_clamp_is_the_default() -> None:
    assert read_off(curve(), 1e308) == 1000.0
    assert read_off(curve(), -1e308) == 0.0


def test_the_ends_are_inside_and_just_past_them_is_a_problem() -> None:
    assert read_off(curve(outside="problem"), 0) == 0.0
    assert read_off(curve(outside="problem"), 100) == 1000.0
    assert read_off(curve(outside="problem"), -1e-9) == ["value_out_of_range"]
    node = curve(outside="problem")
    assert read_off(node, 100.001) == ["value_out_of_range"]
    assert node.yields[0].args == {"field": "level", "value": 100.001, "min": 0, "max": 100}  # type: ignore[union-attr]


def test_the_result_is_added_or_replaces_the_field_itself() -> None:
    node = curve()
    node.feed("0s", {"level": 20, "litres": "old", "x": 1})
    assert node.sent == [("out", 0.0, {"level": 20, "litres": 60.0, "x": 1})]
    assert read_off(curve(name="level"), 20) == 60.0


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({}, "missing_field"),
        ({"level": None}, "missing_field"),
        ({"level": "20"}, "wrong_type"),
        ({"level": True}, "wrong_type"),
        ({"level": [20]}, "wrong_type"),
    ],
)
def test_a_reading_that_is_missing_or_no_number_goes_no_further(data: dict[str, Any], code: str) -> None:
    node = curve()
    node.feed("0s", data)
    assert node.troubles() == [code]
    assert not node.sent


@pytest.mark.parametrize("value", [1e308, -1e308, 10**400])
def test_a_result_too_large_to_be_held_is_a_problem(value: float) -> None:
    assert read_off(curve([(0, 0), (1, 1e10)], outside="extend"), value) == ["not_finite"]


def test_huge_points_still_have_lines() -> None:
    assert read_off(curve([(0, -1e308), (1, 1e308)]), 0.5) == 0.0
    assert read_off(curve(), 10**400) == 1000.0


def test_the_result_has_a_shape_with_its_unit() -> None:
    assert curve().shapes()["out"].fields["litres"] == FieldShape("number", "L")
    assert curve(unit=None).shapes()["out"].fields["litres"] == FieldShape("number")
    assert curve(name="level").shapes()["out"].fields["level"] == FieldShape("number", "L")


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({}, []),
        ({"field": "lvl"}, [("unknown_field", "/params/field")]),
        ({"field": "name"}, [("wrong_type", "/params/field")]),
        ({"name": "device"}, [("reserved_name", "/params/name")]),
        ({"points": [(0, 1), (5, 2), (5, 3)]}, [("not_unique", "/params/points/2/x")]),
        ({"points": [(0, 1), (5, 2), (4, 3), (3, 3)]}, [("limits_swapped", "/params/points/2/x")]),
    ],
)
def test_what_cannot_work_is_a_problem(params: Any, found: list[tuple[str, str]]) -> None:
    assert [(p.code, p.path) for p in curve(**params).problems()] == found


def test_points_in_the_wrong_order_are_put_in_order_by_the_fix() -> None:
    found = curve([(5, 2), (0, 1), (9, 0)]).problems()[0]
    assert found.args == {"low": 5, "high": 0}
    assert found.fix == {
        "path": "/params/points",
        "value": [{"x": 0, "y": 1}, {"x": 5, "y": 2}, {"x": 9, "y": 0}],
    }


@pytest.mark.parametrize(
    "params",
    [
        {"points": [(0, 0)]},
        {"points": [(x, x) for x in range(201)]},
        {"points": [(float("nan"), 0), (1, 1)]},
        {"points": [(0, float("inf")), (1, 1)]},
        {"name": "two words"},
        {"name": ""},
        {"unit": ""},
        {"unit": "x" * 33},
        {"outside": "wrap"},
    ],
)
def test_what_is_no_table_is_refused(params: Any) -> None:
    with pytest.raises(ValueError):
        curve(**params)


def test_a_point_has_nothing_but_x_and_y() -> None:
    with pytest.raises(ValueError):
        Curve.Params.model_validate(
            {"field": "level", "name": "litres", "points": [{"x": 0, "y": 0}, {"x": 1, "y": 1, "z": 1}]}
        )


def test_outside_may_change_while_it_runs() -> None:
    node = curve()
    table = [{"x": 0, "y": 0}, {"x": 1, "y": 1}]
    node.change({"field": "level", "name": "litres", "points": table, "outside": "extend"}, "1s")
    assert read_off(node, 2) == 2.0
