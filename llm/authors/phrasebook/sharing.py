"""What devices of different types have in common: the room, the hall, the line."""

from llm.authors.phrasebook.wishes import Source, Trigger
from nodes.kit.things import Device, Registry


def devices_of(source: Source, registry: Registry) -> list[Device]:
    """The registered devices that a source reads."""
    return [
        device
        for device in registry.of_type(source.type.id)
        if (not source.only or device.id in source.only)
        and all(device.attributes.get(key) == value for key, value in source.where.items())
    ]


def shared_attribute(sources: list[Source], registry: Registry) -> str | None:
    """The attribute that the devices of all these sources have, with values that meet; the one that tells most apart."""
    devices = [devices_of(source, registry) for source in sources]
    if not all(devices):
        return None
    values: dict[str, list[set[str]]] = {}
    for name in dict.fromkeys(name for device in devices[0] for name in device.attributes):
        values[name] = [{str(d.attributes[name]) for d in some if name in d.attributes} for some in devices]
    fitting = [
        name
        for name, found in values.items()
        if all(found) and set.intersection(*found) and _mostly(name, devices) and name.isidentifier()
    ]
    return max(fitting, key=lambda name: len(set.intersection(*values[name])), default=None)


def _mostly(name: str, devices: list[list[Device]]) -> bool:
    return all(sum(name in d.attributes for d in some) * 2 >= len(some) for some in devices)


def sources_of(trigger: Trigger) -> list[Source]:
    """Whose readings lead to a trigger."""
    found: list[Source] = []
    for before in (trigger.base, trigger.first, trigger.then):
        found += sources_of(before) if before is not None else []
    if trigger.sort == "cleared" and trigger.of is not None:
        return sources_of(trigger.of)
    return [*found, *([trigger.source] if trigger.source else []), *trigger.others]
