"""How a sliding window takes in one reading after the other without an event (see nodes/kit/quick.py)."""

from collections.abc import Callable
from typing import Any

from nodes.kit.calc import LARGEST, Average, Sum
from nodes.kit.exact import SPLITTER, add, mean, total
from nodes.kit.panes import MOST, Sliding, WindowMemory

_LEAST, _MOST, _MOST_READINGS = 1e-250, 1e150, 2**26
"""Between them nothing of a mean underflows or overflows on the way."""
_SURE = 0.499 * 2**-53
"""A mean that is off by less than this part of itself is the nearest float: even beside a power of two, below which floats lie
twice as dense."""
Take = Callable[[WindowMemory, int, float], Any]


def sliding(lies: Sliding) -> Take:
    """Gives what `Sliding.slide` gives; None, with nothing changed, where the reading has to go another way."""
    return _sum(lies, lies.length) if lies.length is not None and isinstance(lies.calc, Sum) else _any(lies)


def _any(lies: Sliding) -> Take:
    def take(memory: WindowMemory, time: int, value: float) -> Any:
        if not -LARGEST <= value <= LARGEST or time < memory.seen or time < memory.passed:
            return None
        memory.seen = time
        return lies.slide(time, float(value), memory)

    return take


def _sum(lies: Sliding, length: int) -> Take:
    """A sum or an average over `length` ms, with fewer steps."""
    low, high = -LARGEST, LARGEST
    averages = isinstance(lies.calc, Average)

    def take(memory: WindowMemory, time: int, value: float) -> Any:
        if not low <= value <= high or time < memory.seen or time < memory.passed:
            return None
        start = time - length
        times, panes, state = memory.times, memory.panes, memory.state
        if not state or (panes[0][0] if panes else times[0] if times else time) <= start:
            lies.forget(time, memory)
            state = memory.state
        memory.seen = time
        if value.__class__ is not float:
            value = float(value)
        count = state[0] = state[0] + 1
        partials = state[1]
        before = partials[0] if len(partials) == 1 else 0.0
        part = before + value
        took = part - before
        if before and part and took == value and part - took == before:  # nothing was rounded (see exact.add)
            partials[0] = part
            result = part / count if averages else part
        elif len(partials) == 2:
            result = _onto_two(partials, value, count, averages)
        else:
            add(partials, value)
            result = mean(partials, count) if averages else total(partials)
        times.append(time)
        memory.values.append(value)
        if len(times) > MOST:
            lies.into_panes(length, memory)
        return result, count, start, time

    return take


def _onto_two(partials: list[float], value: float, count: int, averages: bool) -> float:
    """`exact.add` and then `exact.mean` or `total`, where the sum was rounded: in one go as long as two partials are enough."""
    low, before = partials
    part = before + value
    took = part - before
    rest = (before - (part - took)) + (value - took)
    both = low + rest
    took = both - low
    summed = part + both
    over = summed - part
    small = (part - (summed - over)) + (both - over)
    if not small or not -_MOST < summed < _MOST or (low - (both - took)) + (rest - took):
        add(partials, value)
        return mean(partials, count) if averages else total(partials)
    partials[0], partials[1] = small, summed
    if not averages:
        return summed
    near = summed / count
    split = SPLITTER * near
    upper = split - (split - near)
    off = (((summed - upper * count) - (near - upper) * count) + small) / count  # as in exact.mean
    if _LEAST < near < _MOST and -_SURE * near < off < _SURE * near and count < _MOST_READINGS:
        return near
    return mean(partials, count)
