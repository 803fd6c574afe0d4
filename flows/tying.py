"""A plan tied to the earth: from two points that are known on both, how to get from one to the other.

The plan is taken to be drawn to scale: it may be turned, not stretched. The earth around it is taken to be flat, one degree of
longitude as wide as it is halfway between the two points; over 10 km at 35 degrees that is wrong by less than 0.1 %.
"""

from cmath import isfinite
from math import cos, radians
from typing import Any

from nodes.kit.geo import METRES_PER_DEGREE

NEAREST = 0.05
"""How far the two points must be apart, as part of the picture's longer side."""
LEAST_METRES, MOST_METRES = 1.0, 200_000.0
MOST_LATITUDE = 85.0
Point = dict[str, float]
Affine = list[float]
"""[a, b, c, d, e, f]: (u, v) goes to (a + b u + c v, d + e u + f v)."""


class BadPoints(Exception):
    """These two points do not tie a plan to the earth; `code` says why: too_near, too_far, same_place, not_there."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def checked(points: list[Point], width: int, height: int) -> list[Point]:
    """The points with nothing else in them; none at all is well. Raises BadPoints."""
    if not points:
        return []
    clean = [{name: float(point[name]) for name in ("x", "y", "lat", "lon")} for point in points]
    for point in clean:
        on_plan = 0 <= point["x"] <= 1 and 0 <= point["y"] <= 1
        if not on_plan or not abs(point["lat"]) <= MOST_LATITUDE or not abs(point["lon"]) <= 180:
            raise BadPoints("not_there")
    first, second = (_on_plan(point, width, height) for point in clean)
    if abs(first - second) < NEAREST * max(width, height):
        raise BadPoints("too_near")
    apart = abs(_on_earth(clean[1], clean))
    if not LEAST_METRES <= apart <= MOST_METRES:
        raise BadPoints("same_place" if apart < LEAST_METRES else "too_far")
    return clean


def ties(points: list[Point], width: int, height: int) -> dict[str, Any] | None:
    """`to_plan` takes (lon, lat) to (x, y) as parts of the picture, `to_earth` back; `metres` is how wide the plan is."""
    if len(points) != 2:
        return None
    first, second = points
    turn = (_on_plan(second, width, height) - _on_plan(first, width, height)) / _on_earth(second, points)
    if not isfinite(turn) or not turn:
        return None
    shrink = _shrink(points)
    by_lon, by_lat = turn * shrink * METRES_PER_DEGREE, turn * 1j * METRES_PER_DEGREE
    to_plan = _through(first["lon"], first["lat"], first["x"], first["y"],
                       (by_lon.real / width, by_lat.real / width, -by_lon.imag / height, -by_lat.imag / height))  # fmt: skip
    back = 1 / (turn * METRES_PER_DEGREE)
    by_x, by_y = back * width, back * -1j * height
    to_earth = _through(first["x"], first["y"], first["lon"], first["lat"],
                        (by_x.real / shrink, by_y.real / shrink, by_x.imag, by_y.imag))  # fmt: skip
    return {"to_plan": to_plan, "to_earth": to_earth, "metres": width / abs(turn)}


def _through(u: float, v: float, x: float, y: float, slopes: tuple[float, float, float, float]) -> Affine:
    """With these slopes, (u, v) goes to (x, y)."""
    b, c, e, f = slopes
    return [x - b * u - c * v, b, c, y - e * u - f * v, e, f]


def _on_plan(point: Point, width: int, height: int) -> complex:
    """Pixels to the right, and upwards."""
    return complex(point["x"] * width, -point["y"] * height)


def _on_earth(point: Point, points: list[Point]) -> complex:
    """Metres east and north of the first point."""
    first = points[0]
    east, north = (point["lon"] - first["lon"]) * _shrink(points), point["lat"] - first["lat"]
    return complex(east, north) * METRES_PER_DEGREE


def _shrink(points: list[Point]) -> float:
    return cos(radians((points[0]["lat"] + points[1]["lat"]) / 2))
