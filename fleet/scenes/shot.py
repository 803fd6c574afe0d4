"""The values that scenes share: a place, a moment, a picture and what is really in it."""

import hashlib
import random
from dataclasses import dataclass, field
from typing import Any, Literal

from PIL import Image

W, H = 640, 480
"""Scenes are drawn so large and made smaller, which smooths their edges."""
Colour = tuple[int, int, int]
Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""left, top, right, bottom, in parts (0..1) of the picture."""
Family = Literal["plant", "training"]
CLASSES = (
    "person_with_helmet",
    "person_without_helmet",
    "part_ok",
    "part_scratch",
    "part_dent",
    "part_missing_hole",
    "gauge",
    "truck_bed",
)


@dataclass(frozen=True)
class Place:
    """Where a camera hangs. Everything that does not move is a function of it. `zone` is a polygon in parts of the
    picture; `low` and `high` are the ends of a dial."""

    names: tuple[Any, ...]
    family: Family = "plant"
    zone: tuple[Point, ...] = ()
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True)
class Moment:
    """When (ms), what is shown, and what things already in the picture were decided to be."""

    at: int
    values: dict[str, float]
    decided: dict[Any, Any] = field(default_factory=dict)

    def value(self, name: str, usual: float) -> float:
        return self.values.get(name, usual)


@dataclass(frozen=True)
class Thing:
    """Something that is in the picture. `value` is what it shows (part of a dial, part of a full load, a number), `text` what is
    written on it. `clear` is False
    where nobody could tell from the picture what it is: hidden behind something, or half outside."""

    name: str
    box: Box
    value: float | None = None
    clear: bool = True
    text: str | None = None


@dataclass(frozen=True)
class Shot:
    """A picture and its truth."""

    image: Image.Image
    things: list[Thing]


def dice(*names: Any) -> random.Random:
    """The same numbers for the same names, on every machine."""
    digest = hashlib.blake2b("/".join(map(str, names)).encode(), digest_size=8).digest()
    return random.Random(int.from_bytes(digest, "big"))


def shaded(colour: Colour, factor: float) -> Colour:
    """Lighter (> 1) or darker (< 1)."""
    r, g, b = (max(0, min(255, round(part * factor))) for part in colour)
    return r, g, b


def mixed(one: Colour, other: Colour, part: float) -> Colour:
    """`part` of the way from `one` to `other`."""
    r, g, b = (round(a + (c - a) * part) for a, c in zip(one, other, strict=True))
    return r, g, b


def inside(point: Point, polygon: tuple[Point, ...]) -> bool:
    """Is the point in the polygon (even-odd)?"""
    x, y = point
    odd = False
    for (x0, y0), (x1, y1) in zip(polygon, (*polygon[1:], *polygon[:1]), strict=True):
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            odd = not odd
    return odd


def hidden(box: Box, before: list[Box]) -> float:
    """Which part (0..1) of a box lies behind those before it, or outside of the picture."""
    left, top, right, bottom = box
    covered = 0
    for i in range(8):
        for j in range(8):
            x, y = left + (i + 0.5) / 8 * (right - left), top + (j + 0.5) / 8 * (bottom - top)
            out = not (0 <= x <= 1 and 0 <= y <= 1)
            covered += out or any(a <= x <= c and b <= y <= d for a, b, c, d in before)
    return covered / 64


def clipped(box: Box) -> Box:
    """What of a box lies in the picture."""
    left, top, right, bottom = (max(0.0, min(1.0, edge)) for edge in box)
    return left, top, right, bottom


def turned(image: Image.Image, degrees: float, around: Colour) -> Image.Image:
    """The drawing as a camera that hangs askew sees it."""
    return image.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=around)
