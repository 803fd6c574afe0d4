"""Models that run in the worker: what they answer, and how those that misbehave fail alone."""

import hashlib
import threading
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy
import pytest
from onnx import ModelProto
from PIL import Image

from nodes.kit.effect import Answer
from runtime.addresses import Egress
from runtime.deploy import Deploy, LocalModel, PictureInput
from runtime.inference import onnx
from runtime.inference.asks import Asks
from runtime.inference.local import Local, classify
from runtime.inference.onnx import Sessions
from tests import onnx_models

TRUSTED = Egress(trusted=True)
NONE = Deploy(flow="f", document={})


class Shelf:
    """Model files of a test."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.read = folder, 0
        self.pictures: dict[str, bytes] = {}
        self.local = Local(Sessions(self.file), self.pictures.get)

    def file(self, sha256: str) -> Path:
        self.read += 1
        return self.folder / sha256

    def put(self, model: ModelProto | bytes) -> str:
        data = model if isinstance(model, bytes) else model.SerializeToString()
        sha256 = hashlib.sha256(data).hexdigest()
        (self.folder / sha256).write_bytes(data)
        return sha256

    def score(self, model: ModelProto | bytes, inputs: tuple[str, ...] = ("a", "b")) -> LocalModel:
        return LocalModel(sha256=self.put(model), task="score", inputs=inputs)

    def picture(self, colour: tuple[int, int, int], size: tuple[int, int] = (64, 48)) -> dict[str, Any]:
        out = BytesIO()
        Image.new("RGB", size, colour).save(out, "PNG")
        sha256 = hashlib.sha256(out.getvalue()).hexdigest()
        self.pictures[sha256] = out.getvalue()
        return {"$picture": sha256, "width": size[0], "height": size[1]}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def asked(shelf: Shelf, model: LocalModel, values: Any = None, timeout: float = 60.0) -> Answer:
    values = {"a": 1, "b": 2} if values is None else values
    return shelf.local.ask(model, {"task": model.task, "values": values}, timeout)


def test_a_score_is_made_of_the_named_numbers_in_the_order_of_the_columns(shelf: Shelf) -> None:
    model = shelf.score(onnx_models.weighted([10.0, 1.0], bias=0.5))
    assert asked(shelf, model).value == {"value": 12.5, "values": {"y": 12.5}}
    swapped = shelf.score(onnx_models.weighted([10.0, 1.0], bias=0.5), inputs=("b", "a"))
    assert asked(shelf, swapped).value["value"] == 21.5


@pytest.mark.parametrize(
    "values", [{"a": 1}, {"a": 1, "b": "2"}, {"a": 1, "b": float("nan")}, {"a": 1, "b": None}, "x"]
)
def test_a_number_that_is_missing_is_said_and_never_guessed(shelf: Shelf, values: Any) -> None:
    assert asked(shelf, shelf.score(onnx_models.weighted([1.0, 1.0])), values).error == "missing_value"


def test_a_model_exported_from_scikit_learn_gives_its_label_and_scores(shelf: Shelf) -> None:
    sha256 = shelf.put(onnx_models.like_scikit_learn())
    model = LocalModel(sha256=sha256, task="classify", inputs=("wear", "age"), labels=("good", "worn"))
    worn = asked(shelf, model, {"wear": 3.0, "age": 0.0}).value
    assert worn["label"] == "worn"
    assert worn["score"] == pytest.approx(0.9975, abs=1e-3)
    assert set(worn["scores"]) == {"good", "worn"}
    assert asked(shelf, model, {"wear": -3.0, "age": 0.0}).value["label"] == "good"


def test_scores_that_lie_a_hair_beyond_one_are_one() -> None:
    """A forest of scikit-learn adds up floats: its surest answer has a score of 1.0000001."""
    model = LocalModel(sha256="0" * 64, task="classify", labels=("sound", "worn"), inputs=("a",))
    scores = numpy.array([[-1.1920929e-07, 1.0000001]], numpy.float32)
    assert classify(model, {"probabilities": scores}, None) == {
        "label": "worn", "score": 1.0, "scores": {"worn": 1.0, "sound": 0.0},
    }  # fmt: skip


def test_a_picture_is_seen_in_its_colours_whatever_its_size(shelf: Shelf) -> None:
    look = PictureInput(width=32, height=24)
    model = LocalModel(
        sha256=shelf.put(onnx_models.brightness()), task="classify", labels=("dark", "bright"), picture=look
    )
    for colour, size, label, score in (
        ((250, 250, 250), (64, 48), "bright", 250 / 255),
        ((5, 5, 5), (640, 480), "dark", 250 / 255),
        ((255, 0, 0), (32, 24), "dark", 2 / 3),
    ):
        request = {"task": "classify", "picture": shelf.picture(colour, size)}
        answer = shelf.local.ask(model, request, 60.0)
        assert answer.value["label"] == label
        assert answer.value["score"] == pytest.approx(score, abs=0.01)


def test_beside_a_picture_of_other_proportions_stands_grey(shelf: Shelf) -> None:
    look = PictureInput(width=32, height=24)
    model = LocalModel(
        sha256=shelf.put(onnx_models.brightness()), task="classify", labels=("dark", "bright"), picture=look
    )
    request = {"task": "classify", "picture": shelf.picture((0, 0, 0), (24, 24))}
    bright = shelf.local.ask(model, request, 60.0).value["scores"]["bright"]
    assert bright == pytest.approx(114 / 255 / 4, abs=0.01)


def test_a_picture_that_is_gone_is_said(shelf: Shelf) -> None:
    look = PictureInput(width=32, height=24)
    model = LocalModel(
        sha256=shelf.put(onnx_models.brightness()), task="classify", labels=("dark", "bright"), picture=look
    )
    for picture in (None, "x", {"$picture": "0" * 64}, {"$file": "/etc/passwd"}):
        assert shelf.local.ask(model, {"task": "classify", "picture": picture}, 5.0).error == "picture_gone"


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        ({"inputs": ("a",)}, "model_shape"),
        ({"inputs": ()}, "model_shape"),
        ({"inputs": ("a", "b"), "picture": PictureInput(width=32, height=24)}, "model_shape"),
        ({"picture": PictureInput(width=32, height=24)}, "model_shape"),
        ({"task": "detect", "inputs": ("a", "b")}, "model_shape"),
        ({"task": "classify", "inputs": ("a", "b"), "labels": ("x", "y", "z")}, "bad_output"),
    ],
)
def test_a_description_that_the_file_does_not_bear_out_is_refused(shelf: Shelf, about: Any, reason: str) -> None:
    model = LocalModel(**{"sha256": shelf.put(onnx_models.weighted([1.0, 1.0])), "task": "score", **about})
    assert asked(shelf, model).error == reason


def test_a_model_is_asked_for_its_own_task_only(shelf: Shelf) -> None:
    model = shelf.score(onnx_models.weighted([1.0, 1.0]))
    assert shelf.local.ask(model, {"task": "classify", "values": {"a": 1, "b": 1}}, 5.0).error == "wrong_task"


def test_an_output_that_is_no_number_is_no_answer(shelf: Shelf) -> None:
    assert asked(shelf, shelf.score(onnx_models.weighted([1e38, 1e38])), {"a": 10, "b": 10}).error == "bad_output"


def test_an_endless_model_is_ended_in_time_and_another_goes_on(shelf: Shelf) -> None:
    began = time.monotonic()
    assert asked(shelf, shelf.score(onnx_models.endless()), timeout=0.3).error == "timeout"
    assert time.monotonic() - began < 20, "it would never end"
    assert asked(shelf, shelf.score(onnx_models.weighted([1.0, 1.0]))).value["value"] == 3.0


def test_a_model_that_wants_more_memory_than_all_may_have_fails_alone(shelf: Shelf) -> None:
    greedy = asked(shelf, shelf.score(onnx_models.greedy()))
    assert greedy.error == "model_failed"
    assert asked(shelf, shelf.score(onnx_models.weighted([1.0, 1.0]))).value["value"] == 3.0


def test_a_file_is_loaded_once_and_makes_room_for_newer_ones(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx, "MOST_LOADED", 2)
    first = shelf.score(onnx_models.weighted([1.0, 1.0]))
    for _ in range(3):
        asked(shelf, first)
    assert shelf.read == 1
    for weight in (2.0, 3.0):
        asked(shelf, shelf.score(onnx_models.weighted([weight, 1.0])))
    assert shelf.read == 3
    assert asked(shelf, first).value["value"] == 3.0
    assert shelf.read == 4


def test_a_model_that_never_ends_holds_no_other(shelf: Shelf) -> None:
    slow, quick = shelf.score(onnx_models.endless()), shelf.score(onnx_models.weighted([1.0, 1.0]))
    asks = Asks(TRUSTED, TRUSTED, shelf.local, models={"slow": slow, "quick": quick})
    found, ready = [], threading.Event()
    request = {"task": "score", "values": {"a": 1, "b": 2}}
    for _ in range(3):
        asks.ask({**request, "model": "slow"}, NONE, 60.0, lambda answer: None)
    done = lambda answer: (found.append(answer), ready.set())  # noqa: E731
    asks.ask({**request, "model": "quick"}, NONE, 60.0, done)
    assert ready.wait(50)
    assert found[0].value["value"] == 3.0
    asks.stop()


def test_a_queue_that_is_full_says_so_at_once(shelf: Shelf) -> None:
    asks = Asks(TRUSTED, TRUSTED, shelf.local, models={"slow": shelf.score(onnx_models.endless())})
    found: list[Answer] = []
    for _ in range(80):
        asks.ask({"model": "slow", "task": "score", "values": {"a": 1, "b": 2}}, NONE, 30.0, found.append)
    assert [answer.error for answer in found].count("busy") == 16
    asks.stop()


def test_a_task_without_a_name_goes_to_the_model_for_it(shelf: Shelf) -> None:
    found: list[Answer] = []
    wear = shelf.score(onnx_models.weighted([1.0, 1.0]))
    asks = Asks(TRUSTED, TRUSTED, shelf.local, models={"wear": wear})
    ready = threading.Event()
    done = lambda answer: (found.append(answer), ready.set())  # noqa: E731
    asks.ask({"task": "score", "values": {"a": 1, "b": 2}}, NONE, 60.0, done)
    assert ready.wait(60)
    asks.ask({"task": "detect"}, NONE, 5.0, found.append)
    asks.ask({"model": "wear", "prompt": "?"}, NONE, 5.0, found.append)
    assert [answer.error for answer in found] == [None, "no_model", "wrong_task"]
    assert found[0].value["version"] == wear.sha256[:12]
    asks.stop()
