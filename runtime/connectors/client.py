"""paho with many messages at a time: PUBLISHes come out of one read together, PUBACKs and our own PUBLISHes go into one
write. Connecting, subscribing, keeping alive and leaving stay paho's.
"""

import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from itertools import repeat
from typing import Any

import paho.mqtt.client as paho

from runtime.addresses import Egress
from runtime.connectors.pace import Pace
from runtime.connectors.packets import PUBACK, Malformed, Published, Reader, pubacks, publish

READ = 1 << 18
"""Bytes asked of the socket at a time."""
FLYING = 1_000
"""Our own PUBLISHes that may be without an answer, where the broker names no lower number."""
PATIENCE = 1
"""Milliseconds of silence for which PUBACKs wait for others."""
LOOK_EVERY = 0.1
"""Seconds between two looks at whether the broker has been silent for too long."""
REFUSED = 0x80
"""Reason codes from here on say that the broker did not take it (MQTT 5)."""

Message = tuple[str, bytes, Any]
"""Topic, payload, and whatever its publisher knows it by. Where that has an `until` (monotonic seconds), a broker of MQTT 5
is told to keep it no longer than that for a receiver that is away."""
Told = Callable[[list[tuple[Any, str | None]]], None]
"""Told of messages, on some thread and once of each, by what its publisher knows it by, what came of it: None when the broker has
it, else why not."""


class Client(paho.Client):
    """`take` gets what each read brought, on paho's thread; it must not raise. `ended` is set when that thread ends,
    whatever ended it, and `failure` says why where it failed."""

    egress: Egress
    ended: threading.Event
    take: Callable[[Published], None]
    failure: str | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._reader = Reader(self._protocol == paho.MQTTv5)
        self._lock = threading.Lock()
        self._writing = threading.RLock()
        """Whoever holds it writes to the socket."""
        self._waiting: deque[tuple[Message, Told, float]] = deque()
        self._flying: dict[int, tuple[Any, Told, float]] = {}
        self.most_flying = FLYING
        self._next_look = 0.0
        self._pace = Pace()
        self._held = b""
        """PUBACKs that wait for others."""
        self._poll = select.poll()
        self._polled: Any = None
        self._polled_fd = -1
        """The socket that `_poll` looks at, and its descriptor."""
        self._own_thread = 0
        """The identifier of the thread that reads."""

    # --- in -------------------------------------------------------------------------------------------------------

    def marking(self, on: bool) -> None:
        """Whether what comes by a marked filter is told from the rest."""
        self._reader.marking = on

    def _loop(self, timeout: float = 1.0) -> paho.MQTTErrorCode:
        """Waits and reads with fewer steps where there is nothing to do but to read."""
        sock = self._sock
        if sock is None or self._ssl or self._out_packet:
            self._flush()
            return super()._loop(timeout)
        if sock is not self._polled:
            self._poll, self._polled, self._polled_fd = _poll_of(sock, self._sockpairR), sock, sock.fileno()
        ready = self._poll.poll(PATIENCE if self._held else 1000 * timeout)
        if ready and (len(ready) > 1 or ready[0][0] != self._polled_fd):
            self._flush()
            return super()._loop(0.0)
        if self._held and not ready:
            self._flush()
            self._pace.stalled()
        if ready:
            rc = self.loop_read()
            if rc or self._last_bytes_received < self._next_look:
                return rc
        return self.loop_misc()

    def loop_read(self, max_packets: int = 1) -> paho.MQTTErrorCode:
        """Everything that one read brings, in place of one packet."""
        try:
            data = self._sock_recv(READ)
        except BlockingIOError:
            return paho.MQTT_ERR_SUCCESS
        except OSError:
            data = b""
        if not data:
            return self._loop_rc_handle(paho.MQTT_ERR_CONN_LOST)
        self._last_bytes_received = now = time.monotonic()
        self._pace.read(now)
        try:
            found, others = self._reader.feed(data)
        except Malformed as bad:
            self.failure = f"the broker sent what is no MQTT: {bad}"
            return self._loop_rc_handle(paho.MQTT_ERR_PROTOCOL)
        if found.topics:
            self.take(found)
        return self._handle_others(others) if others else paho.MQTT_ERR_SUCCESS

    def loop_misc(self) -> paho.MQTTErrorCode:
        """Keeping alive, looked after now and then in place of after every read."""
        now = time.monotonic()
        if now < self._next_look and self._sock is not None:
            return paho.MQTT_ERR_SUCCESS
        self._next_look = now + LOOK_EVERY
        return super().loop_misc()

    def _handle_others(self, others: list[tuple[int, bytes]]) -> paho.MQTTErrorCode:
        answered = []
        for head, body in others:
            if head & 0xF0 == PUBACK and (body[0] << 8 | body[1]) in self._flying:
                answered.append(body)
                continue
            packet = self._in_packet
            packet["command"], packet["packet"], packet["remaining_length"] = head, bytearray(body), len(body)
            rc = self._packet_handle()
            if rc:
                return self._loop_rc_handle(rc)
        if answered:
            self._confirm(answered)
        return paho.MQTT_ERR_SUCCESS

    # --- out ------------------------------------------------------------------------------------------------------

    def acknowledge(self, mids: list[int]) -> None:
        """PUBACKs in this order. On paho's own thread, where messages come fast, they wait for each other (see pace.py)."""
        with self._writing:
            self._held += pubacks(mids)
            if len(self._held) < 4 * self._pace.most and threading.get_ident() == self._own_thread:
                return
            self._flush()

    def _flush(self) -> None:
        """Write the PUBACKs that wait."""
        with self._writing:
            held, self._held = self._held, b""
            self._write(held)

    def disconnect(self, *arguments: Any, **options: Any) -> paho.MQTTErrorCode:
        self._flush()
        return super().disconnect(*arguments, **options)

    def publish_all(self, messages: list[Message], told: Told, until: float) -> None:
        """Publish at QoS 1, in order, and tell `told`; past `until` (monotonic seconds) the broker has not confirmed it."""
        with self._lock:
            self._waiting.extend(zip(messages, repeat(told), repeat(until), strict=False))
            packets = self._next()
        self._write(packets)

    def _next(self) -> bytes:
        """As many of the waiting ones as may fly, as they go on the wire. With the lock."""
        five, flying, waiting = self._protocol == paho.MQTTv5, self._flying, self._waiting
        count = min(len(waiting), self.most_flying - len(flying))
        packets, now = [], time.monotonic()
        for mid in self._mids(count):
            (topic, payload, tag), told, until = waiting.popleft()
            flying[mid] = (tag, told, until)
            end = getattr(tag, "until", None)
            packets.append(publish(topic, payload, mid, five, None if end is None else end - now))
        return b"".join(packets)

    def _mids(self, count: int) -> list[int]:
        """So many packet numbers that nobody uses, drawn from the same ones as paho's own."""
        found: list[int] = []
        with self._mid_generate_mutex:
            while len(found) < count:
                self._last_mid = self._last_mid % 65_535 + 1
                if self._last_mid not in self._flying:
                    found.append(self._last_mid)
        return found

    def _confirm(self, answers: list[bytes]) -> None:
        over: dict[Told, list[tuple[Any, str | None]]] = {}
        with self._lock:
            for body in answers:
                flying = self._flying.pop(body[0] << 8 | body[1], None)
                if flying is not None:
                    tag, told, _ = flying
                    refused = len(body) > 2 and body[2] >= REFUSED
                    problem = f"the broker refused: reason code {body[2]}" if refused else None
                    over.setdefault(told, []).append((tag, problem))
            packets = self._next()
        self._write(packets)
        for told, ended in over.items():
            told(ended)

    def sweep(self) -> None:
        """End what got no answer: too late, or the connection is gone. Called now and then."""
        now, gone = time.monotonic(), self.ended.is_set()
        over: list[tuple[Any, Told]] = []
        with self._lock:
            for mid, (tag, told, until) in list(self._flying.items()):
                if gone or now > until:
                    over.append((tag, told))
                    del self._flying[mid]
            while self._waiting and (gone or now > self._waiting[0][2]):
                message, told, _ = self._waiting.popleft()
                over.append((message[2], told))
            packets = b"" if gone else self._next()
        self._write(packets)
        problem = "the connection to the broker was lost" if gone else "the broker did not confirm in time"
        for tag, told in over:
            told([(tag, problem)])

    def _write(self, packets: bytes) -> None:
        """Write whole packets, here and now where nothing else waits; what does not go at once is left to paho's thread, under
        the name of PUBACK, which it writes without a further thought."""
        if not packets:
            return
        with self._writing:
            sock = self._sock
            if sock is not None and not self._ssl and not self._out_packet:  # TLS must not be written while it is read
                try:
                    sent = sock.send(packets)
                except OSError:  # a broken connection is for paho's thread to find
                    sent = 0
                packets = packets[sent:]
            if packets:
                self._packet_queue(PUBACK, packets, 0, 0)

    def _packet_write(self) -> paho.MQTTErrorCode:
        with self._writing:
            return super()._packet_write()

    # --- the connection -------------------------------------------------------------------------------------------

    def _create_socket_connection(self) -> socket.socket:
        connection = self.egress.connect(self._host, self._port, self._connect_timeout)
        # else a small PUBLISH waits for the broker's delayed TCP ACK of the one before: 40 ms each
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def loop_forever(self, timeout: float = 1.0, retry_first_connection: bool = False) -> Any:
        self._own_thread = threading.get_ident()
        try:
            return super().loop_forever(timeout, retry_first_connection=False)
        except Exception as failed:
            self.failure = f"{type(failed).__name__}: {failed}"
            return paho.MQTT_ERR_UNKNOWN
        finally:
            self.ended.set()


def _poll_of(*sockets: Any) -> select.poll:
    """What waits until one of them can be read, or is gone."""
    poll = select.poll()
    for one in filter(None, sockets):
        poll.register(one, select.POLLIN)
    return poll
