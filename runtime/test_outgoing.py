"""Effects have one fate, what is given up is a dead letter, and what has no room waits on the disk."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.effect import Effect
from runtime.addresses import Egress
from runtime.deploy import Deploy
from runtime.letters import row_of
from runtime.mailbox import Batch
from runtime.senders.outcome import EXPIRED, REFUSED, REPLACED, SENT, Outcome, failed
from runtime.store import DeadLetter
from runtime.test_host import NOW, Rig, deploy
from tests import engines
from tests.conformance.documents import DOCUMENT, REGISTRY

NO = failed("HTTP 404")
TRUSTED = Egress(trusted=True)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path)
    made.host.deploy(deploy())
    yield made
    made.pull_the_plug()


def hot(rig: Rig, count: int = 1) -> None:
    """So many notices."""
    for _ in range(count):
        rig.wall += 1_000
        rig.publish(85, at=rig.wall - NOW)
        rig.publish(60, at=rig.wall - NOW + 1)
    settle(rig)


def settle(rig: Rig) -> None:
    for _ in range(4):
        rig.round()


def fates(rig: Rig, flow: str = "f") -> dict[str, Any]:
    found = rig.host.outgoing.counts(flow)
    assert found["created"] == sum(found[name] for name in ("sent", "pending", "expired", "dropped", "dead")), found
    assert sum(found["reasons"].values()) == found["dropped"], found
    return {name: count for name, count in found.items() if count and name != "reasons"}


def letters(rig: Rig) -> list[DeadLetter]:
    assert rig.store
    return rig.store.dead()


# --- one fate -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "fate", "reasons"),
    [
        (SENT, "sent", []),
        (None, "pending", []),
        (EXPIRED, "expired", ["expired"]),
        (NO, "dead", ["not_sent"]),
        (failed("HTTP 500", permanent=False), "dead", ["gave_up"]),
        (REPLACED, "dropped", []),
        (REFUSED, "dropped", []),
    ],
)
def test_an_effect_has_one_fate(rig: Rig, outcome: Outcome | None, fate: str, reasons: list[str]) -> None:
    rig.sink.outcome = outcome
    hot(rig)
    assert fates(rig) == {"created": 2, fate: 2}
    assert [letter.reason for letter in letters(rig)] == reasons * 2
    assert [letter.reason for letter in rig.sink.letters] == reasons * 2


def test_what_is_pending_over_a_restart_is_counted_again(rig: Rig, tmp_path: Path) -> None:
    rig.sink.outcome = None
    hot(rig)
    rig.pull_the_plug()
    again = Rig(tmp_path)
    again.sink.outcome = None
    again.host.recover()
    settle(again)
    assert fates(again) == {"created": 2, "pending": 2}
    again.pull_the_plug()


# --- dead letters -------------------------------------------------------------------------------------------------------


def test_a_dead_letter_is_written_with_the_commit_that_settles_it(rig: Rig) -> None:
    store = rig.store
    assert store
    rig.sink.outcome = NO
    seen: list[tuple[list[str], list[str]]] = []
    commit = store.commit

    def committing(changes: Any, *rest: Any) -> None:
        changes = list(changes)
        seen.extend((change.settled, [letter.key for letter in change.dead]) for change in changes if change.settled)
        commit(changes, *rest)

    store.commit = committing  # type: ignore[method-assign]
    hot(rig)
    keys = [effect.key for effect in rig.sink.sent]
    assert [key for settled, dead in seen for key in settled] == keys
    assert all(settled == dead for settled, dead in seen)
    assert store.waiting("f") == []
    (newest, oldest) = letters(rig)
    assert [oldest.key, newest.key] == keys
    effect = json.loads(oldest.what)
    assert (oldest.kind, effect["node"], effect["data"]["text"]) == ("effect", "tell", "Kiln 1 is at 85 °C")
    assert (oldest.created, oldest.detail) == (rig.wall, "HTTP 404")


def test_a_replayed_effect_leaves_with_the_same_key(rig: Rig) -> None:
    rig.sink.outcome = NO
    hot(rig)
    first, second = [effect.key for effect in rig.sink.sent]
    rig.sink.sent.clear()
    rig.sink.outcome = SENT
    assert rig.host.outgoing.replay("f", first) is None
    settle(rig)
    assert [effect.key for effect in rig.sink.sent] == [first]
    assert [letter.key for letter in letters(rig)] == [second]
    assert fates(rig) == {"created": 2, "sent": 1, "dead": 1}
    assert rig.sink.risen == [first]
    assert rig.host.outgoing.replay("f", first) == "gone"


def test_a_replayed_effect_outlives_a_crash(rig: Rig, tmp_path: Path) -> None:
    rig.sink.outcome = NO
    hot(rig)
    key = rig.sink.sent[0].key
    rig.sink.outcome = None
    assert rig.host.outgoing.replay("f", key) is None
    rig.pull_the_plug()
    again = Rig(tmp_path)
    again.host.recover()
    settle(again)
    assert [effect.key for effect in again.sink.sent] == [key]
    again.pull_the_plug()


def test_one_that_fails_again_is_a_dead_letter_again(rig: Rig) -> None:
    rig.sink.outcome = NO
    hot(rig)
    key = rig.sink.sent[0].key
    rig.host.outgoing.replay("f", key)
    settle(rig)
    assert sorted(letter.key for letter in letters(rig)) == sorted({effect.key for effect in rig.sink.sent})
    assert fates(rig) == {"created": 2, "dead": 2}


def test_attempts_go_to_the_disk_with_the_next_commit_and_make_none_of_their_own(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rig.store
    rig.sink.outcome = None
    hot(rig)
    first, second = [effect.key for effect in rig.sink.sent]
    commits, commit = [], rig.store.commit
    monkeypatch.setattr(rig.store, "commit", lambda *given: commits.append(1) or commit(*given))
    rig.host.outgoing.attempts.note("f", first, 1)
    rig.host.outgoing.attempts.note("f", first, 2)
    settle(rig)
    assert commits == []
    rig.publish(20, at=5_000)
    rig.host._written = -1.0
    settle(rig)
    assert [(one.key, one.attempts) for one in rig.store.waiting("f")] == [(first, 2), (second, 0)]
    monkeypatch.setattr("runtime.attempts.LATEST", 0.0)
    rig.host.outgoing.attempts.note("f", second, 7)
    settle(rig)
    rig.pull_the_plug()
    again = Rig(tmp_path)
    again.sink.outcome = None
    again.host.recover()
    assert again.sink.attempts == [2, 7]
    again.pull_the_plug()


def test_a_dropped_letter_is_gone(rig: Rig) -> None:
    rig.sink.outcome = NO
    hot(rig)
    key = rig.sink.sent[0].key
    assert rig.host.outgoing.drop("f", key) is None
    settle(rig)
    assert key not in [letter.key for letter in letters(rig)]
    assert rig.host.outgoing.drop("f", key) is not None


def test_the_letters_of_a_stopped_flow_stay_and_go_again_once_it_runs(rig: Rig, tmp_path: Path) -> None:
    rig.sink.outcome = NO
    hot(rig)
    first, second = [effect.key for effect in rig.sink.sent]
    rig.host.remove("f")
    settle(rig)
    rig.pull_the_plug()
    again = Rig(tmp_path)
    again.host.recover()
    assert again.host.outgoing.replay("f", first) == "flow_stopped"
    assert again.host.outgoing.drop("f", second) is None
    settle(again)
    assert [letter.key for letter in letters(again)] == [first]
    assert again.host.outgoing.replay("f", second) == "gone"
    again.host.deploy(deploy())
    assert again.host.outgoing.replay("f", first) is None
    settle(again)
    assert [effect.key for effect in again.sink.sent] == [first]
    assert letters(again) == []
    again.pull_the_plug()


def test_what_is_given_up_as_its_flow_is_stopped_is_kept(rig: Rig) -> None:
    rig.sink.outcome = NO
    hot(rig)
    rig.host.outgoing.letters.bury(rig.host.flows["f"], msgspec.structs.replace(letters(rig)[0], key="last"))
    rig.host.remove("f")
    settle(rig)
    assert "last" in [letter.key for letter in letters(rig)]


def lamp(tmp_path: Path, delivery: str = "durable") -> Rig:
    document = copy.deepcopy(DOCUMENT)
    values = {"device": "tower-1", "command": "set_color", "values": {"color": "red"}}
    document["nodes"] = [
        document["nodes"][0],
        {"id": "lamp", "kind": "command", "from": ["kiln"], "params": {**values, "ttl": "10s"}},
    ]
    document["delivery"] = delivery
    document.pop("tests", None)
    document.pop("settings", None)
    rig = Rig(tmp_path)
    rig.host.deploy(Deploy(flow="f", document=document, registry=REGISTRY))
    return rig


@pytest.mark.parametrize("outcome", [EXPIRED, NO])
def test_a_command_cannot_be_replayed_after_its_time_to_live(tmp_path: Path, outcome: Outcome) -> None:
    rig = lamp(tmp_path)
    rig.sink.outcome = outcome
    rig.publish(85)
    settle(rig)
    (effect,) = rig.sink.sent
    rig.wall += 10_000
    assert rig.host.outgoing.replay("f", effect.key) == "time_over"
    settle(rig)
    assert len(rig.sink.sent) == 1
    assert len(letters(rig)) == 1
    rig.pull_the_plug()


def test_a_command_replayed_in_time_keeps_its_age(tmp_path: Path) -> None:
    rig = lamp(tmp_path)
    rig.sink.outcome = NO
    rig.publish(85)
    settle(rig)
    (effect,) = rig.sink.sent
    rig.wall += 4_000
    rig.sink.ages.clear()
    assert rig.host.outgoing.replay("f", effect.key) is None
    assert rig.sink.ages == [4.0]
    rig.pull_the_plug()


# --- messages that nobody can read --------------------------------------------------------------------------------------


def poison(rig: Rig, payload: bytes = b"{broken", topic: str = "plant/kiln-1/telemetry") -> None:
    number = len(rig.acked)
    good = json.dumps({"ts": rig.wall, "t": {"temp": 20}}).encode()
    batch = Batch([topic] * 3, [good, payload, good], rig.wall, lambda: rig.acked.append(number), 100)
    rig.mailbox.offer(batch, 0)


def test_a_poison_message_is_a_dead_letter_and_is_acknowledged_like_any_other(rig: Rig) -> None:
    poison(rig)
    settle(rig)
    assert rig.acked == [0]
    (letter,) = letters(rig)
    row = row_of(letter)
    assert (letter.kind, row["to"], row["payload"]) == ("message", "plant/kiln-1/telemetry", "{broken")
    assert (row["node"], row["key"]) == ("kiln", f"{rig.host.intake.kept(2).of(0)}/kiln")
    assert row["reason"]
    counted = rig.host.flows["f"].counts()["sources"]["kiln"]
    assert (counted["received"], counted["dead"]) == (3, 1)
    hot(rig)
    assert len(rig.sink.sent) == 2


def test_a_poison_message_is_a_dead_letter_of_each_durable_and_each_fast_flow_that_reads_it(rig: Rig) -> None:
    rig.host.deploy(deploy("g", delivery="fast"))
    poison(rig)
    settle(rig)
    assert sorted(letter.flow for letter in letters(rig)) == ["f", "g"]


def test_a_message_is_given_again_with_the_same_cause(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    poison(rig, json.dumps({"ts": NOW, "t": {"temp": 85}})[:-1].encode())
    settle(rig)
    (letter,) = letters(rig)
    what = json.loads(letter.what)
    causes: list[str] = []
    push = rig.host.flows["f"].engine.push

    def pushing(arrival: Any, **more: Any) -> list[Effect]:
        causes.append(arrival.cause)
        return push(arrival, **more)

    engines.make(monkeypatch, rig.host.flows["f"].engine, "push", pushing)
    assert rig.host.outgoing.replay("f", letter.key) is None
    settle(rig)
    assert causes == [what["cause"]]
    (again,) = letters(rig)  # it is still broken
    assert again.key == letter.key


def test_a_message_goes_again_only_to_the_source_that_could_not_read_it(tmp_path: Path) -> None:
    nodes = [
        {"id": "text", "kind": "mqtt_in", "params": {"topic": "a/b", "format": "text"}},
        {"id": "number", "kind": "mqtt_in", "params": {"topic": "a/b", "format": "number"}},
        {"id": "tell", "kind": "notify", "from": ["text", "number"], "params": {"to": "shift-channel", "text": "x"}},
    ]
    rig = Rig(tmp_path)
    document = {"suiro": 1, "name": "Two", "delivery": "durable", "nodes": nodes}
    rig.host.deploy(Deploy(flow="f", document=document, registry=REGISTRY))
    rig.mailbox.offer(Batch(["a/b"], [b"seven"], NOW, lambda: None, 5), 0)
    settle(rig)
    assert len(rig.sink.sent) == 1
    (letter,) = letters(rig)
    rig.host.outgoing.replay("f", letter.key)
    settle(rig)
    assert len(rig.sink.sent) == 1
    counted = rig.host.flows["f"].counts()["sources"]
    assert (counted["text"]["received"], counted["number"]["dead"]) == (1, 2)
    rig.pull_the_plug()


def test_an_engine_that_raises_fails_its_flow_and_leaves_the_message(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.host.deploy(deploy("g"))
    engines.make(monkeypatch, rig.host.flows["f"].engine, "push_all", lambda incoming: 1 / 0)
    rig.publish(85)
    settle(rig)
    assert rig.acked == [0]
    assert rig.sink.failures == ["f"]
    (letter,) = letters(rig)
    assert (letter.flow, letter.reason, letter.kind) == ("f", "node_failed", "message")
    assert [effect.node for effect in rig.sink.sent] == ["tell"]
    assert rig.host.outgoing.replay("f", letter.key) == "flow_failed"
    assert letters(rig) == [letter]
    poison(rig)
    rig.host.inject(rig.host.flows["f"], "kiln", {"temperature": 1})
    settle(rig)
    counted = {id: flow.counts()["sources"]["kiln"] for id, flow in rig.host.flows.items()}
    assert {name: count for name, count in counted["f"].items() if count} == {"received": 5, "dead": 1, "dropped": 4}
    assert (counted["g"]["received"], counted["g"]["dropped"]) == (4, 0)


def test_without_a_store_dead_letters_are_told_and_counted() -> None:
    rig = Rig(None)
    rig.host.deploy(deploy(delivery="fast"))
    rig.sink.outcome = NO
    poison(rig)
    hot(rig)
    assert [letter.kind for letter in rig.sink.letters] == ["message", "effect", "effect"]
    assert fates(rig) == {"created": 2, "dead": 2}


def test_a_flow_that_is_stopped_and_deployed_anew_counts_nothing_of_the_one_before(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[Any] = []
    monkeypatch.setattr(
        rig.sink, "carry_out", lambda flow, effect, age, done, **kept: not ends and not ends.append(done)
    )
    hot(rig, 3)
    assert fates(rig) == {"created": 6, "pending": 6, "on_disk": 5}
    rig.mailbox.post(lambda: rig.host.remove("f"))
    rig.mailbox.post(lambda: rig.host.deploy(deploy()))
    settle(rig)
    ends[0](SENT)
    settle(rig)
    assert fates(rig) == {}
