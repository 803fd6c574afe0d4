"""Which MQTT broker a workspace reads, and which language models it may use."""

import re
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from flows import live
from flows.commands.deploying import first_worker
from flows.commands.devices import ask_worker
from flows.commands.registry import registry_changed
from flows.model_access import author_model
from flows.models import Broker, Membership, ModelProfile, Workspace
from flows.rights import OWNER, needs
from flows.sealing import CannotOpen, seal, unseal

LONGEST = 500
_BROKER = re.compile(r"^mqtts?://[A-Za-z0-9._\-\[\]:]+$")
_MODEL = re.compile(r"^https?://\S+$")


class BadAddress(Exception):
    """Not an address of the expected kind."""


@needs(OWNER)
def connect_broker(
    member: Membership, *, embedded: bool, url: str = "", username: str = "", password: str | None = None, ca: str = ""
) -> Broker:
    """Read from this broker from now on; `password` None keeps the one it has. Raises BadAddress."""
    url = url.strip()
    if not embedded and (not _BROKER.match(url) or "@" in url or len(url) > LONGEST):
        raise BadAddress(url)
    with transaction.atomic():
        row = broker_of(member.workspace)
        if password is None and row.url != url:
            row.sealed_password = ""  # a password is sealed for its address
        row.embedded = embedded
        if not embedded:
            row.url, row.username, row.ca = url, username.strip(), ca.strip()
            if password is not None:
                row.sealed_password = seal(password, row.purpose())
        row.save()
        worker = first_worker(member.workspace)
        if worker is not None:
            live.tell_worker(worker.id, "broker")
    return row


@needs(OWNER)
def try_broker(
    member: Membership, *, embedded: bool, url: str = "", username: str = "", password: str | None = None, ca: str = ""
) -> str:
    """Have the worker connect once, without changing anything; it answers with the id that is returned. `password` None
    means the one that is kept for this address. Raises BadAddress, NoWorker."""
    if embedded:
        return ask_worker(member, {**embedded_address(), "t": "try_broker"})
    url = url.strip()
    if not _BROKER.match(url) or "@" in url or len(url) > LONGEST:
        raise BadAddress(url)
    row = broker_of(member.workspace)
    if password is None and row.url == url:
        with suppress(CannotOpen):  # kept with another key: it has to be entered again
            password = unseal(row.sealed_password, row.purpose())
    asked = {"url": url, "username": username.strip() or None, "password": password or None, "ca": ca.strip() or None}
    return ask_worker(member, {**asked, "t": "try_broker"})


def embedded_address() -> dict[str, Any]:
    """The broker beside this process, address, user and password apart. The worker reads all of it (docs/adr/0045)."""
    parts = urlsplit(settings.EMBEDDED_BROKER)
    if not parts.hostname:
        return {"url": "", "username": None, "password": None, "ca": None}
    url = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    return {"url": url, "username": parts.username, "password": parts.password, "ca": None, "everything": True}


def broker_of(workspace: Workspace) -> Broker:
    return Broker.objects.of(workspace).first() or Broker(workspace=workspace)


@needs(OWNER)
def set_author_model(member: Membership, *, base_url: str, model: str, key: str | None) -> ModelProfile:
    """The language model that writes flows; `key` None keeps the one it has. Raises BadAddress."""
    base_url = base_url.strip()
    if not is_model_address(base_url) or len(model) > 200:
        raise BadAddress(base_url)
    with transaction.atomic():
        row = author_model(member.workspace) or ModelProfile(workspace=member.workspace, ref="author", writes=True)
        if key is None and row.base_url != base_url:
            row.sealed_key = ""
        row.base_url, row.model = base_url, model.strip()
        row.label = row.label or {"ja": "フローを書くモデル", "en": "the model that writes flows"}
        if key is not None:
            row.sealed_key = seal(key.strip(), row.purpose())
        row.save()
        registry_changed(member.workspace)
    return row


def is_model_address(base_url: str) -> bool:
    """Whether a model can be behind it, as far as its form tells."""
    return bool(_MODEL.match(base_url)) and len(base_url) <= LONGEST


@needs(OWNER)
def forget_author_model(member: Membership) -> None:
    with transaction.atomic():
        ModelProfile.objects.of(member.workspace).filter(writes=True).delete()
        registry_changed(member.workspace)
