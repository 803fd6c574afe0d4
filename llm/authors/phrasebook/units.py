"""Whether a number's unit, as said, can be a field's."""

from functools import lru_cache

from llm.authors.phrasebook.prefixes import KILO
from llm.authors.phrasebook.quantities import DEGREES, spelled
from llm.authors.phrasebook.reading import Quantity
from nodes.kit.unit import convert

_COUNTED = {
    "人",
    "個",
    "件",
    "本",
    "枚",
    "台",
    "名",
    "回",
    "people",
    "persons",
    "person",
    "pieces",
    "pcs",
    "items",
    "parts",
    "count",
    "counts",
    "units",
    "1",
    "ea",
}
_TIMES = {
    "s",
    "sec",
    "seconds",
    "second",
    "min",
    "minutes",
    "minute",
    "h",
    "hours",
    "hour",
    "ms",
    "秒",
    "分",
    "時間",
    "d",
    "days",
}
_MS = {"ms": 1, "s": 1_000, "sec": 1_000, "second": 1_000, "seconds": 1_000, "秒": 1_000, "min": 60_000, "minute": 60_000, "minutes": 60_000, "分": 60_000,
       "h": 3_600_000, "hour": 3_600_000, "hours": 3_600_000, "時間": 3_600_000, "d": 86_400_000, "days": 86_400_000}  # fmt: skip
THINGS, TIMES_OVER, UNITS_OF = "#things", "#times", "#devices"


def fits(said: str | None, field_unit: str | None) -> bool:
    """Whether a number said in `said` can be compared with a field in `field_unit`."""
    if said is None:
        return True
    if said in (TIMES_OVER, UNITS_OF):
        return field_unit is not None and spelled(field_unit) in ("回", "times", "台", "cycles")
    if said == KILO:
        return field_unit is not None and field_unit.startswith("k")
    if said.startswith("?"):
        return field_unit is not None and spelled(said[1:]) == spelled(field_unit)
    if field_unit is None:
        return True
    if said == THINGS:
        return spelled(field_unit) in _COUNTED
    head, _, tail = said.rpartition("/")
    if head == DEGREES:
        return field_unit.endswith(f"/{tail}") and fits(DEGREES, field_unit.removesuffix(f"/{tail}"))
    if said == DEGREES:
        return any(c in spelled(field_unit) for c in ("°", "deg", "度")) or field_unit == "K"
    if _same(said, field_unit):
        return True
    one, two = dimension(said), dimension(field_unit)
    return one == two if one and two else _converts(said, field_unit)


_DIMENSIONS = {
    spelled(unit): dimension
    for dimension, units in {
        "temperature": "°C °F K ℃", "part": "% ppm ppb", "speed": "mm/s m/s km/h cm/s mph", "current": "A mA μA", "voltage": "V kV mV",
        "power": "W kW MW mW", "energy": "kWh Wh MWh J kJ MJ", "frequency": "Hz kHz MHz", "turn": "rpm", "light": "lx", "sound": "dB dB(A)",
        "pressure": "hPa kPa MPa Pa bar psi mbar", "flow": "L/min m3/h L/h m3/min L/s", "volume": "L mL m3", "mass": "kg g t mg",
        "length": "mm cm m km μm", "acidity": "pH", "concentration": "mg/L", "dust": "μg/m3", "acceleration": "m/s2 G", "torque": "Nm N·m",
        "force": "N kN", "apparent": "VA kVA MVA", "reactive": "var kvar", "dampness": "g/m3 g/m³ mg/m3",
    }.items()
    for unit in units.split()
}  # fmt: skip
"""Units whose kind is known without asking the unit library, which takes a while to load."""


_PER = {"s": "1s", "sec": "1s", "min": "1m", "h": "1h", "day": "1d"}


def per_time(unit: str | None) -> str | None:
    """The length of time in a unit such as °C/min; None where it is no plain "so much per time"."""
    head, _, tail = (unit or "").rpartition("/")
    known = {"m", "km", "mm", "m3", "m³", "l"}
    return _PER.get(tail) if head and spelled(head) not in known else None


def dimension(unit: str) -> str | None:
    """What kind of thing a unit measures, as far as it is known without the unit library."""
    if (known := _DIMENSIONS.get(spelled(unit))) is not None:
        return known
    head, _, tail = unit.rpartition("/")
    inner = _DIMENSIONS.get(spelled(head)) if head and tail in _PER else None
    return f"{inner} by time" if inner else None


def _same(one: str, two: str) -> bool:
    """The same unit however it is spelled; milli and mega stay apart."""
    return spelled(one) == spelled(two) and {one[0], two[0]} != {"m", "M"}


@lru_cache(maxsize=512)
def _converts(said: str, unit: str) -> bool:
    try:
        convert(1.0, said, unit)
    except Exception:
        return False
    return True


def is_time(unit: str | None) -> bool:
    return unit is not None and spelled(unit) in _TIMES


_SPOKEN_TIME = {"h": "時間", "min": "分", "s": "秒"}


def duration_in(ms: int, unit: str, said: str) -> Quantity:
    """As `duration_as`, in the field's own unit where that is the one that was said."""
    own = _SPOKEN_TIME.get(spelled(unit))
    return Quantity(ms / _MS[spelled(unit)], unit) if own and said.endswith(own) else duration_as(ms, unit)


def duration_as(ms: int, unit: str) -> Quantity:
    """A duration as a number in a unit of time: the field's own, or a larger one in which it is a whole number."""
    for larger, size in (("h", 3_600_000), ("min", 60_000)):
        if size > _MS[spelled(unit)] and ms % size == 0:
            return Quantity(ms / size, larger)
    return Quantity(ms / _MS[spelled(unit)], unit)


def settled(quantity: Quantity, field_unit: str | None) -> Quantity:
    """The quantity with the unit that a setting gets: the field's own spelling where they are the same."""
    unit = quantity.unit
    if unit is None or unit == DEGREES or unit.startswith((f"{DEGREES}/", "#")) or field_unit is None:
        return Quantity(quantity.value, field_unit)
    return Quantity(quantity.value, field_unit if _same(unit, field_unit) else unit)


def in_field_unit(quantity: Quantity, field_unit: str | None, *, difference: bool = False) -> float:
    """The number in the field's unit (for comparing two limits, and for expressions)."""
    unit = settled(quantity, field_unit).unit
    if unit is None or field_unit is None or _same(unit, field_unit) or unit == "%" or field_unit == "%":
        return quantity.value
    if is_time(unit) and is_time(field_unit):
        return quantity.value * _MS[spelled(unit)] / _MS[spelled(field_unit)]
    return round(float(convert(quantity.value, unit, field_unit, difference=difference)), 9)
