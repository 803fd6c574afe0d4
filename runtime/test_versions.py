"""A new version is on trial: where it fails the one before goes on where the new one began, and nobody else feels it."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

import runtime.probation
from engine.effect import Effect
from runtime.deploy import Deploy
from runtime.mailbox import Batch
from runtime.running import NotSound, RunningFlow
from runtime.test_host import NOW, Rig
from runtime.versions import PAGE
from tests import engines


def document(
    format: str = "json", *, over: str = "5s", text: str = "high", delivery: str = "durable"
) -> dict[str, Any]:
    """Average of the last readings, and a notice whenever one is above 80."""
    nodes = [
        {"id": "read", "kind": "mqtt_in", "params": {"topic": "plant/+", "format": format}},
        {"id": "mean", "kind": "window", "from": ["read"],
         "params": {"field": "value", "calc": "average", "over": over, "mode": "tumbling", "per": "all"}},
        {"id": "high", "kind": "threshold", "from": ["read"], "params": {"field": "value", "above": 80, "per": "all"}},
        {"id": "tell", "kind": "notify", "from": ["high.entered"], "params": {"to": "shift-channel", "text": text}},
        {"id": "say", "kind": "notify", "from": ["mean"], "params": {"to": "shift-channel", "text": "{value}"}},
    ]  # fmt: skip
    return {"suiro": 1, "name": "Readings", "delivery": delivery, "nodes": nodes}


def version(number: int, flow: str = "f", **given: Any) -> Deploy:
    return Deploy(flow=flow, version=number, document=document(**given))


class Plant(Rig):
    """Readings of 70 and 90 by turns, one a second, as JSON objects: with the format `number` nobody can read them."""

    def __init__(self, folder: Path | None) -> None:
        super().__init__(folder)
        if self.store is not None:
            self.store.id = "0" * 32  # keys tell stores apart, and here they are compared
        self.at = 0
        self.refused = self.sink.refusals

    def read(self, count: int) -> "Plant":
        for _ in range(count):
            self.at += 1_000
            self.wall = NOW + self.at
            payload = json.dumps({"value": 90 if self.at % 2_000 else 70}).encode()
            self.put("plant/k1", payload)
            self.round()
        return self

    def put(self, topic: str, payload: bytes) -> None:
        number = len(self.acked)
        arrived = self.host.clock.now()
        self.mailbox.offer(Batch([topic], [payload], arrived, lambda: self.acked.append(number), len(payload)), 0)

    def settle(self) -> "Plant":
        for _ in range(4):
            self.round()
        return self

    def sent(self, *like: Effect) -> list[tuple[str, str, int]]:
        """Key, node and time of what left; with `like`, only what has a key of those."""
        keys = {effect.key for effect in like}
        sent = [effect for effect in self.sink.sent if not keys or effect.key in keys]
        return [(effect.key, effect.node, effect.time) for effect in sent]

    @property
    def flow(self) -> RunningFlow:
        return self.host.flows["f"]

    @property
    def remembered(self) -> dict[str, Any]:
        """All that the flow acts on: since when a key stands somewhere hangs on when the worker looked."""
        memory = self.flow.engine.snapshot()
        for node in memory["nodes"].values():
            for slot in node["slots"].values():
                slot.pop("stood", None)
        return memory


def undisturbed(tmp_path: Path, count: int) -> Plant:
    """What happens with nothing but the first version."""
    plant = Plant(tmp_path / "undisturbed")
    plant.host.deploy(version(1))
    return plant.read(count).settle()


def test_a_version_that_cannot_read_what_the_one_before_read_is_rolled_back_and_nothing_is_missing(
    tmp_path: Path,
) -> None:
    plant = Plant(tmp_path / "s")
    plant.host.deploy(version(1))
    plant.read(13)
    plant.host.deploy(version(2, format="number"))
    plant.read(15).settle()
    (back,) = plant.refused
    assert back[0] == "f"
    assert (back[1].version, back[1].to, back[1].code) == (2, 1, "rolled_back")
    assert back[1].args == {"failed": 11, "count": 11}
    assert plant.flow.deploy.version == 1
    same = undisturbed(tmp_path, 28)
    assert plant.sent(*same.sink.sent) == same.sent()
    assert {
        effect.node for effect in plant.sink.sent if effect.key not in dict.fromkeys(k for k, *_ in same.sent())
    } <= {"say"}  # the second version's window, which ran on before it was seen through
    assert plant.remembered == same.remembered
    plant.host._commit(final=True)
    assert plant.store
    assert plant.store.after(0) == []
    assert plant.store.fact("aside f") is None
    assert plant.store.dead() == [], "the version before has read them"


def test_what_the_version_before_cannot_read_either_stays_a_dead_letter(tmp_path: Path) -> None:
    plant = Plant(tmp_path)
    plant.host.deploy(version(1))
    plant.put("plant/k1", b"broken before")
    plant.read(7)
    plant.host.deploy(version(2, format="number"))
    plant.read(4)
    plant.put("plant/k1", b"broken for both")
    plant.read(15).settle()
    assert plant.refused
    assert plant.store
    broken = [base64.b64decode(json.loads(letter.what)["payload"]) for letter in plant.store.dead()]
    assert broken == [b"broken for both", b"broken before"]


def test_a_good_version_stays_after_twenty_events_and_lets_the_inbox_go(tmp_path: Path) -> None:
    plant = Plant(tmp_path)
    plant.host.deploy(version(1))
    plant.read(10)
    plant.host.deploy(version(2, text="very high"))
    assert plant.store
    plant.read(19)
    assert list(plant.host.versions.trials) == ["f"]
    assert len(plant.store.after(0)) == 19
    plant.read(1).settle()
    assert plant.host.versions.trials == {}
    assert plant.refused == []
    assert plant.store.after(0) == []
    assert plant.store.fact("aside f") is None
    assert plant.flow.answers is None


def test_a_minute_is_enough_for_a_flow_in_which_little_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passed = 0.0
    monkeypatch.setattr(runtime.probation.time, "monotonic", lambda: passed)
    plant = Plant(None)
    plant.host.deploy(version(1, delivery="fast"))
    plant.host.deploy(version(2, delivery="fast", format="number"))
    plant.read(1)
    assert plant.refused == []
    passed = 61.0
    plant.settle()
    assert [back.args for _, back in plant.refused] == [{"failed": 1, "count": 1}]
    plant.read(3)
    assert plant.flow.deploy.version == 1
    assert plant.flow.engine.counts.sources["read"].dead == 0


def test_failures_that_the_version_before_had_too_do_not_count(tmp_path: Path) -> None:
    plant = Plant(tmp_path)
    plant.host.deploy(version(1, format="number"))
    plant.read(10)
    plant.host.deploy(version(2, format="number", text="very high"))
    plant.read(30).settle()
    assert plant.refused == []
    assert plant.flow.deploy.version == 2


def test_an_engine_that_raises_goes_back_at_once_and_is_not_told_as_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant = Plant(tmp_path)
    plant.host.deploy(version(1))
    plant.read(3)
    new = plant.host.deploy(version(2, text="very high"))
    engines.make(monkeypatch, new.engine, "push_all", lambda incoming: 1 / 0)
    plant.read(1).settle()
    assert [back.code for _, back in plant.refused] == ["rolled_back_raised"]
    assert plant.sink.failures == []
    plant.read(5)
    same = undisturbed(tmp_path, 9)
    assert plant.sent(*same.sink.sent) == same.sent()


def test_a_version_that_cannot_read_its_memory_never_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant = Plant(tmp_path)
    plant.host.deploy(version(1))
    plant.read(3)
    before = plant.flow

    def broken(engine: Any, memory: Any) -> None:
        raise ValueError("memory of format 9")

    monkeypatch.setattr("engine.engine.restore", broken)
    assert plant.host.deploy(version(2, text="very high")) is before
    assert [(back.code, back.args["detail"]) for _, back in plant.refused] == [
        ("rolled_back_memory", "ValueError: memory of format 9")
    ]
    assert plant.host.versions.declined(version(2, text="very high")) is not None
    assert plant.host.versions.declined(version(3, text="very high")) is None
    plant.read(6)
    same = undisturbed(tmp_path, 9)
    assert plant.sent(*same.sink.sent) == same.sent()


def test_a_document_with_errors_changes_nothing(tmp_path: Path) -> None:
    plant = Plant(tmp_path)
    plant.host.deploy(version(1))
    bad = version(2)
    bad.document["nodes"][1]["from"] = ["nothing"]
    with pytest.raises(NotSound):
        plant.host.deploy(bad)
    assert plant.host.versions.trials == {}
    assert plant.flow.deploy.version == 1


@pytest.mark.parametrize("events", [0, 5, 12])
def test_a_restart_on_trial_keeps_the_way_back(tmp_path: Path, events: int) -> None:
    """After 5 events the trial is still on; after 12 the decision has fallen, and the plug is pulled in the same round."""
    plant = Plant(tmp_path / "s")
    plant.host.deploy(version(1))
    plant.read(10)
    plant.host.deploy(version(2, format="number"))
    plant.round()
    if events == 12:
        plant.read(10)
        assert plant.store
        plant.host._commit = lambda final: None  # type: ignore[method-assign]  # what it decides is not written any more
        plant.read(1)
    else:
        plant.read(events)
    plant.pull_the_plug()
    again = Plant(tmp_path / "s")
    again.at, again.wall = plant.at, plant.wall
    assert again.host.recover() == []
    assert again.flow.deploy.version == (1 if events == 12 else 2)
    again.settle().read(15).settle()
    assert again.flow.deploy.version == 1
    assert again.host.versions.trials == {}
    assert again.store
    assert again.store.dead() == []
    same = undisturbed(tmp_path, plant.at // 1_000 + 15)
    assert {*plant.sent(*same.sink.sent), *again.sent(*same.sink.sent)} == {*same.sent()}
    assert again.remembered["nodes"] == same.remembered["nodes"]
    again.pull_the_plug()
    third = Plant(tmp_path / "s")
    third.host.recover()
    assert third.flow.deploy.version == 1
    assert third.host.versions.declined(version(2, format="number")) is not None


def test_what_the_new_version_made_and_has_not_sent_yet_does_not_leave(tmp_path: Path) -> None:
    plant = Plant(tmp_path)
    plant.host.deploy(version(1))
    plant.read(2)
    plant.host.outgoing.carrier = None  # nothing can leave: it stays in the outbox
    plant.read(1)
    assert plant.store
    (mine,) = plant.store.waiting("f")
    plant.wall += 10
    new = plant.host.deploy(version(2, text="very high"))
    plant.read(6)
    assert len(plant.store.waiting("f")) > 1
    new.failure = "gone"
    plant.settle()
    keys = [row.key for row in plant.store.waiting("f")]
    assert mine.key in keys
    texts = [json.loads(row.effect)["data"]["text"] for row in plant.store.waiting("f")]
    assert "very high" not in texts
    assert texts.count("high") == 4


def test_two_bad_versions_one_after_the_other_lead_back_to_the_good_one(tmp_path: Path) -> None:
    plant = Plant(tmp_path / "s")
    plant.host.deploy(version(1))
    plant.read(7)
    plant.host.deploy(version(2, format="number"))
    plant.read(4)
    plant.host.deploy(version(3, format="number", text="very high"))
    plant.read(15).settle()
    assert [(back.version, back.to) for _, back in plant.refused] == [(3, 1)]
    same = undisturbed(tmp_path, 26)
    assert plant.sent(*same.sink.sent) == same.sent()


def test_topics_that_only_the_version_before_reads_are_kept_for_it(tmp_path: Path) -> None:
    plant = Plant(tmp_path / "s")
    wanted: list[dict[str, int]] = []
    plant.host._on_topics = wanted.append
    plant.host.deploy(version(1))
    plant.read(7)
    elsewhere = version(2)
    elsewhere.document["nodes"][0]["params"]["topic"] = "elsewhere/+"
    new = plant.host.deploy(elsewhere)
    assert set(wanted[-1]) == {"plant/+", "elsewhere/+"}
    plant.read(6)
    new.failure = "gone"
    plant.settle()
    same = undisturbed(tmp_path, 13)
    assert plant.sent(*same.sink.sent) == same.sent()
    assert set(wanted[-1]) == {"plant/+"}


def test_another_flow_feels_nothing_of_a_roll_back(tmp_path: Path) -> None:
    plant, alone = Plant(tmp_path / "both"), Plant(tmp_path / "alone")
    for one in (plant, alone):
        one.host.deploy(version(1, "other"))
    plant.host.deploy(version(1))
    plant.read(5)
    plant.host.deploy(version(2, format="number"))
    plant.read(25).settle()
    alone.read(30).settle()
    assert plant.refused
    other = plant.host.flows["other"]
    assert other.engine.snapshot() == alone.host.flows["other"].engine.snapshot()
    assert len(plant.acked) == 30


def test_a_flow_that_goes_back_far_reads_page_by_page_while_others_go_on(tmp_path: Path) -> None:
    plant = Plant(tmp_path / "s")
    plant.host.deploy(version(1))
    plant.host.deploy(version(1, "other"))
    plant.read(1)
    slow = version(2)
    slow.document["nodes"][0]["params"]["topic"] = "elsewhere"
    new = plant.host.deploy(slow)
    for _ in range(PAGE + 10):
        plant.put("plant/k1", b'{"value": 70}')
    plant.settle()
    new.failure = "gone"
    plant.round()
    assert plant.flow.behind
    before = plant.host.flows["other"].engine.counts.sources["read"].received
    plant.put("plant/k1", b'{"value": 90}')
    plant.round()
    assert plant.host.flows["other"].engine.counts.sources["read"].received == before + 1
    plant.settle()
    assert not plant.flow.behind
    assert plant.flow.engine.counts.sources["read"].received == before + 1
