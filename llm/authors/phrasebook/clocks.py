"""Times in a sentence: what starts by the clock, what is repeated, and at which times a wish counts at all."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from llm.authors.phrasebook import excluded
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import Calendar, Clock
from llm.authors.phrasebook.hours import ALL_DAYS, numbers_of
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.parts import Part
from llm.authors.phrasebook.predicates import compares
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.times import PARTS, cron_of
from llm.authors.phrasebook.wishes import Doing, Trigger, Wish
from nodes.kit.kind import Phrase

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning

_MORNING = re.compile(r"a\.?m|午前|朝|早朝|未明|深夜")
_WEEKDAYS = {"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}
_WEEK = (1, 2, 3, 4, 5)


_PAST_THE_HOUR = re.compile(r"正時|毎時(?P<minute>\d{1,2})分")


def clock(spans: list[Span]) -> Trigger | None:
    """What starts at times of day or at intervals."""
    every = next((s for s in spans if s.every is not None and not s.used), None)
    planned = next((s for s in spans if isinstance(s.fact, Calendar) and s.fact.times and not s.used), None)
    if planned is not None and isinstance(planned.fact, Calendar):
        planned.used = True
        days = ",".join(map(str, planned.fact.days)) if planned.fact.days else "*"
        days = {"1,2,3,4,5": "1-5", "0,1,2,3,4,5,6": "*"}.get(days, days)
        crons = [cron_of(time, days) for time in planned.fact.times]
        return Trigger("clock", planned.text.strip(), crons=crons, calendar=planned.fact)
    clocks = [s for s in spans if s.clock is not None and not s.used]
    first = clocks[0] if clocks else None
    days_said = next((s for s in spans if s.days is not None and not s.used), None)
    if days_said is None and first is not None:
        days_said = next((s for s in spans if _days_of(s) is not None and not s.used), None)
    used = [s for s in (every, *clocks, days_said) if s is not None]
    words = " ".join(s.text.strip() for s in sorted(used, key=lambda s: s.start))
    if every is not None and first is None:
        every.used = True
        if at := _PAST_THE_HOUR.search(every.text):
            return Trigger("clock", words, crons=[f"{int(at['minute'] or 0)} * * * *"])
        return Trigger("clock", words, every=every.every)
    if first is None and days_said is None:
        return None
    for span in used:
        span.used = True
    day = (days_said.days or _days_of(days_said) if days_said else None) or "*"
    times = [s.clock for s in clocks if s.clock is not None] or [PARTS.get(day, (8, 0))]
    late = day in ("evening", "afternoon")
    said = {s.clock: s.text for s in clocks}
    crons = [
        cron_of((h + 12, m) if late and h < 12 and not _MORNING.search(said.get((h, m), "")) else (h, m), day)
        for h, m in times
    ]
    return Trigger("clock", words, crons=crons)


def share_days(groups: list[list[Clause]]) -> None:
    """ "On weekdays at 6 ... and at 18:15 ...": times without days go by the days that are said in the same sentence."""
    for group in groups:
        spans = [s for c in group for s in c.spans]
        clocked = next((s for s in spans if s.clock is not None), None)
        if clocked is None or any(s.days is not None or s.is_fact(Calendar) for s in spans):
            continue
        near = [c for other in groups for c in other if c.sentence == group[0].sentence]
        said = {days for c in near for s in c.spans if (days := _days_of(s)) is not None}
        if len(said) == 1:
            clocked.days = said.pop()


def _days_of(span: Span) -> str | None:
    if span.days is not None:
        return span.days if span.days not in PARTS else None
    if isinstance(span.fact, Calendar) and span.fact.days and not span.fact.ranges and not span.fact.holidays:
        return ",".join(map(str, span.fact.days))
    return None


def within_hours(part: Part, trigger: Trigger) -> Calendar | None:
    """ "Every two hours from 10:00 to 16:00 ..."."""
    for span in (s for clause in (*part.when, *part.doing) for s in clause.spans):
        if trigger.every is not None and isinstance(span.fact, Calendar) and span.fact.ranges and not span.used:
            span.used = True
            return span.fact
    return None


def only_clock(when: list[Clause]) -> Trigger | None:
    """Conditions that only say a time ("毎日19時になったら")."""
    if any(_tells_more(clause) for clause in when):
        return None
    return clock([s for clause in when for s in clause.spans])


def at_beginning(meaning: "Meaning", part: Part, doings: list[Doing]) -> Trigger | None:
    """ "At night (22:00 to 6:00) dim the lights": what is set as the times begin, where nothing else starts it."""
    spans = [s for c in part.doing for s in c.spans if isinstance(s.fact, Calendar) and not s.used]
    fact = spans[0].fact if spans else None
    if meaning.lang != "en" or not isinstance(fact, Calendar) or any(doing.sort != "actuate" for doing in doings):
        return None
    if len(fact.ranges) != 1 or fact.days or fact.holidays or fact.outside:
        return None
    spans[0].used = True
    for gate in (s for c in part.doing for s in c.spans if s.role("gate")):
        gate.used = True
    meaning.triggers.given.hours = fact
    return Trigger("clock", spans[0].text.strip(), crons=[cron_of(fact.ranges[0][0], "*")])


def at_end(meaning: "Meaning") -> Trigger | None:
    """ "... otherwise to 100 %": what is set as those times end."""
    fact, last = meaning.triggers.given.hours, meaning.result.wishes[-1] if meaning.result.wishes else None
    if fact is None or last is None or last.trigger.sort != "clock":
        return None
    meaning.triggers.given.hours = None
    return Trigger("clock", last.trigger.words, crons=[cron_of(fact.ranges[0][1], "*")])


def repeat(spans: list[Span]) -> int | None:
    for span in spans:
        if span.every is not None and not span.used and "seldom" not in span.words:
            span.used = True
            return span.every
    return None


def of_period(trigger: Trigger, spans: list[Span]) -> None:
    """ "... tell them at midnight": the time at which a period ends is not a time of its own."""
    steps = [trigger.step] if trigger.step else [s for t in trigger.tests for s in t.steps] + trigger.steps
    for step in steps:
        if step is None or "each" not in step.more:
            continue
        for span in spans:
            if span.clock is not None and not span.used:
                span.used = True
                if span.clock != (0, 0) and step.more.get("at") is None:
                    step.more["at"] = [f"{span.clock[0]:02}:{span.clock[1]:02}"]
            elif span.days is not None and not span.used:
                span.used = True


def restriction(meaning: "Meaning", part: Part) -> Calendar | None:
    """The times outside of which a wish does not count; None where it always does, or is itself started by the clock."""
    broken = meaning.triggers.given.broken
    last = meaning.triggers.last
    known = (last is not None and last.sort != "clock") or any(id(clause) in broken for clause in part.when)
    if not part.when or not (known or any(_tells_more(clause) for clause in part.when)):
        return None
    spans = [s for clause in (*part.when, *part.doing) for s in clause.spans if not s.used]
    for span in sorted(spans, key=lambda s: s.role("gate") is not None):
        gate = span.role("gate")
        fact = span.fact if isinstance(span.fact, Calendar) else of_phrase(gate[1]) if gate is not None else None
        if fact is None or (fact.times and not fact.ranges):
            continue
        span.used = True
        if gate is None and fact.ranges and not fact.days and all(start == end for start, end in fact.ranges):
            continue
        clause = next(c for c in (*part.when, *part.doing) if span in c.spans)
        fact = replace(fact, more=tuple(_others(clause, span))) if fact.days and fact.ranges else fact
        fact = _whole(meaning, fact) if isinstance(span.fact, Calendar) or id(clause) in broken else fact
        return fact if id(clause) in broken else _narrowed(meaning, part, clause, span, fact)
    days = [s for s in spans if s.days is not None and numbers_of(s.days) not in ((), ALL_DAYS)]
    if days and not any(s.clock is not None for s in spans):
        for span in days:
            span.used = True
        return Calendar(days=tuple(sorted({day for s in days for day in numbers_of(s.days or "")})))
    return None


def said_by(meaning: "Meaning", span: Span) -> Calendar | None:
    """The times that a span names."""
    if isinstance(span.fact, Calendar) and (span.fact.ranges or span.fact.days or span.fact.named):
        return _whole(meaning, span.fact)
    if (gate := span.role("gate")) is not None:
        return of_phrase(gate[1])
    days = numbers_of(span.days) if span.days is not None else ()
    return Calendar(days=days) if days and days != ALL_DAYS else None


def _others(clause: Clause, first: Span) -> list[Calendar]:
    """ "平日は8時から20時、土曜は9時から15時": the hours of other days in the same clause."""
    found = []
    for span in clause.spans:
        fact = span.fact
        if span is not first and isinstance(fact, Calendar) and fact.days and fact.ranges and not fact.outside:
            span.used = True
            found.append(fact)
    return found


def _narrowed(meaning: "Meaning", part: Part, clause: Clause, span: Span, fact: Calendar) -> Calendar:
    """The times that a part names, for all other parts too where a sentence of its own says nothing else."""
    said, alone = excluded.narrowed(meaning, clause, span, fact)
    calendar = said
    meaning.triggers.given.calendar = calendar
    if alone and len(part.when) + len(part.doing) > 1:
        _take_out(part, clause)
        _everywhere(meaning, clause, calendar)
        meaning.spans.append(Span(clause.start, clause.end, "", used=True))
    part.when = [clause for clause in part.when if clause_says(clause, span)]
    part.doing = excluded.without_matter(meaning, part.doing)
    return calendar


_ALSO = re.compile(r"\b(?:also|too|as well|additionally)\b|(?:に|へ)も|加えて|あわせて")


def own_times(part: Part) -> tuple[Clause, Span] | None:
    """ "Tell A when ..., but at night tell B": somebody else who is told at times of his own."""
    told = [c for c in part.doing if any(s.named("destination") for s in c.spans)]
    for clause in told[1:] if part.when else []:
        timed = next(
            (s for s in clause.spans if isinstance(s.fact, Calendar) and (s.fact.ranges or s.fact.days) and not s.used),
            None,
        )
        before = [s for c in (*part.when, *told[: told.index(clause)]) for s in c.spans]
        if timed is not None and not any(s.is_fact(Calendar) or s.role("gate") for s in before):
            return clause, timed
    return None


def at_own_times(meaning: "Meaning", part: Part, clause: Clause, timed: Span) -> None:
    """The part without that clause, and the same case at its times; who was named first is told at all others."""
    rest = part.doing[part.doing.index(clause) :]
    part.doing = part.doing[: part.doing.index(clause)]
    count = len(meaning.result.wishes)
    meaning.one_part(part)
    made = meaning.result.wishes[count:]
    if not made or not isinstance(timed.fact, Calendar):
        return
    timed.used, calendar = True, _whole(meaning, timed.fact)
    also = _ALSO.search(meaning.reading.low, clause.start, clause.end)
    doings = [doing for one in rest for doing in meaning.doings.read(one, made[0].trigger)]
    for wish in made if not also else []:
        wish.calendar = replace(calendar, outside=not calendar.outside)
    if doings:
        meaning.result.wishes.append(Wish(made[0].trigger, doings, calendar))


_OTHER_TIMES = re.compile(r"時間|とき|\btimes?\b|\bday\b")


def other_times(meaning: "Meaning", part: Part) -> tuple[Wish, Calendar] | None:
    """The wish before and the times at which it does not count, where the words say "at all other times", or "otherwise"
    and somebody else is only told."""
    words = next((s for c in [*part.when, *part.doing][:1] for s in c.spans if "else" in s.words), None)
    before = meaning.result.wishes[-1] if meaning.result.wishes else None
    if words is None or before is None or before.calendar is None or before.trigger is not meaning.triggers.last:
        return None
    tells = all(d.sort == "tell" for d in before.doings)
    ours = not any(s.named("choice") or s.words & set(POLARITIES) for c in part.doing for s in c.spans)
    if not _OTHER_TIMES.search(words.text) and not (tells and ours):
        return None
    words.used = True
    return before, replace(before.calendar, outside=not before.calendar.outside)


def _everywhere(meaning: "Meaning", clause: Clause, calendar: Calendar) -> None:
    """Times in a sentence of their own go for all that was said before."""
    found = [c for c in meaning.found if c.sentence == clause.sentence]
    if found == [clause]:
        for wish in meaning.result.wishes:
            if wish.calendar is None and wish.trigger.sort != "clock":
                wish.calendar = calendar


def _take_out(part: Part, clause: Clause) -> None:
    """A clause that only says the times is neither a condition nor something to be done."""
    for span in clause.spans:
        span.used = True
    part.when = [c for c in part.when if c is not clause]
    part.doing = [c for c in part.doing if c is not clause]


def clause_says(clause: Clause, calendar: Span) -> bool:
    """Whether a condition says something besides the times."""
    return calendar not in clause.spans or any(
        (s is not calendar and not s.words <= {"if", "and", "then", "range"}) or s.names or s.phrases
        for s in clause.spans
        if s is not calendar
    )


def _tells_more(clause: Clause) -> bool:
    """Whether a condition says more than a time."""
    return any(
        s.names
        or s.role("recover")
        or s.role("lean")
        or s.words - {"if", "and", "or", "then", "range", "on"}
        or s.quote
        for s in clause.spans
    ) or compares(clause.spans)


def _whole(meaning: "Meaning", calendar: Calendar) -> Calendar:
    """Hours that are only named are those that were set down before, else the usual ones."""
    if calendar.ranges or not calendar.named:
        return calendar
    known = meaning.triggers.given.calendar
    if known is not None:
        return replace(known, outside=calendar.outside)
    for _, phrase in meaning.triggers.kinds.all("gate"):
        if phrase.lang == meaning.lang:
            usual = of_phrase(phrase)
            days = calendar.days or usual.days
            return replace(usual, days=days, outside=calendar.outside, holidays=calendar.holidays or usual.holidays)
    return calendar


def of_phrase(phrase: Phrase) -> Calendar:
    """The hours that stand in a phrase."""
    hours: list[dict[str, Any]] = phrase.params.get("hours") or []
    ranges = tuple((_clock(part["from"]), _clock(part["to"])) for part in hours)
    whole = all(start == end for start, end in ranges)
    days = tuple(sorted({_WEEKDAYS[day] for part in hours for day in part.get("days", ())})) or _WEEK
    holidays = phrase.params.get("holidays")
    return Calendar(
        days=days, ranges=() if whole else ranges, holidays="without" if holidays else None, region=holidays,
        outside=phrase.port == "outside", named=True, assumed=not whole,
    )  # fmt: skip


def _clock(text: str) -> Clock:
    return int(text[:2]), int(text[3:5])
