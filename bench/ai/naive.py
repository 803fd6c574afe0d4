"""What a rule of a few lines makes of the same pictures: the least that a detector has to beat.

Each rule is told more than the detector is: how the hall looks without anybody, or where the dial and the bed are. Their
thresholds were chosen on pictures of the training family."""

from typing import Any

import numpy as np
from PIL import Image

from bench.ai.precision import Found
from fleet.scenes.shot import Box

CELL = 4
"""Pixels of a picture for one of the mask."""
Pixels = np.ndarray[Any, np.dtype[np.float32]]


def people(image: Image.Image, nobody: Image.Image) -> list[Found]:
    """What differs from the empty hall is a person; a bright or colourful top is a helmet."""
    pixels = _pixels(image)
    changed = np.abs(pixels - _pixels(nobody)).max(2)
    found = []
    for left, top, right, bottom, size in _blobs(_coarse(changed) > 0.10):
        if size < 20 or bottom - top < 30:
            continue
        head = pixels[top : top + max(4, (bottom - top) // 8), left:right]
        colourful = head.max(2) - head.min(2) > 0.2
        bright = head.min(2) > 0.75
        covered = float((colourful | bright).mean())
        name = "person_with_helmet" if covered > 0.15 else "person_without_helmet"
        score = min(1.0, 0.5 + abs(covered - 0.15))
        found.append(Found(name, score, _parts((left, top, right, bottom), image)))
    return found


def parts(image: Image.Image) -> list[Found]:
    """What differs from the belt around it is a part; one that is uneven inside has a defect (of whatever kind)."""
    pixels = _pixels(image)
    belt = np.median(pixels, axis=1, keepdims=True)
    apart = _coarse(np.abs(pixels - belt).max(2)) > 0.16
    found = []
    for left, top, right, bottom, size in _blobs(apart):
        if size < 40 or left == 0 or right >= image.width:
            continue
        inner = pixels[top:bottom, left:right].mean(2)
        usual = float(np.median(inner))
        uneven = float((np.abs(inner - usual) > 0.08 * max(usual, 0.2)).mean())
        name = "part_scratch" if uneven > 0.65 else "part_ok"
        found.append(Found(name, min(1.0, 0.5 + abs(uneven - 0.65)), _parts((left, top, right, bottom), image)))
    return found


def needle(image: Image.Image, box: Box) -> float:
    """The direction in which the dial's face differs most from itself, as a part of the sweep."""
    grey = _pixels(image).mean(2)
    height, width = grey.shape
    cx, cy = (box[0] + box[2]) / 2 * width, (box[1] + box[3]) / 2 * height
    r = (box[2] - box[0]) / 2 * width
    rays = np.zeros(271)
    for step in range(271):
        angle = np.radians(135 + step)
        far = np.linspace(0.2, 0.55, 18) * r
        x = np.clip(cx + far * np.cos(angle), 0, width - 1).astype(int)
        y = np.clip(cy + far * np.sin(angle), 0, height - 1).astype(int)
        rays[step] = grey[y, x].mean()
    return float(np.abs(rays - np.median(rays)).argmax()) / 270


def load(image: Image.Image, box: Box) -> float:
    """The strongest edge from above in the middle of the bed: high means full. Scale and start fitted on training pictures."""
    grey = _pixels(image).mean(2)
    height, width = grey.shape
    left, right = (int((box[0] + (box[2] - box[0]) * part) * width) for part in (0.35, 0.65))
    top, bottom = int(box[1] * height), int(box[3] * height)
    column = grey[top:bottom, left:right].mean(1)
    steps = np.abs(np.diff(column))[4 : len(column) // 2]
    place = (4 + float(steps.argmax())) / len(column) if steps.size else 0.25
    return min(1.0, max(0.0, 0.81 - 1.09 * place))


def _pixels(image: Image.Image) -> Pixels:
    return np.asarray(image, dtype=np.float32) / np.float32(255)


def _coarse(changed: Pixels) -> Pixels:
    height, width = (side // CELL * CELL for side in changed.shape)
    cells = changed[:height, :width].reshape(height // CELL, CELL, width // CELL, CELL)
    return np.asarray(cells.mean((1, 3)), dtype=np.float32)


def _parts(box: tuple[int, int, int, int], image: Image.Image) -> Box:
    left, top, right, bottom = box
    return left / image.width, top / image.height, right / image.width, bottom / image.height


def _blobs(mask: Any) -> list[tuple[int, int, int, int, int]]:
    """Connected cells: left, top, right, bottom in pixels, and how many cells."""
    left_over = {(int(y), int(x)) for y, x in zip(*np.nonzero(mask), strict=True)}
    found = []
    while left_over:
        waiting, blob = [left_over.pop()], []
        while waiting:
            y, x = waiting.pop()
            blob.append((y, x))
            for near in ((y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)):
                if near in left_over:
                    left_over.remove(near)
                    waiting.append(near)
        ys, xs = [y for y, _ in blob], [x for _, x in blob]
        found.append((min(xs) * CELL, min(ys) * CELL, (max(xs) + 1) * CELL, (max(ys) + 1) * CELL, len(blob)))
    return sorted(found)
