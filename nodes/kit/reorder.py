"""Putting readings into order of time: each waits until nothing older may come any more."""

from bisect import bisect_left
from typing import Any

import msgspec

from nodes.kit.kind import Memory

MOST_WAITING = 1_000
"""Readings of one key that may wait; for a further one the oldest is handed on before its time."""
Reading = list[Any]
"""Time (ms), value, data of the event, its device and its type."""


class Waiting(Memory):
    """`waiting`: readings in order of time, those of equal times by their data, so that the order in which they came
    makes no difference. `seen`: the newest time that came. `passed`: what is older than this has been handed on."""

    waiting: list[Reading] = []
    seen: int = 0
    passed: int = 0

    def late(self, time: int, grace: int) -> bool:
        """Whether a reading comes after its time: more than `grace` behind the newest, or what is newer has gone."""
        return time < max(self.seen - grace, self.passed)

    def insert(self, reading: Reading) -> None:
        at = bisect_left(self.waiting, reading[0], key=lambda other: other[0])
        while at < len(self.waiting) and self.waiting[at][0] == reading[0] and _rank(self.waiting[at]) < _rank(reading):
            at += 1
        self.waiting.insert(at, reading)

    def release(self, until: int) -> list[Reading]:
        """Readings up to `until` (ms, inclusive), which leave."""
        at = bisect_left(self.waiting, until + 1, key=lambda other: other[0])
        gone, self.waiting = self.waiting[:at], self.waiting[at:]
        self.passed = max(self.passed, until)
        return gone

    def overflow(self) -> list[Reading]:
        """The oldest reading, where too many wait."""
        return self.release(self.waiting[0][0]) if len(self.waiting) > MOST_WAITING else []


def _rank(reading: Reading) -> bytes:
    return msgspec.json.encode(reading[1:], order="deterministic")
