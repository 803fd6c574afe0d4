"""Who may come in. Every address is closed unless its name stands in OPEN; this is the only such list."""

import re
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja.security import APIKeyCookie

from flows.models import Membership
from flows.rights import MEMBER, OWNER, VIEWER, Role, may

OPEN = {
    "signin": "the page where people sign in",
    "signin-link": "the one-time link; it carries its own secret",
    "webhook-in": "calls from outside; each carries its own secret, compared in constant time",
    "shared": "a dashboard to look at; the link carries its own secret, kept as a hash, until it is revoked",
    "shared-data": "the same, as data",
    "shared-picture": "the last picture of a device that this dashboard shows",
    "shared-plan": "the plan that this dashboard shows, and no other",
    "shared-report": "a report to read; the link carries its own secret, kept as a hash, until it is revoked",
    "language": "the choice of a language, kept in a cookie",
    "model-part": "a part of a local model's file, for workers alone: each has a token of its own, compared in constant time",
    "document-part": "a part of the file of documents, for workers alone: each has a token of its own, compared in constant time",
    "metrics": "counts for a monitor, which has a token of its own, compared in constant time",
    "healthz": "whether the process answers; says nothing else",
}

OWNERS = {
    ("PUT", "api/destinations/<ref>"),
    ("DELETE", "api/destinations/<ref>"),
    ("POST", "api/broker/try"),
    ("POST", "api/flows/<flow_id>/dashboard/links"),
    ("DELETE", "api/flows/<flow_id>/dashboard/links/<link_id>"),
    ("POST", "api/reports/<report_id>/links"),
    ("DELETE", "api/reports/<report_id>/links/<link_id>"),
    ("POST", "api/demos/<demo_id>/share"),
    ("DELETE", "api/demos/<demo_id>/share"),
    ("POST", "destinations/"),
    ("POST", "destinations/<ref>/forget/"),
    ("POST", "connection/"),
    ("POST", "language-models/"),
    ("POST", "settings/model/"),
    ("POST", "settings/workspace/"),
    ("POST", "settings/told/"),
    ("POST", "settings/people/"),
}
"""Only for owners: secrets and addresses, people, links, what all share."""
VIEWERS = {
    ("PUT", "api/me"),
    ("POST", "api/notices/ack"),
    ("POST", "api/notices/<notice_id>/ack"),
    ("POST", "api/validate"),
    ("POST", "api/shapes"),
    ("POST", "api/expression"),
    ("POST", "api/text"),
    ("POST", "api/runs"),
    ("POST", "api/gallery/<name>/mine/check"),
    ("POST", "api/documents/ask"),
    ("POST", "api/flows/<flow_id>/asks"),
    ("POST", "settings/password/"),
    ("POST", "welcome/"),
    ("POST", "signout/"),
}
"""For everybody who is signed in: acknowledging, one's own name and look, and questions that change nothing."""
MEMBERS_READ = {"api/flows/<flow_id>/hooks", "api/demos/<demo_id>/share"}
"""Reading that hands out secrets. All other reading is for everybody who is signed in, all other writing for members."""
CONVERTER = re.compile(r"<\w+:")
SAFE = ("GET", "HEAD", "OPTIONS")

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
        member = request.member  # type: ignore[attr-defined]
        if member is not None:
            least = needed(request.method or "", match.route if match is not None else "")
            return None if may(member, least) else _refused(request, least)
        if request.path.startswith("/api/"):
            return JsonResponse({"code": "signed_out", "message": "Sign in first."}, status=401)
        query = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
        return HttpResponseRedirect(f"{reverse('signin')}?{query}" if query else reverse("signin"))


def needed(method: str, route: str) -> Role:
    """The role that a request takes: what is not listed is for members when it writes, and for all when it reads."""
    route = CONVERTER.sub("<", route)
    if method in SAFE:
        return MEMBER if route in MEMBERS_READ else VIEWER
    if (method, route) in OWNERS:
        return OWNER
    return VIEWER if (method, route) in VIEWERS else MEMBER


def why_not(least: Role) -> str:
    """Why a button cannot be pressed, for people whose role does not reach `least`."""
    return _("Only owners may do this.") if least == OWNER else _("You may look, but not change anything.")


def _refused(request: HttpRequest, least: Role) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"code": "not_allowed", "message": why_not(least), "least": least.value}, status=403)
    raise PermissionDenied(why_not(least))


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
