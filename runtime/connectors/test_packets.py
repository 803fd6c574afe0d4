"""PUBLISHes come out of the bytes as they went in, however a socket cuts them."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from runtime.connectors.packets import DUP, KEPT, MARK, PUBLISH, RETAIN, Reader


class Sent(msgspec.Struct, frozen=True):
    topic: str
    payload: bytes
    mid: int
    flags: int
    identifiers: tuple[int, ...]
    expiry: int | None

    def packet(self, five: bool) -> bytes:
        name = self.topic.encode()
        body = len(name).to_bytes(2, "big") + name + (self.mid.to_bytes(2, "big") if self.mid else b"")
        body += (self.properties().pack() if five else b"") + self.payload
        return bytes([PUBLISH | self.flags | (2 if self.mid else 0)]) + _length(len(body)) + body

    def properties(self) -> Properties:
        properties = Properties(PacketTypes.PUBLISH)
        if self.expiry is not None:
            properties.MessageExpiryInterval = self.expiry
        for one in self.identifiers:
            properties.SubscriptionIdentifier = one
        return properties


def _length(length: int) -> bytes:
    head = bytearray()
    while True:
        length, digit = length >> 7, length & 127
        head.append(digit | 128 if length else digit)
        if not length:
            return bytes(head)


SENT = st.builds(
    Sent,
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=70),
    st.binary(max_size=200),
    st.integers(0, 65_535),
    st.sampled_from([0, RETAIN, DUP, RETAIN | DUP]),
    st.lists(st.sampled_from([MARK, 2, 200, 100_000]), max_size=2, unique=True).map(tuple),
    st.none() | st.integers(0, 2**32 - 1),
)


@given(st.lists(SENT, max_size=8), st.booleans(), st.booleans(), st.lists(st.integers(1, 60), min_size=1))
def test_whatever_the_cuts_are_all_comes_out(sent: list[Sent], five: bool, marking: bool, cuts: list[int]) -> None:
    data, reader, found = b"".join(one.packet(five) for one in sent), Reader(five), []
    reader.marking = marking
    while data:
        cut = cuts[len(data) % len(cuts)]
        read, others = reader.feed(data[:cut])
        data = data[cut:]
        assert not others
        count = len(read.topics)
        for column in (read.mids, read.heads, read.marks):
            assert len(column) in (0, count)
        columns = [read.mids or [0] * count, read.heads or [PUBLISH] * count, read.marks or [False] * count]
        found += zip(read.topics, read.payloads, *columns, strict=True)
    assert [(topic, payload, mid, mark) for topic, payload, mid, _, mark in found] == [
        (one.topic.encode(), one.payload, one.mid, five and marking and MARK in one.identifiers) for one in sent
    ]
    assert [head & (RETAIN | DUP) for *_, head, _ in found] == [one.flags for one in sent]


def test_of_one_far_too_long_the_mark_is_seen_and_the_next_comes() -> None:
    first = Sent("a", b"x" * (4 * KEPT), 7, 0, (MARK,), None)
    second = Sent("b", b"y", 8, 0, (), None)
    reader, found = Reader(True), []
    reader.marking = True
    data = first.packet(True) + second.packet(True)
    for cut in (data[: 3 * KEPT], data[3 * KEPT :]):
        read, _ = reader.feed(cut)
        found += zip(read.topics, map(len, read.payloads), read.mids, read.marks or [False], strict=True)
    assert found == [(b"a", KEPT, 7, True), (b"b", 1, 8, False)]
