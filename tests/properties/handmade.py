"""Kinds that live in time, with awkward streams: where the examples of a kind are too tame."""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from engine.plan import build_plan
from nodes.kit.event import Arrival
from tests.oracle.against import CATALOG, REGISTRY, START, document
from tests.oracle.model.stream import Arrived
from tests.oracle.streams import GRID, NO_DAY_OLD, readings, streams, with_port
from tests.properties.scenarios import Scenario

BANDS = [{"name": "low", "to": 80}, {"name": "high", "from": 80}]
TURNS = [{"from": "a", "to": "b", "when": "v > 80.0"}, {"from": "b", "to": "a", "after": 3 * GRID}]
WINDOW = {"field": "v", "calc": "average"}
FLOWS: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "threshold": ("threshold", {"field": "v", "above": 80, "for": 2 * GRID, "max_gap": 3 * GRID}, ["in"]),
    "holds": ("holds", {"expr": "v > 80.0", "times": 2, "of": 3, "for": GRID}, ["in"]),
    "bands": ("bands", {"field": "v", "bands": BANDS, "for": GRID}, ["in"]),
    "state_machine": ("state_machine", {"states": ["a", "b"], "initial": "a", "transitions": TURNS}, ["in"]),
    "silent": ("silent", {"for": 3 * GRID}, ["in"]),
    "heartbeat": ("heartbeat", {"every": 6 * GRID, "at_least": 2}, ["in"]),
    "sliding": ("window", {**WINDOW, "over": 3 * GRID, "grace": GRID, "per": "all"}, ["in"]),
    "tumbling": ("window", {**WINDOW, "over": 3 * GRID, "mode": "tumbling", "grace": 2 * GRID}, ["in"]),
    "readings": ("window", {**WINDOW, "calc": "last", "readings": 3, "mode": "tumbling", "grace": GRID}, ["in"]),
    "burst": ("window", {**WINDOW, "gap": 2 * GRID, "grace": GRID}, ["in"]),
    "shift": ("window", {**WINDOW, "calc": "time_weighted", "each": "shift", "at": ["00:00", "08:00"]}, ["in"]),
    "on_time": ("on_time", {"expr": "v > 80.0", "each": "hour", "max_gap": 3 * GRID}, ["in", "reset"]),
    "counter": ("counter", {"field": "v", "wrap_at": 100}, ["in", "reset"]),
    "baseline": ("baseline", {"field": "v", "over": 6 * GRID, "warm_up": 2, "ignore": 2}, ["in"]),
    "rate": ("rate", {"field": "v", "over": 3 * GRID}, ["in"]),
    "cooldown": ("cooldown", {"for": 2 * GRID, "per": "all"}, ["in", "reset"]),
    "repeat": ("repeat", {"every": 2 * GRID, "per": "line"}, ["in", "stop", "update"]),
    "escalate": ("escalate", {"after": 2 * GRID, "most": 2, "per": "all"}, ["in", "acknowledge", "clear"]),
    "latch": ("latch", {"per": "all"}, ["in", "reset"]),
    "delay": ("delay", {"for": 2 * GRID, "per": "all"}, ["in", "cancel"]),
    "sequence": ("sequence", {"within": 2 * GRID, "per": "all"}, ["first", "then"]),
    "vote": ("vote", {"expr": "v > 80.0", "at_least": 2, "for": GRID, "max_age": 6 * GRID}, ["in"]),
    "sample": ("sample", {"every": 3 * GRID}, ["in"]),
    "unique": ("unique", {"fields": ["v"], "within": 3 * GRID}, ["in"]),
}
TEXT = "{time} {v} {value} {count} {band} {state} {level} {total} {on_time} {score} {rate} {elapsed}"
LEVELS = readings([70, 80, 80.5, 81, 90])


@cache
def plan_of(name: str) -> Any:
    """The flow of this name, with an action for everything that it sends."""
    kind, params, ports = FLOWS[name]
    flow = document(kind, params, ports, "Europe/Berlin")
    tell = {"id": "tell", "kind": "notify", "params": {"to": "line", "text": TEXT}}
    tell["from"] = [f"n.{port.name}" for port in CATALOG[kind].outputs]
    return build_plan({**flow, "nodes": [*flow["nodes"], tell]}, CATALOG, REGISTRY)


def scenario_of(name: str) -> st.SearchStrategy[Scenario]:
    """Its flow with a random stream."""
    ports = FLOWS[name][2]
    data = with_port(LEVELS, [ports[0], *ports]) if len(ports) > 1 else LEVELS
    return streams(data, lags=NO_DAY_OLD).map(lambda arrivals: scenario(name, arrivals))


def scenario(name: str, arrivals: list[Arrived]) -> Scenario:
    rows = tuple(
        Arrival(one.arrived, f"a{number}", one.time, device=one.device, type="kiln", data=one.data)
        for number, one in enumerate(arrivals)
    )
    return Scenario(plan_of(name), rows, (), START, rows[-1].arrived if rows else START)
