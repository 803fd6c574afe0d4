"""The areas on earth that a node's params draw: circles and polygons, found by the marks of its schema, ready to be shown."""

from collections.abc import Iterator
from math import cos, pi, radians, sin
from typing import Any

import msgspec

from document.schema import facts, places, plain_schema
from nodes.kit.geo import METRES_PER_DEGREE
from nodes.kit.kind import Kind

ROUND = 48
"""Corners with which a circle is drawn."""
MOST_ZONES = 100
FLATTEST = 0.01
"""Nearer to a pole than this cosine nothing is drawn to scale."""


class Zone(msgspec.Struct, frozen=True):
    """`corners` are (longitude, latitude) in degrees; `node` is the one that watches it."""

    node: str
    name: str
    corners: list[tuple[float, float]]


def zones_of(node: str, kind: type[Kind], given: dict[str, Any]) -> Iterator[Zone]:
    """Every area in the params `given` (settings filled in); half-written ones are left out."""
    for path, parts, value in places(plain_schema(kind), given):
        format = facts(parts).get("format")
        around = _at(given, path[:-1]) if path else None
        name = around.get("name") if isinstance(around, dict) else None
        if format == "polygon" and isinstance(value, list):
            corners = [spot for one in value if (spot := _spot(one)) is not None]
        elif format == "point" and isinstance(around, dict):
            corners = _circle(_spot(value), around.get("radius"))
        else:
            continue
        if len(corners) >= 3:
            yield Zone(node, str(name or ""), corners)


def _circle(middle: tuple[float, float] | None, radius: Any) -> list[tuple[float, float]]:
    if middle is None or not _is_number(radius) or not radius > 0:
        return []
    lon, lat = middle
    high = radius / METRES_PER_DEGREE
    wide = high / max(FLATTEST, cos(radians(lat)))
    turns = (2 * pi * step / ROUND for step in range(ROUND))
    return [(lon + wide * cos(turn), lat + high * sin(turn)) for turn in turns]


def _spot(value: Any) -> tuple[float, float] | None:
    if not isinstance(value, dict) or not _is_number(value.get("lat")) or not _is_number(value.get("lon")):
        return None
    return float(value["lon"]), float(value["lat"])


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
