"""What stands around the nodes: settings and zones."""

from document.checks.reading import Reading
from document.checks.registered import bad_zone
from document.shapes import known_zone

RESERVED = ("as", "break", "const", "false", "for", "if", "in", "let", "null", "return", "true", "var", "while")
"""Words of the expression language that cannot be written after `settings.`."""


def check_settings(reading: Reading) -> None:
    """Names that no expression could write, and settings that nothing uses. Comes after the params were read."""
    misspelt = any(found.code == "unknown_setting" for found in reading.found) or not reading.nodes
    for name in reading.settings:
        if name in RESERVED:
            reading.tell("reserved_name", ("settings", name), value=name)
        elif name not in reading.used and not misspelt:
            reading.tell("unused_setting", ("settings", name), name=name)


def check_zones(reading: Reading) -> None:
    """Time zones of the document and of nodes."""
    zone = reading.document.get("time_zone")
    if isinstance(zone, str) and known_zone(zone) is None:
        reading.found.append(bad_zone(zone, ("time_zone",)))
    for index, node in reading.nodes:
        params = node.get("params")
        own = params.get("time_zone") if isinstance(params, dict) else None
        for zone, at in ((node.get("time_zone"), ("time_zone",)), (own, ("params", "time_zone"))):
            if isinstance(zone, str) and not zone.startswith("$") and known_zone(zone) is None:
                reading.found.append(bad_zone(zone, ("nodes", index, *at)))
