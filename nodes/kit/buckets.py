"""Numbers in buckets that are so narrow that the middle of one stands for all in it."""

from math import ceil, log

_WIDTH = log(1.01 / 0.99)
_SMALLEST = 1e-9
_OFFSET = 100_000
"""Buckets of positive numbers lie above it, of negative ones below its negative, and 0 is 0."""


def bucket_of(value: float) -> int:
    """The bucket that holds `value`: neighbours are 2 % apart, so the middle is off by 1 % at most (DDSketch, Masson et
    al. 2019)."""
    if abs(value) < _SMALLEST:
        return 0
    bucket = _OFFSET + ceil(log(abs(value)) / _WIDTH)
    return bucket if value > 0 else -bucket


def middle_of(bucket: int) -> float:
    if bucket == 0:
        return 0.0
    size = 2 * (1.01 / 0.99) ** (abs(bucket) - _OFFSET) / (1 + 1.01 / 0.99)
    return size if bucket > 0 else -size
