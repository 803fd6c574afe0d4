"""How long something was on: operating hours and duty, from a true/false field or from what a sentence calls on."""

import re
from typing import TYPE_CHECKING

from llm.authors.phrasebook import concepts
from llm.authors.phrasebook.derived import Virtual
from llm.authors.phrasebook.facts import Lookback
from llm.authors.phrasebook.literal import literal
from llm.authors.phrasebook.periods import use
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.wishes import Condition, Meaning, Open, Step
from nodes.kit.duration import format_duration
from nodes.kit.things import DeviceType, TypeField

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

ON = "on_share"
"""The field that is 1 while something is on, else 0."""
_RUNNING = {"running", "on", "active", "run", "operating", "power", "運転", "稼働", "稼動", "動作"}


_NONE = re.compile(r"\b(?:neither|none of|never)\b|\bno (?!(?:less|more|fewer) than)")
""" "Neither pump has run": that nothing was on is no time for which it was."""


def on_times(reader: "TriggerReader", spans: list[Span], type_: DeviceType) -> list[Virtual]:
    """The fields that words such as operating hours name, where the type tells whether it is on."""
    found: list[Virtual] = []
    if reader.lang == "en" and _NONE.search(reader.reading.low, *reader.around):
        return found
    for span in spans:
        for meaning in span.phrases:
            if meaning[1].role == "derive" and "<expression>" in meaning[1].params.values():
                found += on_time(reader, meaning, span, spans, type_)
    return found


def on_time(
    reader: "TriggerReader", meaning: Meaning, span: Span | None, spans: list[Span], type_: DeviceType,
    on: tuple[str | Condition, list[str]] | None = None,
) -> list[Virtual]:  # fmt: skip
    """`on`: what is true while it is on, and the fields in that; None: as the words and the type say."""
    on = on or expression(reader, spans, type_)
    if on is None:
        return []
    expr, inputs = on
    step = Step(meaning, {"<expression>": expr}, {}, meaning[1].gives, named="on")
    made = reader.derivations.field_of(type_, [step], span.text if span else "")
    if made is None:
        return []
    back = next((s for s in spans if isinstance(s.fact, Lookback)), None)
    if back is not None and made.unit is None:
        return _sliding(reader, expr, inputs, (meaning, span), back, type_)
    start, end = reader.around
    period = reader.period(start, end)
    if period is not None:
        use(period, reader.spans)
        step.more, step.periodic = period.params(), period.ended
        step.port = meaning[0].outputs[-1].name if period.ended else None
    return [_virtual(made, [step], inputs, span, type_, reader.derivations.noun(meaning, span))]


def _virtual(
    made: TypeField, steps: list[Step], inputs: list[str], span: Span | None, type_: DeviceType, noun: str | None
) -> Virtual:
    spans = [span] if span else []
    return Virtual(made, steps, inputs, spans, strength=3.5, share=made.unit is None, type=type_, noun=noun)


def _sliding(
    reader: "TriggerReader",
    expr: str | Condition,
    inputs: list[str],
    said: tuple[Meaning, Span | None],
    back: Span,
    type_: DeviceType,
) -> list[Virtual]:
    """The share of the last so long: the average of a field that is 1 while it is on."""
    compute = reader.kinds.find("compute")
    average = next(((k, p) for k, p in reader.kinds.all("aggregate") if p.params.get("calc") == "time_weighted"), None)
    if compute is None or average is None or not isinstance(back.fact, Lookback) or back.fact.ms is None:
        return []
    share, span = said
    back.used = True
    plain = literal(expr.trigger) if isinstance(expr, Condition) else expr
    computed = Step(compute, {"<computed>": [{"name": ON, "expr": f"({plain}) ? 1.0 : 0.0"}]}, {}, ON, named="on")
    slots = {"<field>": ON, "<over>": Open("span", format_duration(back.fact.ms), "window")}
    summed = Step(average, slots, {}, average[1].gives, named="on_share")
    made = reader.derivations.field_of(type_, [computed, summed], span.text if span else "")
    if made is None:
        return []
    noun = reader.derivations.noun(share, span)
    return [_virtual(made, [computed, summed], inputs, span, type_, noun)]


def expression(
    reader: "TriggerReader", spans: list[Span], type_: DeviceType
) -> tuple[str | Condition, list[str]] | None:
    """What is true while a device of this type is on, and the fields in it."""
    known = reader.given.state_of(type_, spans, reader)
    if known is not None:
        return known
    flags = [f for f in type_.fields if f.type == "boolean"]
    named = [f for f in flags if any(n.id == f.name and n.owner == type_.id for s in spans for n in s.named("field"))]
    running = [f for f in flags if _words(f) & _RUNNING]
    for fields in (named, running, flags):
        if len(fields) == 1:
            return fields[0].name, [fields[0].name]
    return None


def _words(field: TypeField) -> set[str]:
    own = {field.name.lower(), *(w.lower() for w in field.label.values()), *(w.lower() for w in field.also)}
    return own | concepts.words_like(own, concepts.FIELDS)
