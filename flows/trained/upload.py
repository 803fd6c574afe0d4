"""What people upload as a model: an ONNX file, or a ZIP archive with model.onnx and model.json, read within bounds."""

import io
import json
import threading
import zipfile
from typing import Any

import msgspec

from runtime.deploy import LocalModel
from runtime.inference.facts import Facts, facts_of
from runtime.inference.local import described
from runtime.inference.model_file import BadModel
from runtime.inference.model_folder import ABOUT, FILE, LARGEST_ABOUT, described_model

LARGEST = 64 << 20
"""Bytes of an uploaded file, and of the model in an archive (64 MiB)."""
MOST_MEMBERS = 20
TASKS = ("classify", "score", "detect")
About = dict[str, Any]
_ZIP = b"PK\x03\x04"
_PARSING = threading.Lock()
"""One file at a time: a parsed model takes as much memory again."""


class Upload(msgspec.Struct, frozen=True):
    """`about` is the archive's model.json, where there is one."""

    onnx: bytes
    facts: Facts
    about: About | None = None


def read_upload(data: bytes) -> Upload:
    """Raises BadModel, which says why it cannot be used. Nothing of the file is run."""
    if len(data) > LARGEST:
        raise BadModel("model_too_large", f"larger than {LARGEST >> 20} MiB")
    onnx, about = _unpacked(data) if data.startswith(_ZIP) else (data, None)
    with _PARSING:
        return Upload(onnx, facts_of(onnx), about)


def _unpacked(data: bytes) -> tuple[bytes, About]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {one.filename.rsplit("/", 1)[-1]: one for one in archive.infolist()[:MOST_MEMBERS]}
            if FILE not in members or ABOUT not in members:
                if any(name.endswith((".pkl", ".pt", ".pth", ".joblib")) or name == "data.pkl" for name in members):
                    raise BadModel("model_pickle", "an archive of pickles, which could run any code when it is opened")
                raise BadModel("model_junk", f"the archive has no {FILE} with a {ABOUT} beside it")
            onnx = _member(archive, members[FILE], LARGEST)
            written = _member(archive, members[ABOUT], LARGEST_ABOUT)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as broken:
        raise BadModel("model_junk", "the archive cannot be read") from broken
    try:
        about = json.loads(written)
    except (ValueError, RecursionError) as broken:
        raise BadModel("model_description", f"{ABOUT} is no JSON") from broken
    if not isinstance(about, dict):
        raise BadModel("model_description", f"{ABOUT} holds no object")
    return onnx, about


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """What is said of its size is not believed: no more than that is unpacked."""
    with archive.open(member) as opened:
        data = opened.read(most + 1)
    if len(data) > most:
        raise BadModel("model_too_large", f"{member.filename[-60:]} is larger than {most >> 20} MiB")
    return data


def proposed(upload: Upload, before: About | None = None) -> About:
    """What the file is likely for: as its model.json says, else as the version before, else by its inputs and labels."""
    if upload.about is not None:
        return {key: value for key, value in upload.about.items() if key not in ("label", "about")}
    facts, place = upload.facts, upload.facts.inputs[0] if upload.facts.inputs else None
    if before is not None:
        return {**before, "labels": facts.labels or before.get("labels", [])}
    task = "detect" if facts.objects else "classify" if facts.labels else "score"
    if place is not None and len(place.shape) == 4:
        boxes = {"boxes", "scores"} <= {one.name for one in facts.outputs}
        task = "detect" if facts.objects or boxes else "classify"
        return {
            "task": task,
            "labels": facts.labels,
            "picture": _picture(place.shape),
            "output": "yolo" if facts.objects else "",
        }
    if len(facts.inputs) > 1:
        return {"task": task, "labels": facts.labels, "inputs": [one.name for one in facts.inputs]}
    width = place.shape[-1] if place is not None and place.shape else None
    return {
        "task": task,
        "labels": facts.labels,
        "inputs": [f"x{number + 1}" for number in range(min(width or 1, 1_000))],
    }


def _picture(shape: tuple[int | None, ...]) -> About:
    """By where the channels stand."""
    last = shape[3] in (1, 3) and shape[1] not in (1, 3)
    height, width, channels = (shape[1], shape[2], shape[3]) if last else (shape[2], shape[3], shape[1])
    found: About = {"width": width or 640, "height": height or 640, "layout": "nhwc" if last else "nchw"}
    return {**found, "colours": "grey"} if channels == 1 else found


def checked(upload: Upload, about: About, sha256: str) -> LocalModel:
    """The model as it is described. Raises BadModel where the description cannot be read, or file and description do not go
    together."""
    wanted = {key: value for key, value in about.items() if value not in (None, "", [], {})}
    model, _ = described_model(json.dumps(wanted).encode(), sha256)
    described(model, upload.facts)
    if model.task != "score" and not model.labels:
        raise BadModel("model_shape", "its labels are not named")
    if len(set(model.labels)) != len(model.labels) or len(set(model.inputs)) != len(model.inputs):
        raise BadModel("model_shape", "a label or an input is named twice")
    return model


def plain(model: LocalModel) -> About:
    """The description as it is kept: all but the file."""
    about: About = msgspec.json.decode(msgspec.json.encode(model))
    return {key: value for key, value in about.items() if key != "sha256" and value not in (None, "", [])}


def local_model(about: About, sha256: str) -> LocalModel:
    """The model of a kept description."""
    return msgspec.convert({**about, "sha256": sha256}, LocalModel)
