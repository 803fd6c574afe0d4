"""Does a flow hear its own commands through the broker? Then it would answer itself for ever."""

from collections.abc import Iterator
from typing import Any

import msgspec

from document.checks.commands import named, targets
from document.checks.reading import Reading
from document.checks.wires import reached
from document.settings import resolve
from nodes.kit.kind import SourceKind
from nodes.kit.things import Registry
from nodes.kit.topic import device_in, fill_device, matches


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
    command_id = named(kind, params, "command")
    if command_id is None:
        return
    for type_, devices in targets(kind, params, registry, around.scope.shape.types):
        command = type_.command(command_id)
        if command is not None:
            yield from (Sent(id, fill_device(command.topic, device)) for device in devices)
