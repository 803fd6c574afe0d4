"""Documents that flows answer questions from: which there are, what was read of them, who asks them; and their file for workers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.views.decorators.http import require_GET, require_POST

from flows import commands
from flows.access import member_of
from flows.manuals.showing import manual_json, uses_of_manuals, vectors_json


@require_GET
def list_page(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    uses = uses_of_manuals(member.workspace)
    manuals = [manual_json(row, uses) for row in commands.manuals_of(member)]
    lines = [
        {**one, "count_shown": number_format(one["count"], force_grouping=True), "size_shown": number_format(one["size"], force_grouping=True)}
        for one in manuals
    ]  # fmt: skip
    data = [{name: value for name, value in one.items() if name != "added"} for one in manuals]
    return render(
        request,
        "documents.html",
        {"manuals": lines, "page_data": {"manuals": data}, "vectors": vectors_json(member.workspace)},
    )


@require_POST
def vectors(request: HttpRequest) -> HttpResponse:
    """Ask once more for the vectors that passages have not."""
    commands.try_vectors(member_of(request))
    return redirect("documents")


@require_GET
def part(request: HttpRequest, sha256: str, number: int) -> HttpResponse:
    """Part of the file that a worker searches, for a worker of the workspace: flows/access.py lets everybody come so far."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    worker = commands.worker_with(token) if token else None
    data = commands.index_part(worker.workspace, sha256, number) if worker is not None else None
    if data is None:
        return HttpResponse(status=404)
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
