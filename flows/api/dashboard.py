"""The dashboard of a flow: what it shows, how it is arranged, who may look at it by a link."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Field, Schema, Status

from flows import commands
from flows.api.entry import actor, api, language, refuse
from flows.dashboard import board_of, dashboard_json, link_json


class Arrangement(Schema):
    """Ids of tiles."""

    order: list[str] = []
    hidden: list[str] = []
    wide: list[str] = []
    small: list[str] = []


class NewLink(Schema):
    label: str = ""
    days: int | None = Field(None, ge=1, le=3650)


@api.exception_handler(commands.LinkGone)
def _link_gone(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 404, "not_found", _("There is no such thing here."))


@api.exception_handler(commands.TooManyLinks)
def _too_many(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 409, "too_many", _("This dashboard has as many links as it may have. Revoke one first."))


@api.get("/flows/{uuid:flow_id}/dashboard")
def read_dashboard(request: HttpRequest, flow_id: uuid.UUID) -> Any:
    return dashboard_json(board_of(commands.flow_of(actor(request), flow_id), language(request)))


@api.put("/flows/{uuid:flow_id}/dashboard", response={204: None})
def arrange(request: HttpRequest, flow_id: uuid.UUID, wish: Arrangement) -> Any:
    commands.arrange_dashboard(actor(request), flow_id, wish.dict())
    return Status(204, None)


@api.delete("/flows/{uuid:flow_id}/dashboard", response={204: None})
def reset(request: HttpRequest, flow_id: uuid.UUID) -> Any:
    commands.reset_dashboard(actor(request), flow_id)
    return Status(204, None)


@api.get("/flows/{uuid:flow_id}/dashboard/links")
def links(request: HttpRequest, flow_id: uuid.UUID) -> Any:
    return [link_json(link) for link in commands.links_of(actor(request), flow_id)]


@api.post("/flows/{uuid:flow_id}/dashboard/links", response={201: Any})
def share(request: HttpRequest, flow_id: uuid.UUID, wish: NewLink) -> Any:
    """The only answer that holds the whole link."""
    link, token = commands.share_dashboard(actor(request), flow_id, wish.label, wish.days)
    return Status(201, {**link_json(link), "url": request.build_absolute_uri(reverse("shared", args=[token]))})


@api.delete("/flows/{uuid:flow_id}/dashboard/links/{uuid:link_id}", response={204: None})
def revoke(request: HttpRequest, flow_id: uuid.UUID, link_id: uuid.UUID) -> Any:
    commands.revoke_link(actor(request), flow_id, link_id)
    return Status(204, None)
