"""The lasting connection to a broker: one thread that connects, subscribes, watches the health, and comes back.

Nothing here raises into the callers: what goes wrong is in `health`, in `refused`, and told through `on_change`.
"""

import contextlib
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence

import msgspec
import paho.mqtt.client as paho

from runtime.addresses import Egress
from runtime.connectors.broker import BrokerAddress
from runtime.connectors.client import Message, Told
from runtime.connectors.lines import SETTLED, UNHEARD, Lines
from runtime.connectors.session import EXPIRY, OWN, Received, Session, SessionEnd
from runtime.connectors.subscriptions import Subscriptions
from runtime.connectors.takeover import LIKELY, TAKEN, YOUNG, Takeovers
from runtime.connectors.window import Window
from runtime.mailbox import Batch, Mailbox
from runtime.receipts import receipt_of

HEARTBEAT_EVERY = 10.0
"""Seconds between two heartbeats through the broker; after two and a half the connection counts as dead."""
SHORTEST, LONGEST = 0.25, 2.0
"""Seconds: bounds of the growing span from which the pause before the next attempt is drawn. A broker that is back is
used again within five seconds."""
REDELIVERY = 1.2
"""Seconds between two connections to a broker of MQTT 3.1.1. The embedded one sends what was not acknowledged again after a
second (config/broker.py); newer messages would come before it on a connection made sooner."""
SELDOM = 30.0
"""Seconds between two attempts where another client seems to use our id."""
ANSWER, LONGEST_ANSWER = 4.0, 15.0
"""Seconds that a broker gets to answer the first attempt, growing by one with each attempt up to the second."""
PATIENCE = 20.0
"""Seconds for which a full mailbox holds what came (and so the broker) back."""
EXPIRY_OF_A_VISIT = 3_600
"""Seconds for which an MQTT 5 broker keeps the session of a client that is not lasting."""


class Health(msgspec.Struct, frozen=True):
    """`since` is when `connected` last changed (ms); `detail` says why not, in words; `protocol` is 5 or 4 (3.1.1).
    `code` is `taken_over` when another client took our id twice within a minute: then no further attempt is made until
    `again()`; or `taken_over_perhaps` when it only looks so: then attempts are seldom, and it is said of a connection too until
    that has lasted for ten seconds."""

    connected: bool
    url: str
    since: int
    detail: str = ""
    protocol: int | None = None
    code: str = ""


class Mqtt:
    """A broker, for ever. Messages go into `mailbox`; `want()` says which topics.

    `client_id` must be this worker's alone. `lasting`: the broker keeps session and messages while we are away;
    `held` are filters that such a session may still hold from an earlier run, `read` those that were wanted of it, and `seen` is
    when it was last connected (ms); `lines` are its connections whose messages may come again, and `on_lines` is told of every change of them (lines.py), on any thread.
    `on_change(health)` and `on_gap(begin, end)` (ms) are called on this object's thread; `on_gap` when a broker that
    should have kept the session has lost it: what was sent between the two may be missing. `on_dropped(topics)` is called
    on paho's thread, a topic for each message that there was no room for and that the broker will not send again.
    """

    def __init__(
        self,
        address: BrokerAddress,
        *,
        client_id: str,
        egress: Egress,
        mailbox: Mailbox,
        lasting: bool = True,
        held: Mapping[str, int] | None = None,
        read: Sequence[str] | None = None,
        seen: int | None = None,
        lines: Sequence[int] = (),
        now: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        on_change: Callable[[Health], None] = lambda health: None,
        on_gap: Callable[[int, int], None] = lambda begin, end: None,
        on_lines: Callable[[list[int]], None] = lambda lines: None,
        on_dropped: Callable[[list[str]], None] = lambda topics: None,
        heartbeat_every: float = HEARTBEAT_EVERY,
    ) -> None:
        self.address, self.client_id, self.egress, self.lasting = address, client_id, egress, lasting
        self._now, self._on_change, self._on_gap, self._on_dropped = now, on_change, on_gap, on_dropped
        self._heartbeat_every = heartbeat_every
        self._beat_topic = f"{OWN}hb/{client_id}"
        self._wanted: dict[str, int] = {}
        self.subscriptions = Subscriptions(self._beat_topic, address.everything, held or {}, read, self._leaving)
        self._session: Session | None = None
        self._protocol = int(paho.MQTTv5)
        self._mailbox = mailbox
        self._lines = Lines(lines, on_lines)
        self._opened = 0.0
        self._beat_seen = 0.0
        self._beat_back = False
        self.heard = seen
        """When something last came through the broker (ms)."""
        self._takeovers = Takeovers()
        self._again = threading.Event()
        self._overflow = False
        self._changed = threading.Event()
        self._stop = threading.Event()
        self._was_connected = False
        self.dropped = 0
        self.window = Window()
        self.health = Health(False, address.shown, now(), "not connected yet")
        self.subscribed = threading.Event()
        self._wishing = threading.Lock()
        """A wish that comes while the answer to the one before is noted must not be called subscribed."""
        self._thread = threading.Thread(target=self._run, name="mqtt", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Leave the broker. Messages that were not acknowledged stay with it."""
        self._stop.set()
        self._changed.set()
        self._again.set()
        if self._thread.is_alive():
            self._thread.join(10)

    def again(self) -> None:
        """Somebody wants another attempt, at once, whatever was said of other clients with our id."""
        self._again.set()

    def want(self, filters: Mapping[str, int]) -> None:
        """Replace the wished topics (filter -> QoS). `subscribed` is set again once the broker has answered all."""
        wanted = {one: min(qos, 1) for one, qos in filters.items()}
        with self._wishing:
            if wanted != self._wanted:
                self._wanted = wanted
                self.subscribed.clear()
                self._changed.set()

    def publish(self, messages: list[Message], told: Told, *, timeout: float = 10.0) -> None:
        """Publish at QoS 1, in order; `told` hears what came of each. Never raises."""
        session = self._session
        if session is not None and self.health.connected:
            session.client.publish_all(messages, told, time.monotonic() + timeout)
        else:
            told([(tag, "not connected to the broker") for _, _, tag in messages])

    def _leaving(self) -> bool:
        """Whether the connection ends whatever else is going on."""
        return self._stop.is_set() or self._overflow

    # --- the connection's thread -----------------------------------------------------------------------------------

    def _run(self) -> None:
        attempt = 0
        while not self._stop.is_set():
            opened = None
            try:
                end = self._connect(min(LONGEST_ANSWER, ANSWER + attempt))
                if isinstance(end, Session):
                    attempt, opened = 0, time.monotonic()
                    end = self._stay(end)
                elif self._other_protocol(end):
                    self._stop.wait(REDELIVERY if self.subscriptions.held else 0.0)
                    continue
            except Exception as failed:  # a connection that fails in a new way must not end all connections
                end = SessionEnd(f"{type(failed).__name__}: {failed}")
            if opened is not None:
                self._takeovers.ended(end, time.monotonic() - opened)
            self._leave(end)
            attempt += 1
            self._rest(attempt)

    def _rest(self, attempt: int) -> None:
        """Until the next attempt: soon, seldom, or not before somebody asks for it."""
        verdict = self._takeovers.verdict
        waits = {TAKEN: None, LIKELY: SELDOM}
        least = REDELIVERY if self._protocol == paho.MQTTv311 else 0.0
        if self._again.wait(waits.get(verdict, max(least, pause(attempt)))):
            self._again.clear()
            self._takeovers.forget()

    def _connect(self, patience: float) -> Session | SessionEnd:
        fresh = not self.lasting and not (self._was_connected and self._protocol == paho.MQTTv5)
        expiry = EXPIRY if self.lasting else EXPIRY_OF_A_VISIT
        session = Session(
            self.address,
            client_id=self.client_id,
            protocol=self._protocol,
            fresh=fresh,
            expiry=expiry,
            egress=self.egress,
            on_messages=self._enqueue,
        )
        self._overflow = False
        self._lines.dial()
        self.subscriptions.dial(session, self._wanted)
        end = session.open(patience)
        if end is not None:
            return end
        self._session, self._opened = session, time.monotonic()
        self._lines.opened(anew=not session.session_present)
        now = self._now()
        if not session.session_present and self.heard is not None and (self._was_connected or self.subscriptions.held):
            self._on_gap(self.heard, now)
        self.subscriptions.opened(session)
        self._was_connected, self.heard = True, now
        return session

    def _other_protocol(self, end: SessionEnd) -> bool:
        """MQTT 5 was not understood: 3.1.1 is tried at once. After a refused 3.1.1 the next attempt is 5 again."""
        if end.protocol and self._protocol == paho.MQTTv5:
            self._protocol = int(paho.MQTTv311)
            return True
        if end.protocol:
            self._protocol = int(paho.MQTTv5)
        return False

    def _stay(self, session: Session) -> SessionEnd:
        """Subscribe, then watch until the connection ends."""
        self._changed.set()
        self._beat_seen, self._beat_back = time.monotonic(), False
        next_beat = 0.0
        while not session.ended.is_set():
            if self._stop.is_set():
                return SessionEnd("stopped")
            if self._changed.is_set():
                self._changed.clear()
                if not self._subscribe(session):
                    gone = session.ended.is_set()
                    return session.lost() if gone else SessionEnd("the broker did not answer a subscription")
                self._tell(self._there())
            session.sweep()
            self.window.look(len(session.acks), session.acks.settled)
            now = time.monotonic()
            if not self._beat_back and now - self._opened > UNHEARD and not len(session.acks):
                self._lines.settled()
            if self.health.code and now - self._opened > YOUNG:
                self._takeovers.forget()
                self._tell(self._there())
            if now >= next_beat:
                next_beat = now + self._heartbeat_every
                session.client.publish(self._beat_topic, b"", 0)
            if self._overflow:
                return SessionEnd("messages came faster than they could be taken")
            if self._beat_back and now - self._beat_seen > 2.5 * self._heartbeat_every:
                return SessionEnd("no heartbeat came back through the broker")
            self._changed.wait(0.1)
        return session.lost()

    def _subscribe(self, session: Session) -> bool:
        unfinished = self.subscriptions.unfinished
        wanted = self._wanted if unfinished is None else unfinished
        answered = self.subscriptions.ask(session, wanted)
        with self._wishing:
            if wanted != self._wanted:
                self._changed.set()
            elif answered:
                self.subscribed.set()
        if answered:
            self.subscriptions.settle(session)
        return answered

    def _leave(self, end: SessionEnd) -> None:
        session, self._session = self._session, None
        self.subscribed.clear()
        if session is not None:
            try:
                session.close(forget=self._stop.is_set() and not self.lasting)
            except Exception as failed:  # the next connection must be tried however badly this one ended
                end = SessionEnd(f"{end.reason} ({type(failed).__name__})")
        verdict = self._takeovers.verdict
        reason = _WORDS.get(verdict, end.reason)
        self._tell(Health(False, self.address.shown, self._now(), reason, code=verdict))

    def _there(self) -> Health:
        """A connection; of one that may be taken from us soon, why."""
        verdict = self._takeovers.verdict
        return Health(True, self.address.shown, self._now(), _WORDS.get(verdict, ""), self._protocol, verdict)

    def _tell(self, health: Health) -> None:
        if health.connected == self.health.connected:
            health = msgspec.structs.replace(health, since=self.health.since)
        self.health = health
        with contextlib.suppress(Exception):
            self._on_change(health)

    def _enqueue(self, received: Received) -> None:
        """On paho's thread. A full mailbox holds us back, and so TCP the broker."""
        self.heard = arrived = self._now()
        lines = self._lines.numbers
        if received.own and (self._beat_topic, b"") in zip(received.topics, received.payloads, strict=True):
            self._beat_seen, self._beat_back = time.monotonic(), True
            if self._session is not None and self._beat_seen - self._opened > SETTLED:
                self._lines.settled()
        received, left = self.subscriptions.sift(received)
        topics, payloads, mids, again = received.topics, received.payloads, received.mids, received.again
        copies = [receipt_of(copy.mid, copy.payload, lines[-1]) for copy in left]
        batch = Batch(topics, payloads, arrived, received.settle, sum(map(len, payloads)), mids, again, lines, copies)
        if self._overflow:  # this connection ends, and what was dropped may come again on it
            self._drop(batch)
            return
        end = time.monotonic() + PATIENCE
        while not self._mailbox.offer(batch, 0.5):
            self._beat_seen = time.monotonic()
            if (session := self._session) is not None:
                session.heard = self._beat_seen
            if self._beat_seen > end or self._stop.is_set():
                self._overflow = True
                self._drop(batch)
                return

    def _drop(self, batch: Batch) -> None:
        """What was never acknowledged is sent again, where the broker keeps our session; the rest is gone. What came before
        was dropped then."""
        kept = self.lasting or self._protocol == paho.MQTTv5
        sent_again = [kept and mid > 0 for mid in batch.mids] or [False] * len(batch)
        counted = batch.again or [False] * len(batch)
        topics = [
            topic for topic, *not_lost in zip(batch.topics, sent_again, counted, strict=True) if not any(not_lost)
        ]
        if topics:
            self.dropped += len(topics)
            self._on_dropped(topics)


_WORDS = {
    TAKEN: "another client connects with our client id again and again: no further attempt until the worker is asked to",
    LIKELY: "the broker closes each connection soon after it was opened; another client may use our client id",
}


def pause(attempt: int, draw: Callable[[float, float], float] = random.uniform) -> float:
    """Seconds before attempt number `attempt`: full jitter under a doubling ceiling."""
    return draw(0.05, min(LONGEST, SHORTEST * 2 ** min(attempt, 10)))
