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
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_CLASS or not _part(score):
        return None
    if not isinstance(box, list) or len(box) != 4 or not all(map(_part, box)) or box[0] > box[2] or box[1] > box[3]:
        return None
    sound = {"class": name, "score": score, "box": box}
    if value is None:
        return sound
    return {**sound, "value": value} if _number(value) else None


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _part(value: Any) -> bool:
    return _number(value) and 0 <= value <= 1


def counts_of(objects: list[dict[str, Any]]) -> dict[str, int]:
    """How many there are of each class."""
    counts: dict[str, int] = {}
    for one in objects:
        counts[one["class"]] = counts.get(one["class"], 0) + 1
    return counts
