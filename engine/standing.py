"""Where a key of a node stands, in one word, and since when. Nothing in the engine acts on it: it is for people."""

from engine.plan import PlanNode
from engine.slots import Slot
from nodes.kit.kind import Kind

Stood = tuple[str | None, int | None]
"""The word, and since when (ms, the key's clock); None where that was not seen."""


def has_standing(node: PlanNode) -> bool:
    """Whether keys of this node stand somewhere."""
    return type(node.instance).standing is not Kind.standing


def take_note(slot: Slot, now: int) -> Stood:
    """Where the key stands at `now`; its time is that of the first look that found it there, so look soon after a change."""
    word = slot.node.instance.standing(slot.memory) if slot.node is not None else None
    if slot.stood is None or slot.stood[0] != word:
        slot.stood = (word, slot.clock(now))
    return slot.stood


def stood_already(slot: Slot) -> Stood | None:
    """For memory that was kept before standings had a time."""
    if slot.node is None or not has_standing(slot.node):
        return None
    return slot.node.instance.standing(slot.memory), None
