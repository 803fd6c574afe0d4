"""Notices, and commands that wait for a person."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Schema

from flows import commands
from flows.api.entry import actor, api
from flows.models import Notice, PendingApproval
from flows.showing import approval_json, notice_json

MOST = 500


@api.get("/notices")
def list_notices(
    request: HttpRequest,
    unread: bool = False,
    after: int = 0,
    before: int = 0,
    flow: str = "",
    text: str = "",
    snoozed: bool = False,
    limit: int = 100,
) -> Any:
    """Newest first; `after` a sequence number gives those that a page missed, `before` one those that are older; `flow` is
    an id, or "system" for what no flow told. Those that were
    `snoozed` are listed apart from the others."""
    rows = Notice.objects.of(actor(request).workspace).select_related("flow", "acked_by")
    rows = rows.filter(seq__lt=before, snoozed=snoozed) if before else rows.filter(snoozed=snoozed)
    rows = rows.filter(text__icontains=text) if text else rows
    rows = of_flow(rows, flow) if flow else rows
    rows = rows.filter(acked=None) if unread else rows
    rows = rows.filter(seq__gt=after) if after else rows
    return [notice_json(notice) for notice in rows[: max(1, min(limit, MOST))]]


def of_flow(rows: QuerySet[Notice], flow: str) -> QuerySet[Notice]:
    """Those of one flow; none where that is no id."""
    if flow == "system":
        return rows.filter(flow=None)
    try:
        return rows.filter(flow=uuid.UUID(flow))
    except ValueError:
        return rows.none()


@api.post("/notices/{uuid:notice_id}/ack")
def acknowledge(request: HttpRequest, notice_id: uuid.UUID) -> Any:
    return notice_json(commands.acknowledge(actor(request), notice_id))


class Which(Schema):
    """`flow` absent: all of the workspace."""

    flow: uuid.UUID | None = None


@api.post("/notices/ack")
def acknowledge_all(request: HttpRequest, which: Which | None = None) -> Any:
    return {"count": commands.acknowledge_all(actor(request), which.flow if which else None)}


class Answer(Schema):
    ok: bool


@api.get("/approvals")
def list_approvals(request: HttpRequest, waiting: bool = False, limit: int = 100) -> Any:
    """Newest first; `waiting`: only those that can still be answered."""
    workspace = actor(request).workspace
    rows = commands.waiting_approvals(workspace) if waiting else PendingApproval.objects.of(workspace)
    rows = rows.select_related("flow", "by")
    return [approval_json(row) for row in rows[: max(1, min(limit, MOST))]]


@api.post("/approvals/{uuid:approval_id}")
def answer_approval(request: HttpRequest, approval_id: uuid.UUID, answer: Answer) -> Any:
    """{"ok": true} lets the worker send the command, false drops it; 409 when it was answered before or is over."""
    return approval_json(commands.answer_approval(actor(request), approval_id, answer.ok))
