"""All asks of a worker: a few threads and a bounded queue per model, so that one that hangs holds no other."""

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from nodes.kit.effect import Answer
from runtime.addresses import Egress
from runtime.deploy import CHAT, Access, LocalModel, ModelAccess, Models, access_to
from runtime.inference.kept import PictureOf, Unusable
from runtime.inference.shelf import Shelf, own_version, versioned

if TYPE_CHECKING:
    from runtime.inference.chat import Chat
    from runtime.inference.local import Local

AT_ONCE = 2
SNAPSHOT = "snapshot"
"""The task of a camera (nodes/source/snapshot.py)."""
Snapshot = Callable[[str, float, tuple[str, ...]], Answer]
"""A fresh picture of a device, within so many seconds, with this blurred in it (nodes/kit/blur.py)."""
Way = Callable[[dict[str, Any], float], Answer]
"""What answers a request, within so many seconds."""
MOST_WAITING, MOST_BYTES = 64, 16 << 20
"""Questions that one model may have before it, and bytes (about) of their prompts and data. For a further one there is no
room: its node hears `busy`."""


class _Line:
    """The questions to one model, of which AT_ONCE are asked at the same time."""

    def __init__(self, answer: Callable[[dict[str, Any], float], Answer], at_once: int = AT_ONCE) -> None:
        self.answer = answer
        self.waiting = self.bytes = 0
        self.pool = ThreadPoolExecutor(at_once, thread_name_prefix="ask")

    def close(self) -> None:
        self.pool.shutdown(wait=False, cancel_futures=True)


class _ChatLine(_Line):
    """To a language model at a server."""

    def __init__(self, access: ModelAccess, egress: Egress, picture_of: PictureOf) -> None:
        super().__init__(self._ask)
        self.access, self.egress, self.picture_of = access, egress, picture_of
        self.chat: Chat | None = None
        self.lock = threading.Lock()

    def _ask(self, request: dict[str, Any], timeout: float) -> Answer:
        from runtime.inference.question import question_of

        try:
            asked = question_of(request, self.picture_of)
        except Unusable as wrong:
            return Answer(error=wrong.reason, detail=wrong.detail)
        return self._opened().ask(asked, timeout)

    def _opened(self) -> "Chat":
        """The package behind it takes most of a second to load: only who asks a model waits for that."""
        from runtime.inference.chat import Chat

        with self.lock:
            if self.chat is None:
                self.chat = Chat(self.access, self.egress)
            return self.chat

    def close(self) -> None:
        super().close()
        if self.chat is not None:
            self.chat.close()


Done = Callable[[Answer], None]


class Asks:
    """`egress` is for servers named in a browser, `trusted` for those named by this machine's operator; `local` runs models
    here, `snapshot` takes pictures of cameras. `shelf` has the models that a server has given this worker, `models` those
    that only this machine knows, by id: what the server has given counts before. `ways` answer the asks of a task that needs
    no model."""

    def __init__(
        self,
        egress: Egress,
        trusted: Egress,
        local: "Local | None" = None,
        snapshot: Snapshot | None = None,
        models: Mapping[str, LocalModel] = {},
        shelf: Shelf | None = None,
        ways: Mapping[str, Way] = {},
    ) -> None:
        self._egress, self._trusted, self.local, self._snapshot = egress, trusted, local, snapshot
        self._models, self._shelf, self._ways = models, shelf, ways
        self._lines: dict[Access | str, _Line] = {}
        self._lock = threading.Lock()

    def ask(
        self, request: dict[str, Any], given: Models, timeout: float, done: Done, device: str | None = None
    ) -> None:
        """Ask the model that `request` names (`model`) for its `task` (absent: chat), with what that task wants; `done` is
        called once, on some thread. `device` is the one whose event it is about, by which a version is chosen."""
        task, name, until = request.get("task") or CHAT, request.get("model"), time.monotonic() + timeout
        if task == SNAPSHOT:
            self._put(self._camera(str(request.get("device"))), request, until, done)
        elif task in self._ways:
            self._put(self._alone(f"task {task}", self._ways[task]), request, until, done)
        elif task != CHAT:
            self._ask_here(request, given, task, name, until, done, device)
        elif (access := access_to(given, name)) is not None:
            self._put(self._line(access), request, until, done)
        elif name is not None and self._own(name, task) is not None:
            done(Answer(error="wrong_task", detail=f"the model {name!r} is not one for {task}"))
        else:
            done(Answer(error="no_model", detail=f"there is no access to the model {name or task!r} here"))

    def _ask_here(
        self,
        request: dict[str, Any],
        given: Models,
        task: str,
        name: str | None,
        until: float,
        done: Done,
        device: str | None,
    ) -> None:
        """Of a model that runs in this process."""
        found = self._shelf.edition(name, task, device) if self._shelf is not None else None
        if found is not None:
            id, edition = found
            shelf: Shelf = self._shelf  # type: ignore[assignment]
            self._put(self._line(edition.model), request, until, lambda one: done(shelf.answered(id, edition, one)))
        elif (own := self._own(name, task)) is not None:
            self._put(self._line(own), request, until, lambda one: done(versioned(one, own_version(own))))
        elif self._shelf is not None and name is not None and self._shelf.settled(name, 0.0):
            done(Answer(error="model_missing", detail=self._shelf.why(name)))
        elif name in given.models:
            done(Answer(error="wrong_task", detail=f"the model {name!r} is not one for {task}"))
        else:
            done(Answer(error="no_model", detail=f"there is no model {name or task!r} here"))

    def _put(self, line: _Line, request: dict[str, Any], until: float, done: Done) -> None:
        size = _size_of(request)
        with self._lock:
            full = line.waiting >= MOST_WAITING or line.bytes + size > MOST_BYTES
            if not full:
                line.waiting, line.bytes = line.waiting + 1, line.bytes + size
        if full:
            done(Answer(error="busy", detail="too many questions are waiting for this model"))
            return
        line.pool.submit(self._ask, line, request, until, done)

    def _line(self, access: Access) -> _Line:
        with self._lock:
            line = self._lines.get(access)
            if line is None:
                line = self._lines[access] = self._opened(access)
            return line

    def _own(self, name: str | None, task: str) -> LocalModel | None:
        if name is not None:
            return self._models.get(name)
        return next((model for model in self._models.values() if model.task == task), None)

    def _camera(self, device: str) -> _Line:
        """One for each camera: one that hangs holds no other."""
        take = self._snapshot or (lambda device, timeout, blur: Answer(error="no_camera", detail=device))
        return self._alone(device, lambda request, timeout: take(device, timeout, tuple(request.get("blur") or ())))

    def _alone(self, key: str, answer: Way) -> _Line:
        """A line that asks one question after the other. `key`: a device, or what has a space in it, as no device's id."""
        with self._lock:
            line = self._lines.get(key)
            if line is None:
                line = self._lines[key] = _Line(answer, at_once=1)
            return line

    def _opened(self, access: Access) -> _Line:
        if isinstance(access, ModelAccess):
            egress = self._trusted if access.trusted else self._egress
            return _ChatLine(access, egress, self.local.picture_of if self.local is not None else _gone)
        return _Line(lambda request, timeout: self._locally(access, request, timeout), at_once=1)

    def _locally(self, model: LocalModel, request: dict[str, Any], timeout: float) -> Answer:
        if self.local is None:
            return Answer(error="model_missing", detail="no models are kept on this machine")
        return self.local.ask(model, request, timeout)

    def _ask(self, line: _Line, request: dict[str, Any], until: float, done: Done) -> None:
        left = until - time.monotonic()
        try:
            if left > 0:
                answer = line.answer(request, left)
            else:  # the node has heard so already
                answer = Answer(error="timeout", detail="the model had no time for it")
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
            line.close()


def _gone(sha256: str) -> None:
    """No pictures are kept here."""


def _size_of(request: dict[str, Any]) -> int:
    """What can be long in it, in characters."""
    return len(str(request.get("prompt", ""))) + len(str(request.get("data", "")))
