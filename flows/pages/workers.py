"""Workers: whether they are there, what they run, what troubles them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from document.problems import say
from flows import commands
from flows.access import member_of
from flows.models import Destination, Flow, TraceProblem, Worker
from flows.showing import incident_json, ms, worker_json
from nodes.kit.things import spoken

MOST = 50


def list_page(request: HttpRequest, fresh: dict[str, str] | None = None) -> HttpResponse:
    """`fresh`: a worker's `name`, its new `token` and the `server` address to dial, for this answer alone."""
    member = member_of(request)
    workspace = member.workspace
    commands.ask_status(member)  # what it says next comes over the live socket
    lang = getattr(request, "LANGUAGE_CODE", "en")
    flows = {str(flow.id): flow.name for flow in Flow.objects.of(workspace)}
    workers = list(Worker.objects.of(workspace))
    rows = [worker_json(row) for row in workers]
    homes = [(flow, worker.id) for worker in workers for flow in commands.flows_on(worker)] if len(workers) > 1 else []
    troubles = TraceProblem.objects.of(workspace).select_related("flow")[:MOST]
    problems = [
        {"flow": p.flow.name, "flow_id": str(p.flow_id), "node": p.node, "device": p.device, "time": ms(p.time),
         "text": say(p.code, p.args, lang)[0]}
        for p in troubles
    ]  # fmt: skip
    named = {d.ref: spoken(d.label, lang, d.ref) for d in Destination.objects.of(workspace)}
    incidents = [incident_json(row) for row in commands.recent_incidents(workspace)]
    page_data = {"flows": flows, "destinations": named, "incidents": incidents}
    shown = {
        "workers": rows,
        "homes": homes,
        "problems": problems,
        "page_data": page_data,
        "fresh": fresh,
        "member": member,
    }
    return render(request, "workers.html", shown)
