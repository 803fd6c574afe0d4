"""How many dead letters are kept."""

from collections.abc import Iterable

from runtime.store import interface
from runtime.store.interface import DeadLetter

_SLACK = 100
"""A hundredth of the room is made at once, so that looking at all letters is seldom done."""


class Room:
    """Counts what is added; knows nothing of what is there before it has looked once."""

    def __init__(self) -> None:
        self._many = interface.MOST_DEAD
        self._size = 0

    def is_there(self, letters: list[DeadLetter]) -> bool:
        """Whether `letters`, just added, surely fit; else `made` is to be asked."""
        self._many += len(letters)
        self._size += sum(len(letter.what) for letter in letters)
        return self._many <= interface.MOST_DEAD and self._size <= interface.MOST_DEAD_BYTES

    def made(self, letters: Iterable[tuple[int, int]]) -> tuple[int, int]:
        """`letters`: place and size of all, oldest first. How many have to go, and the place of the newest of them (0:
        none)."""
        there = list(letters)
        many, size = len(there), sum(size for _, size in there)
        dropped = newest = 0
        if many > interface.MOST_DEAD or size > interface.MOST_DEAD_BYTES:
            most, largest = (whole - whole // _SLACK for whole in (interface.MOST_DEAD, interface.MOST_DEAD_BYTES))
            while many > most or size > largest:
                newest, gone = there[dropped]
                dropped, many, size = dropped + 1, many - 1, size - gone
        self._many, self._size = many, size
        return dropped, newest
