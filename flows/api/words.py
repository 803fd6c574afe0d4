"""Who is signed in, and the vocabulary."""

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from ninja import Schema

from flows import commands
from flows.api.entry import actor, api, language, refuse
from flows.models import Membership
from nodes.kit.catalog import full_catalog
from runtime.cli.catalog import catalog_json


class Look(Schema):
    lang: str | None = None
    theme: str | None = None


@api.get("/me")
def me(request: HttpRequest) -> Any:
    return _me(request, actor(request))


@api.put("/me")
def change_look(request: HttpRequest, look: Look) -> Any:
    member = actor(request)
    try:
        if look.lang is not None:
            commands.choose_language(member, look.lang)
        if look.theme is not None:
            commands.choose_theme(member, "" if look.theme == "auto" else look.theme)
    except ValueError as unknown:
        return refuse(request, 422, "unknown", str(unknown))
    return _me(request, member)


@api.get("/catalog")
def catalog(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(_catalog(), content_type="application/json; charset=utf-8")
    response["Cache-Control"] = "private, max-age=60"
    return response


@cache
def _catalog() -> bytes:
    return json.dumps(catalog_json(full_catalog()), ensure_ascii=False).encode()


def _me(request: HttpRequest, member: Membership) -> dict[str, Any]:
    workspace = member.workspace
    return {
        "user": member.user.first_name or member.user.username,
        "workspace": {"id": str(workspace.id), "name": workspace.name, "zone": workspace.zone},
        "lang": member.lang or language(request),
        "theme": member.theme or "auto",
        "role": member.role,
        "csrf": get_token(request),
    }
