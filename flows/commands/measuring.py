"""Measuring a version of a local model on its test set, and counting what versions answer in the field."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from flows import live
from flows.commands.incidents import heal_incident, raise_incident
from flows.commands.jobs import OPEN, TooBusy
from flows.commands.rollouts import NothingChosen
from flows.commands.trained import model_changed, model_of, model_version
from flows.incident_words import Kind
from flows.models import Job, Membership, ModelTally, ModelVersion, Workspace
from flows.rights import MEMBER, needs
from flows.trained.drift import Day, Drift, drift_of
from nodes.kit.things import spoken

MEASURE = "measure"
KEPT = timedelta(days=400)
"""For how long the days of a version are kept."""
MOST_COUNT = 2**31
MOST_LABELS = 100


@needs(MEMBER)
def ask_measure(member: Membership, ref: str, number: int, lang: str = "en") -> Job:
    """Have a version measured on the test set. Raises ModelGone, TooBusy, and NothingChosen where there is no test set."""
    from flows.jobs import submit

    with transaction.atomic():
        row = model_of(member, ref)
        version = model_version(row, number)
        if not row.rows and not row.samples.exists():
            raise NothingChosen
        waiting = Job.objects.of(member.workspace).filter(status__in=OPEN)
        if waiting.count() >= settings.JOBS_WAITING:
            raise TooBusy
        wish = {"model": row.ref, "version": version.number, "lang": lang}
        same = waiting.filter(kind=MEASURE, wish=wish).first()
        if same is not None:
            return same
        deadline = timezone.now() + timedelta(seconds=settings.JOB_SECONDS)
        job = Job.objects.add(member.workspace, kind=MEASURE, wish=wish, deadline=deadline, by=member.user)
    submit(job)
    return job


def keep_measured(version: ModelVersion, found: dict[str, Any]) -> None:
    """What a job has found out. The bins of numbers that it chose stay: what is counted from now on falls into them."""
    if not version.edges and found["edges"]:
        version.edges = found["edges"]
    version.measured = found
    version.save(update_fields=["edges", "measured", "updated"])
    model_changed(version.model)


def keep_tally(workspace: Workspace, data: dict[str, Any]) -> None:
    """What a worker has counted; all workers of a day are added up. Raises KeyError, TypeError, ValueError for what is none."""
    versions = ModelVersion.objects.of(workspace).filter(model__ref=str(data["model"]))
    version = versions.filter(number=int(data["version"])).select_related("model", "workspace").first()
    bins = [int(count) for count in data["bins"]]
    if version is None or len(bins) != len(version.edges) + 1 or not all(0 <= count < MOST_COUNT for count in bins):
        return  # of a version that is gone, or counted before its bins were others
    day = date.fromisoformat(str(data["day"]))
    with transaction.atomic():
        mine = ModelTally.objects.of(workspace).select_for_update().filter(version=version, day=day)
        row = mine.first() or ModelTally(workspace=workspace, version=version, day=day, bins=[0] * len(bins))
        row.bins = [old + new for old, new in zip(row.bins, bins, strict=True)]
        row.failed += min(max(int(data.get("failed") or 0), 0), MOST_COUNT)
        for label, count in list(dict(data.get("labels") or {}).items())[:MOST_LABELS]:
            if label in row.labels or len(row.labels) < MOST_LABELS:
                row.labels[str(label)[:100]] = row.labels.get(str(label)[:100], 0) + min(max(int(count), 0), MOST_COUNT)
        row.save()
    ModelTally.objects.of(workspace).filter(version=version, day__lt=day - KEPT).delete()
    _look_at_drift(version)
    live.to_browsers(workspace.id, {"t": "local_model", "model": version.model.ref})


def drift_of_version(version: ModelVersion) -> Drift:
    """By its days until today (UTC)."""
    days = [Day(row.day, row.bins) for row in version.tallies.all() if sum(row.bins)]
    return drift_of(days, timezone.now().date())


def _look_at_drift(version: ModelVersion) -> None:
    row, workspace = version.model, version.workspace
    drift = drift_of_version(version)
    if drift.state == "drifted" and version.pk in (row.current_id, row.trial_id):
        name = f"{spoken(row.label, workspace.lang, row.ref)} {version.number}"
        raise_incident(workspace, Kind.MODEL_DRIFT, str(version.pk), name=name, detail=f"PSI {drift.psi:.2f}")
    elif drift.state not in ("too_few", "first_week"):
        heal_incident(workspace, Kind.MODEL_DRIFT, str(version.pk))
