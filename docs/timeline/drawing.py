"""A drawing as data: shapes with a place and a class. What a class looks like is said in svg.py."""

import msgspec

from docs.timeline.scene import INK

HUES = 5


class Text(msgspec.Struct, frozen=True):
    x: float
    y: float
    text: str
    look: str
    anchor: str = "start"


class Runs(msgspec.Struct, frozen=True):
    """Texts that follow each other on one line: (text, look, space before it)."""

    x: float
    y: float
    runs: tuple[tuple[str, str, float], ...]

    @property
    def look(self) -> str:
        return " ".join(look for _, look, _ in self.runs)


class Rect(msgspec.Struct, frozen=True):
    x: float
    y: float
    width: float
    height: float
    look: str
    radius: float = 0.0


class Path(msgspec.Struct, frozen=True):
    """`steps` are the commands of an SVG path, with numbers in place."""

    steps: tuple[str | float, ...]
    look: str


class Circle(msgspec.Struct, frozen=True):
    x: float
    y: float
    radius: float
    look: str


Shape = Text | Runs | Rect | Path | Circle


class Drawing(msgspec.Struct):
    """Shapes in the order in which they are painted, on a card of `width` x `height` pixels."""

    width: float
    height: float
    shapes: list[Shape]
    lang: str
    summary: str


def hue(number: int) -> str:
    """The class of a series; there are five, then they come round again."""
    return "ink" if number == INK else f"h{number % HUES}"


def line(points: list[tuple[float, float]], look: str) -> Path:
    steps: list[str | float] = []
    for index, (x, y) in enumerate(points):
        steps += ["L" if index else "M", x, y]
    return Path(tuple(steps), look)


def dots(points: list[tuple[float, float]], look: str) -> Path:
    """A dot at each point, as one path of round-ended strokes without length."""
    steps: list[str | float] = []
    for x, y in points:
        steps += ["M", x, y, "h", 0]
    return Path(tuple(steps), look)
