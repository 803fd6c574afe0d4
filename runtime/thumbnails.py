"""Small pictures that go up to the server to be looked at: the newest of each device and field, now and then.

The pictures themselves stay with the worker. Made beside the flows' thread; what is passed over is only older.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NamedTuple

from engine.clock import format_time
from runtime.looking import small

EVERY = 5.0
"""Seconds between two of the same device and field, at least."""
PAUSE = 0.25
"""Seconds between any two: a small site's line up carries at most four a second, of 64 kB at most."""
MOST_KNOWN = 2_000
Say = Callable[[dict[str, Any]], None]


class _Newest(NamedTuple):
    sha256: str
    time: int
    told: bool


class Thumbnails:
    """`picture_of` gives the bytes of a kept picture, `say` sends a short-lived word. `saw` and `tell_all` on any thread."""

    def __init__(
        self, picture_of: Callable[[str], bytes | None], say: Say, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._picture_of, self._say, self._now = picture_of, say, now
        self._newest: OrderedDict[tuple[str, str], _Newest] = OrderedDict()
        self._next: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()
        self._fresh, self._over = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def stop(self) -> None:
        self._over.set()
        self._fresh.set()

    def saw(self, device: str, field: str, sha256: str, time: int) -> None:
        """A device sent a picture, which is kept. The first starts the thread."""
        key = (device, field)
        with self._lock:
            known = self._newest.get(key)
            if known is not None and (known.sha256 == sha256 or known.time > time):
                return
            self._newest[key] = _Newest(sha256, time, told=False)
            if self._thread is None and not self._over.is_set():
                self._thread = threading.Thread(target=self._run, name="thumbnails", daemon=True)
                self._thread.start()
            if len(self._newest) > MOST_KNOWN:
                gone, _ = self._newest.popitem(last=False)
                self._next.pop(gone, None)
        self._fresh.set()

    def tell_all(self) -> None:
        """Whoever listens now has seen nothing yet."""
        with self._lock:
            self._newest = OrderedDict((key, newest._replace(told=False)) for key, newest in self._newest.items())
            self._next.clear()
        self._fresh.set()

    def send_one(self) -> float | None:
        """Send the one that is due first; seconds until another may be, None where nothing waits."""
        with self._lock:
            waiting = [(self._next.get(key, 0.0), key) for key, newest in self._newest.items() if not newest.told]
            if not waiting:
                return None
            at, key = min(waiting)
            now = self._now()
            if at > now:
                return at - now
            newest = self._newest[key]
            self._newest[key] = newest._replace(told=True)
            self._next[key] = now + EVERY
        self._send(key, newest)
        return PAUSE

    def _send(self, key: tuple[str, str], newest: _Newest) -> None:
        jpeg = small(self._picture_of(newest.sha256))
        if jpeg is None:
            return
        about = {"device": key[0], "field": key[1], "time": format_time(newest.time), "sha256": newest.sha256}
        self._say({"t": "picture", **about, "data": jpeg})

    def _run(self) -> None:
        while not self._over.is_set():
            self._fresh.clear()
            wait = self.send_one()
            if wait is None:
                self._fresh.wait()
            else:
                self._over.wait(min(wait, PAUSE))
