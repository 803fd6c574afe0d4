"""What a document may switch in the real world, each with the hash to which a person's approval is bound."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from nodes.kit.catalog import Catalog
from nodes.kit.kind import Kind
from nodes.kit.things import Command, Registry, spoken

Actuation = dict[str, Any]
"""`hash`, `node`, `device` (as the document names it), `command`, `values`, and `text` for a person."""


def actuations(document: dict[str, Any], registry: Registry, catalog: Catalog, lang: str) -> list[Actuation]:
    """Every command that a node of `document` may send, with settings filled in, in document order."""
    settings = document.get("settings") or {}
    found = []
    for node in document.get("nodes") or []:
        kind = catalog.get(node.get("kind"))
        if kind is not None and not node.get("off") and _commands(kind):
            found.append(_actuation(node, _filled(node.get("params") or {}, settings), registry, lang))
    return found


def _commands(kind: type[Kind]) -> bool:
    properties = kind.Params.model_json_schema().get("properties", {})
    return any((schema.get("x-suiro") or {}).get("ref") == "command" for schema in properties.values())


def _actuation(node: dict[str, Any], params: dict[str, Any], registry: Registry, lang: str) -> Actuation:
    device, name, values = params.get("device"), str(params.get("command")), params.get("values") or {}
    targets = list(_targets(device, name, registry, lang))
    topics = sorted({command.topic for _, command in targets})
    bound = {"params": params, "topics": topics, "asks": all(command.approval for _, command in targets)}
    text = json.dumps(bound, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    label = spoken(targets[0][1].label, lang, name) if targets else name
    given = ", ".join(f"{key} = {_shown(value)}" for key, value in values.items()) if isinstance(values, dict) else ""
    who = ("、" if lang == "ja" else ", ").join(dict.fromkeys(label for label, _ in targets))
    return {
        "hash": hashlib.sha256(text.encode()).hexdigest(),
        "node": node.get("id"),
        "device": device,
        "command": name,
        "values": values,
        "text": f"{who or _shown(device)}: {label}{f' ({given})' if given else ''}",
    }


def _targets(device: Any, command: str, registry: Registry, lang: str) -> Iterator[tuple[str, Command]]:
    """Labels of what is switched, each with the command as registered."""
    if isinstance(device, str) and device in registry.devices:
        types = {registry.devices[device].type}
    elif isinstance(device, dict):
        types = {str(device.get("type"))}
    else:
        types = set(registry.types)
    for id in sorted(types & set(registry.types)):
        known = registry.types[id].command(command)
        if known is None:
            continue
        if isinstance(device, str) and device in registry.devices:
            yield registry.label(device, lang), known
        else:
            yield spoken(registry.types[id].label, lang, id), known


def _filled(value: Any, settings: dict[str, Any]) -> Any:
    """`value` with "$name" replaced by the setting's value and unit, "$$x" by "$x": what will really be sent."""
    if isinstance(value, dict):
        return {key: _filled(part, settings) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, settings) for part in value]
    if isinstance(value, str) and value.startswith("$$"):
        return value[1:]
    if isinstance(value, str) and value.startswith("$"):
        return (settings.get(value[1:]) or {}).get("value", value)
    return value


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
