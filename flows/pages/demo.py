"""A scenario of the gallery as a show, full screen. What is in it comes over the demo's own socket."""

from typing import Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from gallery.scenario import scenario_named


@ensure_csrf_cookie
@require_GET
def page(request: HttpRequest, name: str) -> HttpResponse:
    """With `?notes` the second window: what the presenter says, and the controls."""
    scenario = scenario_named(name)
    if scenario is None:
        raise Http404
    lang: Literal["ja", "en"] = "ja" if getattr(request, "LANGUAGE_CODE", "en") == "ja" else "en"
    context = {"scenario": name, "title": scenario.about.title[lang], "notes": "notes" in request.GET}
    return render(request, "gallery/demo.html", context)
