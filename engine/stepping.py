"""A clock that is set forward while nothing happens."""

from typing import TYPE_CHECKING

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
                _shift(engine, slot, by, node.index in elsewhere)
    for deadline in engine.deadlines.values():
        deadline.offset += by
        engine.timers.moved(deadline)


def _shift(engine: "Engine", slot: Slot, by: int, elsewhere: bool) -> None:
    """A key whose times come from other clocks: its own stands still. One whose times are arrivals: its next event will be so
    much later, and so all that is counted from is."""
    slot.anchor += by
    engine.marks.slots[slot] = None
    if slot.time is not None and not (elsewhere and slot.sure) and slot.memory is not None and slot.memory.later(by):
        slot.time += by
        for pending in list(slot.timers.values()):
            if pending.due is not None:
                engine.timers.set(slot, pending.name, pending.due + by)
        return
    slot.offset += by
    engine.timers.moved(slot)


def _by_other_clocks(engine: "Engine") -> set[int]:
    """The nodes that events with times of their own can reach."""
    nodes = engine.nodes
    ahead = [index for index in engine.plan.sources if nodes[index].instance.own_times()]  # type: ignore[attr-defined]
    found: set[int] = set()
    while ahead:
        if (index := ahead.pop()) not in found:
            found.add(index)
            ahead += [target for readers in nodes[index].outputs.values() for target, _ in readers]
    return found
