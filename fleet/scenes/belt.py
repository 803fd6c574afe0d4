"""`parts`: plates, discs and bars pass on a belt, seen from above; some are scratched, dented, or lack a hole."""

import math
from functools import lru_cache
from random import Random
from typing import Any

from PIL import Image, ImageChops, ImageDraw

from fleet.scenes.shot import Box, Colour, Family, H, Moment, Place, Thing, W, clipped, dice, hidden, mixed, shaded

DEFECTS = ("scratch", "dent", "missing_hole")
METALS: dict[Family, list[Colour]] = {
    "training": [(150, 152, 158), (185, 186, 190), (120, 122, 130), (170, 140, 90), (90, 95, 105)],
    "plant": [(165, 170, 172), (200, 198, 190), (135, 130, 128), (185, 150, 105), (105, 112, 120)],
}
BELTS: dict[Family, list[Colour]] = {
    "training": [(45, 48, 50), (60, 75, 65), (70, 60, 55), (35, 50, 80)],
    "plant": [(55, 55, 60), (40, 70, 60), (80, 78, 72), (50, 45, 70)],
}
SPACING = 0.36
"""Picture widths from part to part."""
Holes = list[tuple[float, float, float]]
"""x, y and radius, in pixels of the drawing, around the part's middle."""


def draw(place: Place, moment: Moment) -> tuple[Image.Image, list[Thing]]:
    """The belt at the moment. What is wrong with a part is decided when it comes in and stays so."""
    empty, lane, metal = _belt(place)
    image = empty.copy()
    travelled = moment.at / 60_000 * moment.value("speed", 6.0)
    first = math.floor((travelled - 1.25) / SPACING)
    shown = range(first, first + 5)
    for gone in [key for key in moment.decided if key not in shown]:
        del moment.decided[gone]
    things = []
    for number in shown:
        roll = dice(*place.names, "part", number)
        wrong = roll.random() < moment.value("defects", 0.0)
        defect = roll.choice(DEFECTS) if wrong else ""
        defect = moment.decided.setdefault(number, defect)
        x = (travelled - number * SPACING - 0.1) * W + roll.uniform(-20, 20)
        box = _part(image, roll, place, metal, x, lane * H + roll.uniform(-40, 40), defect)
        if box[0] < 1 and box[2] > 0:
            things.append(Thing(f"part_{defect or 'ok'}", clipped(box), clear=hidden(box, []) < 0.05))
    return image, things


@lru_cache(maxsize=64)
def _belt(place: Place) -> tuple[Image.Image, float, Colour]:
    """The belt without parts, the middle of it (0..1 from the top), and what its parts are made of."""
    roll = dice(*place.names, "belt")
    image = Image.new("RGB", (W, H))
    pen = ImageDraw.Draw(image)
    frame = roll.choice([(120, 125, 130), (180, 180, 175), (70, 90, 120), (200, 170, 60)])
    pen.rectangle((0, 0, W, H), fill=shaded(frame, roll.uniform(0.6, 1.1)))
    lane, half = roll.uniform(0.42, 0.58), roll.uniform(0.26, 0.36)
    belt = roll.choice(BELTS[place.family])
    top, bottom = (lane - half) * H, (lane + half) * H
    pen.rectangle((0, top, W, bottom), fill=belt)
    for edge in (top, bottom):
        pen.rectangle((0, edge - 9, W, edge + 9), fill=shaded(frame, 0.75))
        for x in range(roll.randint(0, 60), W, roll.randint(50, 140)):
            pen.ellipse((x - 6, edge - 6, x + 6, edge + 6), fill=shaded(frame, 0.45))
    if roll.random() < 0.6:
        pen.line((0, lane * H + 30, W, lane * H + 34), fill=shaded(belt, 1.25), width=3)
    for _ in range(roll.randint(0, 25)):
        start, y = roll.uniform(0, W), roll.uniform(top + 12, bottom - 12)
        pen.line(
            (start, y, start + roll.uniform(5, 60), y + roll.uniform(-4, 4)),
            fill=shaded(belt, roll.uniform(0.8, 1.35)),
            width=1,
        )
    return image, lane, roll.choice(METALS[place.family])


def _part(image: Image.Image, roll: Random, place: Place, metal: Colour, x: float, y: float, defect: str) -> Box:
    """Pastes one part around (x, y); gives its box."""
    size = roll.uniform(*(56, 92) if place.family == "plant" else (62, 88))
    tile = Image.new("RGBA", (240, 240))
    pen = ImageDraw.Draw(tile)
    metal = shaded(metal, roll.uniform(0.9, 1.1))
    shape = roll.choice([_plate, _disc, _bar])
    holes = shape(pen, roll, place.family, size, metal)
    missing = roll.randrange(len(holes)) if defect == "missing_hole" else -1
    dark = shaded(roll.choice(BELTS[place.family]), 0.55)
    for index, (hx, hy, r) in enumerate(holes):
        if index != missing:
            pen.ellipse((120 + hx - r, 120 + hy - r, 120 + hx + r, 120 + hy + r), fill=dark, outline=shaded(metal, 0.7))
    _sheen(pen, roll, size, metal, tile)
    harm = Image.new("RGBA", tile.size)
    if defect == "scratch":
        _scratch(ImageDraw.Draw(harm), roll, size, metal)
    if defect == "dent":
        _dent(ImageDraw.Draw(harm), roll, size, metal, holes)
    tile.paste(harm, (0, 0), ImageChops.multiply(harm.getchannel("A"), tile.getchannel("A")))
    turned = tile.rotate(roll.uniform(0, 360), Image.Resampling.BILINEAR)
    bounds = turned.getchannel("A").point(lambda alpha: 255 if alpha > 128 else 0).getbbox() or (0, 0, 240, 240)
    left, top = round(x - 120), round(y - 120)
    shade = turned.getchannel("A").point(lambda alpha: alpha * 0.45)
    image.paste((15, 15, 18), (left + 6, top + 8), shade)
    image.paste(turned, (left, top), turned)
    return (left + bounds[0]) / W, (top + bounds[1]) / H, (left + bounds[2]) / W, (top + bounds[3]) / H


def _plate(pen: Any, roll: Random, family: Family, size: float, metal: Colour) -> Holes:
    a, b = size, size * (roll.uniform(0.7, 0.95) if family == "training" else roll.uniform(0.62, 1.0))
    pen.rounded_rectangle(
        (120 - a, 120 - b, 120 + a, 120 + b),
        radius=roll.uniform(4, 22),
        fill=metal,
        outline=shaded(metal, 0.7),
        width=3,
    )
    r = roll.uniform(8, 12)
    corners = [(sx * (a - 22), sy * (b - 22), r) for sx in (-1, 1) for sy in (-1, 1)]
    return corners + ([(0.0, 0.0, r * 1.6)] if roll.random() < 0.4 else [])


def _disc(pen: Any, roll: Random, family: Family, size: float, metal: Colour) -> Holes:
    pen.ellipse((120 - size, 120 - size, 120 + size, 120 + size), fill=metal, outline=shaded(metal, 0.7), width=3)
    if roll.random() < 0.7:
        bore = roll.uniform(14, 24)
        pen.ellipse(
            (120 - bore, 120 - bore, 120 + bore, 120 + bore), fill=(25, 25, 28), outline=shaded(metal, 0.6), width=3
        )
    around = roll.choice([4, 6]) if family == "training" else roll.choice([4, 5, 6])
    r, ring, start = roll.uniform(8, 11), size * 0.68, roll.uniform(0, 6)
    angles = [start + 2 * math.pi * n / around for n in range(around)]
    return [(ring * math.cos(angle), ring * math.sin(angle), r) for angle in angles]


def _bar(pen: Any, roll: Random, family: Family, size: float, metal: Colour) -> Holes:
    a, b = size * 1.1, size * (roll.uniform(0.36, 0.46) if family == "training" else roll.uniform(0.34, 0.52))
    pen.rounded_rectangle(
        (120 - a, 120 - b, 120 + a, 120 + b),
        radius=b * roll.choice([0.2, 1.0]),
        fill=metal,
        outline=shaded(metal, 0.7),
        width=3,
    )
    r = roll.uniform(9, 13)
    return [(sx * (a - 26), 0.0, r) for sx in (-1, 1)]


def _sheen(pen: Any, roll: Random, size: float, metal: Colour, tile: Image.Image) -> None:
    """Brushed lines, as fine as scratches but all one way, and a soft reflection."""
    if roll.random() < 0.5:
        body = tile.getchannel("A")
        fine = Image.new("RGBA", tile.size, (0, 0, 0, 0))
        brush = ImageDraw.Draw(fine)
        for row in range(30, 210, roll.randint(4, 9)):
            brush.line((20, row, 220, row), fill=(*shaded(metal, roll.uniform(0.88, 1.1)), 70), width=1)
        tile.alpha_composite(Image.composite(fine, Image.new("RGBA", tile.size), body.point(lambda a: 255 if a else 0)))
    if roll.random() < 0.4:
        x, y, r = roll.uniform(-0.3, 0.3) * size, roll.uniform(-0.2, 0.2) * size, size * 0.12
        pen.ellipse((120 + x - r, 120 + y - r * 0.4, 120 + x + r, 120 + y + r * 0.4), fill=shaded(metal, 1.12))


def _scratch(pen: Any, roll: Random, size: float, metal: Colour) -> None:
    x, y, angle = roll.uniform(-0.3, 0.3) * size, roll.uniform(-0.15, 0.15) * size, roll.uniform(0, math.pi)
    long = size * roll.uniform(0.35, 0.6)
    tone = shaded(
        metal, roll.uniform(1.4, 1.7) if max(metal) < 150 and roll.random() < 0.5 else roll.uniform(0.35, 0.6)
    )
    points = []
    for n in range(6):
        part = n / 5 * 2 - 1
        bent = roll.uniform(-3, 3), roll.uniform(-3, 3)
        points.append(
            (120 + x + part * long * math.cos(angle) + bent[0], 120 + y + part * long * 0.5 * math.sin(angle) + bent[1])
        )
    pen.line(points, fill=tone, width=roll.choice([2, 3, 3, 4]))


def _dent(pen: Any, roll: Random, size: float, metal: Colour, holes: Holes) -> None:
    """Dark on one side, bright on the other; not where a hole is."""
    r = roll.uniform(13, 22)
    for _ in range(40):
        x, y = roll.uniform(-0.6, 0.6) * size, roll.uniform(-0.25, 0.25) * size
        if all(math.hypot(x - hx, y - hy) > r + hr + 3 for hx, hy, hr in holes):
            break
    for step in range(10):
        part = step / 9
        s, shift = r * (1 - 0.8 * part), 4 * part
        tone = mixed(metal, shaded(metal, 0.55), part)
        pen.ellipse((120 + x - s - shift, 120 + y - s - shift, 120 + x + s - shift, 120 + y + s - shift), fill=tone)
    pen.arc((120 + x - r, 120 + y - r, 120 + x + r, 120 + y + r), 10, 100, fill=shaded(metal, 1.35), width=3)
