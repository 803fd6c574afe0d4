"""Places on the earth: distances, bearings, lines and areas, all in degrees and metres.

The earth is a sphere of the mean radius (2a + b) / 3 of its ellipsoid (H. Moritz, Geodetic Reference System 1980,
Journal of Geodesy 74, 2000); because it is really flattened, a distance may be wrong by 0.6 % of itself. Distances
between two places are great circles by the haversine (R. W. Sinnott, Virtues of the Haversine, Sky & Telescope 68, 1984).

Lines and borders are straight in latitude and longitude, as in GeoJSON (RFC 7946, 3.1.1), and go the shorter way round
the earth. How far a position is from them is measured on a plane that touches the earth at the position: up to 100 km a
distance d comes out wrong by less than d * tan(latitude) / (5 * RADIUS) + 0.002 % of itself, which at 35° is 0.03 % of
10 km and 0.12 % of 50 km. Near the poles (beyond 85°) the plane is no use.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from math import asin, atan2, cos, degrees, hypot, inf, radians, remainder, sin, sqrt
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from nodes.kit.effect import Trouble
from nodes.kit.payload import type_of, typed_value
from nodes.kit.problem import Problem
from nodes.kit.shape import Shape

RADIUS = 6_371_008.8
"""The mean radius of the earth (m)."""
METRES_PER_DEGREE = radians(RADIUS)
NEAR = 0.001
"""Places closer than this (m) are the same: no receiver tells them apart, and binary fractions do not land on a line."""
WIDEST = 180.0
"""Degrees of longitude that a line or an area may span: which way round would be unclear beyond."""

Place = tuple[float, float]
"""Latitude and longitude (degrees)."""
_Spot = tuple[float, float]
"""Metres east and north of a position."""


class Point(BaseModel):
    """A place as a param: latitude and longitude in degrees."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]

    @property
    def place(self) -> Place:
        return self.lat, self.lon


def location_in(data: dict[str, Any], field: str) -> Place | Trouble:
    """The place that `data` holds in `field`, else the trouble with it."""
    value = data.get(field)
    if value is None:
        return Trouble("missing_field", {"field": field})
    found = typed_value("location", value)
    if found is None:
        return Trouble("wrong_type", {"field": field, "expected": "location", "found": type_of(value)})
    return float(found["lat"]), float(found["lon"])


def check_location(name: str, path: str, shape: Shape) -> Iterator[Problem]:
    """A problem where the field `name` surely holds something else than locations."""
    known = shape.fields.get(name)
    if known is not None and known.type not in ("location", "any"):
        allowed = [other for other, field in shape.fields.items() if field.type == "location"]
        args = {"field": name, "found": known.type, "expected": "location"}
        yield Problem("wrong_type", path, args=args, allowed=allowed or None)


def check_line(points: Sequence[Point], least: int, path: str) -> Iterator[Problem]:
    """Problems of a line or border: fewer than `least` places that differ, or too wide to know the way round."""
    count = len({(point.lat, point.lon) for point in points})
    if count < least:
        yield Problem("too_short", path, args={"min": least, "count": count})
    elif (width := Line([point.place for point in points]).width) >= WIDEST:
        yield Problem("out_of_range", path, args={"value": width, "under": WIDEST})


def distance(a: Place, b: Place) -> float:
    """Metres between two places."""
    lat_a, lat_b = radians(a[0]), radians(b[0])
    across = cos(lat_a) * cos(lat_b) * sin(radians(b[1] - a[1]) / 2) ** 2
    return 2 * RADIUS * asin(min(1.0, sqrt(sin((lat_b - lat_a) / 2) ** 2 + across)))


def bearing(a: Place, b: Place) -> float:
    """In which direction `b` lies seen from `a`: degrees clockwise from north, 0 <= bearing < 360."""
    lat_a, lat_b, turn = radians(a[0]), radians(b[0]), radians(b[1] - a[1])
    north = cos(lat_a) * sin(lat_b) - sin(lat_a) * cos(lat_b) * cos(turn)
    return degrees(atan2(sin(turn) * cos(lat_b), north)) % 360.0 % 360.0  # a tiny negative angle gives 360 at first


class Circle:
    """All places at most `radius` metres from `center`."""

    def __init__(self, center: Place, radius: float) -> None:
        self.center, self.radius = center, radius

    def outside(self, place: Place) -> float:
        """Metres from the border; 0 inside and on it."""
        away = distance(self.center, place) - self.radius
        return away if away > NEAR else 0.0

    def contains(self, place: Place) -> bool:
        return self.outside(place) == 0.0


class Line:
    """Places joined by lines, as numbers that do not jump at the antimeridian."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.lats = [lat for lat, _ in places]
        self.lons = list(accumulate((lon for _, lon in places), _unwrapped))
        self.width = max(self.lons) - min(self.lons)
        self.middle = min(self.lons) + self.width / 2

    def around(self, place: Place) -> list[_Spot]:
        """The places on the plane that touches the earth at `place`."""
        lat, lon = place[0], _unwrapped(self.middle, place[1])
        east = METRES_PER_DEGREE * cos(radians(lat))
        return [((x - lon) * east, (y - lat) * METRES_PER_DEGREE) for y, x in zip(self.lats, self.lons, strict=True)]


class Polygon(Line):
    """An area by the even-odd rule: inside is where an odd number of borders lies between a place and far away, so that
    a border may cross itself. The border itself is inside. It closes by itself and surrounds no pole."""

    def __init__(self, places: Sequence[Place]) -> None:
        super().__init__([*places, places[0]])
        self.low, self.high = min(self.lats), max(self.lats)

    def outside(self, place: Place) -> float:
        """Metres from the border; 0 inside and on it."""
        if self._may_contain(place) and _odd(self.around(place)):
            return 0.0
        away = self.to_border(place)
        return away if away > NEAR else 0.0

    def contains(self, place: Place) -> bool:
        return self._may_contain(place) and self.outside(place) == 0.0

    def to_border(self, place: Place) -> float:
        """Metres from the border, from inside too."""
        return min(nearest_on(a, b)[0] for a, b in pairwise(self.around(place)))

    def _may_contain(self, place: Place) -> bool:
        """Whether it is in the box around the area, which most places are not; the box is some centimetres larger."""
        lat, lon = place
        east = abs(remainder(lon - self.middle, 360.0))
        return self.low - 1e-6 <= lat <= self.high + 1e-6 and east <= self.width / 2 + 1e-6


class Pass(NamedTuple):
    """A spot of a course: how far a position is `off` it, and how far `along` the course it lies (m)."""

    off: float
    along: float


class Course(Line):
    """A line with a direction. `at`: how far along it each of its places lies, `length` the last of them (m)."""

    def __init__(self, places: Sequence[Place]) -> None:
        super().__init__(places)
        self.at = list(accumulate((distance(a, b) for a, b in pairwise(places)), initial=0.0))
        self.length = self.at[-1]

    def nearest(self, place: Place) -> Pass:
        """The spot of the course that is nearest to `place`; the first of several."""
        return self.passes(place, inf)[0]

    def passes(self, place: Place, width: float) -> list[Pass]:
        """Every time that the course comes within `width` metres of `place` (exactly counts): the nearest spot of each
        stretch that stays within, in the order of the course."""
        reach = width + NEAR
        found: list[Pass] = []
        for index, (a, b) in enumerate(pairwise(self.around(place))):
            off, share = nearest_on(a, b)
            if off > reach:
                continue
            spot = Pass(off, self.at[index] + share * (self.at[index + 1] - self.at[index]))
            if not found or hypot(*a) > reach:
                found.append(spot)
            elif off < found[-1].off:
                found[-1] = spot
        return found


def nearest_on(a: _Spot, b: _Spot) -> tuple[float, float]:
    """How far (m) the line from `a` to `b` is from the position that both are measured from, and at which share (0 to
    1) of the line its nearest spot lies."""
    (ax, ay), (bx, by) = a, b
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    share = min(1.0, max(0.0, -(ax * dx + ay * dy) / square)) if square else 0.0
    return hypot(ax + share * dx, ay + share * dy), share


def _odd(border: list[_Spot]) -> bool:
    """Whether an odd number of borders lies east of the position."""
    odd = False
    for (ax, ay), (bx, by) in pairwise(border):
        if (ay > 0) != (by > 0) and ax - ay * (bx - ax) / (by - ay) > 0:
            odd = not odd
    return odd


def _unwrapped(before: float, lon: float) -> float:
    """`lon` with as many full turns as bring it nearest to `before`."""
    return lon + 360.0 * round((before - lon) / 360.0)
