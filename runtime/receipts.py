"""Messages that the broker sends again although they are kept, because the acknowledgement did not reach it: a connection
that broke or a process that died in between. They are known by their packet number and a sum of their payload and their
connection, and only where the broker itself says that it sends them again.
"""

from array import array
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import compress, repeat
from struct import pack
from zlib import crc32

from runtime.mailbox import Batch
from runtime.store.interface import RECEIPTS

MOST = RECEIPTS
"""Receipts that are remembered: half of all packet numbers. A broker that counts on uses a number again after 65,535, and what
it then sends twice must not be taken for the message of a whole round before."""
SIZE = 6
"""Bytes of one."""
Receipt = tuple[int, int]
"""Packet number, and sum of the payload that begins with the connection's number."""


class Receipts:
    """`kept` are earlier answers of `receipts_of`, oldest first."""

    def __init__(self, kept: Iterable[bytes] = ()) -> None:
        self._kept: deque[bytes] = deque()
        self._count = 0
        for receipts in kept:
            self.add(receipts)

    def sift(self, batches: list[Batch], pending: Iterable[Receipt] = ()) -> list[Batch]:
        """The batches without what is kept or `pending`. Remembers nothing: `add` does, once the rest is kept too."""
        for batch in batches:
            if batch.again:
                return self._sifted(batches, pending)
        return batches

    def _sifted(self, batches: list[Batch], pending: Iterable[Receipt]) -> list[Batch]:
        known = {receipt for receipts in self._kept for receipt in _read(receipts)}
        known.update(pending)
        fresh = []
        for batch in batches:
            batch = _without(batch, known) if batch.again else batch
            known.update(_receipts(batch, batch.lines[-1]))
            fresh.append(batch)
        return fresh

    def add(self, receipts: bytes) -> None:
        """These messages are kept."""
        if receipts:
            self._kept.append(receipts)
            self._count += len(receipts) // SIZE
            while self._count - len(self._kept[0]) // SIZE >= MOST:
                self._count -= len(self._kept.popleft()) // SIZE


def receipts_of(batches: Iterable[Batch], more: Iterable[Receipt] = ()) -> bytes:
    """One receipt for each message that is to be acknowledged, in SIZE bytes, and `more` that were made before."""
    mids: list[int] = []
    sums: list[int] = []
    for mid, sum in more:
        mids.append(mid)
        sums.append(sum)
    for batch in batches:
        if any(batch.mids):
            mids += batch.mids
            sums += map(crc32, batch.payloads, repeat(batch.lines[-1]))
    return pack(f"={len(sums)}I{len(mids)}H", *sums, *mids)


def _read(receipts: bytes) -> Iterator[Receipt]:
    sums, mids = array("I"), array("H")
    middle = len(receipts) // SIZE * sums.itemsize
    sums.frombytes(receipts[:middle])
    mids.frombytes(receipts[middle:])
    return zip(mids, sums, strict=True)


def receipt_of(mid: int, payload: bytes, line: int) -> Receipt:
    """The receipt of one message that came on the connection `line`."""
    return mid, crc32(payload, line)


def _receipts(batch: Batch, line: int) -> Iterator[Receipt]:
    return zip(batch.mids, map(crc32, batch.payloads, repeat(line)), strict=True)


def _without(batch: Batch, known: set[Receipt]) -> Batch:
    fresh = [not again for again in batch.again]
    for at in [at for at, again in enumerate(batch.again) if again]:
        mid, payload = batch.mids[at], batch.payloads[at]
        fresh[at] = known.isdisjoint(receipt_of(mid, payload, line) for line in batch.lines)
    topics, payloads = list(compress(batch.topics, fresh)), list(compress(batch.payloads, fresh))
    mids, again = list(compress(batch.mids, fresh)), list(compress(batch.again, fresh))
    return Batch(topics, payloads, batch.arrived, batch.settle, batch.size, mids, again, batch.lines)
