"""Reads text in pictures: the recogniser of PP-OCR through rapidocr, whose wheel carries its models, so nothing is fetched.

The package takes a second to load and 300 MB while it works, so it is loaded with the first picture. What it may cost is
bounded by the size of what it is shown and the number of lines; between two of its own steps it cannot be ended.
"""

import threading
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from nodes.kit.effect import Answer
from nodes.kit.inscription import LONGEST_LINE
from runtime.inference.kept import PictureOf, Unusable, picture_bytes
from runtime.inference.onnx import THREADS

if TYPE_CHECKING:
    from PIL.Image import Image

    Crop = tuple[int, int, int, int]

READING = "text"
"""The task of an ask (nodes/ai/read_text.py)."""
LEAST_SIDE, MOST_SIDE = 736, 1_280
"""Pixels of the longer side of what is looked at: less is made larger, more smaller."""
MOST_LINES = 60
LEAST = 0.3
"""Lines with a lower score are not told."""
WHOLE = (0.0, 0.0, 1.0, 1.0)


class Reader:
    """May be asked from several threads; they wait for each other."""

    def __init__(self, picture_of: PictureOf) -> None:
        self._picture_of = picture_of
        self._turn = threading.Lock()
        self._engine: Any = None

    def ask(self, request: Mapping[str, Any], timeout: float) -> Answer:
        """The lines of the part `crop` of the request's `picture`: {"lines": [{"text", "score", "box"}]} from the top, boxes in parts
        of the whole picture. Never raises."""
        from PIL import Image

        try:
            data = picture_bytes(request.get("picture"), self._picture_of)
        except Unusable as wrong:
            return Answer(error=wrong.reason, detail=wrong.detail)
        with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as opened:
            picture = opened.convert("RGB")
        left, top, right, bottom = (float(edge) for edge in request.get("crop") or WHOLE)
        edges = (
            int(left * picture.width),
            int(top * picture.height),
            max(int(left * picture.width) + 1, round(right * picture.width)),
            max(int(top * picture.height) + 1, round(bottom * picture.height)),
        )
        lines = self.lines(picture.crop(edges), one_at_least="crop" in request)
        return Answer(value={"lines": [_placed(line, edges, picture.size) for line in lines]})

    def lines(self, picture: "Image", *, one_at_least: bool = False) -> list[dict[str, Any]]:
        """`one_at_least`: where no line is found, all of the picture is taken for one."""
        pixels = _pixels(picture)
        with self._turn:
            engine = self._loaded()
            found = engine(pixels, use_det=True, use_cls=False, use_rec=True)
            if found.txts is None and one_at_least:
                found = engine(pixels, use_det=False, use_cls=False, use_rec=True)
        height, width = pixels.shape[:2]
        boxes = found.boxes if _has_boxes(found) else [None]
        rows = zip(found.txts or (), found.scores or (), boxes, strict=False)
        return [_line(text, score, corners, width, height) for text, score, corners in rows if text and score >= LEAST]

    def places(self, picture: "Image") -> list[tuple[float, float, float, float]]:
        """Where something is written, in parts of the picture, whether it can be read or not."""
        pixels = _pixels(picture)
        with self._turn:
            found = self._loaded()(pixels, use_det=True, use_cls=False, use_rec=False)
        height, width = pixels.shape[:2]
        boxes = found.boxes if _has_boxes(found) else []
        return [_box(corners, width, height) for corners in boxes]

    def _loaded(self) -> Any:
        if self._engine is None:
            from rapidocr import RapidOCR

            self._engine = RapidOCR(
                params={
                    "Global.log_level": "critical",
                    "Global.use_cls": False,
                    "Global.text_score": LEAST,
                    "Det.limit_type": "max",
                    "Det.limit_side_len": MOST_SIDE,
                    "Det.max_candidates": MOST_LINES,
                    "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
                    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                }
            )
        return self._engine


def _has_boxes(found: Any) -> bool:
    return getattr(found, "boxes", None) is not None


def _pixels(picture: "Image") -> Any:
    """As the package wants them: blue, green, red."""
    import numpy as np
    from PIL import Image

    longer = max(picture.size)
    by = min(MOST_SIDE, max(LEAST_SIDE, longer)) / longer
    if by != 1:
        size = max(1, round(picture.width * by)), max(1, round(picture.height * by))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    return np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])


def _line(text: str, score: float, corners: Any, width: int, height: int) -> dict[str, Any]:
    box = WHOLE if corners is None else _box(corners, width, height)
    return {"text": text[:LONGEST_LINE], "score": round(min(1.0, float(score)), 4), "box": box}


def _box(corners: Any, width: int, height: int) -> tuple[float, float, float, float]:
    (left, top), (right, bottom) = corners.min(0), corners.max(0)
    edges = left / width, top / height, right / width, bottom / height
    left, top, right, bottom = (min(1.0, max(0.0, float(edge))) for edge in edges)
    return left, top, right, bottom


def _placed(line: dict[str, Any], edges: "Crop", size: tuple[int, int]) -> dict[str, Any]:
    """The line in parts of the whole picture."""
    wide, high = edges[2] - edges[0], edges[3] - edges[1]
    left, top, right, bottom = line["box"]
    x0, x1 = ((edges[0] + part * wide) / size[0] for part in (left, right))
    y0, y1 = ((edges[1] + part * high) / size[1] for part in (top, bottom))
    return {**line, "box": [round(min(1.0, edge), 5) for edge in (x0, y0, x1, y1)]}
