"""Flows: list, make, change, deploy, stop, take along."""

import uuid
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from ninja import Schema, Status

from document.diff import describe, diff
from document.export import pretty
from document.registry import registry_json as plain
from flows import commands
from flows.activity import activity
from flows.api.entry import actor, api, language
from flows.checking import problems_of
from flows.filing import file_text
from flows.models import Flow, Job, StoredRow, Turn
from flows.registered import slice_of
from flows.showing import flow_row, job_json, ms, turn_json, version_json

MOST_ROWS = 5_000


class NewFlow(Schema):
    name: str = ""
    document: dict[str, Any] | None = None


class Draft(Schema):
    document: dict[str, Any]
    revision: int


class Deploy(Schema):
    comment: str = ""
    approve: list[str] = []


class Settings(Schema):
    values: dict[str, Any]


class Import(Schema):
    """`document`: the file's text (so that line and column of a mistake are known) or the document itself. `add`: also
    register what the file's own registry has and the workspace lacks."""

    document: Any
    registry: Any = None
    add: bool = False


class Ids(Schema):
    """By section (types, devices, commands, destinations, models, tables): known ids in place of unknown ones, and ids to take
    over from the file's `registry`."""

    mapping: dict[str, dict[str, str]] = {}
    registry: Any = None
    add: dict[str, list[str]] = {}


@api.get("/flows")
def list_flows(request: HttpRequest) -> Any:
    rows = Flow.objects.of(actor(request).workspace).filter(binned=None).select_related("deployed")
    return [flow_row(flow) for flow in rows]


@api.get("/flows/activity")
def read_activity(request: HttpRequest) -> Any:
    """What each flow did in the last 24 hours: see flows.activity."""
    return activity(actor(request).workspace)


@api.post("/flows", response={201: Any})
def make_flow(request: HttpRequest, wish: NewFlow) -> Any:
    flow = commands.new_flow(actor(request), wish.name, _fit(wish.document))
    return Status(201, flow_json(request, flow))


@api.post("/flows/import", response={201: Any})
def import_flow(request: HttpRequest, wish: Import) -> Any:
    """The flow as a draft; `unknown` lists the ids in it that are not registered here: see PUT …/ids."""
    flow, unknown = commands.import_flow(actor(request), wish.document, wish.registry, language(request), add=wish.add)
    return Status(201, {**flow_json(request, flow), "unknown": unknown})


@api.put("/flows/{uuid:flow_id}/ids")
def map_ids(request: HttpRequest, flow_id: uuid.UUID, wish: Ids) -> Any:
    """Known ids in the place of unknown ones, throughout the draft."""
    flow = commands.map_ids(actor(request), flow_id, wish.mapping, wish.registry, wish.add, language(request))
    return flow_json(request, flow)


@api.get("/flows/{uuid:flow_id}")
def read_flow(request: HttpRequest, flow_id: uuid.UUID) -> Any:
    return flow_json(request, commands.flow_of(actor(request), flow_id))


@api.put("/flows/{uuid:flow_id}")
def change_flow(request: HttpRequest, flow_id: uuid.UUID, draft: Draft) -> Any:
    member = actor(request)
    flow = commands.change_flow(member, flow_id, _fit(draft.document) or {}, draft.revision)
    return {"revision": flow.revision, "problems": problems_of(flow.document, member.workspace, language(request))}


@api.delete("/flows/{uuid:flow_id}", response={204: None})
def delete_flow(request: HttpRequest, flow_id: uuid.UUID) -> Any:
    commands.bin_flow(actor(request), flow_id)
    return Status(204, None)


@api.post("/flows/{uuid:flow_id}/restore")
def restore_flow(request: HttpRequest, flow_id: uuid.UUID) -> Any:
    return flow_row(commands.restore_flow(actor(request), flow_id))


@api.post("/flows/{uuid:flow_id}/deploy")
def deploy(request: HttpRequest, flow_id: uuid.UUID, wish: Deploy) -> Any:
    version = commands.deploy_flow(
        actor(request), flow_id, comment=wish.comment, approve=wish.approve, lang=language(request)
    )
    return {"version": version.number}


@api.post("/flows/{uuid:flow_id}/stop", response={202: Any})
def stop(request: HttpRequest, flow_id: uuid.UUID) -> Any:
    return Status(202, {"status": commands.stop_flow(actor(request), flow_id).status})


@api.put("/flows/{uuid:flow_id}/settings", response={202: Any})
def change_settings(request: HttpRequest, flow_id: uuid.UUID, wish: Settings) -> Any:
    flow = commands.change_settings(actor(request), flow_id, wish.values, language(request))
    return Status(202, {"revision": flow.revision})


@api.get("/flows/{uuid:flow_id}/export")
def export(request: HttpRequest, flow_id: uuid.UUID, registry: bool = False) -> HttpResponse:
    """The flow as a file; with `registry=1` the slice of the registry that it needs, as a file of its own."""
    member = actor(request)
    flow = commands.flow_of(member, flow_id)
    text, suffix = pretty(flow.document), "json"
    if registry:
        part = plain(slice_of(member.workspace, flow.document))
        text, suffix = file_text({"document": flow.document, "registry": part}, part), "with-registry.json"
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    name = quote(f"{flow.name}.{suffix}", safe="")
    response["Content-Disposition"] = f"attachment; filename=\"flow.{suffix}\"; filename*=UTF-8''{name}"
    return response


@api.get("/flows/{uuid:flow_id}/diff")
def changes(request: HttpRequest, flow_id: uuid.UUID) -> Any:
    """Draft against deployed; `before` is the version to go back to, `comment_needed` whether a deploy must say why."""
    flow = commands.flow_of(actor(request), flow_id)
    deployed, lang = flow.deployed, language(request)
    found = diff(deployed.running_document(), flow.document) if deployed is not None else []
    return {
        "changes": [{"text": describe(change, lang)} for change in found],
        "before": version_json(commands.version_before(flow)),
        "comment_needed": flow.workspace.comment_needed,
    }


@api.get("/flows/{uuid:flow_id}/stored")
def stored(request: HttpRequest, flow_id: uuid.UUID, node: str = "", device: str = "", limit: int = 500) -> Any:
    member = actor(request)
    rows = StoredRow.objects.of(member.workspace).filter(flow=commands.flow_of(member, flow_id))
    rows = rows.filter(node=node) if node else rows
    rows = rows.filter(device=device) if device else rows
    newest = list(rows.order_by("-time")[: max(1, min(limit, MOST_ROWS))])
    shown = [{"node": r.node, "device": r.device, "time": ms(r.time), "fields": r.fields} for r in newest]
    return {"rows": shown[::-1]}


@api.get("/flows/{uuid:flow_id}/hooks")
def hooks(request: HttpRequest, flow_id: uuid.UUID) -> Any:
    """Where the flow's webhook sources listen."""
    member = actor(request)
    flow = commands.flow_of(member, flow_id)
    found = commands.hook_addresses(member, flow)
    return [{"node": node, "url": request.build_absolute_uri(path)} for node, path in found]


def flow_json(request: HttpRequest, flow: Flow) -> dict[str, Any]:
    """One flow with all that the editor shows of it."""
    job = Job.objects.of(flow.workspace).filter(flow=flow).order_by("-created").first()
    matters = job is not None and _matters(job, flow)
    turns = [turn_json(turn) for turn in flow.turns.all()]
    if matters and turns and turns[-1]["role"] == Turn.Role.AUTHOR:
        turns.pop()  # whoever opens the flow takes the answer from the job
    return {
        "id": str(flow.id),
        "name": flow.name,
        "document": flow.document,
        "revision": flow.revision,
        "author": flow.author,
        "deployed": version_json(flow.deployed),
        "status": flow.status,
        "status_problems": flow.status_problems,
        "problems": problems_of(flow.document, flow.workspace, language(request)),
        "turns": turns,
        "job": job_json(job) if matters else None,
    }


def _matters(job: Job, flow: Flow) -> bool:
    """A job goes on, or wrote the first document of a flow while nobody had it open."""
    return job.status in commands.OPEN_JOBS or (job.status == Job.Status.DONE and not flow.document.get("nodes"))


def _fit(document: dict[str, Any] | None) -> dict[str, Any] | None:
    """A draft may have problems, but not be larger or deeper than a document can be."""
    if document is not None:
        commands.refuse_oversize(document)
    return document
