"""Trying out a destination, once and at a person's wish."""

from typing import Any

from django.utils.translation import gettext as _

from flows.commands.notices import put_notice
from flows.commands.registry import NotRegistered
from flows.models import Destination, Membership
from flows.rights import MEMBER, needs
from flows.sealing import CannotOpen
from flows.sending import send


@needs(MEMBER)
def try_destination(member: Membership, ref: str, text: str) -> dict[str, Any]:
    """Send `text` there once: {"ok", "detail"}. Raises NotRegistered."""
    row = Destination.objects.of(member.workspace).filter(ref=ref).first()
    if row is None:
        raise NotRegistered(ref)
    if row.service == "inbox":
        put_notice(member.workspace, row.ref, text)
        return {"ok": True, "detail": ""}
    try:
        outcome = send(row, text, node="test")
    except CannotOpen:
        return {"ok": False, "detail": _("The address was kept with another key. Enter it again.")}
    return {"ok": outcome.sent, "detail": outcome.detail}
