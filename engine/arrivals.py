"""Arrivals from written rows: lines of a recording and the `given` of a document's tests."""

from typing import Any

import msgspec

from engine.plan import Plan
from nodes.kit.event import Arrival

WAYS = ("device", "topic", "node")


class ArrivalReader:
    """Turns rows with `device`, `topic` or `node` into arrivals for `plan`. With `registered`, a registered device has
    the type that the registry says; otherwise the row's own `type` comes first."""

    def __init__(self, plan: Plan, *, registered: bool = True) -> None:
        self._registered = registered
        self._devices = plan.registry.devices if plan.registry else {}
        self._sources = {node.id for node in plan.nodes if node.is_source}
        types = [
            node.given["type"] for node in plan.nodes if node.is_source and isinstance(node.given.get("type"), str)
        ]
        self._only_type = types[0] if len(set(types)) == 1 else None

    def arrival(self, row: dict[str, Any], time: int, arrived: int, cause: str) -> Arrival:
        """The arrival of one row. Raises ValueError saying what is wrong with it."""
        way, name = self._way(row)
        data = row.get("data", {})
        if way == "topic":
            return Arrival(arrived, cause, time, topic=name, payload=payload_of(data))
        if way == "node":
            return self._to_node(name, data, time, arrived, cause)
        if not isinstance(data, dict) or "data" not in row:
            raise ValueError("`data` is not an object")
        return Arrival(arrived, cause, time, device=name, type=self._type(name, row), data=data)

    def _to_node(self, node: str, data: Any, time: int, arrived: int, cause: str) -> Arrival:
        """Straight to a source; what is no object goes as the body that it was."""
        if node not in self._sources:
            raise ValueError(f"the flow has no source `{node}`")
        if isinstance(data, dict):
            return Arrival(arrived, cause, time, node=node, data=data)
        return Arrival(arrived, cause, time, node=node, payload=msgspec.json.encode(data))

    def _way(self, row: dict[str, Any]) -> tuple[str, str]:
        ways = [way for way in WAYS if row.get(way) is not None]
        if len(ways) != 1 or not isinstance(row[ways[0]], str) or not row[ways[0]]:
            raise ValueError("exactly one of `device`, `topic` and `node` is wanted")
        return ways[0], row[ways[0]]

    def _type(self, device: str, row: dict[str, Any]) -> str:
        known = self._devices.get(device)
        given = row.get("type")
        if known is not None and (self._registered or given is None):
            return known.type
        if isinstance(given, str):
            return given
        if given is not None:
            raise ValueError("`type` is not a text")
        if self._only_type is None:
            raise ValueError(f"the type of `{device}` is not known: it is not registered and `type` is missing")
        return self._only_type


def payload_of(data: Any) -> bytes:
    """The raw payload that a recorded `data` stands for: a text is itself, anything else its JSON."""
    if isinstance(data, str):
        return data.encode("utf-8", "replace")
    return msgspec.json.encode(data)
