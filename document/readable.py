"""What a JSON Schema complains about, said in our own codes: one problem per cause, at its place."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry as References

from document.envelope import DEVICE_ID, ID
from document.nearest import nearest
from document.parse import json_type
from document.pointer import Path, pointer
from document.problems import problem
from document.words.terms import Term
from nodes.kit.duration import PATTERN as DURATION
from nodes.kit.problem import Problem

MOST = 100
"""Complaints taken from one schema; a document that has more is told the first ones."""
SMALL = 2000
"""A fix that repeats an object is offered only for one whose text is shorter."""

Schema = dict[str, Any]


def complaints(schema: Schema, value: Any, base: Path = (), *, strange: bool = False) -> list[Problem]:
    """The problems of `value` against `schema`, with paths below `base`. Fetches nothing that `schema` refers to.
    `strange`: the schema is not ours, and its patterns are matched in linear time whatever they are."""
    validator = (_Strange if strange else _Ours)(schema, registry=References())
    found: list[Problem] = []
    for complaint in islice(validator.iter_errors(value), MOST):
        found.extend(_readable(complaint, base))
    return found


def _pattern(compiled: Callable[[str], Any]) -> Callable[..., Iterator[ValidationError]]:
    """As JSON Schema means it: `$` is the very end, digits are ASCII."""

    def check(validator: Any, pattern: str, instance: Any, schema: Schema) -> Iterator[ValidationError]:
        if isinstance(instance, str) and not compiled(pattern).search(instance):
            yield ValidationError("does not match")

    return check


@lru_cache(maxsize=512)
def _our_pattern(pattern: str) -> Any:
    """Ours take linear time by the way they are written: no repetition stands inside another one."""
    return re.compile(pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern, re.ASCII)


@lru_cache(maxsize=512)
def _strange_pattern(pattern: str) -> Any:
    """The registry takes none that cannot be matched like this. Three megabytes, for who has commands with patterns."""
    import re2

    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern.removesuffix("$") + r"\z" if pattern.endswith("$") else pattern, options)


_Ours: Any = extend(Draft202012Validator, {"pattern": _pattern(_our_pattern)})
_Strange: Any = extend(Draft202012Validator, {"pattern": _pattern(_strange_pattern)})


def _readable(complaint: ValidationError, base: Path) -> Iterator[Problem]:
    path = (*base, *complaint.absolute_path)
    if "propertyNames" in complaint.absolute_schema_path:
        yield problem("bad_id", pointer((*path, str(complaint.instance))), value=complaint.instance)
        return
    say = _SAYINGS.get(str(complaint.validator))
    if say is not None:
        yield from say(complaint, path)
    else:
        yield problem("bad_value", pointer(path), detail=complaint.message[:200])


def _unknown_keys(complaint: ValidationError, path: Path) -> Iterator[Problem]:
    known = complaint.schema.get("properties", {})
    holder = complaint.instance
    for key in [key for key in holder if key not in known][:MOST]:
        free = [name for name in known if name not in holder]
        near = nearest(key, free)
        fix = None
        if near is not None and len(str(holder)) < SMALL:
            fix = {"path": pointer(path), "value": {near if k == key else k: v for k, v in holder.items()}}
        at = pointer((*path, key))
        yield problem("unknown_key", at, key=key, nearest=near, names=free or None, fix=fix, allowed=list(known))


def _missing_key(complaint: ValidationError, path: Path) -> Iterator[Problem]:
    for key in complaint.validator_value:
        if key not in complaint.instance and complaint.message.startswith(repr(key)):
            yield problem("missing_key", pointer(path), key=key)


def _wrong_type(complaint: ValidationError, path: Path) -> Iterator[Problem]:
    wanted = complaint.validator_value
    yield _mistyped(complaint.instance, wanted if isinstance(wanted, list) else [wanted], path)


def _mistyped(value: Any, wanted: list[str], path: Path) -> Problem:
    fix: dict[str, Any] | None = None
    if isinstance(value, str) and "number" in wanted and re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", value, re.ASCII):
        fix = {"path": pointer(path), "value": float(value) if "." in value else int(value)}
    elif "array" in wanted and isinstance(value, str):
        fix = {"path": pointer(path), "value": [value]}
    expected = [Term(name) for name in dict.fromkeys(wanted)]
    args: dict[str, Any] = {
        "expected": expected[0] if len(expected) == 1 else expected,
        "found": Term(json_type(value)),
    }
    return problem("wrong_type", pointer(path), fix=fix, **args)


def _not_allowed(complaint: ValidationError, path: Path) -> Iterator[Problem]:
    yield _disallowed(complaint.instance, list(complaint.validator_value), path)


def _disallowed(value: Any, allowed: list[Any], path: Path) -> Problem:
    near = nearest(value, [name for name in allowed if isinstance(name, str)])
    fix = None if near is None else {"path": pointer(path), "value": near}
    shown = value if isinstance(value, str | int | float) else None
    args: dict[str, Any] = {"value": shown, "nearest": near, "names": allowed or None}
    return problem("not_allowed_value", pointer(path), fix=fix, allowed=allowed, **args)


def _other_constant(complaint: ValidationError, path: Path) -> Iterator[Problem]:
    wanted = complaint.validator_value
    if path == ("suiro",):
        yield problem("unsupported_version", "/suiro", value=complaint.instance, allowed=[wanted])
    else:
        yield _disallowed(complaint.instance, [wanted], path)


def _range(complaint: ValidationError, path: Path) -> Iterator[Problem]:
    words = {"minimum": "min", "maximum": "max", "exclusiveMinimum": "above", "exclusiveMaximum": "under"}
    limits = {said: complaint.schema[word] for word, said in words.items() if word in complaint.schema}
    yield problem("out_of_range", pointer(path), value=complaint.instance, **limits)


def _badly_written(complaint: ValidationError, path: Path) -> Iterator[Problem]:
    pattern, value = complaint.validator_value, complaint.instance
    if pattern == DURATION:
        yield problem("bad_duration", pointer(path), value=value)
    elif pattern == ID:
        yield problem("bad_id", pointer(path), value=value)
    elif pattern == DEVICE_ID:
        yield problem("bad_id", pointer(path), value=value, pattern=pattern.strip("^$"))
    else:
        yield problem("bad_pattern", pointer(path), value=value, pattern=pattern)


def _too_many(complaint: ValidationError, path: Path) -> Iterator[Problem]:
    limit, count = complaint.validator_value, len(complaint.instance)
    if path == ("nodes",):
        yield problem("too_many_nodes", "/nodes", count=count, limit=limit)
    else:
        yield problem("too_long", pointer(path), count=count, max=limit)


def _too_few(complaint: ValidationError, path: Path) -> Iterator[Problem]:
    yield problem("too_short", pointer(path), count=len(complaint.instance), min=complaint.validator_value)


def _twice(complaint: ValidationError, path: Path) -> Iterator[Problem]:
    yield problem("not_unique", pointer(path))


def _no_branch(complaint: ValidationError, path: Path) -> Iterator[Problem]:
    """None of several forms fits: speak of the form that was meant, which the type of the value tells."""
    branches: dict[Any, list[ValidationError]] = {}
    for inner in complaint.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    base = path[: len(path) - len(complaint.absolute_path)]
    meant = [inner for inner in branches.values() if not any(_is_type_at_top(e) for e in inner)]
    every = [e for inner in branches.values() for e in inner]
    words = [word for e in every if e.validator == "enum" and not e.path for word in e.validator_value]
    words += [e.validator_value for e in every if e.validator == "const" and not e.path]
    if not meant:
        wanted = [name for e in every if _is_type_at_top(e) for name in _listed(e.validator_value)]
        yield _mistyped(complaint.instance, wanted or ["any"], path)
    elif isinstance(complaint.instance, str) and words:
        yield _disallowed(complaint.instance, words, path)
    else:
        for inner in min(meant, key=len):
            yield from _readable(inner, base)


def _is_type_at_top(complaint: ValidationError) -> bool:
    return complaint.validator == "type" and not complaint.path


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


_SAYINGS: dict[str, Callable[[ValidationError, Path], Iterator[Problem]]] = {
    "additionalProperties": _unknown_keys,
    "required": _missing_key,
    "type": _wrong_type,
    "enum": _not_allowed,
    "const": _other_constant,
    "minimum": _range,
    "maximum": _range,
    "exclusiveMinimum": _range,
    "exclusiveMaximum": _range,
    "pattern": _badly_written,
    "maxItems": _too_many,
    "maxLength": _too_many,
    "maxProperties": _too_many,
    "minItems": _too_few,
    "minLength": _too_few,
    "minProperties": _too_few,
    "uniqueItems": _twice,
    "anyOf": _no_branch,
    "oneOf": _no_branch,
}
