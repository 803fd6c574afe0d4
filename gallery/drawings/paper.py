"""The sheet that plans are drawn on. Places are in parts of the sheet, from the left and the top."""

from collections.abc import Sequence

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 960, 600
_FINER = 3
"""Drawn so many times larger, then reduced: smooth edges."""

Point = tuple[float, float]
GROUND, FLOOR, WALL, LINE = "#eef1ec", "#fbfbf8", "#5d6b78", "#b9c2ca"
ROAD, WATER, GREEN, COLD, WOOD = "#d6d9dc", "#a9cfe6", "#c4dbb7", "#d4e8f4", "#e2cfae"


class Paper:
    """An empty sheet of `ground`."""

    def __init__(self, ground: str = GROUND) -> None:
        self._image = Image.new("RGB", (WIDTH * _FINER, HEIGHT * _FINER), ground)
        self._pen = ImageDraw.Draw(self._image)

    def area(self, corners: Sequence[Point], fill: str, edge: str | None = None, width: float = 3) -> None:
        """A polygon."""
        places = [self._at(corner) for corner in corners]
        self._pen.polygon(places, fill=fill)
        if edge:
            self._pen.line([*places, places[0], places[1]], fill=edge, width=round(width * _FINER), joint="curve")

    def box(self, left: float, top: float, right: float, bottom: float, fill: str, edge: str | None = None,
            width: float = 3, round_by: float = 0) -> None:  # fmt: skip
        """A rectangle, its corners rounded by so many pixels."""
        self._pen.rounded_rectangle(
            (*self._at((left, top)), *self._at((right, bottom))), round_by * _FINER, fill, edge, round(width * _FINER)
        )

    def way(self, points: Sequence[Point], colour: str, width: float) -> None:
        """A line, `width` pixels wide, with round ends and bends."""
        places, half = [self._at(point) for point in points], width * _FINER / 2
        self._pen.line(places, fill=colour, width=round(width * _FINER), joint="curve")
        for x, y in places:
            self._pen.ellipse((x - half, y - half, x + half, y + half), fill=colour)

    def dot(self, at: Point, radius: float, fill: str, edge: str | None = None) -> None:
        """A circle of so many pixels."""
        (x, y), size = self._at(at), radius * _FINER
        self._pen.ellipse((x - size, y - size, x + size, y + size), fill, edge, 2 * _FINER)

    def tree(self, at: Point, size: float = 14) -> None:
        x, y = at
        self.dot((x + 0.004, y + 0.006), size, "#aec79f")
        self.dot(at, size, "#b9d3aa", "#9dba8e")

    def house(self, left: float, top: float, size: float = 0.05) -> None:
        """A small roof seen from above."""
        right, bottom, ridge = left + size, top + size * 1.3, top + size * 0.65
        self.box(left, top, right, bottom, "#e6d5c3", "#bfa98f", 2)
        self.way([(left, ridge), (right, ridge)], "#bfa98f", 2)

    def truck(self, left: float, top: float) -> None:
        """Seen from above, its cab to the right."""
        self.box(left, top, left + 0.11, top + 0.09, "#ffffff", WALL, 3, 4)
        self.box(left + 0.114, top + 0.01, left + 0.145, top + 0.08, "#8fb3cf", WALL, 3, 6)

    def sheet(self) -> Image.Image:
        """The finished plan, in few colours so that the file is small."""
        whole = self._image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        return whole.quantize(64, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)

    def _at(self, point: Point) -> tuple[float, float]:
        return point[0] * WIDTH * _FINER, point[1] * HEIGHT * _FINER
