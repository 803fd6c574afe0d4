"""Real MQTT brokers for tests, each on a free loopback port, stopped by its own process handle.

    with mosquitto() as broker:      # or nats(), or any_broker("nats")
        client.connect(broker.host, broker.port)

`broker.url` carries user and password where there are any; `broker.stop()` and `broker.start()` restart it on the
same port with the same store.
"""

import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho

from config.broker import embedded_broker, free_port

MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
has_mosquitto = Path(MOSQUITTO).exists()
PATIENCE = 30.0
"""Seconds that whatever must come in the end gets at least: a machine that does other things may stand still for several,
and what comes sooner is not waited for longer."""


def any_free_port() -> int:
    """A port of loopback that stays free until it is used: below those that the system gives to outgoing connections,
    one of which would otherwise take it while a client waits for a broker that is not there yet."""
    for _ in range(200):
        port = random.randrange(15_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no free port")


class RunningBroker:
    """One broker process that a test may stop and start again."""

    def __init__(self, url: str, command: list[str], port: int, folder: Path) -> None:
        self.url, self.command, self.port, self.folder = url, command, port, folder
        self.host = "127.0.0.1"
        user, _, rest = url.removeprefix("mqtt://").rpartition("@")[0].partition(":")
        self.username, self.password = user or None, rest or None
        self.process: subprocess.Popen[bytes] | None = None
        self.embedded = False
        """Whether it is the one that comes with the product."""

    @property
    def order(self) -> dict[str, Any]:
        """What a server tells a worker of it."""
        whole = {"everything": True} if self.embedded else {}
        return {"url": self.url, "username": None, "password": None, "ca": None, **whole}

    def start(self) -> None:
        with (self.folder / "broker.log").open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        wait_until(self._answers, 15, f"broker on {self.port}: {self.log()[-2000:]}")

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def log(self) -> str:
        file = self.folder / "broker.log"
        return file.read_text("utf-8", "replace") if file.exists() else ""

    def _answers(self) -> bool:
        """A whole MQTT connect: nats-server opens its port before it can take sessions."""
        assert self.process is None or self.process.poll() is None, f"the broker ended: {self.log()[-2000:]}"
        client = publisher(self, connect=False)
        try:
            client.connect(self.host, self.port)
            client.loop_start()
            return wait_for(client.is_connected, 2)
        except OSError:
            return False
        finally:
            client.disconnect()
            client.loop_stop()


@contextmanager
def mosquitto(*, started: bool = True, extra: str = "") -> Iterator[RunningBroker]:
    """Mosquitto (MQTT 3.1.1 and 5), anonymous unless `extra` configuration lines say otherwise."""
    with tempfile.TemporaryDirectory(prefix="suiro-broker-") as name:
        folder, port = Path(name), any_free_port()
        folder.chmod(0o777)  # mosquitto started by root drops to its own user, who must write its store here
        lines = ["allow_anonymous true", f"listener {port} 127.0.0.1", "max_inflight_messages 65535"]
        lines += ["max_queued_messages 100000", "persistence true", f"persistence_location {folder}/", extra]
        (folder / "mosquitto.conf").write_text("\n".join(lines) + "\n", "utf-8")
        command = [MOSQUITTO, "-c", str(folder / "mosquitto.conf")]
        yield from _running(RunningBroker(f"mqtt://127.0.0.1:{port}", command, port, folder), started)


@contextmanager
def nats(*, started: bool = True) -> Iterator[RunningBroker]:
    """The broker that the product embeds (MQTT 3.1.1 only, with a password)."""
    with tempfile.TemporaryDirectory(prefix="suiro-broker-") as name:
        folder = Path(name)
        broker = embedded_broker(folder, port=free_port(any_free_port()))
        running = RunningBroker(broker.url, broker.command, broker.port, folder)
        running.embedded = True
        yield from _running(running, started)


def any_broker(which: str, **options: Any) -> Any:
    """`mosquitto` or `nats` by name, for parametrised tests."""
    return {"mosquitto": mosquitto, "nats": nats}[which](**options)


def _running(broker: RunningBroker, started: bool) -> Iterator[RunningBroker]:
    try:
        if started:
            broker.start()
        yield broker
    finally:
        broker.stop()


def publisher(broker: RunningBroker, *, connect: bool = True, client_id: str = "") -> paho.Client:
    """A plain MQTT 3.1.1 client with its thread running; the caller ends it with `close(client)`."""
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=client_id)
    if broker.username:
        client.username_pw_set(broker.username, broker.password)
    if connect:
        client.connect(broker.host, broker.port)
        client.loop_start()
        if not wait_for(client.is_connected, PATIENCE):
            raise AssertionError("the test's own publisher could not connect")
    return client


def close(client: paho.Client) -> None:
    client.disconnect()
    client.loop_stop()


@contextmanager
def listening(broker: RunningBroker, *filters: str) -> Iterator[list[tuple[str, bytes]]]:
    """A list that fills with (topic, payload) of everything on `filters`."""
    seen: list[tuple[str, bytes]] = []
    client = publisher(broker)
    client.on_message = lambda _c, _u, message: seen.append((message.topic, bytes(message.payload)))
    granted: list[int] = []
    client.on_subscribe = lambda *_: granted.append(1)
    client.subscribe([(one, 1) for one in filters])
    try:
        wait_until(lambda: bool(granted), 5, "SUBACK")
        yield seen
    finally:
        close(client)


def wait_for(condition: Callable[[], Any], seconds: float = 10.0) -> bool:
    """Whether `condition` became true within `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def wait_until(condition: Callable[[], Any], seconds: float = 10.0, what: str = "condition") -> None:
    """Like wait_for, but a failure says `what` did not happen, and comes after PATIENCE at the earliest. Whoever means that
    something comes soon measures how long it took."""
    seconds = max(seconds, PATIENCE)
    assert wait_for(condition, seconds), f"not within {seconds} s: {what}"
