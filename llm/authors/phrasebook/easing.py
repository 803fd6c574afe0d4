"""A state that is over once something is "cooler", "fuller" or "better" again, without a number: the way back below the
same limit."""

import re
from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.comparisons import key_of
from llm.authors.phrasebook.wishes import Trigger

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

_LESS = "cooler|colder|lower|drier|dryer|emptier|quieter|calmer|slower|darker|cleaner|fresher|smaller|weaker"
_MORE = "warmer|hotter|higher|fuller|wetter|damper|brighter|louder|faster|heavier|bigger|stronger"
_SAID = re.compile(
    r"\W*(?:and |then )?(?:once|when|whenever|as soon as|after|if) (?:it|they|that|this|(?:the |its |their )?[a-z0-9]+(?: [a-z0-9]+){0,2}?)"
    r"(?:'s|'re| is| are| gets?| has (?:become|got|gotten)| have (?:become|got|gotten)| becomes?| feels?)?"
    rf" (?:(?:a bit|a little|somewhat|any) )?(?:(?P<less>{_LESS})|(?P<more>{_MORE})|(?P<any>better))(?: again| once more)?\W*"
)
_HIGH, _LOW = {"above", "at_least"}, {"below", "at_most"}


def read(reader: "TriggerReader", clause: Clause, last: Trigger | None) -> Trigger | None:
    """The end of the state before; None where the words do not lead back out of it."""
    said = _SAID.fullmatch(reader.reading.low, clause.start, clause.end) if reader.lang == "en" else None
    before = reader.last
    while before is not None and before.sort == "cleared":
        before = before.of
    if said is None or before is None or before is not (last or before) or len(before.tests) != 1:
        return None
    if any(n.sort in ("type", "device") and n.strength >= 3 for s in clause.spans for n in s.names):
        return None
    test = before.tests[0]
    side = key_of(test.meaning) if test.meaning is not None else ""
    back = said["any"] or (said["less"] and side in _HIGH) or (said["more"] and side in _LOW)
    if not back or side not in _HIGH | _LOW:
        return None
    for span in clause.spans:
        span.names = []  # "the air" is what was measured, and nothing that could be commanded
    return reader.cleared(clause)
