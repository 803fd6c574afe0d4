"""Events of a batch, made only when somebody asks for one."""

from collections.abc import Callable
from typing import Any

from engine.incoming import Incoming
from nodes.kit.event import Event


class Maker:
    """Of messages that one source reads: `type` is theirs, `data` turns a record into an event's data."""

    __slots__ = ("_data", "_incoming", "_type")

    def __init__(self, incoming: Incoming, type: str | None, data: Callable[[Any], dict[str, Any]]) -> None:
        self._incoming, self._type, self._data = incoming, type, data

    def made(self, at: int, time: int, device: str | None, data: dict[str, Any]) -> Event:
        """The event of message `at`."""
        incoming = self._incoming
        return Event(time, incoming.arrived, device, self._type, data, incoming.causes.of(at))

    def lazily(self, at: int, time: int, device: str, record: Any) -> Event:
        return self.made(at, time, device, self._data(record))
