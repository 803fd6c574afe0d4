"""What a name in an expression means: a field of the event, `device`, `settings`, `time`, or the name of a type."""

from typing import Any

from nodes.kit.cel import tree
from nodes.kit.cel.functions import TYPE_NAMES
from nodes.kit.cel.problems import unknown
from nodes.kit.cel.typed import Const, EventTime, Field, OfDevice, Present, Typed
from nodes.kit.cel.types import (
    BOOL,
    DYN,
    OF_FIELD,
    STRING,
    TIMESTAMP,
    TYPE,
    Type,
    TypeValue,
    joined,
    type_of_value,
)  # fmt: skip
from nodes.kit.scope import Scope

ROOTS = ("device", "settings", "time")
DEVICE_WORDS = ("id", "label", "type")


def dotted(node: tree.Node) -> str | None:
    """`a.b.c` where the node is a chain of plain names."""
    if isinstance(node, tree.Name):
        return node.name
    if isinstance(node, tree.Select) and (front := dotted(node.operand)) is not None:
        return f"{front}.{node.member}"
    return None


class Names:
    """The names that an expression at `scope` may use."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._attributes = attributes_of(scope)

    def plain(self, node: tree.Name) -> Typed:
        """A name without a dot. Raises ExpressionProblem `unknown_field`."""
        name = node.name
        if name == "time":
            return EventTime(type=TIMESTAMP)
        if (found := self.field(name)) is not None:
            return found
        if name in TYPE_NAMES:
            return Const(type=TYPE, value=TypeValue(name))
        raise unknown("unknown_field", name, [*self.scope.shape.fields, *ROOTS], node.position)

    def field(self, name: str, *, named: bool = False) -> Field | None:
        """A field of the event; where other fields may be there too, any name is one (not if `named`)."""
        known = self.scope.shape.fields.get(name)
        if known is not None:
            return Field(type=OF_FIELD[known.type], name=name, unit=known.unit, difference=known.difference)
        open_name = self.scope.shape.open and not named and name not in TYPE_NAMES and name not in ROOTS
        return Field(type=DYN, name=name) if open_name else None

    def qualified(self, node: tree.Select) -> Typed | None:
        """`device.x`, `settings.x` or a field whose registered name has dots; None for an ordinary member."""
        if isinstance(node.operand, tree.Name):
            if node.operand.name == "device":
                return self._device(node)
            if node.operand.name == "settings":
                return self._setting(node)
        name = dotted(node)
        return self.field(name, named=True) if name else None

    def presence(self, node: tree.Node) -> Typed | None:
        """`has(...)` of what is named outright; None for a member of some value."""
        if isinstance(node, tree.Name):
            found = self.plain(node)
        elif isinstance(node, tree.Select):
            maybe = self.qualified(node)
            if maybe is None:
                return None
            found = maybe
        else:
            return None
        if isinstance(found, Field):
            return Present(type=BOOL, name=found.name)
        if isinstance(found, OfDevice):
            return OfDevice(type=BOOL, name=found.name, test=True)
        return Const(type=BOOL, value=True)

    def _device(self, node: tree.Select) -> Typed:
        name = node.member
        if name in DEVICE_WORDS:
            return OfDevice(type=STRING, name=name)
        if self._attributes is None:
            return OfDevice(type=DYN, name=name)
        if name not in self._attributes:
            raise unknown("unknown_attribute", name, [*DEVICE_WORDS, *self._attributes], node.position)
        return OfDevice(type=self._attributes[name], name=name)

    def _setting(self, node: tree.Select) -> Typed:
        setting = self.scope.settings.get(node.member)
        if not isinstance(setting, dict) or "value" not in setting:
            raise unknown("unknown_setting", node.member, self.scope.settings, node.position)
        value: Any = setting["value"]
        unit = setting.get("unit")
        return Const(type=type_of_value(value), value=value, unit=unit if isinstance(unit, str) else None)


def attributes_of(scope: Scope) -> dict[str, Type] | None:
    """Attribute types of the devices whose events may come; None where nothing is known about them."""
    if scope.registry is None:
        return None
    types = scope.shape.types
    devices = [d for d in scope.registry.devices.values() if not types or d.type in types]
    if not devices:
        return None
    found: dict[str, Type] = {}
    for device in devices:
        for name, value in device.attributes.items():
            kind = type_of_value(value)
            found[name] = joined(found[name], kind) or DYN if name in found else kind
    return found
