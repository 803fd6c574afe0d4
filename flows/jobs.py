"""Where jobs run: in a bounded pool of this process, or in Celery when `SUIRO_CELERY_BROKER` is set. Same tasks."""

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from django.conf import settings
from django.db import connection

from flows.commands.jobs import abandon_job
from flows.models import Job

log = logging.getLogger(__name__)


def submit(job: Job) -> None:
    """Hand the job over. How many may wait was checked where the row was made."""
    from flows import tasks

    task = tasks.TASKS[job.kind]
    if settings.CELERY_BROKER_URL:
        task.delay(str(job.id))
    else:
        _pool().submit(_in_this_process, job.kind, str(job.id))


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.JOB_THREADS, thread_name_prefix="job")


def _in_this_process(kind: str, job_id: str) -> None:
    try:
        from flows import tasks

        tasks.TASKS[kind].run(job_id)
    except Exception:
        log.exception("job %s failed", job_id)
        abandon_job(job_id)
    finally:
        connection.close()
