"""Stops in an order: how long the way through them is, when each is reached, and whether it keeps to the limits."""

import math
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import msgspec

from nodes.kit.effect import Trouble
from nodes.kit.latest import measured
from nodes.kit.spot import Spot, apart, spot_in

MOST_STOPS = 100
DUST = 1e-6
Window = tuple[float, float]


class Visit(msgspec.Struct, frozen=True):
    """`spot` as of nodes.kit.spot; `window` and `stay` in seconds, the window from the start on; `own` is the stop as it came."""

    spot: Spot
    demand: float = 0.0
    window: Window | None = None
    stay: float = 0.0
    own: dict[str, Any] = {}


def visit_in(stop: Any, where: Sequence[str], demand: str | None, window: str | None, stay: int) -> Visit | None:
    """The stop of a list; None where it has no proper place, demand or window (minutes). `stay` in ms."""
    if not isinstance(stop, dict):
        return None
    spot = spot_in(stop, where)
    load = measured(stop, demand) if demand is not None else 0.0
    span = _window(stop.get(window)) if window is not None and stop.get(window) is not None else None
    if isinstance(spot, Trouble) or isinstance(load, Trouble) or load < 0 or isinstance(span, str):
        return None
    return Visit(spot, float(load), span, stay / 1000, stop)


def _window(value: Any) -> Window | str:
    if not isinstance(value, list) or len(value) != 2:
        return "no window"
    numbers = [one for one in value if isinstance(one, int | float) and not isinstance(one, bool) and 0 <= one < 1e6]
    return (numbers[0] * 60.0, numbers[1] * 60.0) if len(numbers) == 2 and numbers[0] <= numbers[1] else "no window"


class Way(msgspec.Struct, dict=True, kw_only=True):
    """A question: `most` stops, a `capacity`, a `speed` in a second (None: no times); `back` to the start or not. `strange` are
    the places of stops in their list that could not be read."""

    start: Spot
    visits: list[Visit]
    strange: list[int] = []
    on_earth: bool = True
    back: bool = True
    most: int | None = None
    capacity: float | None = None
    speed: float | None = None

    @cached_property
    def lengths(self) -> list[list[float]]:
        """How far each place is from each; the start is the first."""
        spots = [self.start, *(visit.spot for visit in self.visits)]
        return [[apart(a, b, self.on_earth) for b in spots] for a in spots]

    def between(self, a: int, b: int) -> float:
        """How far visit `b` is from visit `a`; -1 is the start."""
        return self.lengths[a + 1][b + 1]

    def legs(self, order: Sequence[int]) -> list[float]:
        """From the start to the first, and so on; back to the start where it goes there."""
        places = [-1, *order, *([-1] if self.back and order else [])]
        return [self.between(a, b) for a, b in pairwise(places)]

    def length(self, order: Sequence[int]) -> float:
        return round(math.fsum(self.legs(order)), 3)

    def arrivals(self, order: Sequence[int]) -> list[float] | None:
        """When each visit begins (s after the start); None where one would begin after its window, or nothing says how fast."""
        if self.speed is None:
            return None
        at, found = 0.0, []
        for index, leg in zip(order, self.legs(order), strict=False):
            visit = self.visits[index]
            at += leg / self.speed
            if visit.window is not None:
                at = max(at, visit.window[0])
                if at > visit.window[1] + DUST:
                    return None
            found.append(at)
            at += visit.stay
        return found

    def fits(self, order: Sequence[int]) -> bool:
        """Whether it keeps to the number of stops, the capacity and the windows."""
        timed = self.speed is not None and any(self.visits[index].window for index in order)
        return self.within(order) and (not timed or self.arrivals(order) is not None)

    def within(self, order: Sequence[int]) -> bool:
        """Whether it keeps to the number of stops and the capacity."""
        load = math.fsum(self.visits[index].demand for index in order)
        few = self.most is None or len(order) <= self.most
        return few and (self.capacity is None or load <= self.capacity * (1 + 1e-9))

    def mistake(self, order: Any) -> str | None:
        """What is wrong with an answer."""
        if not isinstance(order, list) or not all(type(one) is int and 0 <= one < len(self.visits) for one in order):
            return "not places of stops"
        if len(set(order)) != len(order):
            return "a stop twice"
        return None if self.fits(order) else "more than is allowed, or too late"

    def told(self, order: Sequence[int]) -> dict[str, Any]:
        """`order`, `left`, `length` and `count` of an event."""
        legs, arrivals = self.legs(order), self.arrivals(order)
        stops, along = [], 0.0
        for place, index in enumerate(order):
            along += legs[place]
            times = {"after": round(arrivals[place] / 60, 2)} if arrivals is not None else {}
            stops.append({**self.visits[index].own, "leg": legs[place], "along": round(along, 3), **times})
        visited = set(order)
        left = [visit.own for index, visit in enumerate(self.visits) if index not in visited]
        return {"order": stops, "left": left, "length": self.length(order), "count": len(order)}

    def request(self) -> dict[str, Any]:
        """What the optimiser is asked (runtime/optimise/tour.py)."""
        stops = [
            {"spot": list(visit.spot), "demand": visit.demand, "stay": visit.stay,
             **({"window": list(visit.window)} if visit.window is not None else {})}
            for visit in self.visits
        ]  # fmt: skip
        limits = {"most": self.most, "capacity": self.capacity, "speed": self.speed}
        known = {name: value for name, value in limits.items() if value is not None}
        return {"start": list(self.start), "stops": stops, "on_earth": self.on_earth, "back": self.back, **known}
