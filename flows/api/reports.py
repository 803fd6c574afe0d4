"""Reports: made of a flow, shared by links, thrown away."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Field, Schema, Status

from flows import commands
from flows.api.entry import actor, api, language, refuse
from flows.showing import report_link_json


class NewReport(Schema):
    """Of a flow that runs here, or of a demo that is open."""

    flow: uuid.UUID | None = None
    demo: str = Field("", max_length=64)


class NewReportLink(Schema):
    days: int | None = Field(None, ge=1, le=3650)


@api.exception_handler(commands.ReportGone)
def _report_gone(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 404, "not_found", _("There is no such thing here."))


@api.exception_handler(commands.TooManyReports)
def _too_many_reports(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 409, "too_many", _("There are as many as there may be. Delete one first."))


@api.post("/reports", response={201: Any})
def make_report(request: HttpRequest, wish: NewReport) -> Any:
    """Of what the flow did since it was started, at most the last week; of the demo's last run."""
    member, lang = actor(request), language(request)
    if wish.flow is None:
        report = commands.new_report_of_demo(member, wish.demo, lang)
    else:
        report = commands.new_report(member, wish.flow, lang)
    return Status(201, {"id": str(report.pk)})


@api.delete("/reports/{uuid:report_id}", response={204: None})
def delete_report(request: HttpRequest, report_id: uuid.UUID) -> Any:
    commands.forget_report(actor(request), report_id)
    return Status(204, None)


@api.get("/reports/{uuid:report_id}/links")
def report_links(request: HttpRequest, report_id: uuid.UUID) -> Any:
    return [report_link_json(link) for link in commands.report_links_of(actor(request), report_id)]


@api.post("/reports/{uuid:report_id}/links", response={201: Any})
def share_report(request: HttpRequest, report_id: uuid.UUID, wish: NewReportLink) -> Any:
    """The only answer that holds the whole link."""
    link, token = commands.share_report(actor(request), report_id, wish.days)
    url = request.build_absolute_uri(reverse("shared-report", args=[token]))
    return Status(201, {**report_link_json(link), "url": url})


@api.delete("/reports/{uuid:report_id}/links/{uuid:link_id}", response={204: None})
def revoke_report_link(request: HttpRequest, report_id: uuid.UUID, link_id: uuid.UUID) -> Any:
    commands.revoke_report_link(actor(request), report_id, link_id)
    return Status(204, None)
