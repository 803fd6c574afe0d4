"""Dead letters: what flows could not send and messages that nobody could read, with the way back."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from flows import commands
from flows.access import member_of
from flows.models import DeadLetter, Destination, Worker, Workspace
from flows.showing import letter_json
from nodes.kit.catalog import full_catalog
from nodes.kit.things import spoken

SHOWN, MOST_PLACES = 100, 500


@require_GET
def list_page(request: HttpRequest) -> HttpResponse:
    workspace = member_of(request).workspace
    lang = getattr(request, "LANGUAGE_CODE", "en")
    flow, to = _id(request.GET.get("flow", "")), request.GET.get("to", "")[:500]
    shown = str(flow or "")
    rows = commands.letters_of(workspace, flow=flow, to=to)
    named = {d.ref: spoken(d.label, lang, d.ref) for d in Destination.objects.of(workspace)}
    everything = DeadLetter.objects.of(workspace).order_by()
    places = everything.exclude(to="").values_list("to", flat=True).distinct()[:MOST_PLACES]
    context = {
        "all": everything.count(),
        "flow": shown,
        "to": to,
        "flows": [(str(id), name) for id, name in everything.values_list("flow", "flow__name").distinct()],
        "places": sorted((place, named.get(place, place)) for place in places),
        "lost": _lost(workspace),
        "page_data": {
            "flow": shown,
            "to": to,
            "total": rows.count(),
            "letters": [letter_json(row, lang) for row in rows[:SHOWN]],
            "destinations": named,
            "actions": {kind.id: kind.words[lang].label for kind in full_catalog() if kind.group == "action"},
        },
    }
    return render(request, "letters.html", context)


def _lost(workspace: Workspace) -> int:
    """Letters that workers had to drop because there were too many."""
    return sum(int(row.status.get("letters_lost") or 0) for row in Worker.objects.of(workspace))


def _id(text: str) -> uuid.UUID | None:
    """A flow's id, or nothing where it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
