"""A kept picture as people see it, small; `?large=1` to draw over it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from flows.access import member_of
from flows.looking import Busy, kept_picture, newest_picture


@require_GET
def picture(request: HttpRequest, sha256: str) -> HttpResponse:
    """404 where the workspace's workers do not keep it, 503 where too many wait for them."""
    workspace, large = member_of(request).workspace, request.GET.get("large") == "1"
    return _answer(lambda: kept_picture(workspace, sha256, large=large), "private, max-age=86400, immutable")


@require_GET
def newest(request: HttpRequest, device: str, field: str) -> HttpResponse:
    """What a device sent last, to draw over."""
    workspace = member_of(request).workspace
    return _answer(lambda: newest_picture(workspace, device, field), "private, no-store")


def _answer(look: Callable[[], bytes | None], keep: str) -> HttpResponse:
    try:
        found = look()
    except Busy:
        return HttpResponse(status=503, headers={"Retry-After": "1"})
    if found is None:
        return HttpResponse(status=404)
    return HttpResponse(
        found, content_type="image/jpeg", headers={"Cache-Control": keep, "X-Content-Type-Options": "nosniff"}
    )
