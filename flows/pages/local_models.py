"""Local models: which there are, one with its versions and how good they are, and their files for workers."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from flows import commands
from flows.access import member_of
from flows.models import Device
from flows.trained.showing import all_json, whole_json
from nodes.kit.things import spoken


@require_GET
def list_page(request: HttpRequest) -> HttpResponse:
    member, lang = member_of(request), str(getattr(request, "LANGUAGE_CODE", "en"))
    models = all_json(commands.models_of(member), member.workspace, lang)
    return render(request, "local_models.html", {"models": models, "page_data": {"models": models}})


@require_GET
def page(request: HttpRequest, ref: str) -> HttpResponse:
    member, lang = member_of(request), str(getattr(request, "LANGUAGE_CODE", "en"))
    try:
        row = commands.model_of(member, ref)
    except commands.ModelGone as gone:
        raise Http404 from gone
    model = whole_json(row, lang)
    devices = [
        {"id": one.ref, "shown": spoken(one.label, lang, one.ref)}
        for one in Device.objects.of(member.workspace)[:2_000]
    ]
    return render(request, "local_model.html", {"model": model, "page_data": {"model": model, "devices": devices}})


@require_GET
def part(request: HttpRequest, sha256: str, number: int) -> HttpResponse:
    """Part of a file, for a worker of the workspace that has it: flows/access.py lets everybody come so far."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    worker = commands.worker_with(token) if token else None
    data = commands.part_of(worker.workspace, sha256, number) if worker is not None else None
    if data is None:
        return HttpResponse(status=404)
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
