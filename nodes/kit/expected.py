"""Who should be heard from: the keys of the devices that are registered for what comes in, so that one that never spoke
is missed too."""

from collections.abc import Callable, Iterable

from nodes.kit.event import Event
from nodes.kit.per import key_of
from nodes.kit.scope import Scope


def expected_keys(per: str, scope: Scope) -> Iterable[str]:
    """The keys (as `per` forms them) of all devices that should come; only "" where events carry no device or all are
    one; none where nobody knows which devices there are, or where the key stands in the events alone."""
    if per == "all" or scope.shape.device == "never":
        return ("",)
    key: Callable[[Event], str | None] = key_of(per, scope)
    found = (key(Event(0, 0, id, None, {}, "")) for id in scope.shape.devices or ())
    return tuple(dict.fromkeys(name for name in found if name is not None))


def is_expected(device: str | None, per: str, scope: Scope) -> bool:
    """False for a device that was watched from the start, never spoke and is registered no more: nobody misses it."""
    known = scope.shape.devices
    return per != "device" or not device or known is None or device in known
