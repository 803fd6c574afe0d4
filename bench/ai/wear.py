"""Synthetic wear of two families that share no course, no noise and no seed: see bench/ai/streams.py.

A machine is healthy for a while, then wears until its value passes the limit; the moment at which its course without passing
noise does so is its true end. `none` never wears.
"""

import math
import random
from collections.abc import Callable, Iterator

import msgspec

from bench.ai.streams import DAY, HOUR, START

LIMIT = 7.1
"""mm/s, from a healthy 2."""


class Course(msgspec.Struct, frozen=True):
    """`wear` from 0 to 1 over the life's share gone; `wander`: what each hour adds for good, `noise` what passes."""

    name: str
    wear: Callable[[float], float]
    wander: float
    noise: Callable[[random.Random], float]


def _step_then_line(part: float) -> float:
    return 0.15 + 0.85 * part if part > 0.02 else 0.0


CHOSEN = (
    Course("line", lambda part: part, 0.0, lambda chance: chance.gauss(0, 0.3)),
    Course("growth", lambda part: math.expm1(3 * part) / math.expm1(3), 0.0, lambda chance: chance.gauss(0, 0.3)),
    Course("line, wandering", lambda part: part, 0.06, lambda chance: chance.gauss(0, 0.15)),
    Course("none", lambda part: 0.0, 0.0, lambda chance: chance.gauss(0, 0.3)),
)
MEASURED = (
    Course("step, then line", _step_then_line, 0.0, lambda chance: chance.choice((-1, 1)) * chance.expovariate(3)),
    Course(
        "power", lambda part: part**2.5, 0.0, lambda chance: chance.gauss(0, 0.2) * (3 if chance.random() < 0.05 else 1)
    ),
    Course("slowing", lambda part: part**0.7, 0.0, lambda chance: chance.gauss(0, 0.25)),
    Course(
        "growth, wandering",
        lambda part: math.expm1(2 * part) / math.expm1(2),
        0.05,
        lambda chance: chance.gauss(0, 0.2),
    ),
    Course("none, wandering", lambda part: 0.0, 0.02, lambda chance: chance.gauss(0, 0.3)),
)


class Life(msgspec.Struct, frozen=True):
    """`readings` (time, value) ten minutes apart; `end`: when the course reaches the limit (ms), None where it never does."""

    course: str
    readings: list[tuple[int, float]]
    onset: int
    end: int | None


def lives(courses: tuple[Course, ...], seeds: int, each: int) -> Iterator[Life]:
    for course in courses:
        for number in range(each):
            yield _life(course, random.Random(f"{seeds} {course.name} {number}"))


def _life(course: Course, chance: random.Random) -> Life:
    healthy, wearing = chance.uniform(1, 10) * DAY, chance.uniform(6, 40) * DAY
    wander, found, end = 0.0, [], None
    for at in range(0, int(healthy + 1.5 * wearing), HOUR // 6):
        part = max(0.0, at - healthy) / wearing
        wander += chance.gauss(0, course.wander / math.sqrt(6)) if part else 0.0
        value = 2.0 + (LIMIT - 2.0) * course.wear(part) + wander
        if value >= LIMIT and course.name[:4] != "none":
            end = START + at
            break
        if chance.random() > 0.03:
            found.append((START + at, round(value + course.noise(chance), 3)))
    return Life(course.name, found, START + int(healthy), end)
