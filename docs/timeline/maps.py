"""A lane of places: when the device spoke, numbered, and below it a map of where it was, with what the node watches."""

from itertools import pairwise
from math import cos, hypot, radians

from docs.timeline import drawing as d
from docs.timeline.frame import LEFT, Frame, label
from docs.timeline.limits import Ground, Spot
from docs.timeline.scene import Map
from docs.timeline.words import number

METRES_PER_DEGREE = 111_195.0
HEIGHT, INSET = 210.0, 24.0
SCALES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)


def draw_map(frame: Frame, lane: Map, top: float) -> float:
    label(frame, lane, top + 12.5, dot=True)
    tone = d.hue(lane.hue)
    frame.add(d.line([(LEFT, top + 8), (frame.right, top + 8)], "rule"))
    numbered = _numbered(frame, lane)
    for count, (at, _) in enumerate(lane.points, 1):
        _stop(frame, frame.axis.x(at), top + 8, tone, str(count) if numbered else "")
    ground = _Plane(lane, top + 28, frame.right)
    frame.add(d.Rect(LEFT, top + 28, frame.right - LEFT, HEIGHT, "panel", 8))
    for one in lane.grounds:
        _draw_ground(frame, ground, one)
    spots = [ground.at(spot) for _, spot in lane.points]
    frame.add(d.line(spots, f"{tone} curve"))
    named = _apart(spots) if numbered else set()
    for index in sorted(range(len(spots)), key=lambda index: index in named):
        _stop(frame, *spots[index], tone, str(index + 1) if index in named else "")
    _scale(frame, ground, top + 28 + HEIGHT - 12)
    return 28 + HEIGHT


class _Plane:
    """Degrees to pixels, the same scale both ways, everything in the middle of the panel."""

    def __init__(self, lane: Map, top: float, right: float) -> None:
        spots = [spot for _, spot in lane.points]
        for one in lane.grounds:
            reach = one.radius / METRES_PER_DEGREE
            spots += [(lat + sign * reach, lon + sign * reach) for lat, lon in one.spots for sign in (-1, 1)]
        lats, lons = [lat for lat, _ in spots], [lon for _, lon in spots]
        self.lat, self.lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
        self.squeeze = cos(radians(self.lat))
        wide = max((max(lons) - min(lons)) * self.squeeze, 1e-6)
        self.scale = min((right - LEFT - 2 * INSET) / wide, (HEIGHT - 2 * INSET) / max(max(lats) - min(lats), 1e-6))
        self.x, self.y = (LEFT + right) / 2, top + HEIGHT / 2

    def at(self, spot: Spot) -> tuple[float, float]:
        return self.x + (spot[1] - self.lon) * self.squeeze * self.scale, self.y - (spot[0] - self.lat) * self.scale

    def pixels(self, metres: float) -> float:
        return metres / METRES_PER_DEGREE * self.scale


def _draw_ground(frame: Frame, plane: _Plane, one: Ground) -> None:
    spots = [plane.at(spot) for spot in one.spots]
    if one.shape == "circle":
        radius = plane.pixels(one.radius)
        frame.add(d.Circle(*spots[0], radius, "ground"))
        frame.add(d.Text(spots[0][0], spots[0][1] - radius - 5, one.names[0], "place", "middle"))
    elif one.shape == "area":
        frame.add(d.Path((*d.line(spots, "").steps, "z"), "ground"))
        x = sum(x for x, _ in spots) / len(spots)
        frame.add(d.Text(x, max(y for _, y in spots) + 13, one.names[0], "place", "middle"))
    else:
        frame.add(d.line(spots, "way"))
        for (x, y), name in zip(spots, one.names, strict=True):
            frame.add(d.Circle(x, y, 3, "spot"))
            if name:
                frame.add(d.Text(x, y + 18, name, "place", "middle"))


def _stop(frame: Frame, x: float, y: float, tone: str, count: str) -> None:
    frame.add(d.Circle(x, y, 7 if count else 4, f"{tone} mark"))
    if count:
        frame.add(d.Text(x, y + 3.4, count, "step", "middle"))


def _apart(spots: list[tuple[float, float]]) -> set[int]:
    """The stops that have room for a number on the map."""
    taken: set[int] = set()
    for index, (x, y) in enumerate(spots):
        if all(hypot(x - spots[other][0], y - spots[other][1]) >= 12 for other in taken):
            taken.add(index)
    return taken


def _numbered(frame: Frame, lane: Map) -> bool:
    """Whether the stops have room for numbers on the time axis."""
    xs = [frame.axis.x(at) for at, _ in lane.points]
    return all(later - sooner >= 15 for sooner, later in pairwise(xs))


def _scale(frame: Frame, plane: _Plane, y: float) -> None:
    metres = next((m for m in reversed(SCALES) if plane.pixels(m) <= 110), SCALES[0])
    text = f"{number(metres / 1000)} km" if metres >= 1000 else f"{metres} m"
    right = frame.right - 14
    left = right - plane.pixels(metres)
    frame.add(d.Path(("M", left, y - 4, "v", 4, "H", right, "v", -4), "scale"))
    frame.add(d.Text(left - 8, y, text, "tick", "end"))
