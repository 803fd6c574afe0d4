"""Child processes of `make run`: started as a group, watched, restarted with growing pauses, always ended."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

STEADY = 30.0
"""A child that lived this long (seconds) starts over with the shortest pause."""
LONGEST_PAUSE = 15.0
GRACE = 8.0
"""Seconds between asking a child to end and ending it."""


class Child:
    """One process. `start` returns at once; `tend` restarts it when it has died and its pause is over."""

    def __init__(self, name: str, command: list[str], log: Path, environment: dict[str, str]) -> None:
        self.name, self.command, self.log, self.environment = name, command, log, environment
        self.process: subprocess.Popen[bytes] | None = None
        self.pause, self.started, self.resume_at = 0.5, 0.0, 0.0

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that Ctrl-C reaches the supervisor alone, which ends them in order
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )
        self.started = time.monotonic()

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def tend(self, say: Callable[[str], None]) -> None:
        now = time.monotonic()
        if self.alive():
            return
        if not self.resume_at:
            if now - self.started > STEADY:
                self.pause = 0.5
            code = self.process.returncode if self.process else "?"
            say(f"{self.name} ended (exit {code}); starting it again in {self.pause:g} s. Its log: {self.log}")
            self.resume_at = now + self.pause
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
        elif now >= self.resume_at:
            self.resume_at = 0.0
            self.start()

    def end(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def end_all(children: list[Child]) -> None:
    """End the last started first; every one ends even when another hangs."""
    for child in reversed(children):
        child.end()


def watch(children: list[Child], stop: threading.Event, say: Callable[[str], None]) -> None:
    """Keep `children` alive until `stop` is set."""
    while not stop.wait(0.5):
        for child in children:
            child.tend(say)


def _die_with_parent() -> None:
    """Linux: the child gets SIGTERM when the supervisor is killed without a chance to end it (PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
