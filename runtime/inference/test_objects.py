"""Objects from what a model puts out: each thing once, in the picture's own parts, and no output that is not as described."""

from typing import Any

import numpy as np
import pytest

from runtime.deploy import LocalModel, PictureInput
from runtime.inference.objects import LEAST, MOST, detect
from runtime.inference.onnx import RunFailed
from runtime.inference.tensors import Seen

LABELS = ("cat", "dog")


def model(output: str = "", **picture: Any) -> LocalModel:
    return LocalModel(
        sha256="0" * 64,
        task="detect",
        labels=LABELS,
        picture=PictureInput(width=320, height=240, **picture),
        output=output,
    )


def whole(width: int = 320, height: int = 240) -> Seen:
    """A picture that filled the model's."""
    return Seen(None, width, height, 320 / width, 240 / height, 0, 0)


def outputs(*rows: tuple[list[float], list[float]], values: list[float] | None = None) -> dict[str, Any]:
    boxes = np.array([[box for box, _ in rows]], np.float32).reshape(1, len(rows), 4)
    scores = np.array([[score for _, score in rows]], np.float32).reshape(1, len(rows), 2)
    return {"boxes": boxes, "scores": scores, **({} if values is None else {"values": np.array([values], np.float32)})}


HERE, NEAR, THERE = [0.1, 0.1, 0.3, 0.5], [0.11, 0.1, 0.31, 0.5], [0.6, 0.1, 0.8, 0.5]


def found(given: dict[str, Any], look: Seen | None = None, **more: Any) -> list[dict[str, Any]]:
    objects: list[dict[str, Any]] = detect(model(**more), given, look or whole())["objects"]
    return objects


def test_each_thing_is_told_once_by_its_surest_box_and_label() -> None:
    said = found(outputs((NEAR, [0.5, 0.8]), (HERE, [0.9, 0.2]), (THERE, [0.3, 0.6])))
    assert said == [
        {"class": "cat", "score": 0.9, "box": pytest.approx(HERE)},
        {"class": "dog", "score": 0.6, "box": pytest.approx(THERE)},
    ]


def test_what_is_hardly_sure_is_never_told_and_no_more_than_so_many_are() -> None:
    assert found(outputs((HERE, [LEAST - 0.01, 0.0]))) == []
    apart = [([x / 200, 0.1, x / 200 + 0.004, 0.2], [0.9 - x / 1000, 0.0]) for x in range(150)]
    said = found(outputs(*apart))
    assert len(said) == MOST
    assert said[-1]["score"] == pytest.approx(0.9 - 99 / 1000)


def test_what_a_thing_shows_comes_with_it() -> None:
    (dial, *_) = found(outputs((HERE, [0.4, 0.0]), (THERE, [0.9, 0.0]), values=[0.1, 0.75]))
    assert (dial["box"], dial["value"]) == (pytest.approx(THERE), 0.75)
    assert "value" not in found(outputs((HERE, [0.4, 0.0])))[0]


def test_boxes_are_parts_of_the_picture_as_it_came_also_out_of_a_letterbox() -> None:
    wide = Seen(None, 640, 240, 0.5, 0.5, 0, 60)  # 640 x 240 stands as 320 x 120 in the middle of 320 x 240
    (one,) = found(outputs(([0.25, 0.25, 0.5, 0.5], [0.9, 0.0])), wide)
    assert one["box"] == pytest.approx([0.25, 0.0, 0.5, 0.5])
    (edge,) = found(outputs(([0.25, 0.1, 0.5, 0.9], [0.9, 0.0])), wide)
    assert edge["box"] == pytest.approx([0.25, 0.0, 0.5, 1.0])


def test_rows_as_ultralytics_exports_them_are_read_too() -> None:
    row = np.array([[[64.0], [72.0], [64.0], [96.0], [0.2], [0.7]]], np.float32)
    (dog,) = found({"output0": row}, output="yolo")
    assert dog == {"class": "dog", "score": 0.7, "box": pytest.approx([0.1, 0.1, 0.3, 0.5])}


NOT_FINITE = outputs((HERE, [float("nan"), 0.5]))
ONE_LABEL_LESS = {"boxes": np.zeros((1, 3, 4)), "scores": np.zeros((1, 3, 1))}


@pytest.mark.parametrize(
    ("given", "output"),
    [
        ({}, ""), (NOT_FINITE, ""), (ONE_LABEL_LESS, ""), ({"boxes": np.zeros((1, 3, 4))}, ""),
        ({"boxes": [[0.0]], "scores": [[0.0]]}, ""), ({**outputs((HERE, [1, 0])), "values": np.zeros((1, 2))}, ""),
        ({"output0": np.zeros((1, 7, 10))}, "yolo"), ({}, "yolo"), (outputs((HERE, [1, 0])), "tensorflow"),
    ],
)  # fmt: skip
def test_outputs_that_are_not_as_described_are_a_reason_not_a_crash(given: Any, output: str) -> None:
    with pytest.raises(RunFailed) as failure:
        detect(model(output), given, whole())
    assert failure.value.reason == "bad_output"
