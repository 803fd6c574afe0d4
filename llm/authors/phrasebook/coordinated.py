"""Devices that are coordinated with "and" and share the one value that is said behind the last of them."""

from dataclasses import replace
from itertools import pairwise

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.predicates import is_doing
from llm.authors.phrasebook.reading import Span


def joined(found: list[Clause]) -> list[Clause]:
    """ "Dim light 1 and light 2 to 50 %": what is set to nothing goes with the next one, which has no verb of its own."""
    kept = list(found)
    for one, two in reversed(list(pairwise(found))):
        if _set_to_nothing(one) and _goes_on(one, two):
            both = replace(one, end=two.end, spans=[*one.spans, *two.spans])
            at = kept.index(one)
            kept[at : kept.index(two) + 1] = [both]
    return kept


def _set_to_nothing(clause: Clause) -> bool:
    orders = any(s.role("actuate") or s.named("call") for s in clause.spans)
    return orders and not clause.when and len(_types(clause.spans)) == 1 and not any(map(_is_value, clause.spans))


def _goes_on(one: Clause, two: Clause) -> bool:
    verbs = any(is_doing(s) or (s.role("actuate") and not s.names) for s in two.spans)
    alike = one.sentence == two.sentence and two.joined == "and" and not two.when and not verbs
    return alike and _types(one.spans) == _types(two.spans) and any(map(_is_value, two.spans))


def _types(spans: list[Span]) -> set[str]:
    """The types of the devices that are named one by one."""
    return {name.owner or "" for s in spans for name in s.named("device") if name.strength >= 3}


def _is_value(span: Span) -> bool:
    return span.quantity is not None or span.quote is not None or bool(span.named("choice"))
