"""One connection to a broker: a fresh paho client per connection, so that nothing of an old one can leak into it."""

import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from itertools import compress
from typing import Any

import msgspec
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from nodes.kit.topic import MOST_KNOWN
from runtime.addresses import Egress
from runtime.connectors.acks import Acks
from runtime.connectors.broker import BrokerAddress
from runtime.connectors.client import FLYING, Client
from runtime.connectors.packets import DUP, MARK, Published

KEEPALIVE = 30
"""Seconds."""
EXPIRY = 7 * 86_400
"""Seconds for which the broker keeps the session of a client that is away (MQTT 5)."""
RECEIVE_MAXIMUM = 65_535
UNSUPPORTED = "Unsupported protocol version"
TAKEN_OVER = 0x8E
"""Reason code of a DISCONNECT: another client connected with our id."""
DIALLING = 4.0
"""Seconds that a TCP connection may take: a broker that comes back meanwhile must be found within five."""
LONGEST = 60.0
"""Seconds that an answer may come behind messages."""
OWN = "suiro/"
"""Topics of the product itself: never handed to flows."""


class SessionEnd(msgspec.Struct, frozen=True):
    """How a connection ended: `reason` in words; `protocol` when the broker cannot speak the one tried, `taken` when it
    says that another client took our id (MQTT 5), `closed` when the other side ended it without a word."""

    reason: str
    protocol: bool = False
    taken: bool = False
    closed: bool = False


class Received(msgspec.Struct, frozen=True):
    """What one read brought, without what this connection holds already: topics, payloads, first bytes with their flags (none where none has any),
    and how to acknowledge all of it. `mids` and `again` as in Batch. `own`: some are on topics of the product itself. `marks` as in Published."""

    topics: list[str]
    payloads: list[bytes]
    heads: list[int]
    settle: Callable[[], None]
    mids: list[int]
    again: list[bool]
    own: bool
    marks: list[bool]

    def only(self, keep: list[bool]) -> "Received":
        """Of these messages those, in place of all; they settle together as before."""
        topics, payloads = list(compress(self.topics, keep)), list(compress(self.payloads, keep))
        heads, mids = list(compress(self.heads, keep)), list(compress(self.mids, keep))
        again, marks = list(compress(self.again, keep)), list(compress(self.marks, keep))
        return Received(topics, payloads, heads, self.settle, mids, again, self.own, marks)


class Names(dict[bytes, str | None]):
    """The text of each topic, read once; None where it is no UTF-8. `own` are those of the product itself."""

    def __init__(self) -> None:
        super().__init__()
        self.own: set[str] = set()

    def __missing__(self, topic: bytes) -> str | None:
        if len(self) >= MOST_KNOWN:
            self.clear()
            self.own.clear()
        try:
            name = topic.decode("utf-8")
        except UnicodeDecodeError:
            name = None
        self[topic] = name
        if name is not None and name.startswith(OWN):
            self.own.add(name)
        return name


class Session:
    """Connect, subscribe, publish on one connection. `on_messages` gets what each read brings, on paho's thread."""

    def __init__(
        self,
        address: BrokerAddress,
        *,
        client_id: str,
        protocol: int,
        fresh: bool,
        expiry: int = EXPIRY,
        egress: Egress,
        on_messages: Callable[[Received], None],
    ) -> None:
        self.address, self.protocol, self.fresh, self.expiry = address, protocol, fresh, expiry
        self._on_messages, self._names = on_messages, Names()
        self.connected = threading.Event()
        self.ended = threading.Event()
        self.session_present = False
        self.marks = False
        """Whether filters can be marked, so that what they bring says so (MQTT 5)."""
        self.granted: dict[str, int] = {}
        self.refused: dict[str, str] = {}
        self.bad_topics = 0
        self.heard = 0.0
        """When messages came last, or waited to be taken (monotonic seconds): an answer may come behind them."""
        self._taken = False
        self._subacks: dict[int, str] = {}
        self._suback_lock = threading.Condition()
        self._refusal: str | None = None
        self.client = self._client(client_id, egress)
        self.acks = Acks(self.client.acknowledge)

    def _client(self, client_id: str, egress: Egress) -> Client:
        five = self.protocol == paho.MQTTv5
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=paho.MQTTProtocolVersion(self.protocol),
            clean_session=None if five else self.fresh,
            manual_ack=True,
            reconnect_on_failure=False,
        )
        client.egress, client.ended = egress, self.ended
        client.connect_timeout = DIALLING
        if self.address.username is not None:
            client.username_pw_set(self.address.username, self.address.password)
        if self.address.tls:
            client.tls_set_context(self.address.context())
        client.on_connect, client.on_disconnect = self._connected, self._disconnected
        client.take, client.on_subscribe = self._received, self._subscribed
        return client

    def open(self, timeout: float = 15.0) -> SessionEnd | None:
        """Connect and wait for the broker's answer. None when connected, else why not. Raises nothing."""
        options: dict[str, Any] = {}
        if self.protocol == paho.MQTTv5:
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = self.expiry
            properties.ReceiveMaximum = RECEIVE_MAXIMUM
            options = {"clean_start": self.fresh, "properties": properties}
        try:
            self.client.connect(self.address.host, self.address.port, KEEPALIVE, **options)
        except (OSError, ValueError) as failed:
            return SessionEnd(_plain(failed))
        self.client.loop_start()
        end = time.monotonic() + timeout
        while not self.connected.wait(0.02):
            if self.ended.is_set() or time.monotonic() > end:
                return self._why_not()
        return None

    def lost(self) -> SessionEnd:
        """How a connection that was open came to its end, where the end was not ours."""
        if self._taken:
            return SessionEnd("another client has connected with our client id", taken=True)
        failure = self.client.failure
        return SessionEnd(failure or "the connection was lost", closed=failure is None)

    def _why_not(self) -> SessionEnd:
        late = not self.ended.is_set()
        self.close()
        if self._refusal is not None:
            return SessionEnd(f"the broker refused: {self._refusal}", self._refusal == UNSUPPORTED)
        reason = "the broker did not answer" if late else "the broker closed the connection before answering"
        return SessionEnd(self.client.failure or reason, protocol=not late)

    def close(self, *, forget: bool = False) -> None:
        """Leave and end the thread; nothing is acknowledged any more. `forget`: the broker may drop the session."""
        self.acks.close()
        properties = None
        if forget and self.protocol == paho.MQTTv5:
            properties = Properties(PacketTypes.DISCONNECT)
            properties.SessionExpiryInterval = 0
        self.client.disconnect(properties=properties)
        self.client.loop_stop()
        self.ended.set()
        self.sweep()

    # --- subscriptions --------------------------------------------------------------------------------------------

    def subscribe(
        self, filters: Mapping[str, int], *, marked: bool = False, retained: bool = False, timeout: float = 10.0
    ) -> bool:
        """Ask for `filters` one by one and wait for every SUBACK; True when all were answered (perhaps refused). `retained`: what the
        broker keeps is to come also where it has the filter (as it always does with MQTT 3.1.1)."""
        for one, qos in filters.items():
            with self._suback_lock:
                self.granted.pop(one, None)
                self.refused.pop(one, None)
                self._ask(one, qos, marked, retained)
        begun = time.monotonic()
        with self._suback_lock:
            while not (done := filters.keys() <= self.granted.keys() | self.refused.keys()):
                if self.ended.is_set() or self.silent(begun, timeout):
                    break
                self._suback_lock.wait(0.1)
        return done

    def silent(self, since: float, patience: float, longest: float = LONGEST) -> bool:
        """Whether what was asked at `since` is not answered any more: nothing has come for `patience` seconds, or `longest` are over."""
        now = time.monotonic()
        return now - max(since, self.heard) > patience or now - since > longest

    def _ask(self, one: str, qos: int, marked: bool, retained: bool) -> None:
        how: dict[str, Any] = {"qos": qos}
        if self.protocol == paho.MQTTv5:
            when = SubscribeOptions.RETAIN_SEND_ON_SUBSCRIBE if retained else SubscribeOptions.RETAIN_SEND_IF_NEW_SUB
            how = {"options": SubscribeOptions(qos=qos, retainHandling=when)}
        if marked:
            how["properties"] = properties = Properties(PacketTypes.SUBSCRIBE)
            properties.SubscriptionIdentifier = MARK
        try:
            rc, mid = self.client.subscribe(one, **how)
        except ValueError:
            self.refused[one] = "not a topic filter"
            return
        if rc == paho.MQTT_ERR_SUCCESS and mid is not None:
            self._subacks[mid] = one

    def unsubscribe(self, filters: list[str]) -> None:
        for one in filters:
            self.granted.pop(one, None)
            self.refused.pop(one, None)
            self.client.unsubscribe(one)

    def sweep(self) -> None:
        """End what was published and got no answer. Called now and then."""
        self.client.sweep()

    # --- on paho's thread: nothing here may raise -------------------------------------------------------------------

    def _connected(self, _client: Any, _data: Any, flags: Any, reason: Any, properties: Any) -> None:
        if reason.is_failure:
            self._refusal = str(reason)
            return
        most = min(FLYING, getattr(properties, "ReceiveMaximum", FLYING))
        self.client.most_flying = max(1, most - 1)  # what is sent apart from these is one at a time
        self.session_present = flags.session_present
        five = self.protocol == paho.MQTTv5
        self.marks = five and bool(getattr(properties, "SubscriptionIdentifierAvailable", 1))
        self.connected.set()

    def _disconnected(self, _client: Any, _data: Any, flags: Any, reason: Any, _properties: Any) -> None:
        if flags.is_disconnect_packet_from_server and reason.value == TAKEN_OVER:
            self._taken = True
        self.acks.close()

    def _subscribed(self, _client: Any, _data: Any, mid: int, reasons: list[Any], _properties: Any) -> None:
        with self._suback_lock:
            one = self._subacks.pop(mid, None)
            if one is None:
                return
            reason = reasons[0] if reasons else None
            if reason is None or reason.is_failure:
                self.refused[one] = str(reason) if reason else "no answer"
            else:
                self.granted[one] = reason.value
            self._suback_lock.notify_all()

    def _received(self, found: Published) -> None:
        self.heard = time.monotonic()
        topics = list(map(self._names.__getitem__, found.topics))
        heads, mids = found.heads, found.mids
        again = [bool(head & DUP) for head in heads] if heads and mids else []
        own = not self._names.own.isdisjoint(topics)
        settle, new = partial(self.acks.settle, len(mids)), self.acks.received(mids) if mids else []
        if new:
            settle = partial(self.acks.settle, sum(mid > 0 for mid, fresh in zip(mids, new, strict=True) if fresh))
        received = Received(topics, found.payloads, heads, settle, mids, again, own, found.marks)  # type: ignore[arg-type]
        if new and not all(new):
            received = received.only(new)
        if None in topics:
            good = [name is not None for name in received.topics]
            self.bad_topics += good.count(False)
            received = received.only(good)
        self._on_messages(received)


def _plain(failed: BaseException) -> str:
    return str(failed) or type(failed).__name__
