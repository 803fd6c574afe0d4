"""Local models: files that people upload, in versions. Who may ask which is decided in rollouts.py."""

import hashlib
import re
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import Sum

from flows import live
from flows.models import (
    Membership,
    ModelChange,
    ModelFile,
    ModelPart,
    ModelProfile,
    ModelVersion,
    TrainedModel,
    Worker,
    Workspace,
)
from flows.rights import MEMBER, VIEWER, needs
from flows.trained.measures import SCORE_EDGES
from flows.trained.upload import Upload, checked, plain, proposed, read_upload
from flows.trained.uses import uses_of_models
from runtime.inference.model_file import BadModel
from runtime.inference.rollout import PART

MOST_MODELS, MOST_VERSIONS = 100, 50
MOST_BYTES = 1 << 30
"""Of all files of a workspace together (1 GiB)."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person says of an upload: `about` as in model.json, where they changed what was proposed."""

    id: str = ""
    label: dict[str, str] = {}
    about: dict[str, Any] | None = None
    note: str = ""


class ModelGone(Exception):
    """There is no such model or version."""


class ModelIdTaken(Exception):
    """There is a model with this id already."""


class BadModelId(Exception):
    """The id has other characters than letters, digits, - and _, or is too long."""


class ModelsFull(Exception):
    """A workspace has as many models, versions or bytes of them as it may have."""


class SameFile(Exception):
    """The model has this very file already, as version `number`."""

    def __init__(self, number: int) -> None:
        super().__init__(str(number))
        self.number = number


class StillUsed(Exception):
    """Something still asks it: names of flows, or the rollout."""

    def __init__(self, flows: list[str]) -> None:
        super().__init__(", ".join(flows))
        self.flows = flows


def model_of(member: Membership, ref: str, *, lock: bool = False) -> TrainedModel:
    """Raises ModelGone."""
    rows = TrainedModel.objects.of(member.workspace)
    found = (rows.select_for_update() if lock else rows).filter(ref=ref).first()
    if found is None:
        raise ModelGone(ref)
    return found


def model_version(row: TrainedModel, number: int) -> ModelVersion:
    """Raises ModelGone."""
    found = row.versions.select_related("file", "model", "workspace").filter(number=number).first()
    if found is None:
        raise ModelGone(f"{row.ref} {number}")
    return found


@needs(MEMBER)
def look_at_upload(member: Membership, data: bytes, ref: str | None = None) -> tuple[Upload, dict[str, Any]]:
    """What is in a file, and what it is likely for. Nothing is kept. Raises BadModel, ModelGone."""
    row = model_of(member, ref) if ref else None
    newest = row.versions.first() if row is not None else None
    upload = read_upload(data)
    return upload, proposed(upload, newest.about if newest is not None else None)


@needs(MEMBER)
def add_model(member: Membership, data: bytes, wish: Wish) -> TrainedModel:
    """A model with its first version, which answers at once. Raises BadModel, BadModelId, ModelIdTaken, ModelsFull."""
    if not _ID.fullmatch(wish.id):
        raise BadModelId(wish.id)
    upload = read_upload(data)
    about = {**(upload.about or {}), **(wish.about or proposed(upload))}
    label = _label(wish.label or (upload.about or {}).get("label")) or {"en": wish.id, "ja": wish.id}
    with transaction.atomic():
        mine = TrainedModel.objects.of(member.workspace)
        if mine.count() >= MOST_MODELS:
            raise ModelsFull
        if mine.filter(ref=wish.id).exists() or not _make_room(member.workspace, wish.id):
            raise ModelIdTaken(wish.id)
        sha256 = hashlib.sha256(upload.onnx).hexdigest()
        task = checked(upload, _described(about), sha256).task
        row = TrainedModel.objects.add(member.workspace, ref=wish.id, label=label, task=task)
        row.current = _add_version(member, row, upload, about, wish.note)
        row.save(update_fields=["current", "updated"])
        model_changed(row)
    return row


@needs(MEMBER)
def add_version(member: Membership, ref: str, data: bytes, wish: Wish) -> ModelVersion:
    """Another file of a model. It answers nobody until it is rolled out. Raises as `add_model`, and ModelGone, SameFile."""
    upload = read_upload(data)
    with transaction.atomic():
        row = model_of(member, ref, lock=True)
        newest = row.versions.first()
        about = wish.about or proposed(upload, newest.about if newest is not None else None)
        if about.get("task", row.task) != row.task:
            raise BadModel("wrong_task", f"{row.task}, {about.get('task')}")
        if row.versions.count() >= MOST_VERSIONS:
            raise ModelsFull
        version = _add_version(member, row, upload, about, wish.note)
        model_changed(row)
    return version


@needs(MEMBER)
def rename_model(member: Membership, ref: str, label: dict[str, str], also: list[str]) -> TrainedModel:
    """Other words for it; flows name it by its id, which stays. Raises ModelGone."""
    row = model_of(member, ref)
    row.label = _label(label) or row.label
    row.also = [word.strip()[:200] for word in also if word.strip()][:50]
    row.save(update_fields=["label", "also", "updated"])
    model_changed(row)
    return row


@needs(MEMBER)
def forget_model(member: Membership, ref: str) -> None:
    """Raises ModelGone, and StillUsed while a deployed flow asks it."""
    with transaction.atomic():
        row = model_of(member, ref, lock=True)
        asking = [flow["name"] for flow in uses_of_models(member.workspace).get(ref, []) if flow["deployed"]]
        if asking:
            raise StillUsed(asking)
        row.delete()
        _forget_unused(member.workspace)
        model_changed(row)


@needs(MEMBER)
def forget_version(member: Membership, ref: str, number: int) -> None:
    """Raises ModelGone, and StillUsed where it answers now, or is the one to go back to."""
    with transaction.atomic():
        row = model_of(member, ref, lock=True)
        version = model_version(row, number)
        if version.pk in (row.current_id, row.trial_id, row.spare_id):
            raise StillUsed([])
        version.delete()
        _forget_unused(member.workspace)
        model_changed(row)


@needs(VIEWER)
def models_of(member: Membership) -> list[TrainedModel]:
    """Without their test rows."""
    rows = TrainedModel.objects.of(member.workspace).defer("rows")
    return list(rows.select_related("current", "trial", "spare"))


def part_of(workspace: Workspace, sha256: str, number: int) -> bytes | None:
    """A part of a file of the workspace."""
    rows = ModelPart.objects.of(workspace).filter(file__sha256=sha256, number=number)
    data = rows.values_list("data", flat=True).first()
    return bytes(data) if data is not None else None


def data_of(file: ModelFile) -> bytes:
    """All of a file."""
    return b"".join(bytes(part) for part in file.parts.order_by("number").values_list("data", flat=True))


def note_change(member: Membership, version: ModelVersion, what: ModelChange.What, **detail: Any) -> None:
    """Who did what with a version, and when."""
    ModelChange.objects.add(
        member.workspace, model=version.model, what=what, number=version.number, detail=detail, by=member.user
    )


def model_changed(row: TrainedModel) -> None:
    """Open pages and the editor show it; workers hear what they need of it."""
    live.to_browsers(row.workspace_id, {"t": "registry"})
    live.to_browsers(row.workspace_id, {"t": "local_model", "model": row.ref})
    for worker in Worker.objects.of(row.workspace):
        live.tell_worker(worker.id, "models")


def _add_version(
    member: Membership, row: TrainedModel, upload: Upload, about: dict[str, Any], note: str
) -> ModelVersion:
    sha256 = hashlib.sha256(upload.onnx).hexdigest()
    model = checked(upload, _described(about), sha256)
    known = row.versions.filter(file__sha256=sha256).first()
    if known is not None and known.about == plain(model):
        raise SameFile(known.number)
    newest = row.versions.first()
    version = ModelVersion.objects.add(
        member.workspace, model=row, number=newest.number + 1 if newest else 1,
        file=_kept(member.workspace, upload.onnx, sha256), about=plain(model), facts=_facts(upload),
        note=note.strip()[:500], by=member.user, edges=[] if model.task == "score" else SCORE_EDGES,
    )  # fmt: skip
    note_change(member, version, ModelChange.What.ADDED)
    return version


def _kept(workspace: Workspace, data: bytes, sha256: str) -> ModelFile:
    mine = ModelFile.objects.of(workspace)
    known = mine.filter(sha256=sha256).first()
    if known is not None:
        return known
    if (mine.aggregate(size=Sum("size"))["size"] or 0) + len(data) > MOST_BYTES:
        raise ModelsFull
    file = ModelFile.objects.add(workspace, sha256=sha256, size=len(data))
    for at in range(0, len(data), PART):
        ModelPart.objects.add(workspace, file=file, number=at // PART, data=data[at : at + PART])
    return file


def _forget_unused(workspace: Workspace) -> None:
    """Files that no version has any more."""
    ModelFile.objects.of(workspace).filter(versions=None).delete()


def _make_room(workspace: Workspace, id: str) -> bool:
    """Whether no connection to a language model has this id. A local model that was registered without its file, as by an
    import, gives its place to the file."""
    rows = ModelProfile.objects.of(workspace).filter(ref=id)
    rows.exclude(task="chat").filter(base_url="").delete()
    return not rows.exists()


def _facts(upload: Upload) -> dict[str, Any]:
    facts = upload.facts
    places = {"inputs": facts.inputs, "outputs": facts.outputs}
    shown = {
        name: [{"name": one.name, "shape": list(one.shape), "type": one.type} for one in some[:100]]
        for name, some in places.items()
    }
    return {**shown, "opset": facts.opset, "producer": facts.producer}


def _described(about: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in about.items() if name not in ("label", "about")}


def _label(given: Any) -> dict[str, str]:
    words = given.items() if isinstance(given, dict) else ()
    return {
        lang: text.strip()[:200]
        for lang, text in words
        if lang in ("ja", "en") and isinstance(text, str) and text.strip()
    }
