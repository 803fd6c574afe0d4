"""How sure the author is of each part of a sentence, and which of its words it did not use.

A part is a condition or a thing to do, in the words in which it was said. Its confidence is the share of its weighty
characters that were recognised, times how closely its weakest name was named, times a little less for each value that was
left open. It is no probability: it orders the parts, so that a person looks at the weakest first.
"""

import re
from typing import Any

from llm.authors.phrasebook.fillers import ENGLISH, JAPANESE
from llm.authors.phrasebook.lexicon import PARTICLES
from llm.authors.phrasebook.origins import Origins
from llm.authors.phrasebook.reading import Reading, Span
from llm.authors.phrasebook.wishes import Trigger, Wishes

MOST_PARTS, MOST_UNUSED = 20, 30
_BY_STRENGTH = {3: 1.0, 2: 0.9, 1: 0.75}
_OPEN = 0.8
"""For a limit that was not said."""
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9'_-]*|[一-龠々]+|[ァ-ヶー]+|\d+(?:\.\d+)?")
_ENDINGS = re.compile(r"(?<=[a-z]{3})(?:ing|ed|es|s|'s)$")


def reading_of(reading: Reading, wishes: Wishes, origins: Origins) -> dict[str, Any]:
    """`parts`: words, `sort` (`when` or `do`, `answer` for a question that was answered), `confidence` (0 to 1), and the
    `nodes` and `settings` that were built of each, in the order of the sentence; `unused`: words that nothing took up and
    that are no mere fillers."""
    covered = _covered(reading, wishes.spans)
    parts: dict[tuple[str, str], float] = {}
    for wish in wishes.wishes:
        for trigger in _all(wish.trigger):
            _note(parts, "when", trigger.words, _sure(reading, wishes.spans, covered, trigger.words) * _said(trigger))
        for doing in wish.doings:
            _note(parts, "do", doing.words, _sure(reading, wishes.spans, covered, doing.words))
    for words in dict.fromkeys(origins.nodes.values()):
        if words and not any(words == known for _, known in parts):
            parts["when" if words in reading.text else "answer", words] = 1.0
    listed = [part_of(words, sort, sure, origins) for (sort, words), sure in parts.items()]
    listed.sort(key=lambda part: reading.text.find(str(part["words"])) % (len(reading.text) + 1))
    return {"parts": listed[:MOST_PARTS], "unused": _unused(reading, covered)}


def part_of(words: str, sort: str, sure: float, origins: Origins) -> dict[str, Any]:
    return {"words": words[:300], "sort": sort, "confidence": round(sure, 2), **origins.made_of(words)}


def reading_of_edit(reading: Reading, spans: list[Span], idle: list[Span], origins: Origins) -> dict[str, Any]:
    """As `reading_of`, for words that changed something (sort `change`); `spans`: what was taken up, `idle`: what was
    understood and changed nothing."""
    covered = _covered(reading, spans)
    said = dict.fromkeys([*origins.nodes.values(), *origins.settings.values()])
    parts = [part_of(words, "change", _sure(reading, spans, covered, words), origins) for words in said if words]
    unused = [reading.words(span.start, span.end) for span in idle]
    unused += _unused(reading, _covered(reading, [*spans, *idle]))
    return {"parts": parts[:MOST_PARTS], "unused": list(dict.fromkeys(unused))[:MOST_UNUSED]}


def _note(parts: dict[tuple[str, str], float], sort: str, words: str, sure: float) -> None:
    if words:
        parts[sort, words] = min(sure, parts.get((sort, words), 1.0))


def _all(trigger: Trigger) -> list[Trigger]:
    """The trigger and those that it is made of."""
    inner = [t for t in (trigger.base, trigger.first, trigger.then, trigger.until) if t is not None]
    return [trigger, *(below for one in inner for below in _all(one))]


def _said(trigger: Trigger) -> float:
    left_open = sum(not (t.numbers or t.words or t.right) and t.truth is None for t in trigger.tests)
    return float(_OPEN**left_open)


def _sure(reading: Reading, spans: list[Span], covered: list[bool], words: str) -> float:
    start = reading.text.find(words)
    if start < 0:
        return 0.9  # words put together from several places
    end = start + len(words)
    weighty = [m for m in _WORD.finditer(reading.text, start, end) if not _is_filler(m.group())]
    total = sum(len(m.group()) for m in weighty)
    known = sum(sum(covered[m.start() : m.end()]) for m in weighty)
    inside = [s for s in spans if start <= s.start < end and s.names and not s.phrases]
    named = min((max(_BY_STRENGTH.get(n.strength, 0.75) for n in s.names) for s in inside), default=1.0)
    return (known / total if total else 1.0) * named


def _covered(reading: Reading, spans: list[Span]) -> list[bool]:
    covered = [False] * len(reading.text)
    for span in spans:
        covered[span.start : span.end] = [True] * (span.end - span.start)
    return covered


def _is_filler(word: str) -> bool:
    if word[0].isascii():
        low = word.lower()
        return len(low) < 2 or low in ENGLISH or _ENDINGS.sub("", low) in ENGLISH
    return len(PARTICLES.sub("", word)) < 2 or word in JAPANESE


def _unused(reading: Reading, covered: list[bool]) -> list[str]:
    found = [
        match.group()
        for match in _WORD.finditer(reading.text)
        if not any(covered[match.start() : match.end()]) and not _is_filler(match.group())
    ]
    return list(dict.fromkeys(found))[:MOST_UNUSED]
