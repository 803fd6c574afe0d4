"""Calls from outside: where webhook sources listen, and a call on its way to the worker."""

import hmac
import uuid
from typing import Any

from django.urls import reverse

from flows import live
from flows.commands.deploying import hash_of, worker_of
from flows.models import Flow, Hook, Membership, Workspace
from flows.rights import MEMBER, needs
from flows.sealing import unseal


class NobodyListens(Exception):
    """No such hook, or its flow is not running."""


@needs(MEMBER)
def hook_addresses(member: Membership, flow: Flow) -> list[tuple[str, str]]:
    """(node, path) of every webhook source of the flow that was deployed."""
    rows = Hook.objects.of(member.workspace).filter(flow=flow)
    return [(row.node, reverse("webhook-in", args=[row.workspace_id, _secret(row)])) for row in rows]


def hook_with(workspace_id: uuid.UUID, secret: str) -> Hook:
    """The hook of a running flow at this address. Raises NobodyListens, without saying why."""
    wanted = hash_of(secret)
    workspace = Workspace.objects.filter(pk=workspace_id).first()
    rows = (
        Hook.objects.of(workspace).filter(secret_hash=wanted).select_related("flow", "workspace") if workspace else []
    )
    hook = next((row for row in rows if hmac.compare_digest(row.secret_hash, wanted)), None)
    if hook is None or not hook.flow.wanted or hook.flow.binned:
        raise NobodyListens
    return hook


def call_hook(hook: Hook, body: dict[str, Any]) -> None:
    """Hand `body` to the worker that runs the flow. Raises NobodyListens."""
    worker = worker_of(hook.flow)
    if worker is None or not worker.connected:
        raise NobodyListens
    live.to_worker(worker.id, {"t": "inject", "flow": str(hook.flow_id), "node": hook.node, "data": body})


def _secret(row: Hook) -> str:
    return unseal(row.sealed_secret, row.purpose())
