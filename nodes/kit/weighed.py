"""What a node weighs an event by, for a person who asks why it went no further."""

import msgspec

from nodes.kit.cel import ExpressionFailure, Program
from nodes.kit.event import Event


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """A comparison of `value` (of `field`) with `limits` by the param `how`, such as `above`, or an expression `expr`;
    `met`: whether it holds."""

    met: bool
    field: str = ""
    value: float | None = None
    how: str = ""
    limits: tuple[float, ...] = ()
    expr: str = ""


def weighed_by(program: Program, expr: str, event: Event) -> Weighed | None:
    """By the expression `expr`; None where it has no value for the event."""
    try:
        return Weighed(met=program(event), expr=expr)
    except ExpressionFailure:
        return None
