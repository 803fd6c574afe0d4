"""From a sentence to a document: asked for, cancelled, looked up; and problems while typing."""

import uuid
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Schema, Status
from pydantic import Field

from flows import commands
from flows.api.entry import actor, api, language
from flows.authors import authors, try_model
from flows.checking import problems_of
from flows.models import Job
from flows.showing import job_json


class Wish(Schema):
    """`author` absent: the one that is ready, a model before the phrasebook. `edit`: change the draft as asked, or answer
    what is asked about it. `about`: nodes that are chosen on the screen."""

    prompt: Annotated[str, Field(max_length=20_000)]
    lang: str = ""
    author: str = ""
    edit: bool = False
    answers: dict[str, Any] | None = None
    about: Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=500)] = []


class Checked(Schema):
    document: dict[str, Any]


@api.post("/flows/{uuid:flow_id}/compile", response={202: Any})
def compile_flow(request: HttpRequest, flow_id: uuid.UUID, wish: Wish) -> Any:
    asked = wish.dict() | {"lang": wish.lang or language(request)}
    job = commands.ask_compile(actor(request), flow_id, asked)
    return Status(202, {"job": str(job.id)})


@api.get("/jobs/{uuid:job_id}")
def read_job(request: HttpRequest, job_id: uuid.UUID) -> Any:
    job = Job.objects.of(actor(request).workspace).filter(pk=job_id).first()
    if job is None:
        raise commands.JobGone(str(job_id))
    return job_json(job)


@api.post("/jobs/{uuid:job_id}/cancel", response={202: Any})
def cancel(request: HttpRequest, job_id: uuid.UUID) -> Any:
    return Status(202, job_json(commands.cancel_job(actor(request), job_id)))


@api.get("/authors")
def list_authors(request: HttpRequest) -> Any:
    return authors(actor(request).workspace)


@api.post("/authors/model/test")
def test_model(request: HttpRequest) -> Any:
    """Ask the model for a word: {"ok", "detail"}."""
    ok, detail = try_model(actor(request).workspace)
    return {"ok": ok, "detail": detail}


@api.post("/validate")
def check(request: HttpRequest, wish: Checked) -> Any:
    return {"problems": problems_of(wish.document, actor(request).workspace, language(request))}
