"""One worker per store folder, kept by a lock of the operating system that ends with the process."""

import os
import sys
from pathlib import Path
from typing import IO


class InUse(Exception):
    """Another process holds the folder."""


class FolderLock:
    """Held from construction until `close()`. Raises InUse, or OSError where the folder cannot be written."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file: IO[str] = (folder / "worker.lock").open("a+", encoding="ascii")
        try:
            _lock(self._file)
        except OSError as held:
            self._file.close()
            raise InUse(str(folder)) from held
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def close(self) -> None:
        self._file.close()


def _lock(file: IO[str]) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
