"""A flow that rests is the same flow."""

import math
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from nodes.kit.catalog import full_catalog
from nodes.kit.event import Arrival
from runtime import resting
from runtime.deploy import Deploy
from runtime.host import REST_AFTER
from runtime.reports import Reports
from runtime.running import RunningFlow, sound_plan
from runtime.test_host import Rig, deploy

NOW = 1_767_571_200_000
NODES: list[dict[str, Any]] = [
    {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
    {"id": "new", "kind": "changed", "from": ["kiln"], "params": {"fields": ["t"], "first": True}},
    {"id": "mean", "kind": "window", "from": ["new"], "params": {"field": "t", "calc": "average", "over": "10s"}},
    {"id": "hot", "kind": "threshold", "from": ["new"], "params": {"field": "t", "above": 80, "times": 2}},
    {"id": "log", "kind": "store", "from": ["mean", "hot"], "params": {"fields": ["t"]}},
]


def flow(nodes: list[dict[str, Any]] = NODES, **more: Any) -> RunningFlow:
    deploy = Deploy(flow="f", document={"suiro": 1, "name": "Test", "delivery": "fast", "nodes": nodes, **more})
    return RunningFlow(deploy, sound_plan(deploy, full_catalog()), NOW)


def rests(flow: RunningFlow) -> bool:
    return flow._rest is not None


def read(flow: RunningFlow, at: int, value: Any) -> None:
    device = f"k{at % 3}"
    flow.push(Arrival(NOW + at, f"{device}{at}", NOW + at, device=device, type="kiln", data={"t": value}))


def seen(flow: RunningFlow) -> dict[str, Any]:
    """All that anybody can tell of a flow."""
    engine = flow.engine
    last = {f"{node}.{port}": engine.last_on((node, port)) for node, port in list(engine.last)}
    told = [flow.counts(), flow.made, engine.snapshot(), last, list(engine.traces.recent)]
    return {"told": msgspec.to_builtins(told), "filters": flow.filters}


def test_a_flow_that_rested_between_all_messages_did_the_same_as_one_that_never_did() -> None:
    chance = random.Random(7)
    one, other, times = flow(), flow(), 0
    for at in range(0, 60_000, 500):
        value = chance.choice([79, 80.5, 91, 85.25, "broken"])
        read(one, at, value)
        read(other, at, value)
        made, other.made = other.made, []
        other.rest(at_once=True)
        times += rests(other)
        other.made = made
    assert times == 120
    assert seen(one) == seen(other)


def test_what_a_worker_looks_after_now_and_then_does_not_wake_a_resting_flow() -> None:
    one = flow()
    read(one, 0, 75)
    made = Reports(lambda words: None, lambda: None)
    made.host = cast(Any, SimpleNamespace(flows={"f": one}))
    made.round_over()
    before, one.made = msgspec.json.encode(one.memory), []
    one.rest(at_once=True)
    made._note_at = 0.0
    made.round_over()
    assert rests(one)
    assert msgspec.json.encode(one.memory) == before
    assert rests(one)


def test_what_people_see_of_a_resting_flow_does_not_wake_it() -> None:
    resting_flow = flow()
    read(resting_flow, 0, 75)
    before, resting_flow.made = resting_flow.counts(), []
    resting_flow.rest(at_once=True)
    assert resting_flow.counts() == before
    assert (resting_flow.next_due(), resting_flow.hears("x"), resting_flow.new_troubles()) == (None, False, [])
    assert resting_flow.wants("plant/k1/telemetry") is False
    assert rests(resting_flow)


def test_a_flow_that_waits_for_a_time_does_not_rest() -> None:
    hold = {"id": "hot", "kind": "threshold", "from": ["kiln"], "params": {"field": "t", "above": 80, "for": "1m"}}
    waiting = flow([NODES[0], hold, {"id": "log", "kind": "store", "from": ["hot"], "params": {"fields": ["t"]}}])
    waiting.rest(at_once=True)
    assert rests(waiting)
    read(waiting, 0, 90)
    waiting.rest(at_once=True)
    assert not rests(waiting)


def test_one_with_a_schedule_does_not_rest() -> None:
    clock = {"id": "clock", "kind": "schedule", "params": {"every": "1h"}}
    scheduled = flow(
        [
            clock,
            {"id": "log", "kind": "set_fields", "from": ["clock"], "params": {"fields": [{"name": "x", "expr": "1"}]}},
        ]
    )
    scheduled.rest(at_once=True)
    assert not rests(scheduled)


def test_what_would_not_come_back_the_same_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = flow()
    read(odd, 0, 75)
    odd.made = []
    snapshot = odd.engine.snapshot() | {"now": math.inf}
    monkeypatch.setattr(odd.engine.__class__, "snapshot", lambda engine: snapshot)
    odd.rest(at_once=True)
    assert not rests(odd)


def test_a_flow_with_very_many_devices_does_not_make_the_others_wait_for_it() -> None:
    devices = [{"id": f"kiln-{number}", "type": "kiln"} for number in range(3_000)]
    order = Deploy(
        flow="f",
        document={"suiro": 1, "name": "Test", "delivery": "fast", "nodes": NODES},
        registry={"types": [{"id": "kiln", "fields": [{"name": "t"}]}], "devices": devices},
    )
    assert len(msgspec.json.encode(order)) > resting.LARGEST
    large = RunningFlow(order, sound_plan(order, full_catalog()), NOW)
    large.rest(at_once=True)
    assert not rests(large)


def test_settings_that_were_changed_hold_after_a_rest() -> None:
    limit = {"id": "hot", "kind": "threshold", "from": ["kiln"], "params": {"field": "t", "above": "$limit"}}
    nodes = [NODES[0], limit, {"id": "log", "kind": "store", "from": ["hot"], "params": {"fields": ["t"]}}]
    changed = flow(nodes, settings={"limit": {"value": 80, "label": "Limit"}})
    changed.change_settings({"limit": 95}, NOW)
    changed.rest(at_once=True)
    assert rests(changed)
    read(changed, 0, 90)
    assert changed.made == []
    read(changed, 3, 96)
    assert [effect.node for effect in changed.made] == ["log"]


def test_a_durable_flow_rests_only_once_all_is_on_the_disk_and_fires_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monotonic = 1_000.0
    rig = Rig(tmp_path)
    running = rig.host.deploy(deploy())
    assert not rests(running)
    monkeypatch.setattr("runtime.host.time.monotonic", lambda: monotonic)
    for _ in range(3):  # written; asked for the first time; asked again and nothing had happened
        monotonic += REST_AFTER
        rig.round()
    assert rests(running)
    rig.publish(85)
    rig.round()
    assert [effect.node for effect in rig.sink.sent] == ["tell"]
    assert not rests(running)
    rig.pull_the_plug()
    again = Rig(tmp_path)
    again.host.recover()
    assert again.host.flows["f"].counts()["sources"]["kiln"]["delivered"] == 1
    again.pull_the_plug()
