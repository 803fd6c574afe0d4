"""The server itself sends to a destination: when somebody tries one out, and when there is an incident to tell of."""

import logging
import secrets
import threading
import time
import uuid

from django.db import connection

from flows.models import Destination, Workspace
from flows.sealing import CannotOpen, unseal
from runtime.addresses import Egress, allowed_networks
from runtime.senders.outcome import Outcome, Parcel
from runtime.senders.outlets import sender_of

log = logging.getLogger(__name__)
PAUSES = (0.0, 5.0, 30.0, 120.0)
"""Seconds before each attempt to tell of an incident."""


def door() -> Egress:
    """The policy for addresses that were typed into a browser: public ones, and what SUIRO_EGRESS_ALLOW names."""
    return Egress(allowed_networks())


def send(row: Destination, text: str, *, node: str, key: str | None = None) -> Outcome:
    """Send `text` there once, now. Raises CannotOpen where the address was kept with another key."""
    address = unseal(row.sealed_address, row.purpose())
    try:
        sender = sender_of(row.service, address, door())
    except ValueError as bad:
        return Outcome(False, True, str(bad))
    notice = row.service in ("slack", "email")
    parcel = Parcel(
        key=key or secrets.token_hex(16), node=node, kind="notify", device=None, time=int(time.time() * 1000),
        text=text if notice else None, body=None if notice else {node: True, "text": text}, flow="Suiro",
    )  # fmt: skip
    try:
        return sender.send(parcel)
    finally:
        sender.close()


def send_later(workspace: Workspace, refs: list[str], text: str) -> None:
    """Tell these destinations of an incident, some attempts each, without waiting for them."""
    for ref in refs:
        threading.Thread(target=_tell, args=(workspace.pk, ref, text), name=f"tell {ref}", daemon=True).start()


def _tell(workspace: uuid.UUID, ref: str, text: str) -> None:
    key, outcome = secrets.token_hex(16), Outcome(False)
    try:
        row = Destination.objects.of(workspace).filter(ref=ref).first()
        if row is None:
            return
        for pause in PAUSES:
            time.sleep(pause)
            outcome = send(row, text, node="incident", key=key)
            if outcome.sent or outcome.permanent:
                break
    except CannotOpen:
        outcome = Outcome(False, True, "its address was kept with another key")
    except Exception:
        log.exception("the destination %s could not be told", ref)
        return
    finally:
        connection.close()
    if not outcome.sent:
        log.warning("the destination %s was not told of an incident: %s", ref, outcome.detail)
