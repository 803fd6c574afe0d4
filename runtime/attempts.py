"""How often each effect in the outbox was tried. It goes to the disk with whatever is written next: an attempt is no reason
for a commit of its own, and what is forgotten in a crash costs a few attempts more."""

import time
from collections import deque

from runtime.store import Change

LATEST = 5.0
"""Seconds after which attempts are written even where nothing else is."""


class Attempts:
    """`note` may be called on any thread, the rest on the host's."""

    def __init__(self) -> None:
        self._noted: deque[tuple[str, str, int]] = deque()
        self._tried: dict[str, dict[str, int]] = {}
        self._since = 0.0
        self._added = False

    def note(self, flow: str, key: str, attempts: int) -> None:
        """So many attempts were made for an effect that is kept, and another one will be."""
        self._noted.append((flow, key, attempts))

    def add_to(self, changes: dict[str, Change], *, anyway: bool) -> None:
        """What was noted since the last commit, if there is one `anyway`, or if it has waited long enough."""
        for _ in range(len(self._noted)):
            if not self._tried:
                self._since = time.monotonic()
            flow, key, attempts = self._noted.popleft()
            self._tried.setdefault(flow, {})[key] = attempts
        self._added = bool(self._tried) and (anyway or time.monotonic() - self._since >= LATEST)
        for flow, tried in self._tried.items() if self._added else ():
            changes.setdefault(flow, Change(flow)).tried = tried

    def written(self) -> None:
        """The commit is on the disk."""
        if self._added:
            self._tried, self._added = {}, False

    def forget(self, flow: str) -> None:
        """The flow was stopped."""
        self._tried.pop(flow, None)
