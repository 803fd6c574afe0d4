"""Fields inside of fields, named by a dotted path such as `uplink.data` (see `at_path` in nodes/kit/payload.py)."""

from collections.abc import Iterator
from typing import Any

from nodes.kit.fields import check_field
from nodes.kit.problem import Problem
from nodes.kit.shape import FieldShape, Shape


def taken_out(data: Any, path: str) -> Any:
    """A copy of `data` without what `at_path` finds at `path`; what is not on the way is shared, lists keep their
    length."""
    if isinstance(data, dict) and path in data:
        return {name: value for name, value in data.items() if name != path}
    return _taken_out(data, path)


def _taken_out(data: Any, path: str) -> Any:
    first, _, rest = path.partition(".")
    if isinstance(data, dict) and first in data:
        if not rest:
            return {name: value for name, value in data.items() if name != first}
        return {**data, first: _taken_out(data[first], rest)}
    if isinstance(data, list) and rest and first.isascii() and first.isdigit() and int(first[:6]) < len(data):
        index = int(first[:6])
        return [*data[:index], _taken_out(data[index], rest), *data[index + 1 :]]
    return data


def check_path(path: str, at: str, shape: Shape, *types: str) -> Iterator[Problem]:
    """A problem at `at` where `shape` surely has no such field, or one that has none of `types`."""
    known = field_at(path, shape)
    if known is None:
        yield from check_field(path, at, shape)
    elif types and known.type not in (*types, "any"):
        yield Problem("wrong_type", at, args={"field": path, "found": known.type, "expected": types[0]})


def field_at(path: str, shape: Shape) -> FieldShape | None:
    """What is known of the field at `path`: of what lies inside another field only that it may be there."""
    known = shape.fields.get(path)
    inside = known is None and shape.fields.get(path.partition(".")[0]) is not None
    return FieldShape("any") if inside else known
