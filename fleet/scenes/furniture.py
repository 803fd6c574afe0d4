"""What stands in a hall: floors, walls, and per family other things, some as round and as yellow as a helmet."""

from random import Random
from typing import Any

from PIL.ImageDraw import ImageDraw

from fleet.scenes.shot import Colour, Family, H, W, shaded

FLOORS: dict[Family, list[Colour]] = {
    "training": [(128, 128, 126), (150, 145, 135), (96, 104, 100), (110, 120, 130), (70, 72, 75)],
    "plant": [(140, 132, 120), (88, 112, 98), (165, 165, 160), (115, 100, 92), (84, 88, 104)],
}
WALLS: dict[Family, list[Colour]] = {
    "training": [(180, 185, 185), (200, 195, 180), (120, 130, 140), (90, 90, 95)],
    "plant": [(160, 175, 165), (210, 210, 205), (140, 120, 105), (100, 115, 125)],
}
BRIGHT: list[Colour] = [(235, 195, 40), (225, 120, 35), (190, 45, 40), (50, 100, 180), (230, 230, 225), (70, 140, 80)]


def furnish(pen: ImageDraw, roll: Random, family: Family, wall: float) -> None:
    """Fills the picture with an empty hall whose floor begins at `wall` (0..1 from the top)."""
    floor, back = roll.choice(FLOORS[family]), roll.choice(WALLS[family])
    pen.rectangle((0, 0, W, wall * H), fill=back)
    steps = 24
    for step in range(steps):
        top, bottom = (wall + (1 - wall) * n / steps for n in (step, step + 1))
        pen.rectangle((0, top * H, W, bottom * H + 1), fill=shaded(floor, 0.85 + 0.25 * step / steps))
    _floor_lines(pen, roll, floor, wall)
    things = TRAINING if family == "training" else PLANT
    for _ in range(roll.randint(2, 6)):
        roll.choice(things)(pen, roll, roll.uniform(0, W), wall * H)
    for _ in range(roll.randint(0, 5)):
        _spot(pen, roll, wall)


def _floor_lines(pen: ImageDraw, roll: Random, floor: Colour, wall: float) -> None:
    line = shaded(floor, roll.choice([0.8, 1.15]))
    vanish = roll.uniform(0.2, 0.8) * W
    for x in range(-W, 2 * W, roll.choice([60, 110, 180])):
        pen.line((vanish + (x - vanish) * 0.25, wall * H, x, H), fill=line, width=2)
    if roll.random() < 0.6:
        for n in range(1, 6):
            y = (wall + (1 - wall) * (n / 6) ** 1.6) * H
            pen.line((0, y, W, y), fill=line, width=2)
    for _ in range(roll.randint(0, 6)):
        cx, cy = roll.uniform(0, W), roll.uniform(wall * H + 30, H)
        wide = roll.uniform(15, 70)
        pen.ellipse((cx - wide, cy - wide / 4, cx + wide, cy + wide / 4), fill=shaded(floor, roll.uniform(0.75, 1.1)))


def _spot(pen: ImageDraw, roll: Random, wall: float) -> None:
    """A lamp, a valve, a ball, a sign: bright, and of a helmet's size."""
    x, y, r = roll.uniform(0, W), roll.uniform(0.05, 0.95) * H, roll.uniform(5, 16)
    colour = roll.choice(BRIGHT)
    shape = roll.choice(["disc", "square", "half", "coat"])
    if shape == "half":
        _half(pen, x, y, r, colour)
    elif shape == "coat":
        _coat(pen, x, y, r, colour)
    else:
        draw = pen.ellipse if shape == "disc" else pen.rectangle
        draw((x - r, y - r, x + r, y + r), fill=colour, outline=shaded(colour, 0.6))


def _half(pen: ImageDraw, x: float, y: float, r: float, colour: Colour) -> None:
    """Half a disc, as a helmet that lies there, or a lamp's shade."""
    pen.chord((x - r, y - r, x + r, y + r), 180, 360, fill=colour)


def _coat(pen: ImageDraw, x: float, y: float, r: float, colour: Colour) -> None:
    """A work coat on a hook."""
    pen.polygon([(x - r, y - r), (x + r, y - r), (x + 1.4 * r, y + 3 * r), (x - 1.4 * r, y + 3 * r)], fill=colour)


def _cabinet(pen: ImageDraw, roll: Random, x: float, y: float) -> None:
    wide, high = roll.uniform(40, 130), roll.uniform(60, 170)
    tone = roll.choice([(95, 105, 120), (150, 150, 145), (60, 80, 70), (170, 160, 130)])
    pen.rectangle((x, y - high * 0.6, x + wide, y + high * 0.4), fill=tone, outline=shaded(tone, 0.6), width=3)
    for n in range(1, 4):
        pen.line(
            (x, y - high * 0.6 + high * n / 4, x + wide, y - high * 0.6 + high * n / 4),
            fill=shaded(tone, 0.75),
            width=2,
        )


def _shelf(pen: ImageDraw, roll: Random, x: float, y: float) -> None:
    wide, high = roll.uniform(90, 220), roll.uniform(90, 200)
    for row in range(4):
        top = y + 20 - high * (row + 1) / 4
        for column in range(5):
            if roll.random() < 0.8:
                left = x + wide * column / 5
                pen.rectangle((left + 3, top + 8, left + wide / 5 - 3, top + high / 4), fill=_dull(roll))
        pen.line((x, top + high / 4, x + wide, top + high / 4), fill=(200, 100, 40), width=4)


def _pipe(pen: ImageDraw, roll: Random, x: float, y: float) -> None:
    tone = _dull(roll)
    width = roll.randint(6, 22)
    pen.line((x, 0, x, y), fill=tone, width=width)
    pen.line((x, y * 0.4, x + roll.uniform(-250, 250), y * 0.4), fill=tone, width=width)


def _crates(pen: ImageDraw, roll: Random, x: float, y: float) -> None:
    side = roll.uniform(28, 60)
    for n in range(roll.randint(2, 5)):
        left, top = x + (n % 3) * side, y + 30 - (n // 3) * side
        pen.rectangle((left, top - side, left + side, top), fill=(168, 128, 82), outline=(105, 78, 48), width=3)


def _fence(pen: ImageDraw, roll: Random, x: float, y: float) -> None:
    wide, high = roll.uniform(120, 280), roll.uniform(70, 130)
    colour = roll.choice([(225, 190, 40), (40, 45, 50), (190, 190, 190)])
    for n in range(0, int(wide), 14):
        pen.line((x + n, y - high * 0.5, x + n, y + high * 0.5), fill=colour, width=2)
    for edge in (-0.5, 0.5):
        pen.line((x, y + edge * high, x + wide, y + edge * high), fill=colour, width=5)


def _tank(pen: ImageDraw, roll: Random, x: float, y: float) -> None:
    wide, high = roll.uniform(60, 140), roll.uniform(100, 210)
    tone = roll.choice([(190, 195, 200), (150, 165, 175), (215, 205, 180)])
    pen.rounded_rectangle((x, y - high * 0.75, x + wide, y + high * 0.3), radius=wide / 3, fill=tone)
    pen.rectangle((x + wide * 0.7, y - high * 0.6, x + wide * 0.85, y + high * 0.2), fill=shaded(tone, 0.85))


def _robot(pen: ImageDraw, roll: Random, x: float, y: float) -> None:
    colour = roll.choice([(235, 120, 30), (240, 200, 40), (220, 220, 220)])
    a, b = (
        (x + roll.uniform(-60, 60), y - roll.uniform(60, 110)),
        (x + roll.uniform(-120, 120), y - roll.uniform(20, 150)),
    )
    pen.line((x, y + 30, *a), fill=colour, width=26)
    pen.line((*a, *b), fill=shaded(colour, 0.9), width=18)
    for px, py in (a, b):
        pen.ellipse((px - 16, py - 16, px + 16, py + 16), fill=shaded(colour, 0.75))


def _stairs(pen: ImageDraw, roll: Random, x: float, y: float) -> None:
    tone = _dull(roll)
    for n in range(8):
        pen.rectangle((x + n * 16, y + 30 - n * 16, x + 170, y + 42 - n * 16), fill=shaded(tone, 0.7 + 0.05 * n))


def _dull(roll: Random) -> Colour:
    level = roll.randint(60, 190)
    return tuple(max(0, min(255, level + roll.randint(-30, 30))) for _ in range(3))  # type: ignore[return-value]


TRAINING: list[Any] = [_cabinet, _shelf, _pipe, _crates]
PLANT: list[Any] = [_fence, _tank, _robot, _stairs, _pipe]
