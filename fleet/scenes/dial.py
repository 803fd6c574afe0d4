"""`gauge`: a dial on a wall; its needle turns over 270 degrees from `low` to `high`."""

import math
from random import Random
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from fleet.scenes.shot import Colour, Family, H, Moment, Place, Thing, W, clipped, dice, shaded

START, SWEEP = 135.0, 270.0
"""Degrees, clockwise from the right, as pictures count: from the lower left over the top to the lower right."""
FACES: dict[Family, list[Colour]] = {
    "training": [(240, 240, 235), (235, 228, 205), (30, 32, 36), (215, 225, 230)],
    "plant": [(228, 230, 220), (245, 238, 220), (45, 42, 40), (200, 210, 200)],
}


def draw(place: Place, moment: Moment) -> tuple[Image.Image, list[Thing]]:
    """The dial with its needle at the moment's `value`."""
    roll = dice(*place.names, "dial")
    image = Image.new("RGB", (W, H))
    pen = ImageDraw.Draw(image)
    _wall(pen, roll)
    r = roll.uniform(*(0.18, 0.44) if place.family == "plant" else (0.2, 0.42)) * H
    cx, cy = roll.uniform(r + 15, W - r - 15), roll.uniform(r + 15, H - r - 15)
    wide = max(place.high - place.low, 1e-9)
    part = max(0.0, min(1.0, (moment.value("value", place.low) - place.low) / wide))
    face = roll.choice(FACES[place.family])
    ink: Colour = (20, 20, 22) if sum(face) > 380 else (235, 235, 230)
    _face(pen, roll, cx, cy, r, face, ink, place)
    _needle(pen, roll, cx, cy, r, START + SWEEP * part, ink)
    _glass(image, roll, cx, cy, r)
    box = (cx - r) / W, (cy - r) / H, (cx + r) / W, (cy + r) / H
    return image, [Thing("gauge", clipped(box), value=part)]


def _wall(pen: Any, roll: Random) -> None:
    level = roll.randint(70, 200)
    wall: Colour = (level, level + roll.randint(-20, 15), level + roll.randint(-25, 25))
    pen.rectangle((0, 0, W, H), fill=wall)
    for _ in range(roll.randint(1, 5)):
        tone = shaded((roll.randint(60, 200), roll.randint(60, 180), roll.randint(60, 180)), 0.9)
        at, thick = roll.uniform(0, 1), roll.randint(8, 46)
        ends = (at * W, 0, at * W + roll.uniform(-60, 60), H) if roll.random() < 0.5 else (0, at * H, W, at * H)
        pen.line(ends, fill=tone, width=thick)
        pen.line(ends, fill=shaded(tone, 1.25), width=max(1, thick // 5))
    for _ in range(roll.randint(0, 6)):
        x, y, s = roll.uniform(0, W), roll.uniform(0, H), roll.uniform(4, 14)
        pen.ellipse((x - s, y - s, x + s, y + s), fill=shaded(wall, 0.6))


def _face(pen: Any, roll: Random, cx: float, cy: float, r: float, face: Colour, ink: Colour, place: Place) -> None:
    bezel = roll.choice([(40, 42, 45), (170, 172, 176), (150, 120, 70), (30, 60, 110)])
    pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=bezel, outline=shaded(bezel, 0.6), width=3)
    inner = r * roll.uniform(0.86, 0.93)
    pen.ellipse((cx - inner, cy - inner, cx + inner, cy + inner), fill=face)
    if roll.random() < 0.5:
        band = inner * 0.95
        for colour, start, end in (((60, 150, 70), 0.1, 0.6), ((225, 180, 50), 0.6, 0.8), ((200, 50, 40), 0.8, 1.0)):
            angles = START + SWEEP * start, START + SWEEP * end
            pen.arc((cx - band, cy - band, cx + band, cy + band), *angles, fill=colour, width=round(inner * 0.08))
    steps = roll.choice([4, 5, 6, 8, 10])
    fine = steps * roll.choice([2, 5])
    for n in range(fine + 1):
        major = n % (fine // steps) == 0
        _ray(
            pen,
            cx,
            cy,
            inner * (0.76 if major else 0.83),
            inner * 0.92,
            START + SWEEP * n / fine,
            ink,
            4 if major else 2,
        )
    font = ImageFont.load_default(max(10, inner * 0.14))
    for n in range(steps + 1):
        angle = math.radians(START + SWEEP * n / steps)
        text = f"{place.low + (place.high - place.low) * n / steps:.3g}"
        at = cx + inner * 0.6 * math.cos(angle), cy + inner * 0.6 * math.sin(angle)
        pen.text(at, text, fill=ink, font=font, anchor="mm")
    unit = roll.choice(["MPa", "bar", "kPa", "°C"])
    pen.text((cx, cy + inner * 0.42), unit, fill=ink, font=font, anchor="mm")


def _ray(pen: Any, cx: float, cy: float, near: float, far: float, degrees: float, ink: Colour, width: int) -> None:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    pen.line((cx + near * c, cy + near * s, cx + far * c, cy + far * s), fill=ink, width=width)


def _needle(pen: Any, roll: Random, cx: float, cy: float, r: float, degrees: float, ink: Colour) -> None:
    tone = roll.choice([ink, ink, (200, 40, 35), (220, 110, 30)])
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    long, tail, half = r * roll.uniform(0.62, 0.8), r * roll.uniform(0.1, 0.25), r * roll.uniform(0.03, 0.06)
    tip = cx + long * c, cy + long * s
    back = cx - tail * c, cy - tail * s
    pen.polygon([tip, (cx - half * s, cy + half * c), back, (cx + half * s, cy - half * c)], fill=tone)
    hub = r * roll.uniform(0.06, 0.11)
    pen.ellipse((cx - hub, cy - hub, cx + hub, cy + hub), fill=shaded(tone, 0.8))


def _glass(image: Image.Image, roll: Random, cx: float, cy: float, r: float) -> None:
    """A reflection, and in some places dirt."""
    if roll.random() < 0.6:
        over = Image.new("RGBA", image.size)
        pen = ImageDraw.Draw(over)
        x, y = cx + roll.uniform(-0.5, 0.5) * r, cy + roll.uniform(-0.5, 0.5) * r
        a, b = r * roll.uniform(0.15, 0.5), r * roll.uniform(0.08, 0.3)
        pen.ellipse((x - a, y - b, x + a, y + b), fill=(255, 255, 255, roll.randint(30, 130)))
        image.paste(over, (0, 0), over)
    pen = ImageDraw.Draw(image)
    for _ in range(roll.choice([0, 0, 0, 3, 8])):
        x, y, s = cx + roll.uniform(-1, 1) * r, cy + roll.uniform(-1, 1) * r, roll.uniform(2, 8)
        pen.ellipse((x - s, y - s, x + s, y + s), fill=(110, 95, 75))
