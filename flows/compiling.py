"""One compile job: the author's way from a sentence to a document, told live."""

import logging
from typing import Any

from django.db import transaction
from django.utils import timezone

from flows import live
from flows.authors import MODEL, author_with, chosen_author, model_access_of
from flows.commands.flows import add_turn, name_author
from flows.commands.jobs import begin_job, end_job, tell_end
from flows.conversation import history_of
from flows.models import Job, Turn
from flows.registered import registry_of
from llm.authors import author_named
from llm.compile import Author
from llm.compile import compile as compile_prompt
from nodes.kit.catalog import full_catalog
from runtime.addresses import AddressRefused

log = logging.getLogger(__name__)


class Cancelled(Exception):
    """Somebody cancelled the job, or its time is over."""


def compile_job(job_id: str) -> None:
    """Take the job, if it can still be had, and see it to its end whatever happens."""
    job = begin_job(job_id)
    if job is None:
        return
    try:
        result = _compile(job)
    except Cancelled:
        _ended(job, Job.Status.CANCELLED, "compile_cancelled")
    except AddressRefused:
        _ended(job, Job.Status.FAILED, "author_address_refused")
    except Exception:
        log.exception("compile job %s", job.id)
        _ended(job, Job.Status.FAILED, "author_away")
    else:
        _done(job, result)


def _done(job: Job, result: dict[str, Any]) -> None:
    """Keep what the author wrote, unless somebody cancelled in the meantime."""
    with transaction.atomic():
        if not end_job(job, Job.Status.DONE, result=result):
            return
        if job.flow is not None:
            author = str(result.get("author") or "")
            add_turn(job.flow, Turn.Role.AUTHOR, str(result.get("explanation") or ""), author, result)
            if result.get("document") is not None:
                name_author(job.flow, author)
        _tell(job, {"stage": "done", "compilation": result})


def _compile(job: Job) -> dict[str, Any]:
    wish, flow = job.wish, job.flow
    if flow is None:
        raise ValueError("a compile job without a flow")
    lang = str(wish.get("lang") or "en")
    compilation = compile_prompt(
        str(wish.get("prompt", "")),
        author=_author(job),
        registry=registry_of(job.workspace),
        catalog=full_catalog(),
        lang=lang,
        document=wish.get("document"),
        answers=wish.get("answers"),
        about=wish.get("about") or (),
        history=history_of(flow) if wish.get("edit") else (),
        on_progress=lambda progress: _progress(job, progress),
    )
    return compilation.as_json(lang)


def _author(job: Job) -> Author:
    """The one that was wished for. A model is reached through the egress door."""
    wish = chosen_author(job.workspace, str(job.wish.get("author", "")))
    access = model_access_of(job.workspace) if wish == MODEL else None
    return author_with(access) if access is not None else author_named(wish)


def _progress(job: Job, progress: dict[str, Any]) -> None:
    """Pass on how far it is; the moment at which a cancelled or overdue job ends."""
    row = Job.objects.of(job.workspace).filter(pk=job.pk).values("status", "cancel_asked", "deadline").first()
    over = row is None or row["cancel_asked"] or row["status"] != Job.Status.RUNNING
    if row is None or over or row["deadline"] < timezone.now():
        raise Cancelled
    if progress.get("stage") != "done":
        _tell(job, progress)


def _ended(job: Job, status: str, code: str) -> None:
    if end_job(job, status, problem=code):
        tell_end(job)


def _tell(job: Job, progress: dict[str, Any]) -> None:
    message = {"t": "compile", "job": str(job.id), "flow": str(job.flow_id), **progress}
    live.to_browsers(job.workspace_id, message)
