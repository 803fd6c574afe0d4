"""All asks of a worker: a few threads and a bounded queue per model, so that one that hangs holds no other."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from nodes.kit.effect import Answer
from runtime.addresses import Egress
from runtime.deploy import ModelAccess

if TYPE_CHECKING:
    from runtime.inference.chat import Chat

AT_ONCE = 2
MOST_WAITING, MOST_BYTES = 64, 16 << 20
"""Questions that one model may have before it, and bytes (about) of their prompts and data. For a further one there is no
room: its node hears `busy`."""
DEFAULT = "default"
"""The model that is asked where a node names none."""


class _Line:
    def __init__(self, access: ModelAccess, egress: Egress) -> None:
        self.access, self.egress = access, egress
        self.chat: Chat | None = None
        self.waiting = self.bytes = 0
        self.lock = threading.Lock()
        self.pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="ask")

    def opened(self) -> "Chat":
        """The package behind it takes most of a second to load: only who asks a model waits for that."""
        from runtime.inference.chat import Chat

        with self.lock:
            if self.chat is None:
                self.chat = Chat(self.access, self.egress)
            return self.chat


class Asks:
    """`egress` is for servers named in a browser, `trusted` for those named by this machine's operator."""

    def __init__(self, egress: Egress, trusted: Egress) -> None:
        self._egress, self._trusted = egress, trusted
        self._lines: dict[ModelAccess, _Line] = {}
        self._lock = threading.Lock()

    def ask(
        self, request: dict[str, Any], models: Mapping[str, ModelAccess], timeout: float, done: Callable[[Answer], None]
    ) -> None:
        """Ask the model that `request` names (`model`, `prompt`, `data`, `schema`); `done` is called once,
        on some thread."""
        name = request.get("model") or DEFAULT
        access = models.get(name) or (next(iter(models.values()), None) if name == DEFAULT else None)
        if access is None:
            done(Answer(error="no_model", detail=f"there is no access to the model {name!r} here"))
            return
        line = self._line(access)
        size = _size_of(request)
        with self._lock:
            full = line.waiting >= MOST_WAITING or line.bytes + size > MOST_BYTES
            if not full:
                line.waiting, line.bytes = line.waiting + 1, line.bytes + size
        if full:
            done(Answer(error="busy", detail="too many questions are waiting for this model"))
            return
        line.pool.submit(self._ask, line, request, timeout, done)

    def _line(self, access: ModelAccess) -> _Line:
        with self._lock:
            line = self._lines.get(access)
            if line is None:
                line = self._lines[access] = _Line(access, self._trusted if access.trusted else self._egress)
            return line

    def _ask(self, line: _Line, request: dict[str, Any], timeout: float, done: Callable[[Answer], None]) -> None:
        try:
            answer = line.opened().ask(
                str(request.get("prompt", "")), str(request.get("data", "")), request.get("schema") or {}, timeout
            )
        except Exception as problem:  # the node hears of it instead of waiting for its time-out
            answer = Answer(error="failed", detail=f"{type(problem).__name__}: {problem}"[:200])
        with self._lock:
            line.waiting, line.bytes = line.waiting - 1, line.bytes - _size_of(request)
        done(answer)

    @property
    def pending(self) -> int:
        with self._lock:
            return sum(line.waiting for line in self._lines.values())

    def stop(self) -> None:
        with self._lock:
            lines, self._lines = list(self._lines.values()), {}
        for line in lines:
            line.pool.shutdown(wait=False, cancel_futures=True)
            if line.chat is not None:
                line.chat.close()


def _size_of(request: dict[str, Any]) -> int:
    """What can be long in it, in characters."""
    return len(str(request.get("prompt", ""))) + len(str(request.get("data", "")))
