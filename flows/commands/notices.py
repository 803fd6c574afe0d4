"""Notices in the product's inbox, once they are there."""

import uuid

from django.db import transaction
from django.utils import timezone

from flows import live
from flows.models import Membership, Notice


class NoticeGone(Exception):
    """No such notice in this workspace."""


@transaction.atomic
def acknowledge(member: Membership, notice_id: uuid.UUID) -> Notice:
    """Somebody has seen it. The first one counts."""
    notice = Notice.objects.of(member.workspace).select_for_update().filter(pk=notice_id).first()
    if notice is None:
        raise NoticeGone(str(notice_id))
    if notice.acked is None:
        notice.acked, notice.acked_by = timezone.now(), member.user
        notice.save(update_fields=["acked", "acked_by", "updated"])
        live.to_browsers(member.workspace_id, {"t": "acked", "notice": str(notice.id)})
    return notice


def acknowledge_all(member: Membership) -> int:
    """Every open notice of the workspace. Returns how many."""
    unread = Notice.objects.of(member.workspace).filter(acked=None)
    count = unread.update(acked=timezone.now(), acked_by=member.user)
    live.to_browsers(member.workspace_id, {"t": "acked", "notice": None})
    return count
