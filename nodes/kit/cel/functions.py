"""The closed list of functions: CEL's standard ones and a `math` extension. Regular expressions run on RE2, whose work
grows only linearly with the text, so no pattern can hang a worker."""

import datetime
import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from nodes.kit.cel.conversions import CONVERSIONS, same
from nodes.kit.cel.operators import negate_int
from nodes.kit.cel.overload import Overload
from nodes.kit.cel.problems import ExpressionFailure
from nodes.kit.cel.times import parts_in
from nodes.kit.cel.types import BOOL, DOUBLE, INT, STRING, Type

Table = dict[str, list[Overload]]
LONGEST_PATTERN = 500
"""Characters of a regular expression."""


@lru_cache(64)
def _pattern(text: str) -> Any:
    import re2  # three megabytes, for who has such expressions

    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(text, options=options) if len(text) <= LONGEST_PATTERN else None
    except (re2.error, UnicodeError):
        return None


def matches(text: str, pattern: str) -> bool:
    """Whether the pattern is found anywhere in `text`. Raises ExpressionFailure `expression_pattern`."""
    compiled = _pattern(pattern)
    if compiled is None:
        raise ExpressionFailure("expression_pattern", {"value": pattern[:64]})
    try:
        return compiled.search(text) is not None
    except UnicodeError:
        raise ExpressionFailure("expression_conversion", {"value": text[:64], "to": "UTF-8"}) from None


def round_half_away(value: float) -> float:
    """To the nearest whole number, halves away from zero."""
    if not math.isfinite(value) or abs(value) >= 2**52:
        return value
    whole = math.floor(abs(value))
    return math.copysign(whole + 1 if abs(value) - whole >= 0.5 else whole, value)


def _whole(toward: Callable[[float], int]) -> Callable[[float], float]:
    return lambda value: float(toward(value)) if math.isfinite(value) else value


def _absolute_int(value: int) -> int:
    return value if value >= 0 else negate_int(value)


def _extreme(pick: Callable[..., Any]) -> list[Overload]:
    numbers = (("int", INT), ("double", DOUBLE))
    alone = [Overload((kind,), result, same) for kind, result in numbers]
    several = [Overload((kind,) * count, result, pick) for count in range(2, 9) for kind, result in numbers]
    return [*alone, *several, Overload(("list",), _number_in, lambda items: _pick(pick, items), True)]


def _number_in(types: Any) -> Type | None:
    item = types[0].item
    return item if item is not None and item.name in ("int", "double", "dyn") else None


def _pick(pick: Callable[..., Any], items: list[Any]) -> Any:
    if not items or any(type(item) not in (int, float) for item in items):
        raise ExpressionFailure("expression_operands", {"operator": "math", "types": "list"})
    return pick(items)


_SIZES = [Overload((kind,), INT, len) for kind in ("string", "list", "map")]
_MATCHES = [Overload(("string", "string"), BOOL, matches, True, True)]
_TEXTS: Table = {
    "contains": [Overload(("string", "string"), BOOL, lambda text, part: part in text, True)],
    "startsWith": [Overload(("string", "string"), BOOL, str.startswith)],
    "endsWith": [Overload(("string", "string"), BOOL, str.endswith)],
    "lowerAscii": [Overload(("string",), STRING, lambda text: _ascii(text, str.lower), True)],
    "upperAscii": [Overload(("string",), STRING, lambda text: _ascii(text, str.upper), True)],
    "trim": [Overload(("string",), STRING, str.strip, True)],
}


def _ascii(text: str, change: Callable[[str], str]) -> str:
    return "".join(change(char) if char.isascii() else char for char in text)


MATH: Table = {
    "math.abs": [Overload(("int",), INT, _absolute_int), Overload(("double",), DOUBLE, abs)],
    "math.round": [Overload(("double",), DOUBLE, round_half_away), Overload(("int",), INT, int)],
    "math.floor": [Overload(("double",), DOUBLE, _whole(math.floor)), Overload(("int",), INT, int)],
    "math.ceil": [Overload(("double",), DOUBLE, _whole(math.ceil)), Overload(("int",), INT, int)],
    "math.min": _extreme(min), "math.least": _extreme(min),
    "math.max": _extreme(max), "math.greatest": _extreme(max),
}  # fmt: skip
CALLS: Table = {**CONVERSIONS, "size": _SIZES, "matches": _MATCHES, **MATH}
TYPE_NAMES = frozenset(
    ("bool", "int", "double", "string", "list", "map", "null_type", "type", "timestamp", "duration")
)  # fmt: skip
MACROS = {"all": (2,), "exists": (2,), "exists_one": (2,), "filter": (2,), "map": (2, 3)}
SPECIAL = frozenset(("has", "type", "dyn"))


@lru_cache(64)
def methods_in(zone: datetime.tzinfo) -> Table:
    """What can be called on a value with a dot, for a flow in `zone`."""
    return {**_TEXTS, "size": _SIZES, "matches": _MATCHES, **parts_in(zone)}
