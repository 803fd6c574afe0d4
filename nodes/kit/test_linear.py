"""linear: the same as asking the unit library, without asking it."""

import pytest

from nodes.kit import unit
from nodes.kit.linear import conversion
from nodes.kit.unit import CannotConvert, UnknownUnit, convert

PAIRS = [
    ("°C", "°F"), ("°F", "°C"), ("°F", "K"), ("℃", "K"), ("psi", "kPa"), ("kgf/cm2", "MPa"), ("km/h", "m/s"),
    ("L/min", "m³/h"), ("mm", "m"), ("kWh", "MJ"), ("%", "ppm"), ("deg", "rad"), ("inch", "cm"),
]  # fmt: skip
VALUES = (0, 1, -40, 37.5, 80, 98.6, 176, 1013.25, 1e6, -273.15, 0.001, 123456.789)


@pytest.mark.parametrize(("source", "target"), PAIRS)
@pytest.mark.parametrize("difference", [False, True])
def test_it_gives_what_the_library_gives(source: str, target: str, difference: bool) -> None:
    quick = conversion(source, target, difference=difference)
    for value in VALUES:
        assert quick(value) == pytest.approx(convert(value, source, target, difference=difference), rel=1e-11, abs=1e-9)


def test_round_numbers_stay_round() -> None:
    assert conversion("°F", "°C")(176) == 80.0
    assert conversion("°C", "°F")(80) == 176.0
    assert conversion("°F", "°C", difference=True)(9) == 5.0
    assert conversion("mm", "m")(1500) == 1.5
    assert conversion("L/min", "m³/h")(100) == 6.0


@pytest.mark.parametrize(
    ("source", "target", "difference", "value", "expected"),
    [
        ("psi", "kPa", False, 2, 13.789514586), ("°F", "°C", False, 176, 80.0), ("°F", "°C", True, 9, 5.0),
        ("°C", "K", False, 0.1, 273.25),
    ],
)  # fmt: skip
def test_a_number_asks_the_library_no_more(
    source: str, target: str, difference: bool, value: float, expected: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = conversion(source, target, difference=difference)
    monkeypatch.setattr(unit, "unit_library", None)
    monkeypatch.setattr("nodes.kit.linear.unit_library", None)
    assert quick(value) == pytest.approx(expected, rel=1e-9)


def test_a_line_that_does_not_meet_other_values_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodes.kit.linear.convert", lambda value, *_, **__: value * value)
    assert conversion("mm", "m")(3.0) == 9.0


def test_the_same_unit_changes_nothing_but_the_type() -> None:
    same = conversion("℃", "°C")
    assert (same(21), type(same(21))) == (21.0, float)


def test_units_that_lie_on_no_line_are_asked_for_each_number() -> None:
    assert conversion("dBm", "mW")(20) == pytest.approx(100)


@pytest.mark.parametrize(
    ("source", "target", "failure"),
    [("bogons", "m", UnknownUnit), ("m", "bogons", UnknownUnit), ("m", "s", CannotConvert)],
)
def test_what_cannot_be_converted_is_said_at_once(source: str, target: str, failure: type[Exception]) -> None:
    with pytest.raises(failure):
        conversion(source, target)
