"""The dashboard of a flow: for people who are signed in, and by a link for those who may only look."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from flows import commands
from flows.access import member_of
from flows.dashboard import board_of, dashboard_json
from flows.plan_pictures import picture_response, served_picture
from flows.thumbnails import thumbnail_of


@ensure_csrf_cookie
@require_GET
def page(request: HttpRequest, flow_id: uuid.UUID) -> HttpResponse:
    try:
        flow = commands.flow_of(member_of(request), flow_id)
    except commands.FlowGone:
        raise Http404 from None
    board = dashboard_json(board_of(flow, _lang(request)))
    plans = [{"id": str(plan.pk), "name": plan.name} for plan in commands.plans_of(member_of(request))]
    page_data = {**board, "source": f"/api/flows/{flow.id}/dashboard", "may_change": True, "plans": plans}
    return render(request, "flows/dashboard.html", {"flow": flow, "page_data": page_data})


@never_cache
@require_GET
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """Nothing of the frame, and no way to anything else."""
    try:
        flow = commands.link_with(token).flow
    except commands.LinkGone:
        return for_nobody_else(render(request, "flows/shared_over.html", status=404))
    board = dashboard_json(board_of(flow, _lang(request)), token)
    page_data = {**board, "source": reverse("shared-data", args=[token]), "may_change": False}
    context = {"flow": flow, "page_data": page_data, "socket": f"/ws/shared/{token}"}
    return for_nobody_else(render(request, "flows/shared.html", context))


@never_cache
@require_GET
def shared_data(request: HttpRequest, token: str) -> HttpResponse:
    try:
        flow = commands.link_with(token).flow
    except commands.LinkGone:
        return for_nobody_else(JsonResponse({"code": "not_found"}, status=404))
    board = board_of(flow, _lang(request))
    return for_nobody_else(JsonResponse(dashboard_json(board, token)))


@require_GET
def shared_plan(request: HttpRequest, token: str) -> HttpResponse:
    """The picture of the plan that this dashboard shows: which one is not for the guest to say."""
    try:
        beneath = commands.plan_beneath(commands.link_with(token).flow)
    except commands.LinkGone:
        raise Http404 from None
    if beneath is None or beneath.plan is None:
        raise Http404
    return for_nobody_else(picture_response(request, beneath.plan))


@require_GET
def shared_picture(request: HttpRequest, token: str, device: str, field: str) -> HttpResponse:
    """The last picture of a device, where this dashboard shows it."""
    try:
        flow = commands.link_with(token).flow
    except commands.LinkGone:
        raise Http404 from None
    if not board_of(flow, _lang(request)).pictured(device, field):
        raise Http404
    return for_nobody_else(_picture(request, flow.workspace_id, device, field))


@require_GET
def picture(request: HttpRequest, device: str, field: str) -> HttpResponse:
    """The last picture of a device, small."""
    return _picture(request, member_of(request).workspace_id, device, field)


def _picture(request: HttpRequest, workspace: uuid.UUID, device: str, field: str) -> HttpResponse:
    found = thumbnail_of(workspace, device, field)
    if found is None:
        raise Http404
    return served_picture(request, lambda: found["data"], found["media_type"], found["sha256"])


def for_nobody_else(response: HttpResponse) -> HttpResponse:
    """The address is the key: no search engine keeps it, and no other site hears of it."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _lang(request: HttpRequest) -> str:
    return str(getattr(request, "LANGUAGE_CODE", "en"))
