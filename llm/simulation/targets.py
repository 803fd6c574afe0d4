"""What a trial gives readings to: the devices and other sources of a flow, and the values that are worth giving."""

import math
from itertools import pairwise, product
from typing import Any

import msgspec

from engine.plan import Plan, PlanNode
from llm.simulation.facts import Facts
from nodes.kit.event import Arrival

MOST_DEVICES = 12
MOST_CHOICES = 48
"""Combinations of values that are tried."""
FAR = {"lat": 35.0, "lon": 135.0}
NEAR_FAR = ({"lat": 35.004, "lon": 135.0}, {"lat": 35.3, "lon": 135.0})
"""Some hundred metres and some thirty kilometres away from there."""
TYPICAL = {"°C": (8.0, 25.0, 38.0), "℃": (8.0, 25.0, 38.0), "°F": (46.0, 77.0, 100.0), "%": (15.0, 50.0, 95.0),
    "V": (90.0, 100.0, 110.0), "hPa": (980.0, 1010.0, 1030.0)}  # fmt: skip
"""Usual values by unit, for fields whose own limit the flow does not name."""
PLAIN: dict[str, Any] = {"number": 20.0, "integer": 20, "boolean": False, "string": "–", "location": FAR,
    "image": {"$file": "picture.jpg"}, "any": 20.0}  # fmt: skip


class Source(msgspec.Struct):
    """One source that is given readings. `devices` are ids, empty for one without devices; `fields` with their types."""

    node: str
    type: str | None
    devices: list[str]
    fields: dict[str, str]
    units: dict[str, str] = {}
    bare: bool = False
    """Its message is one value alone."""

    def rows(self) -> list[dict[str, str]]:
        """What names it in the `given` of a test, one for each device."""
        if not self.devices:
            return [{"node": self.node}]
        return [{"device": id, **({"type": self.type} if self.type else {})} for id in self.devices]


def plain_value(type_: str, unit: str | None) -> Any:
    """A value for a field that decides nothing."""
    if type_ in ("number", "integer") and unit in TYPICAL:
        return TYPICAL[unit][1] if type_ == "number" else round(TYPICAL[unit][1])
    return PLAIN.get(type_, 20)


Choice = tuple[Any, ...]
"""A value for each slot."""


class Slot(msgspec.Struct):
    """One field of one source that decides something. `coarse`: a value for each side of each limit, `fine`: those and
    values right at the limits, ascending where they are numbers."""

    source: int
    field: str
    coarse: list[Any]
    fine: list[Any]


def sources_of(plan: Plan, found: Facts) -> list[Source]:
    """The sources that can be given something, one for each type of device."""
    sources: list[Source] = []
    for node in plan.nodes:
        if not node.is_source or node.off or node.kind.timers_on_now:
            continue
        shapes = list(node.kind.shapes(node.instance.params, node.instance.scope).values())
        fields: dict[str, str] = {name: field.type for shape in shapes for name, field in shape.fields.items()}
        if any(shape.open for shape in shapes):
            named = [*found.read, *found.limits, *found.equal, *found.named]
            fields |= {name: _guessed(name, found) for name in named if name not in fields}
        units = {name: field.unit for shape in shapes for name, field in shape.fields.items() if field.unit}
        type_ = node.given.get("type")
        devices = devices_of(node, plan, found) if isinstance(type_, str) else []
        bare = set(fields) in ({"value"}, {"value", "topic"}) and not any(shape.open for shape in shapes)
        same = next((s for s in sources if type_ is not None and s.type == type_), None)
        if same is None:
            sources.append(Source(node.id, type_ if isinstance(type_, str) else None, devices, fields, units, bare))
        else:
            same.devices += [id for id in devices if id not in same.devices]
    return sources


def devices_of(node: PlanNode, plan: Plan, found: Facts) -> list[str]:
    """Devices of which the source reads: those that differ most come first; made up where nobody is registered."""
    type_ = node.given["type"]
    known = plan.registry.of_type(type_) if plan.registry else []
    accepts = node.instance.accepts  # type: ignore[attr-defined]
    read = [d for d in known if accepts(Arrival(0, "", 0, device=d.id, type=type_, data={}))]
    wanted = min(MOST_DEVICES, max([2, *(count + 1 for count in found.counts if count < MOST_DEVICES)]))
    seen: dict[str, str] = {}
    for device in read:
        seen.setdefault(str(sorted(device.attributes.items())), device.id)
    ids = list(dict.fromkeys([*list(seen.values())[:4], *(d.id for d in read)]))[:wanted]
    only = node.given.get("only")
    made_up = only if isinstance(only, list) else [f"{type_}-{number}" for number in range(1, wanted + 1)]
    return ids or [id for id in made_up if accepts(Arrival(0, "", 0, device=id, type=type_, data={}))][:wanted]


def _guessed(name: str, found: Facts) -> str:
    """The type of a field that nobody registered."""
    if name in found.flags:
        return "boolean"
    if found.points and not (name in found.limits or name in found.equal):
        return "location"
    values = [*found.equal.get(name, ())]
    return "string" if values and all(isinstance(value, str) for value in values) else "number"


def slots_of(sources: list[Source], found: Facts) -> list[Slot]:
    """The fields that decide, with the values that are worth giving."""
    slots = []
    for number, source in enumerate(sources):
        for name, type_ in source.fields.items():
            if name in found.read or name in found.limits or name in found.equal:
                coarse, fine = _values(name, type_, source.units.get(name), found)
                slots.append(Slot(number, name, coarse, fine))
    return slots


def _values(name: str, type_: str, unit: str | None, found: Facts) -> tuple[list[Any], list[Any]]:
    equal = list(found.equal.get(name, ()))
    if type_ == "boolean":
        return [False, True], [False, True]
    if type_ == "string":
        words = [str(word) for word in equal if isinstance(word, str)]
        return (values := ["–", *words][:8] if words else ["A", "B"]), values
    if type_ == "location":
        return (points := [FAR, *found.points, *NEAR_FAR][:6]), points
    if type_ == "image":
        return [PLAIN["image"]], [PLAIN["image"]]
    return _numbers(name, type_, unit, [float(v) for v in equal if not isinstance(v, str)], found)


def _numbers(name: str, type_: str, unit: str | None, equal: list[float], found: Facts) -> tuple[list[Any], list[Any]]:
    own = sorted(found.limits.get(name, set()))[:6]
    limits = own or sorted(found.loose)[:6]
    margin = max(found.margins.get(name, set()), default=0.0)
    if not limits and not equal:
        return _ordered([*TYPICAL.get(unit or "", (20.0, 30.0))], type_ == "integer"), []
    whole = type_ == "integer"
    coarse = [*equal]
    if limits:
        low, high = limits[0] - _wide(limits[0], margin, whole), limits[-1] + _wide(limits[-1], margin, whole)
        middles = [(a + b) / 2 for a, b in pairwise(limits)]
        coarse += [low, *middles, high]
        coarse += [] if own else [*TYPICAL.get(unit or "", (low / 4, 3 * high))]
    fine = [value for c in [*limits, *equal] for value in (c - step(c, whole), c, c + step(c, whole))]
    return _ordered(coarse, whole), _ordered([*coarse, *fine], whole)


def step(limit: float, whole: bool) -> float:
    """A small step beside `limit`: about a thousandth of it, 1 for whole numbers."""
    if whole:
        return 1.0
    return 10.0 ** (math.floor(math.log10(abs(limit))) - 2) if abs(limit) > 1e-9 else 0.1


def _wide(limit: float, margin: float, whole: bool) -> float:
    wide = max(abs(limit) / 8, 2 * margin, 10 * step(limit, whole))
    rounded = 10.0 ** math.floor(math.log10(wide))
    return math.ceil(wide / rounded) * rounded


def _ordered(values: list[float], whole: bool) -> list[Any]:
    clean = {float(f"{value:.9g}") for value in values if math.isfinite(value)}
    return list(dict.fromkeys(round(value) if whole else value for value in sorted(clean)))


def choices_of(slots: list[Slot]) -> list[Choice]:
    """Values for all slots together: all combinations where they are few, else the corners and what is one turn away."""
    sizes = [len(slot.coarse) for slot in slots]
    if math.prod(sizes) <= MOST_CHOICES:
        return list(product(*(slot.coarse for slot in slots)))
    first: Choice = tuple(slot.coarse[0] for slot in slots)
    last: Choice = tuple(slot.coarse[-1] for slot in slots)
    found = [first, last]
    for corner in (first, last):
        for at, slot in enumerate(slots):
            found += [(*corner[:at], value, *corner[at + 1 :]) for value in slot.coarse]
    for shift in range(1, 6):
        found.append(tuple(slot.coarse[(shift + at) % len(slot.coarse)] for at, slot in enumerate(slots)))
    return list({repr(choice): choice for choice in found}.values())[:MOST_CHOICES]
