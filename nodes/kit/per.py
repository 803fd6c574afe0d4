"""`per`: whose events share one memory. "device" (default), "all", a data field, else a device attribute."""

import hashlib
from collections.abc import Callable
from typing import Any

from nodes.kit.event import Event
from nodes.kit.scope import Scope
from nodes.kit.shape import Shape

LONGEST = 128
"""Characters of a key; a longer value is shortened to its start and a hash, so that keys of strangers stay small."""


def key_of(per: str, scope: Scope) -> Callable[[Event], str | None]:
    """How to read an event's key; None where the event has no such value. With "device", events without a device
    share the key "". A name without a dot is a field if the event has it, else an attribute; `device.hall` is always
    an attribute."""
    if per == "device":
        return lambda event: event.device or ""
    if per == "all":
        return lambda event: ""
    if per.startswith("device."):
        attribute = per.removeprefix("device.")
        return lambda event: _as_key(_attribute(scope, event, attribute))
    declared = per in scope.shape.fields

    def key(event: Event) -> str | None:
        value = event.data.get(per)
        if value is None and not declared:
            value = _attribute(scope, event, per)
        return _as_key(value)

    return key


def shape_after(per: str, shape: Shape) -> Shape:
    """The shape of what a remembering node sends: one key of "all" or of a field may see several devices."""
    return shape if per == "device" or shape.device == "never" else shape.without_device()


def _attribute(scope: Scope, event: Event, name: str) -> Any:
    if event.device is None:
        return None
    if name == "id":
        return event.device
    device = scope.registry.devices.get(event.device) if scope.registry else None
    return device.attributes.get(name) if device else None


def _as_key(value: Any) -> str | None:
    if value is None or isinstance(value, list | dict):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value)
    if len(text) <= LONGEST:
        return text
    return text[:64] + "~" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
