"""Commands that a person approves every single time: kept as the worker tells of them, answered, closed."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from flows import live
from flows.commands.deploying import worker_of
from flows.commands.devices import NoWorker
from flows.models import Flow, Membership, PendingApproval, Workspace
from flows.rights import MEMBER, needs
from flows.showing import approval_json

State = PendingApproval.State
_CAME_OF_IT = {"sent": State.APPROVED, "expired": State.EXPIRED, "refused": State.REJECTED}


class ApprovalGone(Exception):
    """No such approval in this workspace."""


class AnsweredAlready(Exception):
    """Somebody was quicker, or its time is over: `approval` says which."""

    def __init__(self, approval: PendingApproval) -> None:
        super().__init__(approval.state)
        self.approval = approval


def waiting_approvals(workspace: Workspace) -> QuerySet[PendingApproval]:
    """What a person may still answer."""
    return PendingApproval.objects.of(workspace).filter(state=State.WAITING, expires__gt=timezone.now())


def ask_approval(workspace: Workspace, flow: Flow, data: dict[str, Any], expires: datetime, **place: Any) -> None:
    """The worker holds a command. It tells of the same one again after a restart: then nobody's answer has reached
    it, and it is asked anew."""
    values = data.get("values")
    facts = {
        "command": str(data.get("command") or "")[:64],
        "values": values if isinstance(values, dict) else {},
        "text": str(data.get("text") or "")[:2_000],
        "expires": expires,
        "state": State.WAITING,
        "answered": None,
        "by": None,
        **place,
    }
    create = {"workspace": workspace, "flow": flow, **facts}
    row, _ = PendingApproval.objects.of(workspace).update_or_create(
        flow=flow, key=str(data["key"])[:64], defaults=facts, create_defaults=create
    )
    _tell(row)


@needs(MEMBER)
@transaction.atomic
def answer_approval(member: Membership, approval_id: uuid.UUID, ok: bool) -> PendingApproval:
    """Let the worker send the command, or drop it. The first answer counts. Raises ApprovalGone, AnsweredAlready,
    NoWorker."""
    rows = PendingApproval.objects.of(member.workspace).select_for_update()
    row = rows.filter(pk=approval_id).first()
    if row is None:
        raise ApprovalGone(str(approval_id))
    if row.state != State.WAITING or row.expires <= timezone.now():
        raise AnsweredAlready(row)
    worker = worker_of(row.flow)
    if worker is None or not worker.connected:
        raise NoWorker
    row.state, row.answered, row.by = (State.APPROVED if ok else State.REJECTED), timezone.now(), member.user
    row.save(update_fields=["state", "answered", "by", "updated"])
    order = {"t": "approve", "id": str(row.id), "flow": str(row.flow_id), "key": row.key, "ok": ok}
    live.to_worker(worker.id, order)
    _tell(row)
    return row


def close_approval(workspace: Workspace, flow: Flow, key: str, outcome: str) -> None:
    """What came of a held command, whoever ended it."""
    rows = PendingApproval.objects.of(workspace).filter(flow=flow, key=key)
    row = rows.filter(state=State.WAITING).first()
    if row is not None:
        row.state = _CAME_OF_IT.get(outcome, State.GONE)
        row.save(update_fields=["state", "updated"])
        _tell(row)


def _tell(row: PendingApproval) -> None:
    count = waiting_approvals(row.workspace).count()
    live.to_browsers(row.workspace_id, {"t": "approval", "waiting": count, **approval_json(row)})
