"""Where a noisy series is heading: a robust line or growth, with what is not known about it.

**Points** are medians of stretches of time, at most 60. A line is Theil and Sen's: the median of the slopes of all pairs. Growth is a
line through log(value - base): wear that feeds on itself. Lines through all points, the newer half and the newest quarter,
straight or growing, are each fitted without the newest eighth and judged by how well they foretell it; the plainest one wins that
no other beats by a quarter.

**Interval.** What is left over of the points is split into noise that passes and steps that stay (a random walk): differences of
neighbours have the variance 2n + q, differences over k points 2n + kq. At a horizon h the variance is that of the level, of
the slope (h squared) and of the steps to come (h q); the interval is where the value would reach the limit 1.645 standard deviations
early or late, which is meant to hold nine times of ten.
"""

from collections.abc import Sequence
from math import exp, inf, isfinite, log, sqrt
from statistics import median

import msgspec

Point = tuple[float, float]
"""Time (ms) and value."""
FEWEST = 8
"""Points without which there is no trend."""
Z = 1.645
"""Standard deviations to either side that leave out one of ten."""
BASES = (0.05, 0.2, 0.6, 2.0)
"""How far the base of a growth lies below the lowest point, in parts of the range of all."""
PARTS = (1, 2, 4)
BETTER = 0.75
NEAR, MOST = 1.5, 5
"""Others count that are at most this much further off, and so many of them."""
LONGEST = 3_660 * 86_400_000.0
"""Ten years (ms): what lies further ahead is not told."""


class Trend(msgspec.Struct, frozen=True):
    """A line at time `at` (ms): `level` and `slope` per ms, in the value's own terms where `base` is None, else in log(value -
    base); the variances `level_var`, `slope_var` (per ms squared) and of the `steps` to come (per ms)."""

    at: float
    level: float
    slope: float
    level_var: float
    slope_var: float
    steps: float
    base: float | None = None

    def taken(self, value: float) -> float:
        """`value` in the terms of the line; -inf where it lies below the base."""
        if self.base is None:
            return value
        return log(value - self.base) if value > self.base else -inf

    def sureness(self) -> float:
        """The slope in its standard deviations."""
        return self.slope / sqrt(self.slope_var) if self.slope_var > 0 else inf if self.slope > 0 else -inf

    def rate(self, time: float) -> float:
        """How fast the value itself rises at `time`, per ms."""
        line = self.level + self.slope * (time - self.at)
        return self.slope if self.base is None else self.slope * exp(min(line, 700.0))

    def reached(self, limit: float, away: float = 0.0) -> float:
        """When the value rises to `limit`, and stays `away` standard deviations above (early: below) it: ms after `at`;
        inf where that is never or beyond ten years."""
        short, z2 = self.taken(limit) - self.level, away * away
        if short + away * sqrt(self.level_var) <= 0:
            return 0.0
        if not away:
            ahead = short / self.slope if self.slope > 0 else inf
            return ahead if ahead <= LONGEST else inf
        # (short - slope h)^2 = away^2 (level_var + steps h + slope_var h^2)
        a, b, c = (
            self.slope**2 - z2 * self.slope_var, 2 * short * self.slope + z2 * self.steps, short * short - z2 * self.level_var
        )  # fmt: skip
        root = sqrt(max(0.0, b * b - 4 * a * c))
        if away < 0:
            ahead = 2 * c / (b + root) if b + root > 0 else inf
        else:
            ahead = (b + root) / (2 * a) if a > 0 else inf
        return max(0.0, ahead) if ahead <= LONGEST else inf


def trends_of(points: Sequence[Point], shapes: Sequence[str], shortest: float = 0.0) -> list[Trend]:
    """The trend of points in order of time, and after it the others that foretell nearly as well; `shapes` out of `line` and
    `growth`. None of fewer points than `FEWEST`, or of such that span less than `shortest` (ms)."""
    if len(points) < FEWEST or points[-1][0] - points[0][0] < shortest:
        return []
    values = [value for _, value in points]
    lowest, size = min(values), max(values) - min(values)
    lower = [lowest - part * size for part in reversed(BASES)] if "growth" in shapes else []
    below = [one for one in lower if one < lowest]  # none where the range is lost in rounding
    bases: list[float | None] = [*([None] if "line" in shapes or not below else []), *below]
    tried: list[tuple[float, int, float | None]] = []
    best = 0
    for part in PARTS:
        if len(points) // part < FEWEST or points[-1][0] - points[-(len(points) // part)][0] < shortest:
            break
        for base in bases:
            tried.append((_foretold_wrong(points[-(len(points) // part) :], base), part, base))
            if tried[-1][0] < BETTER * tried[best][0]:
                best = len(tried) - 1
    near = [one for number, one in enumerate(tried) if number != best and one[0] <= NEAR * tried[best][0]]
    return [
        _fitted(points[-(len(points) // part) :], base)
        for _, part, base in (tried[best], *sorted(near, key=_wrong)[:MOST])
    ]


def _wrong(tried: tuple[float, int, float | None]) -> float:
    return tried[0]


def _in_terms(points: Sequence[Point], base: float | None) -> list[Point]:
    return list(points) if base is None else [(time, log(value - base)) for time, value in points]


def _line(points: Sequence[Point]) -> tuple[float, float]:
    """Slope, and value at the last point."""
    slopes = [
        (other[1] - one[1]) / (other[0] - one[0])
        for number, one in enumerate(points)
        for other in points[number + 1 :]
        if other[0] > one[0]
    ]
    slope, last = median(slopes), points[-1][0]
    return slope, median(value + slope * (last - time) for time, value in points)


def _foretold_wrong(points: Sequence[Point], base: float | None) -> float:
    """How far a line through all but the newest points is off there, in the value's own terms."""
    kept = len(points) - max(2, len(points) // 8)
    slope, level = _line(_in_terms(points[:kept], base))
    last, wrong = points[kept - 1][0], []
    for time, value in points[kept:]:
        line = level + slope * (time - last)
        wrong.append(abs((line if base is None else base + exp(min(line, 700.0))) - value))
    return sum(wrong) / len(wrong)


def _fitted(points: Sequence[Point], base: float | None) -> Trend:
    line = _in_terms(points, base)
    slope, level = _line(line)
    at, length, many = line[-1][0], line[-1][0] - line[0][0], len(line)
    left = [value - level - slope * (time - at) for time, value in line]
    noise, steps = _split(left)
    ratio = steps / noise if noise > 0 else inf
    gain = 1.0 if not isfinite(ratio) else max(2 / many, (sqrt(ratio * ratio + 4 * ratio) - ratio) / 2)
    now = 0.0
    for one in left:
        now += gain * (one - now)
    apart = length / (many - 1)
    slope_var = max(12 * noise / (many * length * length), 0.0) + steps / apart / length
    return Trend(at, level + now, slope, noise * gain + 1e-18, slope_var, steps / apart, base)


def _split(left: Sequence[float]) -> tuple[float, float]:
    """The variances of noise that passes and of steps that stay, from what a line leaves over."""
    far = max(2, len(left) // 6)
    near = _spread(left, 1)
    steps = max(0.0, (_spread(left, far) - near) / (far - 1))
    return max((near - steps) / 2, 0.0), steps


def _spread(left: Sequence[float], apart: int) -> float:
    """The variance of differences so many points apart; robust, by their median size."""
    sizes = [abs(other - one) for one, other in zip(left, left[apart:], strict=False)]
    return float((1.4826 * median(sizes)) ** 2)
