"""What local models are measured on: pictures with the labels that they show, or rows of which the truth is known."""

import hashlib
import math
import uuid
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import QuerySet, Sum

from flows import live
from flows.commands.trained import ModelGone, ModelsFull, model_of
from flows.models import Membership, ModelSample, TrainedModel
from flows.rights import MEMBER, VIEWER, needs
from flows.tables.sheet import Sheet, read_sheet
from runtime.inference.model_file import BadModel
from runtime.pictures import clean

WIDEST = 1_920
"""Pixels of the longer side, as workers keep pictures."""
MOST_PICTURES, MOST_PICTURE_BYTES = 1_000, 256 << 20
MOST_ROWS = 20_000
TRUTHS = ("label", "truth", "value", "ラベル", "正解", "値")
"""What the column with the truth may be called."""


class BadRows(Exception):
    """The file has no rows for this model. `code` says why: no_column, no_truth, no_number, no_label, too_many; with the row's
    number and what stands there."""

    def __init__(self, code: str, what: str = "", row: int = 0) -> None:
        super().__init__(code)
        self.code, self.what, self.row = code, what, row


@needs(VIEWER)
def samples_of(member: Membership, ref: str) -> QuerySet[ModelSample]:
    """Without their pictures. Raises ModelGone."""
    return model_of(member, ref).samples.defer("data")


@needs(VIEWER)
def sample_of(member: Membership, ref: str, sample_id: uuid.UUID) -> ModelSample:
    """Raises ModelGone."""
    found = samples_of(member, ref).filter(pk=sample_id).first()
    if found is None:
        raise ModelGone(str(sample_id))
    return found


def sample_picture(sample: ModelSample) -> bytes:
    return bytes(ModelSample.objects.of(sample.workspace_id).values_list("data", flat=True).get(pk=sample.pk))


@needs(MEMBER)
def add_sample(member: Membership, ref: str, data: bytes, labels: list[str]) -> ModelSample:
    """A picture and what it shows; one that is there already gets these labels. Raises ModelGone, PictureRefused, BadRows,
    ModelsFull."""
    picture = clean(data, widest=WIDEST)
    with transaction.atomic():
        row = model_of(member, ref, lock=True)
        chosen = _labels(row, labels)
        known = row.samples.filter(sha256=picture.sha256).first()
        if known is not None:
            row.samples.filter(pk=known.pk).update(labels=chosen)
            return sample_of(member, ref, known.pk)
        taken = row.samples.aggregate(size=Sum("size"))["size"] or 0
        if row.samples.count() >= MOST_PICTURES or taken + len(picture.data) > MOST_PICTURE_BYTES:
            raise ModelsFull
        facts: dict[str, Any] = {"media_type": picture.media_type, "width": picture.width, "height": picture.height}
        facts |= {"sha256": picture.sha256, "size": len(picture.data), "labels": chosen}
        sample = ModelSample.objects.add(member.workspace, model=row, data=picture.data, **facts)
        _changed(row)
    return sample


@needs(MEMBER)
def change_sample(member: Membership, ref: str, sample_id: uuid.UUID, labels: list[str]) -> ModelSample:
    """Say otherwise what a picture shows. Raises ModelGone, BadRows."""
    sample = sample_of(member, ref, sample_id)
    sample.labels = _labels(sample.model, labels)
    sample.save(update_fields=["labels", "updated"])
    _changed(sample.model)
    return sample


@needs(MEMBER)
def forget_sample(member: Membership, ref: str, sample_id: uuid.UUID) -> None:
    """Raises ModelGone."""
    sample = sample_of(member, ref, sample_id)
    sample.delete()
    _changed(sample.model)


@needs(MEMBER)
def put_rows(member: Membership, ref: str, data: bytes) -> TrainedModel:
    """Have the model measured on the rows of a CSV file: a column for each of its inputs, and one with the truth. Raises
    ModelGone, flows.tables.sheet.Unreadable, BadRows."""
    row = model_of(member, ref)
    about = row.current.about if row.current is not None else {}
    inputs: list[str] = list(about.get("inputs") or ())
    if not inputs:
        raise BadModel("model_shape", "it reads pictures")
    sheet = read_sheet(data, MOST_ROWS + 1)
    if sheet.total > MOST_ROWS:
        raise BadRows("too_many", str(MOST_ROWS))
    row.rows = _rows(sheet, inputs, set(about.get("labels") or ()) if row.task == "classify" else None)
    row.save(update_fields=["rows", "updated"])
    _changed(row)
    return row


def test_set(row: TrainedModel) -> str:
    """A name for what the model is measured on: another one after each change."""
    pictures = sorted((sha256, sorted(labels)) for sha256, labels in row.samples.values_list("sha256", "labels"))
    return hashlib.sha256(msgspec.json.encode([row.rows, pictures])).hexdigest()[:16]


def _labels(row: TrainedModel, labels: list[str]) -> list[str]:
    known = list((row.current.about if row.current is not None else {}).get("labels") or ())
    for label in labels:
        if label not in known:
            raise BadRows("no_label", label[:100])
    if row.task == "classify" and len(set(labels)) != 1:
        raise BadRows("no_truth")
    return sorted(set(labels))


def _rows(sheet: Sheet, inputs: list[str], labels: set[str] | None) -> list[dict[str, Any]]:
    header = [cell.strip() for cell in sheet.header.cells]
    for name in inputs:
        if name not in header:
            raise BadRows("no_column", name)
    truth = next((header.index(name) for name in TRUTHS if name in header and name not in inputs), None)
    if truth is None:
        raise BadRows("no_truth")
    places = {name: header.index(name) for name in inputs}
    found = []
    for line in sheet.rows:
        cells = [*line.cells, *[""] * len(header)]
        values = {name: _number(cells[place], line.number) for name, place in places.items()}
        said: Any = cells[truth]
        if labels is None:
            said = _number(said, line.number)
        elif said not in labels:
            raise BadRows("no_label", said[:100], line.number)
        found.append({"values": values, "truth": said})
    return found


def _number(cell: str, row: int) -> float:
    try:
        number = float(cell)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise BadRows("no_number", cell[:100], row)
    return number


def _changed(row: TrainedModel) -> None:
    live.to_browsers(row.workspace_id, {"t": "local_model", "model": row.ref})
