"""Sentences that are more, or less, than a condition and what follows: definitions, remarks, samples."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from llm.authors.phrasebook import (
    asking,
    checking,
    classes,
    clocks,
    definitions,
    levels,
    limits,
    norms,
    phases,
    preludes,
    thrift,
    topics,
)
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.comparisons import OPPOSITE, key_of, with_key
from llm.authors.phrasebook.facts import Calendar, Later, Sampled, Shifts
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.parts import Part
from llm.authors.phrasebook.predicates import compares
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.remarks import alike, habit, remark, said_again
from llm.authors.phrasebook.wishes import Doing, Missed, Source, Step, Test, Trigger, Wish

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning


_HEADING = re.compile(r"^\s*[^\s:,.;。、]+(?: [^\s:,.;。、]+){0,3}\s?:\s")


def other_case(meaning: "Meaning", part: Part) -> Trigger | None:
    """ "Otherwise, if it is above 28 °C ...": a condition of its own that counts where the one before does not hold."""
    before = meaning.triggers.last
    while before is not None and before.sort == "cleared":
        before = before.of
    if part.when[0] in part.doing:
        return None
    if not any(compares(c.spans) or c.having(*POLARITIES, "yes", "no") for c in part.when) or before is None:
        return None
    for clause in part.when:
        clause.spans = [s for s in clause.spans if "else" not in s.words]
    trigger = meaning.triggers.read([c for c in part.when if c.spans])
    if trigger is None or trigger.sort != "compare" or before.sort != "compare" or len(before.tests) != 1:
        return trigger
    test, source, known = before.tests[0], trigger.source, before.source
    alike = source is not None and known is not None and source.type is known.type
    if alike and trigger.tests[0].field.name != test.field.name and not test.steps:
        turned = replace(test, truth=not test.truth) if test.truth is not None else None
        if turned is None and test.meaning is not None and key_of(test.meaning) in OPPOSITE:
            turned = replace(test, meaning=with_key(test.meaning, OPPOSITE[key_of(test.meaning)]))
        trigger.tests += [turned] if turned is not None and trigger.join == "and" else []
    trigger.of = trigger.back = None
    return trigger


def without_heading(meaning: "Meaning", found: list[Clause]) -> None:
    """ "Heat stress: if ...": a heading of a few words names nothing."""
    heading = _HEADING.match(meaning.reading.text)
    first = found[0] if found else None
    if heading is None or first is None or not first.when or not first.having("if"):
        return
    inside = [s for s in first.spans if s.end <= heading.end()]
    if any(s.words & {"if"} or s.quantity or s.role("compare") or s.named("destination") or s.fact for s in inside):
        return
    first.spans = [s for s in first.spans if s not in inside]
    for span in inside:
        span.used, span.names = True, []


def without_remarks(meaning: "Meaning", found: list[Clause]) -> list[Clause]:
    """The clauses but those that only set something down for the others."""
    without_heading(meaning, found)
    found = norms.without_norms(meaning, limits.without_limits(meaning, found))
    kept: list[Clause] = []
    for number in dict.fromkeys(clause.sentence for clause in found):
        sentence = [clause for clause in found if clause.sentence == number]
        if phases.take(meaning, sentence) or preludes.spoken_of(meaning, sentence):
            continue
        commands = any(s.named("choice") for c in sentence for s in c.spans) and sentence[0].when
        if not commands and definitions.define(meaning.triggers, sentence[0].start, sentence[-1].end):
            sentence = [
                c
                for c in sentence
                if any(not s.used for s in c.spans)
                and (c.when or c.role("tell", "record") or any(s.named("destination") for s in c.spans))
            ]
        elif (left := levels.take(meaning, sentence, kept)) is not None:
            sentence = left
        kept += [
            clause
            for clause in sentence
            if not preludes.without_days(meaning, clause)
            and not alike(meaning, clause)
            and not remark(meaning, clause)
            and not said_again(meaning, clause)
            and not habit(meaning, clause)
        ]
    kept = thrift.without_twice(meaning, asking.without_looking(meaning.triggers, classes.take(meaning, kept)))
    return topics.without_topics(meaning.triggers, _without_shifts(meaning, kept))


_NAMING = {
    "ja": re.compile(r"どの|何直|名前|名を|文面|本文|メッセージ|含め|書[いくき]|入れ|記載|添え|付け"),
    "en": re.compile(r"\b(?:name|names|which|what|mention|include|including|say|state|with the|on duty|add)\b"),
}


_SHIFT_NAMED = re.compile(r"(?:直|シフト|勤務|当番|番)[^、。]{0,4}(?:名|名前)|(?:どの|何)(?:直|シフト|番)")


def _without_shifts(meaning: "Meaning", found: list[Clause]) -> list[Clause]:
    """The clauses but those that only ask for the name of the shift; what is said of shifts is set down."""
    kept: list[Clause] = []
    low = meaning.reading.low
    asks = [c for c in found if not c.when and _SHIFT_NAMED.search(low, c.start, c.end)]
    told = any(s.is_fact(Shifts) for c in found for s in c.spans) and meaning.lang == "ja" and bool(asks)
    for clause in found:
        listed = next((s for s in clause.spans if isinstance(s.fact, Shifts)), None)
        if (
            told
            and listed is None
            and clause in asks
            and not any(s.named("destination") or s.quote is not None for s in clause.spans)
        ):
            meaning.spans.append(Span(clause.start, clause.end, "", used=True))
            for span in clause.spans:
                span.used = True
            continue
        if listed is None or not isinstance(listed.fact, Shifts):
            kept.append(clause)
            continue
        meaning.triggers.given.shifts = listed.fact
        if told:
            meaning.naming, listed.used = True, True
        if _NAMING[meaning.lang].search(
            meaning.reading.low[clause.start : listed.start] + meaning.reading.low[listed.end : clause.end]
        ):
            meaning.naming, listed.used = True, True
        if not meaning.naming or clause.when or any(s.named("destination") or s.named("field") for s in clause.spans):
            kept.append(clause)
            continue
        for span in clause.spans:
            span.used = True
    return kept


def _name_shifts(meaning: "Meaning") -> None:
    """The name of the shift in every notice."""
    shifts, kind = meaning.triggers.given.shifts, meaning.triggers.kinds.having("derive", "shifts")
    if shifts is None or kind is None or not meaning.naming:
        return
    listed = [{"name": name, "from": begin} for name, begin in shifts.shifts]
    step = Step(kind, {}, {"shifts": listed}, kind[1].gives, named="duty")
    label = kind[0].words[meaning.lang].label
    for doing in (d for wish in meaning.result.wishes for d in wish.doings if d.sort == "tell"):
        doing.steps.append(step)
        doing.shown.append((label, kind[1].gives or "", None))


def only_says(clause: Clause, most: list[Span]) -> bool:
    """A clause in which nothing stands but how often at most, and for whom."""
    states = any(n.extra == "boolean" for s in clause.spans for n in s.named("field"))
    if not any(s in most for s in clause.spans) or (clause.when and (compares(clause.spans) or states)):
        return False
    rest = [s for s in clause.spans if s not in most]
    alone = all(
        not (s.named("destination") or s.named("call") or s.named("choice") or s.quote or s.fact or s.quantity)
        for s in rest
    )
    if not alone or any(s.role("record") or s.role("actuate") or s.words & {"on", "off"} for s in rest):
        return False
    if any(s.role("tell") for s in rest) and not any(s.names for s in rest):
        return all(s in most for s in clause.spans)
    for span in rest:
        span.used = True
    return True


_INSTEAD = re.compile(r"\binstead\b|代わりに|かわりに")


def instead(meaning: "Meaning", part: Part, trigger: Trigger | None) -> None:
    """ "Above 3 G the team, above 6 G the manager instead": the first counts only up to the second limit."""
    found = [*part.when, *part.doing]
    if trigger is None or not found or not _INSTEAD.search(meaning.reading.low, found[0].start, found[-1].end):
        return
    before = meaning.result.wishes[-1].trigger if meaning.result.wishes else None
    if before is None or before.sort != "compare" or trigger.sort != "compare" or before is trigger:
        return
    one, two = before.tests, trigger.tests
    if (
        len(one) == len(two) == 1
        and one[0].field == two[0].field
        and one[0].meaning
        and two[0].meaning
        and not one[0].steps
    ):
        turned = OPPOSITE.get(key_of(two[0].meaning))
        if turned and key_of(one[0].meaning) == key_of(two[0].meaning):
            before.tests = [one[0], replace(two[0], meaning=with_key(two[0].meaning, turned))]


def instrument(meaning: "Meaning", clause: Clause) -> Trigger | None:
    """ "リセットボタンで緑に戻す", "nothing but the reset button may silence it": a device by which something is done."""
    if clause.when or not clause.spans:
        return None
    for span in clause.spans:
        if not (span.named("type") or span.named("device")):
            continue
        type_ = meaning.registry.types.get(next((n.id if n.sort == "type" else n.owner or "" for n in span.names), ""))
        flags = [f for f in type_.fields if f.type == "boolean"] if type_ is not None else []
        if type_ is None or type_.commands or len(flags) != 1:
            continue
        low = meaning.reading.low
        by = (
            low.startswith("で", span.end)
            if meaning.lang == "ja"
            else _MAY.match(low, span.end) or _BY.search(low[clause.start : span.start])
        )
        if not by:
            continue
        part = Clause(span.start, span.end, [span], clause.sentence, when=True, marked=True)
        source = meaning.triggers.source(part.spans, None)
        clause.spans = [s for s in clause.spans if s is not span and not s.role("hold")]
        if source is None:
            return None
        words = meaning.reading.words(clause.start, clause.end)
        return Trigger("compare", words, source=source, tests=[Test(flags[0], truth=True, type=type_)], hold=0)
    return None


_MAY = re.compile(r"\s(?:may|can|should|will|shall|must|is to|re?sets|turns|switches)\b")
_BY = re.compile(r"\b(?:with|by (?:pressing|pushing|using)|by|press(?:ing)?|using) (?:the |a )?$")


def hold_fast(meaning: "Meaning", trigger: Trigger | None, clauses_: list[Clause]) -> None:
    """What stays as it is whatever follows: "even if it cools down", "leave it red", "…のまま"."""
    if trigger is None or trigger.sort not in ("compare", "happen", "order"):
        return
    fast = any(c.even for c in clauses_) or any(
        m[1].role == "treat"
        and m[1].port == m[0].outputs[0].name
        and not m[1].params.keys() - {"per"}
        and len(m[0].outputs) > 2
        for c in clauses_
        for s in c.spans
        for m in s.phrases
    )
    if fast:
        trigger.latched = True


def nothing(meaning: "Meaning", part: Part) -> bool:
    """ "…なら連絡はいりません": a case in which nothing is to be done needs nothing."""
    found = [*part.when, *part.doing]
    if meaning.lang == "ja" and preludes.cancelled(meaning, found):
        return True
    said = [c for c in part.doing or part.when if not c.even]
    if not said or not all(_does_nothing(clause) for clause in said):
        return False
    found = [*part.when, *part.doing]
    timed = next((s for c in found for s in c.spans if (s.days or s.is_fact(Calendar)) and not s.used), None)
    if timed is not None:
        meaning.idle = preludes.Idle(meaning.reading.words(found[0].start, found[-1].end), clocks.said_by(meaning, timed), [s for c in found for s in c.spans if s.named("type") or s.named("device") or s.named("field")])  # fmt: skip
    elif meaning.lang == "ja" and part.doing:
        preludes.excepted(meaning, part.when)
    for span in (s for clause in found for s in clause.spans):
        span.used = True
    return True


def _does_nothing(clause: Clause) -> bool:
    others = any(s.quote is not None or s.named("destination") or s.named("choice") for s in clause.spans)
    return bool(clause.having("nothing")) and not others


def finish(meaning: "Meaning") -> None:
    """What concerns all wishes."""
    if meaning.idle is not None and not preludes.kept_out(meaning, meaning.idle):
        meaning.result.missed.append(Missed(meaning.idle.words, "nothing_then"))
    for wish in meaning.result.wishes:
        if wish.trigger.repeat is not None:
            wish.trigger.most = meaning.most
        if wish.trigger.latched and wish.trigger.until is None:
            wish.trigger.latched = False
            meaning.result.missed.append(Missed(wish.trigger.words, "no_reset"))
    checking.from_their_beginning(meaning)
    _name_shifts(meaning)
    thrift.apply(meaning)


def delayed(part: Part, doings: list[Doing]) -> None:
    """ "Ten minutes after the pump has stopped ...": all that is done comes so much later."""
    for span in (s for clause in part.when for s in clause.spans):
        if isinstance(span.fact, Later) and not span.used:
            span.used = True
            for doing in doings:
                doing.later = span.fact.ms


_EACH_READING = re.compile(
    r"\b(?:every|each|all|any)(?: the)? (?:[a-z]+ )?(?:readings?|values?|measurements?|samples?)\b"
)


def each_reading(meaning: "Meaning", part: Part, trigger: Trigger, doings: list[Doing]) -> None:
    """ "Record every reading above 90 dB": not only the first of them."""
    found = [*part.when, *part.doing]
    plain = trigger.sort == "compare" and trigger.hold in (None, 0) and trigger.row is None and trigger.crowd is None
    if plain and all(doing.sort == "record" for doing in doings) and meaning.lang == "en":
        start, end = min(c.start for c in found), max(c.end for c in found)
        trigger.each_time = trigger.each_time or bool(_EACH_READING.search(meaning.reading.low, start, end))


def not_worked_out(meaning: "Meaning", part: Part, trigger: Trigger | None, doings: list[Doing]) -> None:
    """ "Every hour tell them the reactive power": what is to be told at set times and nothing works out."""
    if meaning.lang != "en" or trigger is None or trigger.sort != "clock" or not any(d.sort == "tell" for d in doings):
        return
    if _only_at_most(meaning, part) and all(d.text is None and not d.shown and not d.latest for d in doings):
        found = [*part.when, *part.doing]
        meaning.result.missed.append(Missed(meaning.reading.words(found[0].start, found[-1].end), "condition"))
        doings.clear()
        return
    for span in (s for c in part.doing for s in c.spans if s.role("derive") and not s.used and not s.names):
        if all(doing.text is None and not doing.shown and not doing.latest for doing in doings) and " " in span.text:
            span.used = True
            meaning.result.missed.append(Missed(meaning.reading.words(span.start, span.end), "unused"))


_ONLY = re.compile(r"\b(?:only|at most|no more than|not more than|just)\b")


def _only_at_most(meaning: "Meaning", part: Part) -> bool:
    """ "Only bother them about a gate once an hour": how often at most, but not about what."""
    found = [*part.when, *part.doing]
    named = any(n.sort in ("type", "device", "field") for c in found for s in c.spans for n in s.names)
    return named and bool(_ONLY.search(meaning.reading.low, found[0].start, found[-1].end))


def deferred(meaning: "Meaning", trigger: Trigger | None, doings: list[Doing]) -> None:
    """A text that stood alone is told to those who are told the next one."""
    if meaning.waiting is not None and (told := next((d for d in doings if d.sort == "tell"), None)) is not None:
        before, text = meaning.waiting
        meaning.waiting = None
        meaning.add(Wish(before, [replace(told, text=text)]))
    if meaning.doings.text is not None and trigger is not None:
        meaning.waiting, meaning.doings.text = (trigger, meaning.doings.text), None


def sampled(meaning: "Meaning", part: Part) -> Trigger | None:
    """ "Every 10 minutes record the (average) temperature": readings, thinned out or summed up."""
    spans = [s for clause in part.doing for s in clause.spans]
    every = next((s for s in spans if s.every is not None), None)
    fields = [n for s in spans for n in s.named("field")]
    if every is None or not any(s.role("record") for s in spans):
        return None
    if not fields:
        named = any(s.role("derive") for s in spans)
        source = meaning.triggers.source(spans, None) if named and not any(s.role("aggregate") for s in spans) else None
        every.used = every.used or source is not None
        return Trigger("reading", every.text, source=source, quiet=every.every) if source is not None else None
    type_ = meaning.registry.types[fields[0].owner or ""]
    every.used = True
    if any(isinstance(s.fact, Sampled) for s in spans):
        return Trigger("reading", every.text, source=Source(type_))
    if any(s.role("aggregate") for s in spans):
        every.duration = every.every
        return Trigger("reading", every.text, source=Source(type_))
    return Trigger("reading", every.text, source=Source(type_), quiet=every.every)
