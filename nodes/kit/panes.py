"""What a window keeps of its readings, and the two ways it can lie: a piece that moves with every reading, or blocks
side by side. Neither ever keeps all readings: only panes, or one state.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import partial
from operator import itemgetter
from typing import Any, ClassVar

import msgspec

from nodes.kit.calc import Count, Span
from nodes.kit.kind import Said
from nodes.kit.reorder import Waiting

MOST, CELLS = 160, 80
"""Readings that a sliding window keeps for themselves; of more, the older ones share panes of an 80th of its length."""
_LAST = itemgetter(0)
"""The time of the last reading in a pane."""
NOWHERE = Span(0, 0)
"""Where a window lies makes no difference."""
Borders = Callable[[int], tuple[int, int]]


class WindowMemory(Waiting):
    """`state`: that of all readings in the window (see nodes/kit/calc.py). Of a sliding window, `times` and `values`: its
    newest readings; `panes`: the older ones, [time of the last, their state] each; `oldest` (ms): nothing falls out before a
    window begins there. `start`, `end` (ms): of
    the block that is open. `newest`: time of the newest reading in it, `latest` its event's data. `before`: the value
    read last before the window."""

    said: ClassVar[Said] = {
        "en": {"values": "Newest readings", "panes": "Older ones, in parts", "start": "Block from"},
        "ja": {"values": "新しい値", "panes": "それより古い値(区間ごと)", "start": "区間の開始"},
    }
    state: list[Any] = []
    times: list[int] = []
    values: list[Any] = []
    panes: list[list[Any]] = []
    oldest: int = 0
    start: int | None = None
    end: int = 0
    newest: int = 0
    latest: dict[str, Any] = {}
    before: Any = None


class Result(msgspec.Struct, frozen=True):
    """Of one window: what was computed, of how many readings, where it lies (ms), and the data of its last event."""

    value: Any
    count: int
    start: int
    end: int
    data: dict[str, Any]


class Sliding:
    """The readings of the last `over` ms, or the last `most` ones: a result with every reading."""

    def __init__(self, calc: Count, *, over: int | None = None, most: int | None = None) -> None:
        self.calc, self.length, self.most = calc, over, most

    def take(self, time: int, value: Any, data: dict[str, Any], memory: WindowMemory) -> Result:
        """A reading that is not older than those before it."""
        return Result(*self.slide(time, value, memory), data)

    def slide(self, time: int, value: Any, memory: WindowMemory) -> tuple[Any, int, int, int]:
        """The same without data: what is computed, of how many readings, start and end."""
        self.forget(time, memory)
        self.add(time, value, memory)
        state, calc = memory.state, self.calc
        start = memory.times[0] if self.length is None else time - self.length
        span = Span(start, time, None if self.length is None else memory.before) if calc.ordered else NOWHERE
        return calc.result(state, span), state[0], start, time

    def add(self, time: int, value: Any, memory: WindowMemory) -> None:
        """The newest reading."""
        self.calc.add(memory.state, time, value)
        self._keep(len(memory.times), time, value, memory)

    def forget(self, time: int, memory: WindowMemory) -> None:
        """Take out what is too old, or too many, once there is a reading at `time`: to be called before it is added."""
        times, panes = memory.times, memory.panes
        memory.state = memory.state or self.calc.empty()
        if self.length is not None:
            limit = time - self.length
            while panes and panes[0][0] <= limit:
                self._take_out_pane(memory)
            while times and times[0] <= limit:
                self._take_out(memory)
            memory.oldest = min(panes[0][0] if panes else time, times[0] if times else time)
        elif self.most is not None:
            while len(times) >= self.most:
                self._take_out(memory)

    def take_late(self, time: int, value: Any, memory: WindowMemory) -> bool:
        """An older reading, if it lies in the window and order does not matter."""
        if self.length is None or self.calc.ordered or not memory.times or time <= memory.times[-1] - self.length:
            return False
        self.calc.add(memory.state, time, value)
        memory.oldest = min(memory.oldest, time)
        at = bisect_right(memory.times, time)
        if at or not memory.panes:
            self._keep(at, time, value, memory)
        else:
            self._into_pane(self.length, time, value, memory)
        return True

    def _take_out(self, memory: WindowMemory) -> None:
        at, value = memory.times.pop(0), memory.values.pop(0)
        if self.calc.ordered:
            memory.before = value
        self.calc.without(memory.state, at, value, partial(self._states, memory))

    def _take_out_pane(self, memory: WindowMemory) -> None:
        _, oldest = memory.panes.pop(0)
        if self.calc.ordered:
            memory.before = self.calc.latest(oldest)
        self.calc.minus(memory.state, oldest, partial(self._states, memory))

    def _states(self, memory: WindowMemory) -> Iterator[list[Any]]:
        yield from (state for _, state in memory.panes)
        yield from map(self.calc.one, memory.times, memory.values)

    def _keep(self, at: int, time: int, value: Any, memory: WindowMemory) -> None:
        """For itself, as long as there are few."""
        memory.times.insert(at, time)
        memory.values.insert(at, value)
        if self.length is not None and len(memory.times) > MOST:
            self.into_panes(self.length, memory)

    def into_panes(self, length: int, memory: WindowMemory) -> None:
        """The older half of the readings: those of a new cell together."""
        half, cell, panes = MOST // 2, max(1, length // CELLS), memory.panes
        times, values, first = memory.times, memory.values, 0
        while first < half:
            last = bisect_left(times, times[first] - times[first] % cell + cell, first, half)
            newest = panes[-1][0] // cell if panes else -1
            if newest == times[first] // cell:
                self._onto(panes[-1], times[first:last], values[first:last])
            elif newest > times[first] // cell:
                for at in range(first, last):
                    self._into_pane(length, times[at], values[at], memory)
            else:
                panes.append([times[last - 1], self.calc.many(times[first:last], values[first:last])])
            first = last
        del times[:half], values[:half]

    def _onto(self, pane: list[Any], times: list[int], values: list[Any]) -> None:
        """Into the newest pane, in order of time."""
        pane[0] = max(pane[0], times[-1])
        self.calc.extend(pane[1], times, values)

    def _into_pane(self, length: int, time: int, value: Any, memory: WindowMemory) -> None:
        """Into that of its cell of time."""
        panes, cell = memory.panes, max(1, length // CELLS)
        at = bisect_left(panes, time - time % cell, key=_LAST)
        if at < len(panes) and panes[at][0] // cell == time // cell:
            pane = panes[at]
            pane[0] = max(pane[0], time)
            self.calc.add(pane[1], time, value)
        else:
            panes.insert(at, [time, self.calc.one(time, value)])


class Blocks:
    """Windows side by side: between `borders`, until a silence of `gap` ms, or `most` readings each. One result at the end
    of each, or with `running` one with every reading of the block so far."""

    def __init__(
        self, calc: Count, *, borders: Borders | None = None, gap: int | None = None, most: int | None = None,
        running: bool,
    ) -> None:  # fmt: skip
        self.calc, self.borders, self.gap, self.most, self.running = calc, borders, gap, most, running

    def over(self, time: int, memory: WindowMemory) -> bool:
        """Whether the open block has ended for a reading at `time`."""
        if memory.start is None:
            return False
        return time > memory.end if self.gap is not None else self.borders is not None and time >= memory.end

    def goes_on(self, time: int, memory: WindowMemory) -> bool:
        """Whether a reading at `time` opens and ends nothing."""
        if memory.start is None or self.over(time, memory):
            return False
        return self.most is None or memory.state[0] + 1 < self.most

    def close(self, memory: WindowMemory) -> Result:
        """The result of the open block, which ends."""
        result = self._result(memory, self._end(memory))
        memory.before = self.calc.latest(memory.state)
        closed = memory.newest if self.most is not None else memory.end + (self.gap is not None)
        memory.start, memory.passed = None, max(memory.passed, closed)
        return result

    def take(self, time: int, value: Any, data: dict[str, Any], memory: WindowMemory) -> Result | None:
        """A reading of the open block, or the first of a new one."""
        if memory.start is None:
            memory.start, memory.end = self.borders(time) if self.borders is not None else (time, time)
            memory.state, memory.newest = self.calc.empty(), time
        if self.gap is not None:
            memory.end = max(memory.end, time + self.gap)
        self.calc.add(memory.state, time, value)
        if time >= memory.newest:
            memory.newest, memory.latest = time, data
        if self.most is not None and memory.state[0] >= self.most:
            return self.close(memory)
        return self._result(memory, time) if self.running else None

    def take_late(self, time: int, value: Any, memory: WindowMemory) -> bool:
        """An older reading, if it lies in the open block and order does not matter."""
        if memory.start is None or self.calc.ordered or self.most is not None:
            return False
        if time < memory.start or self.over(time, memory):
            return False
        self.calc.add(memory.state, time, value)
        return True

    def _end(self, memory: WindowMemory) -> int:
        return memory.end if self.borders is not None else memory.newest

    def _result(self, memory: WindowMemory, end: int) -> Result:
        start = memory.start if memory.start is not None else end
        value = self.calc.result(memory.state, Span(start, end, memory.before))
        return Result(value, memory.state[0], start, end, memory.latest)
