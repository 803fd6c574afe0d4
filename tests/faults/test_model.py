"""Any order of publishing, delivering, crashing, reconnecting, redeploying and waiting ends as a run without faults does.

In this process, because it is done hundreds of times: a real host on a real store. The seam is the mailbox: messages are
put into it as the connection to a broker does it, with packet numbers, the broker's word on what it sends again, and a
note of what is acknowledged; what would leave is written down where a carrier would take it.
"""

import contextlib
import shutil
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from runtime.deploy import Deploy
from runtime.intake import Intake
from runtime.mailbox import Batch
from runtime.receipts import Receipts
from runtime.senders.outcome import SENT
from runtime.test_host import NOW, Rig
from tests.faults.conftest import Note
from tests.faults.flows import REGISTRY

DEVICES = ("a", "b")
EACH = 3
"""Readings of a window."""
POINTS = ("before receive", "after receive", "before commit", "after commit")


class Crash(BaseException):
    """The process is gone, here."""


class Message(msgspec.Struct):
    """One message as the broker holds it: its packet number once it was sent."""

    number: int
    device: str
    payload: bytes
    mid: int = 0
    again: bool = False


def document(version: int) -> dict[str, Any]:
    window = {"field": "temperature", "calc": "sum", "readings": EACH, "mode": "tumbling"}
    told = {"each": "{n}", "sum": "{device.id} {n} {value}", "later": "{n}"}
    sources = {"each": "kiln", "sum": "three", "later": "wait"}
    return {
        "suiro": 1,
        "name": f"Version {version}",
        "nodes": [
            {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
            {"id": "three", "kind": "window", "from": ["kiln"], "params": window},
            {"id": "wait", "kind": "delay", "from": ["kiln"], "params": {"for": "30s"}},
            *(
                {"id": id, "kind": "notify", "from": [sources[id]], "params": {"to": "calls", "text": text}}
                for id, text in told.items()
            ),
        ],
    }


class Life(RuleBasedStateMachine):
    """A broker, a worker that dies, and all that was ever said to each of them."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="suiro-life-"))
        self.messages: list[Message] = []
        self.queue: list[Message] = []
        self.owed: list[Message] = []
        self.epoch = self.mids = self.version = 0
        self.clock = NOW
        self.left: list[tuple[str, str, str]] = []
        self.answering = True
        self.live()
        self.redeploy()

    # --- the broker -------------------------------------------------------------------------------------------------

    @rule(device=st.sampled_from(DEVICES), temperature=st.integers(0, 9))
    def publish(self, device: str, temperature: int) -> None:
        payload = {"ts": self.clock, "n": len(self.messages), "t": temperature}
        message = Message(len(self.messages), device, msgspec.json.encode(payload))
        self.messages.append(message)
        self.queue.append(message)

    @precondition(lambda self: self.queue)
    @rule(most=st.integers(1, 5))
    def deliver(self, most: int) -> None:
        together, self.queue = self.queue[:most], self.queue[most:]
        for message in together:
            if not message.mid:
                self.mids += 1
                message.mid = self.mids
        self.owed += together
        epoch = self.epoch
        again = [message.again for message in together]
        batch = Batch(
            [f"plant/{message.device}/telemetry" for message in together],
            [message.payload for message in together],
            self.clock,
            lambda: self.acknowledged(epoch, len(together)),
            0,
            [message.mid for message in together],
            again if any(again) else [],
        )
        assert self.rig.mailbox.offer(batch, 0)

    def acknowledged(self, epoch: int, count: int) -> None:
        if epoch == self.epoch:
            del self.owed[:count]

    @rule()
    def reconnect(self) -> None:
        """Acknowledgements that are on their way are lost; what was not acknowledged is sent again, first."""
        self.epoch += 1
        for message in self.owed:
            message.again = True
        self.queue, self.owed = self.owed + self.queue, []

    # --- the worker -------------------------------------------------------------------------------------------------

    def live(self) -> None:
        self.rig = Rig(self.folder)
        self.rig.wall = self.clock
        self.rig.sink.outcome = SENT if self.answering else None
        assert self.rig.host.recover() == []

    @rule()
    def round(self) -> None:
        self.rig.round()
        self.note()

    @rule(point=st.sampled_from(POINTS))
    def crash(self, point: str) -> None:
        """In the next round, at `point` if it comes by."""
        moment, name = point.split()
        store = self.rig.store
        original = getattr(store, name)

        def crashing(*given: Any) -> Any:
            if moment == "before":
                raise Crash
            result = original(*given)
            if moment == "after":
                raise Crash
            return result

        setattr(store, name, crashing)
        with contextlib.suppress(Crash):
            self.rig.round()
        self.note()
        self.rig.pull_the_plug()
        self.reconnect()
        self.live()

    @rule(on=st.booleans())
    def answer(self, on: bool) -> None:
        """Whether what leaves is answered for; else it waits in the outbox."""
        self.answering = on
        self.rig.sink.outcome = SENT if on else None

    @rule()
    def redeploy(self) -> None:
        self.version += 1
        self.rig.host.deploy(Deploy(flow="f", version=self.version, document=document(self.version), registry=REGISTRY))

    @rule(seconds=st.sampled_from([1, 20, 40, 3_600]))
    def advance(self, seconds: int) -> None:
        self.clock += 1_000 * seconds
        self.rig.wall = self.clock
        self.round()

    def note(self) -> None:
        """Put down what has left."""
        sent = self.rig.sink.sent
        self.left += [(effect.node, str(effect.data["text"]), effect.key) for effect in sent]
        sent.clear()

    # --- what must hold ---------------------------------------------------------------------------------------------

    @invariant()
    def nothing_leaves_under_two_keys(self) -> None:
        pairs = {(node, text, key) for node, text, key in getattr(self, "left", [])}
        many = Counter((node, text) for node, text, _ in pairs)
        assert not [what for what, count in many.items() if count > 1]

    def teardown(self) -> None:
        if not hasattr(self, "rig"):
            return
        self.reconnect()
        while self.queue:
            self.deliver(5)
            self.round()
        self.advance(60)
        self.advance(60)
        self.rig.pull_the_plug()
        self.live()
        self.round()
        self.rig.pull_the_plug()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.nothing_leaves_under_two_keys()
        assert {what[:2] for what in self.left} == self.wanted()
        assert not self.owed

    def wanted(self) -> set[tuple[str, str]]:
        """What a run without faults lets leave."""
        wanted = {(node, str(message.number)) for message in self.messages for node in ("each", "later")}
        readings: dict[str, list[Message]] = defaultdict(list)
        for message in self.messages:
            of = readings[message.device]
            of.append(message)
            if len(of) == EACH:
                total = sum(msgspec.json.decode(one.payload)["t"] for one in of)
                wanted.add(("sum", f"{message.device} {message.number} {total}"))
                of.clear()
        return wanted


def lives(full: bool) -> settings:
    return settings(
        max_examples=400 if full else 25,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        database=None,
        derandomize=not full,
    )


def test_any_life_ends_as_one_without_faults(full: bool, note: Note) -> None:
    run_state_machine_as_test(Life, settings=lives(full))
    note(
        10, "any order of publish, ack, crash, reconnect, redeploy, clock", lives=lives(full).max_examples, otherwise=0
    )


def _settle_first(original: Any, intake: Intake, batches: list[Batch]) -> None:
    for batch in batches:
        batch.settle()
    original(intake, batches)


WITHOUT = {
    "receipts": (Receipts, "sift", lambda original, receipts, batches, *pending: (batches, [])),
    "inbox commit": (Intake, "receive", _settle_first),
}


@pytest.mark.parametrize("guard", ["receipts", pytest.param("inbox commit", marks=pytest.mark.only_in_full)])
def test_a_life_without_a_guard_is_seen_to_end_otherwise(guard: str, full: bool, monkeypatch) -> None:
    owner, name, around = WITHOUT[guard]
    original = getattr(owner, name)
    monkeypatch.setattr(owner, name, lambda self, *given: around(original, self, *given))
    found = settings(lives(full), phases=[Phase.generate], max_examples=400, report_multiple_bugs=False)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Life, settings=found)
