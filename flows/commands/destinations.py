"""Where notices may go. An address goes in and never comes out again, save sealed, to the worker that sends."""

import re
from typing import Any
from urllib.parse import quote, urlencode

from django.db import transaction

from flows import live
from flows.commands.deploying import worker_of
from flows.commands.registry import NotRegistered, registry_changed
from flows.models import Destination, Flow, Membership
from flows.rights import OWNER, needs
from flows.sealing import seal
from runtime.addresses import Egress
from runtime.senders.outlets import sender_of

SERVICES = ("inbox", "slack", "email", "webhook")
_REF = re.compile(r"^[^\s/+#{}]{1,64}$")


class BadAddress(Exception):
    """The address does not fit the service; `args[0]` is the code of why."""


@needs(OWNER)
def save_destination(
    member: Membership, ref: str, *, service: str, label: dict[str, str], also: list[str], address: str | None
) -> Destination:
    """Make or change the destination `ref`. `address` None keeps the one it has. Raises BadAddress, ValueError."""
    if not _REF.match(ref) or service not in SERVICES:
        raise ValueError(ref)
    with transaction.atomic():
        row = Destination.objects.of(member.workspace).filter(ref=ref).first()
        row = row or Destination(workspace=member.workspace, ref=ref)
        if row.service != service:
            row.sealed_address = ""
        row.service, row.label, row.also = service, label, also
        if address is not None:
            row.sealed_address = seal(_checked(service, address.strip()), row.purpose())
        if service != "inbox" and not row.sealed_address:
            raise BadAddress("missing")
        row.save()
        _renew_flows(member, ref)
        registry_changed(member.workspace)
    return row


@needs(OWNER)
def forget_destination(member: Membership, ref: str) -> None:
    with transaction.atomic():
        gone, _ = Destination.objects.of(member.workspace).filter(ref=ref).delete()
        if not gone:
            raise NotRegistered(ref)
        registry_changed(member.workspace)


def _checked(service: str, address: str) -> str:
    """The address, when the service's sender can read it."""
    if service == "inbox":
        return ""
    if not address:
        raise BadAddress("missing")
    try:
        sender_of(service, address, Egress()).close()
    except ValueError as bad:
        raise BadAddress("not_email" if service == "email" else "not_https") from bad
    return address


def mail_address(server: str, to: str, sender: str, user: str, password: str) -> str:
    """What the form asks for, as one address: smtp://user:password@server:port/?to=…&from=…"""
    scheme = "smtps" if server.strip().endswith(":465") else "smtp"
    who = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
    query = urlencode({"to": to, **({"from": sender} if sender else {})})
    return f"{scheme}://{who}{server.strip()}/?{query}"


def _renew_flows(member: Membership, ref: str) -> None:
    """Workers that run a flow with this destination get its new address."""
    for flow in Flow.objects.of(member.workspace).filter(wanted=True).exclude(deployed=None).select_related("deployed"):
        worker = worker_of(flow)
        if worker is not None and flow.deployed is not None and _names(flow.deployed.document, ref):
            live.tell_worker(worker.id, "deploy", flow=str(flow.id))


def _names(value: Any, ref: str) -> bool:
    if isinstance(value, dict):
        return any(_names(part, ref) for part in value.values())
    if isinstance(value, list):
        return any(_names(part, ref) for part in value)
    return bool(value == ref)
