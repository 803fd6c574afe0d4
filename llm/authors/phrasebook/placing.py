"""Areas that are entered, left or stayed in: トラックが車庫に入ったら, when a truck leaves the yard."""

import re
from typing import TYPE_CHECKING, Any

from llm.authors.phrasebook.clauses import Clause
from llm.authors.phrasebook.comparisons import with_key
from llm.authors.phrasebook.facts import Spot
from llm.authors.phrasebook.reading import Quantity, Span
from llm.authors.phrasebook.wishes import Meaning, Open, Source, Step, Test, Trigger
from nodes.kit.duration import format_duration
from nodes.kit.things import TypeField

if TYPE_CHECKING:
    from llm.authors.phrasebook.triggers import TriggerReader

DISTANCE = "distance"
_WAYS = {
    "ja": (
        ("leave", re.compile(r"(?<!き)出(?:た|て|る|れ|ま|発)|離れ|去っ|退出|退場|外に")),
        ("stay", re.compile(r"とどま|留ま|滞在|停まっ|停車|駐車|い続け|いたら|いる(?:と|場合)|待機|滞留|居座")),
        ("enter", re.compile(r"入(?:っ|る|り|れ|庫|場|構)|到着|着い|着く|来(?:た|る|れ)|進入|戻っ|戻る|近づ")),
    ),
    "en": (
        ("leave", re.compile(r"\b(?:leav(?:e|es|ing)|left|exit(?:s|ed)?|depart(?:s|ed)?|driv(?:es|en) (?:out|off)|goes out|gone out|moves out)\b")),
        ("stay", re.compile(r"\b(?:stay(?:s|ed)?|remain(?:s|ed)?|dwell(?:s|ed)?|park(?:s|ed)|stand(?:s|ing)?|wait(?:s|ed|ing)?|been (?:in|at|inside)|stopp?(?:s|ed)|spen(?:d|t)s?)\b")),
        ("enter", re.compile(r"\b(?:enter(?:s|ed)?|arriv(?:e|es|ed)|reach(?:es|ed)?|com(?:e|es) (?:in|into|to|within)|came (?:in|into)|driv(?:e|es) (?:in|into)|gets? (?:in|into|to)|is (?:in|inside|at|back (?:in|at))|return(?:s|ed)? to)\b|\b(?:com(?:e|es)|came|gets?|moves?|goes|is|are)(?=  )")),
    ),
}  # fmt: skip


def read(reader: "TriggerReader", clause: Clause, last: Trigger | None) -> Trigger | None:
    spot = next((s for s in clause.spans if isinstance(s.fact, Spot)), None)
    if spot is None or not isinstance(spot.fact, Spot):
        return _other_way(reader, clause, last)
    way = way_of(reader, clause, spot)
    distance = any(s.quantity is not None and s.duration is None for s in clause.spans)
    if way is None or distance or (way == "enter" and spot.fact.radius is None):
        return None
    kind = next(
        (m for m in reader.kinds.all("name") if "areas" in m[0].Params.model_fields and m[1].lang == reader.lang), None
    )
    source = reader.source(clause.spans, last) or _only_one(reader)
    if kind is None or source is None:
        return None
    if spot.fact.radius is None:
        reader.miss(clause, "complete", [kind[0].words[reader.lang].label])
        return None
    field = next((f.name for f in source.type.fields if f.type == "location"), None)
    if field is None:
        reader.miss(clause, "field")
        return None
    step = _step(reader, kind, field, spot.fact, way)
    if way == "stay":
        length = next((s for s in clause.spans if s.duration is not None and not s.used), None)
        if length is None or length.duration is None:
            return None
        step.slots["<hold>"] = Open("stay", format_duration(length.duration), "stay")
    for span in clause.spans:
        span.used = True
    return Trigger("happen", "", source=source, step=step)


def _step(reader: "TriggerReader", kind: Meaning, field: str, spot: Spot, way: str) -> Step:
    ports = [port.name for port in kind[0].outputs]
    dwelling = next((p.port for p in kind[0].phrases if "<hold>" in p.params.values()), ports[-1])
    leaving = next(name for name in ports[1:] if name != dwelling)
    port = {"enter": ports[0], "leave": leaving, "stay": dwelling}[way]
    phrase = next(
        (p for p in kind[0].phrases if p.role == "name" and p.port == port and p.lang == reader.lang), kind[1]
    )
    radius = spot.radius or 0.0
    area: dict[str, Any] = {"name": spot.name or reader.said["area"], "center": {"lat": spot.lat, "lon": spot.lon}}
    area["radius"] = int(radius) if radius == int(radius) else round(radius, 1)
    return Step((kind[0], phrase), {"<field>": field}, {"areas": [area]}, port=port, named="area")


def way_of(reader: "TriggerReader", clause: Clause, spot: Span | None) -> str | None:
    """What the words say that something does with an area."""
    text = reader.reading.low[clause.start : clause.end]
    if spot is not None:
        inner = slice(max(0, spot.start - clause.start), spot.end - clause.start)
        text = text[: inner.start] + " " * (inner.stop - inner.start) + text[inner.stop :]
    return next((way for way, pattern in _WAYS[reader.lang] if pattern.search(text)), None)


def _other_way(reader: "TriggerReader", clause: Clause, last: Trigger | None) -> Trigger | None:
    """The same area once more: "... and when it leaves"."""
    while last is not None and last.sort == "cleared":
        last = last.of
    if last is None or last.sort != "happen" or last.step is None or "areas" not in last.step.more:
        return None
    way = way_of(reader, clause, None)
    if way is None or any(s.quantity is not None and s.duration is None for s in clause.spans):
        return None
    kind = last.step.meaning
    ports = [port.name for port in kind[0].outputs]
    if way == "stay" or (way == "enter") == (last.step.port == ports[0]):
        return None
    for span in clause.spans:
        span.used = True
    return Trigger("cleared", "", of=last, source=last.source)


def _only_one(reader: "TriggerReader") -> Source | None:
    types = [t for t in reader.registry.types.values() if any(f.type == "location" for f in t.fields)]
    return Source(types[0], spoken=False) if len(types) == 1 else None


def inside(reader: "TriggerReader", trigger: Trigger, clause: Clause) -> None:
    """ "within the yard (...) faster than 20 km/h": only there."""
    spot = next((s for s in clause.spans if isinstance(s.fact, Spot) and not s.used), None)
    plain = reader.comparing.plain
    if (
        spot is None
        or not isinstance(spot.fact, Spot)
        or spot.fact.radius is None
        or trigger.source is None
        or plain is None
    ):
        return
    kind = next(
        (m for m in reader.kinds.all("derive") if "to" in m[0].Params.model_fields and m[1].lang == reader.lang), None
    )
    field = next((f for f in trigger.source.type.fields if f.type == "location"), None)
    if kind is None or field is None:
        return
    to = {"lat": spot.fact.lat, "lon": spot.fact.lon}
    step = next((s for t in trigger.tests for s in t.steps if s.meaning[0] is kind[0]), None)
    steps = [] if step is not None else [Step(kind, {"<field>": field.name}, {}, DISTANCE, named=DISTANCE)]
    (step or steps[0]).more["to"] = to
    made = TypeField(name=DISTANCE, unit="m")
    limit = [Quantity(spot.fact.radius, "m")]
    noun = reader.said["distance_from"].format(place=spot.fact.name or reader.said["area"])
    trigger.tests.append(
        Test(made, with_key(plain, "at_most"), limit, steps=steps, noun=noun, type=trigger.source.type)
    )
    spot.used = True
