"""Units of measurement: converting a number from one to another. Pint is loaded only when two units differ."""

import re
from functools import lru_cache
from typing import Any


class UnknownUnit(ValueError):
    """The unit library does not know this unit."""


class CannotConvert(ValueError):
    """Both units are known, but they measure different things."""


_SAME = {
    "℃": "°C", "degc": "°C", "度": "°C", "℉": "°F", "degf": "°F", "%": "%", "パーセント": "%", "%rh": "%", "rh%": "%",
    "㎜": "mm", "㎝": "cm", "㎞": "km", "㎏": "kg", "㎎": "mg", "ℓ": "L", "㎥": "m³", "㎡": "m²", "㎾": "kW",
    "㎐": "Hz",
    "秒": "s", "分": "min", "時間": "h", "日": "day", "ミリ秒": "ms", "µm": "µm", "kgf/cm2": "kgf/cm²", "nm3": "m³",
}  # fmt: skip
"""Ways to write a unit that mean the same. Keys are lower case where letters have one."""
_PINT = {"%": "percent", "°C": "degC", "°F": "degF", "kgf/cm²": "kgf/cm**2", "var": "VA", "kvar": "kVA"}
_POWER = re.compile(r"(?<=[A-Za-z])([23])(?![0-9])")
_NAME = r"[^\W\d_°%Ωµ]*[°%Ωµ]?[^\W\d_]*(\^?-?\d)?[²³⁻¹]*"
_SHAPE = re.compile(rf"{_NAME}([/*·.](?=[^\W\d_]|[°%Ωµ]){_NAME}){{0,4}}")
"""Names with one-digit powers, up to five of them: what the library may be asked to read, and no towers of powers."""


def same_unit(a: str | None, b: str | None) -> bool:
    """Whether two unit strings mean the same unit without asking the library, e.g. °C and ℃."""
    return a == b or (a is not None and b is not None and _plain(a) == _plain(b))


def convert(value: float, from_unit: str, to_unit: str, *, difference: bool = False) -> float:
    """`value` in another unit; a `difference` (a margin, a rise) has no zero point: 9 °F more is 5 °C more. Raises
    UnknownUnit, or CannotConvert when they measure different things."""
    if same_unit(from_unit, to_unit):
        return float(value)
    if difference:
        return clean(convert(value, from_unit, to_unit) - convert(0.0, from_unit, to_unit))
    library, source, target = unit_library(), known_unit(from_unit), known_unit(to_unit)
    try:
        converted = float(library.Quantity(float(value), source).to(target).magnitude)
    except Exception as failure:  # pint raises many kinds, all of them mean that these two do not fit
        raise CannotConvert(f"{from_unit} -> {to_unit}") from failure
    return clean(converted)


def _plain(unit: str) -> str:
    stripped = unit.strip().replace("μ", "µ")
    return _SAME.get(stripped.lower(), stripped)


@lru_cache(maxsize=1)
def unit_library() -> Any:
    """The library's registry of units; loading it takes a moment, so only where two units differ."""
    import pint

    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True)


@lru_cache(maxsize=512)
def known_unit(unit: str) -> Any:
    """The unit as the library has it. Raises UnknownUnit."""
    plain = _plain(unit)
    if not plain or len(plain) > 32 or not _SHAPE.fullmatch(plain):
        raise UnknownUnit(unit)
    text = _PINT.get(plain) or _POWER.sub(r"**\1", plain)
    try:
        return unit_library().parse_units(text)
    except Exception as failure:  # any text may stand here, and the library fails in many ways
        raise UnknownUnit(unit) from failure


def clean(value: float) -> float:
    """Without the dust of binary fractions: 176 °F is 80 °C, not 79.99999999999994."""
    rounded = float(f"{value:.12g}")
    return rounded if abs(rounded - value) <= abs(value) * 1e-12 + 1e-12 else value
