"""The list of flows, and the page that holds the editor."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie

from flows import commands
from flows.access import member_of
from flows.authors import authors
from flows.fleet import read
from flows.models import Flow, Hook
from flows.showing import flow_row


def home(request: HttpRequest) -> HttpResponse:
    return redirect("flows")


@ensure_csrf_cookie
def list_page(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    rows = Flow.objects.of(member.workspace).filter(binned=None).select_related("deployed")
    hooks = set(Hook.objects.of(member.workspace).values_list("flow_id", flat=True))
    lang = getattr(request, "LANGUAGE_CODE", "en")
    context = {
        "flows": [{**flow_row(flow), "hooks": flow.pk in hooks} for flow in rows],
        "examples": _examples(lang),
        "authors": authors(member.workspace),
    }
    return render(request, "flows/list.html", context)


def editor(request: HttpRequest, flow_id: uuid.UUID) -> HttpResponse:
    try:
        flow = commands.flow_of(member_of(request), flow_id)
    except commands.FlowGone:
        raise Http404 from None
    return render(request, "flows/editor.html", {"flow": flow})


def _examples(lang: str) -> list[str]:
    """Sentences to begin with, from the first scenario."""
    prompts = read("prompts.json").get("prompts") or []
    return [str(prompt[lang]) for prompt in prompts if isinstance(prompt, dict) and prompt.get(lang)][:4]
