"""Messages that the broker sends again although they are kept, because the acknowledgement did not reach it: a connection
that broke or a process that died in between. They are known by their packet number and a sum of their payload and their
connection, and only where the broker itself says that it sends them again.
"""

from array import array
from collections import deque
from collections.abc import Collection, Iterable, Iterator
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

    def sift(
        self, batches: list[Batch], pending: Collection[Receipt] | None = None
    ) -> tuple[list[Batch], list[Receipt]]:
        """The batches without what is kept or `pending`; and receipts of what is left out: of copies, and of what is kept, by the
        connection on which it came again, because that acknowledgement may be lost too. Remembers nothing: `add` does, once the rest is kept as
        well, which where something may be `pending` is later for some of it."""
        for batch in batches:
            if batch.again or batch.copies:
                return self._sifted(batches, pending)
        return batches, []

    def _sifted(self, batches: list[Batch], pending: Collection[Receipt] | None) -> tuple[list[Batch], list[Receipt]]:
        kept = {receipt for receipts in self._kept for receipt in _read(receipts)}
        known = kept.union(pending or ())
        fresh: list[Batch] = []
        anew: list[Receipt] = []
        for batch in batches:
            left = _without(batch, known) if batch.again else batch
            made = list(_receipts(batch, batch.lines[-1]))
            if len(left) < len(batch):
                again = set(_receipts(_without(batch, kept, only=True), batch.lines[-1])) - kept
                anew += again
                kept |= again
            anew += batch.copies
            if pending is None:
                kept.update(made)
            known.update(made)
            fresh.append(left)
        return fresh, anew

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


def _without(batch: Batch, known: set[Receipt], *, only: bool = False) -> Batch:
    """The batch without those of its messages that come again and are `known`; or `only` these."""
    fresh = [not only] * len(batch)
    for at in [at for at, again in enumerate(batch.again) if again]:
        mid, payload = batch.mids[at], batch.payloads[at]
        fresh[at] = only != known.isdisjoint(receipt_of(mid, payload, line) for line in batch.lines)
    topics, payloads = list(compress(batch.topics, fresh)), list(compress(batch.payloads, fresh))
    mids, again = list(compress(batch.mids, fresh)), list(compress(batch.again, fresh))
    return Batch(topics, payloads, batch.arrived, batch.settle, batch.size, mids, again, batch.lines)
