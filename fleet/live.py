"""Real time: publishes on a real broker, listens to commands and to faults, and outlives the broker's absence."""

import json
import queue
import socket
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from fleet.broker import Broker
from fleet.description import Fleet
from fleet.device import VirtualDevice, payload
from fleet.record import GARBLED

_LONGEST_PAYLOAD = 65_536
_MOST_WAITING = 1_000
Tell = Callable[[dict[str, Any]], None]


class LiveFleet:
    """`run()` until `stop` is set. Only the calling thread touches the devices; paho's thread just hands over."""

    def __init__(self, fleet: Fleet, broker: Broker, *, speed: float = 1.0, tell: Tell = lambda line: None) -> None:
        self.devices = {d.id: VirtualDevice(d, fleet.type_of(d), fleet.seed) for d in fleet.devices}
        self.stop = threading.Event()
        self._broker = broker
        self._speed = speed
        self._tell = tell
        self._ready = False
        self._inbox: queue.Queue[tuple[str, bytes] | None] = queue.Queue(_MOST_WAITING)
        self._began = self._origin = 0.0
        self._client = self._connect()

    def _connect(self) -> mqtt.Client:
        client = client_of(self._broker)
        client.on_connect, client.on_subscribe = self._on_connect, self._on_subscribe
        client.on_message, client.on_disconnect = self._on_message, self._on_disconnect
        return client

    def _on_connect(self, client: mqtt.Client, data: Any, flags: Any, reason: ReasonCode, properties: Any) -> None:
        if reason.is_failure:
            self._tell({"connected": False, "detail": str(reason)})
            return
        patterns = {listen.topic for device in self.devices.values() for listen in device.kind.listens}
        filters = ["fleet/+/fault", *sorted(pattern.replace("{device}", "+") for pattern in patterns)]
        client.subscribe([(wanted, 1) for wanted in filters])

    def _on_subscribe(self, *_: Any) -> None:
        """Only now is what others say heard: a fault that was switched on before would be lost."""
        self._hand_over(None)

    def _on_disconnect(self, client: mqtt.Client, data: Any, flags: Any, reason: ReasonCode, properties: Any) -> None:
        if not self.stop.is_set():
            self._tell({"connected": False, "detail": str(reason)})

    def _on_message(self, client: mqtt.Client, data: Any, arrived: mqtt.MQTTMessage) -> None:
        if len(arrived.payload) <= _LONGEST_PAYLOAD:
            self._hand_over((arrived.topic, bytes(arrived.payload)))

    def _hand_over(self, item: tuple[str, bytes] | None) -> None:
        try:
            self._inbox.put_nowait(item)
        except queue.Full:
            return

    def _now(self) -> int:
        """The devices' own time (ms): the wall clock, or with a speed so many times faster since the start."""
        return round((self._origin + (time.monotonic() - self._began) * self._speed) * 1000)

    def run(self) -> None:
        """Publish until stopped, then take back the retained status and leave."""
        self._began, self._origin = time.monotonic(), time.time()
        self._client.loop_start()
        due = {id: device.first_due(self._now()) for id, device in self.devices.items()}
        while not self.stop.is_set():
            now = self._now()
            for id, device in self.devices.items():
                if due[id] <= now:
                    self._publish(device, due[id])
                    due[id] = max(due[id] + device.period, device.first_due(now - device.period))
            wait = (min(due.values(), default=now + 1000) - self._now()) / 1000 / self._speed
            self._listen(min(max(wait, 0.0), 0.25))
        self._leave()

    def _publish(self, device: VirtualDevice, at: int) -> None:
        fields = device.read(at)
        if device.silent or not self._client.is_connected():
            return
        written = at if self._speed == 1.0 else round(time.time() * 1000)
        body = GARBLED if device.garbled else json.dumps(payload(device, fields, written), ensure_ascii=False)
        self._client.publish(device.topic(), body.encode(), qos=device.kind.qos)

    def _listen(self, seconds: float) -> None:
        """Handle what came in, waiting for it at most `seconds`."""
        try:
            item = self._inbox.get(timeout=seconds) if seconds > 0 else self._inbox.get_nowait()
        except queue.Empty:
            return
        if item is None:
            self._arrived()
            return
        topic, data = item
        try:
            said = json.loads(data)
        except (ValueError, RecursionError):
            return
        for device in self.devices.values():
            self._handle(device, topic, said)

    def _arrived(self) -> None:
        self._tell({"connected": True} if self._ready else {"ready": True})
        if not self._ready:
            self._begin()
        self._ready = True
        for device in self.devices.values():
            self._say_status(device)

    def _begin(self) -> None:
        """Every device says at once how it is: one that reports every ten minutes would not be seen for as long."""
        for device in self.devices.values():
            self._publish(device, self._now())

    def _handle(self, device: VirtualDevice, topic: str, said: Any) -> None:
        if topic == f"fleet/{device.id}/fault":
            fault = device.fault(said.get("fault")) if isinstance(said, dict) else None
            if fault and isinstance(said.get("on"), bool):
                device.switch(fault.id, said["on"])
                self._say_status(device)
        for listen in device.kind.listens:
            if topic == device.topic(listen.topic) and device.told(said, listen.sets):
                self._publish(device, self._now())

    def _say_status(self, device: VirtualDevice) -> None:
        known = [{"id": fault.id, "label": fault.label} for fault in device.kind.faults]
        active = [fault.id for fault in device.kind.faults if fault.id in device.faults]
        body = json.dumps({"faults": active, "known": known}, ensure_ascii=False).encode()
        self._client.publish(f"fleet/{device.id}/status", body, qos=1, retain=True)

    def _leave(self) -> None:
        if self._client.is_connected():
            sent = [self._client.publish(f"fleet/{id}/status", b"", qos=1, retain=True) for id in self.devices]
            until = time.monotonic() + 2
            while time.monotonic() < until and not all(info.is_published() for info in sent):
                time.sleep(0.02)
        self._client.disconnect()
        self._client.loop_stop()


def client_of(broker: Broker) -> mqtt.Client:
    """A client that dials as soon as its loop starts, and again whenever the broker has gone."""
    name = f"fleet-{uuid.uuid4().hex[:16]}"
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv311)
    if broker.username:
        client.username_pw_set(broker.username, broker.password)
    if broker.tls:
        client.tls_set()
    client.on_socket_open = _at_once
    client.max_queued_messages_set(_MOST_WAITING)
    client.reconnect_delay_set(min_delay=1, max_delay=15)
    client.connect_async(broker.host, broker.port, keepalive=30)
    return client


def _at_once(client: mqtt.Client, data: Any, connection: Any) -> None:
    # else a small PUBLISH waits for the broker's delayed TCP ACK of the one before: 40 ms each
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
