"""Dead letters: kept as workers tell of them, replayed or discarded at a person's wish. The worker has the thing itself and
says when a letter is gone; until then it stays in sight."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from flows import live
from flows.commands.deploying import worker_of
from flows.commands.devices import NoWorker
from flows.models import DeadLetter, Flow, Membership, Workspace
from flows.rights import MEMBER, needs

MOST = 10_000
"""Letters of a workspace that are kept: as many as a worker keeps."""
AT_ONCE = 500
"""Keys in one order to a worker."""


def keep_letter(
    workspace: Workspace, flow: Flow, data: dict[str, Any], *, made: datetime, expires: datetime | None, **place: Any
) -> None:
    """What a worker says of one that it has given up. It may say so again."""
    args = data.get("args")
    facts = {
        "kind": DeadLetter.Kind.MESSAGE if data["kind"] == "message" else DeadLetter.Kind.EFFECT,
        "action": str(data.get("action") or "")[:64],
        "to": str(data.get("to") or "")[:500],
        "payload": str(data.get("payload") or "")[:4_000],
        "attempts": max(0, min(int(data.get("attempts") or 0), 1_000_000)),
        "reason": str(data["reason"])[:64],
        "args": args if isinstance(args, dict) else {},
        "detail": str(data.get("detail") or "")[:500],
        "made": made,
        "expires": expires,
        **place,
    }
    create = {"workspace": workspace, "flow": flow, **facts}
    DeadLetter.objects.of(workspace).update_or_create(
        flow=flow, key=str(data["key"])[:200], defaults=facts, create_defaults=create
    )


def forget_letter(workspace: Workspace, flow: Flow, key: str) -> None:
    """The worker has it no more."""
    DeadLetter.objects.of(workspace).filter(flow=flow, key=key[:200]).delete()


def letters_changed(workspace: Workspace) -> None:
    """Let the oldest go where there are too many, and tell the pages how many there are."""
    rows = DeadLetter.objects.of(workspace)
    if (count := rows.count()) > MOST:
        old = [row.pk for row in rows.only("pk")[MOST:]]
        rows.filter(pk__in=old).delete()
        count = MOST
    live.to_browsers(workspace.id, {"t": "letters", "count": count})


def letters_of(
    workspace: Workspace, *, flow: uuid.UUID | None = None, to: str = "", ids: Iterable[uuid.UUID] | None = None
) -> QuerySet[DeadLetter]:
    """The letters of a workspace, newest first: of one flow, for one destination, or those with these ids."""
    rows = DeadLetter.objects.of(workspace).select_related("flow")
    if flow is not None:
        rows = rows.filter(flow=flow)
    if to:
        rows = rows.filter(to=to)
    return rows if ids is None else rows.filter(pk__in=list(ids))


@needs(MEMBER)
def replay_letters(member: Membership, letters: QuerySet[DeadLetter]) -> tuple[list[str], int]:
    """Have the workers send these after all, or read these messages again; the ids of the orders and how many letters they
    are about. Those whose time to live is over are left out. Raises NoWorker."""
    return _order("replay", letters.filter(Q(expires=None) | Q(expires__gt=timezone.now())))


@needs(MEMBER)
def discard_letters(member: Membership, letters: QuerySet[DeadLetter]) -> tuple[list[str], int]:
    """Have the workers forget these. As above."""
    return _order("discard", letters)


def _order(what: str, letters: QuerySet[DeadLetter]) -> tuple[list[str], int]:
    keys: dict[Flow, list[str]] = {}
    for letter in letters.select_related("flow").order_by("time"):
        keys.setdefault(letter.flow, []).append(letter.key)
    orders: list[tuple[uuid.UUID, dict[str, Any]]] = []
    for flow, listed in keys.items():
        worker = worker_of(flow)
        if worker is None or not worker.connected:
            raise NoWorker
        for start in range(0, len(listed), AT_ONCE):
            words = {"t": what, "id": str(uuid.uuid4()), "flow": str(flow.id), "keys": listed[start : start + AT_ONCE]}
            orders.append((worker.id, words))
    for worker_id, order in orders:
        live.to_worker(worker_id, order)
    return [order["id"] for _, order in orders], sum(map(len, keys.values()))
