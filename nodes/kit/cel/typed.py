"""The typed tree: every name resolved, every operator bound to its signature. Only this is compiled."""

from typing import Any, Literal

import msgspec

from nodes.kit.cel.overload import Run
from nodes.kit.cel.types import Type


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """`type` is what the part yields; `unit` the unit of a number that comes straight from a field or setting."""

    type: Type
    unit: str | None = None


class Const(Typed, frozen=True, kw_only=True):
    """A literal, a setting's value, or what was computed from such."""

    value: Any


class Field(Typed, frozen=True, kw_only=True):
    """A field of the event, checked against its type when it is read; `difference` as in FieldShape."""

    name: str
    difference: bool = False


class Present(Typed, frozen=True, kw_only=True):
    """`has(field)`: the event carries it and it is not null."""

    name: str


class OfDevice(Typed, frozen=True, kw_only=True):
    """`device.id`, `device.label`, `device.type` or an attribute; with `test`, whether it is there."""

    name: str
    test: bool = False


class EventTime(Typed, frozen=True, kw_only=True):
    """`time`: when the event happened."""


class Local(Typed, frozen=True, kw_only=True):
    """A macro's variable, kept in the frame at `slot`."""

    slot: int


class Member(Typed, frozen=True, kw_only=True):
    """`operand.name` of a map; with `test`, whether it is there."""

    operand: Typed
    name: str
    test: bool = False


class Read(Typed, frozen=True, kw_only=True):
    """`operand` read as `type`: an int as double, or a value of unknown type as what it has to be."""

    operand: Typed


class Apply(Typed, frozen=True, kw_only=True):
    """A function or operator on its arguments; `linear`: its work grows with their size."""

    name: str
    run: Run
    args: list[Typed]
    linear: bool = False


class Both(Typed, frozen=True, kw_only=True):
    """`&&` (`decides` False) or `||` (`decides` True): one operand with that value decides, whatever the others do."""

    decides: bool
    operands: list[Typed]


class Choose(Typed, frozen=True, kw_only=True):
    """`test ? yes : no`."""

    test: Typed
    yes: Typed
    no: Typed


class Items(Typed, frozen=True, kw_only=True):
    """A list written in the text."""

    items: list[Typed]


class Entries(Typed, frozen=True, kw_only=True):
    """A map written in the text."""

    entries: list[tuple[Typed, Typed]]


class Loop(Typed, frozen=True, kw_only=True):
    """A macro over the elements of `source` (a map's keys), each bound to `slot`."""

    macro: Literal["all", "exists", "exists_one", "filter", "map"]
    source: Typed
    slot: int
    test: Typed | None = None
    body: Typed | None = None
