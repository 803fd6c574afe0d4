"""Which of an engine's memory changed since a store last asked."""

from engine.slots import Slot

WAITING = ""
"""Stands for a node's id where the record is an effect whose outcome is waited for, under the effect's key."""


class Marks:
    """Whoever changes a slot (memory, clock, last event, timers) sets `slots[slot] = None`; they stay in that order. Only of a
    `tracked` engine does anybody ever ask, so that others need not take note."""

    __slots__ = ("gone", "slots", "tracked", "waiting")

    def __init__(self) -> None:
        self.slots: dict[Slot, None] = {}
        self.waiting: dict[str, None] = {}
        self.gone: dict[tuple[str, str], None] = {}
        self.tracked = False

    def forgotten(self, node: str, slot: Slot) -> None:
        self.slots.pop(slot, None)
        self.lost(node, slot.key)

    def answered(self, effect_key: str) -> None:
        if effect_key in self.waiting:  # it came and went between two looks
            del self.waiting[effect_key]
        else:
            self.lost(WAITING, effect_key)

    def lost(self, node: str, key: str) -> None:
        """What a store has under `node` and `key` is to go."""
        if self.tracked:
            self.gone[node, key] = None

    def clear(self) -> None:
        self.slots.clear()
        self.waiting.clear()
        self.gone.clear()
