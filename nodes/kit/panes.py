"""What a window keeps of its readings, and the two ways it can lie: a piece that moves with every reading, or blocks
side by side. Neither ever keeps all readings: only panes, or one state.
"""

from bisect import bisect_left
from collections.abc import Callable
from typing import Any

import msgspec

from nodes.kit.calc import Count, Span
from nodes.kit.reorder import Waiting

MOST = 240
"""Panes of a sliding window. With fewer readings each has a pane of its own; with more, neighbours share one."""
Borders = Callable[[int], tuple[int, int]]


class WindowMemory(Waiting):
    """`state`: that of all readings in the window (see nodes/kit/calc.py). `panes`: for a sliding one, [time of the first
    reading, of the last, their state] each. `start`, `end` (ms): of the block that is open. `newest`: time of the
    newest reading taken in, `latest` its event's data. `before`: the value read last before the window."""

    state: list[Any] = []
    panes: list[list[Any]] = []
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
        self.calc, self.over, self.most = calc, over, most
        self.cell = max(1, 2 * (over or 0) // MOST)

    def take(self, time: int, value: Any, data: dict[str, Any], memory: WindowMemory) -> Result:
        """A reading that is not older than those before it."""
        self.add(time, value, memory)
        memory.newest, memory.latest = time, data
        self.forget(time, memory)
        start = memory.panes[0][0] if self.over is None else time - self.over
        span = Span(start, time, memory.before if self.over is not None else None)
        return Result(self.calc.result(memory.state, span), memory.state[0], start, time, data)

    def add(self, time: int, value: Any, memory: WindowMemory) -> None:
        calc = self.calc
        if not memory.panes:
            memory.state = calc.empty()
        state = calc.empty()
        calc.add(state, time, value)
        calc.plus(memory.state, state)
        memory.panes.append([time, time, state])
        if self.over is not None and len(memory.panes) > MOST:
            self._compact(memory)

    def take_late(self, time: int, value: Any, memory: WindowMemory) -> bool:
        """An older reading, if it lies in the window and order does not matter."""
        if self.over is None or self.calc.ordered or not memory.panes or time <= memory.newest - self.over:
            return False
        state = self.calc.empty()
        self.calc.add(state, time, value)
        self.calc.plus(memory.state, state)
        at = bisect_left(memory.panes, time, key=lambda pane: pane[1])
        if at < len(memory.panes) and memory.panes[at][0] <= time:
            self.calc.plus(memory.panes[at][2], state)
        else:
            memory.panes.insert(at, [time, time, state])
        return True

    def forget(self, time: int, memory: WindowMemory) -> None:
        """Take out what is too old, or too many, at `time`."""
        panes = memory.panes
        while panes and (panes[0][1] <= time - self.over if self.over is not None else len(panes) > (self.most or 0)):
            gone = panes.pop(0)
            if self.calc.ordered:
                memory.before = self.calc.latest(gone[2])
            self.calc.minus(memory.state, gone[2], panes)

    def _compact(self, memory: WindowMemory) -> None:
        merged: list[list[Any]] = []
        for first, last, state in memory.panes:
            if merged and merged[-1][1] // self.cell == first // self.cell:
                merged[-1][1] = last
                self.calc.plus(merged[-1][2], state)
            else:
                merged.append([first, last, state])
        memory.panes = merged


class Blocks:
    """Windows side by side: between `borders`, until a silence of `gap` ms, or `most` readings each. One result at the end
    of each, or with `running` one with every reading of the block so far."""

    def __init__(
        self, calc: Count, *, borders: Borders | None = None, gap: int | None = None, most: int | None = None,
        running: bool = False,
    ) -> None:  # fmt: skip
        self.calc, self.borders, self.gap, self.most, self.running = calc, borders, gap, most, running

    def over(self, time: int, memory: WindowMemory) -> bool:
        """Whether the open block has ended for a reading at `time`."""
        if memory.start is None:
            return False
        return time > memory.end if self.gap is not None else self.borders is not None and time >= memory.end

    def close(self, memory: WindowMemory) -> Result:
        """The result of the open block, which ends."""
        result = self._result(memory, self._end(memory))
        if self.calc.ordered and self.borders is not None:
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
        if memory.start is None or self.calc.ordered or self.most is not None or time < memory.start:
            return False
        self.calc.add(memory.state, time, value)
        return True

    def _end(self, memory: WindowMemory) -> int:
        return memory.end if self.borders is not None else memory.newest

    def _result(self, memory: WindowMemory, end: int) -> Result:
        start = memory.start or 0
        value = self.calc.result(memory.state, Span(start, end, memory.before))
        return Result(value, memory.state[0], start, end, memory.latest)
