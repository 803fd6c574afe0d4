"""What is known about the events on a wire: which fields with which types and units, and whether a device is sure."""

from functools import lru_cache
from typing import Literal

import msgspec

FieldType = Literal["number", "integer", "boolean", "string", "location", "image", "any"]
DeviceSurety = Literal["always", "maybe", "never"]


class FieldShape(msgspec.Struct, frozen=True):
    """Type and unit (as registered, None when it has none) of one field. `difference`: the number is a distance between
    two values, so that it is converted without the unit's zero point (9 °F more is 5 °C more)."""

    type: FieldType
    unit: str | None = None
    difference: bool = False


@lru_cache(maxsize=1024)
def registered(type: FieldType, unit: str | None) -> FieldShape:
    """The shape of a registered field: one object for all that are alike, in however many flows."""
    return FieldShape(type, unit)


class Shape(msgspec.Struct, frozen=True):
    """`fields` by name; `open` means that other fields may be there too (no registry, free JSON), so a missing name
    is not a problem; `device` says whether events carry one; `types` are the device types that may come (empty:
    unknown); `devices` the ids of the devices that should come (None: unknown)."""

    fields: dict[str, FieldShape] = {}
    open: bool = True
    device: DeviceSurety = "maybe"
    types: tuple[str, ...] = ()
    devices: tuple[str, ...] | None = None

    def plus(self, **more: FieldShape) -> "Shape":
        """This shape with further or replaced fields."""
        return msgspec.structs.replace(self, fields={**self.fields, **more})

    def without_device(self) -> "Shape":
        """This shape after keys were merged, so that no single device is certain."""
        return msgspec.structs.replace(self, device="maybe", devices=None)


def merge(shapes: list[Shape]) -> Shape:
    """The shape of several wires into one input: a field keeps its type where all that have it agree, else `any`."""
    if len(shapes) == 1:
        return shapes[0]
    fields: dict[str, FieldShape] = {}
    for shape in shapes:
        for name, field in shape.fields.items():
            known = fields.get(name)
            fields[name] = field if known is None or known == field else FieldShape("any")
    sureties = {shape.device for shape in shapes}
    device: DeviceSurety = sureties.pop() if len(sureties) == 1 else "maybe"
    types = tuple(dict.fromkeys(t for shape in shapes for t in shape.types))
    return Shape(fields, any(shape.open for shape in shapes) or not shapes, device, types, _devices(shapes))


def _devices(shapes: list[Shape]) -> tuple[str, ...] | None:
    """The devices of all wires together; None where one of them does not know."""
    found: dict[str, None] = {}
    for shape in shapes:
        if shape.devices is None:
            return None
        found.update(dict.fromkeys(shape.devices))
    return tuple(found)
