"""A clock that is set forward while nothing happens."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.engine import Engine


def shift(engine: "Engine", by: int) -> None:
    """`now` will be `by` ms later at once: what waits on a key's clock, and for an answer, still waits as long as it did.
    Kinds whose timers run on `now` itself are left alone."""
    if not by:
        return
    for node in engine.nodes:
        if not node.kind.timers_on_now:
            for slot in engine.slots[node.index].values():
                slot.anchor, slot.offset = slot.anchor + by, slot.offset + by
                engine.marks.slots[slot] = None
                engine.timers.moved(slot)
    for deadline in engine.deadlines.values():
        deadline.offset += by
        engine.timers.moved(deadline)
