"""The part of the expression language that cannot fail once its fields are there, as Python source over local names.

Only names of ours and names of constants are ever in the source; no text of a document is.
"""

import operator
from collections.abc import Callable
from typing import Any

from nodes.kit.cel import typed
from nodes.kit.cel.operators import equal, unequal

SCALARS = ("bool", "int", "double", "string")
_SIGNS: dict[Any, str] = {
    operator.lt: "<", operator.le: "<=", operator.gt: ">", operator.ge: ">=", equal: "==", unequal: "!=",
}  # fmt: skip
_DOUBLES: dict[Any, str] = {operator.add: "+", operator.sub: "-", operator.mul: "*"}


class NotQuick(Exception):
    """This part needs the whole expression machine."""


def written(part: typed.Typed, field: Callable[[str, str], str], constant: Callable[[Any], str]) -> str:
    """`part` as source. `field(name, CEL type)` gives the local that holds a field, `constant(value)` the name of a
    constant. Raises NotQuick."""

    def of(part: typed.Typed) -> str:
        match part:
            case typed.Const(value=value) if part.type.name in SCALARS:
                return constant(value)
            case typed.Field(name=name) if part.type.name in SCALARS:
                return field(name, part.type.name)
            case typed.Both(decides=decides, operands=operands):
                return "(" + (" or " if decides else " and ").join(f"{of(one)}" for one in operands) + ")"
            case typed.Read(operand=operand) if part.type.name == "double" and operand.type.name == "int":
                return f"float({of(operand)})"
            case typed.Apply():
                return _applied(part, of)
        raise NotQuick

    return of(part)


def _applied(part: typed.Apply, of: Callable[[typed.Typed], str]) -> str:
    types = {arg.type.name for arg in part.args}
    if part.run is operator.not_ and types == {"bool"}:
        return f"(not {of(part.args[0])})"
    if len(part.args) == 2:
        alike = len(types) == 1 or (types == {"int", "double"} and part.run in (equal, unequal))
        if part.run in _SIGNS and alike and types <= set(SCALARS):
            return f"({of(part.args[0])} {_SIGNS[part.run]} {of(part.args[1])})"
        if part.run in _DOUBLES and types == {"double"}:
            return f"({of(part.args[0])} {_DOUBLES[part.run]} {of(part.args[1])})"
    raise NotQuick
