"""Averages, sums and the like: over a length of time, a number of readings, a period of the calendar, or several devices."""

import re
from typing import TYPE_CHECKING, Any

from llm.authors.phrasebook import grouping
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import By, Crowd, Lookback, Within
from llm.authors.phrasebook.periods import Period, use
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.wishes import Meaning, Open, Source, Step, Test, Trigger
from nodes.kit.duration import format_duration
from nodes.kit.things import DeviceType, TypeField

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

ROLE = "aggregate"


def summed(reader: "TriggerReader", trigger: Trigger, clause: Clause) -> None:
    """Makes of the first test one of a sum, where the clause names one."""
    test, source = trigger.tests[0], trigger.source
    if source is None or any(step.meaning[1].role == ROLE for step in test.steps):
        return
    span = next((s for s in clause.spans if s.role(ROLE)), None) or _together(reader, clause)
    if span is None:
        return
    if (many := over_devices(reader, clause, span, source)) is not None:
        add(reader, test, source.type, many, {"<field>": test.field.name}, {})
        trigger.per = "all"
        span.used = True
        return
    meaning = _over_time(span)
    if meaning is None or _is_total(test, meaning):
        return
    slots, more, periodic = extent(reader, clause, span)
    if (by := grouping.taken(clause)) is not None:
        slots["<per>"] = trigger.per = by.name
        trigger.shown = [(by.noun, by.name, None), *trigger.shown]
        test.steps = [*test.steps, *grouping.steps_of(reader, by)]
    if clause.having("whole"):
        slots["<per>"] = trigger.per = "all"
    add(reader, test, source.type, meaning, {"<field>": test.field.name, **slots}, more, periodic=periodic)
    trigger.each_time = trigger.each_time or periodic
    span.used = True


def _is_total(test: Test, meaning: Meaning) -> bool:
    """ "It has run for five hours in total": what counts time over a period is a total already."""
    counted = any("<expression>" in step.meaning[1].params.values() and "each" in step.more for step in test.steps)
    return counted and calc_of(meaning) == "sum"


_TOGETHER = {
    "ja": re.compile(
        r"(?:両|二|2|全|すべて|みんな)[^、。]{0,12}(?:合わせて|あわせて|足して|合算|足すと|合わせると)|(?:を|と)(?:合わせて|足して|合算して)"
    ),
    "en": re.compile(
        r"\b(?:both|all|two|three|four)\b[^.;]{0,40}\b(?:together|combined)\b|\bcombined\b|\btaken together\b|\bbetween them\b"
    ),
}


def _together(reader: "TriggerReader", clause: Clause) -> Span | None:
    """ "Both entrances together": what several devices come to in sum."""
    found = _TOGETHER[reader.lang].search(reader.reading.low, clause.start, clause.end)
    if found is None or any(s.is_fact(Crowd) for s in clause.spans):
        return None
    sums = [(k, p) for k, p in reader.kinds.all(ROLE) if p.params.get("calc") == "sum" and p.lang == reader.lang]
    clause.spans.append(Span(found.start(), found.end(), found.group(), words={"whole"}))
    return Span(
        found.start(), found.end(), found.group(), phrases=[m for m in sums if "<over>" in m[1].params.values()]
    )


def add(
    reader: "TriggerReader", test: Test, type_: DeviceType, meaning: Meaning, slots: dict[str, Any], more: dict[str, Any],
    *, periodic: bool = False,
) -> None:  # fmt: skip
    """One more step before a test, which then looks at what the step gives."""
    calc = calc_of(meaning)
    step = Step(meaning, slots, more, meaning[1].gives, named=f"{test.field.name}_{calc}", periodic=periodic)
    base, noun = test.field, test.noun or reader.label(test.field)
    made = reader.derivations.field_of(type_, [*test.steps, step])
    test.steps = [*test.steps, step]
    test.field = made or TypeField(name=meaning[1].gives or base.name, unit=base.unit)
    test.noun = reader.said["summed"].format(
        field=noun, calc=reader.said.get(calc, calc).format(percent=meaning[1].params.get("percent", 95))
    )


def calc_of(meaning: Meaning) -> str:
    """What is computed; the middle of all values is the median, however a kind comes to it."""
    params = meaning[1].params
    calc = str(params.get("calc", "sum"))
    return "median" if calc == "percentile" and params.get("percent") == 50 else calc


def _over_time(span: Span) -> Meaning | None:
    return next(((k, p) for k, p in span.phrases if p.role == ROLE and "<over>" in p.params.values()), None)


def over_devices(reader: "TriggerReader", clause: Clause, span: Span, source: Source) -> Meaning | None:
    """The kind that looks at several devices at once, where the words or the lack of any length of time ask for it."""
    own = next(((k, p) for k, p in span.phrases if p.role == ROLE and "<over>" not in p.params.values()), None)
    if own is not None:
        return own
    timed = any(
        (s.duration is not None and not s.used and not _held(clause, s)) or isinstance(s.fact, Lookback | Within)
        for s in clause.spans
    )
    if timed or reader.period(clause.start, clause.end) or any(s.is_fact(By) for s in clause.spans):
        return None
    meaning = _over_time(span)
    if meaning is None or clause.having("each") or len(_devices(reader, source)) < 2:
        return None
    calc = calc_of(meaning)
    return next(
        (
            (k, p)
            for k, p in reader.kinds.all(ROLE)
            if "<over>" not in p.params.values() and p.params.get("calc") == calc and p.lang == reader.lang
        ),
        None,
    )


def _devices(reader: "TriggerReader", source: Source) -> list[str]:
    devices = reader.registry.of_type(source.type.id)
    return [
        d.id
        for d in devices
        if (not source.only or d.id in source.only)
        and all(d.attributes.get(key) == value for key, value in source.where.items())
    ]


def extent(reader: "TriggerReader", clause: Clause, near: Span) -> tuple[dict[str, Any], dict[str, Any], bool]:
    """Over what is summed: slots and params of the kind, and whether there is one result at the end of each period."""
    back = next((s for s in clause.spans if isinstance(s.fact, Lookback) and not s.used), None)
    if back is not None and isinstance(back.fact, Lookback):
        back.used = True
        if back.fact.readings:
            return {}, {"readings": Open("readings", back.fact.readings, "readings")}, False
        return {"<over>": Open("span", format_duration(back.fact.ms or 0), "window")}, {}, False
    every = next((s for s in clause.spans if s.every and not s.used and re.search(r"(?:ごと|毎)の$", s.text)), None)
    if every is not None:
        every.used = True
        return {"<over>": Open("span", format_duration(every.every or 0), "window"), "<mode>": "tumbling"}, {}, True
    aligned = _aligned(reader, clause)
    lengths = [s for s in clause.spans if (s.duration is not None or isinstance(s.fact, Within)) and not s.used]
    length = min(lengths, key=lambda s: abs(s.start - near.start), default=None)
    period = reader.period(clause.start, clause.end)
    if period is not None and (length is None or not aligned):
        return by_period(reader, period)
    if length is not None:
        length.used = True
        ms = length.fact.ms if isinstance(length.fact, Within) else length.duration or 0
        mode = {"<mode>": "tumbling"} if aligned else {}
        return {"<over>": Open("span", format_duration(ms), "window"), **mode}, {}, aligned
    if reader.given.reset is not None:
        return by_period(reader, reader.given.reset)
    return {"<over>": Open("span", "5m", "window", assumed="no_window")}, {}, False


def by_period(reader: "TriggerReader", period: Period) -> tuple[dict[str, Any], dict[str, Any], bool]:
    use(period, reader.spans)
    mode = {} if period.ended else {"<mode>": "sliding"}
    return mode, period.params(), period.ended


_ALIGNED = {"ja": ("区切", "固定"), "en": ("clock", "aligned", "fixed", "tumbling", "starting on the", "blocks of")}


def _aligned(reader: "TriggerReader", clause: Clause) -> bool:
    """Lengths of time that lie on the clock, one beside the other."""
    text = reader.reading.low[clause.start : clause.end]
    return any(word in text for word in _ALIGNED[reader.lang])


def _held(clause: Clause, length: Span) -> bool:
    """ "The average of all freezers has been above -15 °C for half an hour": for how long, not over how long."""
    return any(s.role("hold") and s.text.isascii() and 0 <= length.start - s.end <= 1 for s in clause.spans)
