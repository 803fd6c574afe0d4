"""What is refused before anything of it runs."""

import hashlib
from pathlib import Path

import pytest

from runtime.inference import model_file
from runtime.inference.model_file import BadModel, check_model, read_model
from runtime.inference.onnx import Session
from tests import onnx_models

SOUND = onnx_models.weighted([1.0, 2.0]).SerializeToString()
REFUSED = {
    "nothing": (b"", "model_junk"),
    "text": (b"<html>not a model</html>", "model_junk"),
    "a torn file": (SOUND[: len(SOUND) // 2], "model_junk"),
    "a pickle": (onnx_models.PICKLE, "model_pickle"),
    "an archive of pickles": (b"PK\x03\x04archive/data.pkl", "model_pickle"),
    "an opset of the future": (onnx_models.weighted([1.0], opset=99).SerializeToString(), "model_opset"),
    "an opset of long ago": (onnx_models.weighted([1.0], opset=1).SerializeToString(), "model_opset"),
    "a format of the future": (onnx_models.of_another_time(ir=99).SerializeToString(), "model_opset"),
    "a family's opset of the future": (onnx_models.of_another_time(learning=99).SerializeToString(), "model_opset"),
    "no opset": (onnx_models.of_another_time().SerializeToString(), "model_opset"),
    "an operator that there is not": (onnx_models.with_own_operator(domain="").SerializeToString(), "model_operators"),
    "weights elsewhere": (onnx_models.with_weights_elsewhere().SerializeToString(), "model_external"),
    "weights elsewhere, deep": (onnx_models.with_weights_elsewhere(nested=True).SerializeToString(), "model_external"),
    "its own operator": (onnx_models.with_own_operator().SerializeToString(), "model_operators"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_model_that_runs_here_is_refused_with_its_reason(what: str) -> None:
    data, reason = REFUSED[what]
    with pytest.raises(BadModel) as refused:
        check_model(data)
    assert refused.value.reason == reason
    assert refused.value.detail


def test_a_sound_model_passes(tmp_path: Path) -> None:
    file = tmp_path / "model.onnx"
    file.write_bytes(SOUND)
    assert read_model(file, hashlib.sha256(SOUND).hexdigest()) == SOUND


def test_a_file_that_is_not_there_or_not_the_registered_one_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "model.onnx"
    with pytest.raises(BadModel) as missing:
        read_model(file, "0" * 64)
    file.write_bytes(SOUND)
    with pytest.raises(BadModel) as other:
        read_model(file, "0" * 64)
    assert (missing.value.reason, other.value.reason) == ("model_missing", "model_changed")


def test_a_file_over_the_limit_is_not_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_file, "LARGEST", 100)
    file = tmp_path / "model.onnx"
    file.write_bytes(b"\x08" * 10_000)
    with pytest.raises(BadModel) as large:
        read_model(file)
    assert large.value.reason == "model_too_large"


def test_what_the_runtime_says_of_a_model_is_told_without_places_in_its_source() -> None:
    model = onnx_models.weighted([1.0, 2.0])
    model.ir_version = 99
    with pytest.raises(BadModel, match=r"^Unsupported model IR version: 99"):
        Session(model.SerializeToString())
