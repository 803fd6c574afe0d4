"""What the engine keeps per (node, key): memory, the key's clock, its last event and its timers."""

from heapq import heapify, heappop, heappush
from typing import Any

from engine.plan import PlanNode
from nodes.kit.event import Event

Entry = tuple[int, int, int, str, str, int, "Pending"]
_NONE: dict[str, "Pending"] = {}
"""The timers of all keys that have none: never changed."""


class Slot:
    """One key of one node. `time` is the key's newest trusted event time and `anchor` the `now` at which that event
    came; `offset` = anchor - time turns the key's clock into `now`. `device` is the device that all inputs share,
    `mixed` says that they do not share one."""

    __slots__ = ("anchor", "device", "key", "last", "memory", "mixed", "node", "offset", "stood", "sure", "time",
                 "timers")  # fmt: skip

    def __init__(self, node: PlanNode | None, key: str, memory: Any = None) -> None:
        self.node = node
        self.key = key
        self.memory = memory
        self.time: int | None = None
        self.anchor = 0
        self.offset = 0
        self.sure = False
        """`time` is a trusted event time, not an arrival put in place of one."""
        self.last: Any = None
        self.device: str | None = None
        self.mixed = False
        self.stood: tuple[str | None, int | None] | None = None
        """Where it stood at the last look, and since when (engine/standing.py)."""
        self.timers: dict[str, Pending] = _NONE

    @property
    def event(self) -> Event | None:
        """The key's last event."""
        last = self.last
        if last.__class__ is tuple:
            lazily, at, time, record = last
            last = self.last = lazily(at, time, self.key, record)
        return last

    @event.setter
    def event(self, event: Event | None) -> None:
        self.last = event

    def undue(self, time: int) -> bool:
        """Whether no timer is due before an event of `time`."""
        return all(pending.due is None or pending.due >= time for pending in self.timers.values())

    def clock(self, now: int) -> int:
        """The key's clock at `now` (ms)."""
        return now - self.offset

    def shares(self, device: str | None) -> None:
        """Take note whether all inputs come from one device."""
        if self.event is None:
            self.device = device
        elif device != self.device:
            self.mixed = True


class Pending:
    """A timer that was set. `due` is on the key's clock (None: cancelled); `at`, `filed` and `stamp` describe its one
    valid entry in the heap."""

    __slots__ = ("at", "due", "filed", "name", "slot", "stamp")

    def __init__(self, slot: Slot, name: str) -> None:
        self.slot = slot
        self.name = name
        self.due: int | None = None
        self.at: int | None = None
        self.filed = 0
        self.stamp = 0


class Timers:
    """All timers of an engine, in the order in which `now` reaches them; ties by due, document order and key.

    Cancelled and moved timers stay in the heap until they are reached, so every change costs the same however many
    keys there are."""

    def __init__(self) -> None:
        self.heap: list[Entry] = []
        self.stamp = 0
        self.filed = 0

    def set(self, slot: Slot, name: str, due: int) -> None:
        pending = slot.timers.get(name)
        if pending is None:
            slot.timers = slot.timers or {}
            pending = slot.timers[name] = Pending(slot, name)
        pending.due = due
        self._file(pending, due)

    def cancel(self, slot: Slot, name: str) -> None:
        pending = slot.timers.get(name)
        if pending is not None:
            pending.due = None

    def moved(self, slot: Slot) -> None:
        """The slot's clock was set to a new event."""
        for pending in slot.timers.values():
            if pending.due is not None:
                self._file(pending, pending.due)

    def forget(self, slot: Slot) -> None:
        for pending in slot.timers.values():
            pending.due = None

    def drop(self, slot: Slot) -> None:
        """The slot is gone for good: its entries in the heap are stale from now on."""
        for pending in slot.timers.values():
            if pending.at is not None:
                self.filed -= 1
            pending.due = pending.at = None
            pending.stamp = 0
        slot.timers = _NONE

    def take(self, pending: Pending) -> None:
        """The timer fires now and is gone."""
        pending.due = None

    def next(self) -> Pending | None:
        """The timer that `now` reaches first, with `at` up to date."""
        heap = self.heap
        while heap:
            at, due, _, _, _, stamp, pending = heap[0]
            if stamp == pending.stamp and due == pending.due and at == due + pending.slot.offset:
                return pending
            heappop(heap)
            if stamp == pending.stamp:
                self._unfile(pending)
        return None

    def _file(self, pending: Pending, due: int) -> None:
        slot = pending.slot
        at = due + slot.offset
        if pending.at is not None and (pending.at, pending.filed) <= (at, due):
            return
        if pending.at is None:
            self.filed += 1
        self.stamp += 1
        pending.at, pending.filed, pending.stamp = at, due, self.stamp
        order = slot.node.order if slot.node else -1
        heappush(self.heap, (at, due, order, slot.key, pending.name, self.stamp, pending))
        if len(self.heap) > 4 * self.filed + 1024:
            self.heap = [entry for entry in self.heap if entry[5] == entry[6].stamp]
            heapify(self.heap)

    def _unfile(self, pending: Pending) -> None:
        pending.at = None
        self.filed -= 1
        if pending.due is None:
            if pending.slot.timers.get(pending.name) is pending:
                del pending.slot.timers[pending.name]
        else:
            self._file(pending, pending.due)
