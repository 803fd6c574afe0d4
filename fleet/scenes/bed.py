"""`truck_bed`: a truck's bed seen from above its side; bulk material hides more of its back wall the more there is."""

import math
from random import Random
from typing import Any

from PIL import Image, ImageDraw

from fleet.scenes.shot import Colour, Family, H, Moment, Place, Point, Thing, W, clipped, dice, shaded

LOADS: dict[Family, list[Colour]] = {
    "training": [(150, 125, 90), (95, 90, 85), (60, 55, 52), (175, 165, 150), (130, 80, 50)],
    "plant": [(165, 140, 105), (110, 105, 98), (45, 45, 48), (190, 185, 175), (110, 90, 60)],
}
PAINTS: dict[Family, list[Colour]] = {
    "training": [(200, 60, 45), (60, 110, 180), (220, 180, 50), (120, 125, 130), (70, 120, 80)],
    "plant": [(170, 80, 60), (90, 130, 170), (235, 205, 110), (150, 150, 145), (60, 95, 70)],
}


def draw(place: Place, moment: Moment) -> tuple[Image.Image, list[Thing]]:
    """The bed with the moment's `load` (percent) in it."""
    roll = dice(*place.names, "bed")
    image = Image.new("RGB", (W, H))
    pen = ImageDraw.Draw(image)
    _ground(pen, roll)
    part = max(0.0, min(1.0, moment.value("load", 0.0) / 100))
    wide, deep, tall = roll.uniform(0.5, 0.72) * W, roll.uniform(0.2, 0.3) * H, roll.uniform(0.16, 0.26) * H
    left = roll.uniform(0.06, 0.94 - wide / W) * W
    top = roll.uniform(0.12, 0.88 - (deep + tall) / H - 0.1) * H
    paint = roll.choice(PAINTS[place.family])
    slant = roll.uniform(0.0, 0.1) * W
    _cab(pen, roll, left, top, wide, deep, paint)
    back = [(left + slant, top), (left + wide - slant, top)]
    front = [(left, top + deep), (left + wide, top + deep)]
    inner = shaded(paint, roll.uniform(0.5, 0.7))
    pen.polygon([back[0], back[1], front[1], front[0]], fill=shaded(inner, 0.6))
    pen.polygon([back[0], back[1], (back[1][0] - 4, top + tall), (back[0][0] + 4, top + tall)], fill=inner)
    for n in range(1, roll.randint(4, 8)):
        x = back[0][0] + (back[1][0] - back[0][0]) * n / 8
        pen.line((x, top, x, top + tall), fill=shaded(inner, 0.8), width=3)
    if part > 0:
        _heap(pen, roll, place, back, front, top + tall * 1.05, part)
    pen.polygon([front[0], front[1], (front[1][0], front[1][1] + tall), (front[0][0], front[0][1] + tall)], fill=paint)
    _side(pen, roll, front, tall, paint)
    pen.line([*back, front[1], front[0], back[0]], fill=shaded(paint, 1.15), width=8)
    box = left / W, top / H, (left + wide) / W, (top + deep + tall) / H
    return image, [Thing("truck_bed", clipped(box), value=part)]


def _ground(pen: Any, roll: Random) -> None:
    level = roll.randint(80, 170)
    ground: Colour = (level, level - roll.randint(0, 15), level - roll.randint(0, 30))
    pen.rectangle((0, 0, W, H), fill=ground)
    for _ in range(roll.randint(20, 60)):
        x, y, s = roll.uniform(0, W), roll.uniform(0, H), roll.uniform(2, 30)
        pen.ellipse((x - s, y - s / 3, x + s, y + s / 3), fill=shaded(ground, roll.uniform(0.85, 1.12)))
    for _ in range(roll.randint(0, 3)):
        y = roll.uniform(0, H)
        pen.line((0, y, W, y + roll.uniform(-40, 40)), fill=(215, 210, 195), width=6)


def _cab(pen: Any, roll: Random, left: float, top: float, wide: float, deep: float, paint: Colour) -> None:
    tone = shaded(roll.choice([paint, (220, 220, 215), (190, 60, 50), (60, 80, 120)]), 0.95)
    at = left - 0.2 * W if roll.random() < 0.5 else left + wide + 6
    pen.rounded_rectangle((at, top + 10, at + 0.2 * W - 6, top + deep * 1.6), radius=16, fill=tone)
    pen.rectangle((at + 20, top + 26, at + 0.2 * W - 30, top + deep * 0.7), fill=(60, 75, 85))


def _heap(
    pen: Any, roll: Random, place: Place, back: list[Point], front: list[Point], floor: float, part: float
) -> None:
    """The material's upper edge before the back wall: the more, the higher; rough, and heaped up where it was poured."""
    tone = roll.choice(LOADS[place.family])
    rise = (floor - back[0][1]) * (0.04 + 0.96 * part)
    poured, bumps = roll.uniform(0.25, 0.75), [roll.uniform(0, 6) for _ in range(3)]
    edge: list[Point] = []
    for n in range(33):
        along = n / 32
        rough = sum(math.sin(along * (6 + 5 * k) + bump) for k, bump in enumerate(bumps)) / 3
        hump = math.exp(-((along - poured) ** 2) / 0.05) - 0.35
        x = back[0][0] + 3 + (back[1][0] - back[0][0] - 6) * along
        edge.append((x, floor - rise * (1 + 0.12 * rough + 0.14 * hump)))
    pen.polygon([*edge, front[1], front[0]], fill=tone)
    grain = dice(*place.names, "stones", round(part * 50))
    for _ in range(260):
        n = grain.randrange(32)
        x = edge[n][0] + grain.uniform(-12, 12)
        y = edge[n][1] + (front[0][1] - edge[n][1]) * grain.random() ** 0.8
        s = grain.uniform(1.5, 6)
        if front[0][0] + 6 < x < front[1][0] - 6 and y > edge[n][1] + 3:
            pen.ellipse((x - s, y - s * 0.7, x + s, y + s * 0.7), fill=shaded(tone, grain.uniform(0.7, 1.25)))


def _side(pen: Any, roll: Random, front: list[Point], tall: float, paint: Colour) -> None:
    (left, top), (right, _) = front
    for n in range(roll.randint(3, 7)):
        x = left + (right - left) * (n + 0.5) / 7
        pen.rectangle((x, top + 6, x + 12, top + tall - 4), fill=shaded(paint, 0.8))
    pen.rectangle((left, top + tall, right, top + tall + 14), fill=(35, 35, 38))
    for axle in (0.15, 0.3, 0.8):
        x = left + (right - left) * axle
        pen.ellipse((x - 26, top + tall - 8, x + 26, top + tall + 44), fill=(25, 25, 27), outline=(80, 80, 82), width=6)
