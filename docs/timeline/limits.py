"""What a node's params say about its readings, told by the marks of their schema: limits of numbers, places on the earth,
and which fields matter."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from document.schema import facts, places, plain_schema
from document.settings import setting_value
from engine.plan import PlanNode
from nodes.kit.cel import ExpressionProblem, tree
from nodes.kit.cel.names import dotted
from nodes.kit.cel.parser import parse
from nodes.kit.shape import FieldShape
from nodes.kit.unit import CannotConvert, UnknownUnit

COMPARE = {"<", "<=", ">", ">="}
NAME = re.compile(r"[^\W\d]\w*")
Spot = tuple[float, float]
"""Latitude and longitude (degrees)."""


class Ground(msgspec.Struct, frozen=True):
    """A place that a node watches: `shape` is circle (with `radius`, m), area, line or spot; `names` name the spots of
    a line, an area has one."""

    shape: str
    spots: tuple[Spot, ...]
    names: tuple[str, ...]
    radius: float = 0.0


def limits(node: PlanNode) -> dict[str, list[float]]:
    """By field, the numbers that its values are compared with, from settable params in the field's unit and from
    comparisons in expressions."""
    found: dict[str, dict[float, None]] = {}
    for path, parts, value in places(plain_schema(node.kind), node.given):
        marks = facts(parts)
        if marks.get("format") == "expression" and isinstance(value, str):
            for name, number in _compared(value, node):
                found.setdefault(name, {})[number] = None
        field = _beside(node.given, path, marks.get("unit_of"))
        if field and marks.get("settable") and not marks.get("difference") and _is_number(value):
            found.setdefault(field, {})[float(value)] = None
    return {name: sorted(numbers) for name, numbers in found.items()}


def grounds(node: PlanNode) -> list[Ground]:
    """The circles, areas, lines and spots among the params."""
    found = []
    for path, parts, value in places(plain_schema(node.kind), node.given):
        marks = facts(parts).get("format")
        around = _at(node.given, path[:-1])
        name = around.get("name", "") if isinstance(around, dict) else ""
        if marks == "point" and isinstance(value, dict):
            radius: Any = around.get("radius") if isinstance(around, dict) else None
            wide = float(radius) if _is_number(radius) else 0.0
            found.append(Ground("circle" if wide else "spot", (_spot(value),), (name,), wide))
        elif marks == "polygon" and isinstance(value, list):
            found.append(Ground("area", tuple(map(_spot, value)), (name,)))
        elif marks == "polyline" and isinstance(value, list):
            found.append(Ground("line", tuple(map(_spot, value)), tuple(spot.get("name") or "" for spot in value)))
    return found


def words_in(params: Any) -> list[str]:
    """Every word that stands in `params`, as names of fields do, alone or inside an expression or text."""
    if isinstance(params, str):
        return [params, *NAME.findall(params)]
    inner = params.values() if isinstance(params, dict) else params if isinstance(params, list | tuple) else ()
    return [word for value in inner for word in words_in(value)]


def _compared(text: str, node: PlanNode) -> Iterator[tuple[str, float]]:
    try:
        whole = parse(text)
    except ExpressionProblem:
        return
    for call in _calls(whole):
        if call.name in COMPARE and len(call.args) == 2:
            for field, other in (call.args, call.args[::-1]):
                number = _number(other, field, node)
                if isinstance(field, tree.Name) and number is not None:
                    yield field.name, number


def _calls(node: Any) -> Iterator[tree.Call]:
    if isinstance(node, tree.Call):
        yield node
    for name in node.__struct_fields__:
        value = getattr(node, name)
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, tree.Node):
                yield from _calls(inner)


def _number(node: tree.Node, beside: tree.Node, around: PlanNode) -> float | None:
    if isinstance(node, tree.Literal):
        return float(node.value) if _is_number(node.value) else None
    name = dotted(node) or ""
    setting = around.instance.scope.settings.get(name.removeprefix("settings."))
    if not name.startswith("settings.") or setting is None:
        return None
    field = around.instance.scope.shape.fields.get(dotted(beside) or "", FieldShape("any"))
    try:
        value = setting_value(setting, {}, field)
    except (CannotConvert, UnknownUnit, ValueError):
        return None
    return float(value) if _is_number(value) else None


def _beside(params: Any, path: tuple[Any, ...], name: str | None) -> str | None:
    """The field that the nearest param called `name` around `path` names."""
    for length in range(len(path) - 1, -1, -1) if name else ():
        around = _at(params, path[:length])
        if isinstance(around, dict) and isinstance(around.get(name), str):
            return str(around[name])
    return None


def _at(params: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        params = params[key]
    return params


def _spot(point: dict[str, Any]) -> Spot:
    return float(point["lat"]), float(point["lon"])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
