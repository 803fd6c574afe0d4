"""What a worker does with the models that its server gives it: fetches them, says which it runs, and what they answer."""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from nodes.kit.problem import Problem
from runtime.addresses import Egress
from runtime.inference.shelf import Shelf
from runtime.reports import Reports

if TYPE_CHECKING:
    from runtime.inference.fetch import Fetch

TALLIES_EVERY = 60.0
"""Seconds between two rows that say how a model's answers were spread."""


class GivenModels:
    """On the host's thread, save `_fetch`, which is the shelf's. `on_news` is called there when the server should be told which
    versions run."""

    def __init__(self, shelf: Shelf, reports: Reports, server: str, token_file: Path, egress: Egress) -> None:
        self._shelf, self._reports = shelf, reports
        self._address = (server, token_file, egress)
        self._fetcher: Fetch | None = None
        self._missing: dict[str, list[Problem]] = {}
        """By flow, what was wrong with its models when it was deployed."""
        self._tallies_at = time.monotonic() + TALLIES_EVERY
        self.tallies_every = TALLIES_EVERY
        self.on_news: Callable[[], None] = lambda: None
        shelf.get, shelf.on_change = self._fetch, self._changed

    def deployed(self, flow: str, problems: list[Problem]) -> None:
        """Remember what is wrong with the flow's models, to take it back when it is not so any more."""
        self._missing.pop(flow, None)
        if problems:
            self._missing[flow] = problems

    def tell_tallies(self) -> None:
        """Now and then: a row for each model, version and day that was counted."""
        now = time.monotonic()
        if now < self._tallies_at:
            return
        self._tallies_at = now + self.tallies_every
        for tally in self._shelf.tallies.take():
            self._reports.row(None, "tally", tally)

    def _fetch(self, sha256: str, size: int, place: Path, stop: Event) -> None:
        from runtime.inference.fetch import Fetch  # the HTTP client behind it is loaded with the first model

        if self._fetcher is None:
            self._fetcher = Fetch(*self._address)
        self._fetcher(sha256, size, place, stop)

    def _changed(self, id: str) -> None:
        """On the shelf's thread."""
        host = self._reports.host
        if host is not None:
            host.post(lambda: self._tell(id))

    def _tell(self, id: str) -> None:
        self.on_news()
        host = self._reports.host
        if host is None or self._shelf.edition(id, "", None) is None:
            return
        for flow, problems in list(self._missing.items()):
            left = [one for one in problems if one.args.get("id") != id]
            running = host.flows.get(flow)
            if len(left) == len(problems) or running is None:
                continue
            self.deployed(flow, left)
            self._reports.wrong(flow, "models", left)
            self._reports.status_of(running)
