"""A worker tells the server of its dead letters, replays them at its word, and its counts add up whatever fails."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime.senders.outcome import failed
from runtime.store import DEAD_DROPPED
from runtime.test_host import Rig, deploy
from tests.brokers import mosquitto, wait_until
from tests.conformance.documents import REGISTRY
from tests.receiver import Receiver
from tests.worker_bench import Bench, bench_of, document_of


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setenv("SUIRO_EGRESS_ALLOW", "127.0.0.0/8")
    with bench_of(tmp_path, mosquitto()) as made:
        yield made


def to(receiver: Receiver) -> dict[str, Any]:
    return {"shift-channel": {"service": "webhook", "address": receiver.url}}


def asked(bench: Bench, what: str, **order: Any) -> dict[str, Any]:
    id = f"a{len(bench.server.frames)}"
    bench.server.send(t=what, id=id, flow="f1", **order)
    return bench.server.wait("done", id=id)


def status(bench: Bench) -> dict[str, Any]:
    before = len(bench.server.of("status"))
    bench.server.send(t="status")
    wait_until(lambda: len(bench.server.of("status")) > before, 5)
    return bench.server.of("status")[-1]


def test_what_was_refused_is_told_and_goes_again_with_its_key(bench: Bench, receiver: Receiver) -> None:
    receiver.answers = [(404, {})]
    bench.deploy(destinations=to(receiver))
    bench.publish(85)
    (row,) = bench.server.wait_rows("dead", 1)
    letter = row["data"]
    assert (row["flow"], letter["kind"], letter["node"], letter["to"]) == ("f1", "effect", "tell", "shift-channel")
    assert (letter["payload"], letter["attempts"], letter["reason"]) == ("Kiln 1 is at 85 °C", 1, "not_sent")
    assert "404" in letter["detail"]
    receiver.answers = [(200, {})]
    assert asked(bench, "replay", key=letter["key"])["ok"] is True
    wait_until(lambda: len(receiver.received) == 2, 5)
    assert {headers["Idempotency-Key"] for _, headers, _ in receiver.received} == {letter["key"]}
    assert bench.server.wait_rows("exhumed", 1)[0]["data"] == {"key": letter["key"]}
    assert asked(bench, "replay", key=letter["key"])["detail"] == "gone"


def test_a_message_that_cannot_be_read_is_told_and_can_be_discarded(bench: Bench) -> None:
    bench.deploy()
    bench.client.publish("plant/kiln-1/telemetry", b"{broken", 1).wait_for_publish(5)
    letter = bench.server.wait_rows("dead", 1)[0]["data"]
    assert (letter["kind"], letter["to"], letter["payload"]) == ("message", "plant/kiln-1/telemetry", "{broken")
    assert asked(bench, "discard", keys=[letter["key"]])["ok"] is True
    assert bench.server.wait_rows("exhumed", 1)
    bench.stop()
    bench.start()
    assert asked(bench, "discard", key=letter["key"])["detail"] == "gone"


def test_a_letter_outlives_a_restart(bench: Bench, receiver: Receiver) -> None:
    receiver.answers = [(404, {})]
    bench.deploy(destinations=to(receiver))
    bench.publish(85)
    letter = bench.server.wait_rows("dead", 1)[0]["data"]
    bench.stop()
    receiver.answers = [(200, {})]
    bench.start()
    bench.subscribed()
    assert asked(bench, "replay", key=letter["key"])["ok"] is True
    wait_until(lambda: len(receiver.received) == 2, 5)
    wait_until(lambda: status(bench)["flows"]["f1"]["effects"]["sent"] == 1, 10)  # counted after the receiver's answer


def test_attempts_are_counted_on_after_a_restart(bench: Bench, receiver: Receiver) -> None:
    receiver.answers = [(503, {})]
    bench.deploy(destinations=to(receiver))
    bench.publish(85)
    wait_until(lambda: len(receiver.received) >= 2, 20)
    bench.stop()
    before = len(receiver.received)
    receiver.answers = [(404, {})]
    bench.start()
    letter = bench.server.wait_rows("dead", 1)[0]["data"]
    assert (letter["attempts"], len(receiver.received)) == (before + 1, before + 1)


def test_counts_add_up_after_a_run_with_failures(bench: Bench, receiver: Receiver) -> None:
    """Poison among good messages, and a receiver that refuses, fails, forgets and breaks off."""
    nodes = [
        {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
        {"id": "call", "kind": "webhook_out", "from": ["kiln"], "params": {"to": "shift-channel"}},
        {"id": "gone", "kind": "notify", "from": ["kiln"], "params": {"to": "nowhere", "text": "x"}},
    ]
    registry = copy.deepcopy(REGISTRY)
    registry["destinations"].append({"id": "nowhere", "service": "webhook"})
    document = {"suiro": 1, "name": "Many", "delivery": "durable", "nodes": nodes}
    receiver.manners = ["reset", "answer", "forget"] * 5
    receiver.answers = [(404, {}), (503, {}), (200, {})] * 20 + [(200, {})]
    bench.deploy(document=document, registry=registry, destinations=to(receiver))
    for n in range(100):
        payload = b"{broken" if n % 5 == 4 else json.dumps({"t": {"temp": n}}).encode()
        bench.client.publish("plant/kiln-1/telemetry", payload, 1).wait_for_publish(5)

    def counted() -> Any:
        found = status(bench)["flows"]["f1"]
        return found if found["effects"]["created"] == 160 and not found["effects"]["pending"] else None

    wait_until(counted, 60, str(status(bench)["flows"]["f1"]))
    found = status(bench)["flows"]["f1"]
    effects, source = found["effects"], found["sources"]["kiln"]
    fates = ("delivered", "kept", "filtered", "late", "dropped", "dead")
    assert source["received"] == sum(source[fate] for fate in fates) == 100
    assert (source["delivered"], source["dead"]) == (80, 20)
    ends = ("sent", "pending", "expired", "dropped", "dead")
    assert effects["created"] == sum(effects[end] for end in ends)
    assert effects["dropped"] == effects["expired"] == 0
    rows = [row["data"] for row in bench.server.wait_rows("dead", 20 + effects["dead"])]
    assert len([row for row in rows if row["kind"] == "message"]) == 20
    assert len([row for row in rows if row["kind"] == "effect"]) == effects["dead"]
    keys = {headers["Idempotency-Key"] for _, headers, _ in receiver.received}
    assert len(keys) == 80
    assert effects["sent"] == 80 - len([row for row in rows if row["reason"] == "not_sent"])


def test_the_state_of_a_destination_is_told(bench: Bench, receiver: Receiver) -> None:
    receiver.down = {"/hook"}
    bench.deploy(document=document_of(), destinations=to(receiver))
    for n in range(8):
        bench.publish(85 if n % 2 == 0 else 60)

    def lost() -> Any:  # the breaker may open before the last message was read
        return [way for way in status(bench)["destinations"] if way["state"] != "closed" and way["waiting"] == 8]

    wait_until(lost, 20)
    (way,) = status(bench)["destinations"]
    assert (way["id"], way["service"]) == ("shift-channel", "webhook")
    receiver.down.clear()
    wait_until(lambda: len(receiver.received) == 8, 30)
    wait_until(lambda: status(bench)["destinations"][0]["state"] == "closed", 10)


@pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
def test_a_letter_stays_for_thirty_days(tmp_path: Path, days: int, left: int) -> None:
    rig = Rig(tmp_path)
    rig.host.deploy(deploy())
    rig.sink.outcome = failed("410 Gone")
    rig.publish(85)
    for _ in range(3):
        rig.round()
    assert rig.store is not None
    assert len(rig.store.dead()) == 1
    rig.pull_the_plug()
    later = Rig(tmp_path)
    later.wall += days * 86_400_000
    later.host.recover()
    later.round()
    assert later.store is not None
    assert len(later.store.dead()) == left
    assert (later.store.fact(DEAD_DROPPED) or 0) == 1 - left
    later.pull_the_plug()
