"""Raw payloads into fields, within hard limits. Nothing here raises, whatever a device sends: it says what is wrong.

Codes of troubles: `too_large`, `not_utf8`, `not_json`, `not_finite`, `too_deep`, `not_an_object`, `wrong_type`,
`bad_time`.
"""

import base64
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from nodes.kit.effect import Trouble
from nodes.kit.picture import REFUSED, trouble_in
from nodes.kit.things import DeviceType, TimePath

LARGEST = 1_048_576
"""Bytes of a payload that is read (1 MiB)."""
DEEPEST = 64
"""Levels of lists and objects that are read."""
LATEST = 253_370_764_800_000
"""The start of the year 9999 (ms)."""
EARLIEST_MS, LATEST_S = 100_000_000_000, 10_000_000_000
"""Numbers below the one (March 1973) are no milliseconds of any device, above the other (year 2286) no seconds."""
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_UTF8_BOM = b"\xef\xbb\xbf"
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,18})?", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BIGGEST_INT = 2**63

Decoded = tuple[Any, Trouble | None]


def decode_json(payload: bytes, largest: int = LARGEST) -> Decoded:
    """The JSON value of `payload` (at most `largest` bytes); (None, trouble) where it has none. Whole numbers beyond 64
    bits become floats."""
    if (trouble := _outer_trouble(payload, largest)) is not None:
        return None, trouble
    if payload.startswith(_UTF8_BOM):
        payload = payload[3:]
    try:
        value = msgspec.json.decode(payload)
        return (_without_huge(value) if len(payload) > 18 else value), None
    except OverflowError:  # a whole number of more than 308 digits
        return None, Trouble("not_finite", {})
    except (msgspec.DecodeError, msgspec.ValidationError, ValueError, RecursionError) as failure:
        return None, _why(payload, failure)


def decode_text(payload: bytes) -> Decoded:
    """The payload as UTF-8 text."""
    if len(payload) > LARGEST:
        return None, Trouble("too_large", {"size": len(payload), "limit": LARGEST})
    try:
        return payload.decode("utf-8"), None
    except UnicodeDecodeError as failure:
        return None, Trouble("not_utf8", {"position": failure.start})


def decode_number(payload: bytes) -> Decoded:
    """The payload as one finite number written in ASCII, white space around it allowed."""
    text, trouble = decode_text(payload)
    if trouble is not None:
        return None, trouble
    try:
        number = float(text) if len(text) <= 400 and "_" not in text else None
    except ValueError:
        number = None
    if number is None:
        return None, Trouble("wrong_type", {"expected": "number", "found": "string"})
    if not math.isfinite(number):
        return None, Trouble("not_finite", {"field": "value"})
    return (int(number) if re.fullmatch(r"\s*[+-]?\d{1,15}\s*", text, re.ASCII) else number), None


def decode_bytes(payload: bytes) -> Decoded:
    """The payload as base64 text."""
    if len(payload) > LARGEST:
        return None, Trouble("too_large", {"size": len(payload), "limit": LARGEST})
    return base64.b64encode(payload).decode("ascii"), None


def fields_of(type: DeviceType, payload: dict[str, Any]) -> tuple[dict[str, Any], list[Trouble]]:
    """The type's fields found at their paths in `payload`, each checked; one of a wrong type is left out with a
    trouble, a missing or null one without. A type that declares no fields gives the whole payload."""
    if not type.fields:
        return payload, []
    found = {field.name: at_path(payload, field.path or field.name) for field in type.fields}
    return typed_fields(type, {name: value for name, value in found.items() if value is not None})


def typed_fields(type: DeviceType, data: dict[str, Any]) -> tuple[dict[str, Any], list[Trouble]]:
    """`data` with every declared field checked; further fields stay as they are."""
    kept: dict[str, Any] = {}
    troubles: list[Trouble] = []
    declared = {field.name: field for field in type.fields}
    for name, value in data.items():
        field = declared.get(name)
        if field is None:
            kept[name] = value
        elif value is not None:
            checked = typed_value(field.type, value)
            if checked is None:
                args = {"field": name, "expected": field.type, "found": type_of(value)}
                troubles.append(trouble_in(name, value) or Trouble("wrong_type", args))
            else:
                kept[name] = checked
    return kept, troubles


def typed_value(type: str, value: Any) -> Any:
    """`value` as the field type has it, None where it is of another type. 5.0 is an integer, true is no number."""
    check = _CHECKS.get(type)
    return value if check is None else check(value)


def at_path(payload: Any, path: str) -> Any:
    """What stands at a dotted path (numbers index lists); a key that itself has the dots wins. None: nothing."""
    if isinstance(payload, dict) and path in payload:
        return payload[path]
    return descend(payload, path)


def descend(value: Any, path: str) -> Any:
    """`value` followed down a dotted path; numbers index lists. None: nothing."""
    for part in path.split("."):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isascii() and part.isdigit() and int(part[:6]) < len(value):
            value = value[int(part[:6])]
        else:
            return None
    return value


def time_in(payload: Any, where: TimePath) -> tuple[int | None, Trouble | None]:
    """The payload's own time in ms. Zero, negative, unreadable and absurd ones are `bad_time`, as are a missing one and
    seconds where milliseconds are expected (or the other way round): then `written` says what it looks like."""
    value = at_path(payload, where.path)
    args = {"value": value if isinstance(value, str | int | float) else type_of(value), "format": where.format}
    try:
        time = rfc3339(value) if where.format == "rfc3339" else _from_number(value, where.format)
    except (ValueError, OverflowError):
        time = 0
    if 0 < time < LATEST and (where.format != "ms" or time >= EARLIEST_MS):
        return time, None
    return None, Trouble("bad_time", {**args, "written": _looks_like(value, where.format)})


def _looks_like(value: Any, format: str) -> str | None:
    """The format in which a time that does not fit `format` seems to be written."""
    if format != "rfc3339" and isinstance(value, str) and _RFC3339.fullmatch(value):
        return "rfc3339"
    number = float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    if format != "ms" and EARLIEST_MS <= number < LATEST:
        return "ms"
    return "s" if format != "s" and EARLIEST_MS / 1000 <= number < LATEST_S else None


def type_of(value: Any) -> str:
    """The name of a JSON value's type, as problems say it."""
    names = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(value.__class__, "null")


def _outer_trouble(payload: bytes, largest: int) -> Trouble | None:
    if len(payload) > largest:
        return Trouble("too_large", {"size": len(payload), "limit": largest})
    if payload.count(b"[") + payload.count(b"{") > DEEPEST and _deeper_than(payload, DEEPEST):
        return Trouble("too_deep", {"limit": DEEPEST})
    return None


def _deeper_than(payload: bytes, limit: int) -> bool:
    depth = 0
    for found in _BRACKETS.finditer(payload):
        sign = found[0][:1]
        if sign in b"[{":
            depth += 1
            if depth > limit:
                return True
        elif sign in b"]}":
            depth -= 1
    return False


def _why(payload: bytes, failure: Exception) -> Trouble:
    try:
        payload.decode("utf-8")
    except UnicodeDecodeError as bad:
        return Trouble("not_utf8", {"position": bad.start})
    if isinstance(failure, RecursionError):
        return Trouble("too_deep", {"limit": DEEPEST})
    if re.search(rb"\b(NaN|Infinity)\b|nan\b|inf\b", payload) or "out of range" in str(failure):
        return Trouble("not_finite", {})
    found = re.search(r"byte (\d+)", str(failure))
    at = int(found[1]) if found else len(payload)
    line = payload.count(b"\n", 0, at) + 1
    return Trouble("not_json", {"line": line, "column": at - (payload.rfind(b"\n", 0, at) + 1) + 1})


def _without_huge(value: Any) -> Any:
    """`value` with whole numbers that no 64 bits hold as floats, so that they survive every store."""
    kind = value.__class__
    if kind is int:
        return value if -_BIGGEST_INT <= value < _BIGGEST_INT else float(value)
    if kind is dict:
        return {key: _without_huge(item) if item.__class__ in _NESTED else item for key, item in value.items()}
    if kind is list:
        return [_without_huge(item) if item.__class__ in _NESTED else item for item in value]
    return value


_NESTED = (int, dict, list)


def _number(value: Any) -> Any:
    if value.__class__ is float:
        return value if math.isfinite(value) else None
    if value.__class__ is not int:
        return None
    if -_BIGGEST_INT <= value < _BIGGEST_INT:
        return value
    return float(value) if abs(value) < 10**300 else None


def _integer(value: Any) -> Any:
    if value.__class__ is float and math.isfinite(value) and value.is_integer():
        value = int(value)
    return value if value.__class__ is int and -_BIGGEST_INT <= value < _BIGGEST_INT else None


def _location(value: Any) -> Any:
    if not isinstance(value, dict):
        return None
    lat, lon = _number(value.get("lat")), _number(value.get("lon"))
    if lat is None or lon is None or not -90 <= lat <= 90 or not -180 <= lon <= 180:
        return None
    return {"lat": lat, "lon": lon}


def _image(value: Any) -> Any:
    """A handle, or what a recording has in its place."""
    return value if isinstance(value, str) or (isinstance(value, dict) and REFUSED not in value) else None


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "number": _number,
    "integer": _integer,
    "boolean": lambda value: value if value.__class__ is bool else None,
    "string": lambda value: value if value.__class__ is str else None,
    "location": _location,
    "image": _image,
}


def rfc3339(value: Any) -> int:
    """Milliseconds of an RFC 3339 text with offset. Raises ValueError."""
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise ValueError("not an RFC 3339 time")
    moment = datetime.fromisoformat(value.upper().replace("Z", "+00:00"))
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _from_number(value: Any, format: str) -> int:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value) if "." in value else int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("not a number")
    return math.floor(value * 1000 + 1e-6) if format == "s" else math.floor(value)
