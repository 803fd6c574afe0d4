"""Texts with names in braces: `{field}`, `{field.path}`, `{device}`, `{time}`, `{settings.x}`, `{x|round:1}`.

One pass: what a value prints is never read again as a template. `{{` and `}}` print braces. A missing field prints `–`.
"""

import difflib
from collections.abc import Callable
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec

from nodes.kit.effect import Trouble
from nodes.kit.event import Event
from nodes.kit.moment import EPOCH
from nodes.kit.payload import descend
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.template import BadText, Hole, parse_text

MISSING = "–"
LONGEST_VALUE = 2_000
"""Characters that one value may print; the rest is cut, because devices choose what they send."""
MOST_ITEMS = 50
"""Items of a list that are printed."""
FILTERS = ("round", "upper", "lower", "default", "time", "date")
"""round:n (half away from zero) · upper · lower · default:"x" (for a missing value) · time, date (of a time in ms)"""
RAW = "raw"
"""In values only: keeps the type."""

Text = Callable[[Event], tuple[str, list[Trouble]]]
Reader = Callable[[Event], Any]


def compile_text(template: str, scope: Scope, *, show: Callable[[Any], str] | None = None) -> Text:
    """What prints `template` for an event, with a Trouble for each value that is missing. `show` prints one value
    (default: as a person reads it). Raises BadText for braces or filters that do not fit."""
    parts: list[str | tuple[Hole, Reader]] = [
        part if isinstance(part, str) else (part, reader(part.name, scope)) for part in _checked(template)
    ]
    printed = show or format_value

    def text(event: Event) -> tuple[str, list[Trouble]]:
        troubles: list[Trouble] = []
        written = [
            part if isinstance(part, str) else _filled(part[0], part[1](event), printed, scope, troubles)
            for part in parts
        ]
        return "".join(written), troubles

    return text


def check_text(template: str, scope: Scope, path: str = "") -> list[Problem]:
    """What is wrong with `template` for events as `scope` describes them, as problems at the JSON Pointer `path`."""
    try:
        parts = _checked(template)
    except BadText as bad:
        return [Problem(bad.code, path, args=bad.details, allowed=bad.allowed)]
    found = [_unknown(part, template, scope) for part in parts if isinstance(part, Hole)]
    return [_at(path, problem) for problem in found if problem is not None]


def compile_value(template: str, scope: Scope) -> Callable[[Event], tuple[Any, list[Trouble]]]:
    """As `compile_text`, but `{name|raw}` alone gives the value itself (None where it is missing), not its text."""
    name = _raw(template)
    if name is None:
        return compile_text(template, scope)
    read = reader(name, scope)

    def value(event: Event) -> tuple[Any, list[Trouble]]:
        found = read(event)
        return found, [Trouble("missing_field", {"field": name})] if found is None else []

    return value


def check_value(template: str, scope: Scope, path: str = "") -> list[Problem]:
    """As `check_text`, for what `compile_value` takes."""
    name = _raw(template)
    if name is None:
        return check_text(template, scope, path)
    found = check_text("{" + name + "}", scope, path)
    for problem in found:
        problem.fix = None
    return found


def reader(name: str, scope: Scope) -> Reader:
    """How to read what `name` means in a text (None: the event has no such value)."""
    if name == "device":
        return lambda event: _label(event, scope)
    if name == "time":
        return lambda event: _clock(event.time, scope, "%H:%M:%S")
    head, _, rest = name.partition(".")
    if head == "device" and rest:
        return lambda event: _of_device(event, rest, scope)
    if head == "settings" and rest:
        value = (scope.settings.get(rest) or {}).get("value")
        return lambda event: value
    return lambda event: _in_data(event.data, name)


def format_value(value: Any) -> str:
    """A value as a person reads it: numbers shortest, a location as two numbers, a plain list with commas, anything else
    as JSON."""
    if isinstance(value, str):
        text = value if value.isprintable() else "".join(c for c in value if c.isprintable() or c in "\n\t")
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, int | float):
        text = format_number(value)
    elif isinstance(value, dict) and value.keys() == {"lat", "lon"}:
        text = f"{value['lat']}, {value['lon']}"
    elif isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        text = ", ".join(format_value(item) for item in value[:MOST_ITEMS]) + (", …" if value[MOST_ITEMS:] else "")
    else:
        text = msgspec.json.encode(value).decode("utf-8")
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"


def format_number(x: float) -> str:
    """A number shortest, at most 6 significant digits, without an exponent where it can be read without one.

    A whole number that is written as one (a Python int: a counter, an id) keeps all its digits."""
    if isinstance(x, int):
        return str(x) if abs(x) < 10**21 else f"{float(x):.6g}" if abs(x) < 10**300 else "∞"
    text = f"{x:.6g}"
    if "e" in text and 1e-7 <= abs(x) < 1e15:
        text = f"{Decimal(text):f}"
    return "0" if text == "-0" else text


def _raw(template: str) -> str | None:
    try:
        parts = parse_text(template)
    except BadText:
        return None
    only = parts[0] if len(parts) == 1 else None
    return only.name if isinstance(only, Hole) and only.filters == ((RAW, None),) else None


def _checked(template: str) -> list[str | Hole]:
    parts = parse_text(template)
    for part in parts:
        if isinstance(part, Hole):
            for name, arg in part.filters:
                _check_filter(name, arg)
    return parts


def _check_filter(name: str, arg: str | None) -> None:
    if name not in FILTERS:
        near = difflib.get_close_matches(name, FILTERS, n=1)
        details = {"name": name, "nearest": near[0] if near else None, "names": list(FILTERS)}
        raise BadText("text_unknown_filter", details, list(FILTERS))
    takes = {"round": "round:1", "default": 'default:"–"'}.get(name)
    fits = arg is None if takes is None else arg is not None
    if name == "round" and arg is not None:
        fits = arg.isascii() and arg.isdigit() and int(arg) <= 9
    if not fits:
        raise BadText("text_bad_filter", {"name": name, "detail": takes or name})


def _filled(hole: Hole, value: Any, show: Callable[[Any], str], scope: Scope, troubles: list[Trouble]) -> str:
    for name, arg in hole.filters:
        if value is None and name == "default":
            return str(arg)
        if value is not None:
            value = _filtered(name, arg, value, scope)
    if value is None:
        troubles.append(Trouble("missing_field", {"field": hole.name}))
        return MISSING
    return show(value)


def _filtered(name: str, arg: str | None, value: Any, scope: Scope) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if name == "round":
        return _rounded(value, int(arg or 0)) if is_number else value
    if name in ("upper", "lower"):
        text = format_value(value)
        return text.upper() if name == "upper" else text.lower()
    if name in ("time", "date") and is_number:
        return _clock(value, scope, "%H:%M:%S" if name == "time" else "%Y-%m-%d")
    return value


def _rounded(value: float, digits: int) -> str:
    if abs(value) >= 1e15:
        return format_number(value)
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    text = f"{rounded:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _clock(ms: float, scope: Scope, form: str) -> str | None:
    try:
        return (EPOCH + timedelta(milliseconds=ms)).astimezone(scope.zone).strftime(form)
    except (OverflowError, ValueError):
        return None


def _label(event: Event, scope: Scope) -> str | None:
    if event.device is None or scope.registry is None:
        return event.device
    return scope.registry.label(event.device, scope.lang)


def _of_device(event: Event, name: str, scope: Scope) -> Any:
    if event.device is None:
        return None
    if name in ("id", "label", "type"):
        return {"id": event.device, "label": _label(event, scope), "type": event.type}[name]
    device = scope.registry.devices.get(event.device) if scope.registry else None
    return device.attributes.get(name) if device else None


def _in_data(data: dict[str, Any], name: str) -> Any:
    value: Any = data.get(name)
    if value is not None or "." not in name:
        return value
    return descend(data, name)


def _unknown(hole: Hole, template: str, scope: Scope) -> Problem | None:
    head, _, rest = hole.name.partition(".")
    shape = scope.shape
    if hole.name in shape.fields or hole.name == "time":
        return None
    if head == "device":
        return _unknown_of_device(hole, rest, template, scope)
    if head == "settings":
        return None if rest in scope.settings else _not_known(hole, [f"settings.{s}" for s in scope.settings], template)
    known = shape.fields.get(head)
    if shape.open or (known is not None and rest and known.type in ("location", "image", "any")):
        return None
    return _not_known(hole, [*shape.fields, "device", "time"], template)


def _unknown_of_device(hole: Hole, rest: str, template: str, scope: Scope) -> Problem | None:
    if scope.shape.device == "never":
        found = _not_known(hole, list(scope.shape.fields), template)
        found.severity = "warning"
        return found
    if rest in ("", "id", "label", "type") or scope.registry is None:
        return None
    types = scope.shape.types
    devices = [d for d in scope.registry.devices.values() if not types or d.type in types]
    names = {name for device in devices for name in device.attributes}
    if rest in names or not devices:
        return None
    return _not_known(hole, [f"device.{name}" for name in ("id", "label", "type", *sorted(names))], template)


def _at(path: str, problem: Problem) -> Problem:
    problem.path = path
    if problem.fix is not None:
        problem.fix = {**problem.fix, "path": path}
    return problem


def _not_known(hole: Hole, names: list[str], template: str) -> Problem:
    near = difflib.get_close_matches(hole.name, names, n=1, cutoff=0.5)
    args = {"name": hole.name, "nearest": near[0] if near else None, "names": names}
    fix = None
    if near:
        fixed = template[: hole.position] + near[0] + template[hole.position + len(hole.name) :]
        fix = {"path": "", "value": f"${fixed}" if fixed.startswith("$") else fixed}
    return Problem("text_unknown_name", "", args=args, fix=fix, allowed=list(names))
