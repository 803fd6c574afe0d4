"""A client for tests: it does what a product should do, or fails in a way that a test chooses.

It decides from the readings alone, in its own plain way, what must be answered: the generator's own idea of that is
what is under test.
"""

import contextlib
import json
import socket
import struct
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from typing import Any

Reading = dict[str, Any]
Decide = Callable[[str, Reading], bool]
Answer = tuple[str, bytes]
Fault = Callable[[int, Answer], list[Answer]]
"""What really goes out in place of answer number so and so (0 is the first that is no probe's)."""
PROBE = "kiln-999999"


def filtering() -> Decide:
    return lambda device, reading: reading["t"]["temp"] > 80


def five_in_a_row() -> Decide:
    high: dict[str, int] = defaultdict(int)

    def decide(device: str, reading: Reading) -> bool:
        high[device] = high[device] + 1 if reading["t"]["temp"] > 70 else 0
        return high[device] == 5

    return decide


def averaging() -> Decide:
    kept: dict[str, deque[tuple[int, float]]] = defaultdict(deque)

    def decide(device: str, reading: Reading) -> bool:
        mine = kept[device]
        mine.append((reading["ts"], reading["t"]["temp"]))
        while mine[0][0] <= reading["ts"] - 10_000:
            mine.popleft()
        return sum(value for _, value in mine) / len(mine) > 70

    return decide


def changing() -> Decide:
    last: dict[str, float] = {}

    def decide(device: str, reading: Reading) -> bool:
        value = reading["t"]["temp"]
        before, last[device] = last.get(device), value
        return value != before and value > 80

    return decide


class Client:
    """Speaks 3.1.1 or 5, asks for `qos`, answers at `qos`, naming the message (`seq`) or only the device."""

    def __init__(self, port: int, decide: Decide, *, version: int = 4, qos: int = 0, names: bool = True) -> None:
        self.decide, self.version, self.qos, self.names = decide, version, qos, names
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.fault: Fault = lambda number, answer: [answer]
        self.acks: Callable[[int, int], list[int]] = lambda number, id: [id]
        self.count = self.taken = self._ids = 0
        self.granted: list[int] = []
        self.heard: list[tuple[str, bytes]] = []
        self._buffer = b""
        self.connect()

    def connect(self, client_id: bytes = b"pretend") -> None:
        properties = b"\x03\x21" + struct.pack(">H", 500) if self.version == 5 else b""
        body = b"\x00\x04MQTT" + bytes([self.version, 2]) + b"\x00\x1e" + properties + _text(client_id)
        self.send(0x10, body)

    def subscribe(self, *filters: bytes) -> None:
        none = b"\x00" if self.version == 5 else b""
        body = b"\x00\x07" + none + b"".join(_text(one) + bytes([self.qos]) for one in filters)
        self.send(0x82, body)

    def publish(self, topic: str, payload: bytes, qos: int) -> None:
        self._ids = self._ids % 65_535 + 1
        id = struct.pack(">H", self._ids) if qos else b""
        none = b"\x00" if self.version == 5 else b""
        self.send(0x30 | qos << 1, _text(topic.encode()) + id + none + payload)

    def send(self, first: int, body: bytes) -> None:
        length, size = b"", len(body)
        while True:
            size, low = size >> 7, size & 127
            length += bytes([low | 128 if size else low])
            if not size:
                break
        self.socket.sendall(bytes([first]) + length + body)

    def packets(self) -> Iterator[tuple[int, bytes]]:
        """First byte and body of what comes, until the connection ends."""
        while True:
            while (found := _first(self._buffer)) is not None:
                first, start, end = found
                body, self._buffer = self._buffer[start:end], self._buffer[end:]
                yield first, body
            part = self.socket.recv(1 << 16)
            if not part:
                return
            self._buffer += part

    def run(self) -> None:
        with contextlib.suppress(OSError):
            for first, body in self.packets():
                self.take(first, body)

    def take(self, first: int, body: bytes) -> None:
        if first >> 4 == 9:
            self.granted = list(body[3 if self.version == 5 else 2 :])
        elif first >> 4 == 3:
            self._message(first >> 1 & 3, body)

    def _message(self, qos: int, body: bytes) -> None:
        size = struct.unpack(">H", body[:2])[0]
        topic, rest = body[2 : 2 + size].decode(), body[2 + size :]
        if qos:
            for id in self.acks(self.taken, struct.unpack(">H", rest[:2])[0]):
                self.send(0x40, struct.pack(">H", id))
            rest = rest[2:]
        payload = rest[1:] if self.version == 5 else rest
        self.heard.append((topic, payload))
        if topic.startswith("plant/"):
            self._reading(topic.split("/")[1], json.loads(payload))

    def _reading(self, device: str, reading: Reading) -> None:
        self.taken += device != PROBE
        if not self.decide(device, reading):
            return
        said = {"on": True, "seq": reading["seq"]} if self.names else {"on": True}
        answer = (device, json.dumps(said).encode())
        out = [answer]
        if device != PROBE:
            out = self.fault(self.count, answer)
            self.count += 1
        for whose, payload in out:
            self.publish(f"plant/{whose}/set", payload, self.qos)


def _text(text: bytes) -> bytes:
    return struct.pack(">H", len(text)) + text


def _first(buffer: bytes) -> tuple[int, int, int] | None:
    """The first byte of the first whole packet, and where its body starts and ends."""
    length = shift = 0
    for index in range(1, min(5, len(buffer))):
        length |= (buffer[index] & 127) << shift
        shift += 7
        if not buffer[index] & 128:
            end = index + 1 + length
            return (buffer[0], index + 1, end) if len(buffer) >= end else None
    return None
