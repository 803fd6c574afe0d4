"""Models in a folder, one folder each: model.onnx and model.json, which says what it is for (docs/ai.md)."""

import hashlib
from pathlib import Path
from typing import Any

import msgspec

from nodes.kit.things import Model, Words
from runtime.deploy import LocalModel
from runtime.inference.model_file import LARGEST, BadModel, FileOf

FILE, ABOUT = "model.onnx", "model.json"
LARGEST_ABOUT = 1 << 20
MOST = 1_000
"""Models of one folder."""


class Found(msgspec.Struct, frozen=True):
    """What a folder holds: by id, how to reach each model and how people call it; `refused` by id, why one cannot be used;
    `files` by sha256."""

    models: dict[str, LocalModel] = {}
    things: dict[str, Model] = {}
    refused: dict[str, BadModel] = {}
    files: dict[str, Path] = {}


NO_MODELS = Found()


def models_in(folder: Path) -> Found:
    """All models of `folder`; the id of each is the name of its own folder. Raises OSError where it cannot be read."""
    found = Found()
    for place in sorted(folder.iterdir())[:MOST]:
        if (place / ABOUT).is_file():
            try:
                _add(found, place)
            except BadModel as bad:
                found.refused[place.name] = bad
    return found


def model_files(kept: Path | None, given: Found = NO_MODELS) -> FileOf:
    """The files of `given`, and those that a worker keeps: models/<sha256>.onnx in its folder."""
    mine = kept / "models" if kept is not None else None
    return lambda sha256: given.files.get(sha256) or (mine / f"{sha256}.onnx" if mine is not None else None)


def described_model(about: bytes, sha256: str) -> tuple[LocalModel, Words]:
    """The model that a model.json describes, and how people call it. Raises BadModel."""
    try:
        given: Any = msgspec.json.decode(about)
        if not isinstance(given, dict):
            raise BadModel("model_description", "model.json holds no object")
        label = msgspec.convert(given.pop("label", {}), Words)
        given.pop("about", None)
        return msgspec.convert({**given, "sha256": sha256}, LocalModel), label
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError) as bad:
        raise BadModel("model_description", f"model.json: {bad}"[:300]) from bad


def _add(found: Found, place: Path) -> None:
    file, about = place / FILE, place / ABOUT
    if not file.is_file():
        raise BadModel("model_missing", f"there is no {FILE} beside {ABOUT}")
    if about.stat().st_size > LARGEST_ABOUT or file.stat().st_size > LARGEST:
        raise BadModel("model_too_large", f"{ABOUT} over 1 MiB, or {FILE} over {LARGEST >> 20} MiB")
    with file.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    model, label = described_model(about.read_bytes(), sha256)
    found.models[place.name] = model
    found.things[place.name] = Model(id=place.name, task=model.task, label=label)
    found.files[sha256] = file
