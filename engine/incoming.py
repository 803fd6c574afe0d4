"""Messages that came together, side by side: decoded once, however many flows read them."""

from typing import Any

from nodes.kit.event import Causes
from nodes.kit.reading import Reader


class Incoming:
    """`arrived` in ms. The lists are never changed."""

    __slots__ = ("_records", "arrived", "causes", "payloads", "topics")

    def __init__(self, topics: list[str], payloads: list[bytes], arrived: int, causes: Causes) -> None:
        self.topics, self.payloads, self.arrived, self.causes = topics, payloads, arrived, causes
        self._records: dict[Reader, list[Any]] = {}

    def __len__(self) -> int:
        return len(self.topics)

    def records(self, reader: Reader) -> list[Any]:
        """The record of each message as `reader` sees it."""
        found = self._records.get(reader)
        if found is None:
            found = self._records[reader] = reader.records(self.payloads)
        return found
