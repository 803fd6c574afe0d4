"""The load generator as a child process: its events as they come, its result, its end."""

import json
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.load.build import built

Event = dict[str, Any]
LOOK_EVERY = 0.25
"""Seconds between two looks whether anybody is still there to wait for."""


class Failed(Exception):
    """The generator gave up; its last words say why."""


class Generator:
    """`options` become `--name value`, True a bare `--name`. `core` pins it to one processor. Use as a context."""

    def __init__(self, *, core: int | None = None, **options: object) -> None:
        words = [str(built("load")), *_words(options)]
        if core is not None:
            words = ["taskset", "-c", str(core), *words]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        self._events: queue.Queue[Event | None] = queue.Queue()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        self.port = int(self.wait("listening", 10)["port"])

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._events.put(json.loads(line))
        self._events.put(None)

    def wait(self, event: str, seconds: float, alive: Callable[[], bool] = lambda: True) -> Event:
        """The next event of that name; those before it are passed over. Raises Failed, also once `alive` says no."""
        end = time.monotonic() + seconds
        while True:
            found = self.next(LOOK_EVERY)
            if found is not None and found["event"] == event:
                return found
            if found is not None:
                continue
            if time.monotonic() > end:
                raise Failed(f"no {event!r} within {seconds:.0f} s")
            if not alive():
                raise Failed(f"it ended before {event!r}")

    def next(self, seconds: float) -> Event | None:
        """The next event, if one comes within `seconds`. Raises Failed once there will be none."""
        try:
            found = self._events.get(timeout=seconds)
        except queue.Empty:
            return None
        if found is None:
            assert self.process.stderr is not None
            raise Failed(self.process.stderr.read().strip() or f"it ended with {self.process.wait()}")
        return found

    def pause(self) -> None:
        """Nothing is sent or read until `go_on`, and its clock stands still."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        assert self.process.stdin is not None
        self.go_on()
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> "Generator":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _words(options: dict[str, object]) -> list[str]:
    words: list[str] = []
    for name, value in options.items():
        option = f"--{name.replace('_', '-')}"
        words += [option] if value is True else [option, str(value)]
    return words


def fastest(seconds: float = 3.0) -> float:
    """Messages a second that a reader takes that throws everything away: how fast the generator itself is."""
    options = {"no_answers": True, "warm_up": 1, "seconds": seconds}
    with Generator(core=1, **options) as generator:
        words = ["taskset", "-c", "0", str(built("reader")), str(generator.port)]
        reader = subprocess.Popen(words)
        try:
            return float(generator.wait("result", seconds + 30)["measured"]["sent_per_second"])
        finally:
            reader.kill()
            reader.wait()


if __name__ == "__main__":
    print(f"{fastest():,.0f} messages/s at QoS 0 to {Path(built('reader')).name}")
