"""What the blurring of `faces` and `text` finds, on faces that a wheel carries and on the fleet's own plates and meters.

The faces are of the 100 of scikit-image's sample of "Labeled Faces in the Wild" (25 x 25 pixels, grey, mostly frontal), put into a picture
at several sizes, lights and turns. `pip install scikit-image==0.26.0` for it; it is no part of Suiro.
"""

import io
import statistics
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from PIL import Image

from bench.ai.text import KINDS, Asked, shots, truth_of
from fleet.scenes.shot import Moment, Place, dice
from fleet.scenes.take import take
from runtime.inference.hiding import Box, Hiding, faces
from runtime.inference.reader import Reader
from runtime.pictures import clean

FACES, SIZES = 40, (12, 24, 48)
WAYS = {
    "as it is": {},
    "dark (0.25), noise": {"light": 0.25},
    "turned by 30°": {"turn": 30.0},
}
PICTURE = (640, 480)
TEXTS = 15
COVERED = 0.9
"""Of the number's box, so that it counts as hidden."""
Find = Callable[[Image.Image], list[Box]]


@lru_cache(maxsize=1)
def known_faces() -> Any:
    """[100, 25, 25], 0 to 1."""
    data = files("skimage").joinpath("data/lfw_subset.npy").read_bytes()
    return np.load(io.BytesIO(data))[:100]


def faced(number: int, size: int, way: dict[str, float]) -> tuple[Image.Image, tuple[float, float]]:
    """A hall with nobody in it but this face, and its middle."""
    roll = dice("face", number, size)
    hall = take("helmet", Place(("faces", number)), Moment(number, {"people": 0.0, "bare": 0.0}), PICTURE[0]).image
    face = Image.fromarray((known_faces()[number] * 255).astype("uint8")).resize((size, size), Image.Resampling.BICUBIC)
    mask = Image.new("L", face.size, 255)
    turn = way.get("turn", 0.0)
    x, y = roll.randint(80, PICTURE[0] - 200), roll.randint(60, PICTURE[1] - 200)
    hall.paste(face.rotate(turn, expand=True), (x, y), mask.rotate(turn, expand=True))
    middle = x + face.rotate(turn, expand=True).width / 2, y + face.rotate(turn, expand=True).height / 2
    return _disturbed(hall, number, way), (middle[0] / PICTURE[0], middle[1] / PICTURE[1])


def _disturbed(image: Image.Image, seed: int, way: dict[str, float]) -> Image.Image:
    from PIL import ImageFilter

    image = image.filter(ImageFilter.GaussianBlur(way.get("blur", 0.0))) if "blur" in way else image
    if "light" not in way:
        return image
    chance = np.random.Generator(np.random.PCG64(seed))
    pixels = np.asarray(image, dtype=np.float32) * way["light"] + chance.standard_normal((*image.size[::-1], 3)) * 5
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def haar(image: Image.Image) -> list[Box]:
    """The cascade that OpenCV carries, with its usual settings."""
    import cv2

    found = _cascade().detectMultiScale(cv2.cvtColor(np.asarray(image), cv2.COLOR_RGB2GRAY), 1.1, 3, minSize=(12, 12))
    width, height = image.size
    return [(x / width, y / height, (x + w) / width, (y + h) / height) for x, y, w, h in found]


@lru_cache(maxsize=1)
def _cascade() -> Any:
    import cv2

    return cv2.CascadeClassifier(f"{cv2.data.haarcascades}haarcascade_frontalface_default.xml")


def _rows() -> Iterator[str]:
    finds: dict[str, Find] = {"`faces`": faces, "Haar cascade": haar}
    for name, way in WAYS.items():
        hits = {label: dict.fromkeys(SIZES, 0) for label in finds}
        false = dict.fromkeys(finds, 0)
        for size in SIZES:
            for number in range(FACES):
                image, (x, y) = faced(number, size, way)
                for label, find in finds.items():
                    boxes = find(image)
                    hit = [one for one in boxes if one[0] < x < one[2] and one[1] < y < one[3]]
                    hits[label][size] += bool(hit)
                    false[label] += len(boxes) - len(hit)
        for label in finds:
            cells = " | ".join(f"{hits[label][size]} of {FACES}" for size in SIZES)
            yield f"| {name} | {label} | {cells} | {false[label] / (FACES * len(SIZES)):.2f} |"


def _texts() -> Iterator[str]:
    asked = Asked()
    hiding = Hiding(Reader(lambda sha256: None))
    for kind, (_, pattern) in KINDS.items():
        covered = readable = before = 0
        for shot in shots(kind, TEXTS):
            thing = shot.things[0]
            covered += _share(thing.box, hiding.places(shot.image, "text")) >= COVERED
            out = io.BytesIO()
            shot.image.save(out, "PNG")
            hidden = hiding(clean(out.getvalue(), widest=1_920), ("text",))
            after = type(shot)(Image.open(io.BytesIO(hidden.data)).convert("RGB"), shot.things)
            before += asked(shot, pattern, cropped=True) == truth_of(thing)
            readable += asked(after, pattern, cropped=True) == truth_of(thing)
        yield f"| {kind} | {TEXTS} | {covered} | {before} | {readable} |"


def _share(box: Box, places: list[Box]) -> float:
    """How much of the box is covered, in its middle three quarters: frames count for nothing."""
    inside = 0
    for n in range(400):
        x = box[0] + (box[2] - box[0]) * (0.125 + 0.75 * (n % 20 + 0.5) / 20)
        y = box[1] + (box[3] - box[1]) * (0.125 + 0.75 * (n // 20 + 0.5) / 20)
        inside += any(a <= x <= c and b <= y <= d for a, b, c, d in places)
    return inside / 400


def _took(find: Find) -> float:
    image, _ = faced(0, 48, {})
    times = []
    for _ in range(20):
        began = time.perf_counter()
        find(image)
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def page() -> str:
    reader = Reader(lambda sha256: None)
    heads = " | ".join(f"{size} px" for size in SIZES)
    return f"""Faces found: {FACES} faces (25 x 25 pixels, mostly frontal), one in each picture of {PICTURE[0]} x {PICTURE[1]}, by the width of the face in it.

| picture | way | {heads} | others a picture |
|---|---|--:|--:|--:|--:|
{chr(10).join(_rows())}

Numbers hidden by `text`: {COVERED:.0%} of the middle of the number's box covered; and how often `read_text` reads it right, part drawn, before and
after.

| what | n | covered | read before | read after |
|---|--:|--:|--:|--:|
{chr(10).join(_texts())}

A picture of {PICTURE[0]} x {PICTURE[1]} takes {_took(faces):.0f} ms for faces and {_took(reader.places):.0f} ms for text (median of 20)."""
