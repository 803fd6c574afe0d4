"""Commands of which a person approves each one (`"approval": true` in the registry): held until the answer comes, at
most for their time to live.

Over the control socket: up, a numbered row `approval` with the data {"key", "node", "device", "command", "values",
"text" (what would happen, in the flow's language), "time" (of the event), "expires"}, times in ms; it may come again
with the same flow and key after a restart. Down, {"t": "approve", "flow", "key", "ok": bool, "id"?}; with an `id`,
`done` tells whether it was still waiting. The end of each is its `effect` row, whose `outcome` is `sent`, `failed`,
`expired` (nobody answered in time) or `refused`.

All on the host's thread. What is held stands in the store's outbox too, so a restart forgets none.
"""

from collections.abc import Callable

import msgspec

from engine.effect import Effect
from runtime.running import RunningFlow
from runtime.senders.outcome import EXPIRED, REFUSED, Report, failed

LONGEST = 86_400_000
"""Milliseconds for which a command without a time to live waits for a person."""
MOST = 1_000
Proceed = Callable[[float], None]
"""Sends what was held; it gets the seconds that are left of its time to live."""
Tell = Callable[[RunningFlow, Effect, int], None]
"""Told of each command that is now held, and when it expires (ms)."""


class Held(msgspec.Struct, frozen=True):
    """One command that waits for a person until `expires` (ms)."""

    proceed: Proceed
    report: Report
    expires: int


class Approvals:
    """`now` is the worker's clock in ms."""

    def __init__(self, now: Callable[[], int], tell: Tell) -> None:
        self._now, self._tell = now, tell
        self._held: dict[tuple[str, str], Held] = {}

    def hold(self, flow: RunningFlow, effect: Effect, life: float | None, proceed: Proceed, report: Report) -> None:
        """Keep `effect` for a person, at most `life` seconds; then either `proceed` or `report` is called, once."""
        at = (flow.id, effect.key)
        if at in self._held:
            return
        if len(self._held) >= MOST:
            report(failed("too many commands wait for a person"))
            return
        expires = self._now() + (LONGEST if life is None else round(life * 1000))
        self._held[at] = Held(proceed, report, expires)
        self._tell(flow, effect, expires)

    def decide(self, flow: str, key: str, ok: bool) -> str | None:
        """What a person answered. None, or why the answer changes nothing."""
        self.sweep()
        held = self._held.pop((flow, key), None)
        if held is None:
            return "it does not wait any more"
        if ok:
            held.proceed((held.expires - self._now()) / 1000)
        else:
            held.report(REFUSED)
        return None

    def sweep(self) -> None:
        """Let go what nobody answered in time."""
        now = self._now()
        for at in [at for at, held in self._held.items() if held.expires <= now]:
            self._held.pop(at).report(EXPIRED)

    def forget(self, flow: str) -> None:
        """The flow was stopped: nothing of it is sent any more."""
        for at in [at for at in self._held if at[0] == flow]:
            self._held.pop(at).report(failed("the flow was stopped"))

    def __len__(self) -> int:
        return len(self._held)
