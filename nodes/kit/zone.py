"""The zone in which a node reads the clock."""

from zoneinfo import ZoneInfo

from nodes.kit.scope import Scope


def zone_of(name: str | None, scope: Scope) -> ZoneInfo:
    """The zone called `name`, else (None, or no such zone) the one of the surroundings."""
    if name is None:
        return scope.zone
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return scope.zone
