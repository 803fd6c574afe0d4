"""Converting many numbers between the same two units: the factor and the zero point are worked out once."""

from collections.abc import Callable
from math import isclose

from nodes.kit.unit import clean, convert, known_unit, same_unit, unit_library

_FAR = 2.0**20
"""Where the second point of the line is taken: so far from the first that rounding is small against the distance."""
Conversion = Callable[[float], float]
_TRIED = (-40.0, 98.6, 54321.0)


def conversion(source: str, target: str, *, difference: bool = False) -> Conversion:
    """A function that gives what `convert` gives, without asking the unit library where the two units lie on a line.
    Raises UnknownUnit or CannotConvert at once; what it returns may raise ValueError where they lie on none."""

    def exact(value: float) -> float:
        return convert(value, source, target, difference=difference)

    exact(1.0)
    return float if same_unit(source, target) else _on_a_line(source, target, difference, exact) or exact


def _on_a_line(source: str, target: str, difference: bool, exact: Conversion) -> Conversion | None:
    """The conversion as a factor and a zero point; None where it is something else."""
    try:
        zero = _library(0.0, source, target)
        factor = (_library(_FAR, source, target) - zero) / _FAR
        if difference:
            zero = 0.0

        def quick(value: float) -> float:
            return clean(value * factor + zero)

        tried = all(isclose(quick(value), exact(value), rel_tol=1e-9, abs_tol=1e-9) for value in _TRIED)
    except (ValueError, ArithmeticError):
        return None
    return quick if tried else None


def _library(value: float, source: str, target: str) -> float:
    return float(unit_library().Quantity(value, known_unit(source)).to(known_unit(target)).magnitude)
