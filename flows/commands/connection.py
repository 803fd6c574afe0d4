"""Which MQTT broker a workspace reads, and which language models it may use."""

import re

from django.db import transaction

from flows import live
from flows.commands.deploying import first_worker
from flows.commands.registry import registry_changed
from flows.models import Broker, Membership, ModelProfile, Workspace
from flows.sealing import seal

_BROKER = re.compile(r"^mqtts?://[A-Za-z0-9._\-\[\]:]+$")
_MODEL = re.compile(r"^https?://\S+$")


class BadAddress(Exception):
    """Not an address of the expected kind."""


def connect_broker(
    member: Membership, *, embedded: bool, url: str = "", username: str = "", password: str | None = None, ca: str = ""
) -> Broker:
    """Read from this broker from now on; `password` None keeps the one it has. Raises BadAddress."""
    url = url.strip()
    if not embedded and (not _BROKER.match(url) or "@" in url):
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


def broker_of(workspace: Workspace) -> Broker:
    return Broker.objects.of(workspace).first() or Broker(workspace=workspace)


def set_author_model(member: Membership, *, base_url: str, model: str, key: str | None) -> ModelProfile:
    """The language model that writes flows; `key` None keeps the one it has. Raises BadAddress."""
    base_url = base_url.strip()
    if not _MODEL.match(base_url):
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


def forget_author_model(member: Membership) -> None:
    with transaction.atomic():
        ModelProfile.objects.of(member.workspace).filter(writes=True).delete()
        registry_changed(member.workspace)


def author_model(workspace: Workspace) -> ModelProfile | None:
    return ModelProfile.objects.of(workspace).filter(writes=True).first()
