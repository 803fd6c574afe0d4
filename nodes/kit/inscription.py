"""What is written in a picture: lines of text with their places, and what of them is a number, a number plate or a date.

A line is `{"text", "score" (0 to 1), "box": [left, top, right, bottom]}`, in parts (0..1) of the picture. Lines come from a reader
or a recording, so they are looked at like any payload.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal, NamedTuple

from nodes.kit.objects import is_box, is_part

MOST_LINES, LONGEST_LINE = 100, 200
Pattern = Literal["number", "plate", "date", "any"]
LIKELY: dict[Pattern, tuple[str, ...]] = {
    "number": ("0", "999999"),
    "plate": ("AB1234",),
    "date": ("2026-01-05",),
    "any": ("ABC 123",),
}
"""By pattern what may well be written."""
_NUMBER = re.compile(r"[-+]?\d{1,15}(?:[ ]\d{1,6})*(?:[.,]\d{1,6})?")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_JAPANESE = re.compile(r"[一-鿿ぁ-ん]{1,4}\d{1,3}[ぁ-んA-Z]\d{1,4}")
_LATIN = re.compile(r"(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{4,10}")
_DATES = (
    re.compile(r"(?P<y>\d{4})\s?[-/.年]\s?(?P<m>\d{1,2})\s?[-/.月]\s?(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})"),
)
_MISREAD = str.maketrans(
    {"O": "0", "o": "0", "D": "0", "Q": "0", "I": "1", "l": "1", "|": "1", "S": "5", "B": "8", "Z": "2"}
)
"""What is taken for a digit where everything around is one."""


class Line(NamedTuple):
    text: str
    score: float
    box: tuple[float, float, float, float]

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]


class Reading(NamedTuple):
    """`score` is that of the least sure line behind it."""

    text: str
    score: float
    value: float | None = None


def lines_in(value: Any) -> list[Line] | str:
    """The lines of `value`; what is wrong with it as a text."""
    if not isinstance(value, list):
        return "no list of lines"
    if len(value) > MOST_LINES:
        return f"more than {MOST_LINES} lines"
    found = []
    for one in value:
        told: dict[str, Any] = one if isinstance(one, dict) else {}
        text, score, box = told.get("text"), told.get("score"), told.get("box")
        sound = isinstance(text, str) and len(text) <= LONGEST_LINE and is_part(score) and is_box(box)
        if not sound or score is None or box is None or text is None:
            return f"no line: {str(one)[:100]}"
        found.append(Line(text, float(score), (box[0], box[1], box[2], box[3])))
    return found


def read(lines: list[Line], pattern: Pattern, decimals: int | None) -> Reading | None:
    """What of `lines` is the `pattern`; None where nothing is. Of several numbers and plates the one that is written largest.
    `decimals`: so many of a number's last digits stand behind a point that is not written."""
    if pattern == "any":
        text = " ".join(line.text for line in lines if line.text.strip())
        return Reading(text, min(line.score for line in lines)) if text else None
    find = {"number": _numbers, "plate": _plates, "date": _days}[pattern]
    found = [(height, reading) for height, reading in find(lines) if reading.text]
    if not found:
        return None
    reading = max(found, key=lambda one: (one[0], one[1].score))[1]
    return _valued(reading, decimals) if pattern == "number" else reading


def rows(lines: list[Line]) -> list[Line]:
    """Lines with those joined that stand beside each other, about as high and nearly touching: the digits of a meter have cells
    of their own, and may be found one by one."""
    left = sorted(lines, key=lambda line: line.box[0])
    joined: list[Line] = []
    while left:
        row = left.pop(0)
        for line in list(left):
            if _goes_on(row, line):
                left.remove(line)
                box = row.box[0], min(row.box[1], line.box[1]), line.box[2], max(row.box[3], line.box[3])
                row = Line((row.text + line.text)[:LONGEST_LINE], min(row.score, line.score), box)
        joined.append(row)
    return joined


def _goes_on(row: Line, line: Line) -> bool:
    low, high = sorted((row.height, line.height))
    shared = min(row.box[3], line.box[3]) - max(row.box[1], line.box[1])
    gap = line.box[0] - row.box[2]
    return shared > 0.6 * low and low > 0.6 * high and -0.3 * high < gap < 0.9 * high


def _numbers(lines: list[Line]) -> Iterator[tuple[float, Reading]]:
    for line in rows(lines):
        text = unicodedata.normalize("NFKC", line.text)
        digits = sum(c.isdigit() for c in text)
        if digits * 2 > sum(c.isalnum() for c in text):
            text = text.translate(_MISREAD)
        longest = max((found[0] for found in _NUMBER.finditer(text)), key=len, default="")
        grouped = _GROUPED.search(text)
        yield (
            line.height,
            Reading(_plain(grouped[0] if grouped and len(grouped[0]) >= len(longest) else longest), line.score),
        )


def _plain(text: str) -> str:
    """With a point, and nothing between its digits."""
    text = text.replace(" ", "")
    return text.replace(",", "") if _GROUPED.fullmatch(text) else text.replace(",", ".")


def _valued(reading: Reading, decimals: int | None) -> Reading:
    text = reading.text
    if decimals and "." not in text:
        sign, digits = (text[0], text[1:]) if text[0] in "+-" else ("", text)
        digits = digits.rjust(decimals + 1, "0")
        text = f"{sign}{digits[:-decimals]}.{digits[-decimals:]}"
    return Reading(text, reading.score, float(text))


def _plates(lines: list[Line]) -> Iterator[tuple[float, Reading]]:
    """In one line, or in two of which one is right above the other."""
    for line in lines:
        yield from _plate(line.text, line.score, line.height)
        for below in lines:
            gap = below.box[1] - line.box[3]
            beside = min(line.box[2], below.box[2]) - max(line.box[0], below.box[0])
            if below is not line and -0.5 * line.height < gap < line.height and beside > 0:
                height = below.box[3] - line.box[1]
                yield from _plate(line.text + below.text, min(line.score, below.score), height)


def _plate(text: str, score: float, height: float) -> Iterator[tuple[float, Reading]]:
    bare = "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())
    if _JAPANESE.fullmatch(bare) or _LATIN.fullmatch(bare):
        yield height, Reading(bare, score)


def _days(lines: list[Line]) -> Iterator[tuple[float, Reading]]:
    for line in lines:
        text = unicodedata.normalize("NFKC", line.text)
        for pattern in _DATES:
            for found in pattern.finditer(text):
                day = _day({name: int(part) for name, part in found.groupdict().items()})
                if day is not None:
                    yield line.height, Reading(day.isoformat(), line.score)


def _day(parts: dict[str, int]) -> date | None:
    try:
        return date(parts["y"], parts["m"], parts["d"])
    except ValueError:
        return None
