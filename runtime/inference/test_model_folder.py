"""Folders of models, and what their descriptions may say."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from engine.plan import build_plan
from nodes.kit.catalog import full_catalog
from runtime.deploy import PictureInput
from runtime.inference.local import Local
from runtime.inference.model_file import BadModel
from runtime.inference.model_folder import described_model, model_files, models_in
from runtime.inference.onnx import Sessions
from runtime.inference.shelf import Shelf
from runtime.inference.tallies import Tallies
from runtime.inference.used import unusable_models
from tests import onnx_models

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "ai.md"
SHA = "0" * 64


def put(folder: Path, id: str, about: Any, model: bytes | None) -> None:
    place = folder / id
    place.mkdir(parents=True)
    (place / "model.json").write_text(about if isinstance(about, str) else json.dumps(about), "utf-8")
    if model is not None:
        (place / "model.onnx").write_bytes(model)


def test_the_descriptions_of_the_guide_are_read() -> None:
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)]
    about = [block for block in blocks if "task" in block]
    (picture, _), (numbers, label) = (described_model(json.dumps(one).encode(), SHA) for one in about[:2])
    assert isinstance(picture.picture, PictureInput)
    assert picture.picture.mean == (0.485, 0.456, 0.406)
    assert numbers.inputs == ("vibration", "temperature", "load")
    assert label == {"ja": "摩耗", "en": "wear"}


@pytest.mark.parametrize(
    "about",
    [
        "",
        "[]",
        "[" * 5_000,
        '{"task": "run"}',
        '{"task": "score", "inputs": "a"}',
        '{"task": "score", "file": "/etc/passwd"}',
        '{"task": "classify", "picture": {"width": 100000, "height": 8}}',
        '{"task": "classify", "picture": {"width": 8, "height": 8, "divide": 0}}',
        '{"task": "score", "sha256": 5, "label": "x"}',
    ],
)
def test_a_description_that_makes_no_sense_is_refused_with_words(about: str) -> None:
    with pytest.raises(BadModel) as refused:
        described_model(about.encode(), SHA)
    assert refused.value.reason == "model_description"
    assert refused.value.detail.startswith("model.json")


def test_a_folder_of_models_gives_each_by_the_name_of_its_folder(tmp_path: Path) -> None:
    sound = onnx_models.weighted([1.0, 1.0]).SerializeToString()
    put(tmp_path, "wear", {"task": "score", "inputs": ["a", "b"], "label": {"en": "wear"}, "about": "made up"}, sound)
    put(tmp_path, "torn", "{", sound)
    put(tmp_path, "empty", {"task": "score", "inputs": ["a"]}, None)
    (tmp_path / "notes.txt").write_text("not a model")
    found = models_in(tmp_path)
    assert list(found.models) == ["wear"]
    assert found.things["wear"].label == {"en": "wear"}
    assert {id: bad.reason for id, bad in found.refused.items()} == {
        "empty": "model_missing",
        "torn": "model_description",
    }
    assert found.files[found.models["wear"].sha256].read_bytes() == sound


def test_what_is_wrong_with_a_flows_model_is_said_at_its_node(tmp_path: Path) -> None:
    put(tmp_path, "loaded", {"task": "score", "inputs": ["a"]}, onnx_models.PICKLE)
    put(tmp_path, "torn", "{", onnx_models.PICKLE)
    found = models_in(tmp_path)
    ask = {"kind": "score", "from": ["device"]}
    params = {"inputs": [{"input": "a", "field": "b"}], "results": [{"name": "x"}]}
    document = {
        "suiro": 1,
        "name": "Models",
        "nodes": [
            {"id": "device", "kind": "devices", "params": {"type": "pump"}},
            {**ask, "id": "one", "params": {**params, "model": "loaded"}},
            {**ask, "id": "two", "params": {**params, "model": "torn"}},
            {**ask, "id": "three", "params": {**params, "model": "elsewhere"}},
            {**ask, "id": "four", "params": params},
        ],
    }
    plan = build_plan(document, full_catalog(), None)
    local = Local(Sessions(model_files(None, found)))
    problems = unusable_models(plan, local, found, Shelf(local, None, Tallies(lambda: 0)))
    assert [(one.code, one.path, one.args["id"]) for one in problems] == [
        ("model_pickle", "/nodes/1/params/model", "loaded"),
        ("model_description", "/nodes/2/params/model", "torn"),
    ]
