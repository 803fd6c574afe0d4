"""Settings become values before a kind's params are built: "$limit" -> 80, in the unit of the field beside it."""

import re
from typing import Any

import msgspec

from document.nearest import nearest
from document.pointer import Path, pointer
from document.problems import problem
from document.schema import SETTING_PATTERN, Schema, facts, places, plain_schema
from nodes.kit.duration import format_duration, parse_duration
from nodes.kit.kind import Kind
from nodes.kit.problem import Problem
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.unit import CannotConvert, UnknownUnit, convert

_REFERENCE = re.compile(SETTING_PATTERN)
Settings = dict[str, dict[str, Any]]
_UNKNOWN = FieldShape("any")


class Resolved(msgspec.Struct):
    """`params` with every setting that could be resolved in place; `uses`: where which setting stands; `problems`
    with paths below the params; `open`: paths that still hold "$..." because of a problem."""

    params: dict[str, Any]
    uses: dict[Path, str] = {}
    problems: list[Problem] = []
    open: set[Path] = set()


def resolve(params: dict[str, Any], kind: type[Kind], settings: Settings, shape: Shape) -> dict[str, Any]:
    """The params of a node of a sound document, ready for `kind.Params`; `shape` is what arrives on its first input."""
    return resolved(params, kind, settings, shape).params


def resolved(params: dict[str, Any], kind: type[Kind], settings: Settings, shape: Shape) -> Resolved:
    """As `resolve`, for documents that may be unsound: never raises, keeps what it cannot resolve and says why."""
    outcome = Resolved(params)
    changes: list[tuple[Path, Any]] = []
    for path, parts, value in places(plain_schema(kind), params):
        if not isinstance(value, str) or not value.startswith("$") or facts(parts).get("format") == "topic":
            continue  # a topic may well start with a dollar; that none such may be read is another matter
        if value.startswith("$$"):
            changes.append((path, value[1:]))
        elif not _REFERENCE.match(value) or not facts(parts).get("settable"):
            fixed = {"path": pointer(path), "value": f"${value}"} if not _REFERENCE.match(value) else None
            outcome.problems.append(problem("not_settable", pointer(path), param=str(path[-1]), fix=fixed))
            outcome.open.add(path)
        else:
            _take(path, parts, value[1:], settings, _beside(path, parts, params, shape), outcome, changes)
    for path, value in changes:
        outcome.params = _replaced(outcome.params, path, value)
    return outcome


def setting_value(setting: dict[str, Any], marks: dict[str, Any], beside: FieldShape) -> Any:
    """The setting's value where a param with `marks` wants it in the unit of `beside`, if that has one. Raises
    ValueError for a duration that is none, and what nodes.kit.unit raises where units do not fit."""
    unit = beside.unit
    value, given = setting.get("value"), setting.get("unit")
    given = given if isinstance(given, str) and given else None
    if marks.get("format") == "duration":
        return _as_duration(value, given)
    if unit is None or given is None or given == unit or isinstance(value, bool) or not isinstance(value, int | float):
        return value
    difference = beside.difference or bool(marks.get("difference"))
    converted = _without_dust(convert(value, given, unit, difference=difference), value)
    return int(converted) if isinstance(value, int) and converted == int(converted) else converted


def _take(
    path: Path,
    parts: list[Schema],
    name: str,
    settings: Settings,
    beside: FieldShape,
    outcome: Resolved,
    changes: list[tuple[Path, Any]],
) -> None:
    """Put the setting `name` at `path`, or say why not."""
    outcome.uses[path] = name
    setting = settings.get(name)
    if not isinstance(setting, dict) or "value" not in setting:
        outcome.open.add(path)
        if setting is None:
            outcome.problems.append(_unknown(path, name, settings))
        return
    try:
        changes.append((path, setting_value(setting, facts(parts), beside)))
    except CannotConvert:
        outcome.open.add(path)
        args: dict[str, Any] = {"name": name, "from_unit": setting.get("unit"), "to_unit": beside.unit or "s"}
        outcome.problems.append(problem("cannot_convert", pointer(path), **args))
    except UnknownUnit:
        changes.append((path, setting["value"]))
        outcome.problems.append(problem("unknown_unit", pointer(path), unit=setting.get("unit")))
    except (ValueError, OverflowError):
        outcome.open.add(path)
        outcome.problems.append(problem("setting_does_not_fit", pointer(path), name=name))


def _unknown(path: Path, name: str, settings: Settings) -> Problem:
    near = nearest(name, settings)
    fix = None if near is None else {"path": pointer(path), "value": f"${near}"}
    names = list(settings)[:50]
    args: dict[str, Any] = {"name": name, "nearest": near, "names": names or None}
    return problem("unknown_setting", pointer(path), fix=fix, allowed=names, **args)


def _as_duration(value: Any, unit: Any) -> str:
    if isinstance(value, str):
        parse_duration(value)
        return value
    if unit is None or isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a duration needs a unit")
    text = format_duration(round(convert(value, unit, "ms")))
    parse_duration(text)
    return text


def _without_dust(converted: float, value: float) -> float:
    dust = 1e-9 * max(1.0, abs(value))
    return float(round(converted)) if abs(converted - round(converted)) < dust else converted


def _beside(path: Path, parts: list[Schema], params: Any, shape: Shape) -> FieldShape:
    """What the param at `path` is measured like: the field which it or its surroundings name."""
    marks = facts(parts)
    if isinstance(unit := marks.get("unit"), str):
        return FieldShape("number", unit)
    name = marks.get("unit_of")
    for length in range(len(path) - 1, -1, -1):
        around = params
        for key in path[:length]:
            around = around[key]
        if isinstance(around, dict) and isinstance(field := around.get(name), str):
            return shape.fields.get(field, _UNKNOWN)
    return _UNKNOWN


def _replaced(value: Any, path: Path, new: Any) -> Any:
    """A copy of `value` with `new` at `path`; what is not on the way is shared."""
    if not path:
        return new
    key: Any = path[0]
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[key] = _replaced(value[key], path[1:], new)
    return changed
