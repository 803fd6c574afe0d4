"""A problem found in a document. The closed list of codes and their words is document/problems.py."""

from typing import Any

import msgspec


class Problem(msgspec.Struct):
    """`path` is a JSON Pointer (a kind's `check` gives it relative to the node, e.g. `/params/field`); `args` fill
    the words of `code`; `fix` = {"path", "value"} when one exact repair is known; `allowed` lists valid values."""

    code: str
    path: str
    severity: str = "error"
    args: dict[str, Any] = {}
    fix: dict[str, Any] | None = None
    allowed: list[Any] | None = None
