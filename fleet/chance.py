"""Randomness as a function of names and time: nothing is remembered, so any moment can be asked for."""

import hashlib
import math


def uniform(*names: object) -> float:
    """Evenly in [0, 1), always the same for the same names."""
    digest = hashlib.blake2b("/".join(map(str, names)).encode(), digest_size=7).digest()
    return int.from_bytes(digest, "big") / 2**56


def normal(*names: object) -> float:
    """Gaussian with mean 0 and standard deviation 1."""
    radius = math.sqrt(-2.0 * math.log(1.0 - uniform(*names, "r")))
    return radius * math.cos(2.0 * math.pi * uniform(*names, "a"))


def drift(at: int, over: int, *names: object) -> float:
    """A smooth wandering in [-1, 1]: values at every `over` ms, joined without corners."""
    before, rest = divmod(at, over)
    left, right = (2.0 * uniform(*names, "d", point) - 1.0 for point in (before, before + 1))
    part = rest / over
    smooth = part * part * (3.0 - 2.0 * part)
    return left + (right - left) * smooth


def swing(at: int, over: int) -> float:
    """A sine in [-1, 1] whose top lies at three fifths of each period: a day's warmest hour, counted in UTC."""
    return math.cos(2.0 * math.pi * (at / over - 0.6))
