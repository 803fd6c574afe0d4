"""A long-running command of the product as a child process: its lines as they come, its end by signal."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.brokers import PATIENCE, wait_for, wait_until

ROOT = Path(__file__).resolve().parents[1]


class Live:
    """A running `python -m <arguments>`; `lines` and `problems` fill with the JSON objects of stdout and stderr."""

    def __init__(self, *arguments: object, environment: dict[str, str] | None = None) -> None:
        self.lines: list[dict[str, Any]] = []
        self.problems: list[dict[str, Any]] = []
        self.other: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", *map(str, arguments)],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._threads = [
            threading.Thread(target=self._read, args=(self.process.stdout, self.lines), daemon=True),
            threading.Thread(target=self._read, args=(self.process.stderr, self.problems), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def _read(self, stream: Any, into: list[dict[str, Any]]) -> None:
        for line in stream:
            try:
                into.append(json.loads(line))
            except ValueError:
                self.other.append(line.decode("utf-8", "replace").rstrip())

    @property
    def actions(self) -> list[dict[str, Any]]:
        return [line for line in self.lines if "node" in line]

    def ready(self, seconds: float = 30) -> "Live":
        wait_until(lambda: {"ready": True} in self.lines, seconds, f"ready: {self.problems} {self.other}")
        return self

    def wait_actions(self, count: int, seconds: float = 15) -> list[dict[str, Any]]:
        wait_until(lambda: len(self.actions) >= count, seconds, f"{count} actions: {self.lines} {self.problems}")
        return self.actions

    def end(self, number: int = signal.SIGTERM, seconds: float = PATIENCE) -> int:
        """Ask it to end and give its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(seconds)
        for thread in self._threads:
            thread.join(5)
        return code

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def live(*arguments: object, environment: dict[str, str] | None = None) -> Iterator[Live]:
    """Ended for certain when the `with` is over."""
    running = Live(*arguments, environment=environment)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.terminate()
            if not wait_for(lambda: running.process.poll() is not None, 10):
                running.kill()
