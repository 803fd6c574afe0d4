"""The page itself: facts, charts and savings, as its template takes them. In the language of the report."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from flows.drawn.lines import Lane, Mark, Story, story_drawn
from flows.models import Report
from flows.reporting.savings import worth

DAY = 86_400_000


def sheet_of(report: Report) -> dict[str, Any]:
    """Called with the report's language active."""
    facts = report.facts.get(report.lang) or {}
    zone = zone_of(report)
    long = facts.get("until", 0) - facts.get("start", 0) > DAY
    lanes = [
        Lane(one["label"], one["unit"], [(at, value) for at, value in one["points"]])
        for one in facts.get("lanes") or []
    ]
    marks = [Mark(one["at"], one["sort"]) for one in facts.get("marks") or []]
    story = Story(facts.get("start", 0), facts.get("until", 1), lanes, marks)

    def said_at(at: int) -> str:
        return said_time(at, zone, long)

    return {
        "report": report,
        "facts": facts,
        "lang": report.lang,
        "chart": story_drawn(story, _("What happened over time"), said_at, width=720.0),
        "from": said_time(facts.get("start", 0), zone, long, full=True),
        "to": said_time(facts.get("until", 0), zone, long, full=True),
        "watched_for": said_length(facts.get("until", 0) - facts.get("start", 0)),
        "made": said_time(int(report.updated.timestamp() * 1000), ZoneInfo(report.workspace.zone), long, full=True),
        "events": [{**one, "time": said_time(one["at"], zone, long)} for one in facts.get("events") or []],
        "figures": _figures(facts),
        "inputs": [{**one, "shown": said_number(one["value"])} for one in report.inputs],
        "results": [
            {**one, "shown": said_number(one["value"]) if one["value"] is not None else "–"}
            for one in worth(
                report.results, report.inputs, facts.get("counts") or {}, facts.get("hours") or 0, report.lang
            )
        ],
    }


def zone_of(report: Report) -> ZoneInfo:
    """Of the times on the page: that of a demo's own clock, else the workspace's."""
    facts = report.facts.get(report.lang) or {}
    return ZoneInfo(facts.get("zone") or report.workspace.zone)


def _figures(facts: dict[str, Any]) -> list[dict[str, str]]:
    """The large numbers: how often, and how fast."""
    found = [
        {"label": _("notices"), "value": said_number(facts.get("told") or 0), "note": ""},
        {"label": _("commands"), "value": said_number(facts.get("switched") or 0), "note": ""},
        {"label": _("records kept"), "value": said_number(facts.get("kept") or 0), "note": ""},
    ]
    for name, label in (
        ("after_fault", _("from the fault to the action")),
        ("effect", _("from event to action")),
        ("acked", _("until somebody saw it")),
        ("approved", _("until a person approved")),
    ):
        length = facts.get(name)
        if length:
            note = _("median of %s, longest %s") % (length["n"], said_length(length["most"]))
            found.append({"label": label, "value": said_length(length["middle"]), "note": note})
    return found


def said_time(at: int, zone: ZoneInfo, long: bool, *, full: bool = False) -> str:
    moment = datetime.fromtimestamp(at / 1000, zone)
    if full:
        return f"{moment:%Y-%m-%d %H:%M}"
    return f"{moment:%m-%d %H:%M}" if long else f"{moment:%H:%M:%S}"


def said_length(ms: int) -> str:
    """In the largest unit that fits: "300 ms", "4.2 s", "42 s", "3 min 5 s", "2 h 10 min"."""
    if ms < 1000:
        return _("%s ms") % ms
    if ms < 10_000:
        return _("%s s") % f"{ms / 1000:.1f}".removesuffix(".0")
    seconds = round(ms / 1000)
    if seconds < 60:
        return _("%s s") % seconds
    if seconds < 3600:
        return _("%s min %s s") % (seconds // 60, seconds % 60)
    if seconds >= 2 * 86_400:
        return _("%s d %s h") % (seconds // 86_400, seconds // 3600 % 24)
    return _("%s h %s min") % (seconds // 3600, seconds // 60 % 60)


def said_number(value: float) -> str:
    """With signs between thousands; whole, or with as many digits as matter."""
    if abs(value) >= 100 or value == int(value):
        return f"{round(value):,}"
    return f"{value:,.3g}"
