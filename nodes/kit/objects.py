"""Objects in pictures as they travel in events: `{"class", "score", "box": [left, top, right, bottom], "value"?}`.

Boxes are parts (0..1) of the picture. They come from models and from recordings, so they are looked at like any payload.
"""

import math
from typing import Annotated, Any

from pydantic import Field

MOST_OBJECTS = 200
LONGEST_CLASS = 100
Classes = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=LONGEST_CLASS)]], Field(min_length=1, max_length=100)
]
"""Names of classes, as a param."""


def objects_in(value: Any) -> list[dict[str, Any]] | str:
    """The objects of `value`, with these keys alone; what is wrong with it as a text."""
    if not isinstance(value, list):
        return "no list of objects"
    if len(value) > MOST_OBJECTS:
        return f"more than {MOST_OBJECTS} objects"
    found = []
    for one in value:
        sound = _object(one)
        if sound is None:
            return f"no object: {str(one)[:100]}"
        found.append(sound)
    return found


def _object(one: Any) -> dict[str, Any] | None:
    if not isinstance(one, dict):
        return None
    name, score, box, value = (one.get(key) for key in ("class", "score", "box", "value"))
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_CLASS or not is_part(score) or not is_box(box):
        return None
    sound = {"class": name, "score": score, "box": box}
    if value is None:
        return sound
    return {**sound, "value": value} if _number(value) else None


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_box(value: Any) -> bool:
    """Whether `value` is [left, top, right, bottom] in parts of a picture."""
    sound = isinstance(value, list) and len(value) == 4 and all(map(is_part, value))
    return sound and value[0] <= value[2] and value[1] <= value[3]


def is_part(value: Any) -> bool:
    """Whether `value` is a number from 0 to 1."""
    return _number(value) and 0 <= value <= 1


def counts_of(objects: list[dict[str, Any]]) -> dict[str, int]:
    """How many there are of each class."""
    counts: dict[str, int] = {}
    for one in objects:
        counts[one["class"]] = counts.get(one["class"], 0) + 1
    return counts
