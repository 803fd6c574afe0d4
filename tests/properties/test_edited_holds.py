"""What waits when its length is edited ends at its start plus the new length; a limit acts from the next event."""

from typing import Any

import pytest

from engine.plan import Plan, build_plan
from nodes.kit.duration import parse_duration
from nodes.kit.event import Arrival
from tests.properties.play import Play, told
from tests.properties.scenarios import CATALOG, Scenario

START = 1_767_571_200_000
HOT = {"v": 90, "door": "open", "lat": 0.0}
HOLDS: dict[str, tuple[dict[str, Any], str]] = {
    "threshold": ({"field": "v", "above": 80, "for": "$wait"}, "entered"),
    "holds": ({"expr": "door == 'open'", "for": "$wait"}, "entered"),
    "vote": ({"expr": "v > 80", "at_least": 1, "for": "$wait"}, "entered"),
    "delay": ({"for": "$wait"}, "out"),
    "repeat": ({"every": "$wait", "most": 1, "first": False}, "out"),
    "escalate": ({"after": "$wait"}, "escalated"),
    "sequence": ({"within": "$wait"}, "missing"),
    "silent": ({"for": "$wait"}, "silent"),
    "window": ({"field": "v", "calc": "sum", "gap": "30s", "grace": "$wait"}, "out"),
    "gather": ({"count": 2, "timeout": "$wait", "per": "device"}, "partial"),
}
"""Kinds in which an event begins to wait, and the output by which that ends."""
LATER = {"window": 30_000}
"""What a kind waits beyond its setting (ms)."""


def waiting_plan(kind: str) -> Plan:
    params, port = HOLDS[kind]
    first = CATALOG[kind].inputs[0].name
    wires = {first: ["src"], "then": ["never"]} if kind == "sequence" else {first: ["src"]}
    nodes: list[dict[str, Any]] = [
        {"id": "src", "kind": "devices", "params": {"type": "kiln"}},
        {"id": "never", "kind": "condition", "from": ["src"], "params": {"expr": "false"}},
        {"id": "n", "kind": kind, "from": wires, "params": params},
        {"id": "keep", "kind": "store", "from": [f"n.{port}"], "params": {"fields": ["v", "count"]}},
    ]
    settings = {"wait": {"value": "1m", "label": "Wait"}}
    return build_plan({"suiro": 1, "name": "Waits", "settings": settings, "nodes": nodes}, CATALOG, None)


@pytest.mark.parametrize("new", ["2m", "40s", "20s"])
@pytest.mark.parametrize("kind", list(HOLDS))
def test_a_changed_hold_ends_at_its_start_plus_the_new_length(kind: str, new: str) -> None:
    """At once if that is past: the edit comes after 30 seconds."""
    ends = max(30_000, parse_duration(new) + LATER.get(kind, 0))
    plan = waiting_plan(kind)
    play = Play(Scenario(plan, (), (), START, START))
    play.push([Arrival(START, "a", START, device="k1", type="kiln", data=HOT)])
    play.tick(START + 30_000)
    play.change({"wait": new}, START + 30_000)
    play.end(START + 600_000)
    assert [row[0] - START for row in told(play.effects)] == [ends]


def test_a_changed_limit_acts_from_the_next_event() -> None:
    nodes: list[dict[str, Any]] = [
        {"id": "src", "kind": "devices", "params": {"type": "kiln"}},
        {"id": "n", "kind": "threshold", "from": ["src"], "params": {"field": "v", "above": "$limit"}},
        {"id": "keep", "kind": "store", "from": ["n"], "params": {"fields": ["v"]}},
    ]
    settings = {"limit": {"value": 95, "label": "Limit"}}
    plan = build_plan({"suiro": 1, "name": "Limit", "settings": settings, "nodes": nodes}, CATALOG, None)
    play = Play(Scenario(plan, (), (), START, START))
    rows = [Arrival(START + at, f"a{at}", START + at, device="k1", type="kiln", data=HOT) for at in (0, 60_000)]
    play.push(rows[:1])
    play.change({"limit": 80}, START + 10_000)
    play.tick(START + 50_000)
    assert told(play.effects) == []
    play.push(rows[1:])
    assert [row[0] - START for row in told(play.effects)] == [60_000]
