"""A setting written in another unit than the field it meets is converted, as everywhere else in a document."""

from collections.abc import Sequence

from nodes.kit.cel import typed
from nodes.kit.cel.problems import ExpressionProblem
from nodes.kit.cel.typed import Typed
from nodes.kit.cel.types import DOUBLE


def in_one_unit(args: Sequence[Typed], position: int) -> list[Typed]:
    """The operands with a constant's value converted into the unit of the field beside it. Raises ExpressionProblem
    `cannot_convert` where the units measure different things."""
    if len(args) != 2:
        return list(args)
    left, right = args
    if isinstance(left, typed.Const) and isinstance(right, typed.Field):
        return [_converted(left, right, position), right]
    if isinstance(right, typed.Const) and isinstance(left, typed.Field):
        return [left, _converted(right, left, position)]
    return [left, right]


def _converted(constant: typed.Const, field: typed.Field, position: int) -> Typed:
    if not constant.unit or not field.unit or constant.unit == field.unit or type(constant.value) not in (int, float):
        return constant
    from nodes.kit.unit import CannotConvert, UnknownUnit, convert  # the unit library is heavy and seldom needed

    try:
        value = convert(constant.value, constant.unit, field.unit, difference=field.difference)
    except UnknownUnit:
        return constant
    except CannotConvert:
        args = {"from_unit": constant.unit, "to_unit": field.unit}
        raise ExpressionProblem("cannot_convert", position, args) from None
    return typed.Const(type=DOUBLE, value=value, unit=field.unit)
