"""Work in the background: asked for, watched, cancelled."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from document.problems import say
from flows import live
from flows.commands.flows import add_turn, flow_of
from flows.models import Job, Membership, Turn
from flows.rights import MEMBER, needs

OPEN = (Job.Status.WAITING, Job.Status.RUNNING)


class TooBusy(Exception):
    """As many jobs wait as may wait."""


class JobGone(Exception):
    """No such job in this workspace."""


@needs(MEMBER)
def ask_compile(member: Membership, flow_id: uuid.UUID, wish: dict[str, Any]) -> Job:
    """Have a sentence made into a document. `wish`: prompt, lang, author, edit, answers, about. An edit is made of the draft
    as it is now, which the job keeps. Raises TooBusy."""
    from flows.jobs import submit

    with transaction.atomic():
        flow = flow_of(member, flow_id)
        wish = wish | {"document": flow.document if wish.get("edit") else None}
        waiting = Job.objects.of(member.workspace).filter(status__in=OPEN).count()
        if waiting >= settings.JOBS_WAITING:
            raise TooBusy
        deadline = timezone.now() + timedelta(seconds=settings.JOB_SECONDS)
        job = Job.objects.add(member.workspace, kind="compile", flow=flow, wish=wish, deadline=deadline, by=member.user)
        if not wish.get("answers"):
            add_turn(flow, Turn.Role.PERSON, str(wish.get("prompt", "")))
    submit(job)
    return job


@needs(MEMBER)
def cancel_job(member: Membership, job_id: uuid.UUID) -> Job:
    """End the job at once; what its author still writes is thrown away."""
    job = Job.objects.of(member.workspace).filter(pk=job_id).first()
    if job is None:
        raise JobGone(str(job_id))
    if end_job(job, Job.Status.CANCELLED, problem="compile_cancelled"):
        tell_end(job)
    return job


def begin_job(job_id: str) -> Job | None:
    """Take the job; None when somebody else has it, or it was cancelled or is too late."""
    taken = Job.everywhere.filter(pk=job_id, status=Job.Status.WAITING).update(status=Job.Status.RUNNING)
    job = Job.everywhere.select_related("flow", "workspace", "by").filter(pk=job_id).first() if taken else None
    if job is not None and job.deadline < timezone.now():
        end_job(job, Job.Status.FAILED, problem="deadline")
        return None
    return job


def end_job(job: Job, status: str, *, result: dict[str, Any] | None = None, problem: str = "") -> bool:
    """The end of a job that goes on; False where it had ended already: the first end counts."""
    ended = Job.objects.of(job.workspace).filter(pk=job.pk, status__in=OPEN)
    changed = ended.update(status=status, result=result, problem=problem[:500], cancel_asked=status == "cancelled")
    job.refresh_from_db()
    return bool(changed)


def abandon_job(job_id: str) -> None:
    """The job could not even be begun, or ended without saying how. Whoever waits for it is told."""
    for kind, problem in (("compile", "author_away"), ("measure", "not_measured"), ("embed", "no_vectors")):
        if Job.everywhere.filter(pk=job_id, kind=kind, status__in=OPEN).update(
            status=Job.Status.FAILED, problem=problem
        ):
            tell_end(Job.everywhere.get(pk=job_id))


def tell_end(job: Job) -> None:
    """That the job failed or was cancelled, with its problem in the language that was asked in."""
    message, hint = say(job.problem, {}, str(job.wish.get("lang") or "en"))
    problem = {"code": job.problem, "path": "", "message": message, "hint": hint, "severity": "error"}
    stage = "failed" if job.status == Job.Status.FAILED else "cancelled"
    subject = {"flow": str(job.flow_id)} if job.flow_id is not None else job.wish
    about = {"t": job.kind, "job": str(job.id), **subject, "stage": stage, "problem": problem}
    live.to_browsers(job.workspace_id, about)


def fail_abandoned_jobs() -> int:
    """Jobs that a web process left behind when it ended can never end by themselves. Returns how many."""
    return Job.everywhere.filter(status__in=OPEN).update(status=Job.Status.FAILED, problem="restarted")
