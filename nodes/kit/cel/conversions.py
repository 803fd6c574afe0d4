"""int(), double(), string(), bool(), timestamp(), duration(): from one type to another, never silently."""

import datetime
import math
import re
from typing import Any

from nodes.kit.cel.lexer import INT_MAX, INT_MIN
from nodes.kit.cel.operators import EPOCH
from nodes.kit.cel.overload import Overload
from nodes.kit.cel.problems import ExpressionFailure
from nodes.kit.cel.times import read_duration, read_timestamp, timestamp_of_seconds, write_duration, write_timestamp
from nodes.kit.cel.types import BOOL, DOUBLE, DURATION, INT, STRING, TIMESTAMP, TypeValue

_INTEGER = re.compile(r"[+-]?\d{1,19}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_TRUE, _FALSE = ("true", "True", "TRUE", "t", "1"), ("false", "False", "FALSE", "f", "0")
_SECOND = datetime.timedelta(seconds=1)


def _cannot(value: Any, to: str) -> ExpressionFailure:
    return ExpressionFailure("expression_conversion", {"value": str(value)[:64], "to": to})


def int_of_double(value: float) -> int:
    """Toward zero."""
    if not math.isfinite(value) or not INT_MIN < value < INT_MAX:
        raise _cannot(value, "int")
    return int(value)


def int_of_text(text: str) -> int:
    if not _INTEGER.fullmatch(text) or not INT_MIN <= int(text) <= INT_MAX:
        raise _cannot(text, "int")
    return int(text)


def double_of_text(text: str) -> float:
    if len(text) > 64 or not _DECIMAL.fullmatch(text):
        raise _cannot(text, "double")
    return float(text)


def bool_of_text(text: str) -> bool:
    if text not in _TRUE + _FALSE:
        raise _cannot(text, "bool")
    return text in _TRUE


def seconds_since_epoch(at: datetime.datetime) -> int:
    return (at - EPOCH) // _SECOND


def text_of_bool(value: bool) -> str:
    return "true" if value else "false"


def text_of_double(value: float) -> str:
    """The shortest text that reads back as `value`; whole numbers without decimals."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def same(value: Any) -> Any:
    return value


def plain(value: Any) -> Any:
    """`value` as JSON can hold it: times become RFC 3339 text, durations seconds such as "90s". Raises
    ExpressionFailure `not_finite` where a number is infinite or none."""
    kind = type(value)
    if kind is float and not math.isfinite(value):
        raise ExpressionFailure("not_finite", {"value": str(value)})
    if kind is datetime.datetime:
        return write_timestamp(value)
    if kind is datetime.timedelta:
        return write_duration(value)
    if kind is list:
        return [plain(item) for item in value]
    if kind is dict:
        return {key if type(key) is str else str(plain(key)): plain(item) for key, item in value.items()}
    return str(value) if kind is TypeValue else value


CONVERSIONS: dict[str, list[Overload]] = {
    "int": [
        Overload(("int",), INT, same), Overload(("double",), INT, int_of_double),
        Overload(("string",), INT, int_of_text), Overload(("timestamp",), INT, seconds_since_epoch),
    ],
    "double": [
        Overload(("double",), DOUBLE, same), Overload(("int",), DOUBLE, float),
        Overload(("string",), DOUBLE, double_of_text),
    ],
    "string": [
        Overload(("string",), STRING, same), Overload(("int",), STRING, str), Overload(("bool",), STRING, text_of_bool),
        Overload(("double",), STRING, text_of_double), Overload(("timestamp",), STRING, write_timestamp),
        Overload(("duration",), STRING, write_duration),
    ],
    "bool": [Overload(("bool",), BOOL, same), Overload(("string",), BOOL, bool_of_text)],
    "timestamp": [
        Overload(("timestamp",), TIMESTAMP, same), Overload(("string",), TIMESTAMP, read_timestamp, literal=True),
        Overload(("int",), TIMESTAMP, timestamp_of_seconds),
    ],
    "duration": [
        Overload(("duration",), DURATION, same), Overload(("string",), DURATION, read_duration, literal=True),
    ],
}  # fmt: skip
