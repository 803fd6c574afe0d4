"""Where a key of a node stands, in one word, and since when. Nothing in the engine acts on it: it is for people."""

from engine.plan import PlanNode
from engine.slots import Slot
from nodes.kit.kind import Kind

Stood = tuple[str | None, int | None]
"""The word, and since when (ms, the key's clock); None where that was not seen."""


def has_standing(node: PlanNode) -> bool:
    """Whether keys of this node stand somewhere."""
    return type(node.instance).standing is not Kind.standing


def word_of(slot: Slot) -> str | None:
    """Where the key stands; None where its node keeps no memory of it."""
    return None if slot.node is None or slot.memory is None else slot.node.instance.standing(slot.memory)


def take_note(slot: Slot, now: int) -> Stood:
    """Where the key stands at `now`; its time is that of the first look that found it there, so look soon after a change."""
    word = word_of(slot)
    if slot.stood is None or slot.stood[0] != word:
        slot.stood = (word, slot.clock(now))
    return slot.stood


def stood_already(slot: Slot) -> Stood | None:
    """For memory that was kept before standings had a time."""
    if slot.node is None or not has_standing(slot.node):
        return None
    return word_of(slot), None
