"""What the page shows, in one language: counted, measured, the newest written out, and a chart's points. Plain JSON, so that it
stays as it was when what it came from is thrown away."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from flows.reporting.told import Act, Told
from flows.staged import command_said, sort_of
from nodes.kit.things import spoken

Facts = dict[str, Any]
LISTED = 6
"""Events that are written out: the page is one page."""
MOST_MARKS, MOST_POINTS, MOST_LANES, MOST_TYPES = 300, 160, 2, 4
LANGS = ("ja", "en")


def facts_of(told: Told) -> Facts:
    """By language; see `_facts`."""
    found = {}
    for lang in LANGS:
        with override(lang):
            found[lang] = _facts(told, lang)
    return found


def _facts(told: Told, lang: str) -> Facts:
    acts = sorted(told.acts, key=lambda act: act.at)
    sorts = [sort_of(_pointing(act)) for act in acts]
    registry = told.registry
    return {
        "start": told.start,
        "until": told.until,
        "hours": round((told.until - told.start) / 3_600_000, 2),
        "version": told.version,
        "flow": str(told.document.get("name") or ""),
        "zone": told.zone,
        "counts": {
            **{str(node["id"]): told.counts.get(str(node["id"]), 0) for node in told.document.get("nodes") or []},
            **told.reckoned,
        },
        "labels": {str(node["id"]): str(node.get("label") or node["id"]) for node in told.document.get("nodes") or []},
        "told": sorts.count("told"),
        "switched": sum(sort == "switched" and not act.waiting for act, sort in zip(acts, sorts, strict=True)),
        "kept": sum(told.counts.values()) - len(acts),
        "older": told.older,
        "failed": sum(act.failed for act in acts),
        "watched": _watched(told, lang),
        "devices": len(told.devices),
        "events": [_event(act, told, lang) for act in _listed(acts)],
        "marks": [{"at": act.at, "sort": sort} for act, sort in list(zip(acts, sorts, strict=True))[-MOST_MARKS:]],
        "lanes": [
            {
                "label": f"{registry.label(one.device, lang)} {spoken(one.label, lang, '')}",
                "unit": one.unit,
                "points": thinned(one.points),
            }
            for one in told.drawn[:MOST_LANES]
        ],
        "effect": measured([act.done - act.at for act in acts if act.done is not None and not act.failed]),
        "after_fault": measured(told.after_fault),
        "acked": measured([act.acked - act.at for act in acts if act.acked is not None and act.to is not None]),
        "approved": measured([act.acked - act.at for act in acts if act.acked is not None and act.command is not None]),
    }


def _listed(acts: list[Act]) -> list[Act]:
    """The newest, in order of time: what tells or switches, where there is any."""
    telling = [act for act in acts if act.to or act.command] or acts
    return telling[-LISTED:]


def _event(act: Act, told: Told, lang: str) -> Facts:
    if act.command:
        says = command_said(told.registry, act.device, act.command, act.values, lang)
        says = _("%s, once a person approves") % says if act.waiting else says
    else:
        says = act.text or told.registry.label(act.device, lang)
    to = told.registry.destinations.get(act.to or "")
    return {
        "at": act.at,
        "sort": sort_of(_pointing(act)),
        "says": says[:160],
        "to": spoken(to.label, lang, to.id) if to else act.to or "",
        "failed": act.failed,
        "acked": act.acked,
    }


def _pointing(act: Act) -> dict[str, Any]:
    return {"to": act.to, "command": act.command}


def _watched(told: Told, lang: str) -> list[Facts]:
    """By type, what people call it and its devices."""
    found: dict[str, list[str]] = {}
    for id in told.devices:
        device = told.registry.devices.get(id)
        if device is not None:
            found.setdefault(device.type, []).append(told.registry.label(id, lang))
    types = told.registry.types
    return [
        {"label": spoken(types[id].label, lang, id) if id in types else id, "devices": labels}
        for id, labels in list(found.items())[:MOST_TYPES]
    ]


def measured(lengths: list[int]) -> Facts | None:
    """{"n", "middle", "most"} in ms: the median and the longest; None where nothing was measured."""
    known = sorted(max(0, length) for length in lengths)
    if not known:
        return None
    return {"n": len(known), "middle": known[(len(known) - 1) // 2], "most": known[-1]}


def thinned(points: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Of each part of the time the lowest and the highest, so that no spike is lost."""
    if len(points) <= MOST_POINTS:
        return points
    size = -(-len(points) // (MOST_POINTS // 2))
    found = []
    for begin in range(0, len(points), size):
        part = points[begin : begin + size]
        found += sorted({min(part, key=lambda point: point[1]), max(part, key=lambda point: point[1])})
    return found
