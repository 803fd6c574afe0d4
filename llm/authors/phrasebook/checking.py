"""What is looked at by the clock: "if the gate is still open at 22:00", "not running by 6", "not opened by 9 am"; and a state
that counts only between two times, whenever it began."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.clocks import clock
from llm.authors.phrasebook.facts import Calendar
from llm.authors.phrasebook.gates import WITHIN
from llm.authors.phrasebook.parts import Part
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.sharing import devices_of
from llm.authors.phrasebook.times import cron_of
from llm.authors.phrasebook.wishes import Test, Trigger
from nodes.kit.things import TypeField

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning

IN_HOURS = TypeField(name=WITHIN, type="boolean")
"""Whether an event comes within the times."""
_MOST_LOOKED_AT = 6
"""Devices that are each looked at by itself."""
_NOT_YET = re.compile(
    r"\b(?:has|have|had)(?: (?:still|yet|ever))?(?:n't| not| never)\b|\bnobody has\b|\bno one has\b|\bnever\b"
)
_PASSING = re.compile(
    r"\b(?:pressed|pushed|opened|used|detected|moved|triggered|emptied|taken|fed|called|arrived|reported)\b"
)
""" What happens, and is over again: asked is whether it has happened that day, not how it is then."""
_ALL_DAY = re.compile(r"\b(?:all day|today|so far|the whole day|since midnight)\b")
_STATE = re.compile(r"\b(?:is|are|isn't|aren't|stays?|remains?|stands?|left|has been|have been|still|found|sits?)\b")
_ADJECTIVE = re.compile(r"\b(?:open|closed|shut|running|unlocked|locked|occupied|on|off)\b")
_EVENT = re.compile(
    r"\b(?:opens|opened|closes|closed|starts|started|stops|stopped|turned|switched|pressed|triggered|detected|detects|goes|gets|rises|drops|falls|exceeds|becomes|moves|trips|jams)\b"
)


def by_clock(meaning: "Meaning", part: Part, trigger: Trigger | None) -> Trigger | None:
    """The trigger that looks at a condition at set times; the same one where none are said or it cannot be looked at."""
    if trigger is None or not part.when or not _can_be_seen(trigger):
        return trigger
    spans = [s for c in (*part.when, *part.doing) if not c.until for s in c.spans if not s.used]
    planned = [s for s in spans if isinstance(s.fact, Calendar) and s.fact.times and not s.fact.ranges]
    if not planned and not any(s.clock is not None for s in spans):
        return trigger
    if len(devices_of(trigger.source, meaning.registry)) > _MOST_LOOKED_AT:  # type: ignore[arg-type]
        return trigger
    awaited = _not_yet(meaning, part.when[0], trigger)
    at = clock(_last_by_name(spans))
    if at is None or not at.crons:
        return trigger
    if awaited is not None and (missing := _missed(meaning, at, awaited)) is not None:
        return missing
    made = Trigger("checked", trigger.words, source=trigger.source, first=replace(trigger, hold=0), crons=at.crons)
    made.calendar, made.hold = at.calendar, 0
    made.apart = trigger.source
    meaning.triggers.given.looked = made
    return made


def otherwise(meaning: "Meaning", part: Part) -> Trigger | None:
    """What the condition before is not: the other answer to a look by the clock ("every morning at 6, if it is below 10 °C
    ..., otherwise ..."), else its end."""
    looked, last = meaning.triggers.given.looked, meaning.triggers.last
    words = meaning.reading.words(part.when[0].start, part.when[0].end)
    if last is None or looked is None or looked.first is None or looked.first.tests != last.tests:
        return Trigger("cleared", words, of=last, source=last.source) if last else None
    return replace(looked, words=words, leaving=True)


def _can_be_seen(trigger: Trigger) -> bool:
    """One condition on the newest readings of one type of devices."""
    plain = trigger.sort == "compare" and trigger.source is not None and trigger.base is None and not trigger.others
    steps = any(test.steps for test in trigger.tests)
    return (
        plain
        and not steps
        and trigger.row is None
        and trigger.crowd is None
        and not trigger.hold
        and not trigger.repeat
    )


def _last_by_name(spans: list[Span]) -> list[Span]:
    """Times that are said twice count once ("not running by 6? Let them know at six")."""
    seen: set[object] = set()
    kept = []
    for span in spans:
        if span.clock is not None and span.clock in seen:
            span.used = True
            continue
        seen.add(span.clock)
        kept.append(span)
    return kept


def _not_yet(meaning: "Meaning", clause: Clause, trigger: Trigger) -> Trigger | None:
    """What should have happened by then, where the words ask for something that passes."""
    low = meaning.reading.low[clause.start : clause.end]
    test = trigger.tests[0]
    never = (_NOT_YET.search(low) and _PASSING.search(low)) or _ALL_DAY.search(low)
    if len(trigger.tests) != 1 or test.truth is not False or not never:
        return None
    return replace(trigger, tests=[replace(test, truth=True)], hold=0)


def _missed(meaning: "Meaning", at: Trigger, awaited: Trigger) -> Trigger | None:
    """Nothing between midnight and that time."""
    ordered = [
        m for m in meaning.triggers.kinds.all("happen") if "<over>" in m[1].params.values() and len(m[0].inputs) > 1
    ]
    missing = next((m for m in ordered if m[1].port == m[0].outputs[1].name), None)
    if missing is None or len(at.crons) != 1 or len(devices_of(awaited.source, meaning.registry)) != 1:  # type: ignore[arg-type]
        return None
    minute, hour, *_, days = at.crons[0].split()
    within = (int(hour) * 60 + int(minute)) * 60_000
    if within == 0:
        return None
    midnight = Trigger("clock", at.words, crons=[cron_of((0, 0), days)], calendar=at.calendar)
    midnight.per = "all"
    made = Trigger("order", awaited.words, source=awaited.source, first=midnight, then=awaited, within=within)
    made.meaning, made.per = missing, "all"
    return made


_LASTS_JA = re.compile(r"(?:てい|でい)(?:る|た|れ|な)|まま|っぱなし|っ放し|中(?:なら|だっ|であ|の)|状態|忘れ")


def _lasts(lang: str, words: str) -> bool:
    """Whether the words speak of how something is, not of what happens."""
    return bool(_LASTS_JA.search(words)) if lang == "ja" else _is_state(words)


def from_their_beginning(meaning: "Meaning") -> None:
    """A state that lasts already when the times begin at which it counts, counts from then on."""
    for wish in meaning.result.wishes:
        trigger, calendar = wish.trigger, wish.calendar
        alone = sum(other.trigger is trigger or other.trigger.of is trigger for other in meaning.result.wishes) == 1
        seen = _can_be_seen(replace(trigger, repeat=None))
        if calendar is None or not calendar.ranges or not alone or trigger.join != "and" or not seen:
            continue
        if all(test.truth is not None for test in trigger.tests) and _lasts(meaning.lang, trigger.words.lower()):
            trigger.during, wish.calendar = calendar, None
            trigger.tests.append(Test(IN_HOURS, truth=True, type=trigger.source.type if trigger.source else None))


def _is_state(low: str) -> bool:
    return bool(_STATE.search(low) or _ADJECTIVE.search(low)) and not _EVENT.search(
        re.sub(r"\b(?:left|been|still) (?:opened|closed)\b", "", low)
    )
