"""Again and again: what is repeated, how often, and what ends it or holds something fast."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from llm.authors.phrasebook import norms
from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.clocks import clock
from llm.authors.phrasebook.comparisons import OPPOSITE, key_of, with_key
from llm.authors.phrasebook.facts import Later, Times, Within
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.parts import Part
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.wishes import Missed, Trigger, Wish

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning


def without_most(meaning: "Meaning", found: list[Clause]) -> list[Clause]:
    """The clauses but those that only say how many repetitions there may be."""
    for clause in found:
        for span in (s for s in clause.spans if isinstance(s.fact, Times)):
            meaning.most, span.used = span.fact.most, True  # type: ignore[union-attr]
    return [c for c in found if c.when or not _only_most(c)]


def _only_most(clause: Clause) -> bool:
    rest = [s for s in clause.spans if not isinstance(s.fact, Times)]
    return len(rest) < len(clause.spans) and all(s.words and not s.names and not s.phrases for s in rest)


def until(meaning: "Meaning", trigger: Trigger | None, clause: Clause) -> Trigger | None:
    """What ends a repetition or holds something fast: the end of the condition itself (which is given back), or something
    else."""
    if trigger is None:
        return None
    if trigger.sort == "clock" and trigger.every is not None and (other := _while_not(meaning, trigger, clause)):
        vars(trigger).update(vars(other))
        return None
    if _NOT_AGAIN.search(meaning.reading.low[: clause.start]):
        meaning.result.missed.append(Missed(f"not again {meaning.reading.words(clause.start, clause.end)}", "doing"))
        for span in clause.spans:
            span.used = True
        return None
    for span in (s for s in clause.spans if s.every is not None and not s.used):
        trigger.repeat, span.used = trigger.repeat or span.every, True
    end = meaning.triggers.read([clause])
    if end is None:
        return None
    if end.sort == "cleared" and end.of is not None:
        if end.back is None or end.of is not trigger:
            return end
        test = trigger.tests[0]
        meaning_ = with_key(test.meaning, OPPOSITE[key_of(test.meaning)]) if test.meaning else None
        end = replace(trigger, words=end.words, tests=[replace(test, meaning=meaning_, numbers=[end.back])], hold=0, repeat=None)  # fmt: skip
    end.of = end.back = None
    meaning.triggers.last, meaning.triggers.awaited = trigger, end
    trigger.until, trigger.latched = end, trigger.repeat is None
    return None


def by_clock(meaning: "Meaning", part: Part) -> Trigger | None:
    """What starts by the clock; "every ten minutes until it is closed" goes on from a condition, and is none of it."""
    spans = [s for c in part.doing for s in c.spans]
    if meaning.lang == "ja" and any(c.until for c in part.doing) and any(s.every is not None for s in spans):
        return None
    return clock(spans)


def _while_not(meaning: "Meaning", trigger: Trigger, clause: Clause) -> Trigger | None:
    """ "Remind them every 15 minutes until the gate is shut again": as long as it is not."""
    if meaning.lang != "en" or not clause.having("again") or not clause.having(*POLARITIES):
        return None
    end = meaning.triggers.read([clause])
    turned = norms.negated(end) if end is not None and end.sort == "compare" and len(end.tests) == 1 else None
    return replace(turned, hold=0, repeat=trigger.every, of=None, back=None) if turned is not None else None


def again(trigger: Trigger | None, clause: Clause) -> bool:
    """ "... and then again every 20 minutes", 「30分おきに繰り返し」: what was said before, as long as it lasts."""
    every = next((s for s in clause.spans if s.every is not None and "seldom" not in s.words), None)
    names = any(s.names or s.quote is not None or s.quantity for s in clause.spans)
    if trigger is None or every is None or names or trigger.sort not in ("compare", "happen"):
        return False
    if trigger.repeat not in (None, every.every):
        return False
    trigger.repeat = every.every
    for span in clause.spans:
        span.used = True
    return True


def ends_repeat(meaning: "Meaning", clause: Clause, trigger: Trigger | None) -> bool:
    """ "... stop when the button is pressed": what is repeated is stopped, where nothing else is named to be."""
    repeated = next((w.trigger for w in reversed(meaning.result.wishes) if w.trigger.repeat is not None), None)
    bare = clause.having("stop", "nothing") and not any(
        n.sort in ("type", "device", "destination") for s in clause.spans for n in s.names
    )
    if repeated is None or not bare or trigger is None or trigger is repeated or trigger.sort != "compare":
        return False
    repeated.until = trigger
    for span in clause.spans:
        span.used = True
    return True


_NOT_AGAIN = re.compile(r"\b(?:not|never) again\s*$")
_ONLY_THEN = re.compile(r"\W*(?:and |but )?(?:again only|only again|not again|not any more|never again)\W*")


def armed_again(meaning: "Meaning", part: Part, trigger: Trigger | None) -> bool:
    """ "... and again only after it has been below 35 t": from when on it may happen again, which nobody is told."""
    low, own = meaning.reading.low, [c for c in part.doing if not c.until]
    if meaning.lang != "en" or not own or not all(_ONLY_THEN.fullmatch(low, c.start, c.end) for c in own[-1:]):
        return False
    if len(own) > 1 or not part.when:
        return False
    if trigger is not None and trigger.of is not None and trigger.back is not None and not trigger.hold:
        meaning.result.wishes.append(Wish(replace(trigger, sort="cleared"), []))
    else:
        words = meaning.reading.words(own[0].start, [*part.when, *part.doing][-1].end)
        meaning.result.missed.append(Missed(words, "doing"))
    for span in (s for c in (*part.when, *part.doing) for s in c.spans):
        span.used = True
    return True


_UNANSWERED = re.compile(r"\b(?:still\b|press|push|acknowledg|confirm|respon|answer|react)")


def asked_later(meaning: "Meaning", part: Part) -> None:
    """ "... then the manager after 15 minutes if the button has not been pressed", 「押されなければ5分後に…」: the time belongs
    to the condition."""
    later = next((s for c in part.doing for s in c.spans if isinstance(s.fact, Later) and not s.fact.of), None)
    low = meaning.reading.low
    if later is None or len(part.when) != 1 or meaning.triggers.last is None:
        return
    clause = part.when[0]
    still = any(s.text == "still" for s in clause.spans) and not any(s.duration for s in clause.spans)
    if meaning.lang == "ja":
        _waits_for(meaning, clause, later)
    elif (
        later.start < clause.start
        and (still or clause.having("not"))
        and _UNANSWERED.search(low, clause.start, clause.end)
    ):
        for before in part.doing:
            before.spans = [s for s in before.spans if s is not later]
        clause.spans, clause.start = [later, *clause.spans], later.start


_UNANSWERED_JA = re.compile(r"(?:押され|確認され|確認が|応答|反応|返[事答]|対応)[^、。]{0,6}?(?:な|ず|ませ)")


def _waits_for(meaning: "Meaning", clause: Clause, later: Span) -> None:
    timed = any(s.duration is not None or s.is_fact(Within, Later) for s in clause.spans)
    named = any(s.named("type") or s.named("device") for s in clause.spans)
    if timed or not named or not _UNANSWERED_JA.search(meaning.reading.low, clause.start, clause.end):
        return
    if isinstance(later.fact, Later):
        later.used, at = True, clause.spans[0].start
        clause.spans = [Span(at, at, "以内", fact=Within(later.fact.ms)), *clause.spans]
