"""Messages that came together, side by side: decoded once, however many flows read them."""

from typing import Any

import msgspec

from nodes.kit.event import Causes
from nodes.kit.reading import Reader


class Incoming(msgspec.Struct):
    """`arrived` in ms. The lists are never changed."""

    topics: list[str]
    payloads: list[bytes]
    arrived: int
    causes: Causes
    _records: dict[Any, list[Any]] = {}

    def __len__(self) -> int:
        return len(self.topics)

    def records(self, reader: Reader) -> list[Any]:
        """The record of each message as `reader` sees it."""
        found = self._records.get(reader)
        if found is None:
            found = self._records[reader] = reader.records(self.payloads)
        return found
