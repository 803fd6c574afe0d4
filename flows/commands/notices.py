"""Notices in the product's inbox, once they are there."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from flows import live
from flows.commands.approvals import waiting_approvals
from flows.models import DeadLetter, Flow, Membership, Notice, Workspace
from flows.rights import VIEWER, needs
from flows.showing import ms, name_of, notice_json


class NoticeGone(Exception):
    """No such notice in this workspace."""


def what_waits(workspace: Workspace) -> dict[str, int]:
    """For people, as the frame of every page counts it."""
    return {
        "unread": Notice.objects.of(workspace).filter(acked=None).count(),
        "waiting": waiting_approvals(workspace).count(),
        "letters": DeadLetter.objects.of(workspace).count(),
    }


@transaction.atomic
def put_notice(
    workspace: Workspace, to: str, text: str, *, flow: Flow | None = None, key: str = "", **more: Any
) -> Notice:
    """A notice in the inbox, numbered and shown at once. `more`: node, device, time (default: now), or what is said of one
    that was snoozed."""
    held = Workspace.objects.select_for_update().get(pk=workspace.pk)
    held.notice_seq += 1
    held.save(update_fields=["notice_seq"])
    more = {"time": timezone.now(), **more}
    notice = Notice.objects.add(
        workspace, flow=flow, seq=held.notice_seq, to=to[:64], text=text[:10_000], key=key, **more
    )
    live.to_browsers(workspace.id, {"t": "notice", **notice_json(notice)})
    return notice


@needs(VIEWER)
@transaction.atomic
def acknowledge(member: Membership, notice_id: uuid.UUID) -> Notice:
    """Somebody has seen it. The first one counts."""
    notice = Notice.objects.of(member.workspace).select_for_update().filter(pk=notice_id).first()
    if notice is None:
        raise NoticeGone(str(notice_id))
    if notice.acked is None:
        notice.acked, notice.acked_by = timezone.now(), member.user
        notice.save(update_fields=["acked", "acked_by", "updated"])
        _told(member, {"notice": str(notice.id)})
    return notice


@needs(VIEWER)
def acknowledge_all(member: Membership, flow: uuid.UUID | None = None) -> int:
    """Every open notice of the workspace, or of one flow. Returns how many."""
    unread = Notice.objects.of(member.workspace).filter(acked=None)
    unread = unread.filter(flow=flow) if flow is not None else unread
    count = unread.update(acked=timezone.now(), acked_by=member.user)
    _told(member, {"notice": None, "flow": str(flow) if flow is not None else None})
    return count


def _told(member: Membership, about: dict[str, Any]) -> None:
    unread = Notice.objects.of(member.workspace).filter(acked=None).count()
    who = {"acked": ms(timezone.now()), "acked_by": name_of(member.user)}
    live.to_browsers(member.workspace_id, {"t": "acked", "unread": unread, **who, **about})
