"""MQTT packets out of whatever a read from the socket brought: many PUBLISHes at a time, the rest as it is.

Only the framing of MQTT 3.1.1 and 5 is known here (OASIS MQTT 5.0, sections 2.1 and 3.3); what packets mean is paho's.
"""

import math
import struct
from functools import lru_cache

import msgspec
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import MQTTException, Properties

KEPT = (1 << 20) + 1
"""Bytes kept of a payload: one more than a payload may have, so that a longer one is still seen to be too long."""
PUBLISH, PUBACK = 0x30, 0x40
RETAIN, QOS, DUP = 0x01, 0x06, 0x08
FLAGS = RETAIN | DUP
MARK = 1
"""The one Subscription Identifier that is ever given (handover.py)."""
_ONLY_MARK = bytes((2, 0x0B, MARK))
"""Properties that say nothing else."""
_ACK = PUBACK << 24 | 2 << 16
"""A PUBACK with two bytes to follow: its packet number."""
EXPIRES = b"\x05\x02"
"""Five bytes of properties: a Message Expiry Interval, whose four follow (MQTT 5)."""
LONGEST = 2**32 - 1
"""Seconds that it can say."""


class Malformed(ValueError):
    """The bytes are no MQTT."""


class Published(msgspec.Struct):
    """PUBLISHes side by side, one place each: topic as it came, payload (cut at KEPT), packet identifier (0 at QoS 0; none
    at all where all are), the first byte (none at all where none is sent again or retained), and whether it came by a filter that
    is marked (none at all where none did)."""

    topics: list[bytes] = []
    payloads: list[bytes] = []
    mids: list[int] = []
    heads: list[int] = []
    marks: list[bool] = []


class Reader:
    """Takes bytes as they come; keeps what is not whole yet. `five`: MQTT 5, whose PUBLISHes carry properties; `marking`: whether
    they are looked at."""

    def __init__(self, five: bool) -> None:
        self.five, self.marking = five, False
        self._rest = b""
        self._skip = 0

    def feed(self, data: bytes) -> tuple[Published, list[tuple[int, bytes]]]:
        """Whole packets in `data` and what was left of before: PUBLISHes, and (first byte, body) of all others. Raises
        Malformed."""
        if self._skip:
            data, self._skip = data[self._skip :], max(0, self._skip - len(data))
        buffer = self._rest + data if self._rest else data
        found, others = Published(), list[tuple[int, bytes]]()
        try:
            at = self._walk(buffer, found, others)
        except IndexError as short:
            raise Malformed("a packet is shorter than it says") from short
        self._rest = buffer[at:]
        return found, others

    def _walk(self, buffer: bytes, found: Published, others: list[tuple[int, bytes]]) -> int:
        """Where the first packet begins that is not whole."""
        topics, payloads, mids, heads = found.topics, found.payloads, found.mids, found.heads
        at, end, five = 0, len(buffer), self.five
        while end - at >= 2:
            length, body = buffer[at + 1], at + 2
            if length > 127:
                if end - at > 2 and (more := buffer[at + 2]) < 128:  # most lengths have two bytes
                    length, body = length & 127 | more << 7, at + 3
                else:
                    length, body = _long(buffer, at)
                    if body == 0:
                        break
            stop = body + length
            head = buffer[at]
            if stop > end:
                if head & 0xF0 == PUBLISH and end - body > 2 * KEPT:
                    self._cut(buffer, head, body, stop, found)
                    at = end
                break
            if head & 0xF0 != PUBLISH:
                others.append((head, buffer[body:stop]))
                at = stop
                continue
            name = body + 2
            rest = last = name + (buffer[body] << 8 | buffer[body + 1])
            if head & QOS:
                if len(mids) < len(topics):
                    mids += [0] * (len(topics) - len(mids))
                mids.append(buffer[rest] << 8 | buffer[rest + 1])
                rest += 2
            if five and buffer[rest]:
                if self.marking:
                    _mark(buffer, rest, found.marks, len(topics))
                rest = rest + 1 + buffer[rest] if buffer[rest] < 128 else _after_properties(buffer, rest)
            elif five:
                rest += 1
            if rest > stop:
                raise Malformed("a PUBLISH is shorter than its topic")
            if head & FLAGS:
                heads += [PUBLISH] * (len(topics) - len(heads))
                heads.append(head)
            topics.append(buffer[name:last])
            payloads.append(buffer[rest:stop] if stop - rest <= KEPT else buffer[rest : rest + KEPT])
            at = stop
        if mids:
            mids += [0] * (len(topics) - len(mids))
        if heads:
            heads += [PUBLISH] * (len(topics) - len(heads))
        if found.marks:
            found.marks += [False] * (len(topics) - len(found.marks))
        return at

    def _cut(self, buffer: bytes, head: int, body: int, stop: int, found: Published) -> None:
        """A PUBLISH far too long to be kept: what is there of it will do, the rest is passed over."""
        name, count = body + 2, len(found.topics)
        rest = name + (buffer[body] << 8 | buffer[body + 1])
        found.topics.append(buffer[name:rest])
        if head & QOS:
            found.mids += [*[0] * (count - len(found.mids)), buffer[rest] << 8 | buffer[rest + 1]]
            rest += 2
        if head & FLAGS:
            found.heads += [*[PUBLISH] * (count - len(found.heads)), head]
        if self.five:
            if self.marking:
                _mark(buffer, rest, found.marks, count)
            rest = _after_properties(buffer, rest)
        found.payloads.append(buffer[rest : rest + KEPT])
        self._skip = stop - len(buffer)


def _long(buffer: bytes, at: int) -> tuple[int, int]:
    """A remaining length of more than one byte, and where the body begins; (0, 0) while it is not all there."""
    length, shift = 0, 0
    for place in range(at + 1, min(at + 5, len(buffer))):
        length |= (buffer[place] & 127) << shift
        if buffer[place] < 128:
            return length, place + 1
        shift += 7
    if len(buffer) - at >= 5:
        raise Malformed("a length of more than four bytes")
    return 0, 0


def _after_properties(buffer: bytes, at: int) -> int:
    length, body = _long(buffer, at - 1)
    if body == 0:
        raise Malformed("properties are cut off")
    return body + length


def _mark(buffer: bytes, at: int, marks: list[bool], place: int) -> None:
    """Note of the message at `place` where the properties at `at` say that a marked filter brought it."""
    if buffer[at : at + 3] == _ONLY_MARK or MARK in _identifiers(buffer, at):
        marks += [*[False] * (place - len(marks)), True]


def _identifiers(buffer: bytes, at: int) -> list[int]:
    """The Subscription Identifiers among the properties there (MQTT 5.0, section 3.3.2.3.8)."""
    properties = Properties(PacketTypes.PUBLISH)
    try:
        properties.unpack(buffer[at : _after_properties(buffer, at)])
    except (MQTTException, LookupError, ValueError, struct.error):
        return []
    return list(getattr(properties, "SubscriptionIdentifier", []))


def pubacks(mids: list[int]) -> bytes:
    """One PUBACK after the other, as they go on the wire: four bytes each."""
    return struct.pack(f">{len(mids)}I", *map(_ACK.__or__, mids))


def publish(topic: str, payload: bytes, mid: int, five: bool, life: float | None = None) -> bytes:
    """A PUBLISH at QoS 1, not retained. `life`: seconds for which a broker of MQTT 5 may keep it for who is away; it counts
    in whole ones, and what is over by now may still have one, because to some brokers none means for ever."""
    name = topic.encode("utf-8", "replace")
    properties = b"" if not five else b"\0" if life is None else EXPIRES + _seconds(life).to_bytes(4, "big")
    head = _head(len(name) + 4 + len(properties) + len(payload))
    return b"".join((head, len(name).to_bytes(2, "big"), name, mid.to_bytes(2, "big"), properties, payload))


def _seconds(life: float) -> int:
    return max(1, math.ceil(min(life, LONGEST)))


@lru_cache(maxsize=1_000)
def _head(length: int) -> bytes:
    head = bytearray([PUBLISH | 0x02])
    while True:
        length, digit = length >> 7, length & 127
        head.append(digit | 128 if length else digit)
        if not length:
            return bytes(head)
