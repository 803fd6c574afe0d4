"""Settings: who writes flows, how it looks, the workspace, the password."""

import zoneinfo
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from flows import commands
from flows.access import member_of
from flows.authors import authors, model_access_of
from flows.languages import KNOWN
from flows.models import Destination, Workspace
from nodes.kit.things import spoken

A_YEAR = 365 * 24 * 3600


def page(request: HttpRequest, fresh: dict[str, str] | None = None) -> HttpResponse:
    """`fresh`: a person's name and the link that lets them in, to be shown this once."""
    member = member_of(request)
    row = commands.author_model(member.workspace)
    access = model_access_of(member.workspace)
    context = {
        "model": row,
        "has_key": bool(row and row.sealed_key),
        "from_environment": row is None and access is not None,
        "authors": authors(member.workspace),
        "people": commands.people_of(member),
        "roles": ["owner", "member", "viewer"],
        "fresh": fresh,
        "told": _told(member.workspace),
        "zones": sorted(zoneinfo.available_timezones()),
        "has_password": member.user.has_usable_password(),
    }
    return render(request, "settings.html", context)


@require_POST
def model(request: HttpRequest) -> HttpResponse:
    given = request.POST
    if "forget" in given:
        commands.forget_author_model(member_of(request))
        return redirect("settings")
    try:
        commands.set_author_model(
            member_of(request),
            base_url=given.get("base_url", ""),
            model=given.get("model", ""),
            key=given.get("key", "") or None,
        )
        messages.success(request, _("Saved."))
    except commands.BadBrokerAddress:
        messages.error(request, _("The address has to begin with https:// or http://."))
    return redirect("settings")


@require_POST
def workspace(request: HttpRequest) -> HttpResponse:
    given = request.POST
    try:
        commands.choose_workspace_facts(
            member_of(request),
            name=given.get("name", ""),
            zone=given.get("zone", ""),
            lang=given.get("lang", ""),
            comment_needed="comment_needed" in given,
        )
        messages.success(request, _("Saved."))
    except ValueError:
        messages.error(request, _("Give a name, and a time zone from the list."))
    return redirect("settings")


@require_POST
def told(request: HttpRequest) -> HttpResponse:
    """Who hears of incidents."""
    commands.choose_system_destinations(member_of(request), request.POST.getlist("told"))
    messages.success(request, _("Saved."))
    return redirect("settings")


def _told(workspace: Workspace) -> list[dict[str, Any]]:
    lang, chosen = get_language() or "en", workspace.system_destinations or []
    rows = Destination.objects.of(workspace).exclude(service="inbox")
    return [{"ref": row.ref, "shown": spoken(row.label, lang, row.ref), "chosen": row.ref in chosen} for row in rows]


@require_POST
def password(request: HttpRequest) -> HttpResponse:
    member, given = member_of(request), request.POST
    user = member.user
    if user.has_usable_password() and not user.check_password(given.get("old", "")):
        messages.error(request, _("The current password is not right."))
        return redirect("settings")
    fresh = given.get("password", "")
    try:
        validate_password(fresh, user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("settings")
    try:
        commands.set_name_and_password(member, given.get("name", "").strip() or user.username, fresh)
    except commands.NameTaken:
        messages.error(request, _("Somebody else has this name."))
        return redirect("settings")
    update_session_auth_hash(request, user)
    messages.success(request, _("Saved."))
    return redirect("settings")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language and come back to the same page; `theme` likewise for those who are signed in."""
    member = getattr(request, "member", None)
    lang, theme = request.POST.get("lang", ""), request.POST.get("theme")
    back = request.POST.get("next") or urlsplit(request.headers.get("Referer", "")).path or "/"
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if lang in KNOWN:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, lang, A_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
        if member is not None:
            commands.choose_language(member, lang)
    if theme is not None and member is not None and theme in ("", "auto", "light", "dark"):
        commands.choose_theme(member, "" if theme == "auto" else theme)
    return response
