"""Devices that a condition names and that nothing in what was understood looks at."""

import re
from typing import TYPE_CHECKING

from llm.authors.phrasebook.parts import Part
from llm.authors.phrasebook.reading import Span
from llm.authors.phrasebook.sharing import sources_of
from llm.authors.phrasebook.wishes import Missed, Trigger

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning


def left_out(meaning: "Meaning", part: Part, trigger: Trigger | None) -> None:
    """Devices that a condition names and that what was understood does not look at: they may not be passed over."""
    if trigger is None or trigger.sort not in ("compare", "happen"):
        return
    watched = {source.type.id for one in (trigger, *trigger.alternatives) for source in sources_of(one)}
    missed = [m.words for m in [*meaning.triggers.missed, *meaning.result.missed]]
    for clause in part.when:
        for span in clause.spans:
            strong = [n for n in span.names if n.sort in ("type", "device") and n.strength >= 3]
            types = {n.id if n.sort == "type" else n.owner for n in strong}
            known = [t for id in types if (t := meaning.registry.types.get(id or "")) is not None]
            words = meaning.reading.words(clause.start, clause.end)
            told = any(t.commands for t in known) and not _in_state(meaning.reading.low, span)
            if not known or types & watched or told or any(n.owner in watched for n in span.names):
                continue
            if not span.used and not any(span.text in m or m in words for m in missed):
                meaning.result.missed.append(Missed(meaning.reading.words(span.start, span.end), "unused"))


_IN_STATE = re.compile(r" (?:is |are |has been )?(?:still |also )?(?:running|working|operating)\b")


def _in_state(low: str, span: Span) -> bool:
    """ "... and the AC running": a state that nothing tells, and no device that is commanded."""
    return bool(_IN_STATE.match(low, span.end))
