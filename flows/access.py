"""Who may come in. Every address is closed unless its name stands in OPEN; this is the only such list."""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from ninja.security import APIKeyCookie

from flows.models import Membership

OPEN = {
    "signin": "the page where people sign in",
    "signin-link": "the one-time link; it carries its own secret",
    "webhook-in": "calls from outside; each carries its own secret, compared in constant time",
    "shared": "a dashboard to look at; the link carries its own secret, kept as a hash, until it is revoked",
    "shared-data": "the same, as data",
    "shared-picture": "the last picture of a device that this dashboard shows",
    "shared-plan": "the plan that this dashboard shows, and no other",
    "language": "the choice of a language, kept in a cookie",
    "metrics": "counts for a monitor, which has a token of its own, compared in constant time",
    "healthz": "whether the process answers; says nothing else",
}

Respond = Callable[[HttpRequest], HttpResponse]


class ClosedUnlessListed:
    """Lets a request through when its address is open or its person is a member; `request.member` is the membership."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.member = _membership(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is not None and match.view_name in OPEN:
            return None
        if request.member is not None:  # type: ignore[attr-defined]
            return None
        if request.path.startswith("/api/"):
            return JsonResponse({"code": "signed_out", "message": "Sign in first."}, status=401)
        query = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
        return HttpResponseRedirect(f"{reverse('signin')}?{query}" if query else reverse("signin"))


def _membership(request: HttpRequest) -> Membership | None:
    if not request.user.is_authenticated:
        return None
    mine = Membership.everywhere.filter(user=request.user).select_related("workspace", "user").order_by("created")
    chosen = request.session.get("workspace")
    return (mine.filter(workspace=chosen).first() if chosen else None) or mine.first()


def member_of(request: HttpRequest) -> Membership:
    """The signed-in person's membership. Only for addresses that are closed."""
    return cast(Membership, request.member)  # type: ignore[attr-defined]


class SignedIn(APIKeyCookie):
    """The session, for the API: checks the CSRF token as pages do, and answers with the membership."""

    param_name = "session"

    def authenticate(self, request: HttpRequest, key: str | None) -> Membership | None:
        return cast("Membership | None", getattr(request, "member", None))
