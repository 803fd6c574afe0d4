"""What is told or recorded of itself when a period is over or at set times: the average of each hour, the total of a day."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from llm.authors.phrasebook import counting, portions, rates, tallies
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.comparing import test_of
from llm.authors.phrasebook.facts import Calendar, Lookback, Within
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.parts import Part
from llm.authors.phrasebook.periods import BY_SHIFTS, DAY, WEEK, Period
from llm.authors.phrasebook.predicates import compares
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.summing import ROLE, summed
from llm.authors.phrasebook.times import PARTS
from llm.authors.phrasebook.wishes import Doing, Trigger

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning
    from llm.authors.phrasebook.triggers import TriggerReader

_SHIFT = re.compile(r"\bshifts?\b|直|シフト")
_NUMERIC = ("number", "integer")


def read(meaning: "Meaning", part: Part) -> Trigger | None:
    """The readings of a wish that only asks for what a period has come to; None where it asks for something else."""
    reader, found = meaning.triggers, [*part.when, *part.doing]
    spans = [s for clause in found for s in clause.spans]
    if not any(
        c.role("tell", "record") or any(s.named("destination") for s in c.spans) for c in part.doing
    ) or not _only_when(part):
        return None
    whole = Clause(found[0].start, found[-1].end, spans, found[0].sentence)
    every = next((s for s in spans if s.every is not None and not s.used), None)
    period = _period(reader, whole)
    told = (
        tallies.report(reader, whole, period)
        or rates.report(reader, whole, period)
        or counting.report(reader, whole, period)
    )
    if told is not None:
        _use_times(spans)
        return told
    if period is not None and (counted := counting.reported(reader, whole, period)) is not None:
        _use_times(spans)
        part.doing = [c for c in part.doing if c.role("tell", "record") or any(s.named("destination") for s in c.spans)]
        return counted
    if (period is None and every is None) or not _worked_out(reader, spans):
        return None
    if (missed := portions.refused(meaning.reading, whole, period, meaning.lang)) is not None:
        meaning.result.missed.append(missed)
    return _each_built(reader, whole, period, every)


def _each_built(reader: "TriggerReader", clause: Clause, period: Period | None, every: Span | None) -> Trigger | None:
    """ "最高温度と最低温度", "the minimum and maximum": each sum that is asked for, as one more trigger of the same doings."""
    sums = [s for s in clause.spans if s.role(ROLE)]
    if len({s.text for s in sums}) < 2 or period is None:
        return _built(reader, clause, period, every)
    made = []
    for span in sums:
        others = [s for s in sums if s is not span]
        behind = min((s.start for s in others if s.start > span.start), default=clause.end)
        own = [s for s in clause.spans if s.named("field") and span.start < s.start < behind]
        spans = [s for s in clause.spans if s not in others and (not own or s in own or not s.named("field"))]
        one = _built(reader, replace(clause, spans=[replace(s) for s in spans]), replace(period), every)
        if (
            one is not None
            and own
            and not any(n.id in map(str, s.slots.values()) for s in one.steps for o in own for n in o.names)
        ):
            return None  # "the highest temperature and the total entries": the entries are of other devices
        made.append(one)
        span.used = True
    first = made[0]
    if first is None or None in made:
        return None
    _use_times(clause.spans)
    first.alternatives = [one for one in made[1:] if one is not None]
    return first


def _only_when(part: Part) -> bool:
    """The conditions, if any, only say when."""
    for clause in part.when:
        lasts = any(s.duration is not None or s.is_fact(Within) for s in clause.spans)
        said = clause.having(*POLARITIES, "yes", "no") or clause.role("edge", "recover", "happen", "lean")
        if lasts or said or compares(clause.spans):
            return False
    return not any(compares(c.spans) for c in part.doing)


def _worked_out(reader: "TriggerReader", spans: list[Span]) -> bool:
    known = reader.given.scale is not None or reader.given.topic is not None
    return known or any(s.role(ROLE) or s.role("derive") for s in spans)


def _period(reader: "TriggerReader", clause: Clause) -> Period | None:
    """The period that ends when it is told; a time of day alone ends a day."""
    period = reader.period(clause.start, clause.end)
    clocks = [s.clock for s in clause.spans if s.clock is not None]
    clock = next(iter(clocks), None)
    if len(clocks) > 1 and _SHIFT.search(reader.reading.low, clause.start, clause.end):
        return Period(BY_SHIFTS, [f"{hour:02}:{minute:02}" for hour, minute in sorted(clocks)], ended=True)
    planned = next((s.fact for s in clause.spans if isinstance(s.fact, Calendar) and s.fact.times), None)
    if clock is None and isinstance(planned, Calendar):
        clock = planned.times[0]
    days = next((s.days for s in clause.spans if s.days), None)
    clock = clock or PARTS.get(days or "")
    if period is None and clock is not None and not any(isinstance(s.fact, Lookback) for s in clause.spans):
        period = Period(WEEK if days is not None and days in "0123456" else DAY)
    if period is None or (period.each == WEEK and days is not None and days in "023456"):
        return None  # weeks begin on Monday: one that ends on another day is not to be had
    period.ended = True
    if clock is not None and clock != (0, 0) and period.at is None:
        period.at = [f"{clock[0]:02}:{clock[1]:02}"]
    return period


def _built(reader: "TriggerReader", clause: Clause, period: Period | None, every: Span | None) -> Trigger | None:
    reader.around = (clause.start, clause.end)
    before, reader.given.period = reader.given.period, period
    lasting = every if period is None else None
    if lasting is not None:
        lasting.duration, lasting.every = lasting.every, None
    trigger = _worked(reader, clause)
    reader.given.period = before
    if trigger is None:
        if lasting is not None:
            lasting.every, lasting.duration = lasting.duration, None
        return None
    test = trigger.tests[0]
    _use_times(clause.spans)
    trigger.steps, trigger.tests = test.steps, []
    trigger.shown = [(test.noun or reader.label(test.field), test.field.name, test.field.unit)]
    return trigger


def _use_times(spans: list[Span]) -> None:
    for span in spans:
        span.used = span.used or bool(span.clock or span.days or span.is_fact(Calendar) or span.every)


def _spoken_before(reader: "TriggerReader", clause: Clause) -> list[Span]:
    """ "残留塩素を記録して、毎朝7時に前日の平均を…": what was spoken of last, where the words themselves name nothing."""
    if reader.lang != "ja" or any(s.named("field") or s.named("type") or s.named("device") for s in clause.spans):
        return []
    before = [s for s in reader.spans if s.end <= clause.start]
    at = max((n for n, s in enumerate(before) if s.named("field")), default=None)
    if at is None:
        return []
    return [s for s in before[max(0, at - 1) : at + 1] if s.named("field") or s.named("type") or s.named("device")]


def _worked(reader: "TriggerReader", clause: Clause) -> Trigger | None:
    """The readings of what is worked out, where it comes once for each period."""
    subject = reader.subject([*_spoken_before(reader, clause), *clause.spans], _NUMERIC, None, reader.last)
    if subject is None:
        return None
    test = test_of(subject, None, [])
    trigger = Trigger("reading", reader.reading.words(clause.start, clause.end), source=subject.source, tests=[test])
    summed(reader, trigger, clause)
    return trigger if any(step.periodic for step in test.steps) else None


def filled(trigger: Trigger | None, doings: list[Doing]) -> None:
    """What is recorded of such a trigger is what it has worked out."""
    if trigger is None or trigger.sort != "reading" or not trigger.shown:
        return
    for doing in doings:
        if doing.sort == "record":
            doing.fields, doing.steps = [name for _, name, _ in trigger.shown], []
