"""Keys: who is expected before the first event, who makes room at the limit, and who is done."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from document.registry import load_registry
from engine import delivery
from engine.engine import Engine
from engine.plan import Plan, build_plan
from nodes.kit.duration import format_duration
from nodes.kit.event import Arrival
from nodes.kit.kind import Kind, SourceKind
from tests.properties.play import Play
from tests.properties.scenarios import CATALOG, CHANGES, KINDS, Scenario, disturbed, scenario_of, scenarios, settled
from tests.thorough import thoroughly

START = 1_767_571_200_000
MINUTE = 60_000
MOST = 3
DEVICES = [f"d{number}" for number in range(6)]
WATCHFUL: dict[str, tuple[dict[str, Any], str]] = {
    "silent": ({"for": "5m"}, "silent"),
    "heartbeat": ({"every": "5m"}, "missed"),
}
"""Kinds with keys before any event, and the output that tells of one that never spoke."""


def watching(kind: str, *devices: str) -> Plan:
    params, port = WATCHFUL[kind]
    registry, _ = load_registry({"types": [{"id": "kiln"}], "devices": [{"id": id, "type": "kiln"} for id in devices]})
    return plan_of(kind, params, port, registry)


def plan_of(kind: str, params: dict[str, Any], port: str, registry: Any = None) -> Plan:
    nodes: list[dict[str, Any]] = [
        {"id": "src", "kind": "devices", "params": {"type": "kiln"}},
        {"id": "n", "kind": kind, "from": ["src"], "params": params},
        {"id": "keep", "kind": "notify", "from": [f"n.{port}"], "params": {"to": "line", "text": "{device.id}"}},
    ]
    return build_plan({"suiro": 1, "name": "Keys", "nodes": nodes}, CATALOG, registry)


def reading(at: int, device: str, value: Any = 90) -> Arrival:
    return Arrival(START + at, f"{device}@{at}", START + at, device=device, type="kiln", data={"v": value})


def test_every_kind_that_expects_keys_is_looked_at_here() -> None:
    readers = [kind for kind in CATALOG if not issubclass(kind, SourceKind)]
    expecting = [kind.id for kind in readers if kind.first_keys is not Kind.first_keys and kind.Memory is not None]
    assert sorted(expecting) == sorted(WATCHFUL)


@pytest.mark.parametrize("kind", list(WATCHFUL))
def test_a_device_that_never_spoke_is_noticed(kind: str) -> None:
    engine = Engine(watching(kind, "d0", "d1"), now=START)
    for minute in range(9):
        engine.push(reading(minute * MINUTE, "d0"))
    noticed = [(effect.time - START, effect.device) for effect in engine.advance(START + 9 * MINUTE)]
    assert noticed == []
    assert engine.counts.nodes["n"].sent.get(WATCHFUL[kind][1]) == 1


@pytest.mark.parametrize("kind", list(WATCHFUL))
def test_a_device_that_is_registered_over_a_restart_is_noticed_too_and_the_others_go_on(kind: str) -> None:
    engine = Engine(watching(kind, "d0"), now=START)
    engine.push(reading(3 * MINUTE, "d0"))
    memory = msgspec.json.decode(msgspec.json.encode(engine.snapshot()))
    after = Engine(watching(kind, "d0", "d1"), now=START + 5 * MINUTE, memory=memory)
    effects = after.advance(START + 10 * MINUTE, inclusive=True)
    told = {(effect.device, effect.time - START) for effect in effects}
    at = {"silent": {("d0", 8 * MINUTE), ("d1", 10 * MINUTE)}, "heartbeat": {("d0", 10 * MINUTE), ("d1", 10 * MINUTE)}}
    assert told == at[kind]


@pytest.mark.parametrize("kind", list(WATCHFUL))
def test_a_device_that_is_registered_no_more_is_not_missed(kind: str) -> None:
    engine = Engine(watching(kind, "d0", "d1"), now=START)
    memory = msgspec.json.decode(msgspec.json.encode(engine.snapshot()))
    after = Engine(watching(kind, "d0"), now=START, memory=memory)
    assert {effect.device for effect in after.advance(START + 20 * MINUTE)} == {"d0"}


# --- room -------------------------------------------------------------------------------------------------------------

REMEMBERING = [kind for kind in KINDS if CATALOG[kind].Memory is not None and any(s.arrivals for s in scenarios(kind))]


def crowded(arrivals: list[Arrival], devices: list[str]) -> list[Arrival]:
    """The arrivals, each from another device than it was."""
    named = (devices[number % len(devices)] for number in range(len(arrivals)))
    return [
        row if row.device is None else msgspec.structs.replace(row, device=name)
        for row, name in zip(arrivals, named, strict=True)
    ]


@pytest.mark.parametrize("kind", REMEMBERING)
def test_no_node_keeps_more_keys_than_it_may(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "MOST_KEYS", MOST)

    @thoroughly(40)
    @given(scenario_of(kind), CHANGES, st.lists(st.sampled_from(DEVICES), min_size=1, max_size=12))
    def holds(scenario, changes, devices) -> None:
        arrivals = crowded(disturbed(scenario, changes), devices)
        play = Play(scenario)
        expected = [max(MOST, len(slots)) for slots in play.engine.slots]

        def look(number: int, arrival: Arrival) -> None:
            assert all(len(slots) <= most for slots, most in zip(play.engine.slots, expected, strict=True))

        play.push(arrivals, look).end(settled(scenario, arrivals))
        assert not play.failures()
        dropped = sum(tally.forgotten for tally in play.engine.counts.nodes.values())
        told = [trace for trace in play.engine.traces.recent if trace.code == "too_many_keys"]
        assert dropped == sum(trace.args["count"] for trace in told) or len(play.engine.traces.recent) == 200

    holds()


class Rooms:
    """What a hold of a minute does when only a few keys have room, played by hand: `keys` by when they were heard last."""

    def __init__(self) -> None:
        self.keys: dict[str, list[Any]] = {}
        self.entered: list[tuple[int, str]] = []
        self.dropped = 0

    def wait(self, now: int) -> None:
        due = sorted((key[1] + MINUTE, device) for device, key in self.keys.items() if key[1] is not None)
        for time, device in due:
            if time < now:
                self.entered.append((time, device))
                self.keys[device][1] = None

    def hear(self, now: int, device: str) -> None:
        self.wait(now)
        if device not in self.keys:
            if len(self.keys) >= MOST:
                idle = min(self.keys, key=lambda other: self.keys[other][0])
                del self.keys[idle]
                self.dropped += 1
            self.keys[device] = [now, now]
        self.keys[device][0] = now


@thoroughly(200)
@given(st.lists(st.tuples(st.sampled_from([1_000, 10_000, 30_000, MINUTE]), st.sampled_from(DEVICES)), max_size=25))
def test_the_key_that_has_been_idle_the_longest_makes_room_and_its_timers_never_fire(
    rows: list[tuple[int, str]],
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delivery, "MOST_KEYS", MOST)
        plan = plan_of("threshold", {"field": "v", "above": 80, "for": format_duration(MINUTE)}, "entered")
        rooms, play, now = Rooms(), Play(Scenario(plan, (), (), START, START)), 0
        for gap, device in rows:
            now += gap
            rooms.hear(now, device)
            play.push([reading(now, device)])
        rooms.wait(now + 10 * MINUTE)
        play.end(START + now + 10 * MINUTE)
    assert [(effect.time - START, effect.device) for effect in play.effects] == rooms.entered
    assert play.engine.counts.nodes["n"].forgotten == rooms.dropped


def test_a_key_that_is_done_is_gone_with_its_timers_and_begins_anew() -> None:
    plan = plan_of("gather", {"count": 2, "timeout": "1m", "per": "device"}, "partial")
    play = Play(Scenario(plan, (), (), START, START))
    play.push([reading(0, "d0"), reading(1_000, "d0")])
    assert play.engine.slots[1] == {}
    play.push([reading(2_000, "d1"), reading(3_000, "d0")])
    play.end(START + 10 * MINUTE)
    assert [(effect.time - START, effect.device) for effect in play.effects] == [(62_000, "d1"), (63_000, "d0")]
    assert play.engine.slots[1] == {}
    assert play.engine.next_due() is None


def test_an_event_that_passes_the_end_of_its_key_begins_it_anew() -> None:
    """The first event came 40 seconds late, so its minute is not over on `now` when the third one comes."""
    plan = plan_of("gather", {"count": 3, "timeout": "1m", "per": "device"}, "partial")
    play = Play(Scenario(plan, (), (), START, START))
    late = msgspec.structs.replace(reading(0, "d0"), arrived=START + 40_000)
    play.push([late, msgspec.structs.replace(reading(1_000, "d0"), arrived=START + 41_000), reading(70_000, "d0")])
    play.end(START + 10 * MINUTE)
    assert [effect.time - START for effect in play.effects] == [60_000, 130_000]
    assert play.engine.slots[1] == {}
