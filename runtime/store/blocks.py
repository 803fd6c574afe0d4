"""Inbox messages side by side: what came together is one row of the store, a tenth of the cost of a row per message."""

from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from runtime.mailbox import Batch
from runtime.store.interface import Received

MOST_IN_BLOCK = 4_096
"""Messages beyond which a further batch begins a block of its own."""


class Block(msgspec.Struct):
    """Messages `first` to `last`, all of which arrived at `arrived` (ms)."""

    first: int
    last: int
    arrived: int
    data: bytes


Messages = tuple[list[str], list[bytes]]
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Messages).decode


def blocks_of(batches: Iterable[Batch], first: int) -> tuple[list[int], list[Block]]:
    """Batches one after the other from the place `first` on: the place of each one's first message, and the blocks."""
    firsts, blocks = [], []
    topics: list[str] = []
    payloads: list[bytes] = []
    begun = next_place = first
    arrived = 0
    for batch in batches:
        if topics and (batch.arrived != arrived or len(topics) + len(batch) > MOST_IN_BLOCK):
            blocks.append(Block(begun, next_place - 1, arrived, _encode((topics, payloads))))
            topics, payloads, begun = [], [], next_place
        topics, payloads = (
            (topics + batch.topics, payloads + batch.payloads) if topics else (batch.topics, batch.payloads)
        )
        firsts.append(next_place)
        next_place, arrived = next_place + len(batch), batch.arrived
    if topics:
        blocks.append(Block(begun, next_place - 1, arrived, _encode((topics, payloads))))
    return firsts, blocks


def messages_of(blocks: Iterable[Block], after: int, most: int) -> list[Received]:
    """At most `most` messages after the place `after`."""
    return list(islice((row for block in blocks for row in _rows(block) if row.place > after), most))


def _rows(block: Block) -> Iterator[Received]:
    topics, payloads = _decode(block.data)
    for place, (topic, payload) in enumerate(zip(topics, payloads, strict=True), block.first):
        yield Received(place, block.arrived, topic, payload)
