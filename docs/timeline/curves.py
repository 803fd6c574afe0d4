"""A lane of numbers: a line with a dot for each, its limits, and either every number or the range."""

from itertools import pairwise

from docs.timeline import drawing as d
from docs.timeline.frame import LEFT, PAGE, Frame, label
from docs.timeline.scene import Numbers
from docs.timeline.text import cut, width
from docs.timeline.words import number

LOW, TALL, PLAIN = 40.0, 64.0, 54.0
"""Heights of a lane with a single dot, with numbers at its dots, and without (pixels)."""
MANY_DOTS = 60
LONG_SILENCE = 4
"""A line is dotted where nothing came for so many times the usual."""
Spot = tuple[float, float]


def numbers(frame: Frame, lane: Numbers, top: float, *, dot: bool = True) -> float:
    """`dot`: the label may carry the colour of the lane's device."""
    told = _changes(lane) if _fit(frame, lane) else []
    under = set(told) & _dips(lane)
    ends = [] if told else sorted({min(value for _, value in lane.points), max(value for _, value in lane.points)})
    spare = max((width(number(value), 11) + 18 for value in ends), default=14.0)
    least = LOW if len(lane.points) == 1 else TALL if told else PLAIN
    height = max(least, label(frame, lane, top + 12, dot=dot, spare=spare) - top)
    low, high = _range(lane)
    roof, floor = top + (18 if told else 6), top + height - (18 if under else 6)

    def y(value: float) -> float:
        return floor - (value - low) / (high - low) * (floor - roof)

    _bounds(frame, lane, [y(limit) for limit in lane.limits])
    spots = [(frame.axis.x(at), y(value)) for at, value in lane.points]
    _line(frame, lane, spots)
    for at in lane.blanks:
        frame.add(d.Circle(frame.axis.x(at), floor + 2, 3, f"{d.hue(lane.hue)} blank"))
    for index in told:
        (x, spot), text = spots[index], number(lane.points[index][1])
        frame.add(d.Text(x, spot + (15 if index in under else -8), text, "small", "middle"))
    for value in ends:
        frame.add(d.Text(LEFT - 10, y(value) + 4, number(value), "tick", "end"))
    return height


def _bounds(frame: Frame, lane: Numbers, heights: list[float]) -> None:
    """Dashed lines with their numbers, which keep 12 pixels between them."""
    last = float("-inf")
    for y, limit in sorted(zip(heights, lane.limits, strict=True)):
        frame.add(d.line([(LEFT, y), (frame.right, y)], "limit"))
        last = max(y, last + 12)
        text = cut(f"{number(limit)} {lane.unit}".rstrip(), 11, PAGE - frame.right - 16)
        frame.add(d.Text(frame.right + 8, last + 4, text, "bound"))


def _line(frame: Frame, lane: Numbers, spots: list[Spot]) -> None:
    gaps = [later - sooner for (sooner, _), (later, _) in pairwise(lane.points)]
    usual = sorted(gaps)[len(gaps) * 3 // 4] if gaps else 0
    tone, part = d.hue(lane.hue), spots[:1]
    for gap, (sooner, later) in zip(gaps, pairwise(spots), strict=True):
        if len(gaps) >= LONG_SILENCE and gap >= LONG_SILENCE * usual:
            frame.add(d.line(part, f"{tone} curve"), d.line([sooner, later], f"{tone} gap"))
            part = []
        part.append(later)
    if len(part) > 1:
        frame.add(d.line(part, f"{tone} curve"))
    frame.add(d.dots(spots, f"{tone} {'dots' if len(spots) <= MANY_DOTS else 'specks'}"))


def _range(lane: Numbers) -> tuple[float, float]:
    values = [*(value for _, value in lane.points), *lane.limits]
    low, high = min(values), max(values)
    return (low - 1, high + 1) if low == high else (low, high)


def _changes(lane: Numbers) -> list[int]:
    """The places of numbers that are not as the one before."""
    said = [number(value) for _, value in lane.points]
    return [index for index, text in enumerate(said) if not index or text != said[index - 1]]


def _dips(lane: Numbers) -> set[int]:
    """The places of numbers at the bottom of a dip: what is written above them would lie on the line."""
    values = [value for _, value in lane.points]
    return {n for n in range(1, len(values)) if values[n] < values[n - 1] and values[n] <= min(values[n : n + 2])}


def _fit(frame: Frame, lane: Numbers) -> bool:
    """Whether every change can be written at its dot."""
    end = float("-inf")
    for index in _changes(lane):
        at, value = lane.points[index]
        half, x = width(number(value), 10.5) / 2, frame.axis.x(at)
        if x - half < end + 5:
            return False
        end = x + half
    return True
