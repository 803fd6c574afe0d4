"""Broker, ledger, server and worker, each of them real and, but for the server's end of the line, in a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.brokers import RunningBroker, any_broker, wait_for, wait_until
from tests.control_server import ControlServer
from tests.faults.flows import REGISTRY
from tests.faults.ledger import Ledger, ledger
from tests.faults.publisher import Message, Publisher

ROOT = Path(__file__).resolve().parents[2]
PATHS = tuple(row["id"] for row in REGISTRY["destinations"])
BROKERS = ("mosquitto", "nats")
DEEP = "max_queued_messages 0"
"""For Mosquitto: queue whatever comes while the worker is away."""


class RealWorker:
    """One `python -m runtime worker`, with faults."""

    def __init__(self, folder: Path, url: str, store: Path | str, *options: str) -> None:
        command = [sys.executable, "-m", "tests.faults.worker", *options, "--", "--server", url]
        command += ["--token-file", str(folder / "token"), "--store", str(store), "--name", "w1"]
        with (folder / "worker.log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def kill_after(self, work: Callable[[], object]) -> None:
        """Do `work`, then kill it."""
        work()
        self.kill()

    def died(self, seconds: float) -> bool:
        """Whether a planted fault ended it within `seconds`; it is ended in any case."""
        try:
            return self.process.wait(seconds) == -signal.SIGKILL
        except subprocess.TimeoutExpired:
            self.kill()
            return False

    def resident(self) -> int:
        """Bytes of memory it holds."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Rig:
    """Everything around one worker and its store."""

    def __init__(self, folder: Path, broker: RunningBroker, server: ControlServer, book: Ledger) -> None:
        self.folder, self.broker, self.server, self.ledger = folder, broker, server, book
        (folder / "token").write_text(server.token)
        self.store: Path = folder / "store"
        self.database = ""
        """The URL of the store, where it is in PostgreSQL."""
        self.worker: RealWorker | None = None
        self._others: list[RealWorker | Publisher] = []

    # --- the worker -------------------------------------------------------------------------------------------------

    def start(self, *, fault: str = "", without: str | None = None, slow: float = 0.0, wait: bool = True) -> RealWorker:
        """Start the worker; with `wait`, until it has connected and subscribed."""
        said = len(self.server.frames)
        self.worker = self._launch(fault, without, slow)
        if wait:
            wait_until(lambda: self._greeted(said), 30, f"hello: {self.log()}")
            self.server.send(t="broker", **self.broker.order)
            self.connected(said)
        return self.worker

    def another(self, *, without: str | None = None) -> RealWorker:
        """A further process on the same store."""
        self._others.append(other := self._launch("", without, 0.0))
        return other

    def _launch(self, fault: str, without: str | None, slow: float) -> RealWorker:
        options = ["--fault", fault] if fault else []
        options += ["--without", without] if without else []
        options += ["--slow-disk", str(slow)] if slow else []
        return RealWorker(self.folder, self.server.url, self.database or self.store, *options)

    def begun(self, since: int, worker: RealWorker) -> None:
        """Until `worker` has greeted the server after frame number `since`, or has ended."""
        wait_until(lambda: self._greeted(since) or not worker.alive, 30, f"hello: {self.log()}")

    def _greeted(self, since: int) -> bool:
        return any(frame["t"] == "hello" for frame in self.server.frames[since:])

    def connected(self, since: int, seconds: float = 30) -> None:
        """Until a status that came after frame number `since` says that the broker is there."""
        came = self.server.frames
        if not wait_for(lambda: any(_up(frame) for frame in came[since:]), seconds):
            raise AssertionError(f"no broker within {seconds} s: {came[since:]} {self.log()}")

    def log(self) -> str:
        file = self.folder / "worker.log"
        return file.read_text("utf-8", "replace")[-2_000:] if file.exists() else ""

    def status(self) -> dict[str, Any]:
        """What the worker says of itself now."""
        since = len(self.server.frames)
        self.server.send(t="status")
        wait_until(lambda: any(f["t"] == "status" for f in self.server.frames[since:]), 15, "status")
        return next(frame for frame in self.server.frames[since:] if frame["t"] == "status")

    # --- what it runs -----------------------------------------------------------------------------------------------

    def deploy(
        self, document: dict[str, Any], *, flow: str = "f1", version: int = 1, at: str = "", new_topics: bool = True
    ) -> None:
        """Deploy and wait until it runs, and where it brings `new_topics`, until the broker has taken them. It calls the
        ledger on paths that begin with `at`."""
        since = len(self.server.frames)
        self.order(document, flow=flow, version=version, at=at)
        frame = self.server.wait("flow", 30, flow=flow, version=version)
        assert frame["status"] == "running", frame
        if new_topics:
            self.connected(since)

    def order(self, document: dict[str, Any], *, flow: str = "f1", version: int = 1, at: str = "") -> None:
        """Deploy, and wait for nothing."""
        urls = {id: f"{self.ledger.url}{at}/{id}" for id in PATHS}
        addresses = {id: {"service": "webhook", "address": url, "trusted": True} for id, url in urls.items()}
        order = {"t": "deploy", "flow": flow, "version": version, "document": document, "registry": REGISTRY}
        self.server.send(**order, zone="UTC", lang="en", destinations=addresses, models={}, taps=False, approvals=[])

    def publish(self, messages: Iterable[Message], rate: float) -> Publisher:
        """Begin to publish, in another process."""
        self._others.append(publisher := Publisher(self.broker.url, self.folder, messages, rate))
        return publisher

    def close(self) -> None:
        for other in [*self._others, self.worker]:
            if isinstance(other, Publisher):
                other.stop()
            elif other is not None and other.alive:
                other.kill()


@contextmanager
def rig(folder: Path, which: str = "mosquitto", extra: str = DEEP) -> Iterator[Rig]:
    """Without a worker; `start` it."""
    options = {"extra": extra} if which == "mosquitto" else {}
    with any_broker(which, **options) as broker, ControlServer() as server, ledger(folder) as book:
        made = Rig(folder, broker, server, book)
        try:
            yield made
        finally:
            made.close()


def _up(frame: dict[str, Any]) -> bool:
    return frame["t"] == "status" and bool(frame["broker"].get("connected"))
