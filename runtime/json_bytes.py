"""JSON as it leaves a process: compact, and fit for any UTF-8 stream."""

import json
from typing import Any

import msgspec

_encode = msgspec.json.Encoder().encode


def json_bytes(value: Any) -> bytes:
    """`value` as JSON; infinities and NaN become null, what no UTF-8 stream can carry is escaped. A `msgspec.Raw` inside is
    JSON already."""
    try:
        return _encode(value)
    except (UnicodeEncodeError, OverflowError):
        return json.dumps(value, default=_read).encode("ascii")


def _read(raw: msgspec.Raw) -> Any:
    return json.loads(bytes(raw))
