"""What `assign` and `tour` are worth beside the greedy answer, and how long they take, by size. Other seeds than any test's."""

import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from nodes.kit.visits import Way
from runtime.optimise import assign, tour

RUNS = 15
LONG = 60.0
"""Seconds that a search may take here: only its own limit ends it."""
Case = tuple[float, float, int, float]
"""Cost of ours, of greedy, how many more jobs or stops ours takes, and milliseconds."""


def page() -> str:
    """The tables."""
    assign.assign(_plain(random.Random(0), 2, 2), LONG)
    assign.assign(_loads(random.Random(0), 2, 2), LONG)
    rows = [
        "Cost: what all jobs or ways together cost, in parts of the greedy answer's, where both take as many (median; the range of nine of "
        f"ten). More taken: jobs or stops that the greedy answer leaves out, on average. {RUNS} random questions each.",
        "",
        "| question | size | cost beside greedy | more taken | ms, median | ms, longest |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for jobs, devices in ((5, 10), (20, 20), (50, 100), (100, 100)):
        rows.append(_row("`assign`, one job each", f"{jobs} jobs, {devices} devices", _assigned(_plain, jobs, devices)))
    for jobs, devices in ((10, 4), (50, 10), (100, 30)):
        rows.append(_row("`assign`, with loads", f"{jobs} jobs, {devices} devices", _assigned(_loads, jobs, devices)))
    for stops in (5, 10, 20, 50, 100):
        rows.append(_row("`tour`", f"{stops} stops", _toured(stops, windows=False)))
    for stops in (10, 50):
        rows.append(_row("`tour`, with windows", f"{stops} stops", _toured(stops, windows=True)))
    return "\n".join(rows)


def _row(name: str, size: str, cases: list[Case]) -> str:
    alike = sorted(ours / greedy for ours, greedy, more, _ in cases if more == 0 and greedy > 0)
    cost = f"{statistics.median(alike):.3f} ({_at(alike, 0.05):.2f} to {_at(alike, 0.95):.2f})" if alike else "–"
    more, spent = statistics.fmean(case[2] for case in cases), [case[3] for case in cases]
    return f"| {name} | {size} | {cost} | {more:.1f} | {statistics.median(spent):.0f} | {max(spent):.0f} |"


def _at(values: list[float], part: float) -> float:
    return values[round(part * (len(values) - 1))]


def _plain(rnd: random.Random, jobs: int, devices: int) -> assign.Asked:
    return _asked(rnd, jobs, {f"d{i}": {"jobs": 1, "room": 1e15} for i in range(devices)})


def _loads(rnd: random.Random, jobs: int, devices: int) -> assign.Asked:
    """Rooms for nine tenths of the demand of all jobs."""
    return _asked(rnd, jobs, {f"d{i}": {"jobs": 100, "room": round(0.9 * 3 * jobs / devices)} for i in range(devices)})


def _asked(rnd: random.Random, jobs: int, seats: dict[str, Any]) -> assign.Asked:
    where = {id: (rnd.random(), rnd.random()) for id in seats}
    found = []
    for index in range(jobs):
        x, y = rnd.random(), rnd.random()
        offers = {id: round(10_000 * ((x - a) ** 2 + (y - b) ** 2) ** 0.5, 3) for id, (a, b) in where.items()}
        found.append({"job": f"j{index}", "demand": float(rnd.randint(1, 5)), "offers": offers})
    return assign.asked_of({"jobs": found, "seats": seats})


def _assigned(make: Callable[[random.Random, int, int], assign.Asked], jobs: int, devices: int) -> list[Case]:
    cases = []
    for run in range(RUNS):
        asked = make(random.Random(9_000 + 100 * run + jobs), jobs, devices)
        begun = time.perf_counter()
        found = assign.assign(asked, LONG)
        spent = (time.perf_counter() - begun) * 1000
        ours, greedy = assign.worth(asked, found), assign.worth(asked, assign.greedy(asked))
        cases.append((ours[2], greedy[2], greedy[0] - ours[0], spent))
    return cases


def _toured(stops: int, *, windows: bool) -> list[Case]:
    cases = []
    for run in range(RUNS):
        way = _way(random.Random(7_000 + 100 * run + stops), stops, windows)
        begun = time.perf_counter()
        found = tour.tour(way, LONG)
        spent = (time.perf_counter() - begun) * 1000
        ours, greedy = tour.worth(way, found), tour.worth(way, tour.nearest_next(way))
        cases.append((ours[1], greedy[1], greedy[0] - ours[0], spent))
    return cases


def _way(rnd: random.Random, stops: int, windows: bool) -> Way:
    """In and around a town, 30 km/h; windows of two hours within a day of eight."""
    found: list[dict[str, Any]] = []
    for _ in range(stops):
        stop: dict[str, Any] = {"spot": [35.6 + rnd.random() / 5, 139.6 + rnd.random() / 5], "stay": 300}
        if windows:
            opens = rnd.randint(0, 6 * 3600)
            stop["window"] = [opens, opens + 2 * 3600]
        found.append(stop)
    return tour.way_of({"start": [35.7, 139.7], "stops": found, "speed": 30 / 3.6})
