"""Trying out, once and at a person's wish, what was set up: a destination, the language model."""

import secrets
import time
from typing import Any

from django.utils.translation import gettext as _

from flows.commands.notices import put_notice
from flows.commands.registry import NotRegistered
from flows.models import Destination, Workspace
from flows.sealing import CannotOpen, unseal
from runtime.addresses import Egress, allowed_networks
from runtime.senders.outcome import Outcome, Parcel
from runtime.senders.outlets import SERVICES


def door() -> Egress:
    """The policy for addresses that were typed into a browser: public ones, and what SUIRO_EGRESS_ALLOW names."""
    return Egress(allowed_networks())


def try_destination(workspace: Workspace, ref: str, text: str) -> dict[str, Any]:
    """Send `text` there once: {"ok", "detail"}. Raises NotRegistered."""
    row = Destination.objects.of(workspace).filter(ref=ref).first()
    if row is None:
        raise NotRegistered(ref)
    if row.service == "inbox":
        put_notice(workspace, row.ref, text)
        return {"ok": True, "detail": ""}
    try:
        outcome = _send(row.service, unseal(row.sealed_address, row.purpose()), text)
    except CannotOpen:
        return {"ok": False, "detail": _("The address was kept with another key. Enter it again.")}
    return {"ok": outcome.sent, "detail": outcome.detail}


def _send(service: str, address: str, text: str) -> Outcome:
    try:
        sender = SERVICES[service](address, door())
    except (KeyError, ValueError) as bad:
        return Outcome(False, True, str(bad))
    notice = service in ("slack", "email")
    parcel = Parcel(
        key=secrets.token_hex(16), node="test", kind="notify", device=None, time=int(time.time() * 1000),
        text=text if notice else None, body=None if notice else {"test": True, "text": text}, flow="Suiro",
    )  # fmt: skip
    try:
        return sender.send(parcel)
    finally:
        sender.close()
