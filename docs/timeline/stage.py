"""From a kind's first test to its scene."""

from collections.abc import Iterator
from typing import Any

from docs.timeline import words
from docs.timeline.axis import Clock
from docs.timeline.limits import words_in
from docs.timeline.readings import reading_lanes, sources
from docs.timeline.scene import Lane, Marks, Scene, Section
from docs.timeline.sends import Maker
from docs.timeline.watch import Log, watched
from document.registry import load_registry
from document.schema import expand, facts, plain_schema
from engine.document_tests import flow_zone
from engine.plan import Plan, PlanNode, build_plan
from engine.roster import roster_of
from nodes.kit.catalog import Catalog
from nodes.kit.duration import parse_duration
from nodes.kit.kind import Kind
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape
from nodes.kit.things import spoken


def scene_of(kind: type[Kind], catalog: Catalog, lang: str) -> Scene:
    """The first test of the first example of `kind`, as it runs."""
    example = kind.examples[0]
    document, test = example.document, example.document["tests"][0]
    registry = load_registry(example.registry)[0] if example.registry is not None else None
    roster = roster_of(test, document, catalog, registry)
    plan = build_plan(document, catalog, registry, roster=roster)
    nodes = sorted((node for node in plan.nodes if node.kind is kind), key=lambda node: node.order)
    log = watched(plan, test, nodes)
    expected = {name for row in test.get("expect") or () for name in row.get("data") or ()}
    asked = [set(_read_by(plan, nodes)), expected]
    clock = Clock(log.start, log.end, flow_zone(plan), lang)
    return _scene(kind, plan, nodes, log, asked, example.title.get(lang, example.title["en"]), clock)


def _scene(
    kind: type[Kind], plan: Plan, nodes: list[PlanNode], log: Log, asked: list[set[str]], title: str, clock: Clock
) -> Scene:
    lang = clock.lang
    says, name = words.SAYS[lang], kind.words[lang].label
    found = sources(log.arrivals, plan, lang)
    maker = Maker(log, found, asked, clock, len(nodes) > 1)
    readings: list[Lane] = list(reading_lanes(found, plan, nodes, log.end, lang))
    inputs: list[Lane] = [lane for node in nodes[:1] for lane in maker.inputs(node)] if len(nodes) == 1 else []
    does: list[Lane] = list(maker.deeds(nodes, name))
    out: list[Lane] = []
    for node in nodes:
        out += maker.stands(node, says["stands"])
        out += maker.ports(node)
    heading = says["does"] if does else says["sends"]
    sections = [
        Section(says["readings"], readings),
        Section(says["input"].format(name=name), inputs),
        Section(heading.format(name=name), [*does, *out]),
    ]
    return Scene(
        clock=clock,
        title=title,
        kind=name,
        group=kind.group,
        facts=_facts(nodes[0], lang) if len(nodes) == 1 else [],
        sections=[section for section in sections if section.lanes],
        moments=_moments(log),
        summary=_summary([*does, *out], title, clock),
    )


def _read_by(plan: Plan, nodes: list[PlanNode]) -> Iterator[str]:
    """Words in the params of the nodes that read what `nodes` send."""
    for node in nodes:
        for targets in node.outputs.values():
            for target, _ in targets:
                yield from words_in(plan.nodes[target].given)


def _moments(log: Log) -> list[int]:
    times = [*(a.arrived for a in log.arrivals), *(one.at for one in log.sent), *(effect.time for effect in log.did)]
    return sorted({time for time in times if log.start <= time <= log.end})


def _facts(node: PlanNode, lang: str) -> list[tuple[str, str]]:
    """The params that fit on a line, by the label that the form gives them."""
    labels, schema = node.kind.words[lang].labels, plain_schema(node.kind)
    found = []
    for name, value in node.given.items():
        parts = expand([schema.get("properties", {}).get(name)], schema)
        marks = facts([*parts, *(part["items"] for part in parts if isinstance(part.get("items"), dict))])
        text = _fact(name, value, marks, node, lang)
        if text is not None:
            found.append((labels.get(name, name), text))
    return found


def _fact(name: str, value: Any, marks: dict[str, Any], node: PlanNode, lang: str) -> str | None:
    scope, labels = node.instance.scope, node.kind.words[lang].labels
    if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, dict | list) for one in value)):
        return None
    if isinstance(value, list):
        texts = [_fact(name, one, marks, node, lang) for one in value]
        return ", ".join(text for text in texts if text is not None)
    if marks.get("format") == "duration" and isinstance(value, str):
        return words.duration(parse_duration(value), lang)
    if f"{name}.{value}" in labels:
        return labels[f"{name}.{value}"]
    if (named := _named(marks.get("ref"), value, scope, lang)) is not None:
        return named
    beside = scope.shape.fields.get(str(node.given.get(marks.get("unit_of", ""))), FieldShape("any"))
    unit = marks.get("unit") or beside.unit if "unit_of" in marks or "unit" in marks else None
    return f"{words.value(value)} {unit}" if unit else words.value(value)


def _named(ref: str | None, id: Any, scope: Scope, lang: str) -> str | None:
    """What people call the registered thing `id`."""
    registry = scope.registry
    if registry is None or not isinstance(id, str):
        return None
    if ref == "device":
        return registry.label(id, lang)
    if ref == "field":
        types = (registry.types[type] for type in scope.shape.types if type in registry.types)
        return next((spoken(field.label, lang, id) for type in types if (field := type.field(id)) is not None), None)
    things: dict[str, Any] = {"type": registry.types, "destination": registry.destinations, "table": registry.tables}
    thing = things.get(ref or "", {}).get(id)
    return spoken(thing.label, lang, id) if thing is not None else None


def _summary(lanes: list[Lane], title: str, clock: Clock) -> str:
    """What those read who do not see the picture."""
    says, when = words.SAYS[clock.lang], clock.full
    parts = []
    for lane in lanes:
        if not isinstance(lane, Marks):
            continue
        at = sorted({mark.at for mark in lane.marks})
        if not at:
            parts.append(says["never"].format(port=lane.label))
        elif len(at) <= 4:
            parts.append(says["at"].format(port=lane.label, when=says["and"].join(map(when, at))))
        else:
            between = says["between"].format(n=len(at), first=when(at[0]), last=when(at[-1]))
            parts.append(says["at"].format(port=lane.label, when=between))
    return says["stop"].join([title.rstrip("。."), *parts]) + says["stop"].strip()
