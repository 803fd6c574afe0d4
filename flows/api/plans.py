"""Plans of floors and sites: uploaded, looked at, tied to the earth, put beneath the map of a dashboard, forgotten."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Schema, Status
from ninja.files import UploadedFile

from document.problems import say
from flows import commands
from flows.api.entry import actor, api, language, refuse
from flows.plan_pictures import picture_response, plan_json
from flows.tying import BadPoints
from runtime.pictures import MOST_BYTES, PictureRefused


class TyingPoint(Schema):
    """A point of the plan (parts of the picture, from the top left) and where it is on earth (degrees)."""

    x: float
    y: float
    lat: float
    lon: float


class PlanFacts(Schema):
    name: str | None = Field(None, max_length=80)
    points: list[TyingPoint] | None = Field(None, description="Two, or none to untie it.")


class Beneath(Schema):
    plan: uuid.UUID | None


class Places(Schema):
    plan: uuid.UUID
    places: dict[str, tuple[float, float]]


@api.get("/plans")
def list_plans(request: HttpRequest) -> Any:
    """Without their pictures; with the flows on whose dashboards they are."""
    member = actor(request)
    uses = commands.uses_of_plans(member)
    return [plan_json(plan, uses.get(plan.pk, [])) for plan in commands.plans_of(member)]


@api.post("/plans", response={201: Any})
def add(request: HttpRequest, file: UploadedFile | None = File(None), name: str = Form("")) -> Any:  # noqa: B008
    """A picture: PNG, JPEG or WebP, at most 16 MiB and 40 million pixels. It is kept without its metadata."""
    if file is None:
        raise PictureRefused("picture_format")
    if (file.size or 0) > MOST_BYTES:  # nothing is read of it
        raise PictureRefused("picture_too_heavy", {"size": file.size, "most": MOST_BYTES})
    return Status(201, plan_json(commands.add_plan(actor(request), bytes(file.read()), name), []))


@api.get("/plans/{uuid:plan_id}/picture")
def picture(request: HttpRequest, plan_id: uuid.UUID) -> HttpResponse:
    return picture_response(request, commands.plan_of(actor(request), plan_id))


@api.put("/plans/{uuid:plan_id}")
def change(request: HttpRequest, plan_id: uuid.UUID, facts: PlanFacts) -> Any:
    """Another name, or what ties it to the earth."""
    member = actor(request)
    if facts.points and len(facts.points) != 2:
        raise BadPoints("not_there")
    points = None if facts.points is None else [point.dict() for point in facts.points]
    plan = commands.change_plan(member, plan_id, facts.name, points)
    return plan_json(plan, commands.uses_of_plans(member).get(plan.pk, []))


@api.delete("/plans/{uuid:plan_id}", response={204: None})
def forget(request: HttpRequest, plan_id: uuid.UUID) -> Any:
    commands.forget_plan(actor(request), plan_id)
    return Status(204, None)


@api.put("/flows/{uuid:flow_id}/dashboard/plan", response={204: None})
def choose(request: HttpRequest, flow_id: uuid.UUID, wish: Beneath) -> Any:
    """Which plan is beneath the map of this dashboard; null: a plain grid."""
    commands.choose_plan(actor(request), flow_id, wish.plan)
    return Status(204, None)


@api.put("/flows/{uuid:flow_id}/dashboard/places", response={204: None})
def place(request: HttpRequest, flow_id: uuid.UUID, wish: Places) -> Any:
    """Where devices stand on the plan that the dashboard has, as parts of the picture from the top left."""
    commands.place_devices(actor(request), flow_id, wish.plan, {id: list(spot) for id, spot in wish.places.items()})
    return Status(204, None)


@api.exception_handler(PictureRefused)
def _refused(request: HttpRequest, why: PictureRefused) -> HttpResponse:
    message, hint = say(why.code, why.given, language(request))
    return refuse(request, 422, why.code, message, hint=hint)


@api.exception_handler(commands.PlanGone)
def _gone(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 404, "not_found", _("There is no such thing here."))


@api.exception_handler(commands.PlansFull)
def _full(request: HttpRequest, why: Exception) -> HttpResponse:
    message = _("There is room for no more plans. Delete one that nobody needs.")
    return refuse(request, 422, "plans_full", message)


@api.exception_handler(BadPoints)
def _bad_points(request: HttpRequest, why: BadPoints) -> HttpResponse:
    messages = {
        "too_near": _("The two points are too close to each other on the plan: choose two that are far apart."),
        "same_place": _("Both points have the same coordinates."),
        "too_far": _("The coordinates are more than 200 km apart. Check for a mistake in typing."),
    }
    message = messages.get(why.code, _("Two points on the plan are needed, each with its latitude and longitude."))
    return refuse(request, 422, why.code, message)
