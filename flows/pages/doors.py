"""Open doors: calls from outside, and whether the process answers."""

import base64
import json
import uuid
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from flows import commands
from flows.models import Hook
from runtime.pictures import PictureRefused, clean

LARGEST, LARGEST_PICTURE = 1024 * 1024, 8 * 1024 * 1024
WIDEST = 1_600
"""Pixels of the longer side of a posted picture on its way to the worker."""
PER_MINUTE = 6_000
"""Calls of one hook per minute."""


@csrf_exempt
@require_POST
def webhook_in(request: HttpRequest, workspace_id: uuid.UUID, secret: str) -> HttpResponse:
    """202 once it is on its way to the worker; 404 for every reason that nobody listens."""
    length, picture = request.headers.get("Content-Length", ""), (request.content_type or "").startswith("image/")
    if not length.isdigit() or int(length) > (LARGEST_PICTURE if picture else LARGEST):
        return JsonResponse({"code": "too_large"}, status=413)
    try:
        hook = commands.hook_with(workspace_id, secret)
        if _too_often(hook):
            return JsonResponse({"code": "too_often"}, status=429)
        body = _picture(request.body) if picture else json.loads(request.body, parse_constant=_refuse)
        commands.call_hook(hook, body if isinstance(body, dict) else {"value": body})
    except commands.NobodyListens:
        return JsonResponse({"code": "not_found"}, status=404)
    except PictureRefused as bad:
        return JsonResponse({"code": bad.code}, status=400)
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


def _picture(body: bytes) -> dict[str, Any]:
    """What a posted picture is to the flow: written anew here, so that what goes to the worker is small, and looked at
    there once more. Raises PictureRefused."""
    made = clean(body, widest=WIDEST)
    return {"picture": f"data:{made.media_type};base64,{base64.b64encode(made.data).decode()}"}


def _refuse(constant: str) -> None:
    raise ValueError(constant)
