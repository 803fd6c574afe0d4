"""`plate`: the back of a car with its number plate; which one is said by `number`."""

from typing import Any

from PIL import Image, ImageDraw, ImageFont

from fleet.scenes.shot import Colour, Family, H, Moment, Place, Thing, W, dice, shaded, turned

PAINTS: dict[Family, list[Colour]] = {
    "training": [(150, 30, 30), (40, 60, 120), (200, 200, 200), (60, 64, 60)],
    "plant": [(120, 90, 60), (30, 90, 80), (225, 225, 220), (35, 35, 40)],
}
LETTERS, KANA = (
    "ABCDEFGHJKLMNPRSTUVWXYZ",
    "あいうえかきくけこさすせそたちつてとなにぬねのはひふほまみむめもやゆらりるろ",
)
CITIES = ("品川", "横浜", "名古屋", "大阪", "神戸", "福岡", "札幌", "仙台")
JAPANESE_FONT = "NotoSansCJK-Bold.ttc"
"""Of the Debian package fonts-noto-cjk; without it all plates are Latin."""


def draw(place: Place, moment: Moment) -> tuple[Image.Image, list[Thing]]:
    """A car whose plate depends on the moment's `number` alone, Japanese where `japanese` is 1."""
    roll = dice(*place.names, "car")
    paint = roll.choice(PAINTS[place.family])
    image = Image.new("RGB", (W, H), shaded(paint, roll.uniform(0.7, 1.1)))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, W, H * roll.uniform(0.1, 0.25)), fill=(40, 48, 55))
    pen.rectangle((0, H * roll.uniform(0.8, 0.92), W, H), fill=(70, 70, 72))
    for side in (0.06, 0.8):
        pen.rounded_rectangle((side * W, 0.35 * H, (side + 0.14) * W, 0.5 * H), radius=12, fill=(150, 25, 25))
    lines = plate_of(round(moment.value("number", 0.0)), japanese=moment.value("japanese", 0.0) == 1.0)
    wide = roll.uniform(0.2, 0.4) * W
    high = wide * (0.5 if len(lines) == 2 else 0.22)
    left, top = roll.uniform(0.24 * W, 0.76 * W - wide), roll.uniform(0.42 * H, 0.78 * H - high)
    _plate(pen, (left, top, wide, high), lines)
    box = left / W, top / H, (left + wide) / W, (top + high) / H
    text = "".join(c for line in lines for c in line if c.isalnum())
    return turned(image, roll.uniform(-4.0, 4.0), paint), [Thing("plate", box, text=text)]


def plate_of(number: int, *, japanese: bool) -> list[str]:
    """The lines of a plate."""
    roll = dice("plate", number)
    if japanese and japanese_font(10) is not None:
        digits = f"{roll.randint(1, 9999):04d}"
        return [f"{roll.choice(CITIES)} {roll.randint(300, 599)}", f"{roll.choice(KANA)} {digits[:2]}-{digits[2:]}"]
    letters = "".join(roll.choice(LETTERS) for _ in range(4))
    return [
        roll.choice(
            [
                f"{letters[:2]}-{roll.randint(100, 999)}-{letters[2:]}",
                f"{letters[0]} {letters[1:3]} {roll.randint(1000, 9999)}",
            ]
        )
    ]


def japanese_font(size: float) -> Any:
    """None where this machine has none."""
    try:
        return ImageFont.truetype(JAPANESE_FONT, size)
    except OSError:
        return None


def _plate(pen: Any, place: tuple[float, float, float, float], lines: list[str]) -> None:
    left, top, wide, high = place
    japanese = len(lines) == 2
    ink: Colour = (20, 80, 45) if japanese else (22, 22, 26)
    pen.rounded_rectangle(
        (left, top, left + wide, top + high), radius=high * 0.08, fill=(240, 240, 235), outline=ink, width=2
    )
    middle = left + wide / 2
    if japanese:
        pen.text((middle, top + high * 0.2), lines[0], fill=ink, font=japanese_font(high * 0.26), anchor="mm")
        pen.text((middle, top + high * 0.64), lines[1], fill=ink, font=japanese_font(high * 0.42), anchor="mm")
    else:
        pen.text((middle, top + high / 2), lines[0], fill=ink, font=ImageFont.load_default(high * 0.72), anchor="mm")
