"""Many scenarios in one process: each folder with a fleet.json is one, switched on and off by a retained message.

`fleet/scenarios/<name>` takes `{"on": true}` or `{"on": false}`; what is not said there is as `--on` had it. Only folders
that were there at the start are known; names are looked up, never made into paths.
"""

import json
import queue
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt

from fleet.broker import Broker
from fleet.description import Fleet, load
from fleet.live import LiveFleet, Tell, client_of
from fleet.problem import FleetProblem, NoSuchFile

SCENARIOS = "fleet/scenarios/"
_LONGEST_ORDER = 1_000
_MOST_WAITING = 1_000
_PATIENCE = 5.0
"""Seconds that a fleet has to take back what it said and leave."""


def scenarios_in(folder: Path, tell: Tell = lambda line: None) -> dict[str, Fleet]:
    """By name, the fleets of `folder`. One that cannot be read is told of and left out. Raises NoSuchFile where there is no
    such folder."""
    if not folder.is_dir():
        raise NoSuchFile(f"there is no folder {folder}", f"フォルダー {folder} はありません")
    found: dict[str, Fleet] = {}
    for file in sorted(folder.glob("*/fleet.json")):
        try:
            found[file.parent.name] = load(file)
        except FleetProblem as problem:
            tell({"scenario": file.parent.name, "problem": str(problem)})
    return found


class Serving:
    """`run()` until `stop` is set. Every fleet has a thread and a connection of its own."""

    def __init__(
        self, known: dict[str, Fleet], broker: Broker, on: Iterable[str] = (), tell: Tell = lambda line: None
    ) -> None:
        self.stop = threading.Event()
        self._known, self._broker, self._tell = known, broker, tell
        self._running: dict[str, tuple[LiveFleet, threading.Thread]] = {}
        self._first = [name for name in on if name in known]
        self._orders: queue.Queue[tuple[str, bool]] = queue.Queue(_MOST_WAITING)
        self._client = client_of(broker)
        self._client.on_connect, self._client.on_message = self._on_connect, self._on_message

    @property
    def running(self) -> set[str]:
        return set(self._running)

    def run(self) -> None:
        self._client.loop_start()
        for name in self._first:
            self._switch(name, True)
        while not self.stop.is_set():
            try:
                name, on = self._orders.get(timeout=0.25)
            except queue.Empty:
                continue
            self._switch(name, on)
        self._leave()

    def _on_connect(self, client: mqtt.Client, data: Any, flags: Any, reason: Any, properties: Any) -> None:
        if not reason.is_failure:
            client.subscribe(f"{SCENARIOS}+", 1)
        self._tell({"scenarios": sorted(self._known), "connected": not reason.is_failure})

    def _on_message(self, client: mqtt.Client, data: Any, arrived: mqtt.MQTTMessage) -> None:
        name, on = arrived.topic.removeprefix(SCENARIOS), _order(bytes(arrived.payload))
        if name in self._known and on is not None:
            try:
                self._orders.put_nowait((name, on))
            except queue.Full:
                return

    def _switch(self, name: str, on: bool) -> None:
        if on and name not in self._running:
            told = _named(name, self._tell)
            fleet = LiveFleet(self._known[name], self._broker, tell=told)
            thread = threading.Thread(target=fleet.run, name=f"fleet {name}", daemon=True)
            self._running[name] = (fleet, thread)
            thread.start()
        elif not on and name in self._running:
            fleet, thread = self._running.pop(name)
            fleet.stop.set()
            thread.join(_PATIENCE)
            self._tell({"scenario": name, "stopped": True})

    def _leave(self) -> None:
        for fleet, _ in self._running.values():
            fleet.stop.set()
        until = time.monotonic() + _PATIENCE
        for _, thread in self._running.values():
            thread.join(max(0.0, until - time.monotonic()))
        self._client.disconnect()
        self._client.loop_stop()


def _order(payload: bytes) -> bool | None:
    """What a message says; None for what is no order."""
    try:
        said = json.loads(payload) if len(payload) <= _LONGEST_ORDER else None
    except (ValueError, RecursionError):
        return None
    on = said.get("on") if isinstance(said, dict) else None
    return on if isinstance(on, bool) else None


def _named(name: str, tell: Tell) -> Callable[[dict[str, Any]], None]:
    return lambda line: tell({"scenario": name, **line})
