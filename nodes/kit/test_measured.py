"""Numbers of fields in a wanted unit: converted by a factor and a zero point that are worked out once."""

import math

import pytest

from nodes.kit import measured, unit
from nodes.kit.effect import Trouble
from nodes.kit.measured import check_measured, reader, tidy
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.unit import convert

SHAPE = Shape(
    {"f": FieldShape("number", "°F"), "c": FieldShape("number", "℃"), "bare": FieldShape("number"),
     "mv": FieldShape("integer", "mV"), "odd": FieldShape("number", "目盛"), "name": FieldShape("string", "°C")},
    open=False,
)  # fmt: skip


@pytest.mark.parametrize("value", [-40, 0, 32, 176, 1234.5])
def test_a_value_is_converted_as_the_unit_library_does(value: float) -> None:
    found = reader("f", "°C", SHAPE)({"f": value})
    assert found == pytest.approx(convert(value, "°F", "°C"), rel=1e-11, abs=1e-9)


@pytest.mark.parametrize(("value", "celsius"), [(50, 10), (122, 50), (176, 80), (-4, -20), (140, 60), (-40, -40)])
def test_a_round_temperature_stays_round_so_that_limits_hold(value: float, celsius: float) -> None:
    assert reader("f", "°C", SHAPE)({"f": value}) == celsius


def test_the_library_is_asked_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read = reader("mv", "V", SHAPE)
    monkeypatch.setattr(measured, "conversion", lambda *_, **__: pytest.fail("worked out again"))
    monkeypatch.setattr(unit, "unit_library", lambda: pytest.fail("asked again"))
    assert read({"mv": 1500}) == pytest.approx(1.5)


@pytest.mark.parametrize("field", ["c", "bare", "odd", "unheard_of"])
def test_the_same_no_or_an_unknown_unit_changes_nothing(field: str) -> None:
    assert reader(field, "°C", SHAPE)({field: 21.7}) == 21.7


def test_what_no_float_can_hold_is_not_finite() -> None:
    for field, value in (("c", 10**400), ("c", math.inf), ("f", -(10**400))):
        assert reader(field, "°C", SHAPE)({field: value}) == Trouble("not_finite", {"field": field})


@pytest.mark.parametrize(("value", "code"), [(None, "missing_field"), (True, "wrong_type"), ("1", "wrong_type")])
def test_what_is_no_number_is_a_trouble(value: object, code: str) -> None:
    found = reader("c", "°C", SHAPE)({"c": value})
    assert isinstance(found, Trouble)
    assert found.code == code


@pytest.mark.parametrize(
    ("field", "unit", "found"),
    [
        ("f", "°C", []), ("c", "°C", []), ("bare", "°C", []), ("f", "V", ["cannot_convert"]),
        ("odd", "V", ["unknown_unit"]), ("x", "V", ["unknown_field"]), ("name", "°C", ["wrong_type"]),
    ],
)  # fmt: skip
def test_a_field_that_does_not_fit_is_a_problem(field: str, unit: str, found: list[str]) -> None:
    assert [problem.code for problem in check_measured(field, "/params/field", unit, SHAPE)] == found


def test_tidy_takes_the_dust_away_and_nothing_else() -> None:
    assert tidy(0.1 + 0.2) == 0.3
    assert tidy(79.99999999999783) == 80.0
    assert tidy(123.456789012) == 123.456789012
    assert tidy(1e-300) == 1e-300
