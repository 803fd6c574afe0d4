"""For how long something has to be so, and clauses that say nothing but that it goes on."""

from dataclasses import replace

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.facts import Later
from llm.authors.phrasebook.predicates import is_length
from llm.authors.phrasebook.wishes import Trigger


def hold_of(clause: Clause) -> int | None:
    """The length of time in a clause that nothing else has taken up."""
    for span in clause.spans:
        if span.duration is not None and not span.used:
            span.used = True
            return span.duration
    for span in clause.spans:
        if isinstance(span.fact, Later) and not span.fact.of and not span.used:
            span.used = True
            return span.fact.ms
    return None


def still_so(clause: Clause) -> bool:
    """ "その後も続くなら": what was said before goes on."""
    goes_on = bool(clause.role("hold")) and not any(is_length(s) or s.every for s in clause.spans)
    return goes_on and not any(s.names or s.quantity or s.quote for s in clause.spans) and not clause.having("not")


def so_long(clause: Clause, before: Trigger, within: Trigger | None) -> Trigger:
    """What was said before, for as long as "その状態が10分続いたら" says."""
    hold = hold_of(clause) if clause.role("hold") else None
    for span in clause.spans:
        span.used = True
    if hold is None:
        return before
    if within is None:
        return held_longer(before, hold)
    within.hold = hold
    return within


def only_lasts(clause: Clause) -> bool:
    """ "… and that for ten minutes": nothing but how long it has to be so."""
    lasts = any(is_length(s) for s in clause.spans) and bool(clause.role("hold"))
    return lasts and not any(s.names or s.quote is not None or (s.quantity and not s.duration) for s in clause.spans)


def says_nothing_new(clause: Clause) -> bool:
    """ "if it does", "その場合": what was said before."""
    return not any(
        s.names or s.phrases or s.quantity or s.duration or s.quote or s.fact or s.words - {"if", "or", "then"}
        for s in clause.spans
    )


def held_longer(last: Trigger, hold: int) -> Trigger:
    return replace(last, hold=hold, of=None, back=None)
