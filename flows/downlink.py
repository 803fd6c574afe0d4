"""What goes down to a worker, read from the database at the moment of sending. Secrets are opened only here."""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from document.language import language
from document.problems import problem
from document.registry import registry_json as plain
from document.registry import slice_for
from flows.commands.connection import broker_of, embedded_address
from flows.commands.deploying import waiting_actuations
from flows.commands.manuals import index_of
from flows.commands.snoozing import current_snoozes
from flows.manuals.showing import titles_asked
from flows.model_access import embedding_model, model_access, model_access_of
from flows.models import AskBudget, Broker, Destination, Flow, ModelProfile, ModelVersion, TrainedModel, Workspace
from flows.models_asked import CHAT, DEFAULT_MODEL, models_of
from flows.registered import content_json, loaded_tables, registry_json, registry_of
from flows.sealing import CannotOpen, unseal
from flows.showing import snooze_json
from flows.trained.uses import asked_in, tasks_of
from nodes.kit.catalog import full_catalog
from nodes.kit.problem import Problem

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
    """Last values of every registered device are wanted. Nothing is looked up for them."""
    return {"t": "watch", "registry": {k: v for k, v in registry_json(workspace).items() if k != "tables"}}


def snoozes_message(workspace: Workspace) -> Message:
    """What is snoozed, now and later."""
    known = [snooze_json(row, {}) for row in current_snoozes(workspace)]
    wanted = ("id", "flow", "device", "start", "until", "commands")
    return {"t": "snoozes", "snoozes": [{name: one[name] for name in wanted} for one in known]}


def models_message(workspace: Workspace, flows: Iterable[Flow]) -> Message:
    """The local models that these flows ask, each with the versions that answer."""
    tasks = tasks_of(workspace)
    if not tasks:
        return {"t": "models", "models": []}
    asked = {ref for flow in flows if flow.deployed for ref in asked_in(flow.deployed.running_document(), tasks)}
    rows = TrainedModel.objects.of(workspace).filter(ref__in=asked).exclude(current=None).defer("rows")
    return {"t": "models", "models": [rollout_of(row) for row in rows]}


def rollout_of(row: TrainedModel) -> Message:
    """As runtime/inference/rollout.py reads it."""
    known = {version.pk: version for version in row.versions.select_related("file")}
    editions = {name: known.get(getattr(row, f"{name}_id")) for name in ("current", "trial", "spare")}
    return {
        "id": row.ref,
        "devices": row.trial_devices,
        "percent": row.trial_percent,
        **{name: _edition(version) for name, version in editions.items() if version is not None},
    }


def _edition(version: ModelVersion) -> Message:
    model = {**version.about, "sha256": version.file.sha256}
    return {"version": str(version.number), "size": version.file.size, "model": model, "edges": version.edges}


def documents_message(workspace: Workspace) -> Message:
    """The file in which the worker searches the workspace's documents; it fetches it by its hash."""
    index = index_of(workspace)
    return {"t": "documents", "sha256": index.sha256 if index else None, "size": index.size if index else None}


def budgets_message(workspace: Workspace) -> Message:
    """What questions to language models may take, and what they cost. The model that a node without one asks has the price
    of the one that writes flows."""
    limits = {
        str(row.flow_id or ""): {"calls": row.calls, "tokens": row.tokens, "money": row.money}
        for row in AskBudget.objects.of(workspace)
    }
    prices: dict[str, list[float]] = {}
    for row in ModelProfile.objects.of(workspace):
        if row.price_in is not None or row.price_out is not None:
            price = [row.price_in or 0.0, row.price_out or 0.0]
            prices |= {row.ref: price, **({DEFAULT_MODEL: price} if row.writes else {})}
    return {"t": "budgets", "zone": workspace.zone, "limits": limits, "prices": prices}


def deploy_message(flow: Flow, *, watched: bool = False) -> Message | None:
    """The version that should run, with its slice of the registry and the secrets that it needs. None where it may not
    run: nothing is sent that a person has not approved exactly as it is now."""
    version = flow.deployed
    if version is None or not flow.wanted or flow.binned:
        return None
    document = version.running_document()
    if waiting_actuations(flow.workspace, flow, document, flow.workspace.lang):
        return None  # what it switches has changed in the registry since somebody approved it
    registry = slice_for(document, registry_of(flow.workspace), full_catalog())
    tables = loaded_tables([content_json(content, rows=True) for content in version.tables.all()])
    return {
        "t": "deploy",
        "flow": str(flow.id),
        "version": version.number,
        "document": document,
        "registry": plain(replace(registry, tables=tables)),
        "zone": flow.workspace.zone,
        "lang": language(document),
        "destinations": _destinations(flow.workspace, list(registry.destinations)),
        "models": _models(flow.workspace, set(models_of(document))),
        "embedding": _embedding(flow.workspace) if titles_asked(document) else None,
        "taps": watched,
        "approvals": list(flow.approvals.values_list("hash", flat=True)),
    }


def unapproved(flow: Flow) -> list[Problem]:
    """Why the flow may not run as the registry is now."""
    document = flow.deployed.running_document() if flow.deployed is not None else {}
    waiting = waiting_actuations(flow.workspace, flow, document, flow.workspace.lang)
    return [problem("needs_approval", "", command=one["command"], device=str(one["device"])) for one in waiting]


def _destinations(workspace: Workspace, refs: list[str]) -> dict[str, Message]:
    rows = Destination.objects.of(workspace).filter(ref__in=refs)
    return {row.ref: {"service": row.service, "address": _opened(row.sealed_address, row)} for row in rows}


def _models(workspace: Workspace, asked: set[str]) -> dict[str, Message]:
    """Access to each asked model that there is access to; the one that a node without a `model` asks is "default"."""
    rows = ModelProfile.objects.of(workspace).filter(ref__in=asked, task=CHAT)
    found = {row.ref: model_access(row) for row in rows if row.base_url}
    default = model_access_of(workspace) if DEFAULT_MODEL in asked else None
    return {**found, DEFAULT_MODEL: default} if default is not None else found


def _embedding(workspace: Workspace) -> Message | None:
    row = embedding_model(workspace)
    return {**model_access(row), "ref": row.ref} if row is not None else None


def _opened(sealed: str, row: Broker | Destination) -> str:
    try:
        return unseal(sealed, row.purpose())
    except CannotOpen:
        return ""
