"""What waits on the disk because there was no room for it in memory."""

import msgspec

MOST, MOST_BYTES = 500_000, 512 << 20
"""Effects, and bytes of them, that may wait on the disk for one destination of a flow; then the oldest are dead letters
(`outbox_full`)."""


class Behind(msgspec.Struct):
    """`count` effects of one lane, of `size` bytes, that wait on the disk; those up to `place` in the outbox were looked
    at."""

    count: int = 0
    place: int = 0
    size: int = 0

    @property
    def full(self) -> bool:
        """Whether there are more than may be."""
        return self.count > MOST or self.size > MOST_BYTES

    def add(self, effect: bytes) -> None:
        """One more, as it is written."""
        self.count, self.size = self.count + 1, self.size + len(effect)

    def take(self, effect: bytes) -> None:
        """One less."""
        self.count, self.size = self.count - 1, max(0, self.size - len(effect))
