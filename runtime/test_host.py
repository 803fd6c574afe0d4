"""The thread that runs the flows: nothing is acknowledged before it is safe, nothing leaves before it is kept."""

import copy
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.effect import Effect
from nodes.kit import structs
from runtime.clock import WallClock
from runtime.deploy import Deploy
from runtime.host import SOON, Host
from runtime.inference.use import Answered
from runtime.mailbox import Batch, Mailbox
from runtime.probation import Refused
from runtime.running import RunningFlow
from runtime.senders.outcome import SENT, Outcome, failed
from runtime.store import DeadLetter, open_store
from tests.brokers import wait_until
from tests.conformance.documents import DOCUMENT, REGISTRY

NOW = 1_767_571_200_000


class Sink:
    """Carrier and listener in one: `sent` holds what left, `outcome` is what comes of it (None: nothing yet)."""

    busy = False

    def go(self) -> None:
        """All is under way already."""

    def __init__(self) -> None:
        self.sent: list[Effect] = []
        self.ended: list[tuple[str, Outcome]] = []
        self.failures: list[str] = []
        self.letters: list[DeadLetter] = []
        self.risen: list[str] = []
        self.ages: list[float] = []
        self.attempts: list[int] = []
        self.refusals: list[tuple[str, Refused]] = []
        self.outcome: Outcome | None = SENT

    def withdraw(self, keys: Any) -> None:
        """Nothing waits here."""

    def carry_out(
        self, flow: RunningFlow, effect: Effect, age: float, done: Any, *, kept: bool = False, attempts: int = 0
    ) -> bool:
        self.sent.append(effect)
        self.ages.append(age)
        self.attempts.append(attempts)
        if self.outcome is not None:
            done(self.outcome)
        return True

    def lane(self, effect: Effect) -> str:
        return str(effect.data.get("to"))

    def buried(self, flow: RunningFlow, letter: DeadLetter) -> None:
        self.letters.append(letter)

    def exhumed(self, flow: str, key: str) -> None:
        self.risen.append(key)

    def made(self, flow: RunningFlow, effects: list[Effect]) -> None:
        pass

    def carried_out(self, flow: RunningFlow, effect: Effect, outcome: Outcome) -> None:
        self.ended.append((effect.node, outcome))

    def asked(self, flow: RunningFlow, effect: Effect, answer: Answered, after: int | None) -> None:
        """Nobody asks a model here."""

    def failed(self, flow: RunningFlow) -> None:
        self.failures.append(flow.id)

    def refused(self, flow: RunningFlow, refused: Refused) -> None:
        self.refusals.append((flow.id, refused))

    def round_over(self) -> None:
        pass


class Rig:
    """A host without a broker: messages are put into its mailbox by hand, and it runs round by round. `wall` is the time
    that passes, `stepped` by how much somebody has set the machine's clock."""

    def __init__(self, folder: Path | str | None) -> None:
        self.store = open_store(folder) if folder else None
        self.sink, self.acked = Sink(), []
        self.mailbox = Mailbox()
        self.wall, self.stepped = NOW, 0
        clock = WallClock(lambda: (self.wall + self.stepped) * 1_000_000, lambda: self.wall * 1_000_000)
        self.host = Host(
            mailbox=self.mailbox, clock=clock, listener=self.sink, on_topics=lambda topics: None, store=self.store
        )
        self.host.outgoing.carrier = self.sink  # type: ignore[assignment]

    def publish(self, temperature: Any, at: int = 0, topic: str = "plant/kiln-1/telemetry") -> None:
        payload = json.dumps({"ts": NOW + at, "t": {"temp": temperature}}).encode()
        number = len(self.acked)
        self.mailbox.offer(Batch([topic], [payload], NOW + at, lambda: self.acked.append(number), len(payload)), 0)

    def round(self) -> None:
        self.host._round(*self.mailbox.take(0))

    def pull_the_plug(self) -> None:
        """Gone without a last word."""
        if self.store:
            self.store.close()


def deploy(flow: str = "f", *, delivery: str = "durable", hold: str | None = None) -> Deploy:
    document = copy.deepcopy(DOCUMENT)
    document["delivery"] = delivery
    document["nodes"][1]["params"].pop("for")
    if hold:
        document["nodes"][1]["params"]["for"] = hold
    return Deploy(flow=flow, document=document, registry=REGISTRY)


def test_a_message_is_acknowledged_only_after_it_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = Rig(tmp_path)
    rig.host.deploy(deploy())
    kept: list[int] = []
    receive = rig.store.receive  # type: ignore[union-attr]

    def receiving(*given: Any) -> Any:
        assert rig.acked == []
        kept.extend(receive(*given))
        return iter(kept)

    monkeypatch.setattr(rig.store, "receive", receiving)
    rig.publish(85)
    rig.round()
    assert kept == [1]
    assert rig.acked == [0]
    assert [effect.node for effect in rig.sink.sent] == ["tell"]
    rig.pull_the_plug()


def test_what_was_received_but_not_yet_in_memory_is_read_again(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.host.deploy(deploy(hold="30s"))
    rig.round()
    rig.publish(85, at=1_000)
    rig.round()
    rig.publish(86, at=2_000)
    rig.round()
    rig.pull_the_plug()
    again = Rig(tmp_path)
    again.wall = NOW + 40_000
    assert again.host.recover() == []
    again.round()
    assert [effect.node for effect in again.sink.sent] == ["tell"]
    assert again.sink.sent[0].time == NOW + 31_000
    again.pull_the_plug()


def test_an_effect_that_was_kept_but_not_sent_leaves_after_the_restart_with_the_same_key(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.sink.outcome = None
    rig.host.deploy(deploy())
    rig.publish(85)
    rig.round()
    (first,) = rig.sink.sent
    rig.pull_the_plug()
    again = Rig(tmp_path)
    again.host.recover()
    again.round()
    again.round()
    assert [effect.key for effect in again.sink.sent] == [first.key]
    again.pull_the_plug()
    once_more = Rig(tmp_path)
    once_more.host.recover()
    once_more.round()
    assert once_more.sink.sent == []
    once_more.pull_the_plug()


def test_nothing_leaves_before_it_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path)
    rig.host.deploy(deploy())
    rig.round()
    commit = rig.store.commit  # type: ignore[union-attr]

    def committing(*arguments: Any) -> None:
        assert rig.sink.sent == []
        commit(*arguments)

    monkeypatch.setattr(rig.store, "commit", committing)
    rig.publish(85)
    rig.round()
    assert len(rig.sink.sent) == 1
    rig.pull_the_plug()


def test_the_inbox_is_emptied_behind_the_slowest_flow(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.host.deploy(deploy("a"))
    rig.host.deploy(deploy("b", hold="1h"))
    for count in range(5):
        rig.publish(70 + count, at=count)
        rig.round()
    rig.host._commit(final=True)
    assert rig.store
    assert rig.store.after(0) == []
    assert {kept.place for kept in rig.store.kept()} == {5}
    rig.pull_the_plug()


def test_a_flow_without_a_store_acknowledges_at_once() -> None:
    rig = Rig(None)
    rig.host.deploy(deploy(delivery="fast"))
    rig.publish(85)
    rig.publish(70, topic="elsewhere")
    rig.round()
    assert len(rig.acked) == 2
    assert rig.host.intake.unread == 1
    assert len(rig.sink.sent) == 1


def lent(rig: Rig, temperature: float) -> float | None:
    """One message on the thread that brings it; seconds until the host looks again, None where it goes the usual way."""
    payload = json.dumps({"ts": NOW, "t": {"temp": temperature}}).encode()

    def settle() -> None:
        rig.acked.append(len(rig.sink.sent))

    return rig.host._at_once([], Batch(["plant/kiln-1/telemetry"], [payload], NOW, settle, len(payload)))


def test_what_comes_alone_acts_before_it_is_acknowledged() -> None:
    rig = Rig(None)
    rig.host.deploy(deploy(delivery="fast"))
    assert lent(rig, 70) is None, "before the first round nobody knows whether that may be"
    rig.round()
    assert lent(rig, 70) == SOON
    assert lent(rig, 85) == SOON
    assert rig.acked == [0, 1]


def test_nothing_is_handled_at_once_where_a_round_has_to_look_first() -> None:
    rig = Rig(None)
    rig.host.deploy(deploy(delivery="fast"))
    rig.round()
    rig.host.halted = True
    assert lent(rig, 85) is None
    rig.host.halted = False
    rig.stepped += 3_600_000
    rig.host.clock.now()
    assert lent(rig, 85) is None
    rig.round()  # follows the clock
    assert lent(rig, 85) == SOON
    rig.sink.busy = True  # the broker takes commands more slowly than they come
    assert lent(rig, 86) == SOON, "what causes nothing makes it no worse"
    assert lent(rig, 70) == SOON
    assert lent(rig, 85) is None, "one more was sent, and then it was seen"
    rig.sink.busy = False
    rig.round()
    assert lent(rig, 85) == SOON


def test_a_failed_action_is_told_to_its_node() -> None:
    rig = Rig(None)
    given = deploy(delivery="fast")
    after = {"id": "again", "kind": "notify", "from": ["tell.failed"], "params": {"to": "shift-channel", "text": "!"}}
    given.document["nodes"].append(after)
    rig.host.deploy(given)
    rig.sink.outcome = failed("no")
    rig.publish(85)
    for _ in range(4):
        rig.round()
    assert [node for node, _ in rig.sink.ended] == ["tell", "again"]


def test_an_order_that_raises_does_not_end_the_thread(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.host.start()
    rig.host.post(lambda: 1 / 0)
    done: list[int] = []
    rig.host.post(lambda: done.append(1))
    wait_until(lambda: done, 5)
    assert rig.host.trouble is None or "Division" in rig.host.trouble
    rig.host.stop()
    rig.pull_the_plug()


def test_a_disk_that_refuses_holds_everything_back_until_it_takes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import runtime.host

    monkeypatch.setattr(runtime.host, "AGAIN_AFTER", 0.05)
    rig = Rig(tmp_path)
    rig.host.deploy(deploy())
    rig.round()
    db = rig.store._db  # type: ignore[union-attr]
    db.execute("PRAGMA max_page_count = 1")  # no page more than there are
    padding = " " * 20_000
    payload = json.dumps({"ts": NOW, "t": {"temp": 85}, "padding": padding}).encode()
    done = lambda: rig.acked.append(0)  # noqa: E731
    rig.mailbox.offer(Batch(["plant/kiln-1/telemetry"], [payload], NOW, done, len(payload)), 0)
    rig.host.start()
    wait_until(lambda: rig.host.trouble and "full" in rig.host.trouble, 5)
    assert rig.acked == []
    assert rig.sink.sent == []
    db.execute("PRAGMA max_page_count = 1000000")
    wait_until(lambda: rig.acked == [0], 5)
    wait_until(lambda: len(rig.sink.sent) == 1, 5)
    wait_until(lambda: rig.host.trouble is None, 5)
    rig.host.stop()
    rig.pull_the_plug()


def test_timers_fire_without_any_message() -> None:
    rig = Rig(None)
    rig.host.deploy(deploy(delivery="fast", hold="30s"))
    rig.publish(85)
    rig.round()
    rig.wall = NOW + 30_000
    rig.round()
    assert rig.sink.sent == []
    rig.wall = NOW + 31_001
    rig.round()
    assert [effect.node for effect in rig.sink.sent] == ["tell"]


def test_a_kept_flow_that_cannot_be_read_does_not_keep_others_from_starting(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.host.deploy(deploy("good"))
    rig.round()
    assert rig.store
    rig.store.keep_deploy("bad", b"{", 0)
    rig.pull_the_plug()
    again = Rig(tmp_path)
    assert [flow for flow, _ in again.host.recover()] == ["bad"]
    assert list(again.host.flows) == ["good"]
    again.pull_the_plug()


def ticking() -> Deploy:
    nodes = [
        {"id": "clock", "kind": "schedule", "params": {"every": "1m"}},
        {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
        {"id": "quiet", "kind": "silent", "from": ["kiln"], "params": {"for": "10m"}},
        {
            "id": "tell",
            "kind": "notify",
            "from": ["clock", "quiet.silent"],
            "params": {"to": "shift-channel", "text": "x"},
        },
    ]
    document = {"suiro": 1, "name": "Ticks", "delivery": "durable", "nodes": nodes}
    return Deploy(flow="f", document=document, registry=REGISTRY)


@pytest.mark.parametrize(("minutes", "ticks"), [(0.1, 0), (65.5, 1)])
def test_time_without_a_worker_is_no_silence_and_its_ticks_are_one(tmp_path: Path, minutes: float, ticks: int) -> None:
    rig = Rig(tmp_path)
    rig.host.deploy(ticking())
    rig.host._note_alive(final=True)
    rig.round()
    rig.pull_the_plug()
    again = Rig(tmp_path)
    again.wall = NOW + int(minutes * 60_000)
    assert again.host.recover() == []
    again.round()
    assert [effect.cause.partition(".")[0] for effect in again.sink.sent] == ["clock"] * ticks
    again.wall += 60_000
    again.round()
    assert len(again.sink.sent) == ticks + 1
    again.pull_the_plug()


def test_threads_may_read_into_every_struct_that_was_there_before_the_host() -> None:
    """See nodes/kit/structs.py."""
    made = msgspec.defstruct("Made", [("x", int)])
    Host(mailbox=Mailbox(), clock=WallClock(), listener=Sink(), on_topics=lambda filters: None)
    assert made in structs._known
