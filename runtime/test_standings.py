"""What the canvas is told of where keys stand."""

from typing import Any

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


def running() -> RunningFlow:
    deploy = Deploy(flow="f", document={"suiro": 1, "name": "Test", "nodes": NODES})
    return RunningFlow(deploy, sound_plan(deploy, full_catalog()), NOW)


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
    assert told["hot"][1] == {"word": "waiting", "count": 1, "keys": ["k1"]}
    assert set(told) == {"cycle", "hot"}


def test_a_frame_tells_them_when_they_change_and_not_again() -> None:
    flow, taps = running(), Taps()
    read(flow, "k1", 20)
    assert taps.frame(flow, 1.0)["nodes"]["cycle"]["standings"][0]["word"] == "cold"
    assert "cycle" not in taps.frame(flow, 3.0).get("nodes", {})
    read(flow, "k1", 60, 1_000)
    assert taps.frame(flow, 5.0)["nodes"]["cycle"]["standings"] == [{"word": "warm", "count": 1, "keys": ["k1"]}]
