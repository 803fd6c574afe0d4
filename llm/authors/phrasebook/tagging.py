"""Every place in the sentence with all that it may mean; where places overlap the longest wins."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from msgspec import structs

from llm.authors.phrasebook.crowds import crowds, shares
from llm.authors.phrasebook.facts import Later, Within
from llm.authors.phrasebook.hours import hours
from llm.authors.phrasebook.lengths import counted_things, lengths, sampled
from llm.authors.phrasebook.lexicon import COMPILED, POLARITIES
from llm.authors.phrasebook.names import NameIndex, names_in, shorter_names
from llm.authors.phrasebook.occurrences import says_absence
from llm.authors.phrasebook.quantities import durations, quantities
from llm.authors.phrasebook.reading import QUOTE_AT, Quantity, Reading, Span
from llm.authors.phrasebook.seldom import seldom, times_at_most
from llm.authors.phrasebook.spots import spots
from llm.authors.phrasebook.times import so_often, times
from nodes.kit.catalog import Catalog
from nodes.kit.kind import Kind, Phrase

_IRREGULAR = {
    "rise": "rises|rose|risen|rising", "fall": "falls|fell|fallen|falling", "go": "goes|went|gone|going", "keep": "keeps|kept|keeping",
    "leave": "leaves|left|leaving", "get": "gets|got|getting", "run": "runs|ran|running", "come": "comes|came|coming", "send": "sends|sent|sending",
    "tell": "tells|told|telling", "sink": "sinks|sank|sunk", "write": "writes|wrote|written|writing", "hit": "hits|hitting", "let": "lets",
    "lose": "loses|lost|losing", "begin": "begins|began", "make": "makes|made", "take": "takes|took|taken", "sound": "sounds|sounded", "is": "are|was|be|been", "page": "pages|paged",
}  # fmt: skip


def tag(reading: Reading, catalog: Catalog, index: NameIndex, lang: str) -> list[Span]:
    """The chosen spans in order of their places."""
    long = list(durations(reading))
    units = [field.unit for type_ in index.registry.types.values() for field in type_.fields if field.unit]
    named = _whole_names(list(names_in(reading, index)), lang)
    for span in named if lang == "en" else ():
        if reading.low[: span.start].endswith(" no ") and any(n.extra == "boolean" for n in span.named("field")):
            span.words |= {"none"}
        if _PREPOSITION.match(reading.low, span.start) and not _SWITCHED.search(reading.low[: span.start]):
            span.names = [name for name in span.names if name.sort not in ("choice", "field")]
        if span.text.startswith("a "):
            span.names = [name for name in span.names if name.sort != "attribute"]
        span.words |= {"no"} if span.text.lower() in index.denying else set()
    _except(reading, named)
    found = [*long, *times(reading, long), *quantities(reading, units), *named, *_quotes(reading), *seldom(reading)]
    found += _results(reading) if lang == "ja" else []
    facts = [
        *lengths(reading, long, lang),
        *crowds(reading, named, lang),
        *hours(reading, found, lang),
        *spots(reading, lang),
    ]
    facts += shares(reading, index, lang)
    facts += counted_things(reading, named) if lang == "en" else []
    facts += times_at_most(reading, lang, found)
    spoken = [
        *_spoken(reading, catalog, lang),
        *_percentiles(reading, catalog, lang),
        *_extremes(reading, catalog, named),
    ]
    if any(span.role("record") for span in spoken) or _KEEPING.search(reading.low):
        facts += sampled(reading, lang)
    found += so_often(reading.low, [s for s in found if s.clock is not None])
    found += [*facts, *shorter_names(reading, index, named, [fact.start for fact in facts])]
    found += [
        Span(m.start(), m.end(), m.group(), words={word})
        for word, pattern in COMPILED[lang]
        for m in pattern.finditer(reading.low)
        if m.group()
    ]
    found += spoken
    found += [Span(m.start(), m.end(), m.group(), used=True, every=None) for m in _IDIOM.finditer(reading.low)]
    if any(s.is_fact(Within, Later) for s in found):
        for span in (s for s in found if "unless" in s.words and s.text == "without"):
            span.words = set()
    merged = _merge(found)
    for span in (s for s in merged if "until" in s.words and s.names):
        span.words -= {"until"}  # "at a till"
    for span in (s for s in merged if "often" in s.words):
        span.used, span.quantity, span.duration, span.every, span.fact = True, None, None, None, None
    for span in merged:
        # "4m" is four metres where a field is in metres
        if span.duration is not None and span.quantity is not None and span.quantity.unit == "m":
            span.duration = None
    return _choose(merged, reading)


_IDIOM = re.compile(
    r"\b(?:keep|have) (?:an |a close |a )?(?:eye|watch|tabs) (?:on|out for)\b|\bon top of (?:that|this|it)\b|\bfrom now on\b|\blater on\b|\band so on\b"
)
"""Words in which "on" switches nothing."""


def _whole_names(named: list[Span], lang: str) -> list[Span]:
    """Japanese has no spaces: in 「蓄電池の残量」 the name of a field does not begin inside of that of the devices."""
    whose = [s for s in named if any(n.sort in ("type", "device") and n.strength >= 3 for n in s.names)]
    return [s for s in named if lang != "ja" or not any(w.start < s.start < w.end < s.end for w in whose)]


_LEFT_OUT = re.compile(r"(?:を|は)?(?:除[くいき]|のぞ[くいき])|以外")
_LISTED = re.compile(r"(?:と|や|、|・|および|及び)")


def _except(reading: Reading, named: list[Span]) -> None:
    """ "青果ケース以外のケース", "A区とB区を除く": devices that are named as those that are not meant."""
    after = None
    for span in sorted(named, key=lambda s: -s.end):
        if not (span.named("device") or span.named("attribute")):
            continue
        listed = after is not None and _LISTED.fullmatch(reading.low, span.end, after)
        if _LEFT_OUT.match(reading.low, span.end) or listed:
            span.words, after = span.words | {"left_out"}, span.start


_PREPOSITION = re.compile(
    r"on(?= (?:the|an?|each|every|any|all|its|my|our|top|duty|site|time|weekdays?|weekends?|holidays|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)\b)"
)
_SWITCHED = re.compile(r"\b(?:turn|switch|put|set|power)\w* $")
""" "On the first reading": no switch."""
_KEEPING = re.compile(r"\bkeep (?:only |just )?(?:one|every)\b|だけ(?:取|残)")


def _spoken(reading: Reading, catalog: Catalog, lang: str) -> list[Span]:
    """Where the phrases of the node files stand."""
    found = []
    for kind, phrase, pattern in _patterns(catalog, lang):
        for match in pattern.finditer(reading.low):
            start = match.start("end") if "end" in pattern.groupindex else match.start()
            found.append(Span(start, match.end(), match.group()[start - match.start() :], phrases=[(kind, phrase)]))
    return found


_PERCENTILE = {
    "ja": re.compile(r"(?P<n>\d{1,2})\s?(?:パーセンタイル|%タイル|パーセント点)値?"),
    "en": re.compile(r"\b(?P<n>\d{1,2})(?:st|nd|rd|th)?[ -]percentile\b"),
}


def _percentiles(reading: Reading, catalog: Catalog, lang: str) -> Iterator[Span]:
    """ "the 90th percentile": any of them, although the phrases name only one."""
    for match in _PERCENTILE[lang].finditer(reading.low):
        named = [
            (kind, structs.replace(p, params={**p.params, "percent": int(match["n"])}))
            for kind in catalog
            for p in kind.phrases
            if p.lang == lang and p.params.get("calc") == "percentile" and "percent" not in p.params
        ]
        if named and int(match["n"]) > 0:
            yield Span(match.start(), match.end(), match.group(), phrases=named[:1])


_SHORT = re.compile(
    r"\b(?P<what>min|max|avg)\b\.?(?=(?P<behind> ?(?:and|,|/|&|\+) ?(?:the )?(?:min|max|avg|average|mean|highest|lowest)\b)?)"
)
_SHORT_AFTER = re.compile(
    r"\b(?:min|max|avg|average|mean|minimum|maximum|highest|lowest)\.? ?(?:and|,|/|&|\+) ?(?:the )?$"
)
_CALCS = {"min": "min", "max": "max", "avg": "average"}


def _extremes(reading: Reading, catalog: Catalog, named: list[Span]) -> Iterator[Span]:
    """ "the min and max temp": short words for what is worked out, beside each other or right before a field."""
    fields = {s.start for s in named if s.named("field")}
    for match in _SHORT.finditer(reading.low):
        near = match["behind"] or match.end() + 1 in fields or _SHORT_AFTER.search(reading.low[: match.start()])
        calc = _CALCS[match["what"]]
        found = [(k, p) for k in catalog for p in k.phrases if p.lang == "en" and p.role == "aggregate" and p.params.get("calc") == calc and "<over>" in p.params.values()]  # fmt: skip
        if near and found:
            yield Span(match.start(), match.end(), match.group(), phrases=found)


def _quotes(reading: Reading) -> Iterator[Span]:
    for number, quote in enumerate(reading.quotes):
        at = reading.text.find(chr(QUOTE_AT + number))
        if at >= 0:
            yield Span(at, at + 1, quote, quote=quote)


_RESULT = re.compile(
    r"(?<![A-Za-z0-9])[A-Z][A-Z-]{1,9}(?![A-Za-z0-9])(?=(?:を|が)(?:出|検出|返)|判定|になっ|だっ|なら|と(?:出|判定|なっ)|が(?:\d|続|連続|[一二三四五六七八九十]))"
)


def _results(reading: Reading) -> Iterator[Span]:
    """Words in capitals that a device says (NGを出したら), which stand for a quoted text."""
    for match in _RESULT.finditer(reading.text):
        yield Span(match.start(), match.end(), match.group(), quote=match.group())


@lru_cache(maxsize=8)
def _patterns(catalog: Catalog, lang: str) -> list[tuple[type[Kind], Phrase, re.Pattern[str]]]:
    return [
        (kind, phrase, _pattern(phrase.text, lang))
        for kind in catalog
        for phrase in kind.phrases
        if phrase.text and phrase.lang == lang
    ]


_GAP = {"ja": r"[^、。,;\n]{0,16}?", "en": r"(?:[ ,][a-z0-9'-]+){0,6}? "}
"""What may stand in place of … in a phrase; the span is that of the words after it."""


def _pattern(text: str, lang: str) -> re.Pattern[str]:
    parts = [_part_of(part.strip(), lang) for part in text.lower().split("…")]
    if len(parts) == 1:
        return re.compile(parts[0])
    return re.compile(f"{_GAP[lang].join(parts[:-1])}{_GAP[lang]}(?P<end>{parts[-1]})")


_KANA = (
    ("下回", "(?:下回|下まわ|したまわ)"), ("上回", "(?:上回|上まわ|うわまわ)"), ("上が", "(?:上が|あが(?=[っらりるれろ]))"), ("下が", "(?:下が|さが(?=[っらりるれろ]))"),
    ("超え", "(?:超え|(?<![聞ひ])こえ(?=[たてる]))"), ("増え", "(?:増え|ふえ)"), ("落ち", "(?:落ち|おち)"), ("止ま", "(?:止ま|とま(?=[っらりるれろ]))"), ("戻", "(?:戻|もど(?=[っらりるれろすし]))"),
    ("続", "(?:続|つづ(?=[いかきくけ]))"), ("届", "(?:届|とど(?=[いかきくけ]))"), ("知らせ", "(?:知らせ|しらせ)"), ("伝え", "(?:伝え|つたえ)"), ("教え", "(?:教え|おしえ)"),
    ("送", "送(?![風水電料迎別])"),
)  # fmt: skip
"""Stems that people also write without kanji."""


_UNDER = ("を切", "を割")
"""Also without their particle, right behind a number (20%切ったら)."""


def _part_of(text: str, lang: str) -> str:
    if lang == "ja" or not re.match(r"[a-z]", text):
        if text in _UNDER:
            return rf"{text}|(?<=[\da-z%℃度]){text[1:]}[っるれ]"
        pattern = re.escape(text)
        stem = next(((kanji, both) for kanji, both in _KANA if kanji in text), None)
        return pattern.replace(*stem) if stem is not None else pattern
    words = " ".join(_inflected(word) for word in text.split())
    negated = text.startswith("not ")
    return rf"(?:\bnot|n't) {words.removeprefix('not ')}\b" if negated else rf"\b{words}\b"


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
        known.names, known.used = known.names or span.names, known.used or span.used
        known.phrases += span.phrases
        known.words |= span.words
        for slot in ("quantity", "duration", "clock", "days", "every", "quote", "fact"):
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
        _inherit(span, [s for s in spans if s is not span and s.start >= span.start and s.end <= span.end])
    chosen.sort(key=lambda span: span.start)
    for span, following in pairwise(chosen):
        _without_strange_unit(span, following)
    return chosen


_LONGER = {"test", "derive", "happen", "gate", "treat", "name", "actuate"}
_KEPT = {"hold", "recover", "edge", "lean", "derive", "aggregate"}


_SAID_OF = re.compile(r"^[^、。]{1,10}[がはも][開閉]")
"""A thing and its state (扉が開い), which together are the name of a true/false field."""


def _inherit(span: Span, inside: list[Span]) -> None:
    """What words inside a longer stretch say besides: "stays open" is a hold and open, "rises by" also leans upwards."""
    if span.named("call") or span.named("choice") or _SAID_OF.search(span.text):
        span.words |= {word for s in inside for word in s.words if word in POLARITIES}
    if span.role("test"):
        span.words |= {word for s in inside for word in s.words if word == "if"}
    if any(phrase.role in _LONGER for _, phrase in span.phrases) and not span.names:
        span.words |= {word for s in inside for word in s.words if word in (*POLARITIES, "yes", "not")}
        known = {phrase.role for _, phrase in span.phrases}
        span.phrases = span.phrases + [m for s in inside for m in s.phrases if m[1].role in _KEPT - known]
        if not span.words & set(POLARITIES) and ("derive" not in known or "not" in span.words):
            span.names = [n for s in inside for n in s.names if n.sort == "field" and n.strength >= 3]
    if span.quantity is not None:
        span.phrases = span.phrases + [m for s in inside for m in s.phrases if m[1].role == "derive"]


def _without_strange_unit(span: Span, following: Span) -> None:
    """ "more than 10 running hours": what stands after the number is understood otherwise and no unit."""
    quantity = span.quantity
    if (
        quantity is not None
        and quantity.unit is not None
        and quantity.unit.startswith("?")
        and following.start - span.end <= 1
    ) and (following.names or following.phrases or following.fact):
        span.quantity = Quantity(quantity.value)


def _rank(span: Span) -> tuple[float, int]:
    """The longer the better; what is understood surely counts a little more."""
    solid = 3 if span.quote else 2 if span.names or span.clock or span.every is not None or "once" in span.words else 0
    strong = max((name.strength for name in span.names), default=0)
    bonus: float = 1 if span.duration or (span.quantity and span.quantity.unit) else 0
    bonus += 1.5 if span.role("compare") and span.text[0] in "をま切割" else 0
    bonus += 20 if span.fact else 0
    bonus += 1 if says_absence(span) else 0  # 「データが来な」 and not the 「ない」 that begins in it
    if_bonus = 0.5 if "if" in span.words else 0
    return -(span.end - span.start + 0.3 * bonus + if_bonus + 0.1 * strong), -solid


_OR_MORE = re.compile(r"(?:or|and) (?:above|over|below|under|more|less|higher|lower)")
""" "20 or above" says how the number before is meant; in "below 18 or above 27" it belongs to the one behind."""
_LOOSE = r"(?: |ほど|程度|以上|以下|くらい|ぐらい|の|値)*"


def _fits(span: Span, spans: list[Span], reading: Reading) -> bool:
    """A Japanese comparison that starts with a particle (を切, まで下が) needs a number right before it; "lower than" asks
    for nothing to be lowered."""
    if (
        span.role("compare")
        and _OR_MORE.fullmatch(span.text)
        and not reading.low[: span.start].endswith("at ")
        and any(0 <= s.start - span.end <= 1 and s.quantity for s in spans)
    ):
        return False
    if span.role("actuate") and not span.names and reading.low.startswith(" than ", span.end):
        span.phrases = [m for m in span.phrases if m[1].role != "actuate"]
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
