"""What goes down to a worker, read from the database at the moment of sending. Secrets are opened only here."""

from typing import Any

from django.conf import settings

from document.language import language
from document.registry import registry_json as plain
from document.registry import slice_for
from flows.commands.connection import broker_of, embedded_address
from flows.models import Broker, Destination, Flow, ModelProfile, Workspace
from flows.registered import registry_json, registry_of
from flows.sealing import CannotOpen, unseal
from nodes.kit.catalog import full_catalog

Message = dict[str, Any]


def broker_message(workspace: Workspace) -> Message:
    """The broker to read: the workspace's own, or the one beside this process."""
    row = broker_of(workspace)
    if row.embedded:
        return {"t": "broker", **embedded_address()}
    password = _opened(row.sealed_password, row)
    return {
        "t": "broker",
        "url": row.url,
        "username": row.username or None,
        "password": password or None,
        "ca": row.ca or None,
    }


def watch_message(workspace: Workspace) -> Message:
    """Last values of every registered device are wanted."""
    return {"t": "watch", "registry": registry_json(workspace)}


def deploy_message(flow: Flow, *, watched: bool = False) -> Message | None:
    """The version that should run, with its slice of the registry and the secrets that it needs."""
    version = flow.deployed
    if version is None or not flow.wanted or flow.binned:
        return None
    document = version.running_document()
    registry = slice_for(document, registry_of(flow.workspace), full_catalog())
    return {
        "t": "deploy",
        "flow": str(flow.id),
        "version": version.number,
        "document": document,
        "registry": plain(registry),
        "zone": flow.workspace.zone,
        "lang": language(document),
        "destinations": _destinations(flow.workspace, list(registry.destinations)),
        "models": _models(flow.workspace, list(registry.models)),
        "taps": watched,
        "approvals": list(flow.approvals.values_list("hash", flat=True)),
    }


def _destinations(workspace: Workspace, refs: list[str]) -> dict[str, Message]:
    rows = Destination.objects.of(workspace).filter(ref__in=refs)
    trusted = settings.TRUST_LOCAL_ADDRESSES
    return {
        row.ref: {"service": row.service, "address": _opened(row.sealed_address, row), "trusted": trusted}
        for row in rows
    }


def _models(workspace: Workspace, refs: list[str]) -> dict[str, Message]:
    rows = ModelProfile.objects.of(workspace).filter(ref__in=refs)
    return {row.ref: model_access(row) for row in rows if row.base_url}


def model_access(row: ModelProfile) -> Message:
    """How to reach the model, key included."""
    trusted = settings.TRUST_LOCAL_ADDRESSES
    return {"base_url": row.base_url, "key": _opened(row.sealed_key, row), "model": row.model, "trusted": trusted}


def _opened(sealed: str, row: Broker | Destination | ModelProfile) -> str:
    try:
        return unseal(sealed, row.purpose())
    except CannotOpen:
        return ""
