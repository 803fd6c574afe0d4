"""Objects from what a detecting model puts out: boxes in parts of the picture, each thing once.

`output` of a model.json says how its outputs are written:

- "boxes" (the default): `boxes` [1, n, 4] (left, top, right, bottom in parts of the model's picture, 0..1), `scores`
  [1, n, labels] (0..1) and, where a thing shows a value (the needle of a dial), `values` [1, n] (0..1);
- "yolo": one output [1, 4 + labels, n] (middle, width and height in the model's pixels, then the scores), as Ultralytics
  exports YOLOv8 and later without its own suppression.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runtime.deploy import LocalModel, PictureInput
from runtime.inference.onnx import RunFailed
from runtime.inference.tensors import Seen

if TYPE_CHECKING:
    import numpy

    Numbers = numpy.ndarray[Any, numpy.dtype[numpy.float32]]

LEAST = 0.1
"""Scores below are never looked at."""
OVERLAP = 0.6
"""Of two boxes that share more than this (intersection over union) the one with the lower score is the same thing again,
whatever its label."""
MOST = 100
"""Objects of one picture, the surest first."""
CANDIDATES = 1_000
"""Boxes that are compared with each other at most."""


def detect(model: LocalModel, outputs: Mapping[str, Any], look: Seen | None) -> dict[str, Any]:
    """{"objects": [{"class", "score", "box": [left, top, right, bottom], "value"?}]}, the surest first; boxes in parts
    (0..1) of the picture as it came. Raises RunFailed where the outputs are not as described."""
    if model.picture is None or look is None:
        raise RunFailed("bad_output", "objects are found in pictures alone")
    read = {"": _boxes, "boxes": _boxes, "yolo": _yolo}.get(model.output)
    if read is None:
        raise RunFailed("bad_output", f"{model.output} is no way in which objects are written; boxes and yolo are")
    boxes, scores, values = read(outputs, model.picture, len(model.labels))
    best, kinds = scores.max(1), scores.argmax(1)
    kept = _separate(boxes, best)
    placed = _in_picture(boxes, model.picture, look)
    return {
        "objects": [
            _object(model.labels[kinds[i]], float(best[i]), placed[i].tolist(), None if values is None else values[i])
            for i in kept
        ]
    }


def _object(label: str, score: float, box: list[float], value: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"class": label, "score": round(score, 4), "box": [round(edge, 5) for edge in box]}
    if value is not None:
        found["value"] = round(float(value), 5)
    return found


def _boxes(outputs: Mapping[str, Any], picture: PictureInput, labels: int) -> tuple[Any, Any, Any]:
    boxes: Any = outputs.get("boxes")
    scores: Any = outputs.get("scores")
    values = outputs.get("values")
    n = (*_shape(boxes), 0, 0)[1]
    if _shape(boxes) != (1, n, 4) or _shape(scores) != (1, n, labels) or _shape(values) not in ((), (1, n)):
        raise RunFailed("bad_output", f"boxes [1, n, 4] and scores [1, n, {labels}] are expected")
    return _sound(boxes[0]), _sound(scores[0]), None if values is None else _sound(values[0])


def _yolo(outputs: Mapping[str, Any], picture: PictureInput, labels: int) -> tuple[Any, Any, Any]:
    import numpy as np

    rows: Any = next(iter(outputs.values()), None)
    if len(_shape(rows)) != 3 or _shape(rows)[:2] != (1, 4 + labels):
        raise RunFailed("bad_output", f"one output [1, {4 + labels}, n] is expected")
    x, y, width, height, *scores = _sound(rows[0])
    size = picture.width, picture.height, picture.width, picture.height
    edges = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    return np.stack(edges, 1) / np.array(size, np.float32), np.stack(scores, 1), None


def _shape(value: Any) -> tuple[int, ...]:
    return tuple(getattr(value, "shape", ()))


def _sound(value: Any) -> "Numbers":
    import numpy as np

    numbers = np.asarray(value, dtype=np.float32)
    if not np.isfinite(numbers).all():
        raise RunFailed("bad_output", "it puts out numbers that are not finite")
    return numbers


def _separate(boxes: "Numbers", best: "Numbers") -> list[int]:
    """Which boxes stay when each thing is counted once: the surest, then the next that is not the same again, and so on."""
    import numpy as np

    some = np.flatnonzero(best >= LEAST)
    some = some[np.argsort(-best[some], kind="stable")][:CANDIDATES]
    kept: list[int] = []
    while some.size and len(kept) < MOST:
        first, some = int(some[0]), some[1:]
        kept.append(first)
        some = some[_overlap(boxes[first], boxes[some]) <= OVERLAP]
    return kept


def _overlap(one: "Numbers", others: "Numbers") -> "Numbers":
    import numpy as np

    low, high = np.maximum(one[:2], others[:, :2]), np.minimum(one[2:], others[:, 2:])
    shared = np.clip(high - low, 0, None).prod(1)
    areas = np.clip(one[2:] - one[:2], 0, None).prod() + np.clip(others[:, 2:] - others[:, :2], 0, None).prod(1)
    overlap: Numbers = shared / np.maximum(areas - shared, 1e-9)
    return overlap


def _in_picture(boxes: "Numbers", picture: PictureInput, look: Seen) -> "Numbers":
    """From parts of the model's picture to parts of the one that came, which may have stood in a letterbox."""
    import numpy as np

    size = np.array([picture.width, picture.height] * 2, np.float32)
    start = np.array([look.left, look.top] * 2, np.float32)
    scale = np.array([look.across * look.width, look.down * look.height] * 2, np.float32)
    placed: Numbers = np.clip((boxes * size - start) / scale, 0, 1)
    return placed
