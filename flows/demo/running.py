"""The demos of this process: opened, found, kept going by a thread each, ended. There are few of them."""

import logging
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from flows import live
from flows.demo.session import Demo
from gallery.scenario import Scenario

log = logging.getLogger(__name__)
MOST, MOST_OF_WORKSPACE = 8, 3
TURN = 0.1
"""Seconds between two frames."""
STANDS_AFTER, ENDS_AFTER = 60.0, 30 * 60.0
"""Seconds without anybody looking on, after which a demo stands still, and after which it is over."""
Look = Callable[[dict[str, Any]], None]


class Full(Exception):
    """As many demos are open as may be, and somebody looks at each."""


class Running:
    """One demo and the thread that lets its time pass. `looks` are told every frame, on that thread."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        self.looks: dict[object, Look] = {}
        self.on_end: list[Callable[[], None]] = []
        self.watched, self.seen = 0, time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"demo {demo.scenario.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Those who look on are told, and the thread comes to its end."""
        if self._ended.is_set():
            return
        self._ended.set()
        live.end_demo(self.demo.id)
        for react in self.on_end:
            react()

    def _run(self) -> None:
        before = time.monotonic()
        while not self._ended.wait(TURN):
            now = time.monotonic()
            passed, before = now - before, now
            try:
                self._turn(passed, now)
            except Exception:
                log.exception("the demo of %s", self.demo.scenario.name)
                forget(self.demo.id)

    def _turn(self, passed: float, now: float) -> None:
        if self.watched > 0:
            self.seen = now
        alone = now - self.seen
        if alone > ENDS_AFTER:
            forget(self.demo.id)
            return
        frame = self.demo.turn(passed) if alone < STANDS_AFTER else None
        if frame is not None:
            live.to_demo(self.demo.id, frame)
            for look in list(self.looks.values()):
                look(frame)


_lock = threading.Lock()
_running: dict[str, Running] = {}


def opened(scenario: Scenario, workspace: uuid.UUID, person: int, finished: dict[str, Any] | None = None) -> Running:
    """The person's demo of this scenario: the one that goes on, or a new one (see Demo). Raises Full."""
    with _lock:
        mine = [one for one in _running.values() if one.demo.workspace == workspace]
        for one in mine:
            if one.demo.person == person and one.demo.scenario.name == scenario.name:
                one.seen = time.monotonic()
                return one
        over = _to_make_room(mine, MOST_OF_WORKSPACE) + _to_make_room(list(_running.values()), MOST)
        for one in over:
            _running.pop(one.demo.id, None)
        fresh = Running(Demo(scenario, workspace, person, finished=finished))
        _running[fresh.demo.id] = fresh
    for one in over:
        one.end()
    fresh.start()
    return fresh


def _to_make_room(there: list[Running], most: int) -> list[Running]:
    """The one that nobody has looked at for the longest, where there are `most`. Raises Full."""
    if len(there) < most:
        return []
    left = [one for one in there if one.watched == 0]
    if not left:
        raise Full
    return [min(left, key=lambda one: one.seen)]


def found(id: str, workspace: uuid.UUID) -> Running | None:
    """A demo of this workspace."""
    one = _running.get(id)
    return one if one is not None and one.demo.workspace == workspace else None


def of_person(workspace: uuid.UUID, person: int) -> list[Running]:
    """The demos that the person has open there."""
    return [one for one in list(_running.values()) if (one.demo.workspace, one.demo.person) == (workspace, person)]


def forget(id: str) -> None:
    """It is over."""
    with _lock:
        one = _running.pop(id, None)
    if one is not None:
        one.end()


def forget_all() -> None:
    """The server ends."""
    for id in list(_running):
        forget(id)
