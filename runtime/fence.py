"""Which of two workers with one identity may act: the server counts epochs, and the older one stands still."""

import uuid
from typing import Any

from runtime.store import Store

EPOCH, FENCED = "epoch", "fenced"
"""Facts: the epoch that the server gave us last, and a newer one that fences us, if any."""


class Fence:
    """`run` is this process alone. A fenced worker takes no messages and sends nothing, also after a restart, until the
    server gives it an epoch again, which it does for a process that says hello for the first time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.run = uuid.uuid4().hex
        self.epoch = int(store.fact(EPOCH) or 0)
        self.fenced = bool(store.fact(FENCED))
        self._welcome = False

    def hello(self) -> dict[str, Any]:
        """What the server judges by."""
        return {"run": self.run, "epoch": self.epoch, "first": not self._welcome}

    def welcome(self, epoch: int) -> None:
        """We are the one."""
        self.epoch, self.fenced, self._welcome = epoch, False, True

    def close(self) -> None:
        """Another one is."""
        self.fenced = True

    def remember(self) -> None:
        """On the host's thread: the same holds after a restart."""
        self._store.remember(EPOCH, self.epoch)
        self._store.remember(FENCED, self.fenced)
