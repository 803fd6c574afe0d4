"""What only matters when a flow is to run for real."""

from document.checks.reading import Reading
from document.checks.wires import reached
from document.schema import facts, places, plain_schema
from document.settings import resolve

SERVICES = ("inbox", "slack", "email", "webhook")
"""Services that the product can send to."""


def check_deploy(reading: Reading) -> None:
    """A source, an action that it reaches, and only destinations that can be sent to."""
    sources = [id for id, node in reading.by_id.items() if reading.is_source(node)]
    if not sources:
        reading.tell("no_sources", ("nodes",))
    elif not any(reading.is_action(reading.by_id[id]) for id in reached(reading, sources)):
        reading.tell("no_actions", ("nodes",))
    if reading.registry is None:
        return
    for index, node in reading.nodes:
        kind = reading.kind(node)
        if kind is None or not isinstance(node.get("params", {}), dict):
            continue
        shape = reading.around[node["id"]].scope.shape
        params = resolve(node.get("params", {}), kind, reading.settings, shape)
        for path, parts, value in places(plain_schema(kind), params):
            if facts(parts).get("ref") != "destination" or not isinstance(value, str):
                continue
            destination = reading.registry.destinations.get(value)
            if destination is not None and destination.service not in SERVICES:
                at = ("nodes", index, "params", *path)
                reading.tell("cannot_send", at, id=value, service=destination.service, names=list(SERVICES))
