"""Ranges of a number with their names: below 800 ppm green, from there up to 1,200 yellow, above that red."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.comparing import test_of
from llm.authors.phrasebook.expressions import plain_number, quoted
from llm.authors.phrasebook.reading import Quantity, Span
from llm.authors.phrasebook.standing import says_something
from llm.authors.phrasebook.units import in_field_unit
from llm.authors.phrasebook.wishes import Meaning as Words
from llm.authors.phrasebook.wishes import Source, Step, Test, Trigger, Wish
from nodes.kit.things import TypeField

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning
    from llm.authors.phrasebook.triggers import TriggerReader

BAND = "band"
BANDS = f"{BAND}s"
"""The field that says which, and the param that lists them."""
_NUMERIC = ("number", "integer")
_UP_TO = {
    "ja": re.compile(r"\s?(?:未満|より(?:低|小|少|下)|を下回|に満たな|以下|まで)"),
    "en": re.compile(r"(?:below|under|less than|up to|to|until|till|through|lower than|fewer than|and|-)\s*$"),
}
_FROM = {
    "ja": re.compile(r"\s?(?:以上|から|~|-|より(?:高|大|多|上)|を?超え?|を上回|を越え)"),
    "en": re.compile(
        r"(?:above|over|more than|from|at least|exceeding|beyond|between|higher than|past|starting at|greater than)\s*$"
    ),
}
_AFTER_EN = re.compile(r"\s?(?:or|and) (?P<way>more|above|over|higher|up|upwards|less|below|lower|under)\b")
_RANGE_EN = re.compile(r"\s?(?:to|-|up to|and|through)\s")
_THERE = {
    "ja": re.compile(r"それ(?:より上|以上|を超え\w*|より高\w*)|(?P<low>それ(?:より下|未満|以下))"),
    "en": re.compile(
        r"\bfrom (?:there|that)\b|\b(?:above|over|beyond|past|more than|higher than) (?:that|it|this|there)\b|\banything (?:above|higher|more)\b|(?P<low>\b(?:below|under) (?:that|it|this)\b)"
    ),
}
_PLAIN = {
    "ja": re.compile(r"[^、。「」\d]{0,8}?(?:は|なら|を|が)、?(?P<name>[^、。「」\sはがをにで]{1,10}?)(?=、|。|$|と(?:し|する|区分|呼)|に(?:区分|分け)|で、)"),
    "en": re.compile(r"(?: [a-z0-9]+)?,? (?:(?:is|are|means|counts as|as|=) )?(?P<name>[a-z]{3,})(?=,|;|\.|$| and | or )"),
}  # fmt: skip


@dataclass
class Level:
    """One named range; None: open at that end. `span`: the words of the name."""

    name: str
    span: Span
    low: Quantity | None = None
    high: Quantity | None = None
    rest: bool = False
    """All that no other range holds ("otherwise")."""
    past: bool = False
    """The number at which it begins is not in it ("above 1,200")."""


@dataclass
class Levels:
    """Named ranges of one field, and the steps after which an event says in which of them it lies; `turns`: what then lets
    through only events that are in another one than before, where the steps do not."""

    source: Source
    steps: list[Step]
    named: list[str] = field(default_factory=list)
    turns: list[Step] = field(default_factory=list)

    def test(self, noun: str, words: str | None = None) -> Test:
        made = TypeField(name=BAND, type="string")
        steps = [*self.steps, *(self.turns if words else [])]
        return Test(made, words=words, truth=True if words else None, steps=steps, type=self.source.type, noun=noun)


def take(meaning: "Meaning", sentence: list[Clause], kept: list[Clause]) -> list[Clause] | None:
    """Takes up a sentence that names ranges: what is left of it; None where it does not. `kept`: the clauses before."""
    reader = meaning.triggers
    start, end = sentence[0].start, sentence[-1].end
    spans = [s for s in meaning.spans if start <= s.start < end]
    found = _levels(reader, spans, start, end)
    if found is None:
        return None
    lead = _lead(kept, found)
    names = [level.span for level in found]
    near = [s for s in [*(s for c in lead for s in c.spans), *spans] if s not in names]
    levels = _known(reader, found, near)
    if levels is None:
        return None
    reader.given.levels = levels
    for level in found:
        reader.cover(level.span.text if level.span.quote is None else "")
    last = max(max(level.span.end for level in found), max((s.end for s in spans if s.quantity), default=0))
    for clause in lead:
        kept.remove(clause)
    if all(level.span.named("choice") for level in found):
        _command(meaning, levels, found, near)
        last = end
    for span in [s for s in near if s.end <= last] + names:
        span.used = True
    return [after for c in sentence if (after := _rest(c, last)) is not None]


def _rest(clause: Clause, last: int) -> Clause | None:
    """What a clause says behind the ranges."""
    spans = [s for s in clause.spans if s.start >= last]
    rest = (
        clause
        if clause.start >= last
        else replace(clause, start=last, spans=spans, marked=any("if" in s.words for s in spans))
    )
    return rest if clause.start >= last or (rest.spans and says_something(rest)) else None


def _lead(kept: list[Clause], found: list[Level]) -> list[Clause]:
    """The sentence before, where it only says what follows which value."""
    last = [c for c in kept if c.sentence == kept[-1].sentence] if kept else []
    if any(
        c.when or c.role("tell", "record") or any(s.quantity or s.named("destination") for s in c.spans) for c in last
    ):
        return []
    owners = {n.owner for level in found for n in level.span.named("choice")}
    return (
        last
        if any((n.id if n.sort == "type" else n.owner) in owners for c in last for s in c.spans for n in s.names)
        else []
    )


def _levels(reader: "TriggerReader", spans: list[Span], start: int, end: int) -> list[Level] | None:
    """The ranges in the order of their numbers; None unless they are three or more, one beside the other."""
    low = reader.reading.low
    bounds = sorted(_bounds(low, spans, start, end, reader.lang), key=lambda b: b[0])
    names = [s for s in spans if s.quote is not None or s.named("choice")]
    if len(names) < 3:
        names = list(_plain_names(low, spans, bounds, reader.lang)) if len(bounds) >= 3 else []
    if len(names) < 3 or len(bounds) < 3:
        return None
    first = names[0].start < bounds[0][0]
    found: list[Level] = []
    for name, following in zip(names, [*names[1:], None], strict=True):
        begin = name.start if first else (found[-1].span.end if found else start)
        until = (following.start if following else end) if first else name.start
        mine = [b for b in bounds if begin <= b[0] < until]
        said = name.quote or name.text
        level = Level(reader.reading.words(name.start, name.end) if not name.quote else said, name)
        for at, way, quantity in mine:
            if way == "rest":
                level.rest = True
                continue
            before = found[-1] if found else None
            level.past = level.past or (way == "low" and _is_past(low, at, spans, reader.lang))
            value = quantity or (before and (before.high if way == "low" else before.low)) or None
            setattr(level, way, value)
        if not mine:
            return None
        found.append(level)
    return _side_by_side(found)


_PAST = {
    "ja": re.compile(r"[^、。]{0,12}?(?:より(?:高|大|多|上)|を?超え?|を上回|を越え)"),
    "en": re.compile(r"(?:above|over|more than|exceeding|beyond|higher than|past|greater than|anything)\b"),
}


def _is_past(low: str, at: int, spans: list[Span], lang: str) -> bool:
    number = next((s for s in spans if s.start == at and s.quantity is not None), None)
    if lang == "ja":
        return bool(_PAST["ja"].match(low, number.end if number else at)) and not re.match(
            r"\s?(?:以上|から|~|-)", low[number.end :] if number else ""
        )
    words = low[max(0, at - 20) : at] if number else low[at:]
    return bool(re.search(rf"{_PAST['en'].pattern}\s*$", words) if number else _PAST["en"].match(words))


def _bounds(low: str, spans: list[Span], start: int, end: int, lang: str) -> Iterator[tuple[int, str, Quantity | None]]:
    """Where a range begins or ends: place, `low` or `high`, and the number (None: the border of the one before)."""
    numbers = [s for s in spans if s.quantity is not None and s.duration is None]
    opened = False
    for span in numbers:
        way = _way_ja(low, span, opened) if lang == "ja" else _way_en(low, span, opened)
        if way is not None:
            yield span.start, way, span.quantity
        opened = way == "low"
    for match in _REST[lang].finditer(low, start, end):
        yield match.start(), "rest", None
    for match in _THERE[lang].finditer(low, start, end):
        yield match.start(), "high" if match["low"] else "low", None


_REST = {"ja": re.compile(r"それ以外|そうでなければ|そうでない|残り"), "en": re.compile(r"\botherwise\b|\banything else\b|\bin all other cases\b")}  # fmt: skip


def _way_ja(low: str, span: Span, opened: bool) -> str | None:
    if _UP_TO["ja"].match(low, span.end):
        return "high"
    return "low" if _FROM["ja"].match(low, span.end) else "high" if opened else None


def _way_en(low: str, span: Span, opened: bool) -> str | None:
    after = _AFTER_EN.match(low, span.end)
    if after:
        return "high" if after["way"] in ("less", "below", "lower", "under") else "low"
    before = low[max(0, span.start - 20) : span.start]
    if _FROM["en"].search(before):
        return "low"
    if _UP_TO["en"].search(before):
        return "high" if opened or not re.search(r"(?:and|-)\s*$", before) else "low"
    return "low" if _RANGE_EN.match(low, span.end) else None


def _plain_names(
    low: str, spans: list[Span], bounds: list[tuple[int, str, Quantity | None]], lang: str
) -> Iterator[Span]:
    """Names without quotation marks, each right behind its range."""
    ends = [s.end for s in spans if s.quantity is not None] + [at for at, _, quantity in bounds if quantity is None]
    for at in sorted(ends):
        match = _PLAIN[lang].match(low, at)
        if match is None or any(
            s.start < match.end("name") and s.end > match.start("name") and (s.phrases or s.names or s.quantity)
            for s in spans
        ):
            continue
        yield Span(match.start("name"), match.end("name"), match["name"])


def _side_by_side(found: list[Level]) -> list[Level] | None:
    unit = next((q.unit for level in found for q in (level.low, level.high) if q is not None and q.unit), None)
    for level in found:
        level.low, level.high = (q and Quantity(q.value, q.unit or unit) for q in (level.low, level.high))
    _nested(found)
    found.sort(key=lambda level: level.low.value if level.low else float("-inf"))
    for level, following in itertools.pairwise(found):
        level.high = level.high or following.low
        following.low = following.low or level.high
        if level.high is None or following.low is None or level.high.value != following.low.value:
            return None
    return found


def _nested(found: list[Level]) -> None:
    """ "Below 20 yellow, below 10 red": the first ends where the second begins; the rest is what lies beyond both."""
    lows = sorted((v for v in found if v.high is None and v.low is not None), key=lambda v: v.low.value if v.low else 0)
    highs = sorted((v for v in found if v.low is None and v.high is not None), key=lambda v: v.high.value if v.high else 0)  # fmt: skip
    for one, two in itertools.pairwise(lows):
        one.high = two.low
    for one, two in itertools.pairwise(highs):
        two.low = one.high
    rest = next((v for v in found if v.rest and v.low is None and v.high is None), None)
    if rest is not None and highs and not lows:
        rest.low = highs[-1].high
    elif rest is not None and lows and not highs:
        rest.high = lows[0].low


def _known(reader: "TriggerReader", found: list[Level], near: list[Span]) -> Levels | None:
    kind = reader.kinds.having("name", BANDS)
    quantity = found[0].high
    subject = reader.subject(near, _NUMERIC, quantity, reader.last)
    if kind is None or subject is None or quantity is None:
        return None
    test = test_of(subject, None, [])
    if any(level.past for level in found) and (exact := _computed(reader, found, subject.field)) is not None:
        return Levels(subject.source, [*test.steps, exact[0]], [level.name for level in found], [exact[1]])
    written = [
        {
            "name": level.name,
            **{key: _number(q, subject.field) for key, q in (("from", level.low), ("to", level.high)) if q is not None},
        }
        for level in found
    ]
    step = Step(
        kind,
        {"<field>": subject.field.name},
        {"field": subject.field.name, BANDS: written},
        BAND,
        kind[0].outputs[0].name,
        named=f"{subject.field.name}_level",
    )
    return Levels(subject.source, [*test.steps, step], [level.name for level in found])


def _computed(reader: "TriggerReader", found: list[Level], field_: TypeField) -> tuple[Step, Step] | None:
    """The name as an expression, where a border belongs to the range below it, which named ranges as such cannot say; and
    the step that lets only changes through, the first included."""
    compute, changed = reader.kinds.find("compute"), reader.kinds.having("edge", "first")
    if compute is None or changed is None or found[0].low is not None or found[-1].high is not None:
        return None
    text = quoted(found[-1].name)
    for level, above in zip(found[-2::-1], found[:0:-1], strict=True):
        sign = "<=" if above.past else "<"
        border = float(in_field_unit(level.high, field_.unit)) if level.high else 0.0
        text = f"{field_.name} {sign} {border} ? {quoted(level.name)} : {text}"
    computed = Step(compute, {"<computed>": [{"name": BAND, "expr": text}]}, {}, BAND, named=f"{field_.name}_level")
    return computed, Step(changed, {"<fields>": [BAND]}, {"first": True}, named="band_changed")


def _number(quantity: Quantity, field_: TypeField) -> float | int:
    return plain_number(in_field_unit(quantity, field_.unit))


def _command(meaning: "Meaning", levels: Levels, found: list[Level], near: list[Span]) -> None:
    """What is set to the choice of each range."""
    things = [s for s in near if s.named("type") or s.named("device") or s.named("attribute")]
    for level in found:
        words = meaning.reading.words(level.span.start, level.span.end)
        trigger = Trigger("compare", words, source=levels.source, tests=[levels.test("", level.name)], each_time=True)
        spans = sorted([*things, level.span], key=lambda s: s.start)
        doings = meaning.doings.read(Clause(spans[0].start, spans[-1].end, spans, 0), trigger)
        trigger.named = next((str(v) for doing in doings for v in doing.values.values() if str(v).isascii()), "")
        for doing in doings:
            doing.words = words
        if doings:
            meaning.add(Wish(trigger, doings))


def read(reader: "TriggerReader", clause: Clause, last: Trigger | None) -> Trigger | None:
    """A condition that speaks of the ranges: "when it changes to another one", "when it is high"."""
    levels = reader.given.levels
    if levels is None or any(s.quantity is not None for s in clause.spans):
        return None
    noun = reader.said["level"]
    low = reader.reading.low[clause.start : clause.end]
    name = next(
        (name for name in levels.named if name.lower() in low or any(s.quote == name for s in clause.spans)), None
    )
    edge: Words | None = next((m for s in clause.spans if (m := s.role("edge")) is not None), None)
    if name is None and edge is None:
        return None
    for span in clause.spans:
        span.used = True
    if name is not None:
        return Trigger("compare", "", source=levels.source, tests=[levels.test(noun, name)], each_time=True)
    return Trigger("edge", "", source=levels.source, tests=[levels.test(noun)], meaning=edge)
