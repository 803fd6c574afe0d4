"""The registry of a workspace, read from its tables in the shape of registry.json (CONTRACTS section 3)."""

from typing import Any

from django.db.models import Model

from document.registry import load_registry
from flows.models import Destination, Device, DeviceType, ModelProfile, Workspace
from nodes.kit.things import Registry


def registry_json(workspace: Workspace) -> dict[str, Any]:
    """All registered things, destinations without their addresses."""
    return {
        "types": [type_json(row) for row in DeviceType.objects.of(workspace)],
        "devices": [device_json(row) for row in Device.objects.of(workspace).select_related("type")],
        "destinations": [{**_named(row), "service": row.service} for row in Destination.objects.of(workspace)],
        "models": [{**_named(row), "task": row.task} for row in ModelProfile.objects.of(workspace)],
    }


def registry_of(workspace: Workspace) -> Registry:
    """The same as a value for validator, compiler and worker."""
    registry, _ = load_registry(registry_json(workspace))
    return registry


def type_json(row: DeviceType) -> dict[str, Any]:
    found: dict[str, Any] = {**_named(row), "qos": row.qos, "fields": row.fields, "commands": row.commands}
    if row.topic:
        found["topic"] = row.topic
    if row.time:
        found["time"] = row.time
    return found


def device_json(row: Device) -> dict[str, Any]:
    return {**_named(row), "type": row.type.ref, "attributes": row.attributes}


def _named(row: Model) -> dict[str, Any]:
    found = {"id": row.ref, "label": row.label}  # type: ignore[attr-defined]
    return {**found, "also": row.also} if row.also else found  # type: ignore[attr-defined]
