"""Where something is: on the earth (a location) or on a floor (x and y, both in the same unit), and how far apart."""

from collections.abc import Iterator, Sequence
from math import hypot
from typing import Annotated, Any

from pydantic import Field

from nodes.kit.effect import Trouble
from nodes.kit.fields import check_field
from nodes.kit.geo import check_location, distance, location_in
from nodes.kit.latest import measured
from nodes.kit.params import FieldName
from nodes.kit.problem import Problem
from nodes.kit.shape import Shape

Where = Annotated[list[FieldName], Field(min_length=1, max_length=2)]
"""One field with a location, or two with x and y."""
Spot = tuple[float, float]


def spot_in(data: dict[str, Any], where: Sequence[str]) -> Spot | Trouble:
    """Latitude and longitude, or x and y; else the trouble with it."""
    if len(where) == 1:
        return location_in(data, where[0])
    x, y = measured(data, where[0]), measured(data, where[1])
    if isinstance(x, Trouble):
        return x
    return y if isinstance(y, Trouble) else (float(x), float(y))


def apart(a: Sequence[float], b: Sequence[float], on_earth: bool) -> float:
    """Metres on the earth, else in the unit of x and y; to three decimals, so that every machine gives the same."""
    return round(distance((a[0], a[1]), (b[0], b[1])) if on_earth else hypot(b[0] - a[0], b[1] - a[1]), 3)


def check_where(where: Sequence[str], path: str, shape: Shape) -> Iterator[Problem]:
    """Problems of fields that surely hold no place."""
    if len(where) == 1:
        yield from check_field(where[0], f"{path}/0", shape)
        yield from check_location(where[0], f"{path}/0", shape)
        return
    for index, name in enumerate(where):
        yield from check_field(name, f"{path}/{index}", shape, numeric=True)
