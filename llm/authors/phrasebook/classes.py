"""Texts or pictures sorted into classes by a model, and what is done with each class: complaints go to the manager."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llm.authors.phrasebook import asking
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.levels import BAND, Levels
from llm.authors.phrasebook.reading import QUOTE_AT, Span
from llm.authors.phrasebook.wishes import Trigger, Wish

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning

_SORTS = {
    "ja": re.compile(r"に(?:分類|仕分け|振り分け|区分|分け)"),
    "en": re.compile(r"\b(?:sort|classif(?:y|ies)|categori[sz]e|label|divide|split|group|tag|judge|decide)\b[^.;:]*?\b(?P<into>into|as|whether (?:it|they) (?:is|are))\b"),
}  # fmt: skip
_BETWEEN = {
    "ja": re.compile(r"\s?(?:、|,|・|/|と|や|か|または|もしくは)\s?"),
    "en": re.compile(r",? (?:and|or) |, ?|/"),
}
_LABEL = {
    "ja": re.compile(r"[^\s、。はがをにで]{1,12}"),
    "en": re.compile(r"(?:an? |the )?(?P<name>[a-z][a-z -]{2,24})"),
}


_LIST = re.compile(
    r"\W*(?P<list>(?:(?:an? |the )?[a-z -]{3,24}, )*(?:an? |the )?[a-z -]{3,24}?,? (?:or|and) (?:an? |the )?[a-z-]{3,24})"
)
_SENTENCE = re.compile(r"[.;:!?]")


@dataclass
class _Classes:
    names: list[str]
    end: int
    """Where the list of them ends."""


def take(meaning: "Meaning", found: list[Clause]) -> list[Clause]:
    """The clauses but those that only sort into classes, or say where each class goes."""
    reader = meaning.triggers
    for number, clause in enumerate(found):
        about = None if clause.when else asking.asked(reader, clause.spans)
        classes = _classes(meaning, clause) if about is not None else None
        if about is None or classes is None:
            continue
        step = asking.step_of(
            reader, about, asking.SORTING, clause.start, classes.end, {"name": BAND, "type": "string", "values": classes.names}
        )  # fmt: skip
        if step is None:
            return found
        reader.given.levels = Levels(about.source, [step], classes.names)
        for span in (s for s in clause.spans if s.start < classes.end):
            span.used = True
        reader.spans.append(Span(clause.start, classes.end, "", used=True))
        rest = [c for c in found[number + 1 :] if not _routed(meaning, c, max(c.start, classes.end))]
        _routed(meaning, clause, classes.end)
        return [*found[:number], *rest]
    return found


def _classes(meaning: "Meaning", clause: Clause) -> _Classes | None:
    """The names of the classes, as they stand before 「に分類」 or after "into"."""
    low, lang = meaning.reading.low, meaning.lang
    match = _SORTS[lang].search(low, clause.start, clause.end)
    if match is None:
        return None
    whole = _SENTENCE.search(low, clause.end - 1)
    closed = whole.end() if whole else len(low)
    start, end = (clause.start, match.start()) if lang == "ja" else (match.end("into"), closed)
    quotes = [s for s in clause.spans if s.quote is not None and start <= s.start < end]
    if len(quotes) >= 2:
        last = match.end() if lang == "ja" else quotes[-1].end
        return _Classes([s.quote for s in quotes if s.quote], last)
    if lang == "ja":
        listed = re.search(r"を、?(?P<list>[^を]+?)(?:の?(?:どれか|いずれか|[2-9二三四五]つ))?$", low[start:end])
        said, last = (meaning.reading.text[start + listed.start("list") : end] if listed else ""), match.end()
    else:
        listed = _LIST.match(low, start, end)
        said, last = (listed["list"], listed.end("list")) if listed else ("", start)
    names = [m["name"] if lang == "en" else m.group() for part in _BETWEEN[lang].split(said.strip()) if (m := _LABEL[lang].fullmatch(part.strip()))]  # fmt: skip
    return _Classes(names, last) if len(names) >= 2 and not any(ord(c) >= QUOTE_AT for n in names for c in n) else None


def _routed(meaning: "Meaning", clause: Clause, start: int) -> bool:
    """Takes up what a clause says of single classes ("complaints go to the manager, questions to the desk")."""
    levels = meaning.triggers.given.levels
    if levels is None or clause.when:
        return False
    low = meaning.reading.low
    heads = [(m.start(), m.end(), name) for name in levels.named for m in re.finditer(_spoken(name), low) if start <= m.start() < clause.end]  # fmt: skip
    said = {name for _, _, name in heads}
    heads += [(m.start(), m.end(), name) for name in levels.named if name not in said and (noun := _noun(name, levels.named)) for m in re.finditer(_spoken(noun), low) if start <= m.start() < clause.end]  # fmt: skip
    heads.sort()
    for at, (first, after, name) in enumerate(heads):
        end = heads[at + 1][0] if at + 1 < len(heads) else clause.end
        spans = [s for s in clause.spans if after <= s.start < end]
        words = meaning.reading.words(first, end)
        trigger = Trigger("compare", words, source=levels.source, tests=[levels.test("", name)], each_time=True, noun=name)  # fmt: skip
        doings = meaning.doings.read(Clause(after, end, spans, clause.sentence), trigger)
        meaning.triggers.spans.append(Span(first, after, name, used=True))
        if doings:
            meaning.add(Wish(trigger, doings))
        for span in (s for s in clause.spans if first <= s.start < end):
            span.used = True
    return bool(heads)


def _noun(name: str, names: list[str]) -> str:
    """The last word of a class, where it is that of no other one: "claims" of "damage claim"."""
    last = name.lower().split(" ")[-1]
    alone = sum(last in other.lower().split(" ") for other in names) == 1
    return last if " " in name and alone and len(last) > 3 else ""


def _spoken(name: str) -> str:
    low = re.escape(name.lower())
    if not name.isascii():
        return low
    return rf"\b(?:{re.escape(name.lower().removesuffix('y'))}ies|{low}(?:e?s)?)\b"
