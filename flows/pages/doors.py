"""Open doors: calls from outside, and whether the process answers."""

import json
import uuid

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from flows import commands
from flows.models import Hook

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
    try:
        hook = commands.hook_with(workspace_id, secret)
        if _too_often(hook):
            return JsonResponse({"code": "too_often"}, status=429)
        body = json.loads(request.body, parse_constant=_refuse)
        commands.call_hook(hook, body if isinstance(body, dict) else {"value": body})
    except commands.NobodyListens:
        return JsonResponse({"code": "not_found"}, status=404)
    except (ValueError, RecursionError):
        return JsonResponse({"code": "not_json"}, status=400)
    return JsonResponse({}, status=202)


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


def _too_often(hook: Hook) -> bool:
    """Counted for hooks that exist: made-up ones may not fill the cache."""
    key = f"hook:{hook.pk}"
    cache.add(key, 0, 60)
    try:
        return cache.incr(key) > PER_MINUTE
    except ValueError:
        return False


def _refuse(constant: str) -> None:
    raise ValueError(constant)
