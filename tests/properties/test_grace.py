"""Within the grace of a window the order in which readings come makes no difference."""

from collections import defaultdict
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.plan import Plan, build_plan
from nodes.kit.event import Arrival
from tests.properties.play import Play, told
from tests.properties.scenarios import CATALOG, Scenario
from tests.thorough import thoroughly

START = 1_767_571_200_000
GRACE = 30_000
WAYS: dict[str, dict[str, Any]] = {
    "over": {"over": "1m"}, "readings": {"readings": 3}, "each": {"each": "hour"}, "gap": {"gap": "20s"},
}  # fmt: skip
CALCS = ["average", "min", "max", "sum", "count", "distinct", "deviation", "percentile", "first", "last", "slope",
         "time_weighted"]  # fmt: skip
READINGS = st.lists(
    st.tuples(
        st.sampled_from([0, 10_000, 10_000, 20_000, 30_000, 45_001, 1_800_000]),
        st.sampled_from(["k1", "k2"]),
        st.sampled_from([0.1, 0.2, 0.7, 1, 1.0, 3, -4, 1e9]),
        st.sampled_from([0, 1, 10_000, 20_000, GRACE]),
    ),
    max_size=20,
)


def plan_of(way: dict[str, Any], mode: str, calc: str, per: str) -> Plan:
    window = {"field": "v", "calc": calc, "mode": mode, "grace": "30s", "per": per, **way}
    fields = {"fields": ["value", "count", "start", "end", "v"]}
    nodes: list[dict[str, Any]] = [
        {"id": "src", "kind": "devices", "params": {"type": "kiln"}},
        {"id": "n", "kind": "window", "from": ["src"], "params": window},
        {"id": "keep", "kind": "store", "from": ["n"], "params": fields},
        {"id": "lost", "kind": "store", "from": ["n.late"], "params": {"fields": ["v"]}},
    ]
    return build_plan({"suiro": 1, "name": "Grace", "nodes": nodes}, CATALOG, None)


def arrivals(readings: list[Any], *, delayed: bool) -> list[Arrival]:
    """Each reading at its time, or so much later that it comes within the grace."""
    time, rows = START, []
    for number, (gap, device, value, delay) in enumerate(readings):
        time += gap
        rows.append(Arrival(time + delay * delayed, f"a{number}", time, device=device, type="kiln", data={"v": value}))
    return sorted(rows, key=lambda row: row.arrived)


@pytest.mark.parametrize("per", ["device", "all"])
@pytest.mark.parametrize("mode", ["sliding", "tumbling"])
@pytest.mark.parametrize("way", list(WAYS))
def test_any_order_of_arrival_within_the_grace_gives_the_same_windows(way: str, mode: str, per: str) -> None:
    plans = {calc: plan_of(WAYS[way], mode, calc, per) for calc in CALCS}

    @thoroughly(60)
    @given(READINGS, st.sampled_from(CALCS))
    def holds(readings, calc) -> None:
        rows = arrivals(readings, delayed=False)
        scenario = Scenario(plans[calc], tuple(rows), (), START, rows[-1].arrived if rows else START)
        in_order = Play(scenario).push(rows).end(scenario.end + 10_000_000)
        permuted = Play(scenario).push(arrivals(readings, delayed=True)).end(scenario.end + 10_000_000)
        assert by_device(permuted) == by_device(in_order)
        assert not [effect for effect in permuted.effects if effect.node == "lost"]

    holds()


def by_device(play: Play) -> dict[str | None, bytes]:
    """What each key sent, byte for byte: keys of a node may take turns in another way when their delays are others. Of a
    key that several devices share the device is left out: it is null from the second one on that came for the key."""
    found: dict[Any, list[Any]] = defaultdict(list)
    merged = play.plan.nodes[1].merges
    for time, node, device, data in told(play.effects):
        found[None if merged else device].append([time, node, data])
    return {key: msgspec.json.encode(rows) for key, rows in found.items()}
