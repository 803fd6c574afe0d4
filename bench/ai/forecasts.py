"""forecast beside two naive ways: the line through the last two hours, and plain least squares over all readings."""

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from statistics import median

import msgspec

from bench.ai.streams import DAY, HOUR
from bench.ai.wear import LIMIT, MEASURED, Life, lives
from engine.engine import Engine
from engine.plan import build_plan
from nodes.kit.catalog import full_catalog
from nodes.kit.event import Arrival, Event

EACH, SEED = 12, 77
EVERY, FIRST = 6 * HOUR, DAY
"""A forecast is looked at every so long, after the first day."""
NEVER = 3_650.0
SHORTEST = 0.5
"""Days by which an error is divided at least."""
Left = float | None


class Moment(msgspec.Struct):
    """At one moment: the days that were really left (None: it never wears), and what each way said; None: no answer."""

    worn: bool
    true: Left
    kind: tuple[float, float, Left] | None
    squares: Left
    two: Left


def moments(life: Life) -> tuple[str, list[Moment]]:
    nodes = [
        {"id": "pump", "kind": "devices", "params": {"type": "pump"}},
        {"id": "left", "kind": "forecast", "from": ["pump"], "params": {"field": "x", "above": LIMIT}},
    ]
    said: dict[str, Event] = {}
    plan = build_plan({"suiro": 1, "name": "Wear", "nodes": nodes}, full_catalog(), None)
    engine = Engine(plan, now=life.readings[0][0], tap=lambda node, port, event: said.update({f"{node}.{port}": event}))
    found, due = list[Moment](), life.readings[0][0] + FIRST
    for number, (at, value) in enumerate(life.readings):
        said.clear()
        engine.push(Arrival(at, str(number), at, device="p1", type="pump", data={"x": value}))
        if at >= due:
            due += EVERY
            told = said["left.out"].data if "left.out" in said else None
            kind = (told["remaining"], told["remaining_low"], told["remaining_high"]) if told else None
            true = None if life.end is None else (life.end - at) / DAY
            past = life.readings[: number + 1]
            found.append(Moment(at >= life.onset, true, kind, by_least_squares(past), by_two_hours(past)))
    return life.course, found


def by_least_squares(past: Sequence[tuple[int, float]]) -> Left:
    start, many = past[0][0], len(past)
    mean_t = sum(at - start for at, _ in past) / many
    mean_v = sum(value for _, value in past) / many
    slope = sum((at - start - mean_t) * (value - mean_v) for at, value in past) / sum(
        (at - start - mean_t) ** 2 for at, _ in past
    )
    return (mean_t + (LIMIT - mean_v) / slope - (past[-1][0] - start)) / DAY if slope > 0 else None


def by_two_hours(past: Sequence[tuple[int, float]]) -> Left:
    now = past[-1][0]
    last = [value for at, value in past if at > now - HOUR]
    before = [value for at, value in past[-30:] if now - 2 * HOUR < at <= now - HOUR]
    if not last or not before:
        return None
    level, rise = sum(last) / len(last), sum(last) / len(last) - sum(before) / len(before)
    return (LIMIT - level) / (rise / HOUR) / DAY if rise > 0 else None


def page() -> str:
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        every = list(pool.map(moments, lives(MEASURED, SEED, EACH)))
    courses = list(dict.fromkeys(course for course, _ in every))
    rows, quiet = [], []
    for course in courses:
        seen = [moment for name, found in every if name == course for moment in found]
        if seen[0].true is None:
            quiet.append(_quiet(course, seen))
        else:
            rows.append(_row(course, [moment for moment in seen if moment.worn]))
    lines = [
        "### forecast",
        "",
        f"{EACH} lives of each course, 1 to 10 healthy days and 6 to 40 days of wear, a reading every 10 minutes, 3 % missing; a look every six "
        "hours of the wear. Error: of the days left, in parts of those that were really left (half a day at least), median over the looks "
        "at which `forecast` answers; no answer counts as never (ten years). Interval: meant to hold 90 %.",
        "",
        "| course | looks | answered | error | least squares | last two hours | interval held | with an upper end | its width, median |",
        "| :-- | --: | --: | --: | --: | --: | --: | --: | --: |",
        *rows,
        "",
        *quiet,
    ]
    return "\n".join(lines)


def _row(course: str, seen: list[Moment]) -> str:
    answered = [(one, one.kind, one.true) for one in seen if one.kind is not None and one.true is not None]
    ours = median(_error(kind[0], true) for _, kind, true in answered)
    squares = median(_error(one.squares, true) for one, _, true in answered)
    two = median(_error(one.two, true) for one, _, true in answered)
    held = sum(kind[1] <= true <= (NEVER if kind[2] is None else kind[2]) for _, kind, true in answered)
    closed = [(kind[2] - kind[1]) / max(true, SHORTEST) for _, kind, true in answered if kind[2] is not None]
    n = len(answered)
    return (
        f"| {course} | {len(seen)} | {n / len(seen):.0%} | {ours:.2f} | {squares:.2f} | {_shown(two)} | {held / n:.0%} | "
        f"{len(closed) / n:.0%} | {median(closed):.2f} |"
    )


def _shown(error: float) -> str:
    return f"{error:.2f}" if error < 100 else f"{error:.0f}"


def _error(said: Left, true: float) -> float:
    return abs(min(NEVER if said is None else said, NEVER) - true) / max(true, SHORTEST)


def _quiet(course: str, seen: list[Moment]) -> str:
    told = sum(one.kind is not None for one in seen)
    squares = sum(one.squares is not None and one.squares < NEVER for one in seen)
    two = sum(one.two is not None and one.two < NEVER for one in seen)
    n = len(seen)
    return (
        f"Where nothing wears ({course}, {n} looks) `forecast` names a time at {told / n:.1%} of the looks, least squares at "
        f"{squares / n:.0%}, the last two hours at {two / n:.0%}."
    )
