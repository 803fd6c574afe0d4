"""A worker with a real broker and a real WebSocket server, for tests of what it is told and what it tells.

with bench_of(tmp_path, mosquitto()) as bench:
    bench.deploy()
    bench.publish(85)
    bench.server.wait_rows("notice", 1)
"""

import copy
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from runtime.worker import Worker
from tests.brokers import RunningBroker, close, publisher, wait_until
from tests.conformance.documents import DOCUMENT, REGISTRY
from tests.control_server import ControlServer

LAMP = {
    "id": "lamp",
    "kind": "command",
    "from": ["hot.entered"],
    "params": {"device": "tower-1", "command": "set_color", "values": {"color": "red"}},
}
KEEP = {"id": "keep", "kind": "store", "from": ["kiln"], "params": {"fields": ["temperature"]}}
INBOX = {"shift-channel": {"service": "inbox", "address": ""}}


class Bench:
    """A worker with its broker and server."""

    def __init__(self, folder: Path, broker: RunningBroker, server: ControlServer) -> None:
        self.folder, self.broker, self.server = folder, broker, server
        (folder / "token").write_text(server.token)
        self.client = publisher(broker)
        self.worker: Worker | None = None

    def start(self, **own: Any) -> "Bench":
        """`own` is the worker's: `cameras`, `models`."""
        greeted = len(self.server.of("hello"))
        self.worker = Worker(self.server.url, self.folder / "token", self.folder / "store", "w1", **own)
        self.worker.start()
        wait_until(lambda: len(self.server.of("hello")) > greeted, 10, "hello")
        self.server.send(t="broker", **self.broker.order)
        return self

    def stop(self) -> None:
        if self.worker is not None:
            self.worker.stop()
            self.worker = None

    def deploy(self, flow: str = "f1", version: int = 1, **changes: Any) -> None:
        document = changes.pop("document", None) or document_of()
        order = {"t": "deploy", "flow": flow, "version": version, "document": document, "registry": REGISTRY}
        order |= {"zone": "Asia/Tokyo", "lang": "en", "destinations": INBOX, "models": {}, "taps": False}
        self.server.send(**{**order, "approvals": [], **changes})
        self.server.wait("flow", flow=flow, version=version)
        self.subscribed()

    def subscribed(self) -> None:
        site = self.worker.site if self.worker else None
        assert site is not None
        wait_until(lambda: site.mqtt is not None and site.mqtt.subscribed.is_set(), 10)

    def watch(self) -> None:
        """Until the broker hears for what is watched of all registered devices."""
        self.server.send(t="watch", registry=REGISTRY)
        site = self.worker.site if self.worker else None
        assert site is not None
        wait_until(lambda: site.mqtt is not None and "plant/+/telemetry" in site.mqtt.subscriptions.read, 10)
        self.subscribed()

    def publish(self, temperature: Any, device: str = "kiln-1") -> None:
        payload = json.dumps({"ts": time.time_ns() // 1_000_000, "t": {"temp": temperature}})
        self.client.publish(f"plant/{device}/telemetry", payload, 1).wait_for_publish(5)


def document_of(*more: dict[str, Any], hold: str | None = None) -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    document["nodes"][1]["params"].pop("for")
    if hold:
        document["nodes"][1]["params"]["for"] = hold
    document["nodes"] += more
    return document


@contextmanager
def bench_of(folder: Path, broker: Any) -> Iterator[Bench]:
    with broker as running, ControlServer() as server:
        bench = Bench(folder, running, server)
        try:
            yield bench.start()
        finally:
            bench.stop()
            close(bench.client)
