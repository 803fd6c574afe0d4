"""Two processes with one identity and the same things to send: by the server's epoch only the newer one sends them, and where the
older one does not heed it, each is sent by both."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from flows import commands
from flows.models import Destination, Membership, Worker
from flows.sealing import seal
from flows.tests.conftest import Api, document
from runtime.worker import Worker as RunningWorker
from tests.brokers import RunningBroker, close, mosquitto, publisher, wait_for, wait_until
from tests.receiver import Receiver

pytestmark = pytest.mark.django_db(transaction=True)
COUNT = 10
CALLING: dict[str, Any] = {
    "suiro": 1,
    "name": "Calling",
    "delivery": "durable",
    "nodes": [
        document()["nodes"][0],
        {"id": "call", "kind": "webhook_out", "from": ["kiln"], "params": {"to": "duty"}},
    ],
}


@pytest.fixture
def receiver(member: Membership, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """Takes nothing as long as it is down."""
    monkeypatch.setenv("SUIRO_EGRESS_ALLOW", "127.0.0.0/8")
    with Receiver() as made:
        made.down = {"/hook"}
        row = Destination(workspace=member.workspace, ref="duty", service="webhook", label={"en": "Duty"})
        row.sealed_address = seal(made.url, row.purpose())
        row.save()
        yield made


class Machines:
    """Each has the worker's token."""

    def __init__(self, server: str, token: str, folder: Path) -> None:
        self._url, self._folder = f"ws://{server}/ws/worker", folder
        (folder / "token").write_text(token)
        self.running: list[RunningWorker] = []

    def start(self, store: str) -> RunningWorker:
        self.running.append(RunningWorker(self._url, self._folder / "token", self._folder / store, "w"))
        self.running[-1].start()
        return self.running[-1]

    def copy(self, store: str, to: str) -> int:
        """As somebody copies the folder of a machine that runs; how many actions wait in it."""
        (self._folder / to).mkdir(exist_ok=True)
        files = (self._folder / store / "worker.sqlite3", self._folder / to / "worker.sqlite3")
        with closing(sqlite3.connect(files[0])) as old, closing(sqlite3.connect(files[1])) as new:
            old.backup(new)
            return int(new.execute("SELECT count(*) FROM outbox").fetchone()[0])


@contextmanager
def machines(server: str, token: str, folder: Path) -> Iterator[Machines]:
    made = Machines(server, token, folder)
    try:
        yield made
    finally:
        for one in made.running:
            one.stop()


def read(broker: RunningBroker, worker: RunningWorker, flow: str) -> None:
    """The flow reads COUNT messages."""
    wait_until(lambda: flow in worker.host.flows, 20, "the flow")
    wait_until(
        lambda: worker.site.mqtt is not None and "plant/+/telemetry" in worker.site.mqtt.subscriptions.read,
        20,
        "topics",
    )
    client = publisher(broker)
    for number in range(COUNT):
        client.publish("plant/kiln-1/telemetry", json.dumps({"temperature": number}), 1).wait_for_publish(10)
    close(client)


def heard(receiver: Receiver) -> list[int]:
    """How often each key was taken."""
    return list(Counter(headers["Idempotency-Key"] for _, headers, _ in list(receiver.received)).values())


@pytest.mark.parametrize("heeded", [True, False])
def test_of_two_machines_with_one_identity_the_newer_one_sends_and_without_the_epoch_both_do(
    heeded: bool,
    server: str,
    api: Api,
    member: Membership,
    worker: tuple[Worker, str],
    receiver: Receiver,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not heeded:
        monkeypatch.setattr(RunningWorker, "_fence", lambda worker, order: None)
    with mosquitto() as broker, machines(server, worker[1], tmp_path) as made:
        commands.connect_broker(member, embedded=False, url=broker.url)
        flow = str(commands.new_flow(member, document=CALLING).id)
        assert api("POST", f"/api/flows/{flow}/deploy", {}).status_code == 200
        older = made.start("a")
        read(broker, older, flow)
        wait_until(lambda: made.copy("a", "b") == COUNT, 20, "all wait to be sent")
        newer = made.start("b")
        wait_until(lambda: newer.fence.epoch == 2, 20)
        if heeded:
            wait_until(lambda: older.host.halted and not older.site.outlets.pending, 20, "the older one stands still")
            wait_for(lambda: False, 0.5)  # what was on its way then has been refused
        assert heard(receiver) == []
        receiver.down.clear()
        times = 1 if heeded else 2
        wait_until(lambda: sum(heard(receiver)) == COUNT * times, 60, "all is sent")
        wait_for(lambda: False, 1.5)
        assert heard(receiver) == [times] * COUNT
