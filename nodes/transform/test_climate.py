"""climate: which fields are read, in which units and limits, and where the result goes. The formulas are tested in
nodes/kit/test_air.py."""

from typing import Any

import pytest

from nodes.kit.air import QUANTITIES, estimated_wbgt, wbgt
from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.transform.climate import Climate

FIELDS = Shape(
    {
        "t": FieldShape("number", "°C"),
        "f": FieldShape("number", "°F"),
        "k": FieldShape("integer", "K"),
        "h": FieldShape("number", "%RH"),
        "g": FieldShape("number", "°C"),
        "odd": FieldShape("number", "目盛"),
        "p": FieldShape("number", "kPa"),
        "name": FieldShape("string"),
    },
    open=False,
)
CALCS = list(QUANTITIES)


def climate(calc: str = "wbgt", **params: Any) -> Harness:
    given = {"calc": calc, "temperature": "t", "humidity": "h", **params}
    return Harness(Climate, given, scope_of(shape=FIELDS))


def result(node: Harness, data: dict[str, Any]) -> Any:
    node.feed("0s", data)
    return node.sent[-1][2][node.params.calc] if node.sent else node.troubles()


@pytest.mark.parametrize("calc", CALCS)
def test_the_result_is_added_under_its_name_and_the_rest_stays(calc: str) -> None:
    node = climate(calc)
    node.feed("0s", {"t": 30, "h": 60, "x": "kept"})
    port, _, data = node.sent[0]
    assert port == "out"
    assert set(data) == {"t", "h", "x", calc}
    assert data["x"] == "kept"
    assert data[calc] == pytest.approx(QUANTITIES[calc].of(30, 60), rel=1e-11)


def test_a_field_of_that_name_is_replaced() -> None:
    assert result(climate("dew_point"), {"t": 20, "h": 100, "dew_point": -99}) == 20.0


@pytest.mark.parametrize(("field", "value"), [("f", 86), ("k", 303.15)])
def test_a_temperature_in_another_unit_is_converted(field: str, value: float) -> None:
    node = climate("discomfort_index", temperature=field)
    assert result(node, {field: value, "h": 80}) == 82.92


def test_without_a_unit_the_temperature_is_in_celsius_and_the_humidity_in_percent() -> None:
    node = Harness(Climate, {"calc": "discomfort_index", "temperature": "t", "humidity": "h"})
    assert result(node, {"t": 30, "h": 80}) == 82.92


def test_an_unknown_unit_is_taken_as_it_is() -> None:
    assert result(climate("discomfort_index", temperature="odd"), {"odd": 30, "h": 80}) == 82.92


def test_wbgt_without_a_globe_is_the_estimate_for_a_room() -> None:
    assert result(climate(), {"t": 30, "h": 60}) == pytest.approx(estimated_wbgt(30, 60), rel=1e-11)


@pytest.mark.parametrize("sun", [False, True])
def test_wbgt_with_a_globe_weighs_it_by_the_sun(sun: bool) -> None:
    node = climate(globe="g", sun=sun)
    assert result(node, {"t": 32, "h": 50, "g": 48}) == pytest.approx(wbgt(32, 50, 48, sun=sun), rel=1e-11)


def test_the_globe_is_converted_too() -> None:
    node = climate(globe="f")
    assert result(node, {"t": 32, "h": 50, "f": 118.4}) == pytest.approx(wbgt(32, 50, 48, sun=False), rel=1e-9)


def test_a_globe_is_read_for_wbgt_only() -> None:
    assert result(climate("dew_point", globe="g"), {"t": 20, "h": 100}) == 20.0


@pytest.mark.parametrize(
    ("calc", "low", "high"),
    [
        ("wbgt", 0, 50), ("discomfort_index", -20, 50), ("dew_point", -45, 60), ("absolute_humidity", -45, 60),
        ("heat_index", -20, 50), ("vapour_pressure_deficit", -45, 60),
    ],
)  # fmt: skip
def test_temperatures_at_the_limits_are_inside_and_just_past_them_a_problem(calc: str, low: float, high: float) -> None:
    for inside in (low, high):
        assert isinstance(result(climate(calc), {"t": inside, "h": 50}), float)
    for outside in (low - 0.01, high + 0.01, 1e308, -1e308):
        assert result(climate(calc), {"t": outside, "h": 50}) == ["value_out_of_range"]


@pytest.mark.parametrize("calc", CALCS)
def test_humidity_is_from_0_to_100(calc: str) -> None:
    for inside in (0.01, 100):
        assert isinstance(result(climate(calc), {"t": 20, "h": inside}), float)
    for outside in (-0.01, 100.01):
        assert result(climate(calc), {"t": 20, "h": outside}) == ["value_out_of_range"]


def test_only_a_dew_point_needs_more_than_no_humidity() -> None:
    for calc in CALCS:
        found = result(climate(calc), {"t": 20, "h": 0})
        assert found == ["value_out_of_range"] if calc == "dew_point" else isinstance(found, float)


def test_limits_are_those_of_the_converted_value() -> None:
    assert isinstance(result(climate(temperature="f"), {"f": 122, "h": 50}), float)
    assert result(climate(temperature="f"), {"f": 122.1, "h": 50}) == ["value_out_of_range"]


def test_a_globe_may_have_minus_20_to_120() -> None:
    for inside in (-20, 120):
        assert isinstance(result(climate(globe="g"), {"t": 20, "h": 50, "g": inside}), float)
    for outside in (-20.1, 120.1):
        assert result(climate(globe="g"), {"t": 20, "h": 50, "g": outside}) == ["value_out_of_range"]


def test_a_problem_of_range_names_field_value_and_limits() -> None:
    node = climate()
    node.feed("0s", {"t": 51, "h": 50})
    assert node.yields[0].args == {"field": "t", "value": 51, "min": 0, "max": 50}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"h": 50}, "missing_field"),
        ({"t": 20}, "missing_field"),
        ({"t": None, "h": 50}, "missing_field"),
        ({"t": "20", "h": 50}, "wrong_type"),
        ({"t": True, "h": 50}, "wrong_type"),
        ({"t": 20, "h": [50]}, "wrong_type"),
        ({"t": 20, "h": {"%": 50}}, "wrong_type"),
        ({"t": 10**400, "h": 50}, "not_finite"),
        ({"t": 20, "h": 50}, "missing_field"),
    ],
)
def test_a_reading_that_is_missing_or_no_number_stops_the_event(data: dict[str, Any], code: str) -> None:
    node = climate(globe="g")
    node.feed("0s", data)
    assert node.troubles() == [code]
    assert not node.sent


@pytest.mark.parametrize("calc", CALCS)
def test_the_result_has_a_shape_with_its_unit(calc: str) -> None:
    shape = climate(calc).shapes()["out"]
    units = {"wbgt": "°C", "dew_point": "°C", "heat_index": "°C", "absolute_humidity": "g/m³"}
    units["vapour_pressure_deficit"] = "kPa"
    assert shape.fields[calc] == FieldShape("number", units.get(calc))
    assert shape.fields["t"] == FIELDS.fields["t"]


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({}, []),
        ({"globe": "g", "sun": True}, []),
        ({"temperature": "tt"}, [("unknown_field", "/params/temperature")]),
        ({"humidity": "name"}, [("wrong_type", "/params/humidity")]),
        ({"globe": "gg"}, [("unknown_field", "/params/globe")]),
        ({"temperature": "p"}, [("cannot_convert", "/params/temperature")]),
        ({"humidity": "t"}, [("cannot_convert", "/params/humidity")]),
        ({"temperature": "odd"}, [("unknown_unit", "/params/temperature")]),
        ({"sun": True}, [("without_effect", "/params/sun")]),
        ({"calc": "dew_point", "globe": "g"}, [("without_effect", "/params/globe")]),
    ],
)
def test_what_cannot_work_is_a_problem(params: Any, found: list[tuple[str, str]]) -> None:
    assert [(p.code, p.path) for p in climate(**params).problems()] == found


def test_only_what_does_nothing_or_is_unknown_is_a_warning() -> None:
    severities = [climate(**p).problems()[0].severity for p in ({"sun": True}, {"temperature": "odd"})]
    assert severities == ["warning", "warning"]
    assert climate(temperature="p").problems()[0].severity == "error"


def test_sun_may_change_while_it_runs() -> None:
    node = climate(globe="g", sun=False)
    node.change({"calc": "wbgt", "temperature": "t", "humidity": "h", "globe": "g", "sun": True}, "1s")
    assert result(node, {"t": 32, "h": 50, "g": 48}) == pytest.approx(wbgt(32, 50, 48, sun=True), rel=1e-11)
