"""How often a model's answers fall into which bin: by model, version and day, so that people see when they drift."""

import threading
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from nodes.kit.effect import Answer

MOST = 1_000
"""Of model, version and day that are counted until the next `take`."""
MOST_LABELS = 100
Now = Callable[[], int]
"""The wall clock (ms)."""


def scored(value: Any) -> float | None:
    """The one number of an answer by which its drift is seen: how sure the model was of its label, or of the surest object
    (0 where it found none), or what it estimated. None where there is no such number."""
    if not isinstance(value, dict):
        return None
    if isinstance(objects := value.get("objects"), list):
        return max((float(one.get("score", 0)) for one in objects), default=0.0)
    found = value.get("score", value.get("value"))
    return float(found) if isinstance(found, int | float) else None


def bin_of(number: float, edges: tuple[float, ...]) -> int:
    """The bin of a number: 0 below the first edge, len(edges) from the last one on."""
    return bisect_right(edges, number)


class Tally:
    """What one version answered on one day."""

    def __init__(self, bins: int) -> None:
        self.bins = [0] * bins
        self.labels: Counter[str] = Counter()
        self.failed = 0


class Tallies:
    """May be told from several threads. A process that is killed loses what it has counted since the last `take`."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str, str], Tally] = {}

    def note(self, model: str, version: str, edges: tuple[float, ...], answer: Answer) -> None:
        """A version has answered, or has not."""
        if not edges:
            return
        day = datetime.fromtimestamp(self._now() / 1000, UTC).date().isoformat()
        number = scored(answer.value) if answer.error is None else None
        label = answer.value.get("label") if isinstance(answer.value, dict) else None
        with self._lock:
            tally = self._kept.get((model, version, day))
            if tally is None:
                if len(self._kept) >= MOST:
                    return
                tally = self._kept[model, version, day] = Tally(len(edges) + 1)
            if number is None or len(tally.bins) != len(edges) + 1:
                tally.failed += 1
                return
            tally.bins[bin_of(number, edges)] += 1
            if isinstance(label, str) and (label in tally.labels or len(tally.labels) < MOST_LABELS):
                tally.labels[label] += 1

    def take(self) -> list[dict[str, Any]]:
        """What was counted since the last call: {"model", "version", "day" (UTC), "bins", "labels", "failed"}."""
        with self._lock:
            kept, self._kept = self._kept, {}
        return [
            {"model": model, "version": version, "day": day, "bins": one.bins, "labels": dict(one.labels), "failed": one.failed}
            for (model, version, day), one in kept.items()
        ]  # fmt: skip
