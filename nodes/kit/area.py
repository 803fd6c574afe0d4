"""Zones and lines on a picture: points are parts (0..1) of its width and height, from the left and the top."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, model_validator

from nodes.kit.params import Mark, refused
from nodes.kit.problem import Problem

MOST_ZONES, MOST_CORNERS = 20, 50
_INSIDE = 1 - 1e-9
Part = Annotated[float, Field(ge=0, le=1)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Point = tuple[float, float]
Box = Sequence[float]
"""left, top, right, bottom."""
Which = Literal["foot", "middle"]


class Corner(BaseModel):
    """A point of a picture as a param."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    x: Part
    y: Part

    @property
    def point(self) -> Point:
        return self.x, self.y


class Zone(BaseModel):
    """A polygon with a name; what it encloses by the even-odd rule is in it. Where it reaches the picture's edge, so does what is
    in it: who stands close is cut off there."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: Name
    polygon: Annotated[list[Corner], Field(min_length=3, max_length=MOST_CORNERS)]

    def contains(self, point: Point) -> bool:
        x, y = (min(part, _INSIDE) for part in point)  # by the rule, right and lower borders are not in it
        odd = False
        corners = [corner.point for corner in self.polygon]
        for (x0, y0), (x1, y1) in pairwise([*corners, corners[0]]):
            if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
                odd = not odd
        return odd


class Line(BaseModel):
    """From one point to another, with a name. Seen along it, "forward" is from its left to its right."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    name: Name
    start: Annotated[Corner, Field(alias="from")]
    end: Annotated[Corner, Field(alias="to")]

    def crossed(self, before: Point, after: Point) -> Literal["forward", "back"] | None:
        """Which way something went over the line on its straight way; a point on the line is on its right."""
        was, came = self._right(before), self._right(after)
        if (was >= 0) == (came >= 0) or not self._between(before, after, was / (was - came)):
            return None
        return "forward" if came >= 0 else "back"

    def _right(self, point: Point) -> float:
        (x0, y0), (x1, y1) = self.start.point, self.end.point
        return (x1 - x0) * (point[1] - y0) - (y1 - y0) * (point[0] - x0)

    def _between(self, before: Point, after: Point, part: float) -> bool:
        """Does the way meet the line between its ends?"""
        (x0, y0), (x1, y1) = self.start.point, self.end.point
        x, y = before[0] + (after[0] - before[0]) * part, before[1] + (after[1] - before[1]) * part
        along = (x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)
        return 0 <= along <= (x1 - x0) ** 2 + (y1 - y0) ** 2


Zones = Annotated[list[Zone], Field(max_length=MOST_ZONES), Mark(format="polygons")]
Lines = Annotated[list[Line], Field(max_length=MOST_ZONES), Mark(format="lines")]


class Crop(BaseModel):
    """The part of a picture that is looked at: its borders."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    left: Part = 0.0
    top: Part = 0.0
    right: Part = 1.0
    bottom: Part = 1.0

    @model_validator(mode="after")
    def fits(self) -> "Crop":
        for low, high in ((self.left, self.right), (self.top, self.bottom)):
            if low >= high:
                raise refused("limits_swapped", low=low, high=high)
        return self

    @property
    def box(self) -> list[float]:
        return [self.left, self.top, self.right, self.bottom]


Cropped = Annotated[Crop, Mark(format="crop")]
"""A crop as a param."""


class Named(Protocol):
    """What has a name."""

    @property
    def name(self) -> str: ...


def standing_point(box: Box, by: Which) -> Point:
    """The point of a box that decides where a thing is: the middle of its lower edge, where it stands, or its middle."""
    x, y = middle(box)
    return x, box[3] if by == "foot" else y


def middle(box: Box) -> Point:
    """The middle of a box."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def check_names(named: Sequence[Named], path: str) -> Iterator[Problem]:
    """Names tell zones and lines apart."""
    seen: set[str] = set()
    for index, one in enumerate(named):
        if one.name in seen:
            yield Problem("not_unique", f"{path}/{index}/name")
        seen.add(one.name)
