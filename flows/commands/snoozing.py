"""Snoozing: for an hour, until tomorrow morning, until a date, or for planned maintenance. Workers hold it (docs/adr/0024)."""

import uuid
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from flows import live
from flows.commands.flows import flow_of
from flows.commands.registry import NotRegistered
from flows.models import Device, Flow, Membership, Snooze, Worker, Workspace
from flows.rights import MEMBER, needs

MORNING = time(8)
LONGEST = timedelta(days=366)
MOST = 500


class SnoozeGone(Exception):
    """No such snooze in this workspace, or it is over."""


class BadSnooze(Exception):
    """`args[0]` is the code of why: `nothing` (neither flow nor device), `over`, `backwards`, `too_long` or `too_many`."""


@needs(MEMBER)
@transaction.atomic
def snooze(
    member: Membership,
    *,
    flow: uuid.UUID | None = None,
    device: str | None = None,
    start: datetime | None = None,
    until: datetime,
    commands: bool = False,
    reason: str = "",
) -> Snooze:
    """Hold notices back (with `commands`, commands too) from `start` (default: now). Raises BadSnooze, FlowGone,
    NotRegistered."""
    now = timezone.now()
    start = max(start or now, now)
    _refuse_bad(member.workspace, flow, device, start, until, now)
    about: Flow | None = flow_of(member, flow) if flow is not None else None
    if device is not None and not Device.objects.of(member.workspace).filter(ref=device).exists():
        raise NotRegistered(device)
    facts = {"start": start, "until": until, "commands": commands, "reason": reason.strip()[:200]}
    row = Snooze.objects.add(member.workspace, flow=about, device=device, by=member.user, **facts)
    _tell(member.workspace)
    return row


@needs(MEMBER)
@transaction.atomic
def end_snooze(member: Membership, snooze_id: uuid.UUID) -> None:
    """Tell people again from now on; what has not begun is forgotten. Raises SnoozeGone."""
    row = current_snoozes(member.workspace).filter(pk=snooze_id).first()
    if row is None:
        raise SnoozeGone(str(snooze_id))
    if row.start > timezone.now():
        row.delete()
    else:
        Snooze.objects.of(member.workspace).filter(pk=row.pk).update(until=timezone.now())
    _tell(member.workspace)


def current_snoozes(workspace: Workspace) -> QuerySet[Snooze]:
    """Those that hold or are planned, with the number of notices that were `count`ed as held back. That of a deleted flow
    waits for the flow to be brought back."""
    rows = Snooze.objects.of(workspace).filter(until__gt=timezone.now(), flow__binned=None).select_related("flow", "by")
    return rows.annotate(count=Count("held"))


def tomorrow_morning(workspace: Workspace) -> datetime:
    """Eight o'clock, where the workspace is."""
    here = timezone.now().astimezone(ZoneInfo(workspace.zone))
    return datetime.combine(here.date() + timedelta(days=1), MORNING, here.tzinfo)


def _refuse_bad(
    workspace: Workspace, flow: uuid.UUID | None, device: str | None, start: datetime, until: datetime, now: datetime
) -> None:
    if flow is None and device is None:
        raise BadSnooze("nothing")
    if until <= now:
        raise BadSnooze("over")
    if until <= start:
        raise BadSnooze("backwards")
    if until > now + LONGEST:
        raise BadSnooze("too_long")
    if current_snoozes(workspace).count() >= MOST:
        raise BadSnooze("too_many")


def _tell(workspace: Workspace) -> None:
    for worker in Worker.objects.of(workspace):
        live.tell_worker(worker.id, "snoozes")
    live.to_browsers(workspace.id, {"t": "snoozes"})
