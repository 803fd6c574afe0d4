"""What people do not want to be told for a while: of a flow, of a device, or of one device by one flow (docs/adr/0024)."""

from collections.abc import Callable
from typing import Any

import msgspec

from engine.effect import Effect
from runtime.running import RunningFlow


class Snooze(msgspec.Struct, frozen=True):
    """From `start` until `until` (ms), notices of `flow` about `device` are held back, where None means any; with
    `commands`, commands too."""

    id: str
    start: int
    until: int
    flow: str | None = None
    device: str | None = None
    commands: bool = False

    def covers(self, flow: str, device: str | None, now: int) -> bool:
        if not self.start <= now < self.until or (self.flow is None and self.device is None):
            return False
        return self.flow in (None, flow) and self.device in (None, device)


Tell = Callable[[RunningFlow, Effect, str], None]
"""Told of an action that was held back, and of the snooze's id: nothing is lost silently."""


class Snoozes:
    """Asked once for each action that would leave, never for a message. `now` is the worker's clock in ms."""

    def __init__(self, now: Callable[[], int], tell: Tell) -> None:
        self._now, self._tell = now, tell
        self._known: tuple[Snooze, ...] = ()

    def put(self, given: Any) -> None:
        """These and no others hold from now on; what cannot be read is left out."""
        known = []
        for entry in given if isinstance(given, list) else ():
            try:
                known.append(msgspec.convert(entry, Snooze))
            except msgspec.ValidationError:
                continue
        self._known = tuple(known)

    def take(self, flow: RunningFlow, effect: Effect) -> bool:
        """Whether somebody has snoozed `effect`; it is told then."""
        held_as = flow.plan.catalog[effect.kind].held_as if self._known else ""
        if not held_as:
            return False
        now, command = self._now(), held_as == "command"
        for one in self._known:
            if one.covers(flow.id, effect.device, now) and (one.commands or not command):
                self._tell(flow, effect, one.id)
                return True
        return False
