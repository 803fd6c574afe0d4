"""Documents that flows answer questions from: uploaded, read, asked, renamed, forgotten."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Query, Schema, Status
from ninja.files import UploadedFile

from document.problems import say
from flows import commands
from flows.api.entry import actor, api, language, refuse
from flows.manuals.reading import MOST_BYTES, ManualRefused
from flows.manuals.showing import found_json, manual_json, sections_json, uses_of_manuals


class ManualFacts(Schema):
    title: str = Field(max_length=120)


class ManualQuestion(Schema):
    question: str = Field(max_length=1_000)


@api.get("/documents")
def list_manuals(request: HttpRequest) -> Any:
    """Without their text; with the flows that ask them."""
    member = actor(request)
    uses = uses_of_manuals(member.workspace)
    return [manual_json(row, uses) for row in commands.manuals_of(member)]


@api.post("/documents", response={201: Any})
def add_manual(request: HttpRequest, file: UploadedFile | None = File(None), title: str = Form("")) -> Any:  # noqa: B008
    """PDF, Word (.docx), Markdown, HTML, CSV or plain text; at most 16 MB. Its text is kept, the file is not."""
    if file is None:
        raise ManualRefused("manual_kind")
    if (file.size or 0) > MOST_BYTES:  # nothing is read of it
        raise ManualRefused("manual_too_heavy")
    member = actor(request)
    row = commands.add_manual(member, file.name or "", bytes(file.read()), title)
    return Status(201, manual_json(row, uses_of_manuals(member.workspace)))


@api.get("/documents/{uuid:manual_id}")
def manual_text(request: HttpRequest, manual_id: uuid.UUID, start: int = Query(0, ge=0)) -> Any:
    """What was read of it, by page or section, a hundred at a time."""
    member = actor(request)
    row = commands.manual_of(member, manual_id)
    return {**manual_json(row, uses_of_manuals(member.workspace)), **sections_json(row, start)}


@api.put("/documents/{uuid:manual_id}")
def rename_manual(request: HttpRequest, manual_id: uuid.UUID, facts: ManualFacts) -> Any:
    member = actor(request)
    return manual_json(commands.rename_manual(member, manual_id, facts.title), uses_of_manuals(member.workspace))


@api.delete("/documents/{uuid:manual_id}", response={204: None})
def forget_manual(request: HttpRequest, manual_id: uuid.UUID) -> Any:
    commands.forget_manual(actor(request), manual_id)
    return Status(204, None)


@api.post("/documents/ask")
def ask_manuals(request: HttpRequest, asked: ManualQuestion) -> Any:
    """The passages that a flow would find, the best first; none where the documents do not answer. No model is asked."""
    return {"found": found_json(commands.search_manuals(actor(request), asked.question))}


@api.exception_handler(ManualRefused)
def _refused(request: HttpRequest, why: ManualRefused) -> HttpResponse:
    message, hint = say(why.code, {}, language(request))
    return refuse(request, 422, why.code, message, hint=hint)


@api.exception_handler(commands.ManualGone)
def _gone(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 404, "not_found", _("There is no such thing here."))


@api.exception_handler(commands.SameManual)
def _same(request: HttpRequest, why: commands.SameManual) -> HttpResponse:
    return refuse(request, 409, "taken", _("This file is there already, as “%s”.") % why)


@api.exception_handler(commands.ManualsFull)
def _full(request: HttpRequest, why: Exception) -> HttpResponse:
    message = _("There is room for no more documents. Delete one that nobody needs.")
    return refuse(request, 422, "documents_full", message)
