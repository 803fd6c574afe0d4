"""Whether a model's answers are spread otherwise than in its first week: the population stability index, and what chance does
to it. Pure.

The index is the sum over the bins of (p - q) ln(p / q), p the recent share and q that of the first week, each count with one half
added. Of samples of one and the same spread it is about (1/n + 1/m) times a chi-square with one degree of freedom fewer than
bins: more than 999 of 1,000 such samples show is no chance. A model has drifted where its index is 0.25 or more, a customary
limit, and more than chance; from 0.1 on it is shifting. Answers of one picture after another depend on each other, so chance
does more than that formula says: the customary limit holds alone where there are many answers.
"""

import math
from datetime import date, timedelta
from typing import Any, NamedTuple

SHIFTING, DRIFTED = 0.1, 0.25
WEEK = timedelta(days=7)
FEWEST = 200
"""Answers of the first week, and of the recent one, from which anything is said."""
_UPPER = 3.0902
"""Of the normal distribution, one in a thousand above."""


class Day(NamedTuple):
    """What was counted on one day."""

    day: date
    bins: list[int]


class Drift(NamedTuple):
    """`state`: too_few, first_week, steady, shifting or drifted. `psi` and `chance` are None where nothing is said yet."""

    state: str
    psi: float | None = None
    chance: float | None = None
    first: list[int] | None = None
    recent: list[int] | None = None


def drift_of(days: list[Day], today: date) -> Drift:
    """`days` in order, those without answers left out."""
    if not days:
        return Drift("too_few")
    end = days[0].day + WEEK
    first = total([one for one in days if one.day < end])
    recent = total([one for one in days if one.day >= max(end, today - WEEK + timedelta(days=1))])
    if today < end or not recent:
        return Drift("first_week", first=first)
    if sum(first) < FEWEST or sum(recent) < FEWEST:
        return Drift("too_few", first=first, recent=recent)
    found, chance = index(recent, first), by_chance(recent, first)
    state = (
        "drifted"
        if found >= DRIFTED and found > chance
        else "shifting"
        if found >= SHIFTING and found > chance
        else "steady"
    )
    return Drift(state, found, chance, first, recent)


def total(days: list[Day]) -> list[int]:
    """All days together, bin by bin; empty where there is none."""
    return [sum(counts) for counts in zip(*(one.bins for one in days), strict=False)]


def index(recent: list[int], first: list[int]) -> float:
    """The population stability index of two spreads over the same bins."""
    bins = len(first)
    shares = [[(count + 0.5) / (sum(counts) + bins / 2) for count in counts] for counts in (recent, first)]
    return sum((p - q) * math.log(p / q) for p, q in zip(*shares, strict=True))


def by_chance(recent: list[int], first: list[int]) -> float:
    """What the index of two samples of one spread exceeds once in a thousand times."""
    free = max(1, len(first) - 1)
    part = 2 / (9 * free)
    chi_square = free * (1 - part + _UPPER * math.sqrt(part)) ** 3  # Wilson and Hilferty
    return (1 / sum(recent) + 1 / sum(first)) * chi_square


def drift_json(drift: Drift) -> dict[str, Any]:
    return {**drift._asdict(), "psi": None if drift.psi is None else round(drift.psi, 3)}
