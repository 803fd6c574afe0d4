"""A scene becomes a drawing: a title, the lanes one below the other on one time axis, and the axis."""

from docs.timeline import drawing as d
from docs.timeline import words as say
from docs.timeline.axis import Axis, Tick, span, ticks
from docs.timeline.curves import numbers
from docs.timeline.frame import EDGE, INSET, LEFT, PAGE, Frame
from docs.timeline.lanes import ticks as draw_ticks
from docs.timeline.lanes import words
from docs.timeline.maps import draw_map
from docs.timeline.marks import marks
from docs.timeline.scene import Lane, Map, Marks, Numbers, Scene, Ticks, Words
from docs.timeline.text import width, wrap

BETWEEN_LANES, BETWEEN_SECTIONS = 14.0, 22.0
MOST_GUIDES = 8
BOUNDS = 84.0
"""Room for the numbers of limits, right of the lanes."""


def layout(scene: Scene) -> d.Drawing:
    lanes = [lane for section in scene.sections for lane in section.lanes]
    axis = _axis(scene, lanes)
    hues = {lane.hue for lane in scene.sections[0].lanes}
    frame = Frame(axis, scene.clock.end, len(hues) > 1)
    y = _header(frame, scene)
    roof = y
    for number, section in enumerate(scene.sections):
        if number:
            frame.add(d.line([(EDGE, y), (PAGE - EDGE, y)], "rule"))
            y += 20
        frame.add(d.Text(EDGE, y, section.heading, "section"))
        y += 14
        for lane in section.lanes:
            y += _lane(frame, lane, y, say.SAYS[scene.clock.lang]["nothing"]) + BETWEEN_LANES
        y += BETWEEN_SECTIONS - BETWEEN_LANES - 6
    found = ticks(axis.first, axis.last, scene.clock, scene.moments)
    back = [*_grid(axis, found, roof, y), *_guides(axis, frame.guides, roof, y)]
    frame.add(*_foot(axis, found, y))
    height = y + (46 if any(tick.date and tick.label for tick in found) else 34)
    card = d.Rect(0.5, 0.5, PAGE - 1, height - 1, "card", 14)
    return d.Drawing(PAGE, height, [card, *back, *frame.shapes], scene.clock.lang, scene.summary)


def _axis(scene: Scene, lanes: list[Lane]) -> Axis:
    """The axis of all lanes, with room for a segment that begins when the test ends, and for the numbers of limits."""
    first, last = span(scene.clock.start, scene.clock.end, scene.moments)
    begun = [start for lane in lanes if isinstance(lane, Words) for start, _, _ in lane.spans]
    if any(start > last - (last - first) // 16 for start in begun):
        last += (last - first) // 12
    bounds = any(isinstance(lane, Numbers) and lane.limits for lane in lanes)
    return Axis(first, last, LEFT + INSET, PAGE - (BOUNDS if bounds else EDGE) - INSET)


def _header(frame: Frame, scene: Scene) -> float:
    y = 36.0
    for text in wrap(scene.title, 16, PAGE - 2 * EDGE, 2):
        frame.add(d.Text(EDGE, y, text, "title"))
        y += 22
    runs, x = [(scene.kind, "kind", 0.0)], EDGE + 16 + width(scene.kind, 12)
    for label, text in scene.facts:
        wide = 18 + width(label, 12) + 5 + width(text, 12)
        if x + wide <= PAGE - EDGE:
            runs += [(label, "fact", 18.0), (text, "said", 5.0)]
            x += wide
    frame.add(d.Rect(EDGE, y - 9, 9, 9, f"group-{scene.group}", 3), d.Runs(EDGE + 16, y, tuple(runs)))
    return y + 34


def _lane(frame: Frame, lane: Lane, top: float, nothing: str) -> float:
    match lane:
        case Numbers():
            return numbers(frame, lane, top)
        case Words():
            return words(frame, lane, top)
        case Ticks():
            return draw_ticks(frame, lane, top)
        case Map():
            return draw_map(frame, lane, top)
        case Marks():
            return marks(frame, lane, top, nothing)


def _grid(axis: Axis, found: list[Tick], top: float, bottom: float) -> list[d.Shape]:
    return [d.line([(axis.x(tick.at), top), (axis.x(tick.at), bottom)], "grid") for tick in found]


def _guides(axis: Axis, found: dict[int, int], top: float, bottom: float) -> list[d.Shape]:
    """A dotted line through everything at each moment at which something was sent, unless there are many."""
    if len(found) > MOST_GUIDES:
        return []
    return [
        d.line([(axis.x(at), top), (axis.x(at), bottom)], f"{d.hue(hue)} guide") for at, hue in sorted(found.items())
    ]


def _foot(axis: Axis, found: list[Tick], y: float) -> list[d.Shape]:
    shapes: list[d.Shape] = [d.line([(LEFT, y), (axis.right + INSET, y)], "base")]
    for tick in found:
        x = axis.x(tick.at)
        shapes.append(d.line([(x, y), (x, y + 4)], "base"))
        texts = [text for text in (tick.label, tick.date) if text]
        shapes += [d.Text(x, y + 17 + 13 * number, text, "tick", "middle") for number, text in enumerate(texts)]
    return shapes
