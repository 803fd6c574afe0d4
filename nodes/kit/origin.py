"""Where a value comes from: a field, and if wanted of one device or one device type."""

from collections.abc import Iterator
from typing import Protocol

from nodes.kit.event import Event
from nodes.kit.fields import check_field
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape


class Origin(Protocol):
    """What the params of several kinds say; None means any."""

    @property
    def field(self) -> str: ...
    @property
    def type(self) -> str | None: ...
    @property
    def device(self) -> str | None: ...


def fits(origin: Origin, event: Event) -> bool:
    """Whether `event` is of the device and type that `origin` names."""
    return origin.device in (None, event.device) and origin.type in (None, event.type)


def covers(wide: Origin, narrow: Origin) -> bool:
    """Whether every event that fits `narrow` fits `wide`."""
    return wide.device in (None, narrow.device) and wide.type in (None, narrow.type)


def shape_of(origin: Origin, shape: Shape, scope: Scope) -> FieldShape | None:
    """Type and unit of the field: as it comes in, or where the wires do not agree about it, as its type registers it."""
    known = shape.fields.get(origin.field)
    if (known is not None and known.type != "any") or scope.registry is None:
        return known
    device = scope.registry.devices.get(origin.device or "")
    type = scope.registry.types.get(device.type if device else origin.type or "")
    field = type.field(origin.field) if type else None
    return FieldShape(field.type, field.unit) if field else known


def check_origin(origin: Origin, path: str, shape: Shape, scope: Scope, *, numeric: bool = False) -> Iterator[Problem]:
    """Problems of a field that never comes or is no number, and of a device that is of another type. `path` is that of
    the origin; ids are checked by document/."""
    known = shape_of(origin, shape, scope)
    seen = shape if known is None else Shape({origin.field: known}, False)
    yield from check_field(origin.field, f"{path}/field", seen, numeric=numeric)
    device = scope.registry.devices.get(origin.device or "") if scope.registry else None
    if device is not None and origin.type not in (None, device.type):
        args = {"id": device.id, "found": device.type, "expected": origin.type}
        yield Problem("device_of_other_type", f"{path}/device", args=args)
