"""The numbers of the last hour, as this process heard them from its workers, so that a chart need not begin empty.

In the process's memory only: after a restart the charts fill again. Of each ten seconds the lowest and the highest are
kept, so that no spike is lost. What is longest without a new value makes room for a new series.
"""

import threading
from collections import OrderedDict, deque
from typing import Any

SPAN = 3_600_000
BUCKET = 10_000
"""Milliseconds that are kept, and of which two values are."""
MOST_SERIES = 2_000
MOST_FIELDS = 40
"""Numbers of one device that are kept."""
Point = tuple[int, float]
_Key = tuple[str, str, str]


class Recent:
    """Points by workspace, device and field."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._series: OrderedDict[_Key, deque[tuple[Point, Point]]] = OrderedDict()

    def heard(self, workspace: str, devices: dict[str, Any]) -> None:
        """`devices`: by id, each with its `time` (ms) and `data`."""
        with self._lock:
            for device, entry in devices.items():
                time, data = entry.get("time"), entry.get("data")
                if not isinstance(time, int) or not isinstance(data, dict):
                    continue
                numbers = [(name, value) for name, value in data.items() if _is_number(value)]
                for name, value in numbers[:MOST_FIELDS]:
                    self._add((workspace, device, name), (time, float(value)))

    def points(self, workspace: str, device: str, field: str, now: int) -> list[Point]:
        """In order of time, none older than an hour before `now` (ms)."""
        with self._lock:
            pairs = list(self._series.get((workspace, device, field), ()))
        found = [point for pair in pairs for point in (sorted(pair) if pair[0] != pair[1] else pair[:1])]
        return [point for point in found if point[0] > now - SPAN]

    def _add(self, key: _Key, point: Point) -> None:
        series = self._series.setdefault(key, deque())
        self._series.move_to_end(key)
        if series and point[0] // BUCKET <= series[-1][0][0] // BUCKET:
            if point[0] // BUCKET == series[-1][0][0] // BUCKET:  # an older one is left out: the line only goes on
                low, high = series[-1]
                series[-1] = (min(low, point, key=_value), max(high, point, key=_value))
        else:
            series.append((point, point))
        while series[0][0][0] <= point[0] - SPAN:
            series.popleft()
        if len(self._series) > MOST_SERIES:
            self._series.popitem(last=False)


def _value(point: Point) -> float:
    return point[1]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


recent = Recent()
