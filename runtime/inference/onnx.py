"""Models that run in this process: sessions of onnxruntime, one per file, within bounded memory, threads and time.

onnxruntime is loaded with the first model only. All sessions share one arena of MEMORY bytes, so a model that asks for
more fails alone; a run that is over its time is ended between two operators.
"""

import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from runtime.inference.model_file import BadModel, FileOf, read_model

if TYPE_CHECKING:
    import numpy

MEMORY = 1 << 30
"""Bytes that all models of this process may use together, weights and all."""
THREADS = min(4, os.cpu_count() or 1)
"""Of one run."""
MOST_LOADED = 8
"""Models kept in memory; then the one that was not asked for the longest makes room."""
MOST_NUMBERS = 4_000_000
"""Of one output."""
TICK = 0.05
"""Seconds by which a run may be longer than it should."""
_PLACE_IN_SOURCE = re.compile(r"^\[ONNXRuntimeError\] : \d+ : [A-Z_]+ : (?:/\S+:\d+ .*?\) (?=[A-Z]))?")
QUIET = 4
"""onnxruntime writes to stderr what it also raises; only what ends the process is worth it."""


class Place(NamedTuple):
    """One input or output: `shape` has None where any length goes, `type` is onnxruntime's, such as `tensor(float)`."""

    name: str
    shape: tuple[int | None, ...]
    type: str


class RunFailed(Exception):
    """A run came to no result. `reason`: timeout or model_failed."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


class Session:
    """One loaded model. May be run from several threads. Raises BadModel where onnxruntime cannot use the file."""

    def __init__(self, data: bytes) -> None:
        ort = _onnxruntime()
        options = ort.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = THREADS, 1
        options.log_severity_level = QUIET
        options.add_session_config_entry("session.use_env_allocators", "1")
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = ort.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        except Exception as refused:  # onnxruntime raises many kinds, none of them with a parent of their own
            raise BadModel("model_junk", _first_line(refused)) from refused
        self.inputs = [_place(one) for one in self._session.get_inputs()]
        self.outputs = [_place(one) for one in self._session.get_outputs()]

    def run(self, feeds: Mapping[str, "numpy.ndarray[Any, Any]"], timeout: float) -> dict[str, Any]:
        """The outputs by name, within `timeout` seconds. Raises RunFailed."""
        options = _onnxruntime().RunOptions()
        options.log_severity_level = QUIET
        watch = _watch()
        watch.begin(options, timeout)
        try:
            found = self._session.run(None, dict(feeds), options)
        except Exception as failure:
            if options.terminate:
                raise RunFailed("timeout", "the model did not finish in time") from failure
            raise RunFailed("model_failed", _first_line(failure)) from failure
        finally:
            watch.end(options)
        return {place.name: _bounded(place, value) for place, value in zip(self.outputs, found, strict=True)}


class Sessions:
    """The loaded models of a process. `file_of` says where this machine keeps a file."""

    def __init__(self, file_of: FileOf = lambda sha256: None) -> None:
        self._file_of = file_of
        self._loaded: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()
        self._loading: dict[str, threading.Lock] = {}

    def of(self, sha256: str) -> Session:
        """The session of a file, loaded once and by one thread alone. Raises BadModel."""
        with self._lock:
            found = self._loaded.get(sha256)
            if found is not None:
                self._loaded.move_to_end(sha256)
                return found
            turn = self._loading.setdefault(sha256, threading.Lock())
        with turn:
            with self._lock:
                found = self._loaded.get(sha256)
            return found if found is not None else self._load(sha256)

    def forget_gone(self) -> None:
        """Give back the memory of those whose files are not kept any more."""
        with self._lock:
            gone = [sha256 for sha256 in self._loaded if (file := self._file_of(sha256)) is None or not file.is_file()]
            for sha256 in gone:
                del self._loaded[sha256]

    def _load(self, sha256: str) -> Session:
        try:
            session = Session(read_model(self._file_of(sha256), sha256))
        finally:
            with self._lock:
                self._loading.pop(sha256, None)
        with self._lock:
            self._loaded[sha256] = session
            while len(self._loaded) > MOST_LOADED:
                self._loaded.popitem(last=False)
        return session


class _Watch:
    """Ends runs that are over their time. One thread for all of them, since one each would take as long as a small model;
    it looks every TICK seconds while something runs, and sleeps else."""

    def __init__(self) -> None:
        self._runs: dict[int, tuple[float, Any]] = {}
        self._some = threading.Event()
        threading.Thread(target=self._look, name="model-watch", daemon=True).start()

    def begin(self, options: Any, timeout: float) -> None:
        self._runs[id(options)] = time.monotonic() + timeout, options
        if not self._some.is_set():
            self._some.set()

    def end(self, options: Any) -> None:
        del self._runs[id(options)]

    def _look(self) -> None:
        while self._some.wait():
            now = time.monotonic()
            for until, options in list(self._runs.values()):
                if now >= until:
                    options.terminate = True
            time.sleep(TICK)
            self._some.clear()
            if self._runs:
                self._some.set()


@lru_cache(maxsize=1)
def _watch() -> _Watch:
    return _Watch()


@lru_cache(maxsize=1)
def _onnxruntime() -> Any:
    """The package, with the arena that all sessions share."""
    import onnxruntime as ort

    ort.set_default_logger_severity(QUIET)
    arena = ort.OrtArenaCfg({"max_mem": MEMORY, "arena_extend_strategy": 1})
    place = ort.OrtMemoryInfo("Cpu", ort.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, ort.OrtMemType.DEFAULT)
    ort.create_and_register_allocator(place, arena)
    return ort


def _place(given: Any) -> Place:
    shape = tuple(length if isinstance(length, int) and length > 0 else None for length in given.shape or ())
    return Place(given.name, shape, given.type)


def _bounded(place: Place, value: Any) -> Any:
    """An output: an array of bounded size, or what a scikit-learn export gives (a list of maps)."""
    size = value.size if hasattr(value, "size") else len(value) if isinstance(value, Sequence) else 0
    if size > MOST_NUMBERS:
        raise RunFailed("model_failed", f"the output {place.name} has {size} values; {MOST_NUMBERS} are read at most")
    return value


def _first_line(problem: BaseException) -> str:
    """What onnxruntime says, without where in its source it says so."""
    text = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
    return "".join(c for c in _PLACE_IN_SOURCE.sub("", text)[:200] if c.isprintable())
