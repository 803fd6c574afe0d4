"""The types of CEL as far as events have them, and how a field's type is read.

One widening of strict CEL: an int that meets a double in arithmetic, a comparison, a list or a choice is read as
double. Numbers inside values without a declared type are doubles, as CEL reads JSON.
"""

import datetime
from typing import Any, Literal

import msgspec

from nodes.kit.shape import FieldType

TypeName = Literal[
    "bool", "int", "double", "string", "timestamp", "duration", "list", "map", "null", "type", "dyn"
]  # fmt: skip


class Type(msgspec.Struct, frozen=True):
    """`item` is the element type of a list or the value type of a map; `key` a map's key type; `members` are the only
    names a map has, where they are known."""

    name: TypeName
    item: "Type | None" = None
    key: "Type | None" = None
    members: "dict[str, Type] | None" = None

    def __str__(self) -> str:
        if self.name == "list" and self.item:
            return f"list({self.item})"
        if self.name == "map" and self.item and self.key:
            return f"map({self.key}, {self.item})"
        return self.name


class TypeValue(str):
    """What `type(x)` gives: compares equal only with other type values."""

    __slots__ = ()


BOOL, INT, DOUBLE, STRING = Type("bool"), Type("int"), Type("double"), Type("string")
TIMESTAMP, DURATION, NULL, TYPE, DYN = Type("timestamp"), Type("duration"), Type("null"), Type("type"), Type("dyn")
LOCATION = Type("map", DOUBLE, STRING, {"lat": DOUBLE, "lon": DOUBLE})

OF_FIELD: dict[FieldType, Type] = {
    "number": DOUBLE, "integer": INT, "boolean": BOOL, "string": STRING, "location": LOCATION,
    "image": DYN, "any": DYN,
}  # fmt: skip
AS_FIELD: dict[str, FieldType] = {
    "bool": "boolean", "int": "integer", "double": "number", "string": "string", "timestamp": "string",
    "duration": "string", "type": "string",
}  # fmt: skip
"""The field type that a result has once it is in an event's data; anything else is `any`."""

NAME_OF: dict[type, TypeName] = {
    bool: "bool", int: "int", float: "double", str: "string", datetime.datetime: "timestamp",
    datetime.timedelta: "duration", list: "list", dict: "map", type(None): "null", TypeValue: "type",
}  # fmt: skip
"""The CEL type name by the exact Python type of a value."""


def list_of(item: Type) -> Type:
    return Type("list", item)


def map_of(key: Type, item: Type) -> Type:
    return Type("map", item, key)


def item_of(container: Type) -> Type:
    """What a list or map holds; dyn when that is not known."""
    return container.item or DYN


def joined(left: Type, right: Type) -> Type | None:
    """The one type that both can be read as, None when there is none. Null and dyn go with everything."""
    if left == right:
        return left
    if "dyn" in (left.name, right.name) or "null" in (left.name, right.name):
        return DYN
    if {left.name, right.name} == {"int", "double"}:
        return DOUBLE
    if left.name != right.name:
        return None
    item = joined(item_of(left), item_of(right))
    if item is None or left.name not in ("list", "map"):
        return None
    return Type(left.name, item, joined(left.key or DYN, right.key or DYN) or DYN if left.name == "map" else None)


def type_of_value(value: Any) -> Type:
    """The type of a constant, such as a setting's value."""
    name = NAME_OF.get(type(value), "dyn")
    if name == "list":
        return list_of(DYN)
    return map_of(STRING, DYN) if name == "map" else Type(name)
