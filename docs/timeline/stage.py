"""From a kind's first test to its scene."""

from typing import Any

from docs.timeline import words
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
    asked = {name for row in test.get("expect") or () for name in row.get("data") or ()}
    return _scene(kind, plan, nodes, log, asked, example.title.get(lang, example.title["en"]), lang)


def _scene(
    kind: type[Kind], plan: Plan, nodes: list[PlanNode], log: Log, asked: set[str], title: str, lang: str
) -> Scene:
    says, name = words.SAYS[lang], kind.words[lang].label
    found = sources(log.arrivals, plan, lang)
    maker = Maker(log, found, asked, lang, len(nodes) > 1)
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
        lang=lang, title=title, kind=name, group=kind.group, facts=_facts(nodes[0], lang) if len(nodes) == 1 else [],
        sections=[section for section in sections if section.lanes], start=log.start, end=log.end,
        moments=_moments(log), zone=flow_zone(plan), summary=_summary([*does, *out], log, title, lang),
    )  # fmt: skip


def _moments(log: Log) -> list[int]:
    times = [*(a.arrived for a in log.arrivals), *(one.at for one in log.sent), *(effect.time for effect in log.did)]
    return sorted({time for time in times if log.start <= time <= log.end})


def _facts(node: PlanNode, lang: str) -> list[tuple[str, str]]:
    """The params that fit on a line, by the label that the form gives them."""
    labels, schema = node.kind.words[lang].labels, plain_schema(node.kind)
    found = []
    for name, value in node.given.items():
        part = schema.get("properties", {}).get(name)
        text = _fact(name, value, facts(expand([part], schema)), node, lang) if part is not None else None
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
    if marks.get("ref") == "destination" and scope.registry is not None and value in scope.registry.destinations:
        return spoken(scope.registry.destinations[value].label, lang, value)
    if marks.get("ref") == "device" and scope.registry is not None:
        return scope.registry.label(value, lang)
    beside = scope.shape.fields.get(str(node.given.get(marks.get("unit_of", ""))), FieldShape("any"))
    unit = marks.get("unit") or beside.unit if "unit_of" in marks or "unit" in marks else None
    return f"{words.value(value)} {unit}" if unit else words.value(value)


def _summary(lanes: list[Lane], log: Log, title: str, lang: str) -> str:
    """A sentence for those who do not see the picture."""
    says = words.SAYS[lang]

    def when(at: int) -> str:
        return words.duration(at - log.start, lang)

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
