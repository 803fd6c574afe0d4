"""Making, changing, deleting and bringing back flows."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from document.export import version_of
from flows import live
from flows.models import Flow, Membership, Turn
from flows.rights import MEMBER, needs
from flows.showing import EDITED

_WRITERS = ("phrasebook", "model")
EMPTY: dict[str, Any] = {"suiro": 1, "nodes": []}


class Conflict(Exception):
    """Somebody else changed the draft first."""

    def __init__(self, flow: Flow) -> None:
        super().__init__(f"revision is {flow.revision}")
        self.flow = flow


class FlowGone(Exception):
    """No such flow in this workspace, or it is in the bin."""


def flow_of(member: Membership, flow_id: uuid.UUID | str, *, lock: bool = False) -> Flow:
    """The flow. Raises FlowGone when there is none in the member's workspace."""
    rows = Flow.objects.of(member.workspace).filter(binned=None)
    rows = rows.select_for_update() if lock else rows.select_related("deployed", "deployed__by", "workspace")
    flow = rows.filter(pk=flow_id).first()
    if flow is None:
        raise FlowGone(str(flow_id))
    return flow


@needs(MEMBER)
def new_flow(member: Membership, name: str = "", document: dict[str, Any] | None = None, author: str = "hand") -> Flow:
    """A draft. Without a document an empty one; its name is the document's, else `name`, else "New flow"."""
    document = dict(document or EMPTY)
    name = name.strip()[:200] or str(document.get("name") or "") or _("New flow")
    document.setdefault("name", name)
    flow = Flow.objects.add(member.workspace, name=name[:200], document=document, author=author, created_by=member.user)
    _flow_changed(flow)
    return flow


@needs(MEMBER)
@transaction.atomic
def change_flow(member: Membership, flow_id: uuid.UUID, document: dict[str, Any], revision: int) -> Flow:
    """Replace the draft that had `revision`. Raises Conflict when it has another by now."""
    flow = flow_of(member, flow_id, lock=True)
    if flow.revision != revision:
        raise Conflict(flow)
    if document != flow.document:
        flow.document, flow.revision = document, flow.revision + 1
        flow.name = str(document.get("name") or flow.name)[:200]
        flow.author = _author_now(flow)
        flow.save(update_fields=["document", "revision", "name", "author", "updated"])
        _flow_changed(flow)
    return flow


@needs(MEMBER)
@transaction.atomic
def bin_flow(member: Membership, flow_id: uuid.UUID) -> Flow:
    """Stop the flow and put it into the bin, from which `restore_flow` brings it back."""
    from flows.commands.dashboards import end_links_of
    from flows.commands.deploying import stop_flow

    flow = stop_flow(member, flow_id)
    end_links_of(flow)
    flow.binned = timezone.now()
    flow.save(update_fields=["binned", "updated"])
    live.to_browsers(flow.workspace_id, {"t": "flow", "flow": str(flow.id), "status": "deleted"})
    return flow


@needs(MEMBER)
@transaction.atomic
def restore_flow(member: Membership, flow_id: uuid.UUID) -> Flow:
    """Bring a flow back out of the bin; it stays stopped."""
    flow = Flow.objects.of(member.workspace).exclude(binned=None).filter(pk=flow_id).first()
    if flow is None:
        raise FlowGone(str(flow_id))
    flow.binned = None
    flow.save(update_fields=["binned", "updated"])
    _flow_changed(flow)
    return flow


def add_turn(flow: Flow, role: str, text: str, author: str = "", compilation: dict[str, Any] | None = None) -> Turn:
    """Keep what a person asked or what the author answered."""
    return Turn.objects.add(
        flow.workspace, flow=flow, role=role, text=text[:20_000], author=author, compilation=compilation
    )


def name_author(flow: Flow, author: str) -> None:
    """Who wrote the flow last: shown wherever it is."""
    Flow.objects.of(flow.workspace).filter(pk=flow.pk).update(author=author[:32])


def _author_now(flow: Flow) -> str:
    """The flow's author; with a mark when the draft is not any more what a phrasebook or model wrote."""
    author = flow.author.removesuffix(EDITED)
    answers = flow.turns.filter(role=Turn.Role.AUTHOR, compilation__document__nodes__isnull=False)
    last = answers.order_by("-created").first() if author in _WRITERS else None
    written = (last.compilation or {}).get("document") if last is not None else None
    if written is None or version_of(written) == version_of(flow.document):
        return author
    return author + EDITED


def _flow_changed(flow: Flow) -> None:
    message = {"t": "flow", "flow": str(flow.id), "status": flow.status, "name": flow.name, "revision": flow.revision}
    live.to_browsers(flow.workspace_id, message)
