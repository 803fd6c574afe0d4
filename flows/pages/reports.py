"""Reports: the list, one with its form, and the sheet alone for whoever has a link."""

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from flows import commands
from flows.access import member_of
from flows.demo.running import of_person
from flows.gallery_words import in_lang
from flows.models import Flow, Report
from flows.pages.dashboard import for_nobody_else
from flows.reporting.savings import MOST_INPUTS, MOST_RESULTS
from flows.reporting.sheet import sheet_of, zone_of
from flows.showing import report_link_json

SPARE = 2
"""Empty lines at the end, for those who want to add one."""


@ensure_csrf_cookie
@require_GET
def list_page(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    flows = Flow.objects.of(member.workspace).filter(binned=None).exclude(deployed=None).order_by("name")
    demos = [one.demo for one in of_person(member.workspace_id, member.user_id)]
    lang = "ja" if getattr(request, "LANGUAGE_CODE", "en") == "ja" else "en"
    context = {
        "demos": [{"id": demo.id, "name": in_lang(demo.scenario.about.title, lang)} for demo in demos],
        "reports": commands.reports_of(member),
        "flows": [{"id": str(flow.pk), "name": flow.name} for flow in flows],
    }
    return render(request, "reports/list.html", context)


@ensure_csrf_cookie
def page(request: HttpRequest, report_id: uuid.UUID) -> HttpResponse:
    member = member_of(request)
    try:
        report = commands.report_of(member, report_id)
    except commands.ReportGone:
        raise Http404 from None
    if request.method == "POST":
        return _save(request, report)
    zone = zone_of(report)
    links = commands.report_links_of(member, report_id)
    context = {
        "report": report,
        "sheet": _sheet(report),
        "start": report.start.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
        "until": report.until.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
        "input_lines": _with_spare([{**line, "shown": f"{line['value']:.15g}"} for line in report.inputs], MOST_INPUTS),
        "result_lines": _with_spare(report.results, MOST_RESULTS),
        "counts": (report.facts.get(report.lang) or {}).get("counts") or {},
        "page_data": {"report": str(report.pk), "links": [report_link_json(link) for link in links]},
    }
    return render(request, "reports/page.html", context)


@never_cache
@require_GET
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The sheet, nothing of the frame, and no way to anything else."""
    try:
        report = commands.report_with(token)
    except commands.ReportGone:
        return for_nobody_else(render(request, "reports/over.html", status=404))
    context = {"sheet": _sheet(report), "report": report, "lang": report.lang, "theme": "light"}
    with override(report.lang):
        return for_nobody_else(render(request, "reports/shared.html", context))


def _sheet(report: Report) -> dict[str, Any]:
    with override(report.lang):
        return sheet_of(report)


def _with_spare(lines: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    return [*lines, *({} for _ in range(min(SPARE, most - len(lines))))]


def _save(request: HttpRequest, report: Report) -> HttpResponse:
    given, member = request.POST, member_of(request)
    words = {name: given.get(name, "") for name in ("title", "customer", "remark", "lang")}
    inputs = _lines(request, "input", ("name", "label", "value", "unit"), "value")
    results = _lines(request, "result", ("label", "expr", "unit"), "expr")
    try:
        commands.change_report(member, report.pk, words, inputs, results)
        start, until = (_moment(given.get(name, ""), report) for name in ("start", "until"))
        if start and until and (start, until) != tuple(_minute(one, report) for one in (report.start, report.until)):
            commands.renew_report(member, report.pk, start, until)
    except commands.BadLine as bad:
        messages.error(request, _("This line of the savings cannot be used: %s") % bad)
    else:
        messages.success(request, _("Saved."))
    return redirect("report", report.pk)


def _lines(request: HttpRequest, sort: str, names: tuple[str, ...], must: str) -> list[dict[str, Any]]:
    """Rows of the form; one whose field `must` is empty is no line."""
    columns = [request.POST.getlist(f"{sort}_{name}") for name in names]
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=False)]
    return [row for row in rows if row[must].strip()]


def _moment(text: str, report: Report) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(report.workspace.zone))
    except ValueError:
        return None


def _minute(moment: datetime, report: Report) -> datetime:
    return moment.astimezone(ZoneInfo(report.workspace.zone)).replace(second=0, microsecond=0)
