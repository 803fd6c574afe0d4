"""What all lanes of a picture share, and the texts at their left."""

import msgspec

from docs.timeline import drawing as d
from docs.timeline.axis import Axis
from docs.timeline.scene import Lane
from docs.timeline.text import cut, wrap

EDGE, LEFT, PAGE = 24.0, 176.0, 720.0
"""Left edge of the labels, left end of the lanes, width of the page (pixels)."""
LINE, INSET = 16.0, 8.0
"""Height of a line of a label; how far the time axis begins inside the lanes."""


class Frame(msgspec.Struct):
    """`shades`: by value, the tint of its segments. `guides`: moments of marks, with the hue of what was sent then.
    `coloured`: labels carry the colour of their device, because there are several. `end`: where the test ends (ms); what
    lasts until then is drawn to the end of the axis."""

    axis: Axis
    end: int
    coloured: bool
    shapes: list[d.Shape] = []
    shades: dict[str, int] = {}
    guides: dict[int, int] = {}

    @property
    def right(self) -> float:
        """Where the lanes end."""
        return self.axis.right + INSET

    def add(self, *shapes: d.Shape) -> None:
        self.shapes.extend(shapes)


def label(frame: Frame, lane: Lane, top: float, *, dot: bool, spare: float = 14.0) -> float:
    """The name and notes of a lane, the first on the line at `top`, `spare` pixels away from the lane; where they end."""
    x, y, room = EDGE, top, LEFT - EDGE - spare
    if dot and frame.coloured:
        if lane.label:
            frame.add(d.Circle(x + 4, y - 4.5, 4, f"{d.hue(lane.hue)} dot"))
        x, room = x + 14, room - 14
    for text in wrap(lane.label, 13, room, 2) if lane.label else ():
        frame.add(d.Text(x, y, text, "name"))
        y += LINE
    for note in lane.notes:
        frame.add(d.Text(x, y, cut(note, 11.5, room), "note"))
        y += LINE - 1
    return y - LINE + 4
