"""Light, lens and sensor: what makes a clean drawing a picture that a model may misread."""

import io
import math
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from fleet.scenes.shot import Moment, Place, dice

Picture = np.ndarray[Any, np.dtype[np.float32]]


def seen(drawing: Image.Image, place: Place, moment: Moment, size: tuple[int, int]) -> Image.Image:
    """The drawing as this place's camera takes it at this moment."""
    roll = dice(*place.names, "look")
    plant = place.family == "plant"
    blur = moment.value("blur", 0.0) + roll.uniform(0.0, 1.1 if plant else 0.9)
    gain = roll.uniform(0.6, 1.35) if plant else roll.uniform(0.7, 1.25)
    small = drawing.resize(size, Image.Resampling.BOX)
    if blur > 0.15:
        small = small.filter(ImageFilter.GaussianBlur(blur * size[0] / 320))
    pixels: Picture = np.asarray(small, dtype=np.float32) / 255.0
    pixels = pixels * (gain * moment.value("light", 1.0)) * _lamps(roll, size, plant) * _tint(roll, plant)
    pixels = np.clip(pixels, 0.0, None) ** np.float32(roll.uniform(0.8, 1.25))
    haze = roll.uniform(0.0, 0.12)
    pixels = pixels * (1 - haze) + haze * 0.7
    pixels = pixels + _grain(place, moment, size, roll.uniform(0.008, 0.05 if plant else 0.04))
    return Image.fromarray((np.clip(pixels, 0.0, 1.0) * 255).astype(np.uint8))


def jpeg(image: Image.Image, place: Place, most: int) -> bytes:
    """The picture as JPEG of at most `most` bytes; coarser where it must be. Raises ValueError where that is too little."""
    usual = dice(*place.names, "jpeg").randint(60, 90)
    for quality in (usual, 60, 40, 25, 10):
        out = io.BytesIO()
        image.save(out, "JPEG", quality=min(quality, usual))
        if out.tell() <= most:
            return out.getvalue()
    raise ValueError(f"no JPEG of this picture is as small as {most} bytes")


def _tint(roll: Any, plant: bool) -> Picture:
    """Daylight and tubes in training; sodium lamps and greenish tubes only in plants."""
    if plant and roll.random() < 0.5:
        tint = roll.choice([(1.12, 1.0, 0.78), (0.94, 1.06, 0.94), (0.9, 0.98, 1.14)])
    else:
        tint = (roll.uniform(0.92, 1.08), 1.0, roll.uniform(0.92, 1.08))
    return np.array(tint, dtype=np.float32)


def _lamps(roll: Any, size: tuple[int, int], plant: bool) -> Picture:
    """How bright it is where: a slope of light, darker corners, in plants pools of lamps, and a shadow's edge."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / width - 0.5, y / height - 0.5
    angle = roll.uniform(0, 2 * math.pi)
    light = 1 + roll.uniform(0.0, 0.6) * (x * math.cos(angle) + y * math.sin(angle))
    light = light - roll.uniform(0.0, 0.5) * (x * x + y * y)
    if plant:
        for _ in range(roll.randint(0, 3)):
            cx, cy, wide = roll.uniform(-0.5, 0.5), roll.uniform(-0.4, 0.5), roll.uniform(0.1, 0.3)
            light = light + roll.uniform(0.1, 0.35) * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * wide * wide))
    if roll.random() < 0.5:
        turn, edge = roll.uniform(0, 2 * math.pi), roll.uniform(-0.3, 0.3)
        past = x * math.cos(turn) + y * math.sin(turn) - edge
        light = light * (1 - roll.uniform(0.1, 0.4) / (1 + np.exp(-past * roll.uniform(8, 60))))
    return np.asarray(light[:, :, None], dtype=np.float32)


def _grain(place: Place, moment: Moment, size: tuple[int, int], amount: float) -> Picture:
    seed = dice(*place.names, "grain", moment.at).getrandbits(64)
    chance = np.random.Generator(np.random.PCG64(seed))
    shape = (size[1], size[0], 3)
    return np.asarray(chance.standard_normal(shape, dtype=np.float32) * np.float32(amount), dtype=np.float32)
