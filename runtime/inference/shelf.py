"""The models that a server gives this worker: which versions there are, their files on the disk, and which answer now.

What the server wants (`put`) is fetched, checked and loaded on a thread of its own. Until a version is loaded the one before
goes on answering, so that a flow hears nothing of the change but another version in its answers. Files that nothing wants
any more are removed.
"""

import logging
import random
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from nodes.kit.effect import Answer
from runtime.deploy import LocalModel
from runtime.inference.local import Local
from runtime.inference.rollout import Edition, Rollout
from runtime.inference.tallies import Tallies

log = logging.getLogger("suiro.models")
MOST_BYTES = 2 << 30
"""Of all files on the disk (2 GiB)."""
SOONEST, LATEST = 1.0, 60.0
"""Seconds between two attempts to fetch."""
READY, FETCHING, FAILED = "ready", "fetching", "failed"
_OURS = re.compile(r"[0-9a-f]{64}\.(onnx|part)")
Get = Callable[[str, int, Path, threading.Event], None]
"""See runtime/inference/fetch.py."""


class FetchFailed(Exception):
    """A file did not come, or cannot be used. `final`: trying again will not help."""

    def __init__(self, detail: str, *, final: bool = False) -> None:
        super().__init__(detail)
        self.detail, self.final = detail, final


class Shelf:
    """`folder` None: nothing can be kept, so nothing is fetched. `on_change` is called on the shelf's own thread with the id
    of a model that can be asked now, or of which something else is known."""

    def __init__(
        self, local: Local, folder: Path | None, tallies: Tallies, on_change: Callable[[str], None] = lambda id: None
    ) -> None:
        self._local, self._folder, self.tallies = local, folder, tallies
        self.on_change = on_change
        self.get: Get | None = None
        self._wanted: dict[str, Rollout] = {}
        self._serving: dict[str, Rollout] = {}
        self._said: dict[str, tuple[str, str]] = {}
        self._lock = threading.Condition()
        self._news, self._stop = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def put(self, models: Any) -> None:
        """What the server wants from now on, as a list of Rollout in JSON. What cannot be read is left out and said."""
        wanted: dict[str, Rollout] = {}
        for entry in models if isinstance(models, list) else ():
            try:
                rollout = msgspec.convert(entry, Rollout)
                wanted[rollout.id] = rollout
            except msgspec.ValidationError as bad:
                log.error("a model of the server cannot be read: %s", bad)
        with self._lock:
            self._wanted = wanted
            self._serving = {id: one for id, one in self._serving.items() if id in wanted}
            self._said = {id: (READY if self._serving.get(id) == one else FETCHING, "") for id, one in wanted.items()}
        self._news.set()
        if self._thread is None and not self._stop.is_set() and (wanted or self._has_files()):
            self._thread = threading.Thread(target=self._run, name="models", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._news.set()
        if self._thread is not None:
            self._thread.join(5)

    # --- who answers ------------------------------------------------------------------------------------------------

    def edition(self, id: str | None, task: str, device: str | None) -> tuple[str, Edition] | None:
        """The id and version that answers for a device; of no `id`, the first model for the task. None: there is none, or
        none that is loaded yet."""
        with self._lock:
            serving = self._serving
            if id is None:
                id = next((name for name, one in self._wanted.items() if one.current.model.task == task), None)
            rollout = serving.get(id) if id is not None else None
        return (rollout.id, rollout.edition_for(device)) if rollout is not None else None

    def settled(self, id: str, seconds: float) -> bool:
        """Whether the server has given a model of this id. Waits up to so many seconds until it can be asked, or it is known
        why not."""
        with self._lock:
            self._lock.wait_for(lambda: id in self._serving or self._said.get(id, ("",))[0] != FETCHING, seconds)
            return id in self._wanted

    def answered(self, id: str, edition: Edition, answer: Answer) -> Answer:
        """The answer with the version that gave it, counted."""
        self.tallies.note(id, edition.version, edition.edges, answer)
        return versioned(answer, edition.version)

    def why(self, id: str) -> str:
        """In words, why a model that the server has given cannot be asked now."""
        with self._lock:
            state, detail = self._said.get(id, (FETCHING, ""))
        return detail if state == FAILED and detail else "the worker is still fetching it"

    def standing(self) -> list[dict[str, Any]]:
        """For people: {"id", "version" and "trial" that answer now, "wanted" version, "state", "detail"}."""
        with self._lock:
            return [self._stands(id, rollout) for id, rollout in self._wanted.items()]

    def _stands(self, id: str, rollout: Rollout) -> dict[str, Any]:
        serving = self._serving.get(id)
        state, detail = self._said.get(id, (READY if serving == rollout else FETCHING, ""))
        now = {"version": serving.current.version if serving is not None else None}
        if serving is not None and serving.trial is not None:
            now["trial"] = serving.trial.version
        return {"id": id, **now, "wanted": rollout.current.version, "state": state, "detail": detail}

    # --- on the shelf's own thread ----------------------------------------------------------------------------------

    def _run(self) -> None:
        pause = SOONEST
        while not self._stop.is_set():
            self._news.clear()
            complete = self._serve_all()
            self._tidy()
            if complete:
                pause = SOONEST
                self._news.wait()
            elif self._news.wait(random.uniform(pause / 2, pause)):
                pause = SOONEST
            else:
                pause = min(LATEST, pause * 2)

    def _serve_all(self) -> bool:
        """Whether everything is as wanted, or will not become so by trying again."""
        complete = True
        with self._lock:
            wanted = dict(self._wanted)
        for id, rollout in wanted.items():
            if self._news.is_set() or self._stop.is_set():
                return True  # the newer wish counts; whoever set it wakes us
            complete = self._bring(id, rollout) and complete
        return complete

    def _bring(self, id: str, rollout: Rollout) -> bool:
        serving = self._serving.get(id)
        if serving == rollout:
            return True
        try:
            if serving is None or serving.current != rollout.current:
                self._load(rollout.current)
                self._serve(id, msgspec.structs.replace(rollout, trial=None))
            if rollout.trial is not None:
                self._load(rollout.trial)
            self._serve(id, rollout)
        except FetchFailed as failed:
            self._say(id, FAILED, failed.detail)
            return failed.final
        except OSError as refused:
            self._say(id, FAILED, f"the file cannot be kept: {refused.strerror or refused}")
            return False
        if rollout.spare is not None:
            self._fetch_spare(rollout.spare)
        self._say(id, READY, "")
        return True

    def _load(self, edition: Edition) -> None:
        """Raises FetchFailed, OSError."""
        self._fetch(edition)
        bad = self._local.check(edition.model)
        if bad is not None:
            raise FetchFailed(f"version {edition.version}: {bad.detail}", final=True)

    def _fetch_spare(self, spare: Edition) -> None:
        """Going back is as quick without it, save for the fetching."""
        try:
            self._fetch(spare)
        except (FetchFailed, OSError) as failed:
            log.warning("the version before was not fetched: %s", failed)

    def _fetch(self, edition: Edition) -> None:
        if self._folder is None or self.get is None:
            raise FetchFailed("this worker keeps no files", final=True)
        place = self._folder / f"{edition.model.sha256}.onnx"
        if place.is_file():
            return
        self._tidy()
        kept = sum(file.stat().st_size for file in self._folder.iterdir()) if self._folder.is_dir() else 0
        if kept + edition.size > MOST_BYTES:
            raise FetchFailed(f"there is no room for it: models may take {MOST_BYTES >> 30} GiB", final=True)
        self.get(edition.model.sha256, edition.size, place, self._stop)

    def _serve(self, id: str, rollout: Rollout) -> None:
        with self._lock:
            if id not in self._wanted or self._serving.get(id) == rollout:
                return
            self._serving[id] = rollout
            self._lock.notify_all()
        self._told(id)

    def _say(self, id: str, state: str, detail: str) -> None:
        with self._lock:
            before = self._said.get(id)
            self._said[id] = (state, detail)
            self._lock.notify_all()
        if before != (state, detail):
            if state == FAILED:
                log.warning("the model %s: %s", id, detail)
            self._told(id)

    def _told(self, id: str) -> None:
        try:
            self.on_change(id)
        except Exception:
            log.exception("what became of the model %s cannot be told", id)

    def _tidy(self) -> None:
        """Remove what nothing wants and nothing uses."""
        if self._folder is None or not self._folder.is_dir():
            return
        with self._lock:
            used = [*self._wanted.values(), *self._serving.values()]
        keep = {edition.model.sha256 for rollout in used for edition in rollout.editions}
        for file in self._folder.iterdir():
            if _OURS.fullmatch(file.name) and file.stem not in keep:
                file.unlink(missing_ok=True)
        self._local.sessions.forget_gone()

    def _has_files(self) -> bool:
        return self._folder is not None and self._folder.is_dir() and any(self._folder.iterdir())


def versioned(answer: Answer, version: str) -> Answer:
    """The answer, with the version of the model that gave it."""
    if answer.error is not None or not isinstance(answer.value, dict):
        return answer
    return Answer(value={**answer.value, "version": version}, detail=answer.detail)


def own_version(model: LocalModel) -> str:
    """How a version is called that only this machine's operator knows."""
    return model.sha256[:12]
