"""What is passed on: "when a note comes in, pass it on to ..." means what stands in it."""

import re
from typing import TYPE_CHECKING

from llm.authors.phrasebook.parts import Part
from llm.authors.phrasebook.wishes import Doing, Trigger

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning

_PASSED_ON = re.compile(
    r"\b(?:pass(?:ed|es)?|send|sent|forward(?:ed|s)?|hand(?:ed|s)?|relay(?:ed|s)?) (?:(?:it|them|this|that|those) )?(?:on|along|over|straight)\b"
    r"|\b(?:forward|relay) (?:it|them|this|that|those)\b"
)
_MOST = 4
"""Texts that one notice holds."""


def passed_on(meaning: "Meaning", part: Part, trigger: Trigger | None, doings: list[Doing]) -> None:
    """The texts of what was sent stand in the notice."""
    low = meaning.reading.low
    asked = any(_PASSED_ON.search(low, clause.start, clause.end) for clause in part.doing)
    if meaning.lang != "en" or not asked or trigger is None or trigger.source is None:
        return
    if trigger.sort not in ("compare", "reading"):
        return
    texts = [field for field in trigger.source.type.fields if field.type == "string"][:_MOST]
    for doing in doings:
        if doing.sort == "tell" and doing.text is None:
            known = {name for _, name, _ in doing.shown}
            doing.shown += [(meaning.triggers.label(f), f.name, f.unit) for f in texts if f.name not in known]
