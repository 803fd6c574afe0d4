"""Open doors: calls from outside, and whether the process answers."""

import json
import uuid

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from flows import commands

LARGEST = 1024 * 1024
PER_MINUTE = 6_000
"""Calls of one hook per minute."""


@csrf_exempt
@require_POST
def webhook_in(request: HttpRequest, workspace_id: uuid.UUID, secret: str) -> HttpResponse:
    """202 once it is on its way to the worker; 404 for every reason that nobody listens."""
    length = request.headers.get("Content-Length", "")
    if not length.isdigit() or int(length) > LARGEST:
        return JsonResponse({"code": "too_large"}, status=413)
    if _too_often(secret):
        return JsonResponse({"code": "too_often"}, status=429)
    try:
        body = json.loads(request.body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return JsonResponse({"code": "not_json"}, status=400)
    try:
        commands.call_hook(workspace_id, secret, body if isinstance(body, dict) else {"value": body})
    except commands.NobodyListens:
        return JsonResponse({"code": "not_found"}, status=404)
    return JsonResponse({}, status=202)


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


def _too_often(secret: str) -> bool:
    key = f"hook:{secret[:80]}"
    cache.add(key, 0, 60)
    try:
        return cache.incr(key) > PER_MINUTE
    except ValueError:
        return False


def _refuse(constant: str) -> None:
    raise ValueError(constant)
