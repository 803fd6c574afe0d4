"""What a flow takes from the things that it names."""

import json
from typing import Any

import msgspec

from flows.actuation import actuations
from flows.mapping import things_named
from flows.uses import things_used
from nodes.kit.catalog import full_catalog
from nodes.kit.things import DeviceType, Registry, TypeField

Document = dict[str, Any]


class NeededCommand(msgspec.Struct, frozen=True):
    """A command that the flow sends to devices of a type: by name of a value, those that it sends (as JSON)."""

    id: str
    values: dict[str, list[str]]


class NeededType(msgspec.Struct, frozen=True):
    """A type with the fields that the flow reads, the commands it sends, and the devices that it names one by one."""

    type: DeviceType
    fields: list[TypeField]
    commands: list[NeededCommand]
    devices: list[str]


class Needs(msgspec.Struct, frozen=True):
    types: list[NeededType]
    destinations: list[str]
    models: list[str]
    tables: list[str]


def needs_of(document: Document, registry: Registry) -> Needs:
    """Of a sound document and the registry that it was written for."""
    named = things_named(document, full_catalog())
    fields = {id for (section, id), _ in things_used(document, registry) if section == "fields"}
    sent = commands_sent(document, registry)
    devices = {id for section, id in named if section == "devices" and id in registry.devices}
    types = (
        {id for section, id in named if section == "types"} | set(sent) | {registry.devices[id].type for id in devices}
    )
    return Needs(
        types=[
            NeededType(
                type,
                [field for field in type.fields if f"{id}.{field.name}" in fields],
                [NeededCommand(command, values) for command, values in sent.get(id, {}).items()],
                [device for device in registry.devices if device in devices and registry.devices[device].type == id],
            )
            for id, type in registry.types.items()
            if id in types
        ],
        destinations=[id for id in registry.destinations if ("destinations", id) in named],
        models=[id for id in registry.models if ("models", id) in named],
        tables=[id for id in registry.tables if ("tables", id) in named],
    )


def commands_sent(document: Document, registry: Registry) -> dict[str, dict[str, dict[str, list[str]]]]:
    """By type and command, the values that nodes send, by name."""
    found: dict[str, dict[str, dict[str, list[str]]]] = {}
    for act in actuations(document, registry, full_catalog(), "en"):
        for type in types_told(act["device"], str(act["command"]), registry):
            sent = found.setdefault(type, {}).setdefault(str(act["command"]), {})
            for name, value in act["values"].items() if isinstance(act["values"], dict) else ():
                known = sent.setdefault(name, [])
                if (written := json.dumps(value, ensure_ascii=False)) not in known:
                    known.append(written)
    return found


def types_told(device: Any, command: str, registry: Registry) -> list[str]:
    """The types of the devices that a node commands: as a document names them, an id, a type, or the event's own."""
    if isinstance(device, dict):
        return [str(device.get("type"))] if device.get("type") in registry.types else []
    if device in registry.devices:
        return [registry.devices[device].type]
    return [id for id, type in registry.types.items() if type.command(command) is not None]
