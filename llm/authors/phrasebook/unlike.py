"""Unlike itself: いつもと違う, unusual. Nobody says how much: a kind that learns what is normal decides."""

from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.wishes import Meaning, Step, Trigger

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

_NUMBERS = ("number", "integer")


def read(reader: "TriggerReader", clause: Clause, last: Trigger | None) -> Trigger | None:
    found = next(((s, m) for s in clause.spans for m in s.phrases if _learns(m)), None)
    if found is None or any(s.quantity is not None and s.duration is None for s in clause.spans):
        return None
    meaning = found[1]
    subject = reader.subject(clause.spans, _NUMBERS, None, last)
    if subject is None:
        reader.miss(clause, "field")
        return None
    virtual = subject.virtual
    field = virtual.base if virtual is not None and virtual.base is not None else subject.field
    said = any(s.named("field") for s in clause.spans)
    if not said and sum(one.type in _NUMBERS for one in subject.source.type.fields) > 1:
        reader.miss(clause, "field")
        return None
    for span in clause.spans:
        span.used = True
    step = Step(meaning, {"<field>": field.name}, {}, port=meaning[1].port, named=f"{field.name}_odd")
    return Trigger("happen", "", source=subject.source, step=step)


def _learns(meaning: Meaning) -> bool:
    """A kind that notices by itself what is not normal."""
    kind, phrase = meaning
    return phrase.role == "happen" and "sensitivity" in kind.Params.model_fields
