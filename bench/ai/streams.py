"""Synthetic readings of machines with seasons, noise and faults, of two families that share no layout, no fault shape and no seed.

`CHOSEN` is what the parameters of the kinds were chosen on, `MEASURED` what the figures in docs/ai.md are of. A machine is
normal for `fault_at`, then has its fault (one of ten has none). Some readings are missing everywhere.
"""

import math
import random
from collections.abc import Callable, Iterator

import msgspec

START = 1_767_571_200_000
"""Monday 2026-01-05 00:00 UTC (ms)."""
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
Noise = Callable[[random.Random, float], float]
Shape = Callable[[float], float]
"""From hours since the fault began to what it does."""


class Machine(msgspec.Struct, frozen=True):
    """One stream. `fault` is a name or None; times in ms since START; `size` in standard deviations of the noise."""

    seed: int
    every: int
    season: str
    noise: str
    fault: str | None
    size: float
    fault_at: int
    length: int


class Family(msgspec.Struct, frozen=True):
    seeds: int
    every: tuple[int, ...]
    seasons: dict[str, Callable[[float], float]]
    noises: dict[str, Noise]
    faults: tuple[str, ...]


# --- courses of a day and a week: from hours since Monday midnight to units --------------------------------------


def _none(hours: float) -> float:
    return 0.0


def _sine(hours: float) -> float:
    return 6 * math.sin(2 * math.pi * (hours - 9) / 24)


def _shift_work(hours: float) -> float:
    """Days from 8 to 17, five days a week."""
    at = hours % 24
    return 8.0 if 8 <= at < 17 and hours % 168 < 120 else 0.0


def _two_peaks(hours: float) -> float:
    at = hours % 24
    return 5 * math.exp(-((at - 7.5) ** 2) / 4) + 7 * math.exp(-((at - 19) ** 2) / 6)


def _three_shifts(hours: float) -> float:
    """Two loads by turns, half load on Saturdays, none on Sundays."""
    day = int(hours % 168 // 24)
    load = (9.0, 6.0, 4.0)[int(hours % 24 // 8)]
    return load * (0.0 if day == 6 else 0.5 if day == 5 else 1.0)


def _warm_days(hours: float) -> float:
    """A lopsided day whose height changes from day to day."""
    day = int(hours // 24)
    return (4 + 1.5 * math.sin(day * 1.7)) * max(0.0, math.sin(math.pi * (hours % 24 - 6) / 14)) ** 2


# --- noise: from the last state to the next ----------------------------------------------------------------------


def _white(chance: random.Random, last: float) -> float:
    return chance.gauss(0, 1)


def _wandering(chance: random.Random, last: float) -> float:
    return 0.9 * last + chance.gauss(0, 0.436)


def _heavy(chance: random.Random, last: float) -> float:
    """Student's t with 5 degrees of freedom, to unit spread."""
    return chance.gauss(0, 1) / math.sqrt(sum(chance.gauss(0, 1) ** 2 for _ in range(5)) / 5) / 1.29


def _laplace(chance: random.Random, last: float) -> float:
    return chance.choice((-1, 1)) * chance.expovariate(1.414)


def _slow(chance: random.Random, last: float) -> float:
    return 0.97 * last + chance.gauss(0, 0.243)


def _coarse(chance: random.Random, last: float) -> float:
    return round(chance.gauss(0, 1) * 2) / 2


CHOSEN = Family(
    seeds=1_000, every=(MINUTE, 5 * MINUTE), seasons={"none": _none, "sine": _sine, "shift": _shift_work},
    noises={"white": _white, "ar 0.9": _wandering, "t5": _heavy},
    faults=("step", "drift", "spike", "stuck", "noise"),
)  # fmt: skip
MEASURED = Family(
    seeds=90_000, every=(2 * MINUTE, 10 * MINUTE),
    seasons={"none": _none, "two peaks": _two_peaks, "three shifts": _three_shifts, "warm days": _warm_days},
    noises={"laplace": _laplace, "ar 0.97": _slow, "coarse": _coarse},
    faults=("ramp to a new level", "creeping", "burst", "frozen", "growing noise", "other period"),
)  # fmt: skip
"""Families; noise has about unit spread, and `every` is the time between two readings (ms)."""

SIZES = (6.0, 4.0)


def machines(family: Family, weeks: int = 3, rounds: int = 1) -> Iterator[Machine]:
    """Every season with every noise, every fault and none."""
    number = 0
    for round_ in range(rounds):
        for season in family.seasons:
            for noise in family.noises:
                for fault in (*family.faults, None):
                    number += 1
                    chance = random.Random(family.seeds + number)
                    at = int((weeks - 1) * 7 * DAY + chance.uniform(0, 4) * DAY) if fault else weeks * 7 * DAY
                    every = family.every[number % len(family.every)]
                    yield Machine(family.seeds + number, every, season, noise, fault, SIZES[(number + round_) % 2], at,
                                  weeks * 7 * DAY)  # fmt: skip


def readings(machine: Machine, family: Family) -> Iterator[tuple[int, float]]:
    """(time, value) in order of time; 2 % of the readings and one stretch of six hours are missing."""
    chance = random.Random(machine.seed)
    season, noise = family.seasons[machine.season], family.noises[machine.noise]
    gap = chance.uniform(2, 9) * DAY
    cycle = 40 * MINUTE
    state, frozen, phase = 0.0, None, 0.0
    for at in range(0, machine.length, machine.every):
        state = noise(chance, state)
        hours = (at - machine.fault_at) / HOUR
        fault = machine.fault if hours >= 0 else None
        phase += machine.every / (cycle * (0.4 if fault == "other period" else 1.0))
        cyclic = 1.5 * math.sin(2 * math.pi * phase) if machine.fault == "other period" else 0.0
        value = 50 + season(at / HOUR) + cyclic + _with_fault(fault, hours, machine.size, state, chance)
        if fault in ("stuck", "frozen"):
            frozen = value if frozen is None else frozen
            value = frozen if fault == "stuck" or hours % 8 > 1 else value
        if chance.random() >= 0.02 and not gap <= at < gap + 6 * HOUR:
            yield START + at, round(value, 3)


def _with_fault(fault: str | None, hours: float, size: float, noise: float, chance: random.Random) -> float:
    """The noise with what the fault adds to it."""
    if fault == "step":
        return noise + size
    if fault == "drift":
        return noise + size * hours / 48
    if fault == "spike":
        return noise + (2 * size if hours % 6 < 0.1 else 0.0)
    if fault == "noise":
        return noise * (1 + size / 2)
    if fault == "ramp to a new level":
        return noise - size * min(1.0, hours / 3)
    if fault == "creeping":
        return noise + size * (math.expm1(min(hours, 120) / 24) / math.expm1(3))
    if fault == "burst":
        return noise + (size * 1.5 if hours % 12 < 1 and chance.random() < 0.3 else 0.0)
    if fault == "growing noise":
        return noise * (1 + size / 2 * min(1.0, hours / 24))
    return noise
