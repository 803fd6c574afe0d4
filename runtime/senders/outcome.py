"""What came of trying to send, and what there is to send."""

from collections.abc import Callable
from typing import Any, Protocol

import msgspec

TO_DESTINATIONS = ("notify", "webhook_out")
"""Kinds whose actions go to a destination; a command goes to a device."""

LONGEST_CALL = 20.0
"""Seconds that one attempt may take, from the first byte to the last."""


class Outcome(msgspec.Struct, frozen=True):
    """`sent`, or not: `permanent` when trying again cannot help. `detail` is for people and never holds a secret.
    `retry_after` (seconds) is what the other side asked for. `later`: we stopped before it was carried to its end, so
    what is kept on a disk goes out after the next start. `reason` tells ends apart that are no failure of sending:
    `expired`, `refused` or `snoozed` (by a person), `replaced` (by a later one) or `dropped` (no room: `policy` says which of them it
    was that had to go). `attempts`: how often it was tried."""

    sent: bool
    permanent: bool = False
    detail: str = ""
    retry_after: float | None = None
    later: bool = False
    reason: str = ""
    attempts: int = 0
    policy: str = ""

    @property
    def word(self) -> str:
        """`sent`, `failed`, `expired`, `refused`, `snoozed`, `replaced` or `dropped`."""
        return "sent" if self.sent else self.reason or "failed"


SENT = Outcome(True)


def failed(detail: str, *, permanent: bool = True, retry_after: float | None = None) -> Outcome:
    return Outcome(False, permanent, detail, retry_after)


EXPIRED = Outcome(False, True, "its time to live was over", reason="expired")
REFUSED = Outcome(False, True, "a person refused it", reason="refused")
SNOOZED = Outcome(False, True, "a person has snoozed it", reason="snoozed")
REPLACED = Outcome(False, True, "replaced by a later command within the cooldown", reason="replaced")
DROPPED = Outcome(False, True, "too many are waiting for this destination", reason="dropped", policy="no_room")
OLDEST = msgspec.structs.replace(DROPPED, policy="oldest")
OUTDATED = msgspec.structs.replace(DROPPED, detail="a later one of the same device took its room", policy="outdated")
WITHDRAWN = Outcome(False, True, "its flow was stopped", reason="dropped", policy="withdrawn")
STOPPED = Outcome(False, False, "stopped before it could be sent", later=True)


class Address(msgspec.Struct, frozen=True):
    """A destination's service (`slack`, `email`, `webhook`, `inbox`) and secret address, and whether it was given by
    the operator of this machine (`trusted`) or typed into a browser."""

    service: str
    address: str = ""
    trusted: bool = False

    def __repr__(self) -> str:
        return f"Address({self.service})"


class Parcel(msgspec.Struct, frozen=True):
    """One action on its way out. `text` for notices, `body` (JSON) for calls; `flow` names the flow for people, `picture` is where
    members of the workspace see the notice's picture."""

    key: str
    node: str
    kind: str
    device: str | None
    time: int
    text: str | None = None
    body: Any = None
    flow: str = ""
    picture: str = ""

    @property
    def words(self) -> str:
        """Of a notice, with the address of its picture on a line of its own."""
        return "\n".join(part for part in (self.text, self.picture) if part)


class Sender(Protocol):
    """Sends to one destination; blocks as long as its own time-outs allow, never raises."""

    def send(self, parcel: Parcel) -> Outcome: ...

    def close(self) -> None: ...


Report = Callable[[Outcome], None]
