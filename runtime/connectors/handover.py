"""Filters take the place of others that read some of the same topics.

Asking for neither would miss what comes meanwhile, and while we have both a broker may send a copy for each (MQTT 5.0, section
3.3.4). So the new ones are marked (section 3.3.2.3.8) for as long as it takes, and of two messages that follow each other on a
topic, by a marked filter and by one that is not, with the same payload, the second is a copy. Before the old ones are taken back,
and before the copies are no longer looked for, a message of our own comes around: what the broker had for us by then has come too.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterable
from itertools import repeat

import msgspec

from runtime.connectors.packets import DUP, RETAIN
from runtime.connectors.session import LONGEST, Received, Session

PATIENCE = 2.0
"""Seconds of silence after which our own message does not come around any more."""

_ANY = object()
"""Whatever the payload was."""


class Copy(msgspec.Struct, frozen=True):
    """A message that is left out, and that must be known again all the same: packet number (not 0) and payload."""

    mid: int
    payload: bytes


class Handover:
    """`topic` is our own. Copies are looked for at once or, where messages came before (`open` are the numbers of those that may come
    again), only after the next message of our own. `sift` is called on paho's thread, all else on that of the connection."""

    def __init__(self, topic: str, open: Iterable[int] | None) -> None:
        self._topic, self._looks = topic, open is None
        self._fence: bytes | None = None
        """What is on its way around now."""
        self._passed = threading.Event()
        self._ours: set[bytes] = set()
        """What was sent to come around."""
        self._copied = False
        """Whether some of it has come by a filter that is not marked."""
        self._last: dict[tuple[str, bool], tuple[bool, bytes]] = {}
        """By topic, and whether at QoS 0 (which overtakes): mark and payload of the last message, if it had no copy."""
        self._seen: dict[int, bytes | object] = dict.fromkeys(open or (), _ANY)
        """By packet number: what came, and is not looked at where it is said again."""

    def sift(self, received: Received) -> tuple[Received, list[Copy]]:
        """The messages without copies, and these."""
        fresh = self._fresh(received)
        if all(fresh):
            return received, []
        left = zip(received.mids, received.payloads, fresh, strict=False)
        return received.only(fresh), [Copy(mid, payload) for mid, payload, new in left if mid and not new]

    def _fresh(self, received: Received) -> list[bool]:
        fresh = []
        rest = (received.mids or repeat(0), received.heads or repeat(0), received.marks or repeat(False))
        for topic, payload, mid, head, mark in zip(received.topics, received.payloads, *rest, strict=False):
            if topic == self._topic:
                self._copied |= not mark and payload in self._ours
                self._passes(payload)
            alone = not self._looks or head & RETAIN or (head & DUP and self._seen.get(mid) in (payload, _ANY))
            fresh.append(bool(alone) or self._is_new((topic, mid == 0), (mark, payload)))
            if mid:
                self._seen[mid] = payload
        return fresh

    def _passes(self, payload: bytes) -> None:
        if payload == self._fence:
            self._fence = None
            self._last.clear()
            self._looks = True
            self._passed.set()

    def _is_new(self, place: tuple[str, bool], message: tuple[bool, bytes]) -> bool:
        """Not a copy of the last one there."""
        if self._last.get(place) == (not message[0], message[1]):
            del self._last[place]
            return False
        self._last[place] = message
        return True

    def come_around(self, session: Session, leaving: Callable[[], bool], longest: float = LONGEST) -> bool:
        """Wait until a message that is sent now is back: what came before it has no copies any more. False where it does not come."""
        self._fence, sent = secrets.token_bytes(8), time.monotonic()
        self._ours.add(self._fence)
        self._passed.clear()
        session.client.publish(self._topic, self._fence, max(session.granted.values(), default=0))
        while not self._passed.wait(0.05):
            session.sweep()
            if session.silent(sent, PATIENCE, longest) or session.ended.is_set() or leaving():
                self._fence = None
                return False
        return True

    def tries(self, session: Session, leaving: Callable[[], bool], longest: float) -> bool:
        """Whether the broker sends a copy for each filter, tried with a marked one on our own topic. Some send one message that names
        all filters; and where nothing comes around nobody can know."""
        beside = f"{self._topic}/#"
        self._copied = False
        known = session.subscribe({beside: 1}, marked=True) and self.come_around(session, leaving, longest)
        known = known and self.come_around(session, leaving)  # all copies of the one before have come by then
        session.unsubscribe([beside])
        return known and self._copied
