"""Registered things: read, registered, imported, exported, discovered; and asking the worker about the real ones."""

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Schema, Status
from ninja.files import UploadedFile

from flows import commands, discovery, tabular
from flows.api.entry import actor, api, language, refuse
from flows.filing import file_text
from flows.registered import registry_json


class Things(Schema):
    types: list[dict[str, Any]] = []
    devices: list[dict[str, Any]] = []


class Browse(Schema):
    filter: str = "#"
    seconds: int = 5


class Seen(Schema):
    """What a browse brought, as the live socket gave it; `lang` of the labels made up from it."""

    topics: list[dict[str, Any]]


class Try(Schema):
    command: str
    values: dict[str, Any] = {}


class Fault(Schema):
    fault: str
    on: bool


@api.get("/registry")
def read_registry(request: HttpRequest) -> Any:
    """Everything that is registered, tables without their rows."""
    return registry_json(actor(request).workspace)


@api.get("/registry/export")
def export_registry(request: HttpRequest) -> HttpResponse:
    things = registry_json(actor(request).workspace, rows=True)
    response = HttpResponse(file_text(things, things), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="registry.json"'
    return response


@api.put("/registry")
def register(request: HttpRequest, things: Things) -> Any:
    """Register or change types and devices by id."""
    return {"registered": commands.register_things(actor(request), things.dict(), language(request))}


@api.post("/registry/import")
def import_registry(request: HttpRequest, file: UploadedFile = File(...)) -> Any:  # noqa: B008
    """registry.json, or CSV of devices or of fields. All or nothing; problems name line and column."""
    member, lang = actor(request), language(request)
    if (file.size or 0) > tabular.LARGEST:
        return refuse(request, 422, "too_large", _("This file is too large."))
    data = file.read()
    things, problems = tabular.read_things(file.name or "", data, lang)
    if problems:
        return refuse(request, 422, "not_sound", _("There are problems to solve first."), problems=problems)
    try:
        return {"registered": commands.register_things(member, things, lang)}
    except commands.RefusedEntries as refused:
        located = tabular.with_lines(file.name or "", data, refused.problems)
        return refuse(request, 422, "not_sound", _("There are problems to solve first."), problems=located)


@api.delete("/registry/types/{ref}", response={204: None})
def forget_type(request: HttpRequest, ref: str) -> Any:
    commands.forget_type(actor(request), ref)
    return Status(204, None)


@api.delete("/registry/devices/{ref}", response={204: None})
def forget_device(request: HttpRequest, ref: str) -> Any:
    commands.forget_device(actor(request), ref)
    return Status(204, None)


@api.post("/registry/browse", response={202: Any})
def browse(request: HttpRequest, wish: Browse) -> Any:
    """Have the worker listen; what it saw comes on the live socket as "seen" with this id."""
    return Status(202, {"id": commands.browse(actor(request), wish.filter, wish.seconds)})


@api.post("/registry/discover")
def discover(request: HttpRequest, seen: Seen) -> Any:
    """Types and devices that the traffic suggests and that are not registered yet."""
    known = registry_json(actor(request).workspace)
    return {"found": discovery.suggestions(seen.topics, known, language(request))}


@api.get("/values")
def last_values(request: HttpRequest) -> Any:
    """Last values of every device that has spoken since the server started."""
    return {"devices": cache.get(f"values:{actor(request).workspace_id}") or {}}


@api.post("/devices/{ref}/command", response={202: Any})
def try_command(request: HttpRequest, ref: str, wish: Try) -> Any:
    return Status(202, {"id": commands.try_command(actor(request), ref, wish.command, wish.values)})


@api.post("/devices/{ref}/fault", response={202: Any})
def switch_fault(request: HttpRequest, ref: str, wish: Fault) -> Any:
    return Status(202, {"id": commands.switch_fault(actor(request), ref, wish.fault, wish.on)})
