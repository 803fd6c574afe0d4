"""Sums without rounding: a list of floats ("partials") whose exact sum is what was added up, as JSON keeps it.

The last partial is the sum rounded to a float, the one before it the rest rounded, and so on until nothing is left:
one or two as a rule, at most 40. So a sum has one list, in whatever order its numbers came, and what was added and
subtracted again leaves no dust. An empty list is 0; to subtract x, add -x. Ints beyond 2**53 are rounded to floats
first. (Exactness: Shewchuk, "Adaptive Precision Floating-Point Arithmetic", 1997, which `math.fsum` is built on.)
"""

from fractions import Fraction
from math import frexp, fsum, ulp

LARGEST = 1e308
"""Numbers and sums beyond it in size are refused."""
LARGEST_FACTOR = 1e150
"""Factors of a product beyond it in size are refused."""
SPLITTER = 134217729.0
"""2**27 + 1: splits a float into two halves of at most 26 bits, whose products are exact (Veltkamp)."""


def add(partials: list[float], x: float) -> None:
    """Add `x`, in place. Raises OverflowError, with nothing changed, where `x` or the sum is not finite or beyond
    `LARGEST`."""
    if not -LARGEST <= x <= LARGEST:
        raise OverflowError(f"{x} cannot be added")
    if not 1 <= len(partials) <= 2:
        partials[:] = _parts([*partials, x])
        return
    before = partials[-1]
    part = before + x
    if not -LARGEST <= part <= LARGEST:
        raise OverflowError("the sum is too large")
    took = part - before  # how much of x is in `part`; the rest is exact (Knuth's two-sum)
    rest = (before - (part - took)) + (x - took)
    if len(partials) == 2:
        low = partials[0]
        both = low + rest
        took = both - low
        if (low - (both - took)) + (rest - took):  # it takes three
            partials[:] = _parts([*partials, x])
            return
        sum = part + both
        took = sum - part
        part, rest = sum, (part - (sum - took)) + (both - took)
    partials[:] = (rest, part) if rest else (part,) if part else ()


def add_product(partials: list[float], x: float, y: float) -> None:
    """Add the exact product `x * y`, in place; one below 1e-290 in size, whose last bits no float can hold, to within
    1e-320. Raises OverflowError, with nothing changed, where a factor is beyond `LARGEST_FACTOR`, or as `add`."""
    x += 0.0
    y += 0.0
    if not (-LARGEST_FACTOR <= x <= LARGEST_FACTOR and -LARGEST_FACTOR <= y <= LARGEST_FACTOR):
        raise OverflowError(f"{x} and {y} cannot be multiplied")
    product = x * y
    split = SPLITTER * x
    x_high = split - (split - x)
    split = SPLITTER * y
    y_high = split - (split - y)
    x_low, y_low = x - x_high, y - y_high
    rest = x_low * y_low - (((product - x_high * y_high) - x_low * y_high) - x_high * y_low)
    partials[:] = _parts([*partials, product, rest])


def partials_of(numbers: list[float]) -> list[float]:
    """The partials of a sum of numbers within `LARGEST`, as adding one after the other gives them. Raises OverflowError where
    it is beyond that."""
    return _parts(list(numbers))


def total(partials: list[float]) -> float:
    """The sum, rounded once (to the nearest float, ties to even)."""
    return fsum(partials)


def mean(partials: list[float], count: int) -> float:
    """The sum divided by `count` (1 or more), rounded once: the mean of equal numbers is that number."""
    if len(partials) == 1:
        return partials[0] / count
    if len(partials) == 2 and (near := _near(partials[1], partials[0], count)) is not None:
        return near
    ratios = [part.as_integer_ratio() for part in partials] or [(0, 1)]
    below = max(denominator for _, denominator in ratios)
    return sum(above * (below // denominator) for above, denominator in ratios) / (below * count)


def _near(part: float, rest: float, count: int) -> float | None:
    """(part + rest) / count rounded, None where it may be a tie or floats beside it lie apart unevenly."""
    near = part / count
    if not 1e-250 < abs(near) < LARGEST_FACTOR or count >= 2**26 or abs(frexp(near)[0]) == 0.5:
        return None
    split = SPLITTER * near
    high = split - (split - near)
    off = (((part - high * count) - (near - high) * count) + rest) / count  # all but the last steps are exact
    step = ulp(near)
    if abs(off) < 0.499 * step:
        return near
    return near + (step if off > 0 else -step) if 0.501 * step < abs(off) < 1.499 * step else None


def fraction(partials: list[float]) -> Fraction:
    """The sum as it is."""
    return sum(map(Fraction, partials), Fraction(0))


def _parts(numbers: list[float]) -> list[float]:
    """The partials of the sum of `numbers`, which grow by them."""
    part = fsum(numbers)
    if not -LARGEST <= part <= LARGEST:
        raise OverflowError("the sum is too large")
    found = []
    while part:
        found.append(part)
        numbers.append(-part)
        part = fsum(numbers)
    found.reverse()
    return found
