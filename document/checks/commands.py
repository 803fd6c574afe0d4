"""Commands that a node names: to whom they may go, and whether they take the given values."""

from collections.abc import Iterator
from typing import Any

from document.pointer import Path, pointer
from document.problems import problem
from document.readable import complaints
from document.schema import facts, plain_schema
from document.shapes import Surroundings
from nodes.kit.kind import Kind
from nodes.kit.problem import Problem
from nodes.kit.things import Command, DeviceType, Registry

MOST_DEVICES = 200
"""Devices of one type that are looked at; all have the same topic pattern."""
VALUES = "values"
"""The param that holds what a command carries."""


def check_command(
    registry: Registry | None, around: Surroundings, kind: type[Kind], params: dict[str, Any], at: Path
) -> list[Problem]:
    """The given values against the JSON Schema of the named command, for every type of device that it may go to."""
    name = named(kind, params, "command")
    if registry is None or name is None or VALUES not in plain_schema(kind).get("properties", {}):
        return []
    found: list[Problem] = []
    for type_, _ in targets(kind, params, registry, around.scope.shape.types):
        command = type_.command(name)
        if command is not None and not found:
            found = _refusals(command, params.get(VALUES, {}), (*at, VALUES))
    for missing in found:  # the pointer must lead to something that is there
        if VALUES not in params:
            missing.path = missing.path.removesuffix(f"/{VALUES}")
    return found


def _refusals(command: Command, values: Any, at: Path) -> list[Problem]:
    """A schema that somebody registered may itself be broken, e.g. refer to nothing."""
    try:
        return complaints(command.values, values, at, strange=True)
    except Exception:
        return [problem("bad_schema", pointer(at[:-1]), id=command.id)]


def targets(
    kind: type[Kind], params: dict[str, Any], registry: Registry, coming: tuple[str, ...]
) -> Iterator[tuple[DeviceType, list[str]]]:
    """Types and devices that a command may go to: the named device, all of a named type, or those that come in."""
    device_id = named(kind, params, "device")
    if device_id is not None and (device := registry.devices.get(device_id)) is not None:
        if (type_ := registry.types.get(device.type)) is not None:
            yield type_, [device.id]
        return
    chosen = [p["type"] for p in params.values() if isinstance(p, dict) and isinstance(p.get("type"), str)]
    for name in chosen or coming or list(registry.types):
        if (type_ := registry.types.get(name)) is not None:
            yield type_, [device.id for device in registry.of_type(name)[:MOST_DEVICES]] or ["x"]


def named(kind: type[Kind], params: dict[str, Any], ref: str) -> str | None:
    """The value of the first top-level param that names a registered thing of this sort."""
    for name, part in plain_schema(kind).get("properties", {}).items():
        branches = [part, *part.get("anyOf", ())]
        if facts(branches).get("ref") == ref and isinstance(params.get(name), str):
            return str(params[name])
    return None
