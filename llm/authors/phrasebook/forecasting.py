"""How long it will take until a limit: あと3日で7.1mm/sに達しそうなら, when less than 3 days are left until it reaches 7.1 mm/s."""

import re
from typing import TYPE_CHECKING, Any

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import Ahead, Later, Lookback, Within
from llm.authors.phrasebook.kinds import Kinds
from llm.authors.phrasebook.reading import Quantity, Reading, Span
from llm.authors.phrasebook.units import settled
from llm.authors.phrasebook.wishes import Meaning, Open, Step, Trigger
from nodes.kit.catalog import Catalog
from nodes.kit.duration import UNITS, format_duration

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

_NUMERIC = ("number", "integer")
_COMES_JA = r"(?:に達|に到達|に届|に至|になる|になり|を超え|を越え|を上回|を下回|を割り?|を切)"
_LENGTH_JA = r"\d+(?:\.\d+)?\s?(?:分|時間|日|週間?)間?"
_AT = r"(?<![^、。;\n])"
"""Where words between two signs begin: tried there alone, so that long texts take no longer than they are."""
_SAYS = {
    "ja": re.compile(
        rf"{_AT}[^、。;\n]*{_COMES_JA}[^、。\d]{{0,4}}まで(?:に)?(?:の)?[、]?(?:残り|あと|時間|日数|余裕|猶予)[^、。;\n]*"
        rf"|{_AT}[^、。;\n]*(?:あと|残り)[^、。;\n]{{1,10}}(?:で|以内に|以内で|のうちに)[^、。;\n]*{_COMES_JA}[^、。;\n]{{0,6}}(?:そう|見込|予測|予想|はず|恐れ|おそれ)[^、。;\n]*"
        rf"|{_AT}[^、。;\n]*{_LENGTH_JA}(?:以内に|以内で|後に)[^、。;\n]*{_COMES_JA}[^、。;\n]{{0,3}}(?:そう|見込|予測|予想|恐れ|おそれ)[^、。;\n]*"
        rf"|{_AT}[^、。;\n]*{_COMES_JA}[^、。\d]{{0,4}}まで(?:に|、)?{_LENGTH_JA}(?:を切|を割|未満|以内|以下)[^、。;\n]*"
        rf"|{_AT}[^、。;\n]*{_COMES_JA}[^、。;\n]{{0,4}}(?:残り?寿命|余寿命|残り時間|残り日数)[^、。;\n]*"
    ),
    "en": re.compile(
        r"(?<![^,.;:\n])[^,.;:\n]*\b(?:left|remains?|remaining|to go)\b[^,;:\n]*?\b(?:until|till|before|to)\b(?:[^,;:\n.]|\.\d)*"
        r"|(?<![^,.;:\n])[^,.;:\n]*\b(?:days?|hours?|weeks?|life|lifetime)\b(?: left| remaining)? (?:until|before)\b(?:[^,;:\n.]|\.\d)*"
        r"|(?<![^,.;:\n])[^,.;:\n]*(?:\bwill\b|'ll\b|\b(?:is|are) (?:expected|predicted|forecast|likely|going|set|due|heading|projected)\b)(?:[^,;:\n.]|\.\d)*\b(?:within|in (?:less|fewer) than|in under)\b(?:[^,;:\n.]|\.\d)*"
    ),
}  # fmt: skip
_DOWN = {
    "ja": re.compile(r"を下回|を割り?|まで(?:に)?(?:下が|落ち|低下)|を切"),
    "en": re.compile(r"\b(?:(?:fall|drop|sink|decline)\w*(?: to)?|below|under|down to) $"),
}
"""Right behind the limit, or right before it."""
_DAYS = 2 * UNITS["d"]
"""From here on what remains is counted in days, below in hours."""


_SOON = UNITS["d"] // 2
"""Up to here the course of a day cannot be told from a trend, and is not waited for."""
_LOOKS_BACK = 3
"""So many times what is left is looked back where it is that little."""


def _unit(left: int) -> str | None:
    """What remains is counted in; None: in days."""
    return None if left >= _DAYS else "hours" if left >= 2 * UNITS["h"] else "minutes"


def meaning_of(catalog: Catalog) -> Meaning | None:
    """The kind that foretells when a limit is reached."""
    return Kinds(catalog).having("name", "within", "above", "below", "shape")


def mark(reading: Reading, spans: list[Span], catalog: Catalog, lang: str) -> None:
    """Makes one span of a limit and a length of time that is left until it is reached."""
    if meaning_of(catalog) is None:
        return
    for match in _SAYS[lang].finditer(reading.low):
        inside = [s for s in spans if match.start() <= s.start and s.end <= match.end()]
        _read_days(reading.low, inside)
        limits = [s for s in inside if s.quantity is not None and s.duration is None and not s.fact]
        lengths = [s for s in inside if _length(s)]
        if len(limits) != 1 or len(lengths) != 1 or limits[0].quantity is None:
            continue
        limit, low = limits[0], reading.low
        down = bool(_DOWN[lang].match(low, limit.end) if lang == "ja" else _DOWN[lang].search(low[: limit.start]))
        ahead = Ahead(limits[0].quantity.value, limits[0].quantity.unit, _length(lengths[0]), down)
        for span in inside:
            if span in (limits[0], lengths[0]) or not (span.names or span.words & {"if", "and", "then"}):
                spans.remove(span)
            else:
                span.phrases, span.words = [], span.words & {"if", "and", "then"}
        spans.append(Span(limits[0].start, limits[0].end, limits[0].text, fact=ahead))
        spans.append(Span(lengths[0].start, lengths[0].end, lengths[0].text, used=True))
        spans.sort(key=lambda span: span.start)


_IN_DAYS = re.compile(r"日(?!付|時|目|[前後])")


def _read_days(low: str, inside: list[Span]) -> None:
    """ "5日" may also be a day of the month; what is left is a number of days."""
    for span in inside:
        if span.quantity is not None and span.quantity.unit is None and _IN_DAYS.match(low, span.end):
            span.duration, span.end = round(span.quantity.value * UNITS["d"]), span.end + 1
            span.text = low[span.start : span.end]


def _length(span: Span) -> int:
    if isinstance(span.fact, Within | Later | Lookback):
        return span.fact.ms or 0
    return span.duration or 0


def read(reader: "TriggerReader", clause: Clause, last: Trigger | None) -> Trigger | None:
    """A trigger that comes when so little time is left."""
    span = next((s for s in clause.spans if isinstance(s.fact, Ahead)), None)
    meaning = meaning_of(reader.kinds.catalog)
    if span is None or meaning is None or not isinstance(span.fact, Ahead):
        return None
    ahead, limit_said = span.fact, Quantity(span.fact.value, span.fact.unit)
    subject = reader.subject(clause.spans, _NUMERIC, limit_said, last)
    if subject is None or subject.virtual is not None:
        reader.miss(clause, "field")
        return None
    limit = settled(limit_said, subject.field.unit)
    more: dict[str, Any] = {
        "field": subject.field.name,
        "below" if ahead.down else "above": Open("limit", limit.number, "ahead_limit", unit=limit.unit),
        "within": Open("left", format_duration(ahead.ms), "ahead_left"),
        "unit": _unit(ahead.ms),
    }
    if ahead.ms <= _SOON:
        back = format_duration(max(_LOOKS_BACK * ahead.ms, UNITS["m"]))
        look_back = Open("look_back", back, "ahead_over", assumed="no_ahead_over")
        more |= {"over": look_back, "season": "none", "shape": "line"}
    step = Step(meaning, {}, more, "remaining", meaning[0].outputs[0].name, named=f"{subject.field.name}_ahead")
    noun = reader.said["ahead"].format(field=reader.label(subject.field), limit=limit.number, unit=limit.unit or "")
    made = Trigger("happen", "", source=subject.source, step=step, noun=noun)
    made.shown = [(reader.said[f"ahead_{_unit(ahead.ms) or 'days'}"], "remaining|round:1", None)]
    for one in clause.spans:
        one.used = True
    reader.spans.append(Span(clause.start, clause.end, "", used=True))
    return made
