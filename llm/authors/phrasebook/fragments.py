"""States without a verb of their own, and verbs that give no order: "heating on while ...", "and pump 2 is stopped"."""

import re
from typing import TYPE_CHECKING

from llm.authors.phrasebook.lexicon import POLARITIES
from llm.authors.phrasebook.predicates import DOING, is_doing
from llm.authors.phrasebook.reading import Reading

if TYPE_CHECKING:
    from llm.authors.phrasebook.clauses import Clause


def fragment(clause: "Clause", following: "Clause", judged: "list[Clause]") -> bool:
    """ "Heating on while the window is open: tell ...": a state without its verb, where what is to be done comes last."""
    while_ = following.when and any(s.text in ("while", "although", "with") for s in following.spans[:1])
    later = any(any(map(is_doing, c.spans)) for c in judged if c.start > following.start and not c.when)
    bare = clause.spans and clause.spans[-1].words & set(POLARITIES) and clause.spans[0].names
    return bool(while_ and later and bare) and not clause.when and len(clause.spans) == 2


_PASSIVE = re.compile(
    r"(?:\b(?:is|are|has|have|was|were|isn't|aren't)|(?<=\w)'s)\b(?: (?:not|also|still|both|been|already))* (?:open(?:ed)?|closed|shut|stopped|running|started|locked|unlocked|(?:switched |turned )?(?:on|off))\b"
)


def passive(clause: "Clause", reading: Reading) -> bool:
    """ "If pump 1 is running and pump 2 is stopped": a state of something, no order."""
    named = any(n.sort in ("type", "device") for s in clause.spans for n in s.names)
    return named and not clause.role(*DOING) and bool(_PASSIVE.search(reading.low, clause.start, clause.end))
