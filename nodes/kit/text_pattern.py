"""Patterns with holes, such as `T={temperature:number} H={humidity:number}`, and how a text is read by them.

No regular expressions: a text is gone over once from left to right, and nothing that was read is read again in another
way. A run of white space counts as one space, in the pattern and in the text; spaces at both ends of the text and
around a typed value do not count. A hole without a type, or of the type string, ends where what follows it in the
pattern first stands; as the last thing of the pattern it takes the rest. A pattern need not begin at the start of the
text where it is not `whole`: then the first place is taken at which all of it fits, of the first 1,000 at which its
beginning does.
"""

import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import cast, get_args

import msgspec

from nodes.kit.new_name import NAME
from nodes.kit.written import WRITTEN, WrittenType

MOST_HOLES = 200
MOST_TRIES = 1_000
TYPES = get_args(WrittenType)
_PIECES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")
_NAME = re.compile(NAME.removesuffix("$") + r"\Z")


class BadPattern(ValueError):
    """A pattern that cannot be read: `code` and `details` of the problem."""

    def __init__(self, code: str, **args: object) -> None:
        super().__init__(code)
        self.code, self.details = code, args


class Hole(msgspec.Struct):
    """A hole, and the text that stands between it and the next one (or the end)."""

    name: str
    type: WrittenType
    after: str = ""


class TextPattern:
    """A pattern, read. Raises BadPattern."""

    def __init__(self, pattern: str) -> None:
        self.before = ""
        self.holes: list[Hole] = []
        for piece in _PIECES.finditer(" ".join(pattern.split())):
            self._take(piece)
        if not self.holes or len(self.holes) > MOST_HOLES:
            args = {"max": MOST_HOLES, "count": len(self.holes)} if self.holes else {"min": 1, "count": 0}
            raise BadPattern("too_long" if self.holes else "too_short", **args)
        for hole, following in pairwise(self.holes):
            if hole.type == "string" and not hole.after:
                pair = f"{{{hole.name}}}", f"{{{following.name}}}"
                raise BadPattern("bad_pattern", value="".join(pair), pattern=", ".join(pair))

    def _take(self, piece: re.Match[str]) -> None:
        if piece[1] is not None:
            self.holes.append(_hole(piece[1]))
            return
        text = piece[0]
        if text in ("{", "}"):
            raise BadPattern("text_syntax", position=piece.start() + 1)
        text = {"{{": "{", "}}": "}"}.get(text, text)
        if self.holes:
            self.holes[-1].after += text
        else:
            self.before += text

    def read(self, text: str, *, whole: bool) -> dict[str, str] | None:
        """What stands in each hole, as it is written; None where the text does not fit."""
        text = " ".join(text.split())
        if whole:
            return self._read_at(len(self.before), text, whole) if text.startswith(self.before) else None
        for start in islice(self._starts(text), MOST_TRIES):
            found = self._read_at(start, text, whole)
            if found is not None:
                return found
        return None

    def _starts(self, text: str) -> Iterator[int]:
        first = self.holes[0]
        if self.before:
            at = text.find(self.before)
            while at >= 0:
                yield at + len(self.before)
                at = text.find(self.before, at + 1)
        elif first.type == "string":
            yield 0
        else:
            yield from (found.start() for found in WRITTEN[first.type].finditer(text))

    def _read_at(self, at: int, text: str, whole: bool) -> dict[str, str] | None:
        found: dict[str, str] = {}
        for hole in self.holes:
            last = hole is self.holes[-1]
            end = _text_end(hole, at, text, last, whole) if hole.type == "string" else _value_end(hole, at, text)
            if end is None:
                return None
            found[hole.name] = text[at:end].strip()
            if text.startswith(" ", end) and not text.startswith(hole.after, end):
                end += 1
            if not text.startswith(hole.after, end):
                return None
            at = end + len(hole.after)
        return found if not whole or at == len(text) else None


def _hole(inside: str) -> Hole:
    name, colon, type = inside.partition(":")
    if not _NAME.match(name):
        raise BadPattern("bad_pattern", value=f"{{{inside}}}", pattern="{name:number}")
    if colon and type not in TYPES:
        raise BadPattern("not_allowed_value", value=type, names=list(TYPES))
    return Hole(name, cast(WrittenType, type) if colon else "string")


def _text_end(hole: Hole, at: int, text: str, last: bool, whole: bool) -> int | None:
    """Where the text in a hole ends: what follows the last one must be the very end where the `whole` must fit."""
    if not hole.after:
        return len(text)
    if last and whole:
        end = len(text) - len(hole.after)
        return end if end >= at and text.endswith(hole.after) else None
    end = text.find(hole.after, at)
    return None if end < 0 else end


def _value_end(hole: Hole, at: int, text: str) -> int | None:
    """Where a typed value ends that begins at `at`, or after a space there."""
    found = WRITTEN[hole.type].match(text, at + text.startswith(" ", at))
    return found.end() if found else None
