"""Single values of params: registered ids, fields of the events, groups, durations."""

from collections.abc import Callable, Iterator
from typing import Any

from document.checks.reading import MOST_NAMES, Reading
from document.nearest import nearest
from document.pointer import Path, pointer
from document.problems import problem
from document.schema import Schema, facts
from document.shapes import Surroundings, known_zone
from document.words.terms import Term
from nodes.kit.duration import parse_duration
from nodes.kit.problem import Problem
from nodes.kit.shape import Shape, merge
from nodes.kit.things import Registry

NUMBERS = ("number", "integer", "any")


def check_place(
    reading: Reading, around: Surroundings, at: Path, schemas: list[Schema], value: Any, params: dict[str, Any]
) -> Iterator[Problem]:
    """The problems of one value whose schema carries marks."""
    marks = facts(schemas)
    if not marks:
        return
    shape = around.scope.shape
    if isinstance(value, str):
        if value in _constants(schemas) or (value == "same" and marks.get("same")):
            return
        if (ref := marks.get("ref")) is not None:
            yield from _check_ref(reading, _of_all_inputs(around), at, ref, value)
        form = marks.get("format")
        if form == "duration":
            yield from check_duration(value, at)
        elif form == "per":
            yield from _check_per(reading, shape, at, value)
        elif form == "time_zone" and known_zone(value) is None:
            yield bad_zone(value, at)
    elif marks.get("unit_of") and isinstance(value, int | float) and not isinstance(value, bool):
        yield from _check_number_field(shape, at, marks["unit_of"], params)


def check_duration(value: str, at: Path) -> Iterator[Problem]:
    """A duration that is none, or longer than ten years."""
    try:
        parse_duration(value)
    except ValueError:
        yield problem("bad_duration", pointer(at), value=value)


def bad_zone(value: str, at: Path) -> Problem:
    """A time zone that nobody knows."""
    from zoneinfo import available_timezones

    near = nearest(value, sorted(available_timezones()))
    return problem("bad_time_zone", pointer(at), value=value, nearest=near, fix=_fix(at, near))


def unknown(reading: Reading, code: str, at: Path, id: str, things: dict[str, Any], **args: Any) -> Problem:
    """An id that is not registered, with the one that was probably meant: by id, or by label."""
    near = nearest(id, things)
    if near is None:
        said = id.casefold().strip()
        words = {word.casefold(): key for key, thing in things.items() for word in _words(thing)}
        near = words.get(said)
    names = reading.spoken(things) or None
    ids = list(things)[:MOST_NAMES]
    return problem(code, pointer(at), id=id, nearest=near, names=names, fix=_fix(at, near), allowed=ids, **args)


def _of_all_inputs(around: Surroundings) -> Shape:
    """What comes on any input: a kind that wants a field on one of them says so itself."""
    others = [shape for shape in around.scope.shapes.values() if shape is not None and shape is not around.scope.shape]
    return merge([around.scope.shape, *others])


def _check_ref(reading: Reading, shape: Shape, at: Path, ref: str, value: str) -> Iterator[Problem]:
    if ref == "field":
        yield from _check_field(shape, at, value)
        return
    registry = reading.registry
    known = _THINGS.get(ref)
    if registry is None or known is None:
        return
    things = known(registry)
    if value not in things:
        yield unknown(reading, f"unknown_{ref}", at, value, things)


def _check_field(shape: Shape, at: Path, value: str) -> Iterator[Problem]:
    name = value.partition(".")[0]
    if shape.open or value in shape.fields or name in shape.fields:
        return
    near = nearest(value, shape.fields)
    names = list(shape.fields)[:MOST_NAMES]
    args: dict[str, Any] = {"field": value, "nearest": near, "names": names or None}
    yield problem("unknown_field", pointer(at), fix=_fix(at, near), allowed=names, **args)


def _check_number_field(shape: Shape, at: Path, param: str, params: dict[str, Any]) -> Iterator[Problem]:
    """A number is compared with a field: the field must be one."""
    name = params.get(param)
    field = shape.fields.get(name) if isinstance(name, str) else None
    if field is not None and field.type not in NUMBERS:
        where = (*at[: at.index("params") + 1], param)
        args: dict[str, Any] = {"field": name, "found": Term(field.type), "expected": Term("number")}
        yield problem("wrong_type", pointer(where), **args)


def _check_per(reading: Reading, shape: Shape, at: Path, value: str) -> Iterator[Problem]:
    name = value.removeprefix("device.")
    if value in ("device", "all") or shape.open or value.partition(".")[0] in shape.fields:
        return
    if reading.registry is None:
        return
    types = shape.types or tuple(reading.registry.types)
    attributes = {a for d in reading.registry.devices.values() if d.type in types for a in d.attributes}
    if name in attributes:
        return
    allowed = ["device", "all", *shape.fields, *sorted(attributes)][:MOST_NAMES]
    near = nearest(value, allowed)
    yield problem("bad_per", pointer(at), value=value, nearest=near, fix=_fix(at, near), allowed=allowed)


def _commands(registry: Registry) -> dict[str, Any]:
    return {command.id: command for type_ in registry.types.values() for command in type_.commands}


_THINGS: dict[str, Callable[[Registry], dict[str, Any]]] = {
    "type": lambda registry: registry.types,
    "device": lambda registry: registry.devices,
    "destination": lambda registry: registry.destinations,
    "model": lambda registry: registry.models,
    "table": lambda registry: registry.tables,
    "command": _commands,
}


def _words(thing: Any) -> list[str]:
    return [*thing.label.values(), *getattr(thing, "also", ())]


def _constants(schemas: list[Schema]) -> set[Any]:
    """Words that a schema allows beside ids, such as "same"."""
    words = {part["const"] for part in schemas if isinstance(part.get("const"), str)}
    return words | {word for part in schemas for word in part.get("enum", ()) if isinstance(word, str)}


def _fix(at: Path, near: str | None) -> dict[str, Any] | None:
    return None if near is None else {"path": pointer(at), "value": near}
