"""Does a flow hear its own commands through the broker? Then it would answer itself for ever."""

from collections.abc import Iterator
from typing import Any

import msgspec

from document.checks.reading import Reading
from document.checks.wires import reached
from document.schema import facts, plain_schema
from document.settings import resolve
from nodes.kit.kind import Kind, SourceKind
from nodes.kit.things import DeviceType, Registry
from nodes.kit.topic import device_in, fill_device, matches

MOST_DEVICES = 200
"""Devices of one type that are looked at; all have the same topic pattern."""


class Sent(msgspec.Struct):
    """A topic that the node writes when it fires."""

    node: str
    topic: str


def check_feedback(reading: Reading) -> None:
    """A source that reads the topic of a command, where events from that source can cause that command."""
    if reading.registry is None:
        return
    sent = [s for id in reading.by_id for s in _topics_sent(reading, reading.registry, id)]
    if not sent:
        return
    for index, node in reading.nodes:
        filters = _filters(reading, node)
        if not filters:
            continue
        after = reached(reading, [node["id"]])
        for writes in sent:
            if writes.node in after and any(_hears(filter, writes.topic) for filter in filters):
                args = {"topic": writes.topic, "source": node["id"], "command": writes.node}
                reading.tell("feedback", ("nodes", index), **args)
                break


def _filters(reading: Reading, node: dict[str, Any]) -> list[str]:
    kind = reading.kind(node)
    around = reading.around.get(node["id"])
    if kind is None or not issubclass(kind, SourceKind) or around is None or around.params is None:
        return []
    try:
        return kind(around.params, around.scope).topics()
    except Exception:  # its own check has said what is wrong with it
        return []


def _hears(filter: str, topic: str) -> bool:
    return matches(filter, topic) or device_in(filter, topic) is not None


def _topics_sent(reading: Reading, registry: Registry, id: str) -> Iterator[Sent]:
    """The topics of the registered command that a node names, for every device that it may mean."""
    node = reading.by_id[id]
    kind = reading.kind(node)
    around = reading.around.get(id)
    if kind is None or around is None or not isinstance(node.get("params", {}), dict):
        return
    params = resolve(node.get("params", {}), kind, reading.settings, around.scope.shape)
    command_id = _value(kind, params, "command")
    if command_id is None:
        return
    for type_, devices in _targets(kind, params, registry, around.scope.shape.types):
        command = type_.command(command_id)
        if command is not None:
            yield from (Sent(id, fill_device(command.topic, device)) for device in devices)


def _targets(
    kind: type[Kind], params: dict[str, Any], registry: Registry, coming: tuple[str, ...]
) -> Iterator[tuple[DeviceType, list[str]]]:
    """Types and devices that a command may go to: the named device, all of a named type, or those that come in."""
    named = _value(kind, params, "device")
    if named is not None and (device := registry.devices.get(named)) is not None:
        if (type_ := registry.types.get(device.type)) is not None:
            yield type_, [device.id]
        return
    chosen = [p["type"] for p in params.values() if isinstance(p, dict) and isinstance(p.get("type"), str)]
    for name in chosen or coming or list(registry.types):
        if (type_ := registry.types.get(name)) is not None:
            yield type_, [device.id for device in registry.of_type(name)[:MOST_DEVICES]] or ["x"]


def _value(kind: type[Kind], params: dict[str, Any], ref: str) -> str | None:
    """The value of the first top-level param that names a registered thing of this sort."""
    for name, part in plain_schema(kind).get("properties", {}).items():
        branches = [part, *part.get("anyOf", ())]
        if facts(branches).get("ref") == ref and isinstance(params.get(name), str):
            return str(params[name])
    return None
