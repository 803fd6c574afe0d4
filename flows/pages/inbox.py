"""Notices, newest first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from flows.access import member_of
from flows.models import Notice
from flows.showing import notice_json

MOST = 200


def list_page(request: HttpRequest) -> HttpResponse:
    rows = Notice.objects.of(member_of(request).workspace).select_related("flow")[:MOST]
    return render(request, "inbox.html", {"notices": [notice_json(row) for row in rows]})
