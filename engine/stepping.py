"""A clock that is set forward while nothing happens."""

from typing import TYPE_CHECKING

import msgspec

from engine.effect import Waiting
from engine.marks import WAITING
from engine.slots import Slot

if TYPE_CHECKING:
    from engine.engine import Engine


def shift(engine: "Engine", by: int) -> None:
    """`now` will be `by` ms later at once: what waits on a key's clock, and for an answer, still waits as long as it did.
    Kinds whose timers run on `now` itself are left alone."""
    if not by:
        return
    elsewhere = _by_other_clocks(engine)
    for node in engine.nodes:
        if not node.kind.timers_on_now:
            for slot in engine.slots[node.index].values():
                own = node.id in elsewhere and not _without_times(engine, None if slot.mixed else slot.device)
                _shift(engine, slot, by, own and slot.sure)
    for waiting in engine.waiting.values():
        own = waiting.node in elsewhere and not _without_times(engine, waiting.event.device)
        _shift_waiting(engine, waiting, by, own)
    for deadline in engine.deadlines.values():
        deadline.offset += by
        engine.timers.moved(deadline)


def _shift(engine: "Engine", slot: Slot, by: int, own: bool) -> None:
    """A key whose times come from other clocks (`own`) stands still. One whose times are arrivals: its next event will be so
    much later, and so all that is counted from is."""
    slot.anchor += by
    engine.marks.slots[slot] = None
    if slot.time is not None and not own and slot.memory is not None and slot.memory.later(by):
        slot.time += by
        for pending in list(slot.timers.values()):
            if pending.due is not None:
                engine.timers.set(slot, pending.name, pending.due + by)
        return
    slot.offset += by
    engine.timers.moved(slot)


def _shift_waiting(engine: "Engine", waiting: Waiting, by: int, own: bool) -> None:
    """What was asked was asked so much later, that its answer is not so much younger than the event that asked."""
    waiting.since += by
    if not own:
        waiting.event = msgspec.structs.replace(waiting.event, time=waiting.event.time + by)
    key = waiting.effect.key
    engine.marks.lost(WAITING, key)  # what a store has of it goes, also when the answer comes before the commit
    engine.marks.waiting[key] = None


def _without_times(engine: "Engine", device: str | None) -> bool:
    """Whether the events of this device have no time but their arrival, as its type says."""
    registry = engine.plan.registry
    known = registry.devices.get(device or "") if registry is not None else None
    type = registry.types.get(known.type) if registry is not None and known is not None else None
    return type is not None and type.time is None


def _by_other_clocks(engine: "Engine") -> set[str]:
    """The nodes that events with times of their own can reach."""
    nodes = engine.nodes
    ahead = [index for index in engine.plan.sources if nodes[index].instance.own_times()]  # type: ignore[attr-defined]
    found: set[int] = set()
    while ahead:
        if (index := ahead.pop()) not in found:
            found.add(index)
            ahead += [target for readers in nodes[index].outputs.values() for target, _ in readers]
    return {nodes[index].id for index in found}
