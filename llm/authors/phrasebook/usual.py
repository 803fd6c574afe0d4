"""Away from what is usual: いつもより5割以上高く, three standard deviations away from its own normal."""

import re
from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.comparing import test_of
from llm.authors.phrasebook.comparisons import with_key
from llm.authors.phrasebook.facts import Lookback
from llm.authors.phrasebook.numbers import NUMBER, value_of
from llm.authors.phrasebook.reading import Quantity, Span
from llm.authors.phrasebook.subjects import Subject
from llm.authors.phrasebook.wishes import Meaning, Open, Trigger
from nodes.kit.duration import format_duration
from nodes.kit.things import TypeField

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

_SPREADS = {
    "ja": re.compile(
        rf"標準偏差の?(?:{NUMBER})倍|(?:{NUMBER})\s?(?:σ|シグマ|標準偏差)|標準偏差\s?(?:{NUMBER})(?:つ|個)"
    ),
    "en": re.compile(rf"(?:{NUMBER})\s?(?:standard deviations?|sigmas?|std ?devs?|σ)|sigma"),
}
_UP = {
    "ja": re.compile(r"高|強|早|速|上が|上昇|上回|多|大き|超過|増"),
    "en": re.compile(
        r"\b(?:higher|above|more (?!than (?:\w+ )*(?:away|off|different))|greater|over|warmer|hotter|louder|larger)\b"
    ),
}
_DOWN = {
    "ja": re.compile(r"低|弱|遅|下が|落ち|低下|下回|少な|小さ|減"),
    "en": re.compile(r"\b(?:lower|below|less|under|colder|cooler|smaller|fewer)\b"),
}
_AWAY = {
    "ja": re.compile(r"外れ|離れ|ずれ|違|乖離|異な"),
    "en": re.compile(r"\b(?:away|off|different|deviat\w*|either way|outside|unlike)\b"),
}
_SPREAD, _SHARE = "score", "{deviation} * 100.0 / baseline"


def read(reader: "TriggerReader", clause: Clause, last: Trigger | None) -> Trigger | None:
    found = next(((s, m) for s in clause.spans for m in s.phrases if _usual(m)), None)
    if found is None:
        return _of_average(reader, clause)
    span, meaning = found
    amounts = [s for s in clause.spans if s.quantity is not None and s.duration is None and not s.used]
    text = reader.reading.low[clause.start : clause.end]
    if reader.lang == "ja" and not _SPREADS["ja"].search(text):
        amounts = [s for s in amounts if not text.startswith("倍", s.end - clause.start) and not s.text.endswith("倍")]
    if not amounts:
        if (multiple := _times_as_much(reader, clause, meaning)) is not None:
            return multiple
        reader.miss(clause, "how_far")
        return None
    amount, quantity = amounts[0], amounts[0].quantity
    if quantity is None:
        return None
    spreads = bool(_SPREADS[reader.lang].search(text))
    part = quantity.unit == "%" and not _field_in_percent(reader, clause)
    more = {"over": _over(clause)}
    computed = []
    for type_ in reader.registry.types.values():
        for base in reader.derivations.bases(meaning, type_):
            for virtual in reader.derivations.computed(meaning, None, type_, base, more=dict(more)):
                names = [
                    n.strength
                    for s in clause.spans
                    for n in s.named("field")
                    if n.id == base.name and n.owner == type_.id
                ]
                virtual.strength, virtual.noun = (
                    max(names, default=0.0),
                    reader.said["usual"].format(field=reader.label(base)),
                )
                if spreads or part:
                    virtual.field = TypeField(name=virtual.field.name, unit="%" if part else None)
                virtual.left = _SPREAD if spreads else _SHARE.format(deviation=virtual.field.name) if part else None
                virtual.guard = f"has({_SPREAD})" if spreads else None
                computed.append(virtual)
    subject = reader.subject(
        clause.spans, ("number", "integer"), None if spreads or part else quantity, last, computed=computed
    )
    if subject is None:
        reader.miss(clause, "field")
        return None
    _use(clause, [span, amount])
    low = reader.reading.low
    after = low[amount.end : clause.end] if reader.lang == "ja" else low[amount.end : max(span.end, amount.end)]
    strict = re.search(r"(?:more than|over|above|exceed\w*)\s*$", low[: amount.start]) or re.match(r"\s?を?超", after)
    return _built(reader, clause, subject, quantity, after, "above" if strict else "at_least")


_TIMES = re.compile(
    rf"\b(?:(?P<two>twice|double)|(?P<three>triple)|(?P<half>half)|(?P<n>{NUMBER}) times)\b|(?P<n2>{NUMBER})倍"
)


_OF_AVERAGE = re.compile(rf"平均[^、。\d]{{0,8}}?(?:の|より|に比べ|と比べ|に対して)[^、。\d]{{0,4}}?(?:{NUMBER})倍")


def _of_average(reader: "TriggerReader", clause: Clause) -> Trigger | None:
    """ "直近1時間の平均の1.5倍": a multiple of what it has been itself, no number of the field."""
    meaning = next((m for m in reader.kinds.all("derive") if _usual(m)), None)
    if meaning is None or reader.lang != "ja" or not clause.role("aggregate"):
        return None
    said = _OF_AVERAGE.search(reader.reading.low, clause.start, clause.end)
    return _times_as_much(reader, clause, meaning) if said is not None else None


def _times_as_much(reader: "TriggerReader", clause: Clause, meaning: Meaning) -> Trigger | None:
    """ "more than twice its usual level"."""
    said = _TIMES.search(reader.reading.low, clause.start, clause.end)
    plain = reader.comparing.plain
    if said is None or plain is None:
        return None
    number = (
        2.0 if said["two"] else 3.0 if said["three"] else 0.5 if said["half"] else value_of(said["n"] or said["n2"])
    )
    computed = []
    for type_ in reader.registry.types.values():
        for base in reader.derivations.bases(meaning, type_):
            for virtual in reader.derivations.computed(meaning, None, type_, base, more={"over": _over(clause)}):
                names = [
                    n.strength
                    for s in clause.spans
                    for n in s.named("field")
                    if n.id == base.name and n.owner == type_.id
                ]
                virtual.strength, virtual.left = max(names, default=0.0), base.name
                virtual.noun = reader.label(base)
                computed.append(virtual)
    subject = reader.subject(clause.spans, ("number", "integer"), None, None, computed=computed)
    if subject is None or number is None:
        return None
    strict = re.match(r"\s?を?(?:超|上回|下回|切|割)|未満|より", reader.reading.low[said.end() : clause.end])
    key = ("below" if number < 1 else "above") if strict or re.search(r"(?:more than|over|above|exceeds?|less than|below|under) $", reader.reading.low[clause.start : said.start()]) else "at_most" if number < 1 else "at_least"  # fmt: skip
    test = test_of(subject, with_key(plain, key), [Quantity(number)])
    test.right, test.field = (
        "{0} * baseline",
        subject.virtual.base if subject.virtual and subject.virtual.base else test.field,
    )
    _use(clause, [s for s in clause.spans if s.start < said.end() and s.end > said.start()])
    trigger = Trigger("compare", "", source=subject.source, tests=[test], meaning=test.meaning, hold=0)
    held = reader.finish(trigger, clause)
    held.hold = held.hold or 0
    return held


def _built(
    reader: "TriggerReader", clause: Clause, subject: Subject, quantity: Quantity, text: str, key: str
) -> Trigger | None:  # fmt: skip
    plain = reader.comparing.plain
    if plain is None:
        return None
    away, up, down = (p[reader.lang].search(text) for p in (_AWAY, _UP, _DOWN))
    test = test_of(subject, with_key(plain, key), [quantity])
    if away or not (up or down):
        test.either = True
    elif down and not up:
        test.meaning = with_key(plain, {"above": "below", "at_least": "at_most"}[key])
        test.right = "-{0}"
    trigger = Trigger("compare", "", source=subject.source, tests=[test], meaning=test.meaning, hold=0)
    held = reader.finish(trigger, clause)
    held.hold = held.hold or 0
    return held


def _usual(meaning: Meaning) -> bool:
    """A kind that knows what has been normal: it learns before it tells."""
    kind, phrase = meaning
    return phrase.role == "derive" and "warm_up" in kind.Params.model_fields


def _over(clause: Clause) -> Open:
    for span in clause.spans:
        if isinstance(span.fact, Lookback) and span.fact.ms:
            span.used = True
            return Open("span", format_duration(span.fact.ms), "learning")
    return Open("span", "1d", "learning", assumed="no_learning")


def _field_in_percent(reader: "TriggerReader", clause: Clause) -> bool:
    named = [n for s in clause.spans for n in s.named("field")]
    units = [f.unit for n in named if (t := reader.registry.types.get(n.owner or "")) and (f := t.field(n.id))]
    return "%" in units


def _use(clause: Clause, spans: list[Span]) -> None:
    for span in clause.spans:
        if span in spans or span.role("aggregate") or span.role("compare") or span.role("derive") or span.role("lean"):
            span.used = True
            if span.role("aggregate"):
                span.phrases = [m for m in span.phrases if m[1].role != "aggregate"]
