"""The machine's clock is set forward or back by an hour while everything runs: nothing fires twice, nothing is missed."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clock import AHEAD
from nodes.kit.catalog import full_catalog
from nodes.kit.event import Arrival
from tests.oracle.against import START, Real
from tests.oracle.model.stream import Arrived, Sent
from tests.oracle.streams import BELIEVED, GRID, readings, streams, with_port
from tests.properties.play import Play, told
from tests.properties.scenarios import CHANGES, KINDS, MOST, Scenario, disturbed, scenario_of, scenarios, settled
from tests.thorough import thoroughly

HOUR = 3_600_000
PUNCTUAL = ("drop", "other", "values", "silence")
"""Changes after which every event still comes when it happens, so that no timer depends on what `now` does between."""


def lives_by_events(kind: str) -> bool:
    """Whether its examples ask only when things happened, not when they came."""
    nodes = [node for scenario in scenarios(kind) for node in scenario.plan.nodes]
    return not any(node.kind.timers_on_now for node in nodes) and any(s.arrivals for s in scenarios(kind))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if lives_by_events(kind)])
def test_a_clock_set_back_a_little_changes_nothing_where_events_have_their_own_times(kind: str) -> None:
    """By no more than how far times may be ahead of `now`, which stands still until the clock is there again."""

    @thoroughly(40)
    @given(scenario_of(kind), CHANGES, st.integers(1, MOST), st.sampled_from([1_000, 60_000, AHEAD]))
    def holds(scenario, changes, when, by) -> None:
        arrivals = disturbed(scenario, [change for change in changes if change[1] in PUNCTUAL])
        until = settled(scenario, arrivals) + 2 * HOUR
        back = [msgspec.structs.replace(row, arrived=row.arrived - by * (n >= when)) for n, row in enumerate(arrivals)]
        straight, stepped = Play(scenario).push(arrivals).end(until), Play(scenario).push(back).end(until)
        assert sorted(told(stepped.effects), key=str) == sorted(told(straight.effects), key=str)

    holds()


# --- what may never come twice ----------------------------------------------------------------------------------------


class Node:
    """A kind with params, the readings it gets, and what must hold of what it sends for one key."""

    def __init__(
        self, params: dict[str, Any], right: Callable[[list[Sent]], bool], *ports: str, zone: str = "UTC"
    ) -> None:
        self.params, self.right, self.ports, self.zone = params, right, ports or ("in",), zone


def turns(*ports: str) -> Callable[[list[Sent]], bool]:
    """These take turns, the first one first; other outputs do not count."""

    def right(sent: list[Sent]) -> bool:
        seen = [one.port for one in sent if one.port in ports]
        return all(port == ports[number % len(ports)] for number, port in enumerate(seen))

    return right


def chain(now: str, before: str) -> Callable[[list[Sent]], bool]:
    """Each change begins where the one before ended."""

    def right(sent: list[Sent]) -> bool:
        changes = [one.data for one in sent if one.port == "changed"]
        return all(
            earlier[now] == later[before] and later[now] != later[before] for earlier, later in pairwise(changes)
        )

    return right


def one_after_the_other(*ports: str) -> Callable[[list[Sent]], bool]:
    """Periods that do not overlap, in order."""

    def right(sent: list[Sent]) -> bool:
        periods = [one.data for one in sent if one.port in ports]
        return all(earlier["end"] <= later["start"] for earlier, later in pairwise(periods))

    return right


def fits(sent: list[Sent]) -> bool:
    """No period has more hours in it than it lasts."""
    periods = [one.data for one in sent if one.port == "period"]
    hours = [(data["on_time"] + data["off_time"], (data["end"] - data["start"]) / HOUR) for data in periods]
    return one_after_the_other("period")(sent) and all(known <= length + 1e-9 for known, length in hours)


def counts_up(sent: list[Sent]) -> bool:
    counts = [one.data["count"] for one in sent]
    return all(later in (0, earlier + 1) or later == earlier for earlier, later in pairwise(counts))


NODES: dict[str, Node] = {
    "threshold": Node({"field": "v", "above": 80, "for": 2 * GRID}, turns("entered", "cleared")),
    "holds": Node({"expr": "v > 80.0", "times": 2}, turns("entered", "cleared")),
    "vote": Node({"expr": "v > 80.0", "at_least": 2, "max_age": 6 * GRID, "per": "all"}, turns("entered", "cleared")),
    "bands": Node(
        {"field": "v", "for": GRID, "bands": [{"name": "low", "to": 80}, {"name": "high", "from": 80}]},
        chain("band", "previous"),
    ),
    "state_machine": Node(
        {"states": ["a", "b"], "initial": "a", "transitions": [
            {"from": "a", "to": "b", "when": "v > 80.0"}, {"from": "b", "to": "a", "after": 3 * GRID}]},
        chain("state", "previous"),
    ),
    "latch": Node({}, turns("set", "reset"), "in", "reset"),
    "silent": Node({"for": 3 * GRID}, turns("silent", "back")),
    "heartbeat": Node({"every": 6 * GRID}, one_after_the_other("missed", "met")),
    "window": Node({"field": "v", "calc": "sum", "over": 6 * GRID, "mode": "tumbling", "grace": GRID}, one_after_the_other("out")),
    "on_time": Node({"expr": "v > 80.0", "each": "hour"}, fits),
    "repeat": Node({"every": 2 * GRID}, counts_up, "in", "stop"),
}  # fmt: skip
LEVELS = readings([70, 80, 81, 90])
STEPS = st.lists(st.tuples(st.integers(0, 20), st.sampled_from([HOUR, -HOUR])), min_size=1, max_size=2)


def stepped(arrivals: list[Arrived], steps: list[tuple[int, int]]) -> list[Arrived]:
    """Arrivals as a clock sees them that is set at some of them; every second device has its time from that clock."""
    rows = []
    for number, one in enumerate(arrivals):
        by = sum(step for place, step in steps if number >= place)
        own = one.arrived if one.time is None else one.time
        rows.append(Arrived(one.arrived + by, one.device, one.data, None if one.device == "k2" else own))
    return rows


@pytest.mark.parametrize("kind", list(NODES))
def test_nothing_comes_twice_when_the_clock_is_set(kind: str) -> None:
    node = NODES[kind]
    data = with_port(LEVELS, [node.ports[0], *node.ports]) if len(node.ports) > 1 else LEVELS

    @thoroughly(150)
    @given(streams(data, lags=BELIEVED), STEPS)
    def holds(arrivals, steps) -> None:
        rows = stepped(arrivals, steps)
        real = Real(kind, node.params, node.ports, node.zone, START)
        real.play(rows, max([START, *(row.arrived for row in rows)]) + 2 * HOUR)
        keys: dict[Any, list[Sent]] = defaultdict(list)
        for one in real.sent:
            keys["all" if node.params.get("per") == "all" else one.data.get("key", one.device)].append(one)
        for sent in keys.values():
            assert node.right(sent), sent
        assert not [trace for trace in real.engine.traces.recent if trace.code == "node_failed"]

    holds()


@thoroughly(200)
@given(streams(LEVELS, lags=BELIEVED), STEPS, st.sampled_from([0, GRID, 3 * GRID]))
def test_every_reading_is_in_one_window_or_told_to_be_late_when_the_clock_is_set(arrivals, steps, grace) -> None:
    rows = stepped(arrivals, steps)
    params = {"field": "v", "calc": "sum", "over": 6 * GRID, "mode": "tumbling", "grace": grace}
    real = Real("window", params, ["in"], "UTC", START)
    real.play(rows, max([START, *(row.arrived for row in rows)]) + 3 * HOUR)
    came = Counter(row.device for row in rows if type(row.data.get("v")) in (int, float))
    counted: Counter[str] = Counter()
    for one in real.sent:
        counted[str(one.device)] += one.data["count"] if one.port == "out" else 1
    assert counted == came


def as_arrival(row: Arrived) -> Arrival:
    return Arrival(row.arrived, "c", row.time, device=row.device, type="kiln", data=row.data)


FORWARD = st.lists(st.tuples(st.integers(0, 20), st.just(HOUR)), max_size=2)
"""A worker's clock never goes back (runtime/clock.py), so neither does `arrived`, except in a recording."""


@thoroughly(200)
@given(streams(LEVELS, lags=BELIEVED), FORWARD)
def test_silence_is_told_only_where_nothing_came_for_so_long(arrivals, steps) -> None:
    length = 3 * GRID
    real = Real("silent", {"for": length}, ["in"], "UTC", START)
    heard: dict[str, int] = {}
    seen = 0
    for row in stepped(arrivals, steps):
        real.engine.push(as_arrival(row))
        for one in real.sent[seen:]:
            if one.port == "silent":
                assert one.now - heard.get(str(one.device), START) >= length
        seen = len(real.sent)
        heard[row.device] = real.engine.now


@thoroughly(100)
@given(streams(LEVELS, lags=st.just(0)), FORWARD)
def test_what_has_no_time_of_its_own_is_never_late_when_the_clock_is_set(arrivals, steps) -> None:
    real = Real("threshold", {"field": "v", "above": 80}, ["in"], "UTC", START)
    for row in stepped(arrivals, steps):
        real.engine.push(as_arrival(replace(row, time=None)))
    assert not [trouble for trouble in real.troubles() if trouble[0] == "late"]


# --- what has its times from the clock that is set --------------------------------------------------------------------

WEEK = 7 * 24 * HOUR
"""The calendar looks the same after it, so that only what waits can tell."""


def only_waits(scenario: Scenario) -> bool:
    """Whether all that its nodes remember moves along with the clock, and something does."""
    kinds = [node.kind for node in scenario.plan.nodes]
    remembering = [kind.Memory for kind in kinds if kind.Memory is not None]
    return (
        bool(remembering) and all(made().later(0) for made in remembering) and not any(k.timers_on_now for k in kinds)
    )


CALENDAR = {"window", "baseline", "on_time", "forecast"}
"""Kinds that count by the clock on the wall (ADR 44)."""
TIMELESS = {"changed", "counter", "route", "detect"}
"""Kinds that remember no times."""


def test_whatever_remembers_times_moves_along_or_is_of_the_calendar() -> None:
    kinds = [kind for kind in full_catalog() if kind.Memory is not None and not kind.timers_on_now]
    assert {kind.id for kind in kinds if not kind.Memory().later(0)} == CALENDAR | TIMELESS


def waiting(kind: str) -> list[Scenario]:
    return [one for one in scenarios(kind) if one.arrivals and only_waits(one)]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if waiting(kind)])
def test_a_clock_set_forward_shortens_no_wait_of_what_has_its_times_from_it(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.stepping._by_other_clocks", lambda engine: set())

    @thoroughly(60)
    @given(st.sampled_from(waiting(kind)), CHANGES, st.integers(0, MOST))
    def holds(scenario, changes, when) -> None:
        arrivals = [msgspec.structs.replace(row, time=None) for row in disturbed(scenario, changes)]
        until = settled(scenario, arrivals)
        straight = Play(scenario).push(arrivals).end(until)
        stepped = Play(scenario).push(arrivals[:when])
        before = len(stepped.effects)
        stepped.step(stepped.engine.now + WEEK)
        stepped.push(msgspec.structs.replace(row, arrived=row.arrived + WEEK) for row in arrivals[when:]).end(
            until + WEEK
        )
        moved = [(e.time - WEEK * (n >= before), e.node, e.device) for n, e in enumerate(stepped.effects)]
        assert moved == [(e.time, e.node, e.device) for e in straight.effects]
        assert not stepped.failures()

    holds()
