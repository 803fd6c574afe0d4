"""The file of documents that a worker has now, and the next one while it is fetched."""

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from runtime.library.index import Found, Unreadable, search, vectors_in
from runtime.library.vectors import Meaning

log = logging.getLogger("suiro.library")
Get = Callable[[str, int, Path, threading.Event], None]
"""Fetches the file with a sha256 and size to a place; raises OSError or what says why it could not."""
Read = TypeVar("Read")
LARGEST = 256 * 1024 * 1024
"""Bytes of a file that is fetched."""
PAUSES = (1.0, 5.0, 30.0, 120.0)
"""Seconds before the next attempt; the last one again and again."""


class NoDocuments(Exception):
    """Nothing can be searched: why."""


class Library:
    """`folder` None: nothing is kept, so there are no documents. `put` may be called again and again; the newest counts. What is
    here is searched until the next file is here too."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._place: Path | None = None
        self._why = "the server has given none"
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.get: Get | None = None
        self.pauses: Sequence[float] = PAUSES

    def search(
        self, question: str, *, only: Sequence[str] = (), most: int = 5, meaning: Meaning | None = None
    ) -> list[Found]:
        """Raises NoDocuments."""
        return self._read(lambda place: search(place, question, only=only, most=most, meaning=meaning))

    def vectors(self) -> tuple[str, int] | None:
        """The model of the passages' vectors and their dimensions; None: they have none. Raises NoDocuments."""
        return self._read(vectors_in)

    def _read(self, read: Callable[[Path], Read]) -> Read:
        place = self._place
        if place is None:
            raise NoDocuments(self._why)
        try:
            return read(place)
        except Unreadable as broken:
            raise NoDocuments(f"the file of documents cannot be read ({broken})") from broken

    def put(self, order: Any) -> None:
        """What the server says: {"sha256", "size"}, or {"sha256": null} where there are none any more."""
        sha256 = order.get("sha256") if isinstance(order, dict) else None
        size = order.get("size") if isinstance(order, dict) else None
        self._stop.set()
        with self._lock:
            self._stop = stop = threading.Event()
            if not isinstance(sha256, str) or not sha256.isalnum() or len(sha256) != 64 or not isinstance(size, int):
                self._use(None, "the server has given none")
                return
            if self._folder is None or not 0 < size <= LARGEST:
                self._use(None, "this process keeps no files" if self._folder is None else "the file is too large")
                return
            place = self._folder / f"{sha256}.sqlite"
            if place.is_file() and place.stat().st_size == size:
                self._use(place)
                return
            if self._place is None:
                self._why = "they are being fetched"
        threading.Thread(target=self._fetch, args=(sha256, size, place, stop), name="documents", daemon=True).start()

    def stop(self) -> None:
        self._stop.set()

    def _fetch(self, sha256: str, size: int, place: Path, stop: threading.Event) -> None:
        attempt = 0
        while not stop.is_set() and self.get is not None:
            try:
                self.get(sha256, size, place, stop)
            except Exception as broken:  # the line, the server or the disk: in a while all may be well
                if attempt == 0:
                    log.warning("the documents cannot be fetched (%s); trying again", broken)
                stop.wait(self.pauses[min(attempt, len(self.pauses) - 1)])
                attempt += 1
                continue
            with self._lock:
                if not stop.is_set():
                    self._use(place)
            return

    def _use(self, place: Path | None, why: str = "") -> None:
        """From now on; others are thrown away."""
        self._place, self._why = place, why
        if self._folder is not None and self._folder.is_dir():
            for other in self._folder.iterdir():
                if other != place:
                    other.unlink(missing_ok=True)
