"""How much of a time something was so: more than 90 % of an hour, three hours in total today."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from llm.authors.phrasebook import states
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.comparing import test_of
from llm.authors.phrasebook.comparisons import with_key
from llm.authors.phrasebook.durations import on_time
from llm.authors.phrasebook.facts import Lookback, Within
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.subjects import Subject
from llm.authors.phrasebook.units import duration_as
from llm.authors.phrasebook.wishes import Condition, Meaning, Step, Trigger

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

_TOTAL = {
    "ja": re.compile(r"合計|累計|通算|延べ|のべ|トータル|合わせて|あわせて"),
    "en": re.compile(
        r"\b(?:in total|in all|all told|altogether|a total of|cumulative(?:ly)?|total(?:l?ing)?|combined)\b"
    ),
}
_PART_EN = re.compile(
    r"\s?(?:percent |% )?of (?:the |any |every |each |an? |its |their )?(?:[a-z0-9-]+ )?(?:hour|day|shift|week|month|time|minute)s?\b"
)
_PART_JA = re.compile(r"割合[がは]\s?$|(?:のうち|の内|間の|中の?|の|で)[^。、]{0,6}$")


def read(reader: "TriggerReader", clause: Clause, last: Trigger | None) -> Trigger | None:
    if any("<expression>" in p.params.values() for s in clause.spans for _, p in s.phrases if p.role == "derive"):
        return None
    amount = _share(reader, clause) or _total(reader, clause)
    if amount is None:
        return None
    said = _compare(reader, clause, amount)
    state = _state(reader, clause, amount, said, last)
    share = amount.quantity is not None and amount.duration is None
    meaning = _meaning(reader, state, share=share)
    if state is None or state.source is None or meaning is None:
        return None
    on = (Condition(state), [test.field.name for test in state.tests])
    found = on_time(reader, meaning, None, clause.spans, state.source.type, on=on)
    if not found:
        return None
    amount.used = True
    subject = Subject(state.source, found[0].field, 3.0, named=True, virtual=found[0])
    number = amount.quantity if share else duration_as(_ms(amount), found[0].field.unit or "h")
    test = test_of(subject, said or reader.comparing.plain, [number] if number else [])
    trigger = Trigger("compare", "", source=state.source, tests=[test], meaning=test.meaning, hold=0)
    trigger.each_time = any(step.periodic for step in test.steps)
    for span in clause.spans:
        span.used = span.used or (bool(span.phrases or span.words) and span.fact is None)
    return trigger


def _ms(span: Span) -> int:
    return span.fact.ms if isinstance(span.fact, Within) else span.duration or 0


def _share(reader: "TriggerReader", clause: Clause) -> Span | None:
    """The number that is a part of a time, and no value of the devices."""
    low = reader.reading.low
    for span in clause.spans:
        if span.quantity is None or span.quantity.unit != "%" or span.used:
            continue
        if reader.lang == "en" and _PART_EN.match(low, span.end):
            return span
        timed = reader.period(clause.start, span.start) or any(isinstance(s.fact, Lookback) for s in clause.spans)
        if reader.lang == "ja" and timed and _PART_JA.search(low[clause.start : span.start]):
            return span
    return None


def _total(reader: "TriggerReader", clause: Clause) -> Span | None:
    """The length of time that something takes up in all."""
    found = next(
        (s for s in clause.spans if (s.duration is not None or isinstance(s.fact, Within)) and not s.used), None
    )
    if found is not None and _of_a_field(clause, found):
        return None
    if found is None or _TOTAL[reader.lang].search(reader.reading.low[clause.start : clause.end]):
        return found
    period = reader.period(clause.start, clause.end)
    apart = period is not None and all(end <= found.start or start >= found.end for start, end in period.places)
    states = any(s.words & {"start", "on"} or any(n.extra == "boolean" for n in s.named("field")) for s in clause.spans)
    lasted = reader.lang == "ja" and re.search(r"[たる]時間[がは]", reader.reading.low[clause.start : clause.end])
    return found if apart and (states or lasted) else None


def _of_a_field(clause: Clause, length: Span) -> bool:
    """ "10分間の合計来店者数が100人を…", "1時間の来店者数の合計": what is summed is a field, over the length of time before it."""
    fields = [s for s in clause.spans if any(n.extra in ("number", "integer") for n in s.named("field"))]
    sums = [s for s in clause.spans if s.role("aggregate") and s.start >= length.end]
    beside = any(0 <= f.start - s.end <= 1 or 0 <= s.start - f.end <= 1 for s in sums for f in fields)
    compared = any(s.quantity is not None and s.duration is None and s.start > length.end for s in clause.spans)
    return beside and compared and not any(0 <= s.start - length.end <= 3 for s in clause.spans if s.role("compare"))


def _compare(reader: "TriggerReader", clause: Clause, amount: Span) -> Meaning | None:
    """The comparison right beside the amount."""
    said = [s for s in clause.spans if s.role("compare")]
    beside = [s for s in said if 0 <= s.start - amount.end <= 3]
    before = [s for s in said if 0 <= amount.start - s.end <= 2]
    near = beside or before if reader.lang == "ja" else before or beside
    plain = reader.comparing.plain
    if not near and plain is not None and _more_than(reader, amount):
        return with_key(plain, "above")
    return near[0].role("compare") if near else None


def _more_than(reader: "TriggerReader", amount: Span) -> bool:
    low = reader.reading.low
    if reader.lang == "ja":
        return bool(re.match(r"\s?(?:を?超|を上回|より長)", low[amount.end :]))
    return bool(re.search(r"\b(?:more than|longer than|over|above)\s*$", low[: amount.start]))


def _state(
    reader: "TriggerReader", clause: Clause, amount: Span, said: Meaning | None, last: Trigger | None
) -> Trigger | None:
    """What was so: a name that was set down, a true/false field, or a comparison of its own."""
    for type_ in reader.registry.types.values():
        known = reader.given.state_of(type_, clause.spans, reader)
        if known is not None:
            return known[0].trigger
    rest = [
        s
        for s in clause.spans
        if s is not amount and not _of_amount(s, amount, said) and not s.role("aggregate") and not s.fact
    ]
    inner = replace(clause, spans=rest)
    pairs = reader.comparing.pairs(inner) if any(s.quantity and s.duration is None for s in rest) else []
    state = reader.comparing.compare(inner, pairs, last) if pairs else states.state(reader, inner, last)
    return state if state is not None and state.sort == "compare" and not state.others else None


def _of_amount(span: Span, amount: Span, said: Meaning | None) -> bool:
    """Whether it is the comparison of the amount of time."""
    return said is not None and said in span.phrases and (0 <= span.start - amount.end <= 3 or 0 <= amount.start - span.end <= 2)  # fmt: skip


def _meaning(reader: "TriggerReader", state: Trigger | None, *, share: bool) -> Meaning | None:
    """The kind that counts time, with the field that is a part of one or a length."""
    for kind, phrase in reader.kinds.all("derive"):
        if (
            "<expression>" not in phrase.params.values()
            or phrase.lang != reader.lang
            or state is None
            or state.source is None
        ):
            continue
        step = Step((kind, phrase), {"<expression>": Condition(state)}, {}, phrase.gives)
        made = reader.derivations.field_of(state.source.type, [step])
        if made is not None and (made.unit is None) == share:
            return kind, phrase
    return None
