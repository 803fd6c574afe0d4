"""What became of what came in: one fate per arrival and source, and counts per node."""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from nodes.kit.event import Event

DELIVERED, KEPT, LATE, FILTERED = 3, 2, 1, 0
_WIDEST, _LONGEST = 32, 200
_MOST_PARTS, _LONGEST_PART = 4, 64


class Fates(msgspec.Struct):
    """received = delivered (caused an effect) + kept (changed memory only) + filtered + late + dropped (before the source
    saw it, counted by the worker: there was no room, or the flow has failed) + dead (could not be read)."""

    received: int = 0
    delivered: int = 0
    kept: int = 0
    filtered: int = 0
    late: int = 0
    dropped: int = 0
    dead: int = 0


class NodeCounts(msgspec.Struct):
    """Of one node: events that came in, that were late for it, troubles, effects, events sent by output port, and keys
    that were dropped to make room."""

    came: int = 0
    late: int = 0
    problems: int = 0
    effects: int = 0
    sent: dict[str, int] = msgspec.field(default_factory=dict)
    forgotten: int = 0


class Counts(msgspec.Struct):
    """All counts of an engine since it was made. `unread`: arrivals that no source reads."""

    sources: dict[str, Fates]
    nodes: dict[str, NodeCounts]
    unread: int = 0
    timers: int = 0
    asked: int = 0
    answered: int = 0
    timed_out: int = 0


class Trace(msgspec.Struct):
    """A trouble that happened at `node`: `time` and `device` of the event, and a shortened copy of its data."""

    node: str
    code: str
    args: dict[str, Any]
    time: int
    device: str | None
    data: dict[str, Any]


class Traces:
    """The most recent troubles, oldest first."""

    __slots__ = ("_most", "recent")

    def __init__(self, most: int = 200) -> None:
        self.recent: Sequence[Trace] = ()
        self._most = most

    def add(self, node: str, code: str, args: dict[str, Any], event: Event | None, now: int) -> None:
        if event is None:
            self.remember([Trace(node, code, args, now, None, {})])
        else:
            self.remember([Trace(node, code, args, event.time, event.device, shortened(event.data))])

    def remember(self, traces: Iterable[Trace]) -> None:
        """Put these behind what is there."""
        if not isinstance(self.recent, deque):  # an empty one takes 600 bytes, and most flows have no trouble
            self.recent = deque(maxlen=self._most)
        self.recent.extend(traces)


def shortened(data: dict[str, Any]) -> dict[str, Any]:
    """A copy that stays small whatever came in: few names, short texts, nothing nested but a place, the handle of a
    picture or the like."""
    kept = {}
    for name in list(data)[:_WIDEST]:
        value = data[name]
        if isinstance(value, str):
            value = value[:_LONGEST]
        elif not isinstance(value, bool | int | float | None):
            value = value if _is_small(value) else "…"
        kept[name[:_LONGEST]] = value
    return kept


def _is_small(value: Any) -> bool:
    """A few named numbers and short texts, such as {"lat", "lon"}."""
    if not isinstance(value, dict) or len(value) > _MOST_PARTS:
        return False
    return all(
        len(name) <= _LONGEST_PART
        and (isinstance(part, bool | int | float | None) or (isinstance(part, str) and len(part) <= _LONGEST_PART))
        for name, part in value.items()
    )
