"""How many devices at once: 2台以上が同時に, 全台で, a majority of the pumps, both compressors, two of the three detectors."""

import re
from collections.abc import Iterator

from llm.authors.phrasebook.facts import Crowd, Shared
from llm.authors.phrasebook.names import NameIndex
from llm.authors.phrasebook.numbers import NUMBER, value_of
from llm.authors.phrasebook.reading import Reading, Span

MAJORITY, HALF, ALL = 0.51, 0.5, 1.0
_UNIT = r"(?:台|基|機|か所|箇所|カ所|ヶ所|ヵ所|部屋|本(?!日|部|社)|個|つ|室|棟|軒|匹|頭|床)"
_TOGETHER = r"(?:同時に|そろって|揃って|一斉に|いっせいに|とも(?:に)?|ともが)"
_N = rf"(?P<n>{NUMBER})"
_JAPANESE = (
    rf"(?:全)?{NUMBER}{_UNIT}(?:ある|の)?(?:[^、。\d]{{0,8}})?(?:の?うち|中)の?(?:少なくとも)?、?{_N}{_UNIT}(?P<more>以上)?(?:が|で|の)?(?:{_TOGETHER})?",
    rf"(?:少なくとも){_N}{_UNIT}(?P<more>以上)?(?:が|で|の)?(?:{_TOGETHER})?",
    rf"{_N}{_UNIT}(?P<more>以上)(?:が|で|は|の)?(?:{_TOGETHER})?(?![\d、]?(?:測定|連続|続けて))",
    rf"{_N}{_UNIT}(?:が|で)?{_TOGETHER}(?:が|で)?",
)
_JAPANESE_PARTS = (
    (r"過半数(?:が|で|の)?", MAJORITY),
    (r"半[数分](?:以上|を超え(?:る|て))?(?:が|で|の)?", HALF),
    (rf"(?:全台|全機|全基|全室|全数|全ての台)(?:が|で|とも)?(?:{_TOGETHER})?", ALL),
    (rf"(?:すべて|全て|全部)(?:が|で)(?:{_TOGETHER})?", ALL),
)
_JAPANESE_BOTH = re.compile(
    r"(?:両方|両者|どちらも|双方|2台|二台|2つ|2基)(?:とも|が同時に|で同時に|がともに|ともに)(?:が|で)?|両方(?:が|で|の)(?=.{0,14}(?:超|下回|上回|以上|以下|未満|開|閉|止|停))"
)
_AT_ONCE = r"(?:at once|at the same time|simultaneously|together|in unison|all at once)"
_ENGLISH = (
    rf"\b(?P<more>more than )?(?:at least |any )?{_N}(?: or more)? (?:out )?of (?:the |our )?(?:{NUMBER} )?(?=[a-z])",
    rf"\b(?P<more>more than )(?:any )?{_N} (?:of (?:the |our )?)?(?=[a-z])",
    rf"\bat least {_N} (?:of (?:the |our )?)?(?=[a-z])",
    rf"\b{_N} or more (?:of (?:the |our )?)?(?=[a-z])",
    rf"\bany {_N} (?:of (?:the |our )?)?(?=[a-z])",
    rf"\b{_N} (?:different )?(?=[a-z][^.;:]*\b{_AT_ONCE})",
)
_ENGLISH_PARTS = (
    (r"\b(?:(?:a|the) majority|most|more than half)(?: of)?(?: all)?(?: the| our)? (?=[a-z])", MAJORITY),
    (r"\b(?:at least )?(?:half|50 ?%|fifty percent)(?: or more)?(?: of)?(?: all)?(?: the| our)? (?=[a-z])", HALF),
    (rf"\b(?:all|every one)(?: of)?(?: the| our)?(?: {NUMBER})? (?=[a-z][^.;:]*\b{_AT_ONCE})", ALL),
    (rf"(?:(?<=\bif )|(?<=\bwhen )|(?<=\bonce )|(?<=\bwhenever )|(?<=\buntil ))(?:all|every(?: single)? one|each and every one)(?: of)?(?: the| our)?(?: {NUMBER})? (?=[a-z])", ALL),
    (rf"\bevery (?=[a-z][^.;:]*\b{_AT_ONCE})", ALL),
)  # fmt: skip
_OF_THEM = re.compile(
    rf"\b(?:(?P<all>all|every one|each)|(?P<both>both)|(?:at least |any )?(?P<n>{NUMBER})(?: or more)?) of (?:them|these|those)\b"
)
_ALL_ARE = re.compile(r"\b(?:(?P<both>both)|all)(?= (?:are|have|stay|read|show|go|get|were)\b)")
""" "off when all are over 5": of the devices that were spoken of before."""
_NONE = re.compile(
    r"\b(?:neither|none)(?: of)?(?: (?:the|our|its|these|those))? (?=[a-z])|\b(?:neither|none) of (?:them|these)\b"
)
_NO = re.compile(r"\bno (?!longer|other|more|one\b|new\b|further|such)(?=[a-z])")
""" "no compressor is running": none of them."""
_NONE_JA = re.compile(r"(?:どれも|(?:1|一|ひと)(?:台|つ|基|機|人|室|部屋)も)(?=[^、。]{0,24}?(?:な|ませ|ず))")
_ANY_OF_JA = re.compile(r"(?P<two>どちら|どっち)の|どの|いずれの")
_ALL_OF_JA = re.compile(r"(?:が|は|の|、)?(?P<said>(?P<two>どちら|どっち)も|いずれも|どれも)(?=[^、。]{2})")
_ENGLISH_BOTH = re.compile(r"\bboth(?: of)?(?: the| our)? (?=[a-z])")
_NOUN_WITHIN = 24
"""Characters between a number and the name of the devices that it counts."""


def crowds(reading: Reading, names: list[Span], lang: str) -> Iterator[Span]:
    """Spans that say how many devices; `names` are where registered things are named."""
    low = reading.low
    if lang == "ja":
        for pattern in _JAPANESE:
            yield from _counted(low, pattern)
        yield from _parts(low, _JAPANESE_PARTS)
        yield from (_span(m, Crowd(at_least=2)) for m in _JAPANESE_BOTH.finditer(low))
        yield from _none_japanese(low, names)
        return
    heads = {span.start: span for span in names if span.named("type") or span.named("device")}
    for pattern in _ENGLISH:
        yield from (span for span in _counted(low, pattern) if _before_devices(low, span.end, heads))
    yield from (span for span in _parts(low, _ENGLISH_PARTS) if _before_devices(low, span.end, heads))
    yield from _of_them(low, heads)
    yield from _all_are(low, heads)
    both = (_span(m, Crowd(at_least=2)) for m in _ENGLISH_BOTH.finditer(low))
    yield from (span for span in both if _before_devices(low, span.end, heads))


def _of_them(low: str, heads: dict[int, Span]) -> Iterator[Span]:
    """How many of the devices that were spoken of before, and none of them."""
    for match in _OF_THEM.finditer(low):
        count = value_of(match["n"]) if match["n"] else 2 if match["both"] else None
        if match["all"] or (count is not None and count >= 2):
            crowd = Crowd(share=ALL) if match["all"] else Crowd(at_least=int(count or 2))
            yield Span(match.start(), match.end(), match.group(), fact=crowd, words={"whole"})
    for match in (*_NONE.finditer(low), *_NO.finditer(low)):
        if match.group().endswith(("them", "these")) or _before_devices(low, match.end(), heads, plural=False):
            crowd = _of(two=match.group().startswith("neither"))
            yield Span(match.start(), match.end(), match.group(), fact=crowd, words={"not"})


def _all_are(low: str, heads: dict[int, Span]) -> Iterator[Span]:
    for match in _ALL_ARE.finditer(low):
        if any(start < match.start() for start in heads):
            crowd = _of(two=bool(match["both"]))
            yield Span(match.start(), match.end(), match.group(), fact=crowd, words={"whole"})


def _of(*, two: bool) -> Crowd:
    """All of them; of two, as the word says, both must have been heard of."""
    return Crowd(at_least=2) if two else Crowd(share=ALL)


def _none_japanese(low: str, names: list[Span]) -> Iterator[Span]:
    """ "ポンプが1台も…ない", "どのポンプも…", "ポンプがどちらも…": all of them, met or not, at once."""
    yield from (_span(m, Crowd(share=ALL)) for m in _NONE_JA.finditer(low))
    for span in (s for s in names if s.named("type")):
        if (behind := _ALL_OF_JA.match(low, span.end)) is not None:
            start, end = behind.span("said")
            yield Span(start, end, low[start:end], fact=_of(two=bool(behind["two"])))
        for match in _ANY_OF_JA.finditer(low, max(0, span.start - 4), span.start):
            if match.end() == span.start and low.startswith("も", span.end):
                yield _span(match, _of(two=bool(match["two"])))


_SAME = {
    "ja": re.compile(r"(?:同じ|同一(?:の)?)(?P<key>[^\s、。のにでがを]{1,6}?)(?:の|に(?:ある|いる)?|で|内の)"),
    "en": re.compile(r"\b(?:(?:in|of|on|at|from) )?(?:the|that) same (?P<key>[a-z]+)(?:'s)?\b"),
}


def shares(reading: Reading, index: NameIndex, lang: str) -> Iterator[Span]:
    """Spans that say by which attribute devices belong together."""
    for match in _SAME[lang].finditer(reading.low):
        keys = [name.id for name in index.exactly(match["key"]) if name.sort == "key"]
        if keys:
            yield Span(match.start(), match.end(), match.group(), fact=Shared(keys[0]))


def _counted(low: str, pattern: str) -> Iterator[Span]:
    for match in re.finditer(pattern, low):
        value = value_of(match["n"])
        if value is None or value != int(value):
            continue
        more = match.groupdict().get("more") == "more than "
        if (n := int(value) + more) >= 2:
            yield _span(match, Crowd(at_least=n))


def _parts(low: str, parts: tuple[tuple[str, float], ...]) -> Iterator[Span]:
    for pattern, share in parts:
        yield from (_span(m, Crowd(share=share)) for m in re.finditer(pattern, low))


def _span(match: re.Match[str], crowd: Crowd) -> Span:
    return Span(match.start(), match.end(), match.group(), fact=crowd)


def _before_devices(low: str, end: int, heads: dict[int, Span], *, plural: bool = True) -> bool:
    """Whether what is counted are registered devices, at most two other words before their name."""
    for start, span in heads.items():
        if 0 <= start - end <= _NOUN_WITHIN and re.fullmatch(r"(?:[a-z-]+ ){0,2}", low[end:start]):
            if not plural and any(n.extra == "boolean" for n in span.named("field")):
                return False  # "no motion": what is not so, and no number of devices
            many = span.text.lower().endswith(("s", "es")) or not plural
            return many or span.text.lower() in low[end:start]
    return False
