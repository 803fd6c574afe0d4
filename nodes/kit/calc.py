"""What a window computes: small states that readings are added to, that can be joined, and that give one value.

A state is a JSON list and holds a bounded number of numbers, however many readings went in. Sums are exact (see
nodes/kit/exact.py), so the order in which readings came makes no difference, and taking the oldest out again leaves no
dust behind.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator
from math import ceil, floor, sqrt
from typing import Any, ClassVar, Literal

import msgspec

from nodes.kit.buckets import bucket_of, middle_of
from nodes.kit.exact import add, add_product, mean, partials_of, total

Calc = Literal[
    "average", "min", "max", "sum", "count", "distinct", "deviation", "percentile", "first", "last", "slope",
    "time_weighted",
]  # fmt: skip
State = list[Any]
Rest = Callable[[], Iterator[State]]
LARGEST = 1e60
"""Readings beyond this (either sign) are refused: the sum of the squares of very many of them could not be held."""
MOST_VALUES = 1_000
"""Different values that are told apart, and readings of which a percentile is exact; beyond that it may be off by 1 %."""
HOUR = 3_600_000


class Span(msgspec.Struct, frozen=True):
    """Start and end of a window (ms), and the value that was read last before it (None: not known)."""

    start: int
    end: int
    before: Any = None


class TooManyValues(ValueError):
    """A further different value cannot be counted."""


class Count:
    """How many. Base of all: a state begins with the number of readings.

    `ordered`: readings must come in order of time. `add` takes one reading, `minus` takes out the state of the
    oldest ones, where `rest` gives the states of those that stay, the oldest first.
    """

    numeric: ClassVar[bool] = False
    ordered: ClassVar[bool] = False

    def empty(self) -> State:
        return [0]

    def one(self, time: int, value: Any) -> State:
        """The state of a single reading."""
        state = self.empty()
        self.add(state, time, value)
        return state

    def many(self, times: list[int], values: list[Any]) -> State:
        """The state of readings in order of time."""
        state = self.empty()
        self.extend(state, times, values)
        return state

    def extend(self, state: State, times: list[int], values: list[Any]) -> None:
        """Add readings in order of time."""
        for time, value in zip(times, values, strict=True):
            self.add(state, time, value)

    def add(self, state: State, time: int, value: Any) -> None:
        state[0] += 1

    def minus(self, state: State, oldest: State, rest: Rest) -> None:
        state[0] -= oldest[0]

    def without(self, state: State, time: int, value: Any, rest: Rest) -> None:
        """Take out the oldest reading."""
        self.minus(state, self.one(time, value), rest)

    def result(self, state: State, span: Span) -> Any:
        """The value of a state that has readings, for a window that lies like `span`."""
        return state[0]

    def latest(self, state: State) -> Any:
        """The value of the newest reading, where the next window begins with it."""
        return None


class Sum(Count):
    numeric = True

    def empty(self) -> State:
        return [0, []]

    def many(self, times: list[int], values: list[Any]) -> State:
        return [len(values), partials_of(values)]

    def extend(self, state: State, times: list[int], values: list[Any]) -> None:
        state[1][:] = partials_of([*state[1], *values])
        state[0] += len(values)

    def add(self, state: State, time: int, value: Any) -> None:
        state[0] += 1
        add(state[1], value)

    def minus(self, state: State, oldest: State, rest: Rest) -> None:
        state[0] -= oldest[0]
        for part in oldest[1]:
            add(state[1], -part)

    def without(self, state: State, time: int, value: Any, rest: Rest) -> None:
        state[0] -= 1
        add(state[1], -value)

    def result(self, state: State, span: Span) -> Any:
        return total(state[1])


class Average(Sum):
    def result(self, state: State, span: Span) -> Any:
        return mean(state[1], state[0])


class Extreme(Count):
    """The smallest or the largest."""

    numeric = True

    def __init__(self, pick: Any) -> None:
        self.pick = pick

    def empty(self) -> State:
        return [0, None]

    def add(self, state: State, time: int, value: Any) -> None:
        state[1] = self.pick(state[1], value) if state[0] else value
        state[0] += 1

    def minus(self, state: State, oldest: State, rest: Rest) -> None:
        state[0] -= oldest[0]
        if state[0] and state[1] == oldest[1]:
            state[1] = self.pick(other[1] for other in rest())

    def result(self, state: State, span: Span) -> Any:
        return state[1]


class Deviation(Count):
    """The standard deviation of the readings themselves (divided by n)."""

    numeric = True

    def empty(self) -> State:
        return [0, [], []]

    def add(self, state: State, time: int, value: Any) -> None:
        state[0] += 1
        add(state[1], value)
        add_product(state[2], value, value)

    def minus(self, state: State, oldest: State, rest: Rest) -> None:
        state[0] -= oldest[0]
        for at, parts in enumerate(oldest[1:], 1):
            for part in parts:
                add(state[at], -part)

    def result(self, state: State, span: Span) -> Any:
        n, sum, squares = state
        return sqrt(max(0.0, _apart(n, squares, sum, sum)) / (n * n))


class Slope(Deviation):
    """The slope of the straight line through the readings (least squares), per hour."""

    def empty(self) -> State:
        return [0, [], [], [], []]

    def add(self, state: State, time: int, value: Any) -> None:
        at = float(time)
        state[0] += 1
        add(state[1], at)
        add_product(state[2], at, at)
        add(state[3], value)
        add_product(state[4], at, value)

    def result(self, state: State, span: Span) -> Any:
        n, t, tt, v, tv = state
        spread = _apart(n, tt, t, t)
        return _apart(n, tv, t, v) / spread * HOUR if spread else 0.0


def _apart(n: int, products: list[float], a: list[float], b: list[float]) -> float:
    """n x products - a x b, rounded once: what is small here is the difference of two large numbers."""
    difference: list[float] = []
    for part in products:
        add_product(difference, part, n)
    for one in a:
        for other in b:
            add_product(difference, one, -other)
    return total(difference)


class First(Count):
    """The value of the earliest reading, or with `last` of the latest."""

    def __init__(self, last: bool = False) -> None:
        self.last = last

    def empty(self) -> State:
        return [0, None, None]

    def add(self, state: State, time: int, value: Any) -> None:
        if not state[0] or (time >= state[1] if self.last else time < state[1]):
            state[1:] = time, value
        state[0] += 1

    def minus(self, state: State, oldest: State, rest: Rest) -> None:
        state[0] -= oldest[0]
        if state[0] and not self.last:
            state[1:] = next(rest())[1:]

    def result(self, state: State, span: Span) -> Any:
        return state[2]


class TimeWeighted(Count):
    """The average over time: each reading counts until the next one, the last until the end. What was read before the
    window counts from its start; without that the window begins with its first reading."""

    numeric = True
    ordered = True

    def empty(self) -> State:
        """Readings, time of the first, time and value of the last, and the exact area between them (value x ms)."""
        return [0, None, None, None, []]

    def add(self, state: State, time: int, value: Any) -> None:
        if state[0]:
            add_product(state[4], state[3], float(time - state[2]))
        else:
            state[1] = time
        state[2:4] = time, value
        state[0] += 1

    def minus(self, state: State, oldest: State, rest: Rest) -> None:
        state[0] -= oldest[0]
        for part in oldest[4]:
            add(state[4], -part)
        if state[0]:
            state[1] = next(rest())[1]
            add_product(state[4], -oldest[3], float(state[1] - oldest[2]))

    def latest(self, state: State) -> Any:
        return state[3]

    def result(self, state: State, span: Span) -> Any:
        first, last, value = state[1:4]
        area = list(state[4])
        add_product(area, value, float(span.end - last))
        if span.before is not None:
            add_product(area, span.before, float(first - span.start))
            first = span.start
        return mean(area, span.end - first) if span.end > first else value


class Distinct(Count):
    """How many different values, up to MOST_VALUES."""

    def empty(self) -> State:
        """Readings, and how many there are of each value, by name."""
        return [0, {}]

    def add(self, state: State, time: int, value: Any) -> None:
        seen, name = state[1], _name(value)
        if name not in seen and len(seen) >= MOST_VALUES:
            raise TooManyValues
        state[0] += 1
        seen[name] = seen.get(name, 0) + 1

    def minus(self, state: State, oldest: State, rest: Rest) -> None:
        state[0] -= oldest[0]
        for name, many in oldest[1].items():
            state[1][name] -= many
            if not state[1][name]:
                del state[1][name]

    def result(self, state: State, span: Span) -> Any:
        return len(state[1])


class Percentile(Count):
    """The value below which `percent` of the readings lie, between two readings in a straight line (the median is 50).

    Exact up to MOST_VALUES readings; of more, equal ones and those within 1 % of each other are counted together.
    """

    numeric = True

    def __init__(self, percent: float) -> None:
        self.percent = percent

    def empty(self) -> State:
        """Readings, the values in order (None once there are too many), and how many by bucket."""
        return [0, [], {}]

    def add(self, state: State, time: int, value: Any) -> None:
        state[0] += 1
        _, values, buckets = state
        if values is None:
            self._count(buckets, [value], 1)
            return
        insort(values, value)
        if len(values) > MOST_VALUES:
            state[1] = None
            self._count(buckets, values, 1)

    def minus(self, state: State, oldest: State, rest: Rest) -> None:
        state[0] -= oldest[0]
        if state[1] is None:
            self._count(state[2], oldest[1] or (), -1)
            for name, many in oldest[2].items():
                self._put(state[2], name, -many)
            return
        for value in oldest[1]:
            del state[1][bisect_left(state[1], value)]

    def result(self, state: State, span: Span) -> Any:
        rank = (state[0] - 1) * self.percent / 100
        if state[1] is not None:
            low, high = state[1][floor(rank)], state[1][ceil(rank)]
            return low + (high - low) * (rank - floor(rank))
        passed = 0
        for bucket in sorted(state[2], key=int):
            passed += state[2][bucket]
            if passed > rank:
                return middle_of(int(bucket))
        return None

    def _count(self, buckets: dict[str, int], values: Iterable[float], sign: int) -> None:
        for value in values:
            self._put(buckets, str(bucket_of(value)), sign)

    def _put(self, buckets: dict[str, int], name: str, more: int) -> None:
        if many := buckets.get(name, 0) + more:
            buckets[name] = many
        else:
            del buckets[name]


def _name(value: Any) -> str:
    """A value as the key of a JSON object: 5 and 5.0 are one, 1 and true are two."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return msgspec.json.encode(value, order="deterministic").decode()[:200]


def calc_of(name: Calc, percent: float = 50) -> Count:
    """The calculation of this name."""
    made: dict[str, Count] = {
        "average": Average(), "sum": Sum(), "min": Extreme(min), "max": Extreme(max), "count": Count(),
        "deviation": Deviation(), "slope": Slope(), "first": First(), "last": First(last=True),
        "time_weighted": TimeWeighted(), "distinct": Distinct(), "percentile": Percentile(percent),
    }  # fmt: skip
    return made[name]
