"""What has no room waits on the disk or is dropped by policy; memory stays flat and other destinations do not notice."""

import copy
import json
import tracemalloc
from pathlib import Path
from typing import Any

import msgspec
import pytest

from runtime.addresses import Egress
from runtime.approvals import Approvals
from runtime.carrier import Carrier
from runtime.deploy import Deploy
from runtime.inference.asks import Asks
from runtime.mailbox import Batch
from runtime.senders.command import Commands
from runtime.senders.outcome import Address
from runtime.senders.outlets import Outlets
from runtime.test_host import NOW, Rig
from runtime.test_outgoing import fates, settle
from tests.brokers import wait_until
from tests.conformance.documents import DOCUMENT, REGISTRY
from tests.receiver import Receiver

TRUSTED = Egress(trusted=True)
SLOWLY = 240
"""Seconds that thousands of calls, one after the other, get on a machine that does other things."""


class Site:
    """A rig with real ways out."""

    def __init__(self, folder: Path | None, url: str, delivery: str = "durable", policy: str | None = None) -> None:
        self.rig = Rig(folder)
        self.outlets = Outlets(TRUSTED, TRUSTED)
        commands, asks = Commands(lambda messages: None), Asks(TRUSTED, TRUSTED)
        approvals = Approvals(self.rig.host.clock.now, lambda *_: None)
        out = self.rig.host.outgoing
        out.approvals = approvals
        ways: dict[str, Any] = {"inbox": None, "store": None, "approvals": approvals}
        out.carrier = Carrier(self.outlets, commands, asks, **ways, on_tried=out.attempts.note)
        document = copy.deepcopy(DOCUMENT)
        document["delivery"] = delivery
        document["nodes"] = [
            document["nodes"][0],
            {"id": "call", "kind": "webhook_out", "from": ["kiln"], "params": {"to": "sink"}},
            {"id": "other", "kind": "webhook_out", "from": ["kiln"], "params": {"to": "fine"}},
        ]
        if delivery == "fast":
            document["nodes"][2]["params"]["when_full"] = "block"
        if policy is not None:
            document["nodes"][1]["params"]["when_full"] = policy
        document.pop("tests", None)
        document.pop("settings", None)
        registry = copy.deepcopy(REGISTRY)
        registry["destinations"] = [{"id": "sink", "service": "webhook"}, {"id": "fine", "service": "webhook"}]
        ways = {"sink": Address("webhook", url), "fine": Address("webhook", url.replace("/hook", "/fine"))}
        self.deploy = Deploy(flow="f", document=document, registry=registry, destinations=ways)

    def send(self, count: int, size: int = 1_024) -> None:
        for start in range(0, count, 500):
            payloads = [
                json.dumps({"ts": NOW, "t": {"temp": n}, "x": "x" * size}).encode() for n in range(start, start + 500)
            ]
            self.rig.mailbox.offer(Batch(["plant/kiln-1/telemetry"] * 500, payloads, NOW, lambda: None, 0), 1)
            self.rig.round()


def keys_at(receiver: Receiver, path: str) -> list[str]:
    return [headers["Idempotency-Key"] for at, headers, _ in list(receiver.received) if at == path]


def test_a_dead_destination_leaves_memory_flat_and_the_rest_alone(tmp_path: Path, receiver: Receiver) -> None:
    receiver.down = {"/hook"}
    site = Site(tmp_path, receiver.url)
    rig, out = site.rig, site.rig.host.outgoing
    rig.host.deploy(site.deploy)
    tracemalloc.start()
    site.send(1_000)
    before = tracemalloc.get_traced_memory()[0]
    site.send(1_500)
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    counted = out.counts("f")
    assert counted["created"] == 5_000
    assert counted["on_disk"] > 1_000
    assert grown < 1_000_000, grown
    (sink,) = [one for one in out.queues()["destinations"] if one["id"] == "sink"]
    assert sink["waiting"] <= 1_001
    wait_until(lambda: rig.round() or len(keys_at(receiver, "/fine")) == 2_500, SLOWLY, "the other destination")
    receiver.down.clear()
    wait_until(lambda: rig.round() or len(set(keys_at(receiver, "/hook"))) == 2_500, SLOWLY, "what waited on the disk")
    wait_until(lambda: rig.round() or not out.counts("f")["pending"], SLOWLY)
    assert fates(rig) == {"created": 5_000, "sent": 5_000}
    assert rig.store
    settle(rig)
    assert rig.store.waiting("f", most=1) == []
    site.outlets.stop(0)
    rig.pull_the_plug()


def test_what_waits_on_the_disk_is_bounded_in_bytes(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.behind.MOST_BYTES", 100_000)
    receiver.down = {"/hook"}
    site = Site(tmp_path, receiver.url)
    rig, out = site.rig, site.rig.host.outgoing
    rig.host.deploy(site.deploy)
    site.send(2_000)
    wait_until(
        lambda: rig.round() or not any(behind.full for behind in out._behind.values()), SLOWLY, "room on the disk"
    )
    settle(rig)
    (sink,) = [one for one in out.queues()["destinations"] if one["id"] == "sink"]
    assert 0 < sink["disk_bytes"] <= 100_000
    receiver.down.clear()
    wait_until(lambda: rig.round() or not out.counts("f")["pending"], SLOWLY, "all that is left is sent")
    settle(rig)
    assert rig.store
    letters, counted = rig.store.dead(most=10_000), fates(rig)
    assert {letter.reason for letter in letters} == {"outbox_full"}, "the oldest, which can be replayed"
    assert counted["dead"] == len(letters)
    assert counted == {"created": 4_000, "sent": 4_000 - len(letters), "dead": len(letters)}
    site.outlets.stop(0)
    rig.pull_the_plug()


@pytest.mark.parametrize(
    ("delivery", "policy", "reasons"),
    [
        ("durable", None, set()),
        ("fast", None, {"outdated"}),
        ("fast", "block", set()),
        ("durable", "latest", {"outdated"}),
        ("durable", "drop_oldest", {"oldest"}),
        ("fast", "drop_oldest", {"oldest"}),
    ],
)
def test_what_a_flow_does_when_its_destination_is_full(
    tmp_path: Path, receiver: Receiver, delivery: str, policy: str | None, reasons: set[str]
) -> None:
    receiver.down = {"/hook"}
    site = Site(tmp_path, receiver.url, delivery, policy)
    rig, out = site.rig, site.rig.host.outgoing
    rig.host.deploy(site.deploy)
    site.send(1_500, 0)
    settle(rig)
    wait_until(lambda: rig.round() or out.fates("f").sent == 1_500, SLOWLY, "the other destination")
    settle(rig)
    found = out.counts("f")
    fates(rig)
    assert found["created"] == 3_000
    assert set(found["reasons"]) == reasons
    assert sum(found["reasons"].values()) == found["dropped"]
    assert (found["dropped"] > 400, found["on_disk"] > 400) == ((True, False) if reasons else (False, True))
    assert rig.store
    kept = 1_500 if not reasons else found["pending"] if delivery == "durable" else 0
    assert len(rig.store.waiting("f")) == kept, "what is dropped is in no outbox any more"
    receiver.down.clear()
    wait_until(lambda: rig.round() or not out.counts("f")["pending"], SLOWLY, "all that is left is sent")
    assert len(set(keys_at(receiver, "/hook"))) == 1_500 - found["dropped"]
    fates(rig)
    site.outlets.stop(0)
    rig.pull_the_plug()


def test_what_a_fast_flow_lets_wait_outlives_a_crash(tmp_path: Path, receiver: Receiver) -> None:
    receiver.down = {"/hook"}
    site = Site(tmp_path, receiver.url, "fast", "block")
    site.rig.host.deploy(site.deploy)
    site.send(500, 0)
    settle(site.rig)
    site.outlets.stop(0)
    site.rig.pull_the_plug()
    receiver.down.clear()
    again = Site(tmp_path, receiver.url, "fast", "block")
    again.rig.host.recover()
    wait_until(lambda: again.rig.round() or len(set(keys_at(receiver, "/hook"))) == 500, SLOWLY)
    wait_until(lambda: again.rig.round() or not again.rig.host.outgoing.counts("f")["pending"], SLOWLY)
    assert again.rig.store
    settle(again.rig)
    assert again.rig.store.waiting("f") == []
    again.outlets.stop(0)
    again.rig.pull_the_plug()


def test_messages_without_room_are_dropped_ones_of_each_source_that_reads_them(tmp_path: Path) -> None:
    site = Site(tmp_path, "http://127.0.0.1:9/hook")
    rig = site.rig
    rig.host.deploy(site.deploy)
    rig.host.deploy(msgspec.structs.replace(site.deploy, flow="g"))
    rig.host.intake.dropped(["plant/kiln-1/telemetry", "elsewhere", "plant/kiln-1/telemetry"])
    site.send(500, 0)
    for flow in rig.host.flows.values():
        counted = flow.counts()["sources"]["kiln"]
        assert (counted["received"], counted["delivered"], counted["dropped"]) == (502, 500, 2)
    assert rig.host.intake.unread == 1
    site.outlets.stop(0)
    rig.pull_the_plug()


def test_what_waits_on_the_disk_is_taken_up_after_a_restart(tmp_path: Path, receiver: Receiver) -> None:
    receiver.down = {"/hook", "/fine"}
    site = Site(tmp_path, receiver.url)
    site.rig.host.deploy(site.deploy)
    site.send(1_500)
    settle(site.rig)
    site.outlets.stop(0)
    site.rig.pull_the_plug()
    receiver.down.clear()
    again = Site(tmp_path, receiver.url)
    again.rig.host.recover()
    done = lambda: all(len(set(keys_at(receiver, path))) == 1_500 for path in ("/hook", "/fine"))  # noqa: E731
    wait_until(lambda: again.rig.round() or done(), SLOWLY)
    wait_until(lambda: again.rig.round() or not again.rig.host.outgoing.counts("f")["pending"], SLOWLY)
    fates(again.rig)
    again.outlets.stop(0)
    again.rig.pull_the_plug()


@pytest.mark.parametrize("delivery", ["durable", "fast"])
def test_nothing_of_a_stopped_flow_leaves_any_more_and_its_neighbour_s_does(
    delivery: str, tmp_path: Path, receiver: Receiver
) -> None:
    receiver.down = {"/hook"}
    site = Site(tmp_path, receiver.url, delivery)
    rig = site.rig
    rig.host.deploy(site.deploy)
    site.send(500, 0)
    rig.host.remove("f")
    rig.host.deploy(msgspec.structs.replace(site.deploy, flow="g"))
    site.send(500, 0)
    wait_until(lambda: rig.round() or len(set(keys_at(receiver, "/fine"))) >= 500, SLOWLY)
    tried = set(keys_at(receiver, "/hook"))
    receiver.down.clear()
    wait_until(lambda: rig.round() or not rig.host.outgoing.counts("g")["pending"], SLOWLY)
    left = set(keys_at(receiver, "/hook")) - tried
    assert 490 <= len(left) <= 500, "those of the flow that runs, and no others"
    site.outlets.stop(0)
    rig.pull_the_plug()


@pytest.mark.parametrize("delivery", ["durable", "fast"])
def test_what_a_version_that_did_not_stay_has_in_a_queue_does_not_leave(
    delivery: str, tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.probation.ENOUGH", 10_000)
    receiver.down = {"/hook"}
    site = Site(tmp_path, receiver.url, delivery)
    rig, out = site.rig, site.rig.host.outgoing
    rig.host.deploy(site.deploy)
    site.send(500, 0)
    old = set(out._flying["f"])
    rig.wall += 1_000
    document = {**site.deploy.document, "name": "Worse"}
    rig.host.deploy(msgspec.structs.replace(site.deploy, version=2, document=document))
    trial = rig.host.versions.trials["f"]
    rig.wall += 10
    site.send(500, 0)
    new = set(out._flying["f"]) - old
    trial.verdict = lambda: ("rolled_back", {"failed": 20, "count": 20})  # type: ignore[method-assign]
    rig.round()
    assert rig.host.flows["f"].version == 1
    tried = set(keys_at(receiver, "/hook"))
    receiver.down.clear()
    wait_until(lambda: rig.round() or not out.counts("f")["pending"], SLOWLY)
    left = set(keys_at(receiver, "/hook")) - tried
    assert new
    assert not new & left
    assert old - tried - set(keys_at(receiver, "/fine")) <= left
    fates(rig)
    assert out.counts("f")["reasons"]["withdrawn"] >= 490
    site.outlets.stop(0)
    rig.pull_the_plug()
