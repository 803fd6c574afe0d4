"""How things ought to be, and what happens where they are not: "The gate must stay shut at night; call the guard if it isn't.",
"unless"."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.comparisons import OPPOSITE, key_of, with_key
from llm.authors.phrasebook.facts import Calendar
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.wishes import Test, Trigger

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning
    from llm.authors.phrasebook.triggers import TriggerReader

_NORM = re.compile(
    r"\b(?:(?:must|should|shall|ought to|has to|have to|needs? to|(?:is|are) (?:supposed|meant|expected|required|allowed) to)(?P<not>n't| not| never)?"
    r"|(?:may|can|(?:is|are))(?P<no>n't| ?not| never)(?: (?:allowed|supposed|meant) to)?)\b"
)
_BY_WHICH = re.compile(
    r"\W*(?:but |and )?(?:if|when(?:ever)?|once|as soon as|in case|any ?time|should) ?(?:(?:it|that|this|they|one|either|any|there)(?: of them)?|not|so)?"
    r"(?:'s|'re| is| are| does| do| did| has| have| was| were| gets?| happens?| ever)*(?:n't| not| no longer| still| out(?:side)?(?: of)?(?: (?:it|that|this|these|there|range|bounds|limits|(?:the|that|this) (?:range|band|limits)))?)?(?: the case| so| true| happen| happens| like that| that way| met| kept| right| ok)?(?: for (?:more than |over |longer than )?[a-z0-9 ]{3,24})?\W*"
)
_FOLLOWING = 4
"""Clauses within which what happens otherwise must be said."""


def negated(trigger: Trigger) -> Trigger | None:
    """The condition that holds just where this one does not; None where nothing of the kind can be built."""
    plain = trigger.sort == "compare" and trigger.base is None and not trigger.joins and not trigger.each_time
    if not plain or trigger.hold or trigger.row is not None or trigger.crowd is not None:
        return None
    tests = [converse(test) for test in trigger.tests]
    if any(test is None for test in tests):
        return None
    join = "and" if len(tests) == 1 or trigger.join == "or" else "or"
    turned = replace(trigger, tests=tests, join=join, of=None, back=None)  # type: ignore[arg-type]
    turned.meaning = turned.tests[0].meaning
    return turned


def converse(test: Test) -> Test | None:
    if test.truth is not None:
        return replace(test, truth=not test.truth)
    if test.meaning is None or test.either or test.guard or key_of(test.meaning) not in OPPOSITE:
        return None
    return replace(test, meaning=with_key(test.meaning, OPPOSITE[key_of(test.meaning)]))


def without_norms(meaning: "Meaning", found: list[Clause]) -> list[Clause]:
    """The clauses but those that only say how it ought to be; where it is not so, is set down for the clause that asks for it."""
    kept: list[Clause] = []
    if meaning.lang == "en":
        found = _without_amounts(meaning, found)
    for number, clause in enumerate(found):
        norm = _NORM.search(meaning.reading.low, clause.start, clause.end) if meaning.lang == "en" else None
        asks = norm and next((c for c in found[number + 1 : number + 1 + _FOLLOWING] if _asks(meaning, c)), None)
        if norm is None or asks is None or _does(clause) or not _set_down(meaning.triggers, clause, norm, asks):
            kept.append(clause)
    kept = _without_leads(meaning, kept) if meaning.lang == "en" else kept
    return [part for clause in kept for part in _opened(meaning.triggers, clause)]


_LESS_THAN_THAT = re.compile(r"\b(?:than|below|under|above|over) (?:that|this)\b")


def _without_amounts(meaning: "Meaning", found: list[Clause]) -> list[Clause]:
    """ "It should take out at least 30 degrees. If ... is less than that": the number is that of the next sentence."""
    kept = []
    low = meaning.reading.low
    for clause, following in zip(found, [*found[1:], None], strict=True):
        amounts = [s for s in clause.spans if s.quantity is not None and s.duration is None]
        bare = following is not None and following.when and not any(s.quantity for s in following.spans)
        if (
            following is not None and bare and len(amounts) == 1 and not _does(clause) and not clause.role("actuate")
            and _NORM.search(low, clause.start, clause.end) and _LESS_THAN_THAT.search(low, following.start, following.end)
        ):  # fmt: skip
            said = [n for n, s in enumerate(following.spans) if s.role("compare")]
            at = said[-1] + 1 if said else len(following.spans)
            following.spans = [*following.spans[:at], amounts[0], *following.spans[at:]]
            for span in clause.spans:
                span.used = span.used or span is not amounts[0]
            meaning.spans.append(Span(clause.start, clause.end, "", used=True))
            continue
        kept.append(clause)
    return kept


def _without_leads(meaning: "Meaning", found: list[Clause]) -> list[Clause]:
    """The clauses but those that only say of what, or of which times, the next sentence speaks ("Room 102 gets dry. Under
    30 % ..."): what they name is named there too."""
    kept: list[Clause] = []
    for clause, following in zip(found, [*found[1:], None], strict=True):
        lead = _lead(meaning, clause, following)
        if following is None or not lead:
            kept.append(clause)
            continue
        following.spans = [*lead, *following.spans]
        for span in clause.spans:
            span.used = span.used or span not in lead
        meaning.spans.append(Span(clause.start, clause.end, "", used=True))
    return kept


def _lead(meaning: "Meaning", clause: Clause, following: Clause | None) -> list[Span]:
    """The devices and times that a clause names which says nothing else that is understood."""
    if clause.when or following is None or not following.when or following.sentence == clause.sentence:
        return []
    if any(n.sort in ("type", "device") and n.strength >= 2 for s in following.spans for n in s.names):
        return []
    norm = bool(_NORM.search(meaning.reading.low, clause.start, clause.end))
    others = clause.role("tell", "record", "call", "actuate", "aggregate", "treat", "name") or clause.having(
        "if", "else", "nothing"
    )
    if others or any(s.named("destination") or s.quote is not None or s.every for s in clause.spans):
        return []
    if not norm and any(s.quantity or s.clock or s.words & set(POLARITIES) or s.named("choice") for s in clause.spans):
        return []
    things = [s for s in clause.spans if any(n.sort in ("type", "device") and n.strength >= 3 for n in s.names)]
    times = [s for s in clause.spans if isinstance(s.fact, Calendar)]
    return [*things, *times] if things else []


def _does(clause: Clause) -> bool:
    marked = any(s.words & {"if", "unless"} for s in clause.spans)
    return marked or any(s.named("destination") or s.quote is not None for s in clause.spans) or bool(clause.role("tell", "record"))  # fmt: skip


def _asks(meaning: "Meaning", clause: Clause) -> bool:
    """ "if it isn't", "otherwise": nothing of its own."""
    if clause.joined == "else":
        return True
    return clause.when and bool(_BY_WHICH.fullmatch(meaning.reading.low, clause.start, clause.end))


def _set_down(reader: "TriggerReader", clause: Clause, norm: "re.Match[str]", asks: Clause) -> bool:
    denied = bool(norm["not"] or norm["no"])
    spans = [s for s in clause.spans if not (norm.start() <= s.start < norm.end())]
    missed, before = len(reader.missed), reader.last
    reader.last = None
    trigger = reader.one(replace(clause, spans=spans, when=True, marked=True))
    reader.last = before
    low = reader.reading.low[asks.start : asks.end]
    kept = asks.joined != "else" and not re.search(r"\bnot\b|n't\b|no longer|\bout(?:side)?\b", low)
    if trigger is not None and not denied and not kept:
        trigger = negated(trigger)
    if trigger is None or trigger.sort != "compare":
        del reader.missed[missed:]
        return False
    trigger.words = reader.reading.words(clause.start, clause.end)
    length = next((s for s in asks.spans if s.duration is not None), None)
    if length is not None and asks.joined != "else":
        trigger.hold, length.used = length.duration, True
    reader.given.broken[id(asks)] = trigger
    asks.spans = [*(s for s in spans if isinstance(s.fact, Calendar)), *asks.spans]
    for span in clause.spans:
        span.used = span.used or not isinstance(span.fact, Calendar)
    return True


def _opened(reader: "TriggerReader", clause: Clause) -> list[Clause]:
    """ "Otherwise tell them" as a case and what follows it."""
    trigger = reader.given.broken.get(id(clause))
    if trigger is None or clause.when:
        return [clause]
    rest = [s for s in clause.spans if "else" in s.words or isinstance(s.fact, Calendar)]
    case = Clause(clause.start, clause.start, rest, clause.sentence, when=True, marked=True)
    for span in rest:
        span.used = span.used or "else" in span.words
    reader.given.broken[id(case)] = trigger
    clause.spans, clause.joined = [s for s in clause.spans if s not in rest], None
    return [case, clause]


def read(reader: "TriggerReader", clause: Clause) -> Trigger | None:
    """What was set down for this clause."""
    trigger = reader.given.broken.get(id(clause))
    if trigger is not None:
        for span in clause.spans:
            span.used = span.used or not isinstance(span.fact, Calendar)
    return trigger
