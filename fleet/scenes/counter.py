"""`meter`: a meter's number on a wall: on drums, in seven segments that shine, or in dark ones on grey."""

from random import Random
from typing import Any, Literal

from PIL import Image, ImageDraw, ImageFont

from fleet.scenes.shot import Colour, Family, H, Moment, Place, Thing, W, dice, shaded, turned

Style = Literal["drums", "shining", "grey"]
SEGMENTS = {
    "0": "abcdef", "1": "bc", "2": "abged", "3": "abgcd", "4": "fgbc", "5": "afgcd", "6": "afgecd", "7": "abc",
    "8": "abcdefg", "9": "abcdfg", " ": "",
}  # fmt: skip
"""a on top, then clockwise to f; g in the middle."""
WALLS: dict[Family, list[Colour]] = {
    "training": [(150, 150, 145), (90, 100, 110), (200, 195, 180)],
    "plant": [(120, 125, 115), (70, 72, 78), (175, 160, 140)],
}


def draw(place: Place, moment: Moment) -> tuple[Image.Image, list[Thing]]:
    """The meter with the moment's `value`, in as many digits as this one has; one or none of them behind the point."""
    roll = dice(*place.names, "meter")
    wall = roll.choice(WALLS[place.family])
    image = Image.new("RGB", (W, H), wall)
    pen = ImageDraw.Draw(image)
    style: Style = roll.choice(["drums", "shining", "grey"])
    digits, decimals = roll.randint(4, 7), roll.choice([0, 1])
    high = roll.uniform(0.07, 0.17) * H
    step = high * roll.uniform(0.68, 0.86)
    wide = step * (digits + 0.7)
    left, top = roll.uniform(0.12 * W, 0.88 * W - wide), roll.uniform(0.25 * H, 0.75 * H - high)
    _housing(pen, roll, left, top, wide, high)
    number = str(int(moment.value("value", 0.0) * 10**decimals) % 10**digits).rjust(digits, "0")
    {"drums": _drums, "shining": _shining, "grey": _grey}[style](pen, roll, (left, top, step, high), number, decimals)
    text = f"{number[:-decimals]}.{number[-decimals:]}" if decimals else number
    box = left / W, top / H, (left + wide) / W, (top + high) / H
    tilt = roll.uniform(-3.0, 3.0)
    return turned(image, tilt, wall), [Thing("meter", box, value=float(text), text=text)]


def _housing(pen: Any, roll: Random, left: float, top: float, wide: float, high: float) -> None:
    case = shaded(roll.choice([(215, 215, 210), (60, 62, 66), (30, 60, 110), (190, 195, 190)]), roll.uniform(0.8, 1.1))
    around = (left - high * 0.7, top - high * 1.1, left + wide + high * 0.7, top + high * 2.2)
    pen.rounded_rectangle(around, radius=high * 0.3, fill=case, outline=shaded(case, 0.6), width=3)
    ink: Colour = (25, 25, 28) if sum(case) > 330 else (225, 225, 220)
    font = ImageFont.load_default(max(9, high * 0.3))
    pen.text(
        (left, top - high * 0.85),
        roll.choice(["Water meter", "Active energy", "GAS", "Flow total"]),
        fill=ink,
        font=font,
    )
    pen.text((left + wide, top + high * 1.3), roll.choice(["kWh", "MWh", "L", "bar"]), fill=ink, font=font, anchor="ra")
    pen.text((left, top + high * 1.6), f"No. {roll.randint(10, 99)}-{roll.randint(1000, 9999)}", fill=ink, font=font)


Cells = tuple[float, float, float, float]
"""left, top, width of one digit, height."""


def _drums(pen: Any, roll: Random, cells: Cells, number: str, decimals: int) -> None:
    left, top, step, high = cells
    light = roll.random() < 0.4
    for n, digit in enumerate(number):
        last = n >= len(number) - decimals
        drum: Colour = (160, 30, 25) if last else (235, 235, 230) if light else (25, 25, 27)
        ink: Colour = (20, 20, 20) if light and not last else (240, 240, 235)
        x = left + n * step + (step * 0.35 if last else 0)
        pen.rectangle((x, top, x + step * 0.92, top + high), fill=drum)
        pen.text(
            (x + step * 0.46, top + high / 2), digit, fill=ink, font=ImageFont.load_default(high * 0.8), anchor="mm"
        )


def _shining(pen: Any, roll: Random, cells: Cells, number: str, decimals: int) -> None:
    colour = roll.choice([(255, 60, 40), (80, 255, 110), (120, 200, 255)])
    _segments(pen, roll, cells, number, decimals, (14, 14, 16), colour)


def _grey(pen: Any, roll: Random, cells: Cells, number: str, decimals: int) -> None:
    _segments(pen, roll, cells, number, decimals, roll.choice([(150, 165, 140), (175, 180, 170)]), (30, 34, 30))


def _segments(pen: Any, roll: Random, cells: Cells, number: str, decimals: int, glass: Colour, ink: Colour) -> None:
    left, top, step, high = cells
    pen.rectangle(
        (left - step * 0.3, top - high * 0.2, left + step * (len(number) + 0.4), top + high * 1.2), fill=glass
    )
    thick, slant = high * roll.uniform(0.09, 0.15), high * roll.uniform(0.0, 0.12)
    for n, digit in enumerate(number):
        x, wide = left + n * step, step * 0.72
        for segment in SEGMENTS[digit]:
            ends = ends_of(segment, x, top, wide, high)
            pen.line([(px + slant * (1 - (py - top) / high), py) for px, py in ends], fill=ink, width=round(thick))
        if decimals and n == len(number) - decimals - 1:
            dot = x + wide + step * 0.14, top + high - thick / 2
            pen.ellipse(
                (dot[0] - thick * 0.6, dot[1] - thick * 0.6, dot[0] + thick * 0.6, dot[1] + thick * 0.6), fill=ink
            )


def ends_of(segment: str, x: float, top: float, wide: float, high: float) -> list[tuple[float, float]]:
    """Where a segment of a digit begins and ends."""
    left, right, middle, low = x, x + wide, top + high / 2, top + high
    return {
        "a": [(left, top), (right, top)], "b": [(right, top), (right, middle)], "c": [(right, middle), (right, low)],
        "d": [(left, low), (right, low)], "e": [(left, middle), (left, low)], "f": [(left, top), (left, middle)],
        "g": [(left, middle), (right, middle)],
    }[segment]  # fmt: skip
