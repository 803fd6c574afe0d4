"""Whatever a device sends, nothing breaks, the trouble is told, and the other devices go on as if nothing had happened."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from document.schema import expand, facts, plain_schema
from engine.clock import LATEST
from nodes.kit.event import Arrival
from tests.properties.play import Play
from tests.properties.scenarios import (
    CATALOG,
    CHANGES,
    KINDS,
    MOST,
    STRANGER,
    Scenario,
    disturbed,
    scenario_of,
    scenarios,
    settled,
)
from tests.thorough import thoroughly

GARBAGE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
TIMES = st.sampled_from(["own", "own", "none", "zero", "negative", "seconds", "far"])
BAD = st.lists(
    st.tuples(st.integers(0, MOST), TIMES, st.sampled_from(["missing", "wrong", "strange"]), GARBAGE), max_size=8
)


def bad_events(scenario: Scenario, bad: list[Any], device: str | None) -> list[tuple[int, Arrival]]:
    """Where in the scenario they come, and as what; `device`: who sends them (None: whoever sends the one before)."""
    found = []
    for number, (place, time, how, garbage) in enumerate(bad):
        if scenario.arrivals:
            row = scenario.arrivals[place % len(scenario.arrivals)]
            more = {"cause": f"bad{number}", "time": wrong_time(row, time), "arrived": row.arrived}
            if row.device is not None:
                more |= {"device": device or row.device, "data": wrong_data(row.data or {}, how, garbage)}
            elif row.topic is not None:
                more["payload"] = msgspec.json.encode(garbage)[: 40 if how == "missing" else None]
            else:
                more["data"] = wrong_data(row.data or {}, how, garbage)
            found.append((place % len(scenario.arrivals), msgspec.structs.replace(row, **more)))
    return found


def wrong_time(row: Arrival, how: str) -> int | None:
    own = row.arrived if row.time is None else row.time
    return {"own": own, "none": None, "zero": 0, "negative": -own, "seconds": own // 1000, "far": LATEST - 1}[how]


def wrong_data(data: dict[str, Any], how: str, garbage: Any) -> dict[str, Any]:
    if how == "missing":
        return {}
    if how == "strange":
        return garbage if isinstance(garbage, dict) else {"?": garbage}
    return {name: [garbage] if isinstance(value, str) else str(garbage) for name, value in data.items()}


def mixed(arrivals: list[Arrival], bad: list[tuple[int, Arrival]]) -> list[Arrival]:
    rows = [row for place, row in enumerate(arrivals) for row in (row, *(b for at, b in bad if at == place))]
    return sorted(rows, key=lambda row: row.arrived)


@pytest.mark.parametrize("kind", KINDS)
def test_no_event_makes_a_node_fail(kind: str) -> None:
    @thoroughly(60)
    @given(scenario_of(kind), CHANGES, BAD)
    def holds(scenario, changes, bad) -> None:
        rows = mixed(disturbed(scenario, changes), bad_events(scenario, bad, None))
        play = Play(scenario).push(rows).end(settled(scenario, rows))
        assert not play.failures()
        fates = play.engine.counts.sources.values()
        assert all(f.received == f.delivered + f.kept + f.filtered + f.late + f.dropped + f.dead for f in fates)

    holds()


@pytest.mark.parametrize("kind", KINDS)
def test_other_devices_go_on_as_if_nothing_bad_had_come(kind: str) -> None:
    @thoroughly(40)
    @given(scenario_of(kind), BAD)
    def holds(scenario, bad) -> None:
        rows = list(scenario.arrivals)
        strange = [(place, row) for place, row in bad_events(scenario, bad, STRANGER) if row.device is not None]
        until = settled(scenario, rows)
        alone = Play(scenario).push(rows).end(until)
        together = Play(scenario).push(mixed(rows, strange)).end(until)
        if not any(node.merges for node in scenario.plan.nodes):
            kept = [effect for effect in together.effects if not effect.cause.startswith("bad")]
            assert msgspec.json.encode(kept) == msgspec.json.encode(alone.effects)
        assert not together.failures()

    holds()


def needs_a_field(kind: str) -> bool:
    """Whether a param that must be given names a field or is an expression."""
    schema = plain_schema(CATALOG[kind])
    needed = [schema["properties"][name] for name in schema.get("required", ())]
    marks = [
        facts(expand([part], schema)) for part in (*needed, *(part["items"] for part in needed if "items" in part))
    ]
    return any(mark.get("ref") == "field" or mark.get("format") == "expression" for mark in marks)


def reads_devices(scenario: Scenario, kind: str) -> list[str]:
    """The nodes of `kind` that events of devices reach first of all."""
    sources = {node.id for node in scenario.plan.nodes if node.kind.id == "devices"}
    first = CATALOG[kind].inputs[0].name
    wires = {
        node["id"]: node["from"] if isinstance(node["from"], list) else node["from"].get(first, [])
        for node in scenario.plan.document["nodes"]
        if node["kind"] == kind
    }
    return [id for id, wired in wires.items() if wired and sources.issuperset(wired)]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if needs_a_field(kind)])
def test_a_missing_field_is_a_problem_of_its_node_with_the_event_and_the_device(kind: str) -> None:
    found = [(scenario, id) for scenario in scenarios(kind) for id in reads_devices(scenario, kind)]
    assert found
    for scenario, id in found:
        row = next(row for row in scenario.arrivals if row.device is not None)
        play = Play(scenario).push([msgspec.structs.replace(row, device=STRANGER, data={})])
        troubles = [(trace.node, trace.device, trace.time) for trace in play.engine.traces.recent]
        assert (id, STRANGER, row.time) in troubles
        assert not play.effects or all(effect.node != id for effect in play.effects)
