"""Reading values of an event: each checked against what its field is declared to be."""

import math
from collections.abc import Callable
from typing import Any

from nodes.kit.cel.budget import spend, weight
from nodes.kit.cel.lexer import INT_MAX, INT_MIN
from nodes.kit.cel.problems import ExpressionFailure
from nodes.kit.cel.types import NAME_OF, Type
from nodes.kit.event import Event
from nodes.kit.scope import Scope

Run = Callable[[Event, Any], Any]


def read_field(name: str, kind: Type, *, charged: bool) -> Run:
    """The closure that fetches field `name`. A missing or null one fails as `missing_field`, one of another type as
    `wrong_type`; a field of unknown type may be null."""
    readers: dict[str, Callable[[str], Run]] = {"double": _double, "int": _integer, "map": _location}
    if kind.name in readers:
        return readers[kind.name](name)
    if kind.name == "dyn":
        return _untyped(name, charged=charged)
    return _exactly(name, {"bool": bool, "string": str}[kind.name], kind.name)


def missing(name: str) -> ExpressionFailure:
    return ExpressionFailure("missing_field", {"field": name})


def wrong(name: str, wanted: str, value: Any) -> ExpressionFailure:
    if value is None:
        return missing(name)
    return ExpressionFailure("wrong_type", {"field": name, "expected": wanted, "found": NAME_OF.get(type(value), "?")})


def _double(name: str) -> Run:
    def run(event: Event, frame: Any) -> Any:
        value = event.data.get(name)
        if type(value) is float:
            return value
        return double_of(value, name)

    return run


def double_of(value: Any, name: str) -> float:
    """A JSON number as double. Raises ExpressionFailure."""
    if type(value) is not int:
        raise wrong(name, "number", value)
    if abs(value) > 2**1023:
        raise ExpressionFailure("overflow", {"value": name})
    return float(value)


def _integer(name: str) -> Run:
    def run(event: Event, frame: Any) -> Any:
        value = event.data.get(name)
        if type(value) is not int:
            raise wrong(name, "integer", value)
        if not INT_MIN <= value <= INT_MAX:
            raise ExpressionFailure("overflow", {"value": name})
        return value

    return run


def _exactly(name: str, wanted: type, word: str) -> Run:
    def run(event: Event, frame: Any) -> Any:
        value = event.data.get(name)
        if type(value) is not wanted:
            raise wrong(name, word, value)
        return value

    return run


def _location(name: str) -> Run:
    def run(event: Event, frame: Any) -> Any:
        value = event.data.get(name)
        if type(value) is not dict:
            raise wrong(name, "location", value)
        return {key: number(part) for key, part in value.items()}

    return run


def _untyped(name: str, *, charged: bool) -> Run:
    def run(event: Event, frame: Any) -> Any:
        if name not in event.data:
            raise missing(name)
        value = number(event.data[name])
        if charged and type(value) in (list, dict, str):
            spend(frame, weight(value))
        return value

    return run


def number(value: Any) -> Any:
    """JSON without a declared type, its numbers as doubles."""
    kind = type(value)
    if kind is int:
        return float(value) if abs(value) <= 2**1023 else math.copysign(math.inf, value)
    if kind is list:
        return [number(item) for item in value]
    if kind is dict:
        return {key: number(item) for key, item in value.items()}
    return value


def read_device(name: str, kind: Type, scope: Scope, *, test: bool) -> Run:
    """The closure for `device.<name>`; with `test`, whether there is such a thing."""
    getters: dict[str, Callable[[Event], Any]] = {
        "id": lambda event: event.device,
        "type": lambda event: event.type,
        "label": lambda event: _label(event, scope),
    }
    get = getters.get(name) or (lambda event: _attribute(event, name, scope))

    def run(event: Event, frame: Any) -> Any:
        value = get(event)
        if test:
            return value is not None
        if value is None:
            raise missing("device" if event.device is None else f"device.{name}")
        if kind.name != "dyn" and NAME_OF.get(type(value)) != kind.name:
            if kind.name == "double":
                return double_of(value, f"device.{name}")
            raise wrong(f"device.{name}", kind.name, value)
        return number(value) if kind.name == "dyn" else value

    return run


def _label(event: Event, scope: Scope) -> str | None:
    if event.device is None:
        return None
    return scope.registry.label(event.device, scope.lang) if scope.registry else event.device


def _attribute(event: Event, name: str, scope: Scope) -> Any:
    device = scope.registry.devices.get(event.device) if scope.registry and event.device else None
    return device.attributes.get(name) if device else None
