"""Events of a batch, made only when somebody asks for one."""

from collections.abc import Callable
from typing import Any

from nodes.kit.event import Causes, Event


class Maker:
    """Of messages that one source reads and that came at `arrived` (ms): `type` is theirs, `data` turns a record into an
    event's data. Many may be kept for long, so it holds no message."""

    __slots__ = ("_arrived", "_causes", "_data", "_type")

    def __init__(self, arrived: int, causes: Causes, type: str | None, data: Callable[[Any], dict[str, Any]]) -> None:
        self._arrived, self._causes, self._type, self._data = arrived, causes, type, data

    def lazily(self, at: int, time: int, device: str, record: Any) -> Event:
        """The event of message `at`."""
        return Event(time, self._arrived, device, self._type, self._data(record), self._causes.of(at))
