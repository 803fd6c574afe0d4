"""Every place in the sentence with all that it may mean; where places overlap the longest wins."""

import re
from collections.abc import Iterator
from functools import lru_cache

from llm.authors.phrasebook.lexicon import COMPILED, POLARITIES
from llm.authors.phrasebook.names import NameIndex, names_in
from llm.authors.phrasebook.quantities import durations, quantities
from llm.authors.phrasebook.reading import QUOTE_AT, Reading, Span
from llm.authors.phrasebook.seldom import seldom
from llm.authors.phrasebook.times import times
from nodes.kit.catalog import Catalog
from nodes.kit.kind import Kind, Phrase

_IRREGULAR = {
    "rise": "rises|rose|risen|rising", "fall": "falls|fell|fallen|falling", "go": "goes|went|gone|going", "keep": "keeps|kept|keeping",
    "leave": "leaves|left|leaving", "get": "gets|got|getting", "run": "runs|ran|running", "come": "comes|came|coming", "send": "sends|sent|sending",
    "tell": "tells|told|telling", "sink": "sinks|sank|sunk", "write": "writes|wrote|written|writing", "hit": "hits|hitting", "let": "lets",
    "begin": "begins|began", "make": "makes|made", "take": "takes|took|taken", "sound": "sounds|sounded", "is": "are|was|be|been", "page": "pages|paged",
}  # fmt: skip


def tag(reading: Reading, catalog: Catalog, index: NameIndex, lang: str) -> list[Span]:
    """The chosen spans in order of their places."""
    lengths = list(durations(reading))
    units = [field.unit for type_ in index.registry.types.values() for field in type_.fields if field.unit]
    found = [*lengths, *times(reading, lengths), *quantities(reading, units), *names_in(reading, index)]
    found += [*_quotes(reading), *seldom(reading)]
    found += [
        Span(m.start(), m.end(), m.group(), words={word})
        for word, pattern in COMPILED[lang]
        for m in pattern.finditer(reading.low)
        if m.group()
    ]
    for kind, phrase, pattern in _patterns(catalog, lang):
        for match in pattern.finditer(reading.low):
            found.append(Span(match.start(), match.end(), match.group(), phrases=[(kind, phrase)]))
    merged = _merge(found)
    for span in merged:
        # "4m" is four metres where a field is in metres
        if span.duration is not None and span.quantity is not None and span.quantity.unit == "m":
            span.duration = None
    return _choose(merged, reading)


def _quotes(reading: Reading) -> Iterator[Span]:
    for number, quote in enumerate(reading.quotes):
        at = reading.text.find(chr(QUOTE_AT + number))
        if at >= 0:
            yield Span(at, at + 1, quote, quote=quote)


@lru_cache(maxsize=8)
def _patterns(catalog: Catalog, lang: str) -> list[tuple[type[Kind], Phrase, re.Pattern[str]]]:
    return [
        (kind, phrase, _pattern(phrase.text, lang))
        for kind in catalog
        for phrase in kind.phrases
        if phrase.text and phrase.lang == lang
    ]


def _pattern(text: str, lang: str) -> re.Pattern[str]:
    text = text.lower()
    if lang == "ja" or not re.match(r"[a-z]", text):
        return re.compile(re.escape(text))
    words = " ".join(_inflected(word) for word in text.split())
    return re.compile(rf"\b{words}\b")


def _inflected(word: str) -> str:
    if word in _IRREGULAR:
        return rf"(?:{re.escape(word)}|{_IRREGULAR[word]})"
    stem = re.escape(word)
    if (
        len(word) < 3
        or not word.isalpha()
        or word in ("the", "and", "than", "for", "not", "low", "high", "too", "over", "less", "more", "least", "most")
    ):
        return stem
    if word.endswith("e"):
        return rf"{re.escape(word[:-1])}(?:e|es|ed|ing)"
    if word.endswith("y") and word[-2] not in "aeou":
        return rf"{re.escape(word[:-1])}(?:y|ies|ied|ying)"
    return rf"{stem}(?:s|es|ed|ing|{re.escape(word[-1])}ed|{re.escape(word[-1])}ing)?"


def _merge(found: list[Span]) -> list[Span]:
    """One span for each extent, with all its meanings."""
    merged: dict[tuple[int, int], Span] = {}
    for span in found:
        known = merged.setdefault((span.start, span.end), Span(span.start, span.end, span.text))
        known.names = known.names or span.names
        known.phrases += span.phrases
        known.words |= span.words
        for slot in ("quantity", "duration", "clock", "days", "every", "quote"):
            if getattr(known, slot) is None:
                setattr(known, slot, getattr(span, slot))
    return list(merged.values())


def _choose(spans: list[Span], reading: Reading) -> list[Span]:
    taken = [False] * (len(reading.text) + 1)
    chosen = []
    for span in sorted((s for s in spans if _fits(s, spans, reading)), key=_rank):
        if not any(taken[span.start : span.end]):
            taken[span.start : span.end] = [True] * (span.end - span.start)
            chosen.append(span)
    for span in chosen:
        if span.named("call") or span.named("choice"):
            inside = [s for s in spans if s is not span and s.start >= span.start and s.end <= span.end]
            span.words |= {word for s in inside for word in s.words if word in POLARITIES}
    return sorted(chosen, key=lambda span: span.start)


def _rank(span: Span) -> tuple[float, int]:
    """The longer the better; what is understood surely counts a little more."""
    solid = 3 if span.quote else 2 if span.names or span.clock or span.every is not None or "once" in span.words else 0
    strong = max((name.strength for name in span.names), default=0)
    bonus: float = 1 if span.duration or (span.quantity and span.quantity.unit) else 0
    bonus += 1.5 if span.role("compare") and span.text[0] in "をま" else 0
    if_bonus = 0.5 if "if" in span.words else 0
    return -(span.end - span.start + 0.3 * bonus + if_bonus + 0.1 * strong), -solid


_LOOSE = r"(?: |ほど|程度|以上|以下|くらい|ぐらい|の|値)*"


def _fits(span: Span, spans: list[Span], reading: Reading) -> bool:
    """A Japanese comparison that starts with a particle (を切, まで下が) needs a number right before it."""
    if (
        not span.phrases
        or span.names
        or not re.match(
            r"を切|を割|まで|に上|に下|に低|に落|に減|に達|に到|に届|になっ|になる|になれ|の外|以内", span.text
        )
    ):
        return True
    before = reading.low[max(0, span.start - 4) : span.start]
    return any(
        (s.quantity or s.duration) and s.end <= span.start and re.fullmatch(_LOOSE, reading.low[s.end : span.start])
        for s in spans
    ) or bool(re.search(r"\d\D{0,3}$", before))
