"""A destination or a model that never answers makes no other flow wait. How long is counted in rounds of the flows' thread, which
are the same on every machine, and not in seconds."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from nodes.kit.effect import Answer
from runtime.approvals import Approvals
from runtime.carrier import Carrier
from runtime.deploy import Deploy
from runtime.inference.asks import Asks, ModelAccess, _Line
from runtime.mailbox import MOST_MESSAGES, Batch
from runtime.senders.command import Commands
from runtime.senders.outcome import SENT, Address, Outcome, Parcel
from runtime.senders.outlet import Outlet
from runtime.senders.outlets import Outlets
from runtime.test_flow_control import TRUSTED
from runtime.test_host import NOW, Rig
from tests.brokers import wait_until

BATCHES, EACH = 60, 25
"""More than a destination or a model has room for in memory."""
PATIENCE = 20.0
"""Seconds after which a wedge gives way, so that a test that waits for one fails and does not hang."""
REGISTRY: dict[str, Any] = {
    "types": [{"id": "kiln", "topic": "plant/{device}/telemetry", "fields": [{"name": "n", "type": "integer"}]}],
    "devices": [{"id": "kiln-1", "type": "kiln"}],
    "destinations": [{"id": "sink", "service": "webhook"}, {"id": "fine", "service": "webhook"}],
    "models": [{"id": "slow", "task": "chat"}],
}
JUDGE = {"model": "slow", "prompt": "{n}", "fields": [{"name": "verdict", "type": "string"}]}


class Wedge:
    """Whoever comes in stays in."""

    def __init__(self) -> None:
        self.inside = self.out = 0
        self._free = threading.Event()

    def wait(self) -> None:
        self.inside += 1
        self._free.wait(PATIENCE)
        self.out += 1
        self._free.set()

    def give_way(self) -> None:
        self._free.set()


class Sender:
    """Takes everything at once, or, with a `wedge`, nothing ever."""

    def __init__(self, wedge: Wedge | None) -> None:
        self.wedge = wedge
        self.taken: list[int] = []

    def send(self, parcel: Parcel) -> Outcome:
        if self.wedge is not None:
            self.wedge.wait()
        self.taken.append(parcel.body["n"])
        return SENT

    def close(self) -> None:
        """Nothing to close."""


def document(*nodes: dict[str, Any]) -> dict[str, Any]:
    source = {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}}
    return {"suiro": 1, "name": "Beside", "delivery": "durable", "nodes": [source, *nodes]}


def calling(to: str) -> dict[str, Any]:
    return {"id": "call", "kind": "webhook_out", "from": ["kiln"], "params": {"to": to, "body": {"n": "{n|raw}"}}}


class Beside:
    """Three flows read the same messages: one calls `fine`, one `sink`, one asks a model."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, sender: bool, ask: bool) -> None:
        self.rig, self.wedge, self.fine = Rig(folder), Wedge(), Sender(None)
        self.rounds, self.left = 0, dict[int, int]()
        """In which round each message's call to `fine` left."""
        sink, out = Sender(self.wedge if sender else None), self.rig.host.outgoing
        self.outlets = Outlets(TRUSTED, TRUSTED)
        monkeypatch.setattr(self.outlets, "_sender", lambda address: {"f": self.fine, "s": sink}[address.address[-1]])
        put = Outlet.put

        def putting(outlet: Outlet, parcel: Parcel, *given: Any, **named: Any) -> bool:
            if outlet.sender is self.fine:
                self.left[parcel.body["n"]] = self.rounds
            return put(outlet, parcel, *given, **named)

        monkeypatch.setattr(Outlet, "put", putting)

        def answer(*_: Any) -> Answer:
            if ask:
                self.wedge.wait()
            return Answer(value={"verdict": "fine"})

        monkeypatch.setattr(Asks, "_opened", lambda asks, access: _Line(answer))
        self.asks = Asks(TRUSTED, TRUSTED)
        approvals = Approvals(self.rig.host.clock.now, lambda *_: None)
        commands = Commands(lambda messages, told: None)
        out.carrier = Carrier(self.outlets, commands, self.asks, inbox=None, store=None, approvals=approvals)
        ways = {id: Address("webhook", f"http://127.0.0.1:9/{id[0]}") for id in ("sink", "fine")}
        given = {"registry": REGISTRY, "destinations": ways, "models": {"slow": ModelAccess("http://127.0.0.1:9", "m")}}
        asking = {"id": "judge", "kind": "ai_prompt", "from": ["kiln"], "params": JUDGE}
        for flow, node in {"stuck": calling("sink"), "asking": asking, "well": calling("fine")}.items():
            self.rig.host.deploy(Deploy(flow=flow, document=document(node), **given))

    def send(self) -> list[int]:
        """After how many rounds each message's call left."""
        host, mailbox, found = self.rig.host, self.rig.mailbox, []
        for start in range(0, BATCHES * EACH, EACH):
            payloads = [msgspec.json.encode({"n": n}) for n in range(start, start + EACH)]
            mailbox.offer(Batch(["plant/kiln-1/telemetry"] * EACH, payloads, NOW, lambda: None, 0), 0)
            came = self.rounds
            while not all(n in self.left for n in range(start, start + EACH)) and self.rounds < came + 100:
                self.rounds += 1
                self.rig.wall += 10
                host._round(*mailbox.take(0, most=0 if host._holds_back else MOST_MESSAGES))
            found += [self.left.get(n, self.rounds + 1) - came for n in range(start, start + EACH)]
        return found

    def close(self) -> None:
        self.wedge.give_way()
        self.outlets.stop(0)
        self.asks.stop()
        self.rig.pull_the_plug()


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    made: list[Beside] = []

    def make(**wedged: bool) -> Beside:
        made.append(Beside(tmp_path / str(len(made)), monkeypatch, **wedged))
        return made[-1]

    yield make
    for one in made:
        one.close()


def p99(values: list[int]) -> int:
    return sorted(values)[int(len(values) * 0.99)]


@pytest.mark.parametrize("wedged", [{"sender": True, "ask": False}, {"sender": False, "ask": True}])
def test_a_wedged_sender_or_ask_makes_no_other_flow_wait(wedged: dict[str, bool], beside: Any) -> None:
    usual = beside(sender=False, ask=False).send()
    stuck = beside(**wedged)
    found = stuck.send()
    assert p99(found) <= 2 * p99(usual), (p99(found), p99(usual))
    assert max(found) <= 2 * max(usual)
    wait_until(lambda: stuck.fine.taken == list(range(BATCHES * EACH)), 120, "all calls of the other flow")
    assert stuck.wedge.inside > 0
    assert stuck.wedge.out == 0, "the wedge gave way first"
    if wedged["sender"]:
        assert stuck.rig.host.outgoing.counts("stuck")["pending"] == BATCHES * EACH, "more than fits in memory"
