"""One embedding job: the passages without a vector are sent to the model for embeddings, within bounds, and the file is made anew."""

import time

from django.db import transaction

from flows.commands.jobs import begin_job, end_job
from flows.commands.manuals import lock_manuals, remake_index
from flows.commands.vectors import keep_vectors, without_vectors
from flows.model_access import embedding_model, model_access
from flows.models import Job, Workspace
from flows.sending import door
from runtime.deploy import ModelAccess
from runtime.library.vectors import NoVectors

MOST_SECONDS = 300.0
"""Of one job; what is missing then is made by the next."""
EACH = 30.0
"""Seconds that one request may take."""


def embed_job(job_id: str) -> None:
    job = begin_job(job_id)
    if job is None:
        return
    problem = ""
    try:
        _embed(job.workspace)
    except NoVectors as why:
        problem = str(why)
    end_job(job, Job.Status.FAILED if problem else Job.Status.DONE, problem="no_vectors" if problem else "")
    with transaction.atomic():
        lock_manuals(job.workspace)
        remake_index(job.workspace, problem)


def _embed(workspace: Workspace) -> None:
    """Raises NoVectors; what was made until then is kept."""
    from runtime.inference.embedding import MOST_TEXTS, Embedding  # the client behind it is loaded by the first job

    row = embedding_model(workspace)
    missing = without_vectors(workspace, row) if row is not None else {}
    if row is None or not missing:
        return
    embedding = Embedding(ModelAccess(**model_access(row)), door())
    keys, end = list(missing), time.monotonic() + MOST_SECONDS
    try:
        for some in (keys[at : at + MOST_TEXTS] for at in range(0, len(keys), MOST_TEXTS)):
            left = end - time.monotonic()
            if left <= 0:
                raise NoVectors("the time for them was over")
            made = embedding.vectors([missing[key] for key in some], min(EACH, left))
            keep_vectors(workspace, zip(some, made, strict=True))
    finally:
        embedding.close()
