"""Actions as replay, test and run print them (CONTRACTS section 5)."""

from typing import Any

from engine.clock import format_time
from engine.effect import Effect
from nodes.kit.things import Registry, spoken


def action_row(effect: Effect, registry: Registry | None) -> dict[str, Any]:
    """One action as a JSON-able object; a command that waits for a person carries `approval`."""
    row = {
        "time": format_time(effect.time),
        "node": effect.node,
        "kind": effect.kind,
        "device": effect.device,
        "data": effect.data,
        "key": effect.key,
    }
    if needs_approval(effect, registry):
        row["approval"] = "pending"
    return row


def needs_approval(effect: Effect, registry: Registry | None) -> bool:
    """Whether this commands a device in a way that a person must approve each time."""
    if effect.kind != "command" or registry is None or effect.device is None:
        return False
    name = str(effect.data.get("command"))
    if name not in registry.approvals:  # asked of every command that leaves
        return False
    command = registry.command(effect.device, name)
    return command is not None and command.approval


def spoken_command(effect: Effect, registry: Registry | None, lang: str) -> str:
    """What a command would do, in words for a person: the device, the command, the values."""
    given = ", ".join(f"{key} = {value}" for key, value in dict(effect.data.get("values") or {}).items())
    return f"{named_command(effect, registry, lang)}{f' ({given})' if given else ''}"


def named_command(effect: Effect, registry: Registry | None, lang: str) -> str:
    """The device that is commanded and the command, as people call them."""
    name = str(effect.data.get("command"))
    command = registry.command(effect.device, name) if registry else None
    who = registry.label(effect.device, lang) if registry else str(effect.device)
    return f"{who}: {spoken(command.label, lang, name) if command else name}"
