"""A short text that stands for a JSON value: the same for equal values, and for practical purposes for no others."""

import json
from hashlib import blake2b
from typing import Any


def fingerprint(value: Any) -> str:
    """16 hexadecimal digits. The order of keys makes no difference; 1 equals 1.0, and true is not 1."""
    canonical = json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), default=str)
    return blake2b(canonical.encode("ascii"), digest_size=8).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
