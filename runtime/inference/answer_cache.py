"""Answers that are given again: the same question to the same model, within the time that the node allows."""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import msgspec

from nodes.kit.effect import Answer
from nodes.kit.picture import sha256_of
from runtime.deploy import ModelAccess

MOST, MOST_BYTES = 2_000, 8 << 20
"""Answers that are kept, and bytes of them as JSON; then those that were not wanted for the longest go."""


class AnswerCache:
    """May be used from several threads; in memory only. `now` gives monotonic seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._lock = now, threading.Lock()
        self._kept: OrderedDict[str, tuple[float, bytes, str]] = OrderedDict()
        self._bytes = 0

    def get(self, key: str, keep_for: int) -> tuple[Answer, str] | None:
        """The answer to the question `key` and who gave it, if it is not older than `keep_for` (ms)."""
        with self._lock:
            found = self._kept.get(key)
            if found is None or self._now() - found[0] > keep_for / 1000:
                return None
            self._kept.move_to_end(key)
            return Answer(value=msgspec.json.decode(found[1])), found[2]

    def put(self, key: str, answer: Answer, served: str) -> None:
        """Keep a sound answer."""
        written = msgspec.json.encode(answer.value)
        with self._lock:
            self._drop(key)
            self._kept[key] = (self._now(), written, served)
            self._bytes += len(written)
            while len(self._kept) > MOST or self._bytes > MOST_BYTES:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: str) -> None:
        gone = self._kept.pop(key, None)
        self._bytes -= len(gone[1]) if gone is not None else 0


def question_key(access: ModelAccess, request: dict[str, Any]) -> str:
    """The same for the same words, data, pictures and fields, asked of the same model."""
    pictures = [sha256_of(handle) for handle in request.get("pictures") or ()]
    what = [request.get(name) for name in ("prompt", "data", "schema", "crop")]
    asked = msgspec.json.encode([access.base_url, access.model, pictures, *what])
    return hashlib.sha256(asked).hexdigest()
