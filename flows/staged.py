"""A scenario as pages show it: its words in one language, its flow drawn, and its runs as pictures."""

import json
from typing import Any

from django.utils.translation import gettext as _

from flows.drawn.flow import flow_drawn
from flows.drawn.lines import Lane, Mark, Sort, Span, Story, story_drawn
from flows.gallery_words import in_lang, listed_words, said_offset
from flows.scenarios import played_of
from gallery.played import PICTURE, Deed, PlayedRun
from gallery.scenario import Run, Scenario
from nodes.kit.catalog import full_catalog
from nodes.kit.things import Registry, spoken

Shown = dict[str, Any]
MOST_DEEDS = 12
"""What a run did that is written out, and records that are marked one by one."""


def card(scenario: Scenario, lang: str) -> Shown:
    """What stands on a card; `search` is what somebody may look for."""
    about, registry = scenario.about, scenario.registry
    shown = telling(scenario)
    texts = [
        *about.title.values(),
        *about.summary.values(),
        *(getattr(scenario.prompts.prompts[0], one) for one in ("ja", "en")),
    ]
    texts += [word for one in about.words for word in one.term.values()]
    texts += [label for type in registry.types.values() for label in (*type.label.values(), *type.also)]
    texts += [text for case in about.business.values() for text in (case.problem, case.solution, case.value)]
    texts += listed_words(about.industries, about.needs)
    return {
        "name": scenario.name,
        "title": in_lang(about.title, lang),
        "summary": in_lang(about.summary, lang),
        "industries": about.industries,
        "needs": about.needs,
        "search": " ".join(texts).lower(),
        "camera": about.show.camera is not None and (scenario.folder / PICTURE).exists(),
        "plan": about.show.plan is not None,
        "flow": flow_drawn(scenario.flow, full_catalog(), lang, words=False),
        "line": _drawn(scenario, shown[0], shown[1], lang, small=True) if shown else "",
    }


def detail(scenario: Scenario, lang: str) -> Shown:
    """Everything of the page."""
    about, played = scenario.about, played_of(scenario)
    runs = zip(about.runs, played.runs, strict=True) if played is not None else []
    known, others = lang, "en" if lang == "ja" else "ja"
    sentence = scenario.prompts.prompts[0]
    beyond = scenario.prompts.needs_author
    return {
        **card(scenario, lang),
        "flow": flow_drawn(scenario.flow_in(lang), full_catalog(), lang),
        "sentences": [{"lang": one, "text": getattr(sentence, one)} for one in (known, others)],
        "beyond": {"part": in_lang(beyond.part, lang), "why": in_lang(beyond.why, lang)} if beyond else None,
        "business": about.business.get("en" if lang == "en" else "ja"),
        "words": [{"term": in_lang(one.term, lang), "meaning": in_lang(one.meaning, lang)} for one in about.words],
        "places": [[device, x * 100, y * 100] for device, (x, y) in about.show.places.items()],
        "watched": _watched(scenario.registry, lang),
        "device_names": {id: scenario.registry.label(id, lang) for id in scenario.registry.devices},
        "runs": [_run(scenario, run, one, lang) for run, one in runs],
    }


def telling(scenario: Scenario) -> tuple[Run, PlayedRun] | None:
    """The run that shows most: the first one in which a fault was on."""
    played = played_of(scenario)
    if played is None:
        return None
    pairs = list(zip(scenario.about.runs, played.runs, strict=True))
    return next((pair for pair in pairs if pair[1].faults), pairs[0])


def sort_of(deed: dict[str, Any] | Deed) -> Sort:
    """By what an action holds, whatever its kind is called."""
    given = deed if isinstance(deed, dict) else {"to": deed.to, "command": deed.command}
    return "switched" if given.get("command") else "told" if given.get("to") else "kept"


def command_said(registry: Registry, device: str | None, command: str, values: dict[str, Any], lang: str) -> str:
    """A command as people read it: "Tower 1: set colour (red)"."""
    known = next((c for type in registry.types.values() for c in type.commands if c.id == command), None)
    label = spoken(known.label, lang, command) if known else command
    given = ", ".join(value if isinstance(value, str) else json.dumps(value) for value in values.values())
    return f"{registry.label(device, lang)}: {label}{f' ({given})' if given else ''}"


def _run(scenario: Scenario, run: Run, played: PlayedRun, lang: str) -> Shown:
    deeds = [
        {"at": said_offset(deed.at), "sort": sort_of(deed), "says": _said(scenario, deed, lang)}
        for deed in played.deeds
    ]
    told = [deed for deed in deeds if deed["sort"] != "kept"]
    return {
        "name": in_lang(run.name, lang),
        "faults": [_fault(scenario, fault.device, fault.fault, lang) for fault in played.faults],
        "line": _drawn(scenario, run, played, lang),
        "deeds": told[:MOST_DEEDS],
        "more": max(0, len(told) - MOST_DEEDS),
        "kept": played.count - len(told),
    }


def _drawn(scenario: Scenario, run: Run, played: PlayedRun, lang: str, *, small: bool = False) -> Any:
    registry = scenario.registry
    lanes = []
    for series in played.series:
        type = registry.types.get(registry.devices[series.device].type) if series.device in registry.devices else None
        field = type.field(series.field) if type else None
        named = spoken(field.label, lang, series.field) if field else series.field
        label = f"{registry.label(series.device, lang)} {named}"
        if series.points or series.words:
            lanes.append(Lane(label, (field.unit or "") if field else "", series.points, series.words))
    marks = [Mark(deed.at, sort_of(deed), "" if small else _said(scenario, deed, lang)) for deed in played.deeds]
    if sum(mark.sort == "kept" for mark in marks) > MOST_DEEDS:  # they would be a carpet
        marks = [mark for mark in marks if mark.sort != "kept"]
    lanes = lanes[:2] if small else lanes
    spans = [
        Span(fault.start, fault.end, "" if small else _fault(scenario, fault.device, fault.fault, lang))
        for fault in played.faults
    ]
    says = "" if small else in_lang(run.name, lang)
    return story_drawn(
        Story(0, played.length, lanes, marks, spans), says, said_offset, small=small, width=360.0 if small else 760.0
    )


def _said(scenario: Scenario, deed: Deed, lang: str) -> str:
    registry = scenario.registry
    if deed.command:
        said = command_said(registry, deed.device, deed.command, deed.values, lang)
        return _("%s, once a person approves") % said if deed.pending else said
    if deed.to:
        to = registry.destinations.get(deed.to)
        return (
            f"{spoken(to.label, lang, deed.to) if to else deed.to}: {deed.text or _node(scenario, deed.node)}".rstrip(
                ": "
            )
        )
    return _("kept: %s") % registry.label(deed.device, lang)


def _node(scenario: Scenario, id: str) -> str:
    return next((str(node.get("label") or "") for node in scenario.flow["nodes"] if node["id"] == id), "")


def _fault(scenario: Scenario, device: str, fault: str, lang: str) -> str:
    of = scenario.fleet.device(device)
    known = next((f for f in scenario.fleet.type_of(of).faults if f.id == fault), None) if of else None
    return f"{scenario.registry.label(device, lang)}: {spoken(known.label, lang, fault) if known else fault}"


def _watched(registry: Registry, lang: str) -> list[Shown]:
    """By type: its devices, what they report and what they can be told."""
    found = []
    for type in registry.types.values():
        fields = [{"label": spoken(f.label, lang, f.name), "unit": f.unit or ""} for f in type.fields]
        commands = [spoken(command.label, lang, command.id) for command in type.commands]
        devices = [registry.label(one.id, lang) for one in registry.of_type(type.id)]
        found.append(
            {"label": spoken(type.label, lang, type.id), "devices": devices, "fields": fields, "commands": commands}
        )
    return found
