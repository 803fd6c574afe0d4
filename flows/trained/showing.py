"""Local models as pages and the API show them."""

from collections import defaultdict
from typing import Any

from django.urls import reverse

from document.problems import say
from flows.commands.measuring import drift_of_version
from flows.commands.samples import test_set
from flows.models import ModelChange, ModelSample, ModelVersion, TrainedModel, Worker, Workspace
from flows.showing import ms, name_of
from flows.trained.drift import drift_json
from flows.trained.uses import uses_of_models
from nodes.kit.things import spoken

Entry = dict[str, Any]
SHOWN_DAYS, SHOWN_CHANGES, SHOWN_SAMPLES = 60, 30, 200


def model_json(row: TrainedModel, lang: str, flows: list[Entry]) -> Entry:
    """For the list."""
    return {
        "id": row.ref,
        "shown": spoken(row.label, lang, row.ref),
        "label": row.label,
        "also": row.also,
        "task": row.task,
        "address": reverse("local-model", args=[row.ref]),
        "current": row.current.number if row.current is not None else None,
        "trial": row.trial.number if row.trial is not None else None,
        "spare": row.spare.number if row.spare is not None else None,
        "devices": row.trial_devices,
        "percent": row.trial_percent,
        "updated": ms(row.updated),
        "flows": flows,
    }


def whole_json(row: TrainedModel, lang: str) -> Entry:
    """For the page of one model."""
    flows = uses_of_models(row.workspace).get(row.ref, [])
    versions = list(row.versions.select_related("file", "by").prefetch_related("tallies"))
    about = row.current.about if row.current is not None else {}
    return {
        **model_json(row, lang, flows),
        "about": about,
        "labels": about.get("labels") or [],
        "inputs": about.get("inputs") or [],
        "picture": about.get("picture"),
        "versions": [version_json(version, lang) for version in versions],
        "set": test_set(row),
        "rows": len(row.rows),
        "samples": [sample_json(row, one) for one in row.samples.defer("data")[:SHOWN_SAMPLES]],
        "sample_count": row.samples.count(),
        "changes": [_change_json(one) for one in row.changes.select_related("by")[:SHOWN_CHANGES]],
        "workers": workers_json(row),
    }


def version_json(version: ModelVersion, lang: str) -> Entry:
    days = [
        {"day": one.day.isoformat(), "bins": one.bins, "labels": one.labels, "failed": one.failed}
        for one in version.tallies.all()
    ]
    return {
        "number": version.number,
        "sha256": version.file.sha256,
        "size": version.file.size,
        "note": version.note,
        "by": name_of(version.by),
        "time": ms(version.created),
        "facts": version.facts,
        "about": version.about,
        "edges": version.edges,
        "measured": version.measured,
        "drift": drift_json(drift_of_version(version)),
        "days": days[-SHOWN_DAYS:],
    }


def sample_json(row: TrainedModel, sample: ModelSample) -> Entry:
    address = f"/api/local-models/{row.ref}/pictures/{sample.pk}?v={sample.sha256[:12]}"
    size = {"width": sample.width, "height": sample.height}
    return {"id": str(sample.pk), "labels": sample.labels, "picture": address, **size}


def workers_json(row: TrainedModel) -> list[Entry]:
    """What each worker says that it runs."""
    found = []
    for worker in Worker.objects.of(row.workspace_id):
        for standing in worker.status.get("models") or []:
            if isinstance(standing, dict) and standing.get("id") == row.ref:
                said = {name: standing.get(name) for name in ("version", "trial", "wanted", "state", "detail")}
                found.append({"name": worker.name, "connected": worker.connected, **said})
    return found


def all_json(rows: list[TrainedModel], workspace: Workspace, lang: str) -> list[Entry]:
    """For the list: with their flows, and what is known of their versions."""
    uses: dict[str, list[Entry]] = defaultdict(list, uses_of_models(workspace))
    return [model_json(row, lang, uses[row.ref]) for row in rows]


def why_not(reason: str, detail: str, lang: str) -> tuple[str, str]:
    """Why a file cannot be used, and what to do, in words."""
    return say(reason, {"detail": detail}, lang)


def _change_json(change: ModelChange) -> Entry:
    facts = {"what": change.what, "number": change.number, "detail": change.detail}
    return {**facts, "by": name_of(change.by), "time": ms(change.created)}
