"""Which devices and which field a condition speaks of."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from llm.authors.phrasebook.derived import Virtual
from llm.authors.phrasebook.reading import Named, Quantity, Span
from llm.authors.phrasebook.units import fits
from llm.authors.phrasebook.wishes import Source
from nodes.kit.things import DeviceType, Registry, TypeField


@dataclass
class Subject:
    """The best reading of whose and what; `score` 0 or less: nothing in the words points to it."""

    source: Source
    field: TypeField
    score: float
    named: bool
    """The words name the type, a device or the field."""
    virtual: Virtual | None = None
    """How the field is computed, where it is not one that the devices send."""


Virtuals = Callable[[DeviceType], list[Virtual]]


def subjects(
    spans: list[Span], registry: Registry, *, wanted: tuple[str, ...], quantity: Quantity | None, last: Source | None,
    last_field: TypeField | None, virtuals: Virtuals | None = None, computed: bool = False,
) -> list[Subject]:  # fmt: skip
    """All (type, field) pairs whose field is of a `wanted` type, best first, with the fields that can be computed;
    `computed`: only those."""
    found = []
    for type_ in registry.types.values():
        source, whose = source_of(spans, registry, type_)
        plain: list[tuple[TypeField, Virtual | None]] = [(field, None) for field in type_.fields if not computed]
        for field, virtual in plain + [(v.field, v) for v in (virtuals(type_) if virtuals else [])]:
            unit = quantity.unit if quantity is not None else None
            if field.type not in wanted or not (fits(unit, field.unit) or (virtual and virtual.takes(unit))):
                continue
            what = _strength(spans, type_, field, source) if virtual is None else virtual.score(spans, type_)
            score = whose + what
            if quantity is not None and quantity.unit and field.unit:
                score += 1.5
            if last is not None and last.type.id == type_.id and not whose:
                score += 1.6
                source = Source(type_, list(last.only), dict(last.where), spoken=False)
                score += 1.0 if last_field is not None and last_field.name == field.name and not what else 0
            found.append(Subject(source, field, score, bool(whose or what), virtual))
    return sorted(found, key=lambda subject: -subject.score)


def _strength(spans: list[Span], type_: DeviceType, field: TypeField, source: Source) -> float:
    """How surely the words name a field."""
    strengths = [
        (name.strength + len(span.text) * 0.01, span)
        for span in spans
        for name in span.names
        if name.sort == "field" and name.id == field.name and name.owner == type_.id
    ]
    # A word that already names the devices ("door") counts for a field of the same name only a little.
    return max((s if not _means_type(span, type_) else s * 0.4 for s, span in strengths), default=0.0)


def _means_type(span: Span, type_: DeviceType) -> bool:
    return any(name.sort == "type" and name.id == type_.id for name in span.names)


def source_of(spans: list[Span], registry: Registry, type_: DeviceType) -> tuple[Source, float]:
    out = _left_out(spans, registry, type_)
    spans = [s for s in spans if "left_out" not in s.words]
    only = [name for span in spans for name in span.named("device") if name.owner == type_.id]
    typed = max((n.strength for s in spans for n in s.named("type") if n.id == type_.id), default=0)
    where = {}
    for name in _attributes(spans):
        key, value = name.extra
        if any(device.attributes.get(key) == value for device in registry.of_type(type_.id)):
            where[key] = value
    ids = list(dict.fromkeys(name.id for name in only))
    several = {name.extra[0] for name in _attributes(spans) if name.extra[1] != where.get(name.extra[0], name.extra[1])}
    if several and not ids:
        said = {(name.extra[0], name.extra[1]) for name in _attributes(spans)}
        ids = [d.id for d in registry.of_type(type_.id) if any((k, d.attributes.get(k)) in said for k in several)]
    if out:
        rest = [d.id for d in registry.of_type(type_.id) if not ids or d.id in ids]
        ids = [id for id in rest if id not in out]
    score = max(4 if only or out else 0, typed) + (0.5 if where else 0)
    return Source(type_, ids, {} if ids else where, spoken=bool(score)), score


def _left_out(spans: list[Span], registry: Registry, type_: DeviceType) -> set[str]:
    """The devices of a type that are named as those that are not meant."""
    names = [n for span in spans if "left_out" in span.words for n in span.names]
    said = {n.extra for n in names if n.sort == "attribute"}
    return {d.id for d in registry.of_type(type_.id) if any(d.attributes.get(key) == value for key, value in said)} | {
        n.id for n in names if n.sort == "device" and n.owner == type_.id
    }


def unregistered(spans: list[Span], low: str) -> tuple[int, int] | None:
    """Where a device stands by its number ("pump 3") and no registered one has it."""
    for before, number in pairwise(spans):
        if number.quantity is None or number.duration is not None or number.used:
            continue
        typed = [n for n in before.names if n.sort in ("type", "device") and n.strength >= 2]
        gap, after = low[before.end : number.start], low[number.end :]
        told = number.quantity.unit in (None, "?号", "?号機") and number.quantity.value == int(number.quantity.value)
        if (
            typed
            and told
            and gap in ("", " ", "#", " #")
            and not re.match(r"\s?(?:以|を超|を下|を上|を切|未満|より|or |%|:)", after)
        ):
            return before.start, number.end
    return None


def _attributes(spans: list[Span]) -> list[Named]:
    return [name for span in spans for name in span.named("attribute")]


def claim(spans: list[Span], subject: Subject) -> None:
    """Mark the spans that named this subject as used."""
    type_ = subject.source.type
    fields = {subject.field.name, *(subject.virtual.inputs if subject.virtual else ())}
    for span in spans:
        for name in span.names:
            mine = (name.sort == "field" and name.id in fields and name.owner == type_.id) or (
                name.sort == "type" and name.id == type_.id
            )
            mine = mine or (name.sort == "device" and name.id in subject.source.only)
            mine = mine or (name.sort == "attribute" and name.extra[0] in subject.source.where)
            mine = mine or "left_out" in span.words
            if mine:
                span.used = True
