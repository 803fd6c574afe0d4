"""The numbers that a sentence says, however it spells them. Written apart from every author, so that it can judge them."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from nodes.kit.duration import UNITS, parse_duration

KANJI = {"〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
TENS = {"十": 10, "百": 100, "千": 1_000}
BIG = {"万": 10_000, "億": 100_000_000}
WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000, "once": 1, "twice": 2, "double": 2, "half": 0.5,
    "quarter": 0.25, "dozen": 12, "a": 1, "an": 1, "per": 1, "every": 1, "each": 1, "daily": 1, "hourly": 1,
}  # fmt: skip
IMPLIED = {
    "median": (50,), "中央値": (50,), "majority": (0.5, 0.51), "過半数": (0.5, 0.51), "both": (1, 2), "両方": (1, 2),
    "all": (1, 100), "neither": (1, 2), "none": (1,), "fully": (0, 100), "全": (0, 1, 100),
}  # fmt: skip
"""Words that are numbers in a document: a median is the 50th percentile, all of them a share of 1, fully open 100 %."""
FACTORS = (1, -1, 10, 100, 1000, 0.1, 0.01, 0.001, 60, 1 / 60, 3600, 3.6, 1 / 3.6)
"""What one unit is in another that a sentence and a registry may use for the same thing."""
LENGTHS = (*UNITS.values(), 7 * UNITS["d"], 30 * UNITS["d"])
_DIGITS = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_KANJI = re.compile(f"[{''.join([*KANJI, *TENS, *BIG])}0-9.]+")


def said_numbers(prompt: str, more: Iterable[Any] = ()) -> set[float]:
    """All numbers of `prompt`: digits of any width, kanji, words; and `more`, where they are numbers."""
    text = unicodedata.normalize("NFKC", prompt)
    found = {float(digits.replace(",", "")) for digits in _DIGITS.findall(text)}
    found |= {value for run in _KANJI.findall(text.replace(",", "")) if (value := _kanji(run)) is not None}
    found |= {float(WORDS[word]) for word in re.findall(r"[a-z]+", text.casefold()) if word in WORDS}
    found |= {number for word, numbers in IMPLIED.items() if word in text.casefold() for number in numbers}
    if "半" in text:
        found |= {0.5} | {number + 0.5 for number in found}
    found |= {float(str(value)) for value in more if re.fullmatch(r"-?\d+(\.\d+)?", str(value))}
    return found


def _kanji(run: str) -> float | None:
    """A run of kanji and digits, such as 二百五十 or 3万5千, as a number; None where it is none."""
    total, part, digits = 0.0, 0.0, ""
    for sign in run:
        if sign in BIG:
            total, part, digits = total + (part + _read(digits, 0 if part else 1)) * BIG[sign], 0.0, ""
        elif sign in TENS:
            part, digits = part + _read(digits, 1) * TENS[sign], ""
        else:
            digits += str(KANJI.get(sign, sign))
    try:
        return total + part + _read(digits, 0)
    except ValueError:
        return None


def _read(digits: str, otherwise: float) -> float:
    try:
        return float(digits) if digits else otherwise
    except ValueError:
        return otherwise


def fits_number(value: float, said: set[float]) -> bool:
    """Whether `value` is a said number, in some unit, or lies between two that were said (a margin)."""
    allowed = {number * factor for number in said for factor in FACTORS}
    allowed |= {one - two for one in said for two in said}
    return any(abs(value - number) <= 1e-6 * max(1.0, abs(value)) for number in allowed)


def fits_duration(value: int, said: set[float], more: Iterable[Any] = ()) -> bool:
    """Whether `value` (ms) is a said length, or the sum of two (an hour and ten minutes)."""
    lengths = {round(number * unit) for number in said for unit in LENGTHS}
    lengths |= {ms for text in more if (ms := milliseconds(str(text))) is not None}
    return value == 0 or value in lengths or any(value - length in lengths for length in lengths)


def milliseconds(text: str) -> int | None:
    """A duration as documents write it; None for anything else."""
    try:
        return parse_duration(text)
    except ValueError:
        return None
