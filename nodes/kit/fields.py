"""Checks that several kinds share: does a field exist where it is named, and has it a type that fits."""

import difflib
from collections.abc import Collection, Iterator
from typing import Any

from nodes.kit.effect import Trouble
from nodes.kit.problem import Problem
from nodes.kit.shape import Shape

NUMBERS = ("number", "integer")


def check_field(name: str, path: str, shape: Shape, *, numeric: bool = False) -> Iterator[Problem]:
    """A problem where `shape` surely has no field `name`, or (with `numeric`) one that is no number."""
    field = shape.fields.get(name)
    if field is None:
        if not shape.open:
            yield unknown("unknown_field", path, name, list(shape.fields), word="field")
    elif numeric and field.type not in (*NUMBERS, "any"):
        allowed = [other for other, known in shape.fields.items() if known.type in NUMBERS]
        args = {"field": name, "found": field.type, "expected": "number"}
        yield Problem("wrong_type", path, args=args, allowed=allowed or None)


def without(param: str, needed: str) -> Problem:
    """The warning that `param` does nothing as long as `needed` is not given."""
    return Problem("without_effect", f"/params/{param}", "warning", args={"param": param, "needed": needed})


def unknown(code: str, path: str, name: str, known: Collection[str], *, word: str = "id", **more: Any) -> Problem:
    """The problem of a name that does not exist, with all that do, and the nearest as its repair."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    args = {word: name, "nearest": near[0] if near else None, "names": names or None, **more}
    fix = {"path": path, "value": near[0]} if near else None
    return Problem(code, path, args=args, fix=fix, allowed=names)


def number_in(data: dict[str, Any], field: str) -> float | Trouble:
    """The number that `data` holds in `field`, else the trouble with it."""
    value = data.get(field)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if value is None:
        return Trouble("missing_field", {"field": field})
    found = {bool: "boolean", str: "string", list: "array"}.get(type(value), "object")
    return Trouble("wrong_type", {"field": field, "expected": "number", "found": found})
