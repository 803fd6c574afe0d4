"""What the operators do with values: 64-bit integers that never wrap, IEEE doubles, text, lists, times."""

import datetime
import operator
from collections.abc import Sequence
from typing import Any

from nodes.kit.cel.lexer import INT_MAX, INT_MIN
from nodes.kit.cel.overload import Overload, Run
from nodes.kit.cel.problems import ExpressionFailure
from nodes.kit.cel.types import BOOL, DOUBLE, DURATION, DYN, INT, STRING, TIMESTAMP, Type, item_of, joined, list_of

LONGEST_RESULT = 65_536
"""Characters that a text built by an expression may have."""
MOST_ITEMS = 10_000
"""Elements that a list built by an expression may have."""
INF = float("inf")


def in_range(value: int) -> int:
    """`value`, if it is a 64-bit signed integer."""
    if INT_MIN <= value <= INT_MAX:
        return value
    raise ExpressionFailure("overflow", {"value": str(value)[:24]})


def add_int(a: int, b: int) -> int:
    return in_range(a + b)


def subtract_int(a: int, b: int) -> int:
    return in_range(a - b)


def multiply_int(a: int, b: int) -> int:
    return in_range(a * b)


def divide_int(a: int, b: int) -> int:
    """Truncates toward zero."""
    if b == 0:
        raise ExpressionFailure("division_by_zero", {})
    quotient = abs(a) // abs(b)
    return in_range(quotient if (a < 0) == (b < 0) else -quotient)


def modulo_int(a: int, b: int) -> int:
    """Has the sign of `a`."""
    if b == 0:
        raise ExpressionFailure("division_by_zero", {})
    rest = abs(a) % abs(b)
    return -rest if a < 0 else rest


def divide_double(a: float, b: float) -> float:
    if b != 0.0:
        return a / b
    if a == 0.0 or a != a:
        return float("nan")
    same_sign = (a > 0) == (str(b)[0] != "-")
    return INF if same_sign else -INF


def add_string(a: str, b: str) -> str:
    if len(a) + len(b) > LONGEST_RESULT:
        raise ExpressionFailure("expression_size", {"limit": LONGEST_RESULT})
    return a + b


def add_list(a: list[Any], b: list[Any]) -> list[Any]:
    if len(a) + len(b) > MOST_ITEMS:
        raise ExpressionFailure("expression_size", {"limit": MOST_ITEMS})
    return a + b


def negate_int(a: int) -> int:
    return in_range(-a)


def timed(run: Run) -> Run:
    """`run` with Python's overflow of dates told as a failure."""

    def safely(*values: Any) -> Any:
        try:
            return run(*values)
        except (OverflowError, ValueError):
            raise ExpressionFailure("overflow", {"value": " ".join(str(v) for v in values)[:48]}) from None

    return safely


def equal(a: Any, b: Any) -> bool:
    """CEL's equality between values of any types: numbers by value, different types are unequal, never a failure."""
    if type(a) is not type(b):
        numbers = (int, float)
        return type(a) in numbers and type(b) in numbers and a == b
    if type(a) is list:
        return len(a) == len(b) and all(map(equal, a, b))
    if type(a) is dict:
        return len(a) == len(b) and all(key in b and equal(value, b[key]) for key, value in a.items())
    return bool(a == b)


def unequal(a: Any, b: Any) -> bool:
    return not equal(a, b)


def in_list(item: Any, items: list[Any]) -> bool:
    return any(equal(item, other) for other in items)


def key_in(key: Any, entries: dict[Any, Any]) -> str | int | bool | None:
    """The key of `entries` that equals `key`, None when there is none (Python's True == 1 does not count)."""
    if type(key) is float and key.is_integer():
        key = int(key)
    if type(key) is str:
        return key if key in entries else None
    return next((k for k in entries if type(k) is type(key) and k == key), None)


def in_map(key: Any, entries: dict[Any, Any]) -> bool:
    return key_in(key, entries) is not None


def at_index(items: list[Any], index: float) -> Any:
    if index != index or index in (INF, -INF) or index != int(index) or not 0 <= index < len(items):
        raise ExpressionFailure("no_such_index", {"index": index, "size": len(items)})
    return items[int(index)]


def at_key(entries: dict[Any, Any], key: Any) -> Any:
    found = key_in(key, entries)
    if found is None:
        raise ExpressionFailure("no_such_key", {"name": str(key)[:64]})
    return entries[found]


def _same_list(types: Sequence[Type]) -> Type | None:
    item = joined(item_of(types[0]), item_of(types[1]))
    return None if item is None else list_of(item)


def _member_of_list(types: Sequence[Type]) -> Type | None:
    return BOOL if types[1].name != "list" or joined(types[0], item_of(types[1])) else None


def _key_of_map(types: Sequence[Type]) -> Type | None:
    return BOOL if types[1].name != "map" or joined(types[0], types[1].key or DYN) else None


def _item(types: Sequence[Type]) -> Type | None:
    container = types[0]
    if container.name == "map" and joined(types[1], container.key or DYN) is None:
        return None
    return item_of(container)


def _relations() -> dict[str, list[Overload]]:
    signs = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
    kinds = ("int", "double", "string", "bool", "timestamp", "duration")
    return {sign: [Overload((kind, kind), BOOL, run) for kind in kinds] for sign, run in signs.items()}


def _binary(kind: str, result: Type, run: Run) -> Overload:
    return Overload((kind, kind), result, run)


OPERATORS: dict[str, list[Overload]] = {
    **_relations(),
    "+": [
        _binary("double", DOUBLE, operator.add), _binary("int", INT, add_int),
        Overload(("string", "string"), STRING, add_string, True),
        Overload(("list", "list"), _same_list, add_list, True),
        Overload(("timestamp", "duration"), TIMESTAMP, timed(operator.add)),
        Overload(("duration", "timestamp"), TIMESTAMP, timed(operator.add)),
        Overload(("duration", "duration"), DURATION, timed(operator.add)),
    ],
    "-": [
        _binary("double", DOUBLE, operator.sub), _binary("int", INT, subtract_int),
        Overload(("timestamp", "timestamp"), DURATION, timed(operator.sub)),
        Overload(("timestamp", "duration"), TIMESTAMP, timed(operator.sub)),
        Overload(("duration", "duration"), DURATION, timed(operator.sub)),
    ],
    "*": [_binary("double", DOUBLE, operator.mul), _binary("int", INT, multiply_int)],
    "/": [_binary("double", DOUBLE, divide_double), _binary("int", INT, divide_int)],
    "%": [_binary("int", INT, modulo_int)],
    "-_": [
        Overload(("double",), DOUBLE, operator.neg), Overload(("int",), INT, negate_int),
        Overload(("duration",), DURATION, timed(operator.neg)),
    ],
    "!": [Overload(("bool",), BOOL, operator.not_)],
    "in": [
        Overload(("any", "list"), _member_of_list, in_list, True),
        Overload(("any", "map"), _key_of_map, in_map, True),
    ],
    "[]": [
        Overload(("list", "int"), _item, at_index), Overload(("list", "double"), _item, at_index),
        Overload(("map", "any"), _item, at_key),
    ],
}  # fmt: skip
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
