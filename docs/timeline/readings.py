"""Lanes of what came in: one for each device and field that matters to the node."""

from collections.abc import Iterable
from typing import Any

import msgspec

from docs.timeline.limits import grounds, limits, words_in
from docs.timeline.scene import Map, Numbers, Ticks, Words
from docs.timeline.words import value as as_text
from engine.plan import Plan, PlanNode
from nodes.kit.event import Arrival
from nodes.kit.things import TypeField, spoken

MOST_FIELDS, MOST_LANES = 3, 7
OWN, BEFORE, ANYWHERE, NOWHERE = range(4)
"""Where in the flow a field is named: by the node itself, on the way to it, elsewhere, or not at all."""

Samples = dict[str, list[tuple[int, Any]]]


class Source(msgspec.Struct):
    """A device, a topic or another source of arrivals, with everything it sent by field."""

    label: str
    hue: int
    type: str | None
    times: list[int]
    fields: Samples


def sources(arrivals: Iterable[Arrival], plan: Plan, lang: str) -> dict[str, Source]:
    """By device id, topic or node id, in the order in which they first spoke."""
    found: dict[str, Source] = {}
    for arrival in arrivals:
        name = arrival.device or arrival.topic or arrival.node or ""
        if name not in found:
            label = plan.registry.label(name, lang) if plan.registry and arrival.device else name
            found[name] = Source(label, len(found), arrival.type, [], {})
        found[name].times.append(arrival.arrived)
        for field, value in _data(arrival).items():
            found[name].fields.setdefault(field, []).append((arrival.arrived, value))
    return found


def reading_lanes(
    found: dict[str, Source], plan: Plan, nodes: list[PlanNode], end: int, lang: str
) -> list[Numbers | Words | Ticks | Map]:
    ranks, keys = _ranks(plan, nodes), {node.per for node in nodes}
    chosen = {name: _chosen(source.fields, ranks) for name, source in found.items()}
    shown = {
        name: [field for field in fields if not _says_nothing(field, found[name], fields, keys)]
        for name, fields in chosen.items()
    }
    if sum(max(1, len(fields)) for fields in shown.values()) > MOST_LANES:
        shown = {name: fields[:1] for name, fields in shown.items()}
    lanes: list[Numbers | Words | Ticks | Map] = []
    for name, source in found.items():
        kept, rest = shown[name], [field for field in chosen[name] if field not in shown[name]]
        notes = [
            f"{field} {as_text(source.fields[field][0][1])}" for field in rest if _is_constant(source.fields[field])
        ]
        made = [_lane(field, source, plan, nodes, end, lang) for field in kept]
        made = made or [Ticks(label="", ticks=source.times, hue=source.hue)]
        for number, lane in enumerate(made):
            lane.notes = [*([lane.label] if lane.label else []), *(notes if number == 0 else [])]
            lane.label = source.label if number == 0 else ""
        lanes += made
    return lanes


def _lane(
    field: str, source: Source, plan: Plan, nodes: list[PlanNode], end: int, lang: str
) -> Numbers | Words | Ticks | Map:
    samples = source.fields[field]
    known = _known(field, source, plan)
    label = spoken(known.label, lang, field) if known else field
    unit = (known.unit if known else None) or ""
    values = [value for _, value in samples]
    if all(_is_number(value) for value in values):
        having = {at for at, _ in samples}
        lines = sorted({number for node in nodes for number in limits(node).get(field, ())})
        label = f"{label} ({unit})" if unit else label
        blanks = [at for at in source.times if at not in having]
        return Numbers(label=label, hue=source.hue, unit=unit, points=samples, limits=lines, blanks=blanks)
    if all(_is_place(value) for value in values):
        points = [(at, (float(value["lat"]), float(value["lon"]))) for at, value in samples]
        return Map(label=label, hue=source.hue, points=points, grounds=[g for node in nodes for g in grounds(node)])
    return Words(label=label, hue=source.hue, spans=spans(samples, end), ticks=source.times)


def spans(samples: list[tuple[int, Any]], end: int) -> list[tuple[int, int, Any]]:
    """(from, to, value): equal values that follow each other are one; the last goes on to `end`."""
    found: list[tuple[int, int, Any]] = []
    for at, value in samples:
        if found and (found[-1][2] == value and type(found[-1][2]) is type(value)):
            continue
        if found:
            found[-1] = (found[-1][0], at, found[-1][2])
        found.append((at, end, value))
    return found


def _ranks(plan: Plan, nodes: list[PlanNode]) -> dict[str, int]:
    """Every word in the params of the flow, with where it stands."""
    own = {node.index for node in nodes}
    before = set(own)
    for node in reversed(plan.nodes):
        if any(target in before for targets in node.outputs.values() for target, _ in targets):
            before.add(node.index)
    ranks: dict[str, int] = {}
    for node in plan.nodes:
        rank = OWN if node.index in own else BEFORE if node.index in before else ANYWHERE
        for word in words_in(node.given):
            ranks[word] = min(rank, ranks.get(word, rank))
    return ranks


def _chosen(fields: Samples, ranks: dict[str, int]) -> list[str]:
    """The fields to show, the most telling first; only the first of all where none is named anywhere."""
    order = sorted(fields, key=lambda field: ranks.get(field, NOWHERE))
    named = [field for field in order if ranks.get(field, NOWHERE) < ANYWHERE]
    named = named or [field for field in order if ranks.get(field, NOWHERE) == ANYWHERE]
    return named[:MOST_FIELDS] or order[:1]


def _says_nothing(field: str, source: Source, chosen: list[str], keys: set[str]) -> bool:
    """Whether a note says enough: the field never changes, while another one does, or it only names the key."""
    others = [name for name in chosen if name != field and name not in keys]
    constant = _is_constant(source.fields[field])
    return constant and bool(others) and (field in keys or not all(_is_constant(source.fields[n]) for n in others))


def _is_constant(samples: list[tuple[int, Any]]) -> bool:
    return all(value == samples[0][1] for _, value in samples)


def _known(field: str, source: Source, plan: Plan) -> TypeField | None:
    type = plan.registry.types.get(source.type or "") if plan.registry else None
    return type.field(field) if type else None


def _data(arrival: Arrival) -> dict[str, Any]:
    if arrival.payload is None:
        return arrival.data or {}
    try:
        data = msgspec.json.decode(arrival.payload)
    except msgspec.DecodeError:
        data = arrival.payload.decode("utf-8", "replace")
    return data if isinstance(data, dict) else {"": data}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_place(value: Any) -> bool:
    return isinstance(value, dict) and _is_number(value.get("lat")) and _is_number(value.get("lon"))
