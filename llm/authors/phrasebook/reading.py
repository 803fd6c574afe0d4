"""The sentence as the author reads it: one way to write each sign, quoted texts put aside, and what was found where."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from llm.authors.phrasebook.facts import Fact
from nodes.kit.kind import Kind, Phrase

_QUOTED = re.compile(
    r"「([^「」]{1,500})」|『([^『』]{1,500})』|“([^“”]{1,500})”|\"([^\"]{1,500})\"|(?<!\w)'([^']{2,500})'(?!\w)"
)
_BEGINS = re.compile(r"\s+[A-Z]")
_DASHES = dict.fromkeys(map(ord, "−‐‑‒–—―﹣－"), "-") | {ord("µ"): "μ", ord("〜"): "~", ord("∼"): "~", ord("’"): "'"}
QUOTE_AT = 0xE000
"""Quoted text number n stands in the reading as the private character QUOTE_AT + n."""


def _ends_with_it(match: re.Match[str], quoted: str) -> bool:
    """tell the guard "Check it." When …: the sentence ends with its last, quoted, words."""
    return quoted.rstrip().endswith((".", "!", "?", "。", "\uff01", "\uff1f")) and bool(
        _BEGINS.match(match.string, match.end())
    )


@dataclass(frozen=True)
class Quantity:
    """A number as said, with its unit as said (None: without)."""

    value: float
    unit: str | None = None

    @property
    def number(self) -> float | int:
        return int(self.value) if self.value == int(self.value) else self.value


@dataclass(frozen=True)
class Named:
    """A registered thing that some words may mean. `sort`: type, device, field, destination, call, choice, attribute, table,
    column. `owner`: the type of a field, call or choice, the table of a column; `extra`: what else is needed (choice: (call, property, value))."""

    sort: str
    id: str
    owner: str | None = None
    extra: Any = None
    strength: int = 3


@dataclass(eq=False)
class Span:
    """Some characters of the reading and all that they may mean; `used` once a rule has taken them up."""

    start: int
    end: int
    text: str
    names: list[Named] = field(default_factory=list)
    phrases: list[tuple[type[Kind], Phrase]] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    quantity: Quantity | None = None
    duration: int | None = None
    clock: tuple[int, int] | None = None
    days: str | None = None
    every: int | None = None
    quote: str | None = None
    fact: Fact | None = None
    looked: bool = False
    """It names something of which only somebody who looks or reads can tell what it shows."""
    used: bool = False

    def named(self, sort: str) -> list[Named]:
        return [name for name in self.names if name.sort == sort]

    def role(self, role: str) -> tuple[type[Kind], Phrase] | None:
        return next((found for found in self.phrases if found[1].role == role), None)

    def is_fact(self, *sorts: type) -> bool:
        return isinstance(self.fact, sorts)


class Reading:
    """`text` is normalised (NFKC, one dash, one apostrophe) with its letters kept, `low` the same in small letters."""

    def __init__(self, prompt: str) -> None:
        self.quotes: list[str] = []
        aside = _QUOTED.sub(self._put_aside, prompt)
        text = unicodedata.normalize("NFKC", aside.translate(_DASHES)).translate(_DASHES)
        self.text = re.sub(r"[ \t\r\f\v]+", " ", text)
        self.low = "".join(c.lower() if len(c.lower()) == 1 else c for c in self.text)

    def _put_aside(self, match: re.Match[str]) -> str:
        self.quotes.append(next(group for group in match.groups() if group is not None))
        return chr(QUOTE_AT + len(self.quotes) - 1) + ("." if _ends_with_it(match, self.quotes[-1]) else "")

    def words(self, start: int, end: int) -> str:
        """The words from `start` to `end` as a person would quote them."""
        said = "".join(self._back(c) for c in self.text[start:end])
        return re.sub(r"\s[-=]\s*$", "", said).strip(" 、,。.;:\n")

    def said(self, start: int, end: int) -> str:
        """A name from `start` to `end`, without its quotation marks where it is a quoted text."""
        number = ord(self.text[start]) - QUOTE_AT
        return self.quotes[number] if end == start + 1 and 0 <= number < len(self.quotes) else self.text[start:end]

    def _back(self, char: str) -> str:
        number = ord(char) - QUOTE_AT
        return f"「{self.quotes[number]}」" if 0 <= number < len(self.quotes) else char


def language_of(prompt: str) -> str:
    """`ja` where the prompt holds Japanese letters, unless they only stand as names in an English sentence."""
    if not re.search(r"[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9d]", prompt):
        return "en"
    unquoted = _QUOTED.sub(" ", prompt)
    english = re.findall(
        r"\b(?:the|an?|when|if|is|and|notify|tell|to|of|for|in|above|below|send|every|at)\b", unquoted.lower()
    )
    particles = re.findall(r"[をがはにへでと]", unquoted)
    return "en" if len(english) >= 3 and len(english) > len(particles) else "ja"
