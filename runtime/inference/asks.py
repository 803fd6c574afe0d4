"""All asks of a worker: a few threads and a bounded queue per model, so that one that hangs holds no other."""

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

from nodes.kit.effect import Answer
from nodes.kit.sparing import KEEP_FOR
from runtime.addresses import Egress
from runtime.deploy import CHAT, DEFAULT_MODEL, Access, EmbeddingAccess, LocalModel, ModelAccess, Models, access_to
from runtime.inference.answer_cache import AnswerCache, question_key
from runtime.inference.embeddings import Embeddings
from runtime.inference.kept import PictureOf, Unusable
from runtime.inference.shelf import Shelf, own_version, versioned
from runtime.inference.spending import Spending
from runtime.inference.use import Use, answered
from runtime.library.asking import answer_from
from runtime.library.shelf import Library

if TYPE_CHECKING:
    from runtime.inference.chat import Chat, Question
    from runtime.inference.local import Local

AT_ONCE = 2
DOCUMENTS = "documents"
"""The task of a question to the documents (nodes/ai/ask_documents.py)."""
SNAPSHOT = "snapshot"
"""The task of a camera (nodes/source/snapshot.py)."""
Snapshot = Callable[[str, float, tuple[str, ...]], Answer]
"""A fresh picture of a device, within so many seconds, with this blurred in it (nodes/kit/blur.py)."""
Ask = Callable[[dict[str, Any], float, str, Use], Answer]
"""Answers a request of a flow (its id) within so many seconds, and counts what that takes."""
OVER_BUDGET = "over_budget"
Way = Callable[[dict[str, Any], float], Answer]
"""What answers a request, within so many seconds."""
MOST_WAITING, MOST_BYTES = 64, 16 << 20
"""Questions that one model may have before it, and bytes (about) of their prompts and data. For a further one there is no
room: its node hears `busy`."""


class _Line:
    """The questions to one model, of which AT_ONCE are asked at the same time."""

    def __init__(self, answer: Ask, at_once: int = AT_ONCE) -> None:
        self.answer = answer
        self.name = ""
        """What the last question asked: a model's id, else its task."""
        self.waiting = self.bytes = 0
        self.pool = ThreadPoolExecutor(at_once, thread_name_prefix="ask")

    def close(self) -> None:
        self.pool.shutdown(wait=False, cancel_futures=True)


class _ChatLine(_Line):
    """To a language model at a server."""

    def __init__(
        self, access: ModelAccess, egress: Egress, picture_of: PictureOf, spending: Spending | None, cache: AnswerCache
    ) -> None:
        super().__init__(self._ask)
        self.access, self.egress, self.picture_of = access, egress, picture_of
        self.spending, self.cache = spending, cache
        self.chat: Chat | None = None
        self.lock = threading.Lock()

    def _ask(self, request: dict[str, Any], timeout: float, flow: str, use: Use) -> Answer:
        keep_for, key = request.get(KEEP_FOR), ""
        if isinstance(keep_for, int):
            key = question_key(self.access, request)
            if (known := self.cache.get(key, keep_for)) is not None:
                answer, use.served = known
                use.cached = True
                return answer
        return self._call(request, timeout, flow, use, key)

    def _call(self, request: dict[str, Any], timeout: float, flow: str, use: Use, key: str) -> Answer:
        from runtime.inference.question import question_of

        try:
            asked = question_of(request, self.picture_of, use)
        except Unusable as wrong:
            return Answer(error=wrong.reason, detail=wrong.detail)
        answer = self.chat_with(asked, timeout, flow, use)
        if key and answer.error is None and asked.wrong(answer.value) is None:
            self.cache.put(key, answer, use.served)
        return answer

    def chat_with(self, asked: "Question", timeout: float, flow: str, use: Use) -> Answer:
        """What the model says, within the flow's budget."""
        if self.spending is not None and (over := self.spending.take(flow, use.model)) is not None:
            limit, most = over
            return Answer(value={limit: most}, error=OVER_BUDGET, detail=f"{limit.replace('_', ' ')}: {most:g}")
        answer = self._opened().ask(asked, timeout)
        if self.spending is not None:
            self.spending.add(flow, use)
        return answer

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
_Documents = tuple[str, ModelAccess | None, EmbeddingAccess | None]


class Asks:
    """`egress` is for servers named in a browser, `trusted` for those named by this machine's operator; `local` runs models
    here, `snapshot` takes pictures of cameras. `shelf` has the models that a server has given this worker, `models` those
    that only this machine knows, by id: what the server has given counts before. `ways` answer the asks of a task that needs
    no model; `library` has the documents. `spending` counts what language models take, and says when a budget is used up."""

    def __init__(
        self,
        egress: Egress,
        trusted: Egress,
        local: "Local | None" = None,
        snapshot: Snapshot | None = None,
        models: Mapping[str, LocalModel] = {},
        shelf: Shelf | None = None,
        ways: Mapping[str, Way] = {},
        library: Library | None = None,
        spending: Spending | None = None,
    ) -> None:
        self._egress, self._trusted, self.local, self._snapshot = egress, trusted, local, snapshot
        self._models, self._shelf, self._ways = models, shelf, ways
        self.library = library or Library(None)
        self._spending, self._cache = spending, AnswerCache()
        self._embeddings = Embeddings(egress, trusted, spending)
        self._lines: dict[Access | str | _Documents, _Line] = {}
        self._lock = threading.Lock()

    def ask(
        self,
        request: dict[str, Any],
        given: Models,
        timeout: float,
        done: Done,
        device: str | None = None,
        *,
        flow: str = "",
    ) -> None:
        """Ask the model that `request` names (`model`) for its `task` (absent: chat), with what that task wants; `done` is
        called once, on some thread. `device` is the one whose event it is about, by which a version is chosen. Of a `flow`
        (its id) it hears of models what that took (Answered)."""
        task, name = request.get("task") or CHAT, request.get("model")
        question = _Question(request, time.monotonic() + timeout, done, flow, Use(str(name or DEFAULT_MODEL)))
        if task == SNAPSHOT:
            self._put(self._camera(str(request.get("device"))), question.uncounted())
        elif task in self._ways:
            self._put(self._alone(f"task {task}", self._ways[task]), question.uncounted())
        elif task == DOCUMENTS:
            self._ask_documents(question, given, name)
        elif task != CHAT:
            self._ask_here(question, given, task, name, device)
        elif (access := access_to(given, name)) is not None:
            self._put(self._line(access), question)
        elif name is not None and self._own(name, task) is not None:
            question.end(Answer(error="wrong_task", detail=f"the model {name!r} is not one for {task}"))
        else:
            question.end(Answer(error="no_model", detail=f"there is no access to the model {name or task!r} here"))

    def _ask_documents(self, question: "_Question", given: Models, name: str | None) -> None:
        """With a language model where there is one and it is wanted."""
        wanted = not question.request.get("quote_only")
        access = access_to(given, name) if wanted else None
        if access is None and name is not None and wanted:
            question.end(Answer(error="no_model", detail=f"there is no access to the model {name!r} here"))
            return
        key = (DOCUMENTS, access, given.embedding)
        with self._lock:
            line = self._lines.get(key)
            if line is None:
                line = self._lines[key] = _Line(partial(self._from_documents, access, given.embedding))
        self._put(line, question if access is not None else question.uncounted())

    def _from_documents(
        self,
        access: ModelAccess | None,
        near: EmbeddingAccess | None,
        request: dict[str, Any],
        timeout: float,
        flow: str,
        use: Use,
    ) -> Answer:
        line = self._line(access) if access is not None else None
        embed = partial(self._embeddings.vector, near, flow) if near is not None else None
        if not isinstance(line, _ChatLine):
            return answer_from(self.library, request, timeout, None, embed)
        say = line.chat_with
        return answer_from(self.library, request, timeout, lambda asked, left: say(asked, left, flow, use), embed)

    def _ask_here(self, question: "_Question", given: Models, task: str, name: str | None, device: str | None) -> None:
        """Of a model that runs in this process."""
        found = self._shelf.edition(name, task, device) if self._shelf is not None else None
        if found is not None:
            id, edition = found
            shelf: Shelf = self._shelf  # type: ignore[assignment]
            question.of(id, edition.version, lambda one: shelf.answered(id, edition, one))
            self._put(self._line(edition.model), question)
        elif (own := self._own(name, task)) is not None:
            version = own_version(own)
            question.of(name or task, version, lambda one: versioned(one, version))
            self._put(self._line(own), question)
        elif self._shelf is not None and name is not None and self._shelf.settled(name, 0.0):
            question.end(Answer(error="model_missing", detail=self._shelf.why(name)))
        elif name in given.models:
            question.end(Answer(error="wrong_task", detail=f"the model {name!r} is not one for {task}"))
        else:
            question.end(Answer(error="no_model", detail=f"there is no model {name or task!r} here"))

    def _put(self, line: _Line, question: "_Question") -> None:
        size = _size_of(question.request)
        with self._lock:
            full = line.waiting >= MOST_WAITING or line.bytes + size > MOST_BYTES
            if not full:
                line.name = question.name
                line.waiting, line.bytes = line.waiting + 1, line.bytes + size
        if full:
            question.end(Answer(error="busy", detail="too many questions are waiting for this model"))
            return
        line.pool.submit(self._ask, line, question)

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
                line = self._lines[key] = _Line(lambda request, timeout, flow, use: answer(request, timeout), at_once=1)
            return line

    def _opened(self, access: Access) -> _Line:
        if isinstance(access, ModelAccess):
            egress = self._trusted if access.trusted else self._egress
            picture_of = self.local.picture_of if self.local is not None else _gone
            return _ChatLine(access, egress, picture_of, self._spending, self._cache)
        return _Line(lambda request, timeout, flow, use: self._locally(access, request, timeout), at_once=1)

    def _locally(self, model: LocalModel, request: dict[str, Any], timeout: float) -> Answer:
        if self.local is None:
            return Answer(error="model_missing", detail="no models are kept on this machine")
        return self.local.ask(model, request, timeout)

    def _ask(self, line: _Line, question: "_Question") -> None:
        began = time.monotonic()
        left, use = question.until - began, question.use or Use()
        try:
            if left > 0:
                answer = line.answer(question.request, left, question.flow, use)
            else:  # the node has heard so already
                answer = Answer(error="timeout", detail="the model had no time for it")
        except Exception as problem:  # the node hears of it instead of waiting for its time-out
            answer = Answer(error="failed", detail=f"{type(problem).__name__}: {problem}"[:200])
        use.ms = round((time.monotonic() - began) * 1000)
        with self._lock:
            line.waiting, line.bytes = line.waiting - 1, line.bytes - _size_of(question.request)
        question.end(answer)

    @property
    def pending(self) -> int:
        with self._lock:
            return sum(line.waiting for line in self._lines.values())

    def standings(self) -> list[dict[str, Any]]:
        """What was asked since the start, for people: a model's id (else the task), with the questions and bytes that wait."""
        found: dict[str, list[int]] = {}
        with self._lock:
            for line in self._lines.values():
                count = found.setdefault(line.name, [0, 0])
                count[0], count[1] = count[0] + line.waiting, count[1] + line.bytes
        return [{"id": name, "waiting": waiting, "bytes": size} for name, (waiting, size) in found.items() if name]

    def stop(self) -> None:
        with self._lock:
            lines, self._lines = list(self._lines.values()), {}
        for line in lines:
            line.close()
        self._embeddings.close()


class _Question:
    """One question on its way; `until` in monotonic seconds. `use` None: nothing is counted of it."""

    __slots__ = ("done", "finish", "flow", "request", "until", "use")

    def __init__(self, request: dict[str, Any], until: float, done: Done, flow: str, use: Use) -> None:
        self.request, self.until, self.done, self.flow = request, until, done, flow
        self.use: Use | None = use
        self.finish: Callable[[Answer], Answer] = lambda answer: answer

    def uncounted(self) -> "_Question":
        """It asks no model."""
        self.use = None
        return self

    @property
    def name(self) -> str:
        """Of the model that is asked, or of its task."""
        return str(self.request.get("model") or self.request.get("task") or DEFAULT_MODEL)

    def of(self, model: str, version: str, finish: Callable[[Answer], Answer]) -> None:
        """This version of a model that runs here answers, and `finish` adds to what it says."""
        self.use, self.finish = Use(model, version), finish

    def end(self, answer: Answer) -> None:
        answer = self.finish(answer)
        self.done(answer if self.use is None or not self.flow else answered(answer, self.use))


def _gone(sha256: str) -> None:
    """No pictures are kept here."""


def _size_of(request: dict[str, Any]) -> int:
    """What can be long in it, in characters."""
    return len(str(request.get("prompt", ""))) + len(str(request.get("data", "")))
