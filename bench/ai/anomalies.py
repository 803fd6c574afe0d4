"""anomaly beside two naive ways: three standard deviations of the first day, and a rolling z-score."""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from math import sqrt
from statistics import fmean, median, pstdev

import msgspec

from bench.ai.streams import CHOSEN, DAY, HOUR, MEASURED, START, Machine, machines, readings
from engine.engine import Engine
from engine.plan import build_plan
from nodes.kit.catalog import full_catalog
from nodes.kit.event import Arrival, Event

FAMILIES = {"chosen": CHOSEN, "measured": MEASURED}
ROUNDS = 1
Alarms = list[int]
"""When each began, ms since START."""
Way = Callable[[Iterator[tuple[int, float]]], Alarms]


def by_kind(stream: Iterator[tuple[int, float]], **params: str) -> Alarms:
    """The kind itself, through the engine, with what it assumes where nothing is said."""
    nodes = [
        {"id": "pump", "kind": "devices", "params": {"type": "pump"}},
        {"id": "odd", "kind": "anomaly", "from": ["pump"], "params": {"field": "x", **params}},
    ]
    found: Alarms = []

    def tap(node: str, port: str, event: Event) -> None:
        if node == "odd" and port == "entered":
            found.append(event.time - START)

    engine = Engine(build_plan({"suiro": 1, "name": "Odd", "nodes": nodes}, full_catalog(), None), now=START, tap=tap)
    for number, (at, value) in enumerate(stream):
        engine.push(Arrival(at, str(number), at, device="p1", type="pump", data={"x": value}))
    return found


def by_first_day(stream: Iterator[tuple[int, float]]) -> Alarms:
    """Three standard deviations around the mean of the first day."""
    first: list[float] = []
    watch, mean, spread = Watch(3.0), 0.0, 0.0
    for at, value in stream:
        if at - START < DAY:
            first.append(value)
            continue
        if not spread:
            mean, spread = fmean(first), pstdev(first)
        watch.see(at, (value - mean) / spread)
    return watch.began


def by_rolling_z(stream: Iterator[tuple[int, float]], limit: float = 3.0) -> Alarms:
    """So many standard deviations from the mean of the last day."""
    last: deque[tuple[int, float]] = deque()
    watch, total, squares = Watch(limit), 0.0, 0.0
    for at, value in stream:
        while last and last[0][0] <= at - DAY:
            old = last.popleft()[1] - 50
            total, squares = total - old, squares - old * old
        if at - START >= DAY and len(last) > 10:
            mean = total / len(last)
            spread = sqrt(max(squares / len(last) - mean * mean, 1e-12))
            watch.see(at, (value - 50 - mean) / spread)
        last.append((at, value))
        total, squares = total + value - 50, squares + (value - 50) ** 2
    return watch.began


def by_rolling_6(stream: Iterator[tuple[int, float]]) -> Alarms:
    return by_rolling_z(stream, 6.0)


def by_touchy_kind(stream: Iterator[tuple[int, float]]) -> Alarms:
    return by_kind(stream, sensitivity="high")


class Watch:
    """An alarm begins beyond the limit and ends within half of it, as the kind's does."""

    def __init__(self, limit: float) -> None:
        self.limit, self.inside, self.began = limit, False, list[int]()

    def see(self, at: int, score: float) -> None:
        size = abs(score)
        if not self.inside and size > self.limit:
            self.inside = True
            self.began.append(at - START)
        elif self.inside and size <= self.limit / 2:
            self.inside = False


WAYS: dict[str, Way] = {
    "anomaly": by_kind, "anomaly, high": by_touchy_kind, "3 sigma of the first day": by_first_day,
    "rolling z over 3": by_rolling_z, "rolling z over 6": by_rolling_6,
}  # fmt: skip


class Outcome(msgspec.Struct):
    """What a way made of one machine. `delay` in hours from the fault to the first alarm that began in it; None: none did."""

    fault: str | None
    season: str
    false: int
    weeks: float
    delay: float | None


def judged(job: tuple[str, str, Machine]) -> Outcome:
    way, family, machine = job
    alarms = WAYS[way](readings(machine, FAMILIES[family]))
    after = [at for at in alarms if at >= machine.fault_at]
    delay = (after[0] - machine.fault_at) / HOUR if after and machine.fault else None
    false = sum(at < machine.fault_at for at in alarms)
    return Outcome(machine.fault, machine.season, false, (machine.fault_at - DAY) / (7 * DAY), delay)


def measured(way: str, family: str, rounds: int) -> list[Outcome]:
    jobs = [(way, family, machine) for machine in machines(FAMILIES[family], rounds=rounds)]
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        return list(pool.map(judged, jobs, chunksize=4))


def page() -> str:
    every = {way: measured(way, "measured", ROUNDS) for way in WAYS}
    some = next(iter(every.values()))
    faulty = sum(one.fault is not None for one in some)
    lines = [
        "### anomaly",
        "",
        f"{len(some)} machines, {faulty} of them with a fault, {sum(one.weeks for one in some):.0f} device-weeks without one. Three weeks each, "
        "a reading every 2 or 10 minutes, 2 % missing and one gap of six hours; nothing is told on the first day. Recall: faults in "
        "which an alarm began. Precision: those, of those and the false alarms. Delay: hours from the fault's beginning to the first alarm.",
        "",
        "| way | recall | precision | delay, median | 9 of 10 within | false alarms per device-week |",
        "| :-- | --: | --: | --: | --: | --: |",
        *(_row(way, outcomes) for way, outcomes in every.items()),
        "",
        "`anomaly` (normal sensitivity) by fault and by course; faults are 4 or 6 standard deviations of the noise in size:",
        "",
        "| fault | n | found | delay, median | | course | n | false alarms per device-week |",
        "| :-- | --: | --: | --: | -- | :-- | --: | --: |",
        *_by_fault_and_season(every["anomaly"]),
    ]
    return "\n".join(lines)


def _row(way: str, outcomes: list[Outcome]) -> str:
    delays = sorted(one.delay for one in outcomes if one.delay is not None)
    faulty, false = sum(one.fault is not None for one in outcomes), sum(one.false for one in outcomes)
    precision = len(delays) / max(1, len(delays) + false)
    weekly = false / sum(one.weeks for one in outcomes)
    within = delays[int(0.9 * (len(delays) - 1))]
    return f"| {way} | {len(delays) / faulty:.0%} | {precision:.0%} | {median(delays):.1f} h | {within:.1f} h | {weekly:.2f} |"


def _by_fault_and_season(outcomes: list[Outcome]) -> Iterator[str]:
    faults = list(dict.fromkeys(one.fault for one in outcomes if one.fault))
    seasons = list(dict.fromkeys(one.season for one in outcomes))
    for number in range(max(len(faults), len(seasons))):
        left, right = "| | | | ", "| | | |"
        if number < len(faults):
            of = [one for one in outcomes if one.fault == faults[number]]
            delays = [one.delay for one in of if one.delay is not None]
            delay = f"{median(delays):.1f} h" if delays else "–"
            left = f"| {faults[number]} | {len(of)} | {len(delays)} | {delay} "
        if number < len(seasons):
            of = [one for one in outcomes if one.season == seasons[number]]
            right = f"| {seasons[number]} | {len(of)} | {sum(o.false for o in of) / sum(o.weeks for o in of):.2f} |"
        yield f"{left}| {right}"
