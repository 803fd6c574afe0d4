"""What a window computes, over all of its readings at once, in order of time."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

HOUR = 3_600_000


@dataclass(frozen=True)
class Reading:
    time: int
    value: Any


@dataclass(frozen=True)
class Span:
    """Start and end of a window, and the value read last before it."""

    start: int
    end: int
    before: Any = None


def average(values: Sequence[float]) -> float:
    return float(sum(map(Fraction, values)) / len(values))


def spread(values: Sequence[float]) -> float:
    """The standard deviation of the readings themselves (divided by n)."""
    return float(statistics.pstdev([Fraction(value) for value in values]))


def slope(readings: Sequence[Reading]) -> float:
    """Least squares, per hour; 0 where all are of one time."""
    times = [Fraction(reading.time) for reading in readings]
    values = [Fraction(reading.value) for reading in readings]
    middle, level = sum(times) / len(times), sum(values) / len(values)
    width = sum((time - middle) ** 2 for time in times)
    rise = sum((time - middle) * (value - level) for time, value in zip(times, values, strict=True))
    return float(rise / width * HOUR) if width else 0.0


def percentile(values: Sequence[float], percent: float) -> float:
    """Between two readings in a straight line."""
    ordered = sorted(Fraction(value) for value in values)
    rank = (len(ordered) - 1) * Fraction(percent) / 100
    low = ordered[int(rank)]
    high = ordered[min(int(rank) + 1, len(ordered) - 1)]
    return float(low + (high - low) * (rank - int(rank)))


def over_time(readings: Sequence[Reading], span: Span) -> float:
    """Each reading counts until the next one, the last until the end; what was read before counts from the start."""
    steps = list(readings) if span.before is None else [Reading(span.start, span.before), *readings]
    ends = [*(step.time for step in steps[1:]), span.end]
    area = sum(Fraction(step.value) * (end - step.time) for step, end in zip(steps, ends, strict=True))
    length = span.end - steps[0].time
    return float(area / length) if length else float(steps[-1].value)


def different(values: Sequence[Any]) -> int:
    """5 and 5.0 are one, 1 and true are two."""
    return len({_told_apart(value) for value in values})


def _told_apart(value: Any) -> str:
    whole = isinstance(value, float) and value.is_integer()
    return json.dumps(int(value) if whole else value, sort_keys=True)


def calculated(name: str, readings: Sequence[Reading], span: Span, percent: float) -> Any:
    values = [reading.value for reading in readings]
    if name == "count":
        return len(values)
    if name == "distinct":
        return different(values)
    if name in ("first", "last"):
        return values[0 if name == "first" else -1]
    if name in ("min", "max"):
        return min(values) if name == "min" else max(values)
    if name == "sum":
        return float(sum(map(Fraction, values)))
    if name == "average":
        return average(values)
    if name == "deviation":
        return spread(values)
    if name == "percentile":
        return percentile(values, percent)
    return slope(readings) if name == "slope" else over_time(readings, span)


NUMERIC = {"average", "min", "max", "sum", "deviation", "percentile", "slope", "time_weighted"}
APPROXIMATE = {"deviation", "percentile", "slope", "time_weighted"}
"""Promised to be right, but not to the last bit."""
