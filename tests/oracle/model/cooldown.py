"""cooldown: the first event passes, those less than `for` later are held; `reset` ends it."""

from typing import Any

from tests.oracle.model.life import Model, Past
from tests.oracle.model.stream import Event, Out


class Cooldown(Model):
    def __init__(self, params: dict[str, Any]) -> None:
        self.length: int = params["for"]

    def heard(self, past: Past, event: Event) -> list[Out]:
        if event.port == "reset":
            return []
        since = [n for n, moment in enumerate(past) if moment.event.port == "reset"]
        passed = [moment.event.time for moment in past[since[-1] if since else 0 :] if moment.sent("out")]
        quiet = bool(passed) and event.time < passed[-1] + self.length
        return [Out("held" if quiet else "out", event)]
