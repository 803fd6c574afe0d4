"""What questions to models may take and have taken, kept on the worker's disk."""

import time
from typing import Any

from runtime.inference.spending import Spending
from runtime.store import Store

EVERY = 1.0
"""Seconds between two times that it is kept what questions took, at least."""
BUDGETS, SPENT = "budgets", "spent"


class KeptSpending:
    """Before the host starts, or on its thread."""

    def __init__(self, spending: Spending, store: Store) -> None:
        self._spending, self._store = spending, store
        self._kept_at = 0.0
        self.ends = False
        """The worker is about to leave: everything is kept at once."""

    def load(self) -> None:
        """What an earlier run has kept."""
        self._spending.put(self._store.fact(BUDGETS))
        self._spending.load(self._store.fact(SPENT))

    def put(self, order: dict[str, Any]) -> None:
        """What the server says questions may take; it holds when the server is away."""
        given = {name: order.get(name) for name in ("zone", "limits", "prices")}
        self._spending.put(self._store.remember(BUDGETS, given))

    def keep(self) -> None:
        """So that a restart forgets nothing of it, save what a crash takes of the last second."""
        now = time.monotonic()
        if self._spending.changed and (self.ends or now - self._kept_at > EVERY):
            self._kept_at = now
            self._store.remember(SPENT, self._spending.dump())
