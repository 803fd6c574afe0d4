"""Which flows ask a local model, and whether they still could ask another version of it."""

from collections import defaultdict
from typing import Any

from msgspec.structs import replace

from flows.checking import errors_in, problems_of
from flows.mapping import ids_named
from flows.models import Flow, ModelVersion, TrainedModel, Workspace
from flows.registered import registry_of, trained_thing
from nodes.kit.catalog import full_catalog
from runtime.deploy import CHAT

Entry = dict[str, Any]


def asked_in(document: Any, tasks: dict[str, str]) -> set[str]:
    """Of the models with these tasks (by id), those that the nodes of a document ask; where one names none, the first for its
    task."""
    found: set[str] = set()
    nodes = document.get("nodes") if isinstance(document, dict) else None
    for node in nodes if isinstance(nodes, list) else ():
        kind = full_catalog().get(node.get("kind")) if isinstance(node, dict) else None
        if kind is None or node.get("off") or kind.model_task == CHAT:
            continue
        named = ids_named({"nodes": [node], "settings": document.get("settings") or {}}, full_catalog(), "models")
        first = next((id for id, task in tasks.items() if task == kind.model_task), None)
        found |= named & set(tasks) if named else {first} if first is not None else set()
    return found


def tasks_of(workspace: Workspace) -> dict[str, str]:
    """By id of a local model, what it is for."""
    return dict(TrainedModel.objects.of(workspace).values_list("ref", "task"))


def uses_of_models(workspace: Workspace) -> dict[str, list[Entry]]:
    """By model: {"id", "name", "status", "deployed"} of each flow that asks it, in the draft or as deployed."""
    tasks = tasks_of(workspace)
    found: dict[str, list[Entry]] = defaultdict(list)
    if not tasks:
        return found
    for flow in Flow.objects.of(workspace).filter(binned=None).select_related("deployed").order_by("name"):
        live = asked_in(_running(flow), tasks)
        for ref in sorted(asked_in(flow.document, tasks) | live):
            found[ref].append({"id": str(flow.id), "name": flow.name, "status": flow.status, "deployed": ref in live})
    return found


def misfits(version: ModelVersion, lang: str) -> dict[str, list[str]]:
    """By name of a deployed flow that asks the version's model: errors that it would have with this version."""
    row, workspace = version.model, version.workspace
    before = registry_of(workspace)
    after = replace(before, models={**before.models, row.ref: trained_thing(row, version)})
    tasks, found = tasks_of(workspace), {}
    for flow in Flow.objects.of(workspace).filter(binned=None, wanted=True).select_related("deployed"):
        document = _running(flow)
        if row.ref not in asked_in(document, tasks):
            continue
        known = {_place(one) for one in errors_in(problems_of(document, workspace, lang, registry=before))}
        errors = errors_in(problems_of(document, workspace, lang, registry=after))
        if fresh := [one["message"] for one in errors if _place(one) not in known]:
            found[flow.name] = fresh
    return found


def _running(flow: Flow) -> Any:
    return flow.deployed.running_document() if flow.wanted and flow.deployed is not None else {}


def _place(problem: Entry) -> tuple[str, str]:
    return problem["code"], problem["path"]
