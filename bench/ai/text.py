"""Numbers of meters and number plates: what `read_text` tells of pictures that nothing was tuned on, beside template matching."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from fleet.scenes.counter import SEGMENTS, ends_of
from fleet.scenes.plate import japanese_font
from fleet.scenes.shot import Moment, Place, Shot, Thing, dice
from fleet.scenes.take import take
from nodes.ai.read_text import ReadTextParams
from nodes.kit.inscription import Pattern, Reading, lines_in, read
from nodes.kit.picture import handle
from runtime.inference.reader import Reader

COUNT, WIDTH, SEED = 40, 640, 9_000_000
SCORE = ReadTextParams(image="picture").score
KINDS: dict[str, tuple[str, Pattern]] = {
    "meter": ("meter", "number"),
    "Latin plate": ("plate", "plate"),
    "Japanese plate": ("plate", "plate"),
}


@dataclass
class Figures:
    """Of one way on one kind of picture: told and right, told and wrong, left to a person."""

    right: int = 0
    wrong: int = 0
    unsure: int = 0

    def add(self, told: str | None, truth: str) -> None:
        self.unsure += told is None
        self.right += told == truth
        self.wrong += told is not None and told != truth

    def row(self) -> str:
        n = self.right + self.wrong + self.unsure
        sure = self.right + self.wrong
        return f"{self.right / n:.1%} | {self.wrong / n:.1%} | {self.unsure / n:.1%} | {f'{self.right / sure:.1%}' if sure else '–'}"


def shots(kind: str, count: int = COUNT) -> Iterator[Shot]:
    """Pictures of places of the plant family, each seen once, as a camera's JPEG."""
    for number in range(SEED, SEED + count):
        roll = dice("text", kind, number)
        values = {"value": roll.uniform(0, 99_999), "number": number, "japanese": float(kind == "Japanese plate")}
        shot = take(KINDS[kind][0], Place(("text", kind, number)), Moment(roll.randrange(10**9), values), WIDTH)
        out = io.BytesIO()
        shot.image.save(out, "JPEG", quality=80)
        yield Shot(Image.open(out).convert("RGB"), shot.things)


class Asked:
    """The reader, asked as the worker asks it."""

    def __init__(self) -> None:
        self._picture = b""
        self._reader = Reader(lambda sha256: self._picture)

    def __call__(self, shot: Shot, pattern: Pattern, *, cropped: bool) -> str | None:
        thing = shot.things[0]
        out = io.BytesIO()
        shot.image.save(out, "PNG")
        self._picture = out.getvalue()
        crop = {"crop": around(thing)} if cropped else {}
        answer = self._reader.ask({"picture": handle("0" * 64, *shot.image.size), **crop}, 60)
        lines = lines_in(answer.value["lines"])
        assert not isinstance(lines, str), lines
        found = read(lines, pattern, decimals_of(thing))
        return said(found) if found is not None and found.score >= SCORE else None


def said(found: Reading) -> str:
    return found.text if found.value is None else f"{found.value:g}"


def truth_of(thing: Thing) -> str:
    return str(thing.text) if thing.value is None else f"{thing.value:g}"


def decimals_of(thing: Thing) -> int | None:
    """What the person who set the node up has seen on the meter."""
    return len(str(thing.text).partition(".")[2]) or None


def around(thing: Thing) -> list[float]:
    """The part that somebody would draw: the thing and half its height on each side."""
    left, top, right, bottom = thing.box
    room = (bottom - top) / 2
    return [max(0.0, left - room), max(0.0, top - room), min(1.0, right + room), min(1.0, bottom + room)]


HIGH = 28
"""Pixels of a digit's cell, for the templates."""


def naive(shot: Shot) -> str:
    """Each digit is the template, in type or in segments, light or dark, that its cell is most like. It is told where the number
    stands and how many digits it has."""
    thing = shot.things[0]
    bare = str(thing.text).replace(".", "")
    width, height = shot.image.size
    left, top, right, bottom = thing.box
    part = shot.image.crop((int(left * width), int(top * height), int(right * width), int(bottom * height))).convert(
        "L"
    )
    wide = max(6, round(HIGH * part.width / (len(bare) + 0.7) / part.height))
    strip = np.asarray(part.resize((round(wide * (len(bare) + 0.7)), HIGH)), dtype=np.float32)
    text = "".join(_likest(strip[:, n * wide : round((n + 1.7) * wide)], wide) for n in range(len(bare)))
    digits = decimals_of(thing)
    return f"{float(f'{text[:-digits]}.{text[-digits:]}' if digits else text):g}"


def _likest(strip: Any, wide: int) -> str:
    """With the cell moved by up to half of its width."""
    best: dict[str, float] = {}
    for digit, templates in _templates(wide).items():
        for by in range(strip.shape[1] - wide + 1):
            cell = _even(strip[:, by : by + wide])
            best[digit] = max([best.get(digit, 0.0), *(abs(float((one * cell).mean())) for one in templates)])
    return max(best, key=lambda digit: best[digit])


@lru_cache(maxsize=64)
def _templates(wide: int) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for digit in "0123456789":
        typed, lit = Image.new("L", (wide * 4, HIGH * 4)), Image.new("L", (wide * 4, HIGH * 4))
        pen = ImageDraw.Draw(typed)
        pen.text((wide * 2, HIGH * 2), digit, fill=255, font=ImageFont.load_default(HIGH * 3.2), anchor="mm")
        lines = ImageDraw.Draw(lit)
        for segment in SEGMENTS[digit]:
            lines.line(ends_of(segment, wide * 0.4, 8, wide * 2.9, HIGH * 4 - 16), fill=255, width=13)
        found[digit] = [_even(np.asarray(one.resize((wide, HIGH)), dtype=np.float32)) for one in (typed, lit)]
    return found


def _even(cell: Any) -> Any:
    return (cell - cell.mean()) / (cell.std() + 1e-6)


def page() -> str:
    """Raises RuntimeError where this machine has no Japanese letters to draw."""
    if japanese_font(10) is None:
        raise RuntimeError("fonts-noto-cjk is not installed")
    asked, rows = Asked(), []
    for kind, (_, pattern) in KINDS.items():
        whole, part, simple = Figures(), Figures(), Figures()
        for shot in shots(kind):
            truth = truth_of(shot.things[0])
            whole.add(asked(shot, pattern, cropped=False), truth)
            part.add(asked(shot, pattern, cropped=True), truth)
            if pattern == "number":
                simple.add(naive(shot), truth)
        rows.append(f"| {kind} | {COUNT} | `read_text` | {whole.row()} |")
        rows.append(f"| {kind} | {COUNT} | `read_text`, part drawn | {part.row()} |")
        if pattern == "number":
            rows.append(f"| {kind} | {COUNT} | templates | {simple.row()} |")
    return f"""Pictures of {WIDTH} x {WIDTH * 3 // 4} pixels of the plant family, each of a place of its own, least score {SCORE}; nothing was trained on or tuned to
them.

| what | n | way | right | wrong | unsure | right of what is told |
|---|--:|---|--:|--:|--:|--:|
{chr(10).join(rows)}

Template matching is told where the number stands and how many digits it has, and always tells something; for plates, whose letters differ in
width, there is none."""
