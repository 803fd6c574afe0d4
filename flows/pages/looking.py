"""A kept picture as people see it, small."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from flows.access import member_of
from flows.looking import Busy, kept_picture


@require_GET
def picture(request: HttpRequest, sha256: str) -> HttpResponse:
    """404 where the workspace's workers do not keep it, 503 where too many wait for them."""
    try:
        found = kept_picture(member_of(request).workspace, sha256)
    except Busy:
        return HttpResponse(status=503, headers={"Retry-After": "1"})
    if found is None:
        return HttpResponse(status=404)
    headers = {"Cache-Control": "private, max-age=86400, immutable", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(found, content_type="image/jpeg", headers=headers)
