"""Figures of a stretch of vibration, from equally spaced samples.

The mean is taken off first. Spectra are of Hann-windowed samples (periodic, energy corrected); velocity comes from acceleration
by dividing each line of the spectrum by its angular frequency, within 10 to 1000 Hz (ISO 20816-1). numpy is loaded by the first
call: it transforms 16,384 samples in a millisecond, which would be a tenth of a second in plain Python.
"""

from collections.abc import Sequence
from math import log, pi, sqrt
from typing import Any, Literal

import msgspec

Unit = Literal["m/s2", "g", "mm/s"]
STANDARD_GRAVITY = 9.80665
LOWEST, HIGHEST = 10.0, 1_000.0
"""The range of vibration severity (Hz)."""
SHORTEST = 0.2
"""Seconds of samples without which 10 Hz cannot be told from the mean."""
LIMITS = {
    "large_rigid": (2.3, 4.5, 7.1), "large_flexible": (3.5, 7.1, 11.0), "medium_rigid": (1.4, 2.8, 4.5),
    "medium_flexible": (2.3, 4.5, 7.1), "small": (0.71, 1.8, 4.5),
}  # fmt: skip
"""Borders A/B, B/C, C/D in mm/s RMS: ISO 20816-3 groups 1 (over 300 kW) and 2 (15 to 300 kW); small: ISO 10816-1 class I."""
DIGITS = ".6g"
"""To what figures are rounded: the last bits of a transform are not the same on every processor."""


class Figures(msgspec.Struct, frozen=True):
    """`rms`, `peak` in the unit of the samples; `crest`, `kurtosis` (3 for Gaussian noise) None where nothing moves;
    `dominant` in Hz; `velocity` in mm/s RMS, None where the samples are too few or too slow; `bands`: RMS of each."""

    rms: float
    peak: float
    crest: float | None
    kurtosis: float | None
    dominant: float | None
    velocity: float | None
    bands: tuple[float, ...]


def figures(samples: Sequence[float], rate: float, unit: Unit, bands: Sequence[tuple[float, float]]) -> Figures:
    """Of finite `samples`, `rate` of them a second. `bands` are [from, to) in Hz."""
    import numpy as np

    x = np.asarray(samples, dtype=np.float64)
    x = x - x.mean()
    square = float(np.mean(x * x))
    rms, peak = sqrt(square), float(np.max(np.abs(x)))
    moves = rms > 1e-12 * abs(float(samples[0]))
    if not moves:  # what is left is the rounding of the mean
        x, square, rms, peak = x * 0.0, 0.0, 0.0, 0.0
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(len(x)) / len(x))
    lines = np.fft.rfft(x * window)
    power = np.abs(lines) ** 2 * (2.0 / (len(x) ** 2 * float(np.mean(window * window))))
    if len(x) % 2 == 0:
        power[-1] /= 2
    hertz = np.fft.rfftfreq(len(x), 1.0 / rate)
    return Figures(
        rounded(rms), rounded(peak), rounded(peak / rms) if moves else None,
        rounded(float(np.mean(x**4)) / square**2) if moves else None,
        rounded(_dominant(power, rate / len(x))) if moves else None,
        _velocity(power, hertz, unit, len(x), rate),
        tuple(rounded(sqrt(float(power[(hertz >= low) & (hertz < high)].sum()))) for low, high in bands),
    )  # fmt: skip


def zone(velocity: float, machine: str) -> str:
    """A (new), B (fit for long operation), C (not for long), D (damage): the border belongs to the better zone."""
    return "ABCD"[sum(velocity > limit for limit in LIMITS[machine])]


def rounded(value: float) -> float:
    return float(format(value, DIGITS))


def _dominant(power: Any, apart: float) -> float:
    """The frequency of the strongest line, between lines by the parabola through the logarithms of it and its neighbours."""
    top = 1 + int(power[1:].argmax())
    shift = 0.0
    if 1 < top < len(power) - 1 and min(power[top - 1 : top + 2]) > 0:
        left, middle, right = (log(float(part)) for part in power[top - 1 : top + 2])
        bend = left - 2 * middle + right
        shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
    return float((top + shift) * apart)


def _velocity(power: Any, hertz: Any, unit: Unit, count: int, rate: float) -> float | None:
    if count / rate < SHORTEST or rate < 4 * LOWEST:
        return None
    inside = (hertz >= LOWEST) & (hertz <= HIGHEST)
    if unit == "mm/s":
        return rounded(sqrt(float(power[inside].sum())))
    scale = 1_000.0 * (STANDARD_GRAVITY if unit == "g" else 1.0)
    return rounded(scale * sqrt(float((power[inside] / (2 * pi * hertz[inside]) ** 2).sum())))
