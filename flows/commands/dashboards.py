"""Arranging the dashboard of a flow, and sharing it read-only by links that can be revoked."""

import secrets
import uuid
from datetime import timedelta

from django.utils import timezone

from flows import live
from flows.commands.deploying import hash_of
from flows.commands.flows import flow_of
from flows.models import Dashboard, DashboardLink, Flow, Membership
from flows.rights import MEMBER, OWNER, needs

MOST_LINKS = 20
MOST_TILES = 1_000
LONGEST_DAYS = 3_650
OPENED_EVERY = timedelta(minutes=1)
"""How exactly it is kept when a link was last used."""
PARTS = ("order", "hidden", "wide", "small")


class LinkGone(Exception):
    """No such link, or it was revoked, or its time is over, or its flow is deleted."""


class TooManyLinks(Exception):
    """A flow has as many links as it may have."""


@needs(MEMBER)
def arrange_dashboard(member: Membership, flow_id: uuid.UUID, parts: dict[str, list[str]]) -> None:
    """Keep the order of the tiles, which are hidden, and which are wider or smaller than usual."""
    flow = flow_of(member, flow_id)
    kept = {name: list(dict.fromkeys(id[:200] for id in parts.get(name, [])))[:MOST_TILES] for name in PARTS}
    create = {"workspace": flow.workspace, "flow": flow, **kept}
    Dashboard.objects.of(flow.workspace).update_or_create(flow=flow, defaults=kept, create_defaults=create)


@needs(MEMBER)
def reset_dashboard(member: Membership, flow_id: uuid.UUID) -> None:
    """All tiles again, as they come."""
    flow = flow_of(member, flow_id)
    Dashboard.objects.of(flow.workspace).filter(flow=flow).delete()


def links_of(member: Membership, flow_id: uuid.UUID) -> list[DashboardLink]:
    flow = flow_of(member, flow_id)
    return list(DashboardLink.objects.of(flow.workspace).filter(flow=flow).select_related("by"))


@needs(OWNER)
def share_dashboard(
    member: Membership, flow_id: uuid.UUID, label: str = "", days: int | None = None
) -> tuple[DashboardLink, str]:
    """A new link and its secret part, which can be read this once. `days`: for how long, else until it is revoked."""
    flow = flow_of(member, flow_id)
    if DashboardLink.objects.of(flow.workspace).filter(flow=flow).count() >= MOST_LINKS:
        raise TooManyLinks(str(flow_id))
    token = secrets.token_urlsafe(32)
    expires = timezone.now() + timedelta(days=min(max(days, 1), LONGEST_DAYS)) if days is not None else None
    facts = {"label": label.strip()[:80], "expires": expires, "by": member.user}
    return DashboardLink.objects.add(flow.workspace, flow=flow, token_hash=hash_of(token), **facts), token


@needs(OWNER)
def revoke_link(member: Membership, flow_id: uuid.UUID, link_id: uuid.UUID) -> None:
    """From now on nobody sees anything by this link; who looks just now is cut off."""
    flow = flow_of(member, flow_id)
    link = DashboardLink.objects.of(flow.workspace).filter(flow=flow, pk=link_id).first()
    if link is None:
        raise LinkGone(str(link_id))
    link.delete()
    live.end_shared(link_id)


def link_with(token: str) -> DashboardLink:
    """The link with this secret part. Raises LinkGone."""
    found = DashboardLink.everywhere.filter(token_hash=hash_of(token), flow__binned=None)
    link = found.select_related("flow", "flow__deployed", "flow__workspace", "workspace").first()
    now = timezone.now()
    if link is None or (link.expires is not None and link.expires <= now):
        raise LinkGone
    if link.opened is None or now - link.opened > OPENED_EVERY:
        DashboardLink.objects.of(link.workspace).filter(pk=link.pk).update(opened=now)
    return link


def end_links_of(flow: Flow) -> None:
    """Cut off who looks at a flow that is deleted."""
    for link in DashboardLink.objects.of(flow.workspace_id).filter(flow=flow):
        live.end_shared(link.pk)
