"""Units as people write them on labels and in settings."""

import subprocess
import sys

import pytest

from nodes.kit.unit import CannotConvert, UnknownUnit, convert, same_unit


@pytest.mark.parametrize(
    ("value", "from_unit", "to_unit", "expected"),
    [
        (176, "°F", "°C", 80.0),
        (80, "℃", "°C", 80.0),
        (353.15, "K", "℃", 80.0),
        (0.5, "MPa", "kPa", 500.0),
        (1013.25, "hPa", "kPa", 101.325),
        (5, "%", "ppm", 50_000.0),
        (36, "km/h", "m/s", 10.0),
        (2, "時間", "min", 120.0),
        (1, "m3/h", "L/min", 1000 / 60),
        (1, "kgf/cm2", "kPa", 98.0665),
        (1500, "W", "kW", 1.5),
    ],
)
def test_a_number_is_converted(value: float, from_unit: str, to_unit: str, expected: float) -> None:
    assert convert(value, from_unit, to_unit) == pytest.approx(expected, rel=1e-12)


def test_a_round_number_stays_round() -> None:
    assert convert(176, "°F", "°C") == 80.0


def test_units_that_measure_different_things_do_not_convert() -> None:
    with pytest.raises(CannotConvert):
        convert(1, "°C", "kPa")


@pytest.mark.parametrize(
    "unit", ["回", "人", "", "2 m", "__import__('os')", "x" * 5_000, "m**9**9**9", "m**9**9", "[length]"]
)
def test_any_other_text_is_an_unknown_unit(unit: str) -> None:
    with pytest.raises(UnknownUnit):
        convert(1, unit, "m")


def test_the_same_unit_is_known_without_the_library() -> None:
    pairs = (("°C", "℃"), ("個", "個"), (None, None), ("%RH", "%"), ("°C", None), ("mV", "MV"))
    assert [same_unit(a, b) for a, b in pairs] == [True, True, True, True, False, False]


def test_the_library_is_not_loaded_where_units_agree() -> None:
    code = "import sys; from nodes.kit.unit import convert; convert(1, '°C', '℃'); sys.exit('pint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
