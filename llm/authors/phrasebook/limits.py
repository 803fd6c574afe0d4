"""Limits of their own for single devices or types: "produce case 8 °C, dairy case 5. Whichever is over its own limit ..."."""

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
from nodes.kit.things import DeviceType, TypeField

if TYPE_CHECKING:
    from llm.authors.phrasebook.meaning import Meaning
    from llm.authors.phrasebook.triggers import TriggerReader

_NUMERIC = ("number", "integer")
_OWN = re.compile(
    r"\b(?:its|their|his|her|the)(?: own)?(?: (?:limit|maximum|minimum|threshold|value|mark))?\b|\bown\b|\b(?:goes|is|gets|climbs|rises) (?:over|above|below|under)\b(?! \d)|\b(?:is|are|gets|was) exceeded\b|\b(?:one|any) of (?:them|these)\b"
)


_OWN_JA = re.compile(r"上限|下限|限度|基準|しきい値|閾値|それぞれ|設定値|規定|いずれか|どれか")
_PAST_JA = re.compile(r"[^、。\d]{0,6}(?:超え|上回|下回|切っ|割っ)")


def without_limits(meaning: "Meaning", found: list[Clause]) -> list[Clause]:
    """The clauses but those that only say which limit is whose, where a condition that speaks of them follows."""
    if (kept := _in_brackets(meaning, found)) is not None:
        return kept
    asks = next((c for c in found if c.when and _speaks_of_them(meaning, c)), None)
    before = [c for c in found if asks is not None and c.start < asks.start and not _does(c)]
    listed = _listed([s for c in before for s in c.spans])
    if asks is None or len(listed) < 2:
        return found
    meaning.triggers.given.limits = listed
    for span in (s for c in before for s in c.spans):
        span.used = True
    meaning.spans += [Span(c.start, c.end, "", used=True) for c in before]
    rest = [c for c in found if c not in before]
    return [part for c in rest for part in (_cut(c) if c is asks else [c])]


def _cut(clause: Clause) -> list[Clause]:
    """「超えたら店長に連絡」: the condition, which says nothing by itself, and what is to be done."""
    at = next((n for n, s in enumerate(clause.spans) if "if" in s.words), None)
    if at is None or at == 0 or at + 1 == len(clause.spans):
        return [clause]
    end = clause.spans[at].end
    one = replace(clause, end=end, spans=clause.spans[: at + 1], when=True, marked=True)
    return [one, Clause(end, clause.end, clause.spans[at + 1 :], clause.sentence)]


_BRACKET = re.compile(r"[(\[][^()\[\]]{4,300}[)\]]")


def _in_brackets(meaning: "Meaning", found: list[Clause]) -> list[Clause] | None:
    """ "... above its limit (walk-in 5 °C, cases 8 °C)": the list stands behind what speaks of it."""
    for match in _BRACKET.finditer(meaning.reading.low):
        start, end = match.span()
        inside = [s for c in found for s in c.spans if start < s.start < end]
        listed = _listed(inside)
        others = [s for s in inside if not (s.names or s.quantity or s.words)]
        if len(listed) < 2 or len(listed) != sum(s.quantity is not None for s in inside) or others:
            continue
        cut = [replace(c, spans=[s for s in c.spans if s not in inside]) for c in found]
        asks = next((c for c in cut if c.start < start and c.spans and _speaks_of_them(meaning, c, end=start)), None)
        if asks is None:
            continue
        asks.when = asks.marked = True
        meaning.triggers.given.limits = listed
        for span in inside:
            span.used = True
        meaning.spans.append(Span(start, end, "", used=True))
        return [c for c in cut if c.spans]
    return None


def _speaks_of_them(meaning: "Meaning", clause: Clause, end: int | None = None) -> bool:
    if any(s.quantity is not None and s.duration is None for s in clause.spans) or not clause.role("compare", "lean"):
        return False
    low, until = meaning.reading.low, clause.end if end is None else min(end, clause.end)
    if meaning.lang == "ja":
        return not any(s.duration is not None for s in clause.spans) and bool(
            _OWN_JA.search(low, clause.start, until) or _PAST_JA.match(low, clause.start, until)
        )
    return bool(_OWN.search(low, clause.start, until))


def _does(clause: Clause) -> bool:
    orders = any(s.role("actuate") and not s.text.endswith("s") for s in clause.spans)
    return (
        orders
        or bool(clause.role("tell", "record", "call"))
        or any(s.named("destination") or s.named("choice") or s.words & {"if", "unless"} for s in clause.spans)
    )


def _listed(spans: list[Span]) -> list[tuple[str, str | None, Quantity]]:
    """(type, device, limit) in turn; without a device for all of the type."""
    listed: list[tuple[str, str | None, Quantity]] = []
    whose: tuple[str, str | None] | None = None
    for span in spans:
        name = next((n for n in span.named("device") if n.strength >= 2), None)
        typed = next((n for n in span.named("type")), None)
        if typed is not None and (name is None or name.strength <= typed.strength):
            whose = (typed.id, None)
        elif name is not None:
            whose = (name.owner or "", name.id)
        elif span.quantity is not None and span.duration is None and whose is not None:
            listed.append((*whose, span.quantity))
            whose = None
    unit = next((q.unit for _, _, q in listed if q.unit), None)
    return [(type_, id, Quantity(q.value, q.unit or unit)) for type_, id, q in listed]


def read(reader: "TriggerReader", clause: Clause) -> Trigger | None:
    """Each device, or all of a type, beyond its own limit."""
    listed, said = reader.given.limits, next((s for s in clause.spans if s.role("compare") or s.role("lean")), None)
    if not listed or said is None or any(s.quantity is not None and s.duration is None for s in clause.spans):
        return None
    meaning = said.role("compare") or said.role("lean")
    if meaning is None or direction(meaning) is None:
        return None
    made = []
    for id, device, quantity in listed:
        type_ = reader.registry.types[id]
        field = _field(clause, type_, quantity)
        if field is None:
            return None
        source = Source(type_, [device] if device is not None else [], spoken=True)
        test = test_of(Subject(source, field, 3.0, named=True), meaning, [quantity])
        made.append(Trigger("compare", "", source=source, tests=[test], meaning=meaning))
    first = reader.finish(made[0], clause)
    for other in made[1:]:
        other.hold, other.row = first.hold, first.row
        other.words = reader.reading.words(clause.start, clause.end)
    first.alternatives = made[1:]
    return first


def _field(clause: Clause, type_: DeviceType, quantity: Quantity) -> TypeField | None:
    """What of a type the limit is of: what is named, else the only thing that has the unit."""
    fields = [f for f in type_.fields if f.type in _NUMERIC and fits(quantity.unit, f.unit)]
    said = {n.id for s in clause.spans for n in s.named("field") if n.owner == type_.id}
    named = [f for f in fields if f.name in said]
    return named[0] if named else fields[0] if len(fields) == 1 else None
