"""Values with a tolerance: within 2 degrees of 5, 180 ± 5, more than 3 °C away from -20, 40度±3度, 5℃から2℃以上ずれたら."""

import re
from itertools import pairwise

from llm.authors.phrasebook.comparisons import COMPARED, COMPARED_TWO, OPPOSITE
from llm.authors.phrasebook.reading import Quantity, Reading, Span
from llm.authors.phrasebook.wishes import Meaning, Missed
from nodes.kit.catalog import Catalog

_SIGN = r"(?:±|\+\s?/?\s?-|plus[ /-](?:or )?minus|give or take|プラスマイナス|プラマイ)"
_BOTH = re.compile(rf"\s?[(,]?\s?(?:の|から|より|に対して|を中心に)?(?:上下)?{_SIGN}\s?")
"""Between a value and its tolerance."""
_OF = r"(?:(?:the|its|a|an|our) )?(?:(?:set|target|nominal|desired|ideal|normal|usual)?[ -]?(?:value|point|temperature|level|setting|target|setpoint|limit)?(?: of)? ?)"
_FROM_EN = re.compile(
    rf" (?P<more>or more )?(?P<how>of|around|either side of|(?:away |out )?from|away of|off(?: from| of)?|to either side of) {_OF}$"
)
_SAID_EN = re.compile(
    rf"\b(?:(?P<between>within|inside)|(?P<outside>outside(?: of)?|out of|(?:by )?(?:more than|over|greater than|exceeding))|(?P<reaches>(?:by )?at least)) (?:a range of )?(?:{_SIGN} ?)?$"
)
_STRAYS_EN = re.compile(r"\b(?:off|deviat\w+|differ\w*|depart\w*|stray\w*|drift\w*|var(?:y|ies|ied)|away|out)\b")
_IS_EN = re.compile(
    r"\b(?:(?P<outside>outside(?: of)?|out of|leaves?|left)|(?P<between>within|inside|in|is|are|be|not|isn't|aren't|(?:stay|remain)s?))(?: at)? (?:the (?:range|band)(?: of)? )?$"
)
_BEGIN_EN = re.compile(r"[,.;:]|\b(?:if|when|whenever|once|unless|while|and|or|but|until)\b")
_NOT_EN = re.compile(r"\b(?:not|no longer|never|fails? to|stops?|ceases? to|cannot)\b|n't\b")
_FROM_JA = re.compile(r"(?:を?から|より|に対して)\s?(?:上下に?)?")
_STRAYS_JA = re.compile(
    r"\s?(?P<how>以上|以内|(?:を|より)?(?:超えて|超|より大きく|より))(?:も)?(?:上下に?)?(?P<off>ずれ|離れ|外れ|はずれ|違[いうっえ]|乖離|逸脱|異な)?"
)
_BEHIND_JA = re.compile(
    r"\s?\)?(?:の(?:許容)?(?:範囲|幅|間))?(?:(?P<outside>(?:を|から|の)?(?:外れ|はずれ|超え|越え|はみ出|逸脱|外に|外で|外な|出(?=[たるて])))|(?P<between>以内|内|の?中|に入|に収|におさ|に(?=あ)|なら|の?とき|の?間))"
)
_NOT_JA = re.compile(r"(?<!なら)(?<!とき)(?<!間)[ぁ-んァ-ヶ]{0,6}?(?:ない|なけれ|なかっ|なく|ません)")
_NOWHERE = (0, 0)
_DEGREES = {"deg", "°C", "°F", "K"}


def mark(reading: Reading, spans: list[Span], catalog: Catalog, lang: str) -> list[Missed]:
    """Makes two limits of a value and its tolerance; gives those of which it is not plain what is compared."""
    numbers = [s for s in spans if s.quantity is not None and s.duration is None and s.clock is None]
    missed = []
    for one, two in pairwise(numbers):
        if one not in spans or two not in spans:
            continue
        found = _japanese(reading, one, two) if lang == "ja" else _english(reading, one, two)
        if found is None:
            continue
        value, by, way, start, end, negated = found
        limits = _limits(value.quantity, by.quantity)
        if (
            limits is None
            or way is None
            or not _written(spans, catalog, lang, (one, two), limits, way, (start, end), negated)
        ):
            missed.append(Missed(reading.words(one.start, two.end), "tolerance"))
    return missed


Found = tuple[Span, Span, str | None, int, int, tuple[int, int]]
"""The value, its tolerance, how it is compared, from where to where that is said, and where it is denied."""


def _english(reading: Reading, one: Span, two: Span) -> Found | None:
    low = reading.low
    begin = max((m.end() for m in _BEGIN_EN.finditer(low, 0, one.start)), default=0)
    before = low[begin : one.start]
    turned = bool(_NOT_EN.search(before))
    denied = (begin, one.start) if turned else _NOWHERE
    if _is_both(low, one, two):
        said = _IS_EN.search(before)
        way = _turned(said.lastgroup, turned=turned) if said is not None else None
        return one, two, way, begin + said.start() if said else one.start, two.end, denied
    link, said = _FROM_EN.match(low[one.end : two.start]), _SAID_EN.search(before)
    if link is None:
        return None
    way = said.lastgroup if said is not None else None
    how = link["how"]
    near = how in ("of", "around", "from") and way == "between"
    off = how.startswith(("away", "out", "off", "either", "to either")) or (
        how == "from" and _STRAYS_EN.search(before) is not None
    )
    if link["more"] and way is None:
        way = "reaches"
    if way == "outside" and how == "of" and said is not None and said[0].startswith("out"):
        near = True
    if not near and not off:
        return None
    if way == "reaches" and turned:
        way = None
    return two, one, _turned(way, turned=turned), begin + said.start() if said else one.start, two.end, denied


def _is_both(low: str, one: Span, two: Span) -> bool:
    sign = _BOTH.match(low, one.end)
    return sign is not None and two.start <= sign.end() <= two.end and sign.end() - two.start <= len("minus ")


def _japanese(reading: Reading, one: Span, two: Span) -> Found | None:
    low = reading.low
    if _is_both(low, one, two):
        said = _BEHIND_JA.match(low, two.end)
        turned = bool(said and _NOT_JA.match(low, said.end()))
        way = _turned(said.lastgroup, turned=turned) if said is not None else None
        return one, two, way, one.start, said.end() if said else two.end, _denied(said, turned=turned)
    link, said = _FROM_JA.fullmatch(low[one.end : two.start]), _STRAYS_JA.match(low, two.end)
    if link is None or said is None or not (said["off"] or (said["how"] == "以内" and low[one.end] != "よ")):
        return None
    turned = bool(_NOT_JA.match(low, said.end()))
    way = {"以上": "reaches", "以内": "between"}.get(said["how"], "outside")
    if (said["off"] and way == "between") or (turned and way == "reaches"):
        way = None
    return one, two, _turned(way, turned=turned), one.start, said.end(), _denied(said, turned=turned)


def _denied(said: re.Match[str] | None, *, turned: bool) -> tuple[int, int]:
    return (said.end(), said.end() + 8) if turned and said is not None else _NOWHERE


def _turned(way: str | None, *, turned: bool) -> str | None:
    return OPPOSITE.get(way, None) if turned and way is not None else way


def _limits(value: Quantity | None, by: Quantity | None) -> tuple[Quantity, Quantity] | None:
    if value is None or by is None or not by.value:
        return None
    size, unit = abs(by.value), value.unit
    if by.unit == "%" and value.unit != "%":
        if value.unit is None:
            return None
        size = abs(value.value) * size / 100
    elif by.unit is not None and value.unit is not None and by.unit != value.unit:
        if not {by.unit, value.unit} <= _DEGREES or "deg" not in (by.unit, value.unit):
            return None
        unit = by.unit if value.unit == "deg" else value.unit
    else:
        unit = value.unit or by.unit
    return Quantity(round(value.value - size, 9), unit), Quantity(round(value.value + size, 9), unit)


def _written(
    spans: list[Span], catalog: Catalog, lang: str, numbers: tuple[Span, Span], limits: tuple[Quantity, Quantity],
    way: str, said: tuple[int, int], negated: tuple[int, int],
) -> bool:  # fmt: skip
    """The spans as if the two limits had been said; whether the kinds know such a comparison."""
    one, two = numbers
    keys = ("at_most", "at_least") if way == "reaches" else (way,)
    meanings = [_meaning(catalog, lang, key, COMPARED if way == "reaches" else COMPARED_TWO) for key in keys]
    if any(meaning is None for meaning in meanings):
        return False
    for span in list(spans):
        if way != "reaches" and negated[0] <= span.start < negated[1]:
            span.words -= {"not"}
        if negated[1] and way != "reaches" and "else" in span.words and 0 <= span.start - said[1] <= 1:
            span.words = span.words - {"else"} | {"if"}  # "以内でなければ" is no other case of one before
        if span not in numbers and said[0] <= span.start < said[1]:
            spans.remove(span)
    one.quantity, two.quantity = limits
    one.end, two.start = min(one.end, two.start - 1), max(two.start, one.end + 1)
    places = (
        [(one.end, two.start), (two.end, said[1])] if lang == "ja" else [(said[0], one.start), (one.end, two.start)]
    )
    chosen = places if way == "reaches" else places[1:] if lang == "ja" else places[:1]
    for meaning, (start, end) in zip(meanings, chosen, strict=True):
        if meaning is not None:
            spans.append(Span(start, max(end, start), meaning[1].text, phrases=[meaning]))
    if (one.end, two.start) not in chosen:
        spans.append(Span(one.end, two.start, "", used=True))
    spans.sort(key=lambda s: (s.start, s.end))
    return True


def _meaning(catalog: Catalog, lang: str, key: str, slot: str) -> Meaning | None:
    found = ((kind, p) for kind in catalog for p in kind.phrases if p.role == "compare" and p.lang == lang)
    return next(((kind, p) for kind, p in found if p.params.get(key) == slot), None)
