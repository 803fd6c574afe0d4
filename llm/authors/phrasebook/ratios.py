"""A part of another value: 発電量が受電電力の3割を下回ったら, 荷重が定格の90%を超えたら."""

import re
from typing import TYPE_CHECKING

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.notions import single
from llm.authors.phrasebook.reading import Named, Span
from llm.authors.phrasebook.sharing import shared_attribute
from llm.authors.phrasebook.subjects import source_of
from llm.authors.phrasebook.units import fits
from llm.authors.phrasebook.wishes import Meaning, Test, Trigger
from nodes.kit.things import DeviceType, TypeField

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

_NUMERIC = ("number", "integer")
_OF = re.compile(r"(?:値|量|荷重|電力)?の(?:約|およそ)?")
Side = tuple[DeviceType, TypeField, Span]


def read(reader: "TriggerReader", clause: Clause, last: Trigger | None) -> Trigger | None:
    """One number that is compared with so many per cent of another one."""
    number = next((s for s in clause.spans if s.quantity is not None and s.quantity.unit == "%" and not s.used), None)
    if reader.lang != "ja" or number is None or number.quantity is None:
        return None
    two = next((s for s in reversed(clause.spans) if s.end <= number.start and _named(s)), None)
    if two is None or not _OF.fullmatch(reader.reading.low, two.end, number.start):
        return None
    before = [s for s in clause.spans if s.end <= two.start and _named(s)]
    sides = next((pair for one in reversed(before) if (pair := _pair(reader, one, two)) is not None), None)
    said = next((s.role("compare") for s in clause.spans if s.start >= number.end and s.role("compare")), None)
    if sides is None or said is None:
        return None
    number.used = True
    return _built(reader, clause, sides, number, said)


def _named(span: Span) -> list[Named]:
    return [n for n in span.named("field") if n.extra in _NUMERIC and n.strength >= 2]


def _pair(reader: "TriggerReader", one: Span, two: Span) -> tuple[Side, Side] | None:
    """Two numbers that can be set beside each other, rather of one type of device than of two."""
    found: list[tuple[bool, Side, Side]] = []
    for a in _named(one):
        for b in _named(two):
            left, right = reader.registry.types.get(a.owner or ""), reader.registry.types.get(b.owner or "")
            field_a, field_b = left.field(a.id) if left else None, right.field(b.id) if right else None
            if left is None or right is None or field_a is None or field_b is None or field_a is field_b:
                continue
            if fits(field_a.unit, field_b.unit) and field_a.unit != "%":
                found.append((left is not right, (left, field_a, one), (right, field_b, two)))
    best = min(found, key=lambda f: f[0], default=None)
    return best[1:] if best is not None else None


def _built(
    reader: "TriggerReader", clause: Clause, sides: tuple[Side, Side], number: Span, said: Meaning
) -> Trigger | None:
    (type_, one, span_one), (other, two, span_two) = sides
    apart = type_ is not other
    names = [f"{t.id}_{f.name}" if apart and one.name == two.name else f.name for t, f, _ in sides]
    test = Test(
        TypeField(name=one.name, unit="%"), said, [number.quantity] if number.quantity else [], type=type_,
        noun=f"{reader.label(one)}/{reader.label(two)}", left=names[0], right=f"{names[1]} * {{0}} / 100.0",
    )  # fmt: skip
    source = source_of(clause.spans, reader.registry, type_)[0]
    trigger = Trigger("compare", "", source=source, tests=[test], meaning=said)
    if apart:
        beside = source_of(clause.spans, reader.registry, other)[0]
        share = shared_attribute([source, beside], reader.registry)
        if share is None and not (single(reader, source) and single(reader, beside)):
            return None
        trigger.others, trigger.share, test.beside = [beside], share, (names[1], other, two)
    for span in (span_one, span_two, number):
        span.used = True
    return reader.finish(trigger, clause)
