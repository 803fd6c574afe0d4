"""What no document may be, whatever it means: too deep, too large, not JSON inside. Walks without recursion."""

import math
import re
from typing import Any

from document.envelope import MAX_BYTES
from document.pointer import Path, pointer
from document.problems import problem
from document.words.terms import Term
from nodes.kit.problem import Problem

MAX_DEPTH = 32
MAX_REFUSALS = 20
_UNSOUND = re.compile(r"[\x00\ud800-\udfff]")


def refusals(document: Any, largest: int = MAX_BYTES, deepest: int = MAX_DEPTH) -> list[Problem]:
    """Problems that make `document` unreadable, at most MAX_REFUSALS; empty when every other check may look at it.

    `document` may be any Python value, even one that contains itself. `largest` is in bytes, roughly counted.
    """
    found: list[Problem] = []
    size = 0
    stack: list[tuple[Any, Path]] = [(document, ())]
    while stack and len(found) < MAX_REFUSALS:
        value, path = stack.pop()
        size += 2
        if isinstance(value, str):
            size += len(value)
            if not sound_text(value):
                found.append(problem("bad_text", pointer(path)))
        elif isinstance(value, dict | list):
            if len(path) >= deepest:
                found.append(problem("too_deep", pointer(path), limit=deepest))
                break
            size += sum(len(key) + 3 for key in value if isinstance(key, str)) if isinstance(value, dict) else 0
            if size + len(value) <= largest:
                stack.extend(_inside(value, path, found))
            else:
                size += len(value)
        elif (code := _refused(value)) is not None:
            args: dict[str, Any] = (
                {"expected": Term("string"), "found": type(value).__name__[:40]} if code == "wrong_type" else {}
            )
            found.append(problem(code, pointer(path), **args))
        if size > largest:
            found.append(problem("too_large", "", size=size, limit=largest))
            break
    return found


def sound_text(text: str) -> bool:
    """Whether `text` can be written as UTF-8 and stored: no NUL, no half of a surrogate pair."""
    return _UNSOUND.search(text) is None


def _inside(value: Any, path: Path, found: list[Problem]) -> list[tuple[Any, Path]]:
    if isinstance(value, list):
        return [(item, (*path, index)) for index, item in enumerate(value)][::-1]
    inside: list[tuple[Any, Path]] = []
    for key, item in value.items():
        if not isinstance(key, str):
            found.append(problem("wrong_type", pointer(path), expected=Term("string"), found=type(key).__name__[:40]))
        elif not sound_text(key):
            found.append(problem("bad_text", pointer(path)))
        else:
            inside.append((item, (*path, key)))
    return inside[::-1]


def _refused(value: Any) -> str | None:
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, float):
        return None if math.isfinite(value) else "not_finite"
    if isinstance(value, int):
        return None if -(2**63) <= value < 2**64 else "number_too_large"
    return "wrong_type"
