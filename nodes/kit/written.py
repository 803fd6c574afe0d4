"""Values as plain text writes them: numbers, whole numbers, true and false."""

import math
import re
from typing import Any, Literal

from nodes.kit.effect import Trouble

WrittenType = Literal["number", "integer", "boolean", "string"]
WRITTEN = {
    "number": re.compile(r"[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,4})?", re.ASCII),
    "integer": re.compile(r"[+-]?\d{1,400}", re.ASCII),
    "boolean": re.compile(r"true|false|yes|no|on|off|1|0", re.ASCII | re.IGNORECASE),
}
"""How a value of each type is written; so long at most that looking for one costs little anywhere in a text."""
_TRUE = {"true", "yes", "on", "1"}
_WHOLE = re.compile(r"[+-]?0*(\d{1,18})", re.ASCII)


def read_written(type: WrittenType, text: str, name: str) -> Any:
    """The value that `text` writes, or the trouble with the field `name` that should hold it. A number without a
    decimal point is whole as long as it has at most 18 digits."""
    if type == "string":
        return text
    if WRITTEN[type].fullmatch(text) is None:
        return Trouble("wrong_type", {"field": name, "expected": type, "found": "string"})
    if type == "boolean":
        return text.lower() in _TRUE
    if _WHOLE.fullmatch(text):
        return int(text)
    if type == "integer":
        return Trouble("number_too_large", {"field": name})
    number = float(text)
    return number if math.isfinite(number) else Trouble("not_finite", {"field": name})
