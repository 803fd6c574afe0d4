"""Limits of their own for single devices: "produce case 8 °C, dairy case 5. Whichever is over its own limit ..."."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.comparing import test_of
from llm.authors.phrasebook.comparisons import direction
from llm.authors.phrasebook.reading import Quantity, Span
from llm.authors.phrasebook.subjects import Subject
from llm.authors.phrasebook.units import fits
from llm.authors.phrasebook.wishes import Source, Trigger

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning
    from llm.authors.phrasebook.triggers import TriggerReader

_NUMERIC = ("number", "integer")
_OWN = re.compile(
    r"\b(?:its|their|his|her|the)(?: own)?(?: (?:limit|maximum|minimum|threshold|value|mark))?\b|\bown\b|\b(?:goes|is|gets|climbs|rises) (?:over|above|below|under)\b(?! \d)"
)


def without_limits(meaning: "Meaning", found: list[Clause]) -> list[Clause]:
    """The clauses but those that only say which limit is whose, where a condition that speaks of them follows."""
    if meaning.lang != "en":
        return found
    asks = next((c for c in found if c.when and _speaks_of_them(meaning, c)), None)
    before = [c for c in found if asks is not None and c.start < asks.start and not _does(c)]
    listed = _listed([s for c in before for s in c.spans])
    if asks is None or len(listed) < 2:
        return found
    meaning.triggers.given.limits = listed
    for span in (s for c in before for s in c.spans):
        span.used = True
    meaning.spans += [Span(c.start, c.end, "", used=True) for c in before]
    return [c for c in found if c not in before]


def _speaks_of_them(meaning: "Meaning", clause: Clause) -> bool:
    if any(s.quantity is not None and s.duration is None for s in clause.spans) or not clause.role("compare", "lean"):
        return False
    return bool(_OWN.search(meaning.reading.low, clause.start, clause.end))


def _does(clause: Clause) -> bool:
    orders = any(s.role("actuate") and not s.text.endswith("s") for s in clause.spans)
    return (
        orders
        or bool(clause.role("tell", "record", "call"))
        or any(s.named("destination") or s.named("choice") or s.words & {"if", "unless"} for s in clause.spans)
    )


def _listed(spans: list[Span]) -> list[tuple[str, str, Quantity]]:
    """(type, device, limit) in turn."""
    listed: list[tuple[str, str, Quantity]] = []
    device = None
    for span in spans:
        name = next((n for n in span.named("device") if n.strength >= 2), None)
        if name is not None:
            device = (name.owner or "", name.id)
        elif span.quantity is not None and span.duration is None and device is not None:
            listed.append((*device, span.quantity))
            device = None
    unit = next((q.unit for _, _, q in listed if q.unit), None)
    return [(type_, id, Quantity(q.value, q.unit or unit)) for type_, id, q in listed]


def read(reader: "TriggerReader", clause: Clause) -> Trigger | None:
    """Each device beyond its own limit."""
    listed, said = reader.given.limits, next((s for s in clause.spans if s.role("compare") or s.role("lean")), None)
    if not listed or said is None or any(s.quantity is not None and s.duration is None for s in clause.spans):
        return None
    meaning = said.role("compare") or said.role("lean")
    type_ = reader.registry.types[listed[0][0]]
    fields = [f for f in type_.fields if f.type in _NUMERIC and fits(listed[0][2].unit, f.unit)]
    named = [
        f for f in fields if any(n.id == f.name and n.owner == type_.id for s in clause.spans for n in s.named("field"))
    ]
    field = next(iter(named), None) or (fields[0] if len(fields) == 1 else None)
    if meaning is None or direction(meaning) is None or field is None:
        return None
    subject = Subject(Source(type_), field, 3.0, named=True)
    made = []
    for _, device, quantity in listed:
        source = replace(subject.source, only=[device], where={}, spoken=True)
        made.append(
            Trigger("compare", "", source=source, tests=[test_of(subject, meaning, [quantity])], meaning=meaning)
        )
    first = reader.finish(made[0], clause)
    for other in made[1:]:
        other.hold, other.row = first.hold, first.row
        other.words = reader.reading.words(clause.start, clause.end)
    first.alternatives = made[1:]
    return first
