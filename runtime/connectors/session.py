"""One connection to a broker: a fresh paho client per connection, so that nothing of an old one can leak into it."""

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from runtime.addresses import Egress
from runtime.connectors.acks import Acks
from runtime.connectors.broker import BrokerAddress
from runtime.mailbox import Message

KEEPALIVE = 30
"""Seconds."""
EXPIRY = 7 * 86_400
"""Seconds for which the broker keeps the session of a client that is away (MQTT 5)."""
RECEIVE_MAXIMUM = 65_535
UNSUPPORTED = "Unsupported protocol version"
KEPT = (1 << 20) + 1
"""Bytes kept of a payload: one more than a payload may have, so that a longer one is still seen to be too long."""


Confirmed = Callable[[str | None], None]
"""Told once what came of publishing: None when the broker has it, else why not."""


class SessionEnd(msgspec.Struct, frozen=True):
    """How a connection ended: `reason` in words; `protocol` when the broker cannot speak the one tried."""

    reason: str
    protocol: bool = False


class _Client(paho.Client):
    """paho, dialling through the address check, and telling when its thread ends, whatever ended it."""

    egress: Egress
    ended: threading.Event
    failure: str | None = None

    def _create_socket_connection(self) -> socket.socket:
        connection = self.egress.connect(self._host, self._port, self._connect_timeout)
        # else a small PUBLISH waits for the broker's delayed TCP ACK of the one before: 40 ms each
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def loop_forever(self, timeout: float = 1.0, retry_first_connection: bool = False) -> Any:
        try:
            return super().loop_forever(timeout, retry_first_connection=False)
        except Exception as failed:
            self.failure = f"{type(failed).__name__}: {failed}"
            return paho.MQTT_ERR_UNKNOWN
        finally:
            self.ended.set()


class Session:
    """Connect, subscribe, publish on one connection. `on_message` gets every Message on paho's thread."""

    def __init__(
        self,
        address: BrokerAddress,
        *,
        client_id: str,
        protocol: int,
        fresh: bool,
        expiry: int = EXPIRY,
        egress: Egress,
        on_message: Callable[[Message], None],
        now: Callable[[], int],
    ) -> None:
        self.address, self.protocol, self.fresh, self.expiry = address, protocol, fresh, expiry
        self._on_message, self._now = on_message, now
        self.connected = threading.Event()
        self.ended = threading.Event()
        self.session_present = False
        self.granted: dict[str, int] = {}
        self.refused: dict[str, str] = {}
        self.bad_topics = 0
        self._subacks: dict[int, str] = {}
        self._suback_lock = threading.Condition()
        self._refusal: str | None = None
        self._flying: dict[int, tuple[paho.MQTTMessageInfo, Confirmed, float]] = {}
        self._flying_lock = threading.Lock()
        self.client = self._client(client_id, egress)
        self.acks = Acks(lambda mid: self.client.ack(mid, 1))

    def _client(self, client_id: str, egress: Egress) -> _Client:
        five = self.protocol == paho.MQTTv5
        client = _Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=paho.MQTTProtocolVersion(self.protocol),
            clean_session=None if five else self.fresh,
            manual_ack=True,
            reconnect_on_failure=False,
        )
        client.egress, client.ended = egress, self.ended
        client.connect_timeout = 10.0
        client.max_queued_messages_set(10_000)
        client.max_inflight_messages_set(1_000)
        if self.address.username is not None:
            client.username_pw_set(self.address.username, self.address.password)
        if self.address.tls:
            client.tls_set_context(self.address.context())
        client.on_connect, client.on_disconnect = self._connected, self._disconnected
        client.on_message, client.on_subscribe = self._received, self._subscribed
        client.on_publish = self._published
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

    def subscribe(self, filters: dict[str, int], timeout: float = 10.0) -> bool:
        """Ask for `filters` one by one and wait for every SUBACK; True when all were answered (perhaps refused)."""
        for one, qos in filters.items():
            with self._suback_lock:
                self._ask(one, qos)
        end = time.monotonic() + timeout
        with self._suback_lock:
            while not (done := filters.keys() <= self.granted.keys() | self.refused.keys()):
                if self.ended.is_set() or time.monotonic() > end:
                    break
                self._suback_lock.wait(0.1)
        return done

    def _ask(self, one: str, qos: int) -> None:
        how: dict[str, Any] = {"qos": qos}
        if self.protocol == paho.MQTTv5:
            how = {"options": SubscribeOptions(qos=qos, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB)}
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

    def publish(self, topic: str, payload: bytes, done: Confirmed, timeout: float) -> None:
        """Publish at QoS 1. `done` is called once, on some thread: with None when the broker has confirmed it, else
        with why it has not. Many may be on their way at once; they leave in order."""
        try:
            info = self.client.publish(topic, payload, 1)
        except (ValueError, RuntimeError) as failed:
            done(_plain(failed))
            return
        if info.rc != paho.MQTT_ERR_SUCCESS:  # this connection is never opened again, so what it queues is lost
            done(paho.error_string(info.rc))
            return
        with self._flying_lock:
            self._flying[info.mid] = (info, done, time.monotonic() + timeout)

    def sweep(self) -> None:
        """End what was published and got no answer: too late, or the connection is gone. Called now and then."""
        now, ended = time.monotonic(), self.ended.is_set()
        over: list[tuple[Confirmed, str | None]] = []
        with self._flying_lock:
            for mid, (info, done, until) in list(self._flying.items()):
                if info.is_published():
                    over.append((done, None))
                elif ended or now > until:
                    reason = "the connection to the broker was lost" if ended else "the broker did not confirm in time"
                    over.append((done, reason))
                else:
                    continue
                del self._flying[mid]
        for done, problem in over:
            done(problem)

    # --- on paho's thread: nothing here may raise -------------------------------------------------------------------

    def _connected(self, _client: Any, _data: Any, flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            self._refusal = str(reason)
            return
        self.session_present = flags.session_present
        self.connected.set()

    def _published(self, _client: Any, _data: Any, mid: int, reason: Any, _properties: Any) -> None:
        """An answer that overtakes its own registration is found by `sweep`."""
        with self._flying_lock:
            flying = self._flying.pop(mid, None)
        if flying is not None:
            flying[1](f"the broker refused: {reason}" if reason is not None and reason.is_failure else None)

    def _disconnected(self, *_: Any) -> None:
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

    def _received(self, _client: Any, _data: Any, message: paho.MQTTMessage) -> None:
        ack: Callable[[], None] = _nothing
        if message.qos:
            held = self.acks.received(message.mid)
            if held is None:
                return
            ack = held
        try:
            topic = message.topic
        except UnicodeDecodeError:
            self.bad_topics += 1
            ack()
            return
        payload = bytes(message.payload[:KEPT])
        self._on_message(Message(topic, payload, message.qos, message.retain, self._now(), ack))


def _nothing() -> None:
    """QoS 0 needs no acknowledgement."""


def _plain(failed: BaseException) -> str:
    return str(failed) or type(failed).__name__
