"""Work in the background. The same tasks run in the bounded pool of jobs.py and in Celery."""

import logging
from typing import Any

from celery import shared_task

from flows.commands.jobs import abandon_job

log = logging.getLogger(__name__)


@shared_task(name="flows.compile")
def compile_flow(job_id: str) -> None:
    """A sentence into a document."""
    try:
        from flows.compiling import compile_job  # the compiler is loaded by the first job, not by every start

        compile_job(job_id)
    except Exception:  # in Celery nobody else would tell
        log.exception("job %s failed", job_id)
        abandon_job(job_id)


@shared_task(name="flows.measure")
def measure_model(job_id: str) -> None:
    """A local model on its test set."""
    try:
        from flows.trained.measuring import measure_job

        measure_job(job_id)
    except Exception:
        log.exception("job %s failed", job_id)
        abandon_job(job_id)


@shared_task(name="flows.embed")
def embed_passages(job_id: str) -> None:
    """Passages of documents into vectors."""
    try:
        from flows.manuals.embedding import embed_job

        embed_job(job_id)
    except Exception:
        log.exception("job %s failed", job_id)
        abandon_job(job_id)


TASKS: dict[str, Any] = {"compile": compile_flow, "measure": measure_model, "embed": embed_passages}
