"""One measuring job: a version of a local model asked about everything in its test set, in this process, within bounds."""

import logging
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils import timezone

from flows import live
from flows.commands.jobs import begin_job, end_job, tell_end
from flows.commands.measuring import keep_measured
from flows.commands.samples import test_set
from flows.commands.trained import data_of
from flows.models import Job, ModelSample, ModelVersion
from flows.trained.measures import Measured, measured
from flows.trained.upload import local_model
from nodes.kit.effect import Answer
from nodes.kit.picture import handle
from runtime.inference.local import Local
from runtime.inference.onnx import Sessions

log = logging.getLogger(__name__)
EACH = 10.0
"""Seconds that one answer may take, as a node waits by default."""
TOLD_EVERY = 0.5
Asked = Iterator[tuple[Any, dict[str, Any]]]
"""The truth, and the request for the model."""


class Over(Exception):
    """The job was cancelled, or its time is over: `status` and the problem's code."""

    def __init__(self, status: str, problem: str) -> None:
        super().__init__(problem)
        self.status, self.problem = status, problem


def measure_job(job_id: str) -> None:
    """Take the job, if it can still be had, and see it to its end whatever happens."""
    job = begin_job(job_id)
    if job is None:
        return
    version = _version_of(job)
    if version is None:
        _ended(job, Job.Status.FAILED, "not_measured")
        return
    try:
        found = _measured(job, version)
    except Over as over:
        _ended(job, over.status, over.problem)
    except Exception:
        log.exception("measuring job %s", job.id)
        _ended(job, Job.Status.FAILED, "not_measured")
    else:
        if end_job(job, Job.Status.DONE, result={"count": found["count"]}):
            keep_measured(version, found)
            _tell(job, {"stage": "done"})


def _version_of(job: Job) -> ModelVersion | None:
    rows = ModelVersion.objects.of(job.workspace).select_related("model", "file", "workspace")
    return rows.filter(model__ref=job.wish.get("model"), number=job.wish.get("version")).first()


def _measured(job: Job, version: ModelVersion) -> Measured:
    name, began = test_set(version.model), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "model.onnx"
        place.write_bytes(data_of(version.file))
        local = Local(Sessions(lambda sha256: place), lambda sha256: _picture(version, sha256))
        pairs = list(_answers(job, version, local))
    found = measured(version.model.task, list(version.about.get("labels") or ()), pairs, version.edges)
    about = {"set": name, "at": int(timezone.now().timestamp() * 1000), "seconds": round(time.monotonic() - began, 1)}
    return found | about


def _answers(job: Job, version: ModelVersion, local: Local) -> Iterator[tuple[Any, Answer]]:
    model = local_model(version.about, version.file.sha256)
    asked = list(_requests(version))
    told = 0.0
    for done, (truth, request) in enumerate(asked):
        if time.monotonic() - told >= TOLD_EVERY:
            told = time.monotonic()
            _go_on(job)
            _tell(job, {"stage": "running", "done": done, "of": len(asked)})
        yield truth, local.ask(model, {"task": model.task, **request}, EACH)


def _requests(version: ModelVersion) -> Asked:
    if version.about.get("picture"):
        for sample in version.model.samples.defer("data"):
            yield sample.labels, {"picture": handle(sample.sha256, sample.width, sample.height)}
        return
    numbers = version.model.task == "score"
    for row in version.model.rows:
        yield row["truth"] if numbers else [row["truth"]], {"values": row["values"]}


def _picture(version: ModelVersion, sha256: str) -> bytes | None:
    rows = ModelSample.objects.of(version.workspace).filter(model=version.model_id, sha256=sha256)
    data = rows.values_list("data", flat=True).first()
    return bytes(data) if data is not None else None


def _go_on(job: Job) -> None:
    """Raises Over."""
    row = Job.objects.of(job.workspace).filter(pk=job.pk).values("status", "cancel_asked", "deadline").first()
    if row is None or row["cancel_asked"] or row["status"] != Job.Status.RUNNING:
        raise Over(Job.Status.CANCELLED, "measuring_cancelled")
    if row["deadline"] < timezone.now():
        raise Over(Job.Status.FAILED, "measuring_too_long")


def _ended(job: Job, status: str, problem: str) -> None:
    if end_job(job, status, problem=problem):
        tell_end(job)


def _tell(job: Job, progress: dict[str, Any]) -> None:
    live.to_browsers(job.workspace_id, {"t": "measure", "job": str(job.id), **job.wish, **progress})
