"""Panes: what a window keeps instead of its events. Exact while a key has few readings, bounded when it has many."""

from bisect import bisect_right
from math import fsum
from typing import Any, Literal

from nodes.kit.kind import Memory

Calc = Literal["average", "min", "max", "sum", "count"]
MOST = 240
"""Panes per key. With fewer readings each has a pane of its own; with more, neighbours share one."""


class Panes(Memory):
    """Readings in order of time, neighbours merged where there are many. Parallel lists, one place per pane: the times
    of its first and last reading (ms), how many, their sum, the smallest and the largest."""

    first: list[int] = []
    last: list[int] = []
    count: list[int] = []
    total: list[float] = []
    low: list[float] = []
    high: list[float] = []

    def add(self, time: int, value: float, cell: int) -> None:
        """Take in a reading. When there are more than `MOST` panes, those within one cell of `cell` ms are merged."""
        value = float(value)  # so that memory reads back from JSON as exactly what it was
        at = bisect_right(self.last, time)
        if at < len(self.first) and self.first[at] <= time:
            self._merge_reading(at, value)
            return
        for column, part in zip(self._columns(), (time, time, 1, value, value, value), strict=True):
            column.insert(at, part)
        if len(self.first) > MOST:
            self._compact(max(1, cell))

    def drop_until(self, time: int) -> None:
        """Forget panes whose readings are all at or before `time`."""
        gone = bisect_right(self.last, time)
        if gone:
            for column in self._columns():
                del column[:gone]

    def clear(self) -> None:
        for column in self._columns():
            column.clear()

    def value(self, calc: Calc) -> float | None:
        """The result over all panes; None where there is no reading (a count is 0 then)."""
        if calc == "count":
            return sum(self.count)
        if not self.count:
            return None
        if calc == "sum":
            return fsum(self.total)
        if calc == "average":
            return fsum(self.total) / sum(self.count)
        return min(self.low) if calc == "min" else max(self.high)

    def _columns(self) -> tuple[list[Any], ...]:
        return self.first, self.last, self.count, self.total, self.low, self.high

    def _merge_reading(self, at: int, value: float) -> None:
        self.count[at] += 1
        self.total[at] += value
        self.low[at] = min(self.low[at], value)
        self.high[at] = max(self.high[at], value)

    def _compact(self, cell: int) -> None:
        merged = Panes([], [], [], [], [], [])
        for at, first in enumerate(self.first):
            if merged.first and merged.first[-1] // cell == first // cell:
                merged.last[-1] = self.last[at]
                merged.count[-1] += self.count[at]
                merged.total[-1] += self.total[at]
                merged.low[-1] = min(merged.low[-1], self.low[at])
                merged.high[-1] = max(merged.high[-1], self.high[at])
            else:
                for column, mine in zip(merged._columns(), self._columns(), strict=True):
                    column.append(mine[at])
        self.first, self.last, self.count, self.total, self.low, self.high = merged._columns()
