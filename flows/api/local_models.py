"""Local models: uploaded in versions, measured on what is known, rolled out to some or all devices, rolled back."""

import uuid
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Schema, Status
from ninja.files import UploadedFile

from flows import commands
from flows.api.entry import actor, api, language, refuse
from flows.plan_pictures import served_picture
from flows.trained.showing import all_json, sample_json, version_json, whole_json, why_not
from flows.trained.upload import LARGEST
from runtime.inference.model_file import BadModel
from runtime.pictures import MOST_BYTES, PictureRefused

Ref = str


class Words(Schema):
    label: dict[str, str] = {}
    also: list[str] = []


class Rollout(Schema):
    """`devices` and `percent` absent: for all. Else for these, and so many of a hundred of the others."""

    version: int
    devices: list[str] | None = Field(None, max_length=10_000)
    percent: float | None = None


class Labels(Schema):
    labels: list[str] = Field([], max_length=1_000)


@api.get("/local-models")
def list_models(request: HttpRequest) -> Any:
    member = actor(request)
    return all_json(commands.models_of(member), member.workspace, language(request))


@api.post("/local-models/preview")
def preview(request: HttpRequest, file: UploadedFile | None = File(None), ref: str = Form("")) -> Any:  # noqa: B008
    """What is in a file, and what it is likely for. Nothing is kept, and nothing of it is run."""
    upload, about = commands.look_at_upload(actor(request), _bytes(file), ref or None)
    facts = msgspec.to_builtins(upload.facts)
    facts |= {name: [one._asdict() for one in getattr(upload.facts, name)] for name in ("inputs", "outputs")}
    given = upload.about or {}
    return {"facts": facts, "about": about, "label": given.get("label") or {}, "whole": upload.about is not None}


@api.post("/local-models", response={201: Any})
def add(request: HttpRequest, file: UploadedFile | None = File(None), wish: str = Form("{}")) -> Any:  # noqa: B008
    """A model with its first version: an ONNX file, or a ZIP archive of model.onnx and model.json; at most 64 MiB."""
    row = commands.add_model(actor(request), _bytes(file), _wish(wish))
    return Status(201, whole_json(row, language(request)))


@api.get("/local-models/{ref}")
def read(request: HttpRequest, ref: Ref) -> Any:
    return whole_json(commands.model_of(actor(request), ref), language(request))


@api.put("/local-models/{ref}")
def rename(request: HttpRequest, ref: Ref, words: Words) -> Any:
    return whole_json(commands.rename_model(actor(request), ref, words.label, words.also), language(request))


@api.delete("/local-models/{ref}", response={204: None})
def forget(request: HttpRequest, ref: Ref) -> Any:
    commands.forget_model(actor(request), ref)
    return Status(204, None)


@api.post("/local-models/{ref}/versions", response={201: Any})
def add_version(request: HttpRequest, ref: Ref, file: UploadedFile | None = File(None), wish: str = Form("{}")) -> Any:  # noqa: B008
    """Another file. It answers nobody until it is rolled out."""
    member = actor(request)
    commands.model_of(member, ref)
    version = commands.add_version(member, ref, _bytes(file), _wish(wish))
    return Status(201, version_json(version, language(request)))


@api.delete("/local-models/{ref}/versions/{int:number}", response={204: None})
def forget_version(request: HttpRequest, ref: Ref, number: int) -> Any:
    commands.forget_version(actor(request), ref, number)
    return Status(204, None)


@api.post("/local-models/{ref}/versions/{int:number}/measure", response={202: Any})
def measure(request: HttpRequest, ref: Ref, number: int) -> Any:
    """As a job: its progress and end come on the live socket as `measure`."""
    job = commands.ask_measure(actor(request), ref, number, language(request))
    return Status(202, {"job": str(job.id)})


@api.post("/local-models/{ref}/rollout")
def roll_out(request: HttpRequest, ref: Ref, wish: Rollout) -> Any:
    """Let a version answer, for all devices or for some of them first."""
    member, lang = actor(request), language(request)
    if wish.devices is None and wish.percent is None:
        row = commands.roll_out(member, ref, wish.version, lang)
    else:
        row = commands.try_version(member, ref, wish.version, wish.devices or [], wish.percent or 0.0, lang)
    return whole_json(row, lang)


@api.delete("/local-models/{ref}/trial")
def stop_trial(request: HttpRequest, ref: Ref) -> Any:
    """Let the current version answer for all devices."""
    return whole_json(commands.stop_trial(actor(request), ref), language(request))


@api.post("/local-models/{ref}/back")
def back(request: HttpRequest, ref: Ref) -> Any:
    """Let the version that was current before answer again."""
    return whole_json(commands.go_back(actor(request), ref, language(request)), language(request))


@api.post("/local-models/{ref}/samples", response={201: Any})
def add_sample(
    request: HttpRequest, ref: Ref, file: UploadedFile | None = File(None), labels: list[str] = Form([])  # noqa: B008
) -> Any:  # fmt: skip
    """A test picture, with the labels that it shows."""
    member = actor(request)
    commands.model_of(member, ref)
    if file is None:
        raise PictureRefused("picture_format")
    if (file.size or 0) > MOST_BYTES:
        raise PictureRefused("picture_too_heavy", {"size": file.size, "most": MOST_BYTES})
    sample = commands.add_sample(member, ref, bytes(file.read()), [label for label in labels if label])
    return Status(201, sample_json(sample.model, sample))


@api.get("/local-models/{ref}/pictures/{uuid:sample_id}")
def sample_picture(request: HttpRequest, ref: Ref, sample_id: uuid.UUID) -> HttpResponse:
    sample = commands.sample_of(actor(request), ref, sample_id)
    return served_picture(request, lambda: commands.sample_picture(sample), sample.media_type, sample.sha256)


@api.put("/local-models/{ref}/samples/{uuid:sample_id}")
def change_sample(request: HttpRequest, ref: Ref, sample_id: uuid.UUID, wish: Labels) -> Any:
    sample = commands.change_sample(actor(request), ref, sample_id, wish.labels)
    return sample_json(sample.model, sample)


@api.delete("/local-models/{ref}/samples/{uuid:sample_id}", response={204: None})
def forget_sample(request: HttpRequest, ref: Ref, sample_id: uuid.UUID) -> Any:
    commands.forget_sample(actor(request), ref, sample_id)
    return Status(204, None)


@api.post("/local-models/{ref}/rows")
def put_rows(request: HttpRequest, ref: Ref, file: UploadedFile | None = File(None)) -> Any:  # noqa: B008
    """Test rows: a CSV file with a column for each input, and one with the truth."""
    row = commands.put_rows(actor(request), ref, bytes(file.read()) if file is not None else b"")
    return {"rows": len(row.rows)}


def _bytes(file: UploadedFile | None) -> bytes:
    """Nothing is read of a file that is too large, or that is not there."""
    if file is None:
        raise BadModel("model_junk", "no file")
    if (file.size or 0) > LARGEST:
        raise BadModel("model_too_large", f"larger than {LARGEST >> 20} MiB")
    return bytes(file.read())


def _wish(text: str) -> commands.ModelWish:
    try:
        return msgspec.json.decode(text.encode("utf-8", "surrogatepass"), type=commands.ModelWish)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeError, RecursionError) as wrong:
        raise BadModel("model_description", str(wrong)[:200]) from wrong


@api.exception_handler(BadModel)
def _bad_model(request: HttpRequest, why: BadModel) -> HttpResponse:
    message, hint = why_not(why.reason, why.detail, language(request))
    return refuse(request, 422, why.reason, message, hint=hint)


@api.exception_handler(commands.ModelGone)
def _gone(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 404, "not_found", _("There is no such thing here."))


@api.exception_handler(commands.ModelIdTaken)
def _taken(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 409, "taken", _("There is a model with the id “%s” already.") % why, field="id")


@api.exception_handler(commands.BadModelId)
def _bad_id(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 422, "bad_id", _("An id has at most 64 letters, digits, - and _."), field="id")


@api.exception_handler(commands.ModelsFull)
def _full(request: HttpRequest, why: Exception) -> HttpResponse:
    message = _("There is no room for more. Delete versions or test pictures that nobody needs.")
    return refuse(request, 422, "models_full", message)


@api.exception_handler(commands.SameFile)
def _same(request: HttpRequest, why: commands.SameFile) -> HttpResponse:
    return refuse(request, 409, "same_file", _("This file is version %s of this model already.") % why.number)


@api.exception_handler(commands.StillUsed)
def _still_used(request: HttpRequest, why: commands.StillUsed) -> HttpResponse:
    message = _("This version answers, or is the one to go back to.")
    if why.flows:
        message = _("Deployed flows ask this model: %s") % ", ".join(why.flows)
    return refuse(request, 409, "still_used", message)


@api.exception_handler(commands.NothingChosen)
def _nothing_chosen(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 422, "nothing_chosen", _("Nothing is chosen for this yet."))


@api.exception_handler(commands.NothingBefore)
def _nothing_before(request: HttpRequest, why: Exception) -> HttpResponse:
    return refuse(request, 409, "nothing_before", _("There is no version to go back to."))


@api.exception_handler(commands.DoesNotFit)
def _does_not_fit(request: HttpRequest, why: commands.DoesNotFit) -> HttpResponse:
    message = _("Deployed flows could not ask this version. Change them first, or describe the version otherwise.")
    flows = [{"flow": name, "problems": problems} for name, problems in why.flows.items()]
    return refuse(request, 409, "does_not_fit", message, flows=flows)


@api.exception_handler(commands.BadRows)
def _bad_rows(request: HttpRequest, why: commands.BadRows) -> HttpResponse:
    messages = {
        "no_column": _("The file has no column “%(what)s”, which is an input of the model."),
        "no_truth": _("What is true is missing: a column “label” or “value”, or the label that a picture shows."),
        "no_number": _("Row %(row)s: “%(what)s” is not a number."),
        "no_label": _("“%(what)s” is no label of this model."),
        "too_many": _("There are more than %(what)s rows."),
    }
    facts = {"what": why.what, "row": why.row}
    return refuse(request, 422, why.code, messages[why.code] % facts)
