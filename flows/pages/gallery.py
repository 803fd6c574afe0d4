"""The gallery: scenarios to find, to look at, to start, and to take along."""

from hashlib import sha256
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from document.export import pretty
from document.registry import registry_json
from flows import commands
from flows.access import member_of
from flows.filing import file_text
from flows.gallery_words import in_lang, industries, industry_needs
from flows.mine.showing import mine_json
from flows.plan_pictures import served_picture
from flows.progress import copy_json
from flows.scenarios import NoSuchScenario, all_scenarios, scenario_of
from flows.staged import card, detail
from gallery.played import PICTURE
from gallery.scenario import BadScenario, Scenario


@ensure_csrf_cookie
@require_GET
def list_page(request: HttpRequest) -> HttpResponse:
    copies = commands.copies_of(member_of(request))
    cards = [{**card(scenario, _lang(request)), "copy": _state(copies, scenario)} for scenario in all_scenarios()]
    has = {word for one in cards for word in (*one["industries"], *one["needs"])}
    lists = {"industries": industries(), "needs": industry_needs()}
    context = {name: {id: word for id, word in known.items() if id in has} for name, known in lists.items()}
    words = {"industries": industries(), "needs": industry_needs()}
    page_data = {"search": {one["name"]: one.pop("search") for one in cards}}
    return render(request, "gallery/list.html", {"cards": cards, **context, "words": words, "page_data": page_data})


@ensure_csrf_cookie
@require_GET
def page(request: HttpRequest, name: str) -> HttpResponse:
    scenario, member, lang = _scenario(name), member_of(request), _lang(request)
    copies = commands.copies_of(member)
    copy = _state(copies, scenario)
    shown = detail(scenario, lang)
    switched = commands.switched_by(member, scenario, lang)
    context = {
        "one": shown,
        "copy": copy,
        "switched": switched,
        "demo": reverse("demo", args=[name]),
        "page_data": {
            "name": name,
            "copy": copy,
            "devices": shown["device_names"],
            "approve": [a["hash"] for a in switched],
        },
    }
    return render(request, "gallery/detail.html", context)


@ensure_csrf_cookie
@require_GET
def mine(request: HttpRequest, name: str) -> HttpResponse:
    """What stands for what: the scenario's flow on the workspace's own devices."""
    _scenario(name)
    member, lang = member_of(request), _lang(request)
    own = commands.mine_of(member, name, lang)
    title = in_lang(own.scenario.about.title, lang)
    page_data = {
        "name": name,
        "mine": mine_json(own.needs, own.virtual, own.real, lang),
        "choice": commands.suggested_for(member, own),
        "title": _("%s, on our own devices") % title,
    }
    return render(request, "gallery/mine.html", {"title": title, "name": name, "page_data": page_data})


@require_GET
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """What the scenario's camera saw when its flow first did something."""
    return _file(request, _scenario(name), PICTURE, "image/jpeg")


@require_GET
def plan(request: HttpRequest, name: str) -> HttpResponse:
    scenario = _scenario(name)
    if scenario.about.show.plan is None:
        raise Http404
    return _file(request, scenario, scenario.about.show.plan, "image/png")


@require_GET
def download(request: HttpRequest, name: str, part: str) -> HttpResponse:
    """`flow`: the flow alone; `both`: with its registry, as an export has them."""
    scenario = _scenario(name)
    if part not in ("flow", "both"):
        raise Http404
    registry = registry_json(scenario.registry)
    text = (
        pretty(scenario.flow)
        if part == "flow"
        else file_text({"document": scenario.flow, "registry": registry}, registry)
    )
    suffix = "json" if part == "flow" else "with-registry.json"
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{name}.{suffix}', safe='')}"
    return response


def _file(request: HttpRequest, scenario: Scenario, file: str, media_type: str) -> HttpResponse:
    try:
        data = scenario.bytes(file)
    except BadScenario:
        raise Http404 from None
    return served_picture(request, lambda: data, media_type, sha256(data).hexdigest())


def _scenario(name: str) -> Scenario:
    try:
        return scenario_of(name)
    except NoSuchScenario:
        raise Http404 from None


def _state(copies: dict[str, Any], scenario: Scenario) -> dict[str, Any] | None:
    copy = copies.get(scenario.name)
    return copy_json(copy) if copy is not None else None


def _lang(request: HttpRequest) -> str:
    return "ja" if getattr(request, "LANGUAGE_CODE", "en") == "ja" else "en"
