"""The machine's clock is set forward while messages are on their way, or before what the broker kept was read."""

import copy
import json
from pathlib import Path
from typing import Any

from runtime.deploy import Deploy
from runtime.mailbox import Batch
from runtime.test_clock_steps import HOUR, MINUTE, Steps, away, document, kept
from runtime.test_host import Rig
from runtime.versions import PAGE
from tests.conformance.documents import REGISTRY


def put(rig: Rig, temperature: float, topic: str = "plant/kiln-1/telemetry") -> None:
    """A message without a time, which waits to be taken."""
    payload = json.dumps({"t": {"temp": temperature}}).encode()
    rig.mailbox.offer(Batch([topic], [payload], rig.host.clock.now(), lambda: None, 0), 0)


def late(rig: Rig) -> int:
    return sum(counts.late for counts in rig.host.flows["f"].engine.counts.nodes.values())


def test_a_message_that_waits_to_be_taken_when_the_clock_is_set_is_not_late_for_it(tmp_path: Path) -> None:
    for folder in (None, tmp_path):
        rig = Steps(folder, timed=False)
        rig.minute(70).minute(85).minute(85)
        rig.wall += 10_000
        put(rig, 70)
        rig.stepped += HOUR
        rig.minute(None, count=10)
        assert (rig.times("held"), late(rig)) == ([], 0)


def test_a_flow_that_is_behind_reads_what_came_before_the_leap_before_it(tmp_path: Path) -> None:
    rig = Steps(tmp_path, timed=False)
    rig.minute(70).minute(85)
    flow = rig.host.flows["f"]
    flow.behind = True
    for _ in range(PAGE):
        put(rig, 85)
        rig.host.intake.receive(rig.mailbox.take(0)[1])
    rig.wall += 10_000
    put(rig, 70)
    rig.host.intake.receive(rig.mailbox.take(0)[1])
    rig.stepped += HOUR
    rig.round()
    assert flow.behind
    rig.minute(None, count=10)
    assert (flow.behind, rig.times("held"), late(rig)) == (False, [], 0)


def test_a_clock_that_is_set_right_after_a_start_lets_what_the_broker_kept_come_first(tmp_path: Path) -> None:
    rig = away(tmp_path, 20)
    rig.there = False  # type: ignore[attr-defined]
    rig.round()
    rig.stepped += HOUR
    rig.wall += 1_000
    rig.round()
    assert rig.host.backlog is not None
    assert rig.sink.sent == []
    rig.there = True  # type: ignore[attr-defined]
    rig.round()
    kept(rig, 70, ago=18 * MINUTE)
    for _ in range(20):
        rig.round()
        rig.wall += 100
    assert rig.host.backlog is None
    assert [effect.node for effect in rig.sink.sent] == ["tick"]
    rig.pull_the_plug()


def test_a_version_that_is_deployed_as_the_clock_is_set_goes_on_with_the_hold_of_the_one_before(tmp_path: Path) -> None:
    rig = Steps(tmp_path, timed=False)
    rig.minute(70).minute(85).minute(85)
    deploy = rig.host.flows["f"].deploy
    changed = {**deploy.document, "name": "Waits longer"}
    rig.stepped += HOUR
    rig.mailbox.post(lambda: rig.host.deploy(Deploy(flow="f", version=2, document=changed, registry=deploy.registry)))
    rig.minute(85, count=10)
    (minute,) = rig.times("held")
    assert minute in (6, 7)


def test_a_start_right_after_the_clock_was_set_takes_the_leap_for_no_pause(tmp_path: Path) -> None:
    rig = Steps(tmp_path)
    made = rig.host.flows["f"].deploy
    again = {"id": "again", "kind": "repeat", "from": ["hot.entered"], "params": {"every": "1m", "first": False}}
    told = {"id": "told", "kind": "notify", "from": ["again"], "params": {"to": "shift-channel", "text": "x"}}
    changed = {**made.document, "nodes": [*made.document["nodes"], again, told]}
    del next(node for node in changed["nodes"] if node["id"] == "hot")["params"]["for"]
    rig.host.deploy(Deploy(flow="f", version=2, document=changed, registry=made.registry))
    rig.minute(85)
    rig.wall += 55_000
    rig.round()
    rig.stepped += HOUR
    rig.round()
    rig.pull_the_plug()
    after = Rig(tmp_path)
    after.wall, after.stepped = rig.wall + 8_000, HOUR
    after.host.clock.leap()  # a process that begins knows of none
    assert after.host.recover() == []
    after.wall += 5_000
    after.round()
    assert "told" in [effect.node for effect in after.sink.sent]
    after.pull_the_plug()


def beside() -> tuple[dict[str, Any], dict[str, Any]]:
    """One hold for kilns that send their time and for others that send none."""
    made, registry = document(), copy.deepcopy(REGISTRY)
    made["nodes"].insert(1, {"id": "bare", "kind": "devices", "params": {"type": "bare"}})
    (hot,) = (node for node in made["nodes"] if node["id"] == "hot")
    hot["from"] = ["kiln", "bare"]
    (kiln,) = (type for type in registry["types"] if type["id"] == "kiln")
    bare = {**copy.deepcopy(kiln), "id": "bare", "topic": kiln["topic"].replace("plant", "bare")}
    del bare["time"]
    registry["types"].append(bare)
    registry["devices"].append({"id": "bare-1", "type": "bare"})
    return made, registry


def test_devices_without_times_keep_their_waits_beside_others_that_have_them(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    made, registry = beside()
    rig.host.deploy(Deploy(flow="f", document=made, registry=registry))
    told = []
    for minute, temperature in enumerate((70, *(85,) * 8), 1):
        rig.wall += MINUTE
        put(rig, temperature, "bare/bare-1/telemetry")
        before = len(rig.sink.sent)
        rig.round()
        told += [minute for effect in rig.sink.sent[before:] if effect.node == "held"]
        if minute == 3:
            rig.stepped += HOUR
    assert told == [8]  # as without a leap: what is due exactly at a reading fires behind it
