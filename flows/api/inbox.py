"""Notices."""

import uuid
from typing import Any

from django.http import HttpRequest

from flows import commands
from flows.api.entry import actor, api
from flows.models import Notice
from flows.showing import notice_json

MOST = 500


@api.get("/notices")
def list_notices(request: HttpRequest, unread: bool = False, after: int = 0, limit: int = 100) -> Any:
    """Newest first; `after` a sequence number gives those that a page missed."""
    rows = Notice.objects.of(actor(request).workspace).select_related("flow")
    rows = rows.filter(acked=None) if unread else rows
    rows = rows.filter(seq__gt=after) if after else rows
    return [notice_json(notice) for notice in rows[: max(1, min(limit, MOST))]]


@api.post("/notices/{uuid:notice_id}/ack")
def acknowledge(request: HttpRequest, notice_id: uuid.UUID) -> Any:
    return notice_json(commands.acknowledge(actor(request), notice_id))


@api.post("/notices/ack")
def acknowledge_all(request: HttpRequest) -> Any:
    return {"count": commands.acknowledge_all(actor(request))}
