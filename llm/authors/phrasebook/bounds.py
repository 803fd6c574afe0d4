"""Stretches of a sentence that are one condition although verbs and links stand in them: one thing after another."""

import re

from llm.authors.phrasebook.facts import Later, Within
from llm.authors.phrasebook.reading import Reading, Span

AFTER_JA = re.compile(
    r"(?:て|で|た|だ)(?:から|の?(?:後|あと|のち))?(?:に|、|も)*\s?$|(?<=[るた])のに[、\s]*$|(?:から|後|あと)(?:に|、)*\s?$"
)
THEN_JA = re.compile(r"(?:[たて](?:から)|た(?:後|あと|のち)に?|たのち)、?(?=[^、。]{1,14}[がはもを、]?\s?$)")
"""What comes first is over, and the subject of what follows already stands before the time limit."""
STILL_JA = re.compile(r"\s?(?:たっ|経っ|経過し|過ぎ|し)て(?:も|なお)")
_OF_EN = re.compile(r"\s?(?:of|after)\b(?! (?:that|this|it|which|then)\b)")
LINK_EN = re.compile(r"\b(?:but|and then|then|and|without)\b")
NOTHING = {
    "ja": re.compile(r"なければ|なけれ|ない|なかっ|ず(?:に|、)|ません|無い"),
    "en": re.compile(
        r"\b(?:not|nobody|no one|none|nothing|never|fails? to|without|still no|no (?=(?:[a-z]+ ){0,2}(?:press|answer|reaction|response|reply|confirmation|acknowledg|button)))\b|n't\b|\bno (?:press|answer|reaction|response|reply|confirmation|acknowledg)"
    ),
}
_END_EN = re.compile(r"[,:;]|(?= (?:tell|let|notify|alert|warn|send|call|page|turn|switch|sound)\b)")
_LINKED_EN = re.compile(r"\b(?:but|and then|then)\b|\band\b[^,.;]*(?:\bnot\b|n't\b|\bno\b)")
_IF_EN = re.compile(r"\b(?:if|when|whenever|once|,|:)\b")


def of_what(low: str, at: int) -> bool:
    """Whether what a time limit counts from follows it ("within ten minutes of the start"), and is no "that"."""
    return bool(_OF_EN.match(low, at))


def bound(reading: Reading, spans: list[Span], start: int, end: int, lang: str) -> list[tuple[int, int]]:
    """The stretches of a sentence inside of which no clause ends."""
    if lang == "ja":
        return [(start, s.end) for s in spans if after_ja(reading.low, s, start)]
    found = []
    for span in spans:
        after = reading.low[span.end : end]
        before = reading.low[start : span.start]
        stop = _END_EN.search(reading.low, span.end, end)
        until = stop.start() if stop else end
        if (isinstance(span.fact, Within) and _OF_EN.match(after)) or (
            isinstance(span.fact, Later) and span.fact.of and NOTHING["en"].search(reading.low, span.end, until)
        ):
            found.append((span.start, until))
        elif isinstance(span.fact, Within) and _LINKED_EN.search(before):
            opened = [m.end() for m in _IF_EN.finditer(reading.low, start, span.start)]
            found.append((max(opened, default=start), span.end))
    return found


def after_ja(low: str, span: Span, start: int) -> bool:
    """A time limit behind something that happened: "開いてから1分以内に", "閉めたあと15分たっても"."""
    limit = isinstance(span.fact, Within) and ("以内" in span.text or "うちに" in span.text or "間に" in span.text)
    still = span.duration is not None and STILL_JA.match(low[span.end :])
    before = low[start : span.start]
    return bool((limit or still) and (AFTER_JA.search(before) or THEN_JA.search(before)))


def looked_at(reading: Reading, spans: list[Span], start: int, end: int, lang: str) -> list[tuple[int, int]]:
    """What is said of a picture or a text, whatever words stand in it."""
    found = []
    for span in (s for s in spans if s.looked):
        if lang == "ja":
            asks = next((s for s in spans if s.start >= span.end and "if" in s.words), None)
            first, last = span.start, asks.end if asks else span.start
        else:
            opened = [s.end for s in spans if s.end <= span.start and "if" in s.words]
            stop = _END_EN.search(reading.low, span.end, end)
            over = opened and re.search(r"[,:;]", reading.low[max(opened) : span.start])
            first, last = (max(opened), stop.start() if stop else end) if opened and not over else (0, 0)
        inside = [s for s in spans if first <= s.start < last]
        if not any((s.quantity and s.role("compare")) or s.named("destination") for s in inside):
            found.append((first, last))
    return found
