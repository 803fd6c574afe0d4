"""What single clauses say of the condition before: for how long it holds, that it is over, nothing new, the opposite of it."""

from dataclasses import replace

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.comparisons import direction
from llm.authors.phrasebook.facts import Later, Within
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.predicates import is_length
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.subjects import Subject
from llm.authors.phrasebook.wishes import Test, Trigger


def contradict(one: Trigger, two: Trigger) -> bool:
    """The same field of the same devices, once true and once not: no such moment comes."""
    alike = one.source is not None and two.source is not None and one.source.type is two.source.type
    if not alike or one.source.only != two.source.only or two.sort != "compare":  # type: ignore[union-attr]
        return False
    said = {(t.field.name, t.words): t.truth for t in one.tests if t.truth is not None and not t.steps}
    return any(said.get((t.field.name, t.words), t.truth) != t.truth for t in two.tests if not t.steps)


def says_twice(one: list[Test], two: list[Test]) -> bool:
    """The same number past two limits the same way, of which one says it all: something between them was not understood."""
    alike = (
        (a, b)
        for a in one
        for b in two
        if a.field is b.field
        and a.type is b.type
        and a.device == b.device
        and a.left == b.left
        and str(a.steps) == str(b.steps)
    )
    return any(
        a.numbers and b.numbers and not (a.guard or b.guard or a.right or b.right)
        and direction(a.meaning) is not None and direction(a.meaning) == direction(b.meaning)
        for a, b in alike
    )  # fmt: skip


def twice(one: Trigger, two: Trigger) -> bool:
    """Two conditions of the same devices of which one says it all."""
    plain = one.sort == two.sort == "compare" and not (one.row or two.row or one.base or two.base or two.hold)
    alike = one.source is not None and two.source is not None and one.source.type is two.source.type
    same = alike and one.source.only == two.source.only and one.source.where == two.source.where  # type: ignore[union-attr]
    return plain and same and says_twice(one.tests, two.tests)


def not_over(clause: Clause) -> bool:
    """ "If it does not come down": nothing is over, and nothing says after how long."""
    ends = [s for s in clause.spans if s.role("recover")]
    return any("not" in s.words and s not in ends for s in clause.spans) and not clause.having(*POLARITIES, "yes", "no")


def of_others(spans: list[Span], best: Subject) -> bool:
    """The words name devices, but not those that the number would fit: nothing may be taken in their place."""
    type_ = best.source.type.id
    named = {
        n.id if n.sort == "type" else n.owner
        for s in spans
        for n in s.names
        if n.sort in ("type", "device") and n.strength >= 3
    }
    said = [n for s in spans for n in s.named("field") if n.strength >= 3 and n.extra in ("number", "integer")]
    if said and not best.named and best.virtual is None and all(n.owner != type_ for n in said):
        return True
    fields = any(n.owner == type_ and n.strength >= 2 for s in spans for n in s.named("field"))
    return bool(named) and type_ not in named and not fields and best.source.spoken is False


def hold_of(clause: Clause) -> int | None:
    """The length of time in a clause that nothing else has taken up."""
    for span in clause.spans:
        if span.duration is not None and not span.used:
            span.used = True
            return span.duration
    late = bool(clause.having("not")) and bool(clause.having(*POLARITIES))
    for span in clause.spans:
        if span.used or not isinstance(span.fact, Later | Within) or (isinstance(span.fact, Later) and span.fact.of):
            continue
        if isinstance(span.fact, Later) or late:  # "not closed within 30 minutes": open for so long
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
    return replace(last, hold=hold, of=None, back=None, tests=list(last.tests))
