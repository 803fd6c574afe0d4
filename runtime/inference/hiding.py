"""Makes faces and text in pictures unrecognisable: what a detector finds, and some room around it, becomes a few flat squares.

Faces by CenterFace (faces/README.md), text by the reader's own detector; both are loaded with the first picture that needs them.
Neither finds everything: docs/ai.md has what was measured.
"""

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nodes.kit.tracks import overlap
from runtime.inference.onnx import Session
from runtime.inference.reader import Reader
from runtime.pictures import Picture, encoded

if TYPE_CHECKING:
    from PIL.Image import Image

Box = tuple[float, float, float, float]
"""left, top, right, bottom, in parts (0..1) of the picture."""
FACES = Path(__file__).resolve().parent / "faces" / "centerface.onnx"
MOST_SIDE = 960
"""Pixels of the longer side in which faces are looked for."""
CELL = 32
"""The detector takes sides that are multiples of this; it says something of each fourth pixel."""
STRIDE = 4
LEAST = 0.3
"""Score from which something is blurred: low, since a face too much does less harm than one too few."""
SAME = 0.3
MOST_FACES = 200
ROOM = {"faces": 0.25, "text": 0.15}
"""Around what is found, in parts of its shorter side."""
SQUARES = 5
"""That the shorter side is left with."""
PATIENCE = 20.0
"""Seconds for one picture's faces."""


class Hiding:
    """`hide(picture, ("faces", "text"))`, on any thread. Raises what its detectors raise."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def __call__(self, picture: Picture, blur: tuple[str, ...]) -> Picture:
        from PIL import Image

        with Image.open(BytesIO(picture.data), formats=("JPEG", "PNG")) as opened:
            image = opened.convert("RGB")
        places = [(box, ROOM[what]) for what in blur for box in self.places(image, what)]
        if not places:
            return picture
        for box, room in places:
            _flatten(image, box, room)
        return encoded(image, drawing=picture.media_type == "image/png")

    def places(self, image: "Image", what: str) -> list[Box]:
        """Where such things are."""
        return faces(image) if what == "faces" else self._reader.places(image)


def faces(image: "Image") -> list[Box]:
    """Where faces are, the surest first."""
    import numpy as np

    by = min(1.0, MOST_SIDE / max(image.size))
    width, height = (max(CELL, round(side * by / CELL) * CELL) for side in image.size)
    pixels = np.asarray(image.resize((width, height)), dtype=np.float32).transpose(2, 0, 1)[None]
    found = _session().run({"input.1": np.ascontiguousarray(pixels)}, PATIENCE)
    return _decoded(found["537"][0, 0], found["538"][0], found["539"][0], width, height)


def _decoded(scores: Any, sizes: Any, offsets: Any, width: int, height: int) -> list[Box]:
    """Boxes from the heat map of middles, the logarithms of half sizes in strides, and where in its cell a middle is."""
    import numpy as np

    rows, columns = np.nonzero(scores > LEAST)
    order = np.argsort(-scores[rows, columns])[: MOST_FACES * 5]
    kept: list[Box] = []
    for row, column in zip(rows[order], columns[order], strict=True):
        high, wide = (float(np.exp(sizes[axis, row, column])) * STRIDE for axis in (0, 1))
        y, x = (
            float((int(place) + offsets[axis, row, column] + 0.5) * STRIDE) for axis, place in ((0, row), (1, column))
        )
        box = (x - wide / 2) / width, (y - high / 2) / height, (x + wide / 2) / width, (y + high / 2) / height
        if len(kept) < MOST_FACES and all(overlap(box, other) < SAME for other in kept):
            kept.append(box)
    return kept


def _flatten(image: "Image", box: Box, room: float) -> None:
    """In place. Averages over squares cannot be turned back, as a soft blur partly can."""
    from PIL import Image

    left, top, right, bottom = box
    wide, high = (right - left) * image.width, (bottom - top) * image.height
    more = min(wide, high) * room
    x0, y0 = max(0, int(left * image.width - more)), max(0, int(top * image.height - more))
    x1, y1 = (
        min(image.width, int(right * image.width + more) + 1),
        min(image.height, int(bottom * image.height + more) + 1),
    )
    if x0 >= x1 or y0 >= y1:
        return
    part = image.crop((x0, y0, x1, y1))
    square = max(1, -(-min(part.size) // SQUARES))
    small = part.resize((max(1, part.width // square), max(1, part.height // square)), Image.Resampling.BOX)
    image.paste(small.resize(part.size, Image.Resampling.NEAREST), (x0, y0))


@lru_cache(maxsize=1)
def _session() -> Session:
    return Session(FACES.read_bytes())
