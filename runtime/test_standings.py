"""What the canvas is told of where keys stand."""

from typing import Any

from engine.memory import memory_of
from nodes.kit.catalog import full_catalog
from nodes.kit.event import Arrival
from runtime.deploy import Deploy
from runtime.reports import MOST_NAMED, Taps, standings_of
from runtime.running import RunningFlow, sound_plan

NOW = 1_767_571_200_000
NODES: list[dict[str, Any]] = [
    {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
    {
        "id": "cycle",
        "kind": "state_machine",
        "from": ["kiln"],
        "params": {
            "states": ["cold", "warm"],
            "initial": "cold",
            "transitions": [{"from": "cold", "to": "warm", "when": "t > 50.0"}],
        },
    },
    {"id": "hot", "kind": "threshold", "from": ["kiln"], "params": {"field": "t", "above": 80, "for": "1m"}},
    {"id": "keep", "kind": "store", "from": ["cycle", "hot"], "params": {"fields": ["t"]}},
]


def running(memory: dict[str, Any] | None = None) -> RunningFlow:
    deploy = Deploy(flow="f", document={"suiro": 1, "name": "Test", "delivery": "durable", "nodes": NODES})
    return RunningFlow(deploy, sound_plan(deploy, full_catalog()), NOW, memory)


def read(flow: RunningFlow, device: str, value: float, at: int = 0) -> None:
    flow.push(Arrival(NOW + at, f"{device}{at}", NOW + at, device=device, type="kiln", data={"t": value}))


def test_keys_are_counted_by_where_they_stand_and_the_first_are_named() -> None:
    flow = running()
    for number in range(MOST_NAMED + 3):
        read(flow, f"k{number}", 20)
    read(flow, "k1", 90, 1_000)
    told = standings_of(flow)
    assert [(one["word"], one["count"]) for one in told["cycle"]] == [("cold", MOST_NAMED + 2), ("warm", 1)]
    assert len(told["cycle"][0]["keys"]) == MOST_NAMED
    assert told["hot"][1] == {"word": "waiting", "count": 1, "keys": ["k1"], "since": [NOW + 1_000]}
    assert set(told) == {"cycle", "hot"}


def test_a_frame_tells_them_when_they_change_and_not_again() -> None:
    flow, taps = running(), Taps()
    read(flow, "k1", 20)
    assert taps.frame(flow, 1.0)["nodes"]["cycle"]["standings"][0]["word"] == "cold"
    assert "cycle" not in taps.frame(flow, 3.0).get("nodes", {})
    read(flow, "k1", 60, 1_000)
    assert taps.frame(flow, 5.0)["nodes"]["cycle"]["standings"] == [
        {"word": "warm", "count": 1, "keys": ["k1"], "since": [NOW + 1_000]}
    ]


def since(flow: RunningFlow, node: str, key: str) -> tuple[str, int | None]:
    (found,) = [
        (one["word"], one["since"][one["keys"].index(key)]) for one in standings_of(flow)[node] if key in one["keys"]
    ]
    return found


def test_since_when_a_key_stands_there_is_when_it_came_not_when_it_was_looked_at_and_outlives_the_worker() -> None:
    flow = running()
    read(flow, "k1", 20)
    flow.change([])
    read(flow, "k1", 60, 5_000)
    flow.change([])
    read(flow, "k1", 61, 9_000)
    header, records = flow.engine.changes(whole=True)
    again = running(memory_of(header, [(node, key, value) for node, key, value in records if value is not None]))
    for one in (flow, again):
        assert since(one, "cycle", "k1") == ("warm", NOW + 5_000)
        assert since(one, "hot", "k1") == ("cleared", NOW)
    read(again, "k1", 90, 20_000)
    again.change([])
    again.advance(NOW + 80_001)
    again.change([])
    read(again, "k1", 91, 95_000)
    assert since(again, "hot", "k1") == ("entered", NOW + 80_001)


def test_of_memory_that_was_kept_without_a_time_it_is_not_known() -> None:
    flow = running()
    read(flow, "k1", 60, 1_000)
    again = running(flow.engine.snapshot())
    read(again, "k1", 60, 2_000)
    assert since(again, "cycle", "k1") == ("warm", None)
