"""What stands in a flow that a trial can turn: limits of fields, lengths of time, moments of the day, words, places.

Everything is found by the marks of the params' schemas and by the parse trees of expressions, never by a kind's name.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from document.schema import facts as marks_of
from document.schema import places, plain_schema
from engine.plan import Plan, PlanNode
from nodes.kit.cel import tree
from nodes.kit.cel.parser import parse
from nodes.kit.cel.problems import ExpressionProblem
from nodes.kit.duration import parse_duration
from nodes.kit.things import cell_key

_COMPARES = ("<", "<=", ">", ">=", "==", "!=", "in", "contains", "startsWith", "endsWith")
_SURROUNDINGS = ("device", "settings", "time")
_TIMES = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000, "day": 86_400_000}
"""Units of fields that are themselves lengths of time (ms), such as hours of operation."""
_HOLE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)[}.|]")
MOST_ROWS = 3
"""Rows of a table whose keys are tried."""


class Facts(msgspec.Struct):
    """`limits`: by field, the numbers that it is compared with; `margins` likewise, the distances. `equal`: by field,
    values that it is compared with as they are. `loose`: numbers compared with something worked out on the way.
    `counts`: whole numbers without a unit, such as how many devices. `read`: fields that decide something, `flags` those
    that are true or false, `named` others that are shown or tell keys apart. `lengths`
    (ms), `minutes` (of the day) and `days` (something depends on the day) are of time; `points` are places."""

    limits: dict[str, set[float]] = {}
    margins: dict[str, set[float]] = {}
    equal: dict[str, dict[Any, None]] = {}
    loose: set[float] = set()
    counts: set[int] = set()
    read: dict[str, None] = {}
    flags: dict[str, None] = {}
    named: dict[str, None] = {}
    lengths: set[int] = set()
    minutes: set[int] = set()
    days: bool = False
    points: list[dict[str, float]] = []


def facts_of(plan: Plan, only: frozenset[str] | None = None) -> Facts:
    """All of a plan, or of some of its nodes, settings filled in."""
    found = Facts()
    sent = {name for node in plan.nodes if node.is_source for name in _fields_sent(node)}
    for node in plan.nodes:
        if not node.off and (only is None or node.id in only):
            _of_node(node, plan, sent, found)
    return found


def _fields_sent(source: PlanNode) -> list[str]:
    shapes = source.kind.shapes(source.instance.params, source.instance.scope)
    return [name for shape in shapes.values() for name in shape.fields]


def _of_node(node: PlanNode, plan: Plan, sent: set[str], found: Facts) -> None:
    decides = node.kind.group != "action"
    schema = plain_schema(node.kind)
    for path, parts, value in places(schema, {**_defaults(node, schema), **node.given}):
        marks = marks_of(parts)
        if isinstance(value, dict):
            _places_in(value, found)
            found.points += _middle(value.get("polygon"))
        elif isinstance(value, bool) or value is None or isinstance(value, list):
            continue
        elif isinstance(value, int | float):
            _number(node, path, marks, float(value), sent, found)
        elif marks.get("ref") == "field":
            (found.read if decides else found.named).setdefault(value)
        elif marks.get("format") == "per" and value not in ("all", "device"):
            found.named.setdefault(value.removeprefix("device."))
        elif marks.get("format") == "text":
            found.named |= dict.fromkeys(_HOLE.findall(value))
        elif marks.get("format") == "duration":
            found.lengths.add(parse_duration(value))
        elif marks.get("format") == "time_of_day":
            hour, _, minute = value.partition(":")
            found.minutes.add(int(hour) * 60 + int(minute))
            found.days = True
        elif marks.get("format") == "expression":
            _Expression(node, plan, sent, found).read(value)
        elif marks.get("ref") == "table":
            _rows(node, plan, value, found)


def _defaults(node: PlanNode, schema: dict[str, Any]) -> dict[str, Any]:
    """Numbers and lengths that hold where the flow says nothing, of nodes that decide."""
    if node.kind.group in ("action", "ai"):
        return {}
    written = {name: part.get("default") for name, part in schema.get("properties", {}).items()}
    return {
        n: v for n, v in written.items() if isinstance(v, str | int) and not isinstance(v, bool) and v not in (0, 1)
    }


def _number(
    node: PlanNode, path: tuple[Any, ...], marks: dict[str, Any], value: float, sent: set[str], found: Facts
) -> None:
    field = _beside(path, marks, node.given)
    shape = node.instance.scope.shape.fields.get(field or "")
    if shape is not None and shape.unit in _TIMES:
        found.lengths.add(round(value * _TIMES[shape.unit]))
    if marks.get("unit"):
        found.loose.add(value)
    elif field is None and "unit_of" not in marks:
        if value == int(value) and 0 < value <= 60:
            found.counts.add(int(value))
        if path[0] in node.given and path[-1] not in ("lat", "lon"):
            found.loose.add(value)
    elif field in sent:
        into = found.margins if marks.get("difference") else found.limits
        into.setdefault(str(field), set()).add(value)
    elif not marks.get("difference"):
        found.loose.add(value)


def _beside(path: tuple[Any, ...], marks: dict[str, Any], params: Any) -> str | None:
    """The field in whose unit the number at `path` is, as its surroundings name it."""
    name = marks.get("unit_of")
    for length in range(len(path) - 1, -1, -1) if name else ():
        around = params
        for key in path[:length]:
            around = around[key]
        if isinstance(around, dict) and isinstance(field := around.get(name), str):
            return field
    return None


def _places_in(value: dict[str, Any], found: Facts) -> None:
    if {"lat", "lon"} <= value.keys() and all(isinstance(value[k], int | float) for k in ("lat", "lon")):
        found.points.append({"lat": value["lat"], "lon": value["lon"]})


def _middle(corners: Any) -> list[dict[str, float]]:
    """A place inside of an area."""
    if not isinstance(corners, list) or not corners or not all(isinstance(c, dict) and "lat" in c for c in corners):
        return []
    return [{name: sum(corner[name] for corner in corners) / len(corners) for name in ("lat", "lon")}]


def _rows(node: PlanNode, plan: Plan, table: str, found: Facts) -> None:
    """The first keys of a table, as values of the field that is looked up in it."""
    known = plan.registry.tables.get(table) if plan.registry else None
    field = node.given.get("field")
    names = [column.name for column in known.columns] if known else []
    if known is None or not isinstance(field, str) or known.key not in names:
        return
    at = names.index(known.key)
    for row in known.rows[:MOST_ROWS]:
        found.equal.setdefault(field, {}).setdefault(cell_key(row[at])[1])
    numbers = {v for row in known.rows[:MOST_ROWS] for v in row if isinstance(v, int | float) and v is not row[at]}
    found.loose |= {float(v) for v in numbers if not isinstance(v, bool)}


class _Expression:
    """One expression: which fields it reads, and what they are compared with."""

    def __init__(self, node: PlanNode, plan: Plan, sent: set[str], found: Facts) -> None:
        self.settings = plan.document.get("settings") or {}
        self.shape, self.sent, self.found = node.instance.scope.shape, sent, found

    def read(self, text: str) -> None:
        try:
            root = parse(text)
        except ExpressionProblem:  # the document is sound; a prompt's text is no expression
            return
        for part in _parts(root):
            if isinstance(part, tree.Name) and part.name not in _SURROUNDINGS:
                self.found.read.setdefault(part.name)
            if isinstance(part, tree.Call) and part.name in _COMPARES:
                self._compared(part)

    def _compared(self, call: tree.Call) -> None:
        inside = list(_parts(call))
        names = [part.name for part in inside if isinstance(part, tree.Name)]
        values = [*self._values(inside)]
        if "time" in names:
            self._moments(inside, values)
            return
        alone = sum(isinstance(part, tree.Call) for part in inside) == 1
        fields = [name for name in names if name not in _SURROUNDINGS]
        for value in values:
            if isinstance(value, bool):
                self.found.flags |= dict.fromkeys(fields)
            elif isinstance(value, str) or (call.name in ("==", "!=", "in") and alone):
                for name in fields:
                    self.found.equal.setdefault(name, {}).setdefault(value)
            elif alone and fields and all(name in self.sent for name in fields):
                for name in fields:
                    self.found.limits.setdefault(name, set()).add(float(value))
            else:
                self._worked_out(float(value), fields)

    def _worked_out(self, value: float, fields: list[str]) -> None:
        """A number that is compared with something that no source sends."""
        self.found.loose.add(value)
        units = {shape.unit for name in fields if (shape := self.shape.fields.get(name)) is not None}
        self.found.lengths |= {round(abs(value) * _TIMES[unit]) for unit in units if unit in _TIMES}

    def _moments(self, inside: list[tree.Node], values: list[Any]) -> None:
        calls = {part.name for part in inside if isinstance(part, tree.Call)}
        self.found.days = self.found.days or any("Day" in name or "Date" in name or "Month" in name for name in calls)
        if any("Hours" in name for name in calls):
            hours = [int(v) for v in values if isinstance(v, int | float) and 0 <= v <= 24]
            self.found.minutes |= {hour % 24 * 60 for hour in hours}

    def _values(self, inside: list[tree.Node]) -> Iterator[Any]:
        for part in inside:
            if isinstance(part, tree.Literal) and part.value is not None:
                yield part.value
            if (
                isinstance(part, tree.Select)
                and isinstance(part.operand, tree.Name)
                and part.operand.name == "settings"
            ):
                value = (self.settings.get(part.member) or {}).get("value")
                if isinstance(value, str | int | float):
                    yield value


def _parts(node: tree.Node) -> Iterator[tree.Node]:
    """The node and all below it."""
    yield node
    for name in node.__struct_fields__:
        value = getattr(node, name)
        for below in value if isinstance(value, list) else [value]:
            for part in below if isinstance(below, tuple) else [below]:
                if isinstance(part, tree.Node):
                    yield from _parts(part)
