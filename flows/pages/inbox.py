"""Commands that wait for a person, then notices, newest first."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from flows import commands
from flows.access import member_of
from flows.models import Destination, Flow, Notice, PendingApproval
from flows.showing import approval_json, notice_json
from nodes.kit.things import spoken

MOST = 100
MOST_ENDED, SHOWN_FOR = 5, timedelta(hours=1)
"""Approvals that were answered or ran out stay in sight for a while."""


def list_page(request: HttpRequest) -> HttpResponse:
    workspace = member_of(request).workspace
    waiting = commands.waiting_approvals(workspace).select_related("flow", "by").order_by("expires")[:MOST]
    recent = PendingApproval.objects.of(workspace).filter(updated__gt=timezone.now() - SHOWN_FOR)
    ended = recent.exclude(pk__in=[row.pk for row in waiting]).select_related("flow", "by")[:MOST_ENDED]
    lang = getattr(request, "LANGUAGE_CODE", "en")
    named = {"system": _("System")} | {d.ref: spoken(d.label, lang, d.ref) for d in Destination.objects.of(workspace)}
    told = Notice.objects.of(workspace).filter(snoozed=False)
    ids = told.exclude(flow=None).order_by().values("flow").distinct()
    flows = Flow.objects.of(workspace).filter(pk__in=ids).order_by("name")
    context = {
        "flows": [{"id": str(flow.pk), "name": flow.name} for flow in flows],
        "state": request.GET.get("state", ""),
        "chosen": request.GET.get("flow", ""),
        "page_data": {
            "approvals": [approval_json(row) for row in (*waiting, *ended)],
            "destinations": named,
            "notices": [notice_json(row) for row in told.select_related("flow", "acked_by")[:MOST]],
            "most": MOST,
            "seq": workspace.notice_seq,
        },
    }
    return render(request, "inbox.html", context)
