"""Whether a clause can stand alone: it says what must happen, or something to do."""

from typing import TYPE_CHECKING

from llm.authors.phrasebook.derived import changes
from llm.authors.phrasebook.facts import Later
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.predicates import compares, is_doing, is_length, repeats
from llm.authors.phrasebook.reading import Span

if TYPE_CHECKING:
    from llm.authors.phrasebook.clauses import Clause


def _of_devices(clause: "Clause") -> bool:
    return any(s.named("type") or s.named("device") for s in clause.spans)


def _longer(clause: "Clause") -> bool:
    """ "15分たったら": only that it goes on."""
    return bool(clause.role("hold")) and any(is_length(s) for s in clause.spans)


def _measure(span: Span) -> bool:
    return span.quantity is not None and (span.quantity.unit or "#")[0] != "#"


def only_lasts(clause: "Clause") -> bool:
    """ "10 minutes -> QA": only for how long it has been so."""
    lengths = [s for s in clause.spans if s.duration is not None]
    return len(lengths) == 1 and all(s in lengths or (s.words and not s.names and not s.phrases) for s in clause.spans)


def _counts_time(clause: "Clause") -> bool:
    numeric = any(n.extra in ("number", "integer") for s in clause.spans for n in s.named("field"))
    return numeric and bool(clause.role("compare")) and any(s.duration is not None for s in clause.spans)


def says_something(clause: "Clause") -> bool:
    """Whether the clause can stand alone: it has a predicate of a condition or something to do."""
    if clause.when:
        return (
            compares(clause.spans)
            or any(s.looked for s in clause.spans)
            or clause.verbal
            or _longer(clause)
            or only_lasts(clause)
            or bool(clause.having("that_case"))
            or bool(clause.role("compare") and clause.having("some_limit", "that_number"))
            or _counts_time(clause)
            or bool(clause.marked and clause.role("compare") and any(s.is_fact(Later) for s in clause.spans))
            or any(s.clock or s.days or (s.fact and not s.is_fact(Later)) for s in clause.spans)
            or _two_things(clause)
            or only_denies(clause)
            or _is_number(clause)
            or (bool(clause.having("not")) and any(is_length(s) for s in clause.spans))
            or any(
                s.role("recover")
                or s.role("happen")
                or s.role("test")
                or s.role("edge")
                or s.role("lean")
                or s.words & {*POLARITIES, "yes", "no"}
                or s.named("choice")
                or s.quote
                or any(n.sort == "field" and n.extra in ("boolean", "string") for n in s.names)
                for s in clause.spans
            )
        )
    if clause.until or clause.even or any((s.looked or s.role("ask")) and s.text.isascii() for s in clause.spans):
        return True
    again = clause.having("again") and clause.joined in ("and", "then") and not any(s.names for s in clause.spans)
    if again or only_again(clause):
        return True
    if len(clause.spans) == 1 and _amount_alone(clause):
        return True
    if clause.alone or _only_again_and_again(clause):
        return True
    acting = any(s.role("actuate") for s in clause.spans)
    if any(s.role("aggregate") or s.named("table") or _computes(s) for s in clause.spans):
        return True
    return any(
        is_doing(s)
        or repeats(s)
        or s.words & {*POLARITIES, "else", "nothing"}
        or s.named("choice")
        or s.named("call")
        or s.named("destination")
        or s.quote is not None
        or (acting and s.quantity)
        or (bool(s.quantity) and _of_devices(clause))
        or (_measure(s) and any((t.clock and t is not s) or "again" in t.words for t in clause.spans))
        for s in clause.spans
    )


def _only_again_and_again(clause: "Clause") -> bool:
    """ "…続くなら1時間おきに。": nothing but how often."""
    every = [s for s in clause.spans if s.every is not None]
    return (
        len(every) == len(clause.spans) == 1 and clause.end - every[0].end <= 3 and every[0].start - clause.start <= 2
    )


def _amount_alone(clause: "Clause") -> bool:
    """ "なら40%": to what something is set that was named before."""
    span = clause.spans[0]
    said = span.quantity is not None and span.duration is None and span.quantity.unit is not None
    return said and clause.end - clause.start - len(span.text) <= 3


def _computes(span: Span) -> bool:
    return any(p.role == "derive" and not changes(k) for k, p in span.phrases)


def _two_things(clause: "Clause") -> bool:
    """Two things beside each other ("leaf temperature below the dew point"), or one that counts time."""
    things = [s for s in clause.spans if s.role("derive") or s.named("field") or s.named("column")]
    if clause.role("compare") and len(things) > 1:
        return True
    return any(s.role("derive") for s in things) and any(is_length(s) for s in clause.spans)


def _is_number(clause: "Clause") -> bool:
    """ "雨量が0mmなら": a field and a number of it, without a comparison."""
    numbers = [s for s in clause.spans if s.quantity is not None and s.duration is None]
    fields = [
        s for s in clause.spans if any(n.extra in ("number", "integer") and n.strength >= 2 for n in s.named("field"))
    ]
    last = numbers[-1].quantity if numbers else None
    if last is None or not clause.marked:
        return False
    bare = last.unit is not None and any(s.text in ("なら", "で") for s in clause.having("if"))
    return bare or (len(numbers) == 1 and bool(fields) and last.value == 0)


def only_denies(clause: "Clause") -> bool:
    """ "If one has not, ...": that something was not so, without a word of what."""
    return bool(clause.having("if") and clause.having("not")) and all(
        s.words and not s.names and not s.phrases for s in clause.spans
    )


def only_again(clause: "Clause") -> bool:
    """ "… and once more when it is back", "戻ったらもう一度": what was done before, with no word of its own."""
    said = [s for s in clause.spans if s.words - {"and", "then", "wish", "range"} or s.names or s.phrases or s.quantity]
    linked = clause.joined in ("and", "then") or any(
        s.text.startswith(("もう", "再", "once more", "one more")) for s in said
    )
    return linked and bool(said) and all("again" in s.words and not s.phrases for s in said)
