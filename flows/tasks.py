"""Work in the background. The same tasks run in the bounded pool of jobs.py and in Celery."""

import logging
from importlib import import_module
from typing import Any

from celery import shared_task

from flows.commands.jobs import abandon_job
from nodes.kit.structs import settle_structs

log = logging.getLogger(__name__)


@shared_task(name="flows.compile")
def compile_flow(job_id: str) -> None:
    """A sentence into a document."""
    _do("flows.compiling", "compile_job", job_id)


@shared_task(name="flows.measure")
def measure_model(job_id: str) -> None:
    """A local model on its test set."""
    _do("flows.trained.measuring", "measure_job", job_id)


@shared_task(name="flows.embed")
def embed_passages(job_id: str) -> None:
    """Passages of documents into vectors."""
    _do("flows.manuals.embedding", "embed_job", job_id)


def _do(module: str, name: str, job_id: str) -> None:
    """What does it is loaded by the first job of its kind, not by every start."""
    try:
        work = getattr(import_module(module), name)
        settle_structs()  # several jobs run at a time
        work(job_id)
    except Exception:  # in Celery nobody else would tell
        log.exception("job %s failed", job_id)
        abandon_job(job_id)


TASKS: dict[str, Any] = {"compile": compile_flow, "measure": measure_model, "embed": embed_passages}
