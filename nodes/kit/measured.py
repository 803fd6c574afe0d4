"""Numbers read from a field in a wanted unit, whatever unit the field is registered in."""

import math
from collections.abc import Callable, Iterator
from typing import Any

from nodes.kit.effect import Trouble
from nodes.kit.fields import check_field, number_in
from nodes.kit.linear import Conversion, conversion
from nodes.kit.problem import Problem
from nodes.kit.shape import Shape
from nodes.kit.unit import CannotConvert, UnknownUnit, convert, same_unit

Reader = Callable[[dict[str, Any]], float | Trouble]


def reader(field: str, unit: str, shape: Shape) -> Reader:
    """Reads `field` out of an event's data in `unit`. A field without a unit, or with one that cannot be converted, is
    taken to be in `unit` already. The conversion is worked out here, once."""
    converted_by = _conversion(field, unit, shape)

    def read(data: dict[str, Any]) -> float | Trouble:
        value = number_in(data, field)
        if isinstance(value, Trouble):
            return value
        try:
            converted = converted_by(value)
        except (OverflowError, ValueError):  # a whole number that no float holds
            converted = math.inf
        return converted if math.isfinite(converted) else Trouble("not_finite", {"field": field})

    return read


def check_measured(field: str, path: str, unit: str, shape: Shape) -> Iterator[Problem]:
    """Problems of a field that is to be read in `unit`."""
    yield from check_field(field, path, shape, numeric=True)
    known = shape.fields.get(field)
    if known is None or known.unit is None or same_unit(known.unit, unit):
        return
    try:
        convert(1.0, known.unit, unit)
    except CannotConvert:
        yield Problem("cannot_convert", path, args={"from_unit": known.unit, "to_unit": unit})
    except UnknownUnit:
        yield Problem("unknown_unit", path, "warning", args={"unit": known.unit})


def tidy(value: float) -> float:
    """`value` to 12 digits: without the dust that conversions and formulas leave behind."""
    return float(f"{value:.12g}")


def _conversion(field: str, unit: str, shape: Shape) -> Conversion:
    known = shape.fields.get(field)
    if known is None or known.unit is None:
        return float
    try:
        return conversion(known.unit, unit)
    except (CannotConvert, UnknownUnit):
        return float
