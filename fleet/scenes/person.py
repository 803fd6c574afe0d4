"""A person as a camera high on a wall sees one: a hundred pixels of legs, coat, head, and a helmet or none."""

import math
from dataclasses import dataclass
from typing import Any

from PIL.ImageDraw import ImageDraw

from fleet.scenes.shot import Box, Colour, Family, dice, shaded

HELMETS: dict[Family, list[Colour]] = {
    "training": [(238, 238, 232), (240, 200, 40), (235, 130, 30), (40, 90, 180), (190, 40, 40), (60, 140, 70)],
    "plant": [(225, 228, 222), (250, 215, 70), (220, 110, 40), (70, 120, 190), (170, 55, 50), (90, 160, 90)],
}
COATS: dict[Family, list[Colour]] = {
    "training": [(60, 70, 100), (110, 110, 115), (40, 60, 50), (150, 60, 50), (235, 120, 30), (200, 220, 40)],
    "plant": [(90, 110, 140), (70, 60, 55), (180, 180, 175), (60, 100, 100), (245, 140, 60), (170, 200, 60)],
}
SKIN: list[Colour] = [(240, 205, 175), (224, 172, 130), (190, 130, 90), (130, 85, 60), (90, 60, 45)]
HAIR: list[Colour] = [(30, 25, 22), (70, 45, 30), (120, 90, 50), (150, 145, 140), (190, 160, 100)]


@dataclass(frozen=True)
class Person:
    """How one looks; the same from picture to picture."""

    helmet: Colour | None
    coat: Colour
    legs: Colour
    skin: Colour
    hair: Colour
    style: str
    stripes: bool
    carries: bool
    tall: float


def person(names: tuple[Any, ...], family: Family, helmet: bool) -> Person:
    roll = dice(*names, "person", helmet)
    coat = roll.choice(COATS[family])
    legs = roll.choice([shaded(coat, 0.7), (45, 48, 60), (70, 70, 72), (90, 80, 65)])
    # a cap is no helmet, and is there to be taken for one
    style = roll.choices(["short", "long", "bald", "cap"], [5, 2, 1, 2])[0]
    return Person(
        roll.choice(HELMETS[family]) if helmet else None,
        coat, legs, roll.choice(SKIN), roll.choice(HAIR), style,
        roll.random() < 0.4, roll.random() < 0.15, roll.uniform(0.92, 1.08),
    )  # fmt: skip


def draw_person(
    pen: ImageDraw, who: Person, x: float, y: float, height: float, phase: float, way: float
) -> tuple[Box, Box]:
    """Draws with the feet at (x, y), in pixels of the drawing; `way` from -1 (to the left) to 1. Gives the boxes of the
    whole person and of the head, in pixels."""
    height = height * who.tall
    u = height / 7.6
    wide = 0.75 + 0.25 * (1 - abs(way))
    pen.ellipse((x - 1.3 * u, y - 0.25 * u, x + 1.3 * u, y + 0.3 * u), fill=(40, 40, 42))
    stride = math.sin(phase)
    hip, shoulder = y - 3.6 * u, y - 6.3 * u
    for side in (-1, 1):
        foot = x + side * (0.25 * u + stride * 0.75 * u * abs(way))
        tone = shaded(who.legs, 1.0 if side > 0 else 0.8)
        pen.line((x + side * 0.3 * u, hip, foot, y - 0.15 * u), fill=tone, width=max(2, round(0.62 * u)))
        pen.ellipse((foot - 0.42 * u, y - 0.32 * u, foot + 0.42 * u + way * 0.2 * u, y + 0.05 * u), fill=(35, 32, 30))
    _arms(pen, who, x, shoulder, u, stride, wide)
    _coat(pen, who, x, shoulder, hip, u * wide, u)
    head = _head(pen, who, x + way * 0.15 * u, y - 7.0 * u, u, way)
    if who.carries:
        pen.rectangle((x - u, y - 5.2 * u, x + u, y - 3.9 * u), fill=(165, 125, 80), outline=(110, 80, 50))
    left = min(x - 1.05 * u, head[0])
    right = max(x + 1.05 * u, head[2])
    return (left, head[1], right, y + 0.1 * u), head


def _coat(pen: ImageDraw, who: Person, x: float, shoulder: float, hip: float, half: float, u: float) -> None:
    pen.rounded_rectangle((x - half, shoulder, x + half, hip + 0.5 * u), radius=0.45 * u, fill=who.coat)
    pen.rectangle((x, shoulder + 0.4 * u, x + half * 0.96, hip + 0.3 * u), fill=shaded(who.coat, 0.85))
    if who.stripes:
        for at in (0.9, 1.8):
            pen.rectangle((x - half, shoulder + at * u, x + half, shoulder + (at + 0.28) * u), fill=(225, 230, 215))


def _arms(pen: ImageDraw, who: Person, x: float, shoulder: float, u: float, stride: float, wide: float) -> None:
    for side in (-1, 1):
        top, hand = x + side * 0.85 * u * wide, x + side * (0.95 * u + 0.4 * u * stride)
        low = shoulder + (1.9 if who.carries else 2.7) * u
        hand = x + side * 0.6 * u if who.carries else hand
        pen.line((top, shoulder + 0.3 * u, hand, low), fill=shaded(who.coat, 0.75), width=max(2, round(0.45 * u)))
        pen.ellipse((hand - 0.25 * u, low - 0.2 * u, hand + 0.25 * u, low + 0.3 * u), fill=who.skin)


def _head(pen: ImageDraw, who: Person, x: float, y: float, u: float, way: float) -> Box:
    """A head around (x, y) with what is on it."""
    w, h = 0.42 * u, 0.55 * u
    pen.rectangle((x - 0.2 * u, y, x + 0.2 * u, y + 0.8 * u), fill=shaded(who.skin, 0.8))
    pen.ellipse((x - w, y - h, x + w, y + h), fill=who.skin)
    if who.helmet is not None:
        dome = (x - 0.58 * u, y - 0.78 * u, x + 0.58 * u, y + 0.5 * u)
        pen.chord(dome, 180, 360, fill=who.helmet)
        pen.arc(dome, 200, 280, fill=shaded(who.helmet, 1.25), width=max(1, round(0.12 * u)))
        front = x + way * 0.3 * u
        brim = (front - 0.68 * u, y - 0.22 * u, front + 0.68 * u, y - 0.04 * u)
        pen.rectangle(brim, fill=shaded(who.helmet, 0.8))
        return min(brim[0], dome[0]), dome[1], max(brim[2], dome[2]), y + h
    if who.style == "bald":
        return x - w, y - h, x + w, y + h
    if who.style == "cap":
        pen.chord((x - w * 1.05, y - h * 1.1, x + w * 1.05, y + h * 0.6), 180, 360, fill=shaded(who.coat, 0.6))
        pen.rectangle(
            (x + way * 0.5 * u - 0.3 * u, y - 0.18 * u, x + way * 0.5 * u + 0.3 * u, y - 0.08 * u), fill=(30, 30, 32)
        )
        return x - w * 1.05, y - h * 1.1, x + w * 1.05, y + h
    hair = (x - w * 1.1, y - h * 1.12, x + w * 1.1, y + h * 0.75)
    pen.chord(hair, 180 - 12 * way, 360 - 12 * way, fill=who.hair)
    if who.style == "long":
        for side in (-1, 1):
            pen.rectangle((x + side * w - 0.12 * u, y - 0.2 * u, x + side * w + 0.12 * u, y + 0.6 * u), fill=who.hair)
    return hair[0], hair[1], hair[2], y + h
