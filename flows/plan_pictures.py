"""Plans as pages and the API show them, and their pictures as they are served."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import reverse

from flows.commands.plans import picture_of
from flows.models import Flow, SitePlan
from flows.tying import ties


def plan_json(plan: SitePlan, flows: list[Flow]) -> dict[str, Any]:
    """`tied`: how to get from the earth to the plan and back (flows/tying.py), or null."""
    return {
        **plan_beneath_json(plan, f"/api/plans/{plan.pk}/picture"),
        "points": plan.points,
        "size": plan.size,
        "flows": [
            {"id": str(flow.pk), "name": flow.name, "dashboard": reverse("dashboard", args=[flow.pk])} for flow in flows
        ],
    }


def plan_beneath_json(plan: SitePlan, address: str) -> dict[str, Any]:
    """What a map needs: nothing of where else the plan is used."""
    return {
        "id": str(plan.pk),
        "name": plan.name,
        "picture": f"{address}?v={plan.sha256[:12]}",
        "width": plan.width,
        "height": plan.height,
        "tied": ties(plan.points, plan.width, plan.height),
    }


def picture_response(request: HttpRequest, plan: SitePlan) -> HttpResponse:
    return served_picture(request, lambda: picture_of(plan), plan.media_type, plan.sha256)


def served_picture(request: HttpRequest, data: Callable[[], bytes], media_type: str, sha256: str) -> HttpResponse:
    """A picture that we wrote, for the eyes of who asked alone: no cache in between, no script, no guessing at its kind."""
    tag = f'"{sha256}"'
    same = request.headers.get("If-None-Match") == tag
    response = HttpResponseNotModified() if same else HttpResponse(data(), content_type=media_type)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = f'inline; filename="picture.{media_type.removeprefix("image/")}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
