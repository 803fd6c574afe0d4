"""Physics of moist air against values that others have published; each table is named, with how far off we may be."""

import math
from itertools import pairwise

import pytest

from nodes.kit.air import (
    LIMITS,
    QUANTITIES,
    absolute_humidity,
    dew_point,
    discomfort_index,
    estimated_wbgt,
    heat_index,
    saturation_pressure,
    vapour_pressure_deficit,
    wbgt,
    wet_bulb,
)


def fahrenheit(celsius: float) -> float:
    return celsius * 1.8 + 32


def celsius(fahrenheit: float) -> float:
    return (fahrenheit - 32) / 1.8


def murphy_koop(celsius: float) -> float:
    """Saturation over liquid water (hPa): Murphy and Koop, Q. J. R. Meteorol. Soc. 131 (2005), valid from 123 to 332 K."""
    t = celsius + 273.15
    slow = 53.878 - 1331.22 / t - 9.44523 * math.log(t) + 0.014025 * t
    log = 54.842763 - 6763.22 / t - 4.21 * math.log(t) + 0.000367 * t + math.tanh(0.0415 * (t - 218.8)) * slow
    return math.exp(log) / 100


@pytest.mark.parametrize("temperature", range(-45, 60, 5))
def test_saturation_is_within_half_a_percent_of_the_exact_formula(temperature: int) -> None:
    allowed = 0.005 if temperature >= -30 else 0.008
    assert saturation_pressure(temperature) == pytest.approx(murphy_koop(temperature), rel=allowed)


@pytest.mark.parametrize(
    ("temperature", "kilopascal"), [(10, 1.228), (15, 1.705), (20, 2.338), (25, 3.168), (30, 4.243), (35, 5.624)]
)
def test_the_deficit_of_dry_air_is_the_table_of_the_fao(temperature: float, kilopascal: float) -> None:
    """FAO Irrigation and Drainage Paper 56 (1998), annex 2, table 2.3; within 0.5 %."""
    assert vapour_pressure_deficit(temperature, 0) == pytest.approx(kilopascal, rel=0.005)
    assert vapour_pressure_deficit(temperature, 50) == pytest.approx(kilopascal / 2, rel=0.005)
    assert vapour_pressure_deficit(temperature, 100) == 0


@pytest.mark.parametrize(
    ("temperature", "humidity", "grams"),
    [
        (50, 70, 58.1), (40, 100, 51.1), (40, 10, 5.1), (35, 50, 19.8), (30, 100, 30.4), (30, 70, 21.3), (25, 50, 11.5),
        (25, 60, 13.8), (20, 100, 17.3), (20, 50, 8.7), (15, 80, 10.3), (0, 100, 4.8),
    ],
)  # fmt: skip
def test_absolute_humidity_is_the_usual_climate_table(temperature: float, humidity: float, grams: float) -> None:
    """g/m³ by °C and %, as makers of sensors and cabinets print it; within 0.5 % and half of its last digit."""
    assert absolute_humidity(temperature, humidity) == pytest.approx(grams, abs=0.005 * grams + 0.05)


@pytest.mark.parametrize(
    ("temperature", "humidity", "dew"),
    [
        (30, 50, 18.4), (30, 60, 21.4), (30, 70, 23.9), (25, 50, 13.9), (25, 60, 16.7), (25, 70, 19.1), (20, 50, 9.3),
        (20, 60, 12.0), (20, 70, 14.4), (20, 80, 16.4),
    ],
)  # fmt: skip
def test_the_dew_point_is_the_table_of_din_4108(temperature: float, humidity: float, dew: float) -> None:
    """The usual dew point table (DIN 4108-3), by °C and %; within 0.1 °C."""
    assert dew_point(temperature, humidity) == pytest.approx(dew, abs=0.1)


def test_absolute_humidity_by_hand() -> None:
    """2332.596 Pa / (461.5 J/(kg K) * 293.15 K) = 17.2416 g/m³."""
    assert absolute_humidity(20, 100) == pytest.approx(17.2416, abs=1e-4)


@pytest.mark.parametrize(("temperature", "humidity"), [(50, 5), (25, 40), (20, 2), (0, 60), (-10, 30), (-20, 90)])
def test_the_dew_point_is_that_of_the_exact_formula(temperature: float, humidity: float) -> None:
    """0.8 % of vapour are about 0.1 °C."""
    vapour = murphy_koop(temperature) * humidity / 100
    assert murphy_koop(dew_point(temperature, humidity)) == pytest.approx(vapour, rel=0.008)


@pytest.mark.parametrize("temperature", [-40, -10, 0, 20, 55])
def test_saturated_air_has_its_own_temperature_as_dew_point(temperature: float) -> None:
    assert dew_point(temperature, 100) == pytest.approx(temperature, abs=1e-9)


@pytest.mark.parametrize(("temperature", "humidity"), [(20, 50), (35, 12), (-5, 80), (50, 0.5)])
def test_at_the_dew_point_the_vapour_is_saturated(temperature: float, humidity: float) -> None:
    dew = dew_point(temperature, humidity)
    assert saturation_pressure(dew) == pytest.approx(saturation_pressure(temperature) * humidity / 100, rel=1e-9)


@pytest.mark.parametrize(
    ("temperature", "humidity", "index"),
    [(25, 0, 66), (25, 75, 74), (27, 55, 75), (29, 70, 79), (30, 80, 82), (35, 80, 90), (37, 60, 89), (45, 25, 90)],
)
def test_the_discomfort_index_is_the_usual_table(temperature: float, humidity: float, index: int) -> None:
    """The table of the Japanese Wikipedia's article 不快指数, which cuts off what follows the point."""
    assert int(discomfort_index(temperature, humidity)) == index


@pytest.mark.parametrize(("temperature", "humidity", "index"), [(30, 80, 82.92), (35, 80, 90.93)])
def test_the_discomfort_index_is_that_of_worked_examples(temperature: float, humidity: float, index: float) -> None:
    assert discomfort_index(temperature, humidity) == pytest.approx(index, abs=1e-9)


HEAT_CHART = [
    (80, 40, 80), (80, 80, 84), (80, 100, 87), (82, 95, 93), (84, 60, 88), (86, 90, 105), (86, 100, 112), (88, 75, 103),
    (90, 45, 93), (90, 70, 105), (90, 100, 132), (92, 80, 121), (94, 50, 103), (96, 65, 121), (98, 40, 105),
    (100, 50, 118), (102, 50, 124), (104, 40, 119), (106, 40, 124), (108, 40, 130), (110, 40, 136),
]  # fmt: skip
"""The heat index chart of the US National Weather Service: °F, %, °F."""


@pytest.mark.parametrize(("temperature", "humidity", "index"), HEAT_CHART)
def test_the_heat_index_is_the_chart_of_the_weather_service(temperature: float, humidity: float, index: float) -> None:
    """Within 1.3 °F, what the service states as the error of its regression. At 80 to 87 °F and more than 85 % the chart
    leaves out the adjustment that the service prescribes: up to 2.2 °F."""
    allowed = 2.3 if humidity > 85 and temperature <= 87 else 1.3
    assert fahrenheit(heat_index(celsius(temperature), humidity)) == pytest.approx(index, abs=allowed)


@pytest.mark.parametrize(("temperature", "humidity", "index"), [(95, 0, 87), (95, 5, 88), (90, 10, 85), (105, 5, 97)])
def test_dry_heat_is_below_the_air_temperature_as_in_steadmans_table(
    temperature: float, humidity: float, index: float
) -> None:
    """Steadman's table (1979) as the weather service printed it, which the adjustment below 13 % follows; within 2 °F."""
    assert fahrenheit(heat_index(celsius(temperature), humidity)) == pytest.approx(index, abs=2)


@pytest.mark.parametrize(
    ("temperature", "humidity", "index"),
    [(75, 50, 74.55), (70, 100, 71.4), (60, 50, 58.05), (32, 50, 27.25), (79, 20, 77.54)],
)
def test_a_mild_day_has_the_simple_formula(temperature: float, humidity: float, index: float) -> None:
    assert fahrenheit(heat_index(celsius(temperature), humidity)) == pytest.approx(index, abs=1e-9)


def test_the_regression_begins_where_the_mean_is_80() -> None:
    """At 80 °F the simple formula's mean with the air temperature is 80 °F at 2.3 / 0.047 = 48.9 %."""
    assert fahrenheit(heat_index(celsius(80), 48.9)) == pytest.approx(0.5 * (80 + 61 + 14.4 + 48.9 * 0.094), abs=1e-9)
    assert fahrenheit(heat_index(celsius(80), 49)) == pytest.approx(80.7, abs=0.1)


def regression(t: float, r: float) -> float:
    """Rothfusz's equation as the weather service prints it, without adjustments (°F)."""
    return (
        -42.379 + 2.04901523 * t + 10.14333127 * r - 0.22475541 * t * r - 0.00683783 * t**2 - 0.05481717 * r**2
        + 0.00122874 * t**2 * r + 0.00085282 * t * r**2 - 0.00000199 * t**2 * r**2
    )  # fmt: skip


@pytest.mark.parametrize(
    ("temperature", "humidity", "adjustment"),
    [
        (95, 9, -1.0), (95, 13, 0), (95, 12.8, -0.05), (112, 9, 0), (112.1, 9, 0), (111, 9, -math.sqrt(1 / 17)), (82, 0, -6.5 / 2 * math.sqrt(4 / 17)),
        (82, 95, 1.0), (82, 85, 0), (82, 85.5, 0.05), (86.5, 95, 0.1), (87, 95, 0), (87.1, 95, 0), (90, 95, 0), (82, 50, 0),
    ],
)  # fmt: skip
def test_dry_and_very_moist_air_are_adjusted_as_the_weather_service_says(
    temperature: float, humidity: float, adjustment: float
) -> None:
    """From 80 to 112 °F below 13 %, and from 80 to 87 °F above 85 %. At 82 °F and 0 % the simple formula gives 79.9 °F, but
    its mean with the air temperature is above 80."""
    found = fahrenheit(heat_index(celsius(temperature), humidity))
    assert found == pytest.approx(regression(temperature, humidity) + adjustment, abs=1e-6)


@pytest.mark.parametrize(
    ("temperature", "humidity", "wet"), [(20, 50, 13.7), (30, 50, 22.3), (25, 50, 18.0), (30, 70, 25.6), (35, 80, 31.9)]
)
def test_the_wet_bulb_is_that_of_stull(temperature: float, humidity: float, wet: float) -> None:
    """13.7 °C at 20 °C and 50 % is the worked example of the paper; the others are printed by calculators that use it."""
    assert wet_bulb(temperature, humidity) == pytest.approx(wet, abs=0.05)


@pytest.mark.parametrize("temperature", [-10, 0, 20, 35, 50])
def test_the_wet_bulb_of_saturated_air_is_near_the_air_temperature(temperature: float) -> None:
    """Stull states at most 0.65 °C too much."""
    assert wet_bulb(temperature, 99) == pytest.approx(temperature, abs=0.65)


def test_wbgt_weighs_wet_bulb_and_globe_as_iso_7243_does() -> None:
    wet = wet_bulb(30, 60)
    assert wbgt(30, 60, 45, sun=False) == pytest.approx(0.7 * wet + 0.3 * 45)
    assert wbgt(30, 60, 45, sun=True) == pytest.approx(0.7 * wet + 0.2 * 45 + 0.1 * 30)


@pytest.mark.parametrize(
    ("temperature", "humidity", "estimate"), [(30, 60, 25.486), (35, 50, 28.641), (28, 80, 26.0488), (25, 100, 25.351)]
)
def test_without_a_globe_it_is_the_formula_of_ono_and_tonouchi(
    temperature: float, humidity: float, estimate: float
) -> None:
    """0.735 Ta + 0.0374 RH + 0.00292 Ta RH - 4.064 by hand, as the ministry prints it, with SR = WS = 0."""
    assert estimated_wbgt(temperature, humidity) == pytest.approx(estimate, abs=1e-9)


@pytest.mark.parametrize("temperature", range(20, 46, 5))
@pytest.mark.parametrize("humidity", range(20, 101, 20))
def test_the_estimate_is_near_a_globe_that_has_the_temperature_of_the_air(temperature: int, humidity: int) -> None:
    """Two independent ways to the same room without radiation differ by less than 0.9 °C."""
    assert estimated_wbgt(temperature, humidity) == pytest.approx(
        wbgt(temperature, humidity, temperature, sun=False), abs=0.9
    )


@pytest.mark.parametrize("calc", [name for name in QUANTITIES if name != "vapour_pressure_deficit"])
def test_more_vapour_never_means_less_where_people_feel_it(calc: str) -> None:
    low, high = max(LIMITS[calc][0], 27), LIMITS[calc][1]
    for temperature in (low, (low + high) / 2, high):
        values = [QUANTITIES[calc].of(temperature, humidity) for humidity in range(30, 101, 5)]
        assert all(later > earlier for earlier, later in pairwise(values))


@pytest.mark.parametrize("calc", QUANTITIES)
def test_every_quantity_is_finite_within_its_limits(calc: str) -> None:
    for temperature in LIMITS[calc]:
        for humidity in (0.001, 50, 100):
            assert math.isfinite(QUANTITIES[calc].of(temperature, humidity))
