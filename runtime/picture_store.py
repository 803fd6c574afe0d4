"""The pictures that a worker keeps, each once, by the sha256 of its bytes; the oldest go when there are too many.

With a folder they survive a crash: whoever was told that one is kept finds it there again. Without one they are kept in memory,
and fewer of them.
"""

import contextlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from runtime.pictures import Picture

MOST_ON_DISK, MOST_IN_MEMORY = 1 << 30, 64 << 20
"""Bytes of all pictures."""
BRIM = 1.25
"""So many times as much is held at the very most, where what is too much is still needed."""
OLDEST = 7 * 86_400.0
"""Seconds after which a picture goes that nothing needs."""
ROOM = 0.9
"""To how much of its bound the store is thinned at once."""
SWEEP_EVERY = 60.0
"""Seconds between two looks for pictures that are too old."""


class Full(OSError):
    """There is no room, and all that is kept is needed."""


class Kept(NamedTuple):
    """`since` in seconds of the epoch: when it was last put."""

    size: int
    since: float


class PictureStore:
    """`folder` None: in memory. `put` and `get` may be called on any thread."""

    def __init__(
        self, folder: Path | None = None, *, most: int | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self.most = most or (MOST_IN_MEMORY if folder is None else MOST_ON_DISK)
        self._folder, self._now = folder, now
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._data: dict[str, bytes] = {}
        self._bytes, self._swept = 0, now()
        if folder is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._take_stock(folder)

    def put(self, picture: Picture) -> None:
        """Keep it. Once this returns it is safe; one that is there already counts as new. Raises OSError."""
        name, size = picture.sha256, len(picture.data)
        with self._writing:
            known = name in self._kept
            if not known:
                if self._bytes + size > self.most * BRIM:
                    raise Full("no room for another picture")
                self._write(name, picture.data)
            elif self._folder is not None:
                with contextlib.suppress(OSError):
                    os.utime(self._place(self._folder, name))
            with self._lock:
                self._bytes += 0 if name in self._kept else size
                self._kept[name] = Kept(size, self._now())
                self._kept.move_to_end(name)

    def get(self, sha256: str) -> bytes | None:
        """Its bytes; None where it is not kept any more."""
        with self._lock:
            if sha256 not in self._kept:
                return None
            held = self._data.get(sha256)
        if held is not None or self._folder is None:
            return held
        with contextlib.suppress(OSError):
            return self._place(self._folder, sha256).read_bytes()
        return None

    @property
    def size(self) -> int:
        """Bytes of all pictures."""
        return self._bytes

    def due(self) -> bool:
        """Whether `thin` has something to do."""
        if self._bytes > self.most:
            return True
        oldest = next(iter(self._kept.values()), None)
        now = self._now()
        return oldest is not None and now - self._swept >= SWEEP_EVERY and now - oldest.since > OLDEST

    def thin(self, needed: Iterable[str]) -> int:
        """Let the oldest go, save those that are `needed`, until there is room and none is too old. How many went."""
        stay, gone = frozenset(needed), []
        with self._lock:
            self._swept = now = self._now()
            target = self.most * ROOM if self._bytes > self.most else self.most
            for name, kept in list(self._kept.items()):
                if self._bytes <= target and now - kept.since <= OLDEST:
                    break
                if name not in stay:
                    self._forget(name)
                    gone.append(name)
        if self._folder is not None:
            for name in gone:
                with contextlib.suppress(OSError):
                    self._place(self._folder, name).unlink()
        return len(gone)

    def _forget(self, name: str) -> None:
        """With the lock."""
        kept = self._kept.pop(name, None)
        self._bytes -= kept.size if kept is not None else 0
        self._data.pop(name, None)

    def _write(self, name: str, data: bytes) -> None:
        if self._folder is None:
            self._data[name] = data
            return
        place = self._place(self._folder, name)
        if not place.parent.is_dir():
            place.parent.mkdir(mode=0o700, exist_ok=True)
            _sync(self._folder)
        draft = place.with_suffix(".new")
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place)
        _sync(place.parent)

    def _place(self, folder: Path, name: str) -> Path:
        return folder / name[:2] / name

    def _take_stock(self, folder: Path) -> None:
        """What an earlier run kept, the oldest first; drafts of it go."""
        found: list[tuple[float, str, int]] = []
        for place in folder.glob("??/*"):
            with contextlib.suppress(OSError):
                if place.suffix:
                    place.unlink()
                else:
                    about = place.stat()
                    found.append((about.st_mtime, place.name, about.st_size))
        for since, name, size in sorted(found):
            self._kept[name] = Kept(size, since)
            self._bytes += size


def _sync(folder: Path) -> None:
    """Have the folder itself on the disk, so that a new name in it survives a power cut."""
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
