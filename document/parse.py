"""Bytes or text of a file -> a document, or the reasons why not."""

import json
import math
from typing import Any

from document.envelope import MAX_BYTES
from document.limits import MAX_DEPTH, refusals
from document.pointer import Path, pointer
from document.problems import problem
from document.words.terms import TERMS, Term
from nodes.kit.problem import Problem

_TOO_LARGE = 2**65


class _Twice(dict[str, Any]):
    """An object in which a key stood twice; the later value won."""

    key = ""


def parse(data: bytes | str, largest: int = MAX_BYTES) -> tuple[dict[str, Any] | None, list[Problem]]:
    """The JSON object in `data`, or None and problems: not_utf8, not_json (with line and column), too_large (more
    than `largest` bytes), too_deep, not_finite, number_too_large, duplicate_key, bad_text, not_an_object."""
    text, problems = _decoded(data, largest)
    if text is None:
        return None, problems
    value, problems = _loaded(text)
    if problems:
        return None, problems
    problems = refusals(value, largest) or _twice(value)
    if problems:
        return None, problems
    if not isinstance(value, dict):
        return None, [problem("not_an_object", "", found=Term(json_type(value)))]
    return value, []


def json_type(value: Any) -> str:
    """The JSON Schema name of the type of `value`; Python's name for what is not JSON."""
    if value is None:
        return "null"
    names = {bool: "boolean", int: "integer", float: "number", str: "string", dict: "object", list: "array"}
    for type_, name in names.items():
        if isinstance(value, type_):
            return name
    return type(value).__name__ if type(value).__name__ not in TERMS else "object"


def _decoded(data: bytes | str, largest: int) -> tuple[str | None, list[Problem]]:
    if isinstance(data, str):
        size = len(data) if len(data) > largest else len(data.encode("utf-8", "surrogatepass"))
    else:
        size = len(data)
    if size > largest:
        return None, [problem("too_large", "", size=size, limit=largest)]
    if isinstance(data, str):
        return data.removeprefix("\ufeff"), []
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as refusal:
        return None, [problem("not_utf8", "", position=refusal.start)]


def _loaded(text: str) -> tuple[Any, list[Problem]]:
    """NaN and numbers beyond all bounds are let through as such, so that a later walk can name their place."""
    try:
        loaded = json.loads(
            text,
            object_pairs_hook=_pairs,
            parse_int=lambda digits: int(digits) if len(digits) < 30 else _TOO_LARGE,
            parse_float=_number,
        )
    except json.JSONDecodeError as refusal:
        where: dict[str, Any] = {"line": refusal.lineno, "column": refusal.colno}
        return None, [problem("not_json", "", **where)]
    except RecursionError:
        return None, [problem("too_deep", "", limit=MAX_DEPTH)]
    return loaded, []


def _number(digits: str) -> float | int:
    number = float(digits)
    return _TOO_LARGE if math.isinf(number) else number


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    whole = dict(pairs)
    if len(whole) == len(pairs):
        return whole
    twice = _Twice(whole)
    seen: set[str] = set()
    twice.key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return twice


def _twice(value: Any) -> list[Problem]:
    found: list[Problem] = []
    stack: list[tuple[Any, Path]] = [(value, ())]
    while stack and len(found) < 20:
        item, path = stack.pop()
        if isinstance(item, _Twice):
            found.append(problem("duplicate_key", pointer((*path, item.key)), key=item.key))
        if isinstance(item, dict):
            stack.extend((inner, (*path, key)) for key, inner in item.items())
        elif isinstance(item, list):
            stack.extend((inner, (*path, index)) for index, inner in enumerate(item))
    return found
