"""Physics of moist air from temperature (°C) and relative humidity (%), as the climate kind offers it.

Each formula names its source. `LIMITS` says where they hold; they are not asked outside of it. Pressure is that of the
sea level where a formula needs one.
"""

import math
from collections.abc import Callable
from typing import Literal

import msgspec

Calc = Literal[
    "wbgt", "discomfort_index", "dew_point", "absolute_humidity", "heat_index", "vapour_pressure_deficit"
]  # fmt: skip
HUMIDITY = (0.0, 100.0)
GLOBE = (-20.0, 120.0)
"""Black-globe temperature (°C); the upper end is that of the sensor of ISO 7243."""
LIMITS: dict[str, tuple[float, float]] = {
    "wbgt": (0.0, 50.0),
    "discomfort_index": (-20.0, 50.0),
    "dew_point": (-45.0, 60.0),
    "absolute_humidity": (-45.0, 60.0),
    "heat_index": (-20.0, 50.0),
    "vapour_pressure_deficit": (-45.0, 60.0),
}
"""Air temperatures (°C, both ends included) for which each quantity is computed."""


class Quantity(msgspec.Struct, frozen=True):
    """A quantity of temperature and humidity, and its unit (None: it has none)."""

    of: Callable[[float, float], float]
    unit: str | None


def saturation_pressure(temperature: float) -> float:
    """Pressure of saturated vapour over water (hPa), also below 0 °C. Magnus formula with the coefficients of Sonntag
    (1990), as in the WMO guide to instruments (WMO-No. 8, annex 4.B); within 0.5 % of the exact values from -30 to
    60 °C, within 0.8 % from -45 °C."""
    return 6.112 * math.exp(17.62 * temperature / (243.12 + temperature))


def dew_point(temperature: float, humidity: float) -> float:
    """Temperature (°C) at which this air is saturated over water: the Magnus formula turned round. `humidity` > 0."""
    gamma = math.log(humidity / 100) + 17.62 * temperature / (243.12 + temperature)
    return 243.12 * gamma / (17.62 - gamma)


def absolute_humidity(temperature: float, humidity: float) -> float:
    """Water in a cubic metre of air (g/m³): the ideal gas law with the gas constant of vapour, 461.5 J/(kg K)."""
    return 100_000 / 461.5 * saturation_pressure(temperature) * humidity / 100 / (273.15 + temperature)


def vapour_pressure_deficit(temperature: float, humidity: float) -> float:
    """What the vapour pressure is short of saturation (kPa)."""
    return saturation_pressure(temperature) / 10 * (1 - humidity / 100)


def discomfort_index(temperature: float, humidity: float) -> float:
    """Thom's discomfort index in the form with relative humidity that is usual in Japan (70: some are uncomfortable, 75:
    half, 80: nearly all)."""
    return 0.81 * temperature + 0.01 * humidity * (0.99 * temperature - 14.3) + 46.3


def heat_index(temperature: float, humidity: float) -> float:
    """Heat index of the US National Weather Service (°C), as at wpc.ncep.noaa.gov/html/heatindex_equation.shtml: the
    simple formula; where its mean with the air temperature is 80 °F or more, Rothfusz's regression (SR 90-23, 1990)
    with its two adjustments. Off by at most 1.3 °F from the chart; an extrapolation beyond 58 °C, where that ends."""
    t = temperature * 1.8 + 32
    simple = 0.5 * (t + 61 + (t - 68) * 1.2 + humidity * 0.094)
    found = simple if (simple + t) / 2 < 80 else _rothfusz(t, humidity)
    return (found - 32) / 1.8


def wet_bulb(temperature: float, humidity: float) -> float:
    """Wet-bulb temperature (°C) after Stull (2011), doi:10.1175/JAMC-D-11-0143.1: fitted for 5 to 99 % and -20 to 50 °C
    at the pressure of the sea level, off by at most 1 °C, 0.3 °C on average."""
    return (
        temperature * math.atan(0.151977 * math.sqrt(humidity + 8.313659))
        + math.atan(temperature + humidity)
        - math.atan(humidity - 1.676331)
        + 0.00391838 * humidity**1.5 * math.atan(0.023101 * humidity)
        - 4.686035
    )


def wbgt(temperature: float, humidity: float, globe: float, *, sun: bool) -> float:
    """Wet-bulb globe temperature (°C) of ISO 7243. The natural wet bulb is taken to be Stull's: in still air without
    sun the real one is up to about 1 °C higher, in strong sun a little more."""
    wet = wet_bulb(temperature, humidity)
    return 0.7 * wet + (0.2 * globe + 0.1 * temperature if sun else 0.3 * globe)


def estimated_wbgt(temperature: float, humidity: float) -> float:
    """WBGT (°C) without a globe: Ono and Tonouchi (2014), Jpn. J. Biometeor. 50(4), 147-157, the formula with which the
    Japanese Ministry of the Environment estimates it (wbgt.env.go.jp), with neither sun nor wind. Fitted to Japanese
    summers outdoors (98 % within 1 °C there); too low where something radiates heat."""
    return 0.735 * temperature + 0.0374 * humidity + 0.00292 * temperature * humidity - 4.064


QUANTITIES: dict[str, Quantity] = {
    "wbgt": Quantity(estimated_wbgt, "°C"),
    "discomfort_index": Quantity(discomfort_index, None),
    "dew_point": Quantity(dew_point, "°C"),
    "absolute_humidity": Quantity(absolute_humidity, "g/m³"),
    "heat_index": Quantity(heat_index, "°C"),
    "vapour_pressure_deficit": Quantity(vapour_pressure_deficit, "kPa"),
}


def _rothfusz(t: float, humidity: float) -> float:
    """The regression with its adjustments, in °F."""
    found = (
        -42.379 + 2.04901523 * t + 10.14333127 * humidity - 0.22475541 * t * humidity - 0.00683783 * t * t
        - 0.05481717 * humidity * humidity + 0.00122874 * t * t * humidity + 0.00085282 * t * humidity * humidity
        - 0.00000199 * t * t * humidity * humidity
    )  # fmt: skip
    if humidity < 13 and 80 <= t <= 112:
        return found - (13 - humidity) / 4 * math.sqrt((17 - abs(t - 95)) / 17)
    if humidity > 85 and 80 <= t <= 87:
        return found + (humidity - 85) / 10 * (87 - t) / 5
    return found
