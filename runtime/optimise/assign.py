"""Who takes which job: as many jobs as possible, the urgent ones rather than others; then as cheaply as possible.

A request has `jobs` in the order of their urgency, [{"job", "demand", "offers": {device: cost}}], and `seats`, {device: {"jobs",
"room"}}. Where only the number of jobs limits a candidate this is a flow of least cost, which is solved exactly. Where
demands have to fit into rooms it is the generalised assignment problem (NP-hard): OR-Tools' CP-SAT begins with the greedy
answer and betters it within a limit that counts its own work, so that the same question has the same answer on a slow
machine. Whatever it finds is never worse than the greedy answer.
"""

import math
from collections.abc import Callable
from typing import Any

import msgspec

from nodes.kit.candidates import ROUNDING, widened

Assigned = dict[str, str]
FINEST = 10_000
"""Parts into which the largest cost is divided: finer differences are ties."""
LARGEST = 10**12
"""The largest demand where they are not whole: that two hundred of them are rounded up is less than what `Room.most` allows."""
WORK = 0.5
"""Seconds of CP-SAT's own, deterministic clock."""
MOST_JOBS, MOST_SEATS, MOST_OFFERS = 200, 20_000, 20_000


class Offered(msgspec.Struct, frozen=True):
    job: str
    offers: dict[str, float]
    demand: float = 1.0


class Room(msgspec.Struct, frozen=True):
    jobs: int
    room: float

    @property
    def most(self) -> float:
        """What its demands may be together: well within what the asker lets pass."""
        return widened(self.room, ROUNDING / 2)


class Asked(msgspec.Struct, frozen=True):
    jobs: list[Offered]
    seats: dict[str, Room]


def asked_of(request: dict[str, Any]) -> Asked:
    """Raises ValueError (msgspec.ValidationError is one) where the request is not as described above."""
    asked = msgspec.convert(request, Asked)
    numbers = [cost for one in asked.jobs for cost in one.offers.values()]
    numbers += [one.demand for one in asked.jobs] + [seat.room for seat in asked.seats.values()]
    if len(asked.jobs) > MOST_JOBS or len(asked.seats) > MOST_SEATS or len(numbers) > MOST_OFFERS * 2:
        raise ValueError("more jobs or candidates than one question may have")
    if not all(map(math.isfinite, numbers)):
        raise ValueError("a cost, demand or room that is no number")
    if any(one.demand < 0 for one in asked.jobs):
        raise ValueError("a demand below 0")
    if any(device not in asked.seats for one in asked.jobs for device in one.offers):
        raise ValueError("an offer of nobody")
    return asked


def assign(asked: Asked, timeout: float) -> Assigned:
    """Device by job, within about `timeout` seconds."""
    plain = greedy(asked)
    fits = _by_flow(asked) if _only_counts(asked) else _by_search(asked, plain, timeout)
    return fits if worth(asked, fits) <= worth(asked, plain) else plain


def greedy(asked: Asked) -> Assigned:
    """Job by job, the cheapest candidate that still has room."""
    jobs = {id: seat.jobs for id, seat in asked.seats.items()}
    room = {id: seat.most for id, seat in asked.seats.items()}
    found: Assigned = {}
    for one in asked.jobs:
        free = [(cost, id) for id, cost in one.offers.items() if jobs[id] > 0 and one.demand <= room[id]]
        if free:
            _, device = min(free)
            found[one.job] = device
            jobs[device] -= 1
            room[device] -= one.demand
    return found


def worth(asked: Asked, assigned: Assigned) -> tuple[int, int, float]:
    """Less is better: how many jobs are left, then how far ahead these stand in the order of urgency, then the cost."""
    left = [place for place, one in enumerate(asked.jobs) if one.job not in assigned]
    cost = math.fsum(one.offers[assigned[one.job]] for one in asked.jobs if one.job in assigned)
    return len(left), -sum(left), cost


def _only_counts(asked: Asked) -> bool:
    """Whether every candidate has room for whatever its number of jobs allows."""
    largest = sorted((one.demand for one in asked.jobs), reverse=True)
    return all(math.fsum(largest[: seat.jobs]) <= seat.most for seat in asked.seats.values())


def _weights(asked: Asked) -> tuple[Callable[[float], int], Callable[[int], int]]:
    """Whole numbers: of a cost, and what leaving the job at a place in the order weighs: more than all costs together, and
    all earlier ones a little more than all later ones."""
    costs = [cost for one in asked.jobs for cost in one.offers.values()]
    low, high = min(costs, default=0.0), max(costs, default=0.0)
    span = high / 2 - low / 2  # the span of two huge numbers would be infinite
    n = len(asked.jobs)
    step = n * FINEST + 1

    def whole(cost: float) -> int:
        return round((cost / 2 - low / 2) / span * FINEST) if span > 0 else 0

    return whole, lambda place: step * (n * n + n - place)


def _by_flow(asked: Asked) -> Assigned:
    """All jobs flow from a source through a candidate, or past all of them, into a sink."""
    from ortools.graph.python import min_cost_flow

    whole, leaving = _weights(asked)
    flow = min_cost_flow.SimpleMinCostFlow()
    devices = sorted({id for one in asked.jobs for id in one.offers})
    place = {id: index for index, id in enumerate(devices, len(asked.jobs))}
    sink = len(asked.jobs) + len(devices)
    arcs: dict[int, tuple[str, str]] = {}
    for index, one in enumerate(asked.jobs):
        flow.set_node_supply(index, 1)
        flow.add_arc_with_capacity_and_unit_cost(index, sink, 1, leaving(index))
        for id in sorted(one.offers):
            arc = flow.add_arc_with_capacity_and_unit_cost(index, place[id], 1, whole(one.offers[id]))
            arcs[arc] = one.job, id
    for id in devices:
        flow.add_arc_with_capacity_and_unit_cost(place[id], sink, asked.seats[id].jobs, 0)
    flow.set_node_supply(sink, -len(asked.jobs))
    if flow.solve() != flow.OPTIMAL:
        return {}
    return {job: id for arc, (job, id) in arcs.items() if flow.flow(arc)}


def _by_search(asked: Asked, plain: Assigned, timeout: float) -> Assigned:
    from ortools.sat.python import cp_model

    whole, leaving = _weights(asked)
    unit = _unit(asked)
    model = cp_model.CpModel()
    takes = {(one.job, id): model.new_bool_var("") for one in asked.jobs for id in sorted(one.offers)}
    for one in asked.jobs:
        model.add_at_most_one(takes[one.job, id] for id in sorted(one.offers))
    for id, seat in sorted(asked.seats.items()):
        mine = [one for one in asked.jobs if id in one.offers]
        if mine:
            model.add(sum(takes[one.job, id] for one in mine) <= (seat.jobs if seat.most >= 0 else 0))
            room = math.floor(max(0.0, min(seat.most / unit, len(mine) * LARGEST)))
            model.add(sum(math.ceil(one.demand / unit) * takes[one.job, id] for one in mine) <= room)
    gain = [(whole(one.offers[id]) - leaving(index)) * takes[one.job, id]
            for index, one in enumerate(asked.jobs) for id in sorted(one.offers)]  # fmt: skip
    model.minimize(sum(gain))
    for (job, id), taken in takes.items():
        model.add_hint(taken, plain.get(job) == id)
    solver = cp_model.CpSolver()
    settings = solver.parameters
    settings.num_workers, settings.random_seed = 1, 1
    settings.max_deterministic_time, settings.max_time_in_seconds = WORK, max(0.05, timeout)
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return plain
    return {job: id for (job, id), taken in takes.items() if solver.boolean_value(taken)}


def _unit(asked: Asked) -> float:
    """What demands are counted in: CP-SAT knows whole numbers only."""
    largest = max((one.demand for one in asked.jobs), default=0.0)
    whole = all(one.demand == int(one.demand) for one in asked.jobs) and largest <= LARGEST
    return 1.0 if whole else largest / LARGEST or largest
