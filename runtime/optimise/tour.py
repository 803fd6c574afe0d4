"""In which order stops are visited: as many as allowed, on the shortest way. A few stops are looked through (small_tour.py); more
are OR-Tools' routing library's: the cheapest arcs first, then guided local search until it has found so many answers, which is
the same on every machine.

A request has `start` and `stops` ({"spot": [2], "demand"?, "window"?: [from, until] in s after the start, "stay"?: s}),
`on_earth`, `back` (it returns to the start), `most` stops, `capacity` and `speed` (m/s, or the unit of x and y in a second).
"""

import math
import time
from typing import Any

import msgspec

from nodes.kit.visits import MOST_STOPS, Way
from runtime.optimise.small_tour import best_tour

EFFORT = 100
"""Answers, and one for each stop besides, after which the search ends."""
LEAVE = 1_000
"""How many times all ways together a stop that is left out weighs."""
FINEST = 1e12
"""Into how many parts the largest demand is divided: the library counts in whole numbers."""
ROUNDING = 5e-10
"""Half of what Way.fits allows on top of a capacity, and more than a hundred demands gain by being rounded up. Without it a
load that fills a capacity exactly would not fit."""
HORIZON = 30 * 86_400
"""Seconds that a tour may take, waiting included."""


def way_of(request: dict[str, Any]) -> Way:
    """Raises ValueError (msgspec.ValidationError is one) where the request is not as described above."""
    known = {"start": request.get("start"), "visits": request.get("stops")}
    names = ("on_earth", "back", "most", "capacity", "speed")
    way = msgspec.convert({**known, **{name: request[name] for name in names if name in request}}, Way)
    numbers = [*way.start, way.capacity or 0.0, way.speed or 1.0]
    for visit in way.visits:
        numbers += [*visit.spot, visit.demand, visit.stay, *(visit.window or ())]
    if len(way.visits) > MOST_STOPS:
        raise ValueError(f"more than {MOST_STOPS} stops")
    if not all(map(math.isfinite, numbers)) or (way.speed is not None and way.speed <= 0):
        raise ValueError("a place, demand, window or speed that is no number")
    if any(
        visit.demand < 0 or visit.stay < 0 or (visit.window and not 0 <= visit.window[0] <= visit.window[1])
        for visit in way.visits
    ):
        raise ValueError("a demand, stay or window below 0, or a window that ends before it begins")
    return way


def worth(way: Way, order: list[int]) -> tuple[int, float]:
    """Less is better: stops left out, then the length."""
    return len(way.visits) - len(order), way.length(order)


def nearest_next(way: Way) -> list[int]:
    """The greedy tour: always to the nearest stop that is still allowed."""
    order: list[int] = []
    left = list(range(len(way.visits)))
    while left:
        before = order[-1] if order else -1
        near = sorted(left, key=lambda index: (way.between(before, index), index))
        found = next((index for index in near if way.fits([*order, index])), None)
        if found is None:
            return order
        order.append(found)
        left.remove(found)
    return order


def tour(way: Way, timeout: float) -> list[int]:
    """Stops by their place in the request, in the order of the visits, within about `timeout` seconds. Never worse than
    `nearest_next`; what it leaves out does not fit."""
    possible = [index for index in range(len(way.visits)) if way.fits([index])]
    if len(possible) < len(
        way.visits
    ):  # no way round reaches a stop sooner; the library would look for one to the end of its time
        part = msgspec.structs.replace(way, visits=[way.visits[index] for index in possible])
        return [possible[index] for index in tour(part, timeout)]
    plain = nearest_next(way)
    if len(way.visits) < 2:  # the library would go on looking for another answer until its time is over
        return plain
    if (best := best_tour(way)) is not None:
        return best
    found = _searched(way, plain, timeout)
    return found if way.fits(found) and worth(way, found) <= worth(way, plain) else plain


def _searched(way: Way, plain: list[int], timeout: float) -> list[int]:
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    count = len(way.visits)
    end = 0 if way.back else count + 1  # a place that is no way from anywhere
    places = count + (1 if way.back else 2)
    manager = pywrapcp.RoutingIndexManager(places, 1, [0], [end])
    model = pywrapcp.RoutingModel(manager)
    lengths = way.lengths
    matrix = _whole(lengths, places)
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(matrix))
    leaving = max(1, sum(map(max, matrix))) * LEAVE
    for index in range(1, count + 1):
        model.AddDisjunction([manager.NodeToIndex(index)], leaving)
    _limits(way, model, places)
    if way.speed is not None and any(visit.window for visit in way.visits):
        _windows(way, lengths, model, manager)
    model.AddAtSolutionCallback(lambda: time.sleep(0))  # the library holds Python's lock: others may run in between
    settings = pywrapcp.DefaultRoutingSearchParameters()
    settings.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PATH_CHEAPEST_ARC
    settings.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    settings.solution_limit = EFFORT + count
    settings.time_limit.FromMilliseconds(max(50, int(timeout * 1_000)))
    model.CloseModelWithParameters(settings)
    first = model.ReadAssignmentFromRoutes([[manager.NodeToIndex(index + 1) for index in plain]], True)
    answer = model.SolveFromAssignmentWithParameters(first, settings) if first else model.SolveWithParameters(settings)
    return _order(model, manager, answer, count) if answer else plain


def _order(model: Any, manager: Any, answer: Any, count: int) -> list[int]:
    found, at = [], model.Start(0)
    while not model.IsEnd(at):
        place = manager.IndexToNode(at)
        if 0 < place <= count:
            found.append(place - 1)
        at = answer.Value(model.NextVar(at))
    return found


def _whole(lengths: list[list[float]], places: int) -> list[list[int]]:
    """As whole millionths of the longest; no way at all to an end that is nowhere."""
    longest = max(map(max, lengths)) or 1.0
    wide = places - len(lengths)
    rows = [[round(length / longest * 1e6) for length in row] + [0] * wide for row in lengths]
    return rows + [[0] * places for _ in range(wide)]


def _limits(way: Way, model: Any, places: int) -> None:
    count = len(way.visits)
    if way.most is not None:
        ones = [1 if 0 < place <= count else 0 for place in range(places)]
        model.AddDimensionWithVehicleCapacity(
            model.RegisterUnaryTransitVector(ones), 0, [max(0, way.most)], True, "stops"
        )
    if way.capacity is not None:
        largest = max((stop.demand for stop in way.visits), default=0.0) or 1.0
        loads = [math.ceil(stop.demand / largest * FINEST) for stop in way.visits]
        room = math.floor(min(way.capacity / largest * (1 + ROUNDING), float(count)) * FINEST)
        vector = [0, *loads, *([] if way.back else [0])]
        model.AddDimensionWithVehicleCapacity(model.RegisterUnaryTransitVector(vector), 0, [max(0, room)], True, "load")


def _windows(way: Way, lengths: list[list[float]], model: Any, manager: Any) -> None:
    """Milliseconds after the start; who comes early waits."""
    count = len(way.visits)
    speed = way.speed or 1.0

    def takes(a: int, b: int) -> int:
        stay = way.visits[a - 1].stay if 0 < a <= count else 0.0
        far = lengths[a][b] / speed if a <= count and b <= count else 0.0
        return math.ceil(min(far + stay, HORIZON) * 1_000)

    places = range(count + (1 if way.back else 2))
    matrix = [[takes(a, b) for b in places] for a in places]
    horizon = HORIZON * 1_000
    model.AddDimension(model.RegisterTransitMatrix(matrix), horizon, horizon, True, "time")
    clock = model.GetDimensionOrDie("time")
    for index, stop in enumerate(way.visits):
        if stop.window is not None:
            opens, closes = (math.floor(min(edge, HORIZON) * 1_000) for edge in stop.window)
            clock.CumulVar(manager.NodeToIndex(index + 1)).SetRange(opens, closes)
