"""What was deployed of a flow: all versions, one of them, and the way back to any."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from document.diff import diff
from flows import commands
from flows.api.entry import actor, api, language, refuse
from flows.api.flows import Deploy
from flows.models import FlowVersion
from flows.showing import version_json

ON_A_PAGE = 20


class Back(Deploy):
    """`version`: the one that shall run again; by default that before the deployed one."""

    version: int | None = None


@api.get("/flows/{uuid:flow_id}/versions")
def list_versions(request: HttpRequest, flow_id: uuid.UUID, before: int | None = None) -> Any:
    """The newest first, at most `ON_A_PAGE` with a number below `before`, without their documents; `changes`: in how many
    things each differs from what ran before it (null for the first). `more`: there are older ones."""
    flow = commands.flow_of(actor(request), flow_id)
    rows = flow.versions.select_related("by").order_by("-number")
    page = list((rows.filter(number__lt=before) if before is not None else rows)[: ON_A_PAGE + 1])
    shown = [_row(row, earlier) for row, earlier in zip(page[:ON_A_PAGE], [*page[1:], None], strict=False)]
    return {"versions": shown, "more": len(page) > ON_A_PAGE}


@api.get("/flows/{uuid:flow_id}/versions/{int:number}")
def read_version(request: HttpRequest, flow_id: uuid.UUID, number: int) -> Any:
    flow = commands.flow_of(actor(request), flow_id)
    return version_json(commands.version_of(flow, number))


@api.post("/flows/{uuid:flow_id}/back")
def deploy_back(request: HttpRequest, flow_id: uuid.UUID, wish: Back) -> Any:
    """An earlier version runs again, as a version of its own; the draft stays as it is."""
    version = commands.deploy_back(
        actor(request), flow_id, number=wish.version, approve=wish.approve, lang=language(request)
    )
    return {"version": version.number}


@api.exception_handler(commands.NoSuchVersion)
def _no_such_version(request: HttpRequest, why: commands.NoSuchVersion) -> HttpResponse:
    return refuse(request, 404, "not_found", _("There is no such version of this flow."))


def _row(version: FlowVersion, earlier: FlowVersion | None) -> dict[str, Any]:
    told = version_json(version) or {}
    del told["document"]
    changes = None if earlier is None else len(diff(earlier.running_document(), version.document))
    return {**told, "changes": changes}
