"""Work in the background: asked for, watched, cancelled."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from flows.commands.flows import add_turn, flow_of
from flows.models import Job, Membership, Turn

OPEN = (Job.Status.WAITING, Job.Status.RUNNING)


class TooBusy(Exception):
    """As many jobs wait as may wait."""


class JobGone(Exception):
    """No such job in this workspace."""


def ask_compile(member: Membership, flow_id: uuid.UUID, wish: dict[str, Any]) -> Job:
    """Have a sentence made into a document. `wish`: prompt, lang, author, edit, answers. Raises TooBusy."""
    from flows.jobs import submit

    with transaction.atomic():
        flow = flow_of(member, flow_id)
        waiting = Job.objects.of(member.workspace).filter(status__in=OPEN).count()
        if waiting >= settings.JOBS_WAITING:
            raise TooBusy
        deadline = timezone.now() + timedelta(seconds=settings.JOB_SECONDS)
        job = Job.objects.add(member.workspace, kind="compile", flow=flow, wish=wish, deadline=deadline, by=member.user)
        if not wish.get("answers"):
            add_turn(flow, Turn.Role.PERSON, str(wish.get("prompt", "")))
    submit(job)
    return job


def cancel_job(member: Membership, job_id: uuid.UUID) -> Job:
    """Ask the job to end; one that has not begun ends at once."""
    job = Job.objects.of(member.workspace).filter(pk=job_id).first()
    if job is None:
        raise JobGone(str(job_id))
    Job.objects.of(member.workspace).filter(pk=job_id, status__in=OPEN).update(cancel_asked=True)
    Job.objects.of(member.workspace).filter(pk=job_id, status=Job.Status.WAITING).update(status=Job.Status.CANCELLED)
    job.refresh_from_db()
    return job


def begin_job(job_id: str) -> Job | None:
    """Take the job; None when somebody else has it, or it was cancelled or is too late."""
    taken = Job.everywhere.filter(pk=job_id, status=Job.Status.WAITING).update(status=Job.Status.RUNNING)
    job = Job.everywhere.select_related("flow", "workspace", "by").filter(pk=job_id).first() if taken else None
    if job is not None and job.deadline < timezone.now():
        end_job(job, Job.Status.FAILED, problem="deadline")
        return None
    return job


def end_job(job: Job, status: str, *, result: dict[str, Any] | None = None, problem: str = "") -> None:
    job.status, job.result, job.problem = status, result, problem[:500]
    job.save(update_fields=["status", "result", "problem", "updated"])


def abandon_job(job_id: str) -> None:
    """The job could not even be begun, or ended without saying how."""
    Job.everywhere.filter(pk=job_id, status__in=OPEN).update(status=Job.Status.FAILED, problem="author_away")


def fail_abandoned_jobs() -> int:
    """Jobs that a web process left behind when it ended can never end by themselves. Returns how many."""
    return Job.everywhere.filter(status__in=OPEN).update(status=Job.Status.FAILED, problem="restarted")
