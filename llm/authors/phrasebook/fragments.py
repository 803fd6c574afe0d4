"""States without a verb of their own, and verbs that give no order: "heating on while ...", "and pump 2 is stopped"."""

import re
from typing import TYPE_CHECKING

from llm.authors.phrasebook.facts import Row, Sight
from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.predicates import DOING, is_doing
from llm.authors.phrasebook.reading import Reading

if TYPE_CHECKING:
    from llm.authors.phrasebook.clauses import Clause


def closes_case(reading: Reading, clause: "Clause", judged: "list[Clause]") -> bool:
    """ "Closed again: buzzer off.": a state of what was spoken of before, and what is to be done then."""
    ends = reading.low[clause.start : clause.end].rstrip().endswith(":")
    said = bool(clause.spans) and all(
        s.words & {*POLARITIES, "again", "yes", "no"} and not s.names for s in clause.spans
    )
    return ends and said and clause is judged[0] and not clause.when


def fragment(clause: "Clause", following: "Clause", judged: "list[Clause]") -> bool:
    """ "Heating on while the window is open: tell ...": a state without its verb, where what is to be done comes last."""
    while_ = following.when and any(s.text in ("while", "although", "with") for s in following.spans[:1])
    then = [s for c in judged if c.start > following.start and not c.when for s in c.spans]
    later = any(is_doing(s) or s.named("destination") for s in then)
    last = clause.spans[-1] if clause.spans else None
    state = last is not None and (
        last.words & set(POLARITIES) or any(n.extra == "boolean" for n in last.named("field"))
    )
    return bool(while_ and later and state and clause.spans[0].names) and not clause.when and len(clause.spans) == 2


_PASSIVE = re.compile(
    r"(?:\b(?:is|are|has|have|was|were|isn't|aren't)|(?<=\w)'s)\b(?: (?:not|also|still|both|been|already))* (?:open(?:ed)?|closed|shut|stopped|running|started|locked|unlocked|(?:switched |turned )?(?:on|off))\b"
)


def passive(clause: "Clause", reading: Reading) -> bool:
    """ "If pump 1 is running and pump 2 is stopped": a state of something, no order."""
    named = any(n.sort in ("type", "device") for s in clause.spans for n in s.names)
    return named and not clause.role(*DOING) and bool(_PASSIVE.search(reading.low, clause.start, clause.end))


_COLON = re.compile(r"[^.;:!?。]*:")


def seen_before(clause: "Clause", reading: Reading) -> bool:
    """ "A worker without a helmet, confirmed in two of three pictures: ...": what is seen stands before a colon."""
    seen = any(s.is_fact(Sight) or (s.is_fact(Row) and s.text.startswith("confirmed")) for s in clause.spans)
    return seen and bool(_COLON.match(reading.low, clause.end - 1) or _COLON.match(reading.low, clause.start))
