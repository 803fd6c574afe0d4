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
    """A sum or an average over `length` ms, with fewer steps; fewest for the average of what is usual: positive numbers no larger
    than their sum so far."""
    low, high = -LARGEST, LARGEST
    averages = isinstance(lies.calc, Average)

    def take(memory: WindowMemory, time: int, value: float) -> Any:
        if not low <= value <= high or time < memory.seen or time < memory.passed:
            return None
        start = time - length
        times, state = memory.times, memory.state
        if memory.oldest <= start or not state:
            lies.forget(time, memory)
            state = memory.state
        memory.seen = time
        if value.__class__ is not float:
            value = float(value)
        count, partials = state
        count = state[0] = count + 1
        times.append(time)
        memory.values.append(value)
        if len(times) > MOST:
            lies.into_panes(length, memory)
        size = len(partials)
        if size == 1:
            before = partials[0]
            part = before + value
            took = part - before
            if part and took == value and part - took == before:  # nothing was rounded
                partials[0] = part
                return part / count if averages else part, count, start, time
        elif averages and size == 2:
            rest, before = partials
            if _LEAST < value <= before < _MOST and count < _MOST_READINGS:
                part = before + value
                more = value - (part - before)  # exact, because `value` is the smaller (Dekker's fast two-sum)
                both = rest + more
                if both - rest == more and both - more == rest:  # nothing was rounded, so two partials are enough
                    summed = part + both
                    small = both - (summed - part)
                    if small:
                        partials[0], partials[1] = small, summed
                        near = summed / count
                        split = SPLITTER * near
                        upper = split - (split - near)
                        off = ((summed - upper * count) - (near - upper) * count) + small  # of `near`, `count` times
                        sure = _SURE * summed
                        return near if -sure < off < sure else mean(partials, count), count, start, time
        add(partials, value)
        return mean(partials, count) if averages else total(partials), count, start, time

    return take
