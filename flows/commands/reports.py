"""Reports of what flows did: made, changed, shared by links that can be revoked, thrown away."""

import math
import re
import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from flows.commands.demos import demo_of
from flows.commands.deploying import hash_of
from flows.commands.flows import flow_of
from flows.gallery_words import in_lang
from flows.models import Flow, Membership, Report, ReportLink
from flows.reporting.facts import facts_of
from flows.reporting.kept import told_of
from flows.reporting.savings import LONGEST, MOST_INPUTS, MOST_RESULTS, lines_of
from flows.reporting.shown import told_of_demo
from flows.reporting.told import Told
from flows.rights import MEMBER, OWNER, VIEWER, needs
from flows.scenarios import all_scenarios
from gallery.scenario import Savings

MOST_REPORTS = 500
MOST_LINKS = 20
OPENED_EVERY = timedelta(minutes=1)
BEGINS = timedelta(days=7)
"""What is looked back on where a flow runs for longer."""
NAME = re.compile(r"^[a-z][a-z0-9_]{0,31}$")
Lines = list[dict[str, Any]]


class ReportGone(Exception):
    """No such report here, or its link was revoked or is over."""


class TooManyReports(Exception):
    """A workspace has as many reports, or a report as many links, as it may have."""


class BadLine(Exception):
    """A line of the savings cannot be used as it is; `args[0]` is what stands there."""


@needs(VIEWER)
def reports_of(member: Membership) -> list[Report]:
    return list(Report.objects.of(member.workspace).select_related("flow", "by").defer("facts"))


@needs(VIEWER)
def report_of(member: Membership, report_id: uuid.UUID) -> Report:
    """Raises ReportGone."""
    found = Report.objects.of(member.workspace).select_related("flow", "workspace").filter(pk=report_id).first()
    if found is None:
        raise ReportGone(str(report_id))
    return found


@needs(MEMBER)
def new_report(member: Membership, flow_id: uuid.UUID | str, lang: str) -> Report:
    """Of what the flow did since it was started here, at most the last week. Raises FlowGone, TooManyReports."""
    flow = flow_of(member, flow_id)
    until = timezone.now()
    copy = flow.copies.order_by("-started").first()
    first = flow.versions.order_by("number").first()
    begun = copy.started if copy is not None else first.created if first is not None else flow.created
    start = max(begun, until - BEGINS)
    return keep_report(
        member, told_of(flow, start, until, lang), flow.name, savings_for(flow.document), lang, flow=flow
    )


@needs(MEMBER)
def new_report_of_demo(member: Membership, demo_id: str, lang: str) -> Report:
    """Of what was shown in the demo's last run. Raises DemoGone, TooManyReports."""
    demo = demo_of(member, demo_id).demo
    about = demo.scenario.about
    return keep_report(member, told_of_demo(demo), in_lang(about.title, lang), about.savings, lang)


@needs(MEMBER)
def keep_report(
    member: Membership, told: Told, title: str, savings: Savings, lang: str, *, flow: Flow | None = None
) -> Report:
    """A report of what is told, wherever it happened. Raises TooManyReports."""
    if Report.objects.of(member.workspace).count() >= MOST_REPORTS:
        raise TooManyReports
    inputs, results = lines_of(savings, lang)
    period = {"start": _moment(told.start), "until": _moment(told.until)}
    facts: dict[str, Any] = {"facts": facts_of(told), "inputs": inputs, "results": results}
    return Report.objects.add(
        member.workspace, flow=flow, title=title[:200], lang=lang, by=member.user, **period, **facts
    )


@needs(MEMBER)
def change_report(
    member: Membership, report_id: uuid.UUID, words: dict[str, str], inputs: Lines, results: Lines
) -> Report:
    """`words`: title, customer, remark, lang. Raises ReportGone, BadLine."""
    report = report_of(member, report_id)
    report.title = words.get("title", "").strip()[:200] or report.title
    report.customer = words.get("customer", "").strip()[:120]
    report.remark = words.get("remark", "").strip()[:600]
    if words.get("lang") in ("ja", "en"):
        report.lang = words["lang"]
    report.inputs = [_input(line) for line in inputs[:MOST_INPUTS]]
    report.results = [_result(line) for line in results[:MOST_RESULTS]]
    report.save(update_fields=["title", "customer", "remark", "lang", "inputs", "results", "updated"])
    return report


@needs(MEMBER)
def renew_report(member: Membership, report_id: uuid.UUID, start: datetime, until: datetime) -> Report:
    """Another period, with what is there of it now. Raises ReportGone; without its flow nothing changes."""
    report = report_of(member, report_id)
    if report.flow is None or until <= start:
        return report
    report.start, report.until = start, until
    report.facts = facts_of(told_of(report.flow, start, until, report.lang))
    report.save(update_fields=["start", "until", "facts", "updated"])
    return report


@needs(MEMBER)
def forget_report(member: Membership, report_id: uuid.UUID) -> None:
    """With its links. Raises ReportGone."""
    report_of(member, report_id).delete()


@needs(VIEWER)
def report_links_of(member: Membership, report_id: uuid.UUID) -> list[ReportLink]:
    rows = ReportLink.objects.of(member.workspace).filter(report=report_of(member, report_id))
    return list(rows.select_related("by"))


@needs(OWNER)
def share_report(member: Membership, report_id: uuid.UUID, days: int | None = None) -> tuple[ReportLink, str]:
    """A new link and its secret part, which can be read this once. Raises ReportGone, TooManyReports."""
    report = report_of(member, report_id)
    if ReportLink.objects.of(member.workspace).filter(report=report).count() >= MOST_LINKS:
        raise TooManyReports
    token = secrets.token_urlsafe(32)
    expires = timezone.now() + timedelta(days=min(max(days, 1), 3650)) if days is not None else None
    facts = {"token_hash": hash_of(token), "expires": expires, "by": member.user}
    return ReportLink.objects.add(member.workspace, report=report, **facts), token


@needs(OWNER)
def revoke_report_link(member: Membership, report_id: uuid.UUID, link_id: uuid.UUID) -> None:
    """From now on nobody sees anything by it. Raises ReportGone."""
    gone, _ = ReportLink.objects.of(member.workspace).filter(report=report_of(member, report_id), pk=link_id).delete()
    if not gone:
        raise ReportGone(str(link_id))


def report_with(token: str) -> Report:
    """The report that the link with this secret part shows. Raises ReportGone."""
    link = ReportLink.everywhere.filter(token_hash=hash_of(token)).select_related("report", "report__workspace").first()
    now = timezone.now()
    if link is None or (link.expires is not None and link.expires <= now):
        raise ReportGone
    if link.opened is None or now - link.opened > OPENED_EVERY:
        ReportLink.objects.of(link.workspace_id).filter(pk=link.pk).update(opened=now)
    return link.report


def savings_for(document: dict[str, Any]) -> Savings:
    """Those of the scenario that the flow came from: all of whose nodes it has. None of them: nothing to begin with."""
    nodes = {str(node.get("id")) for node in document.get("nodes") or [] if isinstance(node, dict)}
    for scenario in all_scenarios():
        if {str(node["id"]) for node in scenario.flow["nodes"]} <= nodes:
            return scenario.about.savings
    return Savings()


def _input(line: dict[str, Any]) -> dict[str, Any]:
    name = str(line.get("name") or "").strip()
    try:
        value = float(str(line.get("value")).replace(",", ""))
    except ValueError:
        raise BadLine(str(line.get("value"))[:40]) from None
    if not NAME.match(name) or not math.isfinite(value):
        raise BadLine((name or str(line.get("value")))[:40])
    label, unit = (str(line.get(key) or "").strip() for key in ("label", "unit"))
    return {"name": name, "label": label[:80] or name, "value": value, "unit": unit[:20]}


def _result(line: dict[str, Any]) -> dict[str, Any]:
    label, unit, expr = (str(line.get(key) or "").strip() for key in ("label", "unit", "expr"))
    if not label or len(expr) > LONGEST:
        raise BadLine((label or expr)[:40])
    return {"label": label[:80], "unit": unit[:20], "expr": expr}


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, tz=timezone.get_default_timezone())
