"""The examples of all kinds as recordings that can be played, and random ways to disturb them."""

from functools import cache
from typing import Any, NamedTuple

import msgspec
from hypothesis import strategies as st

from document.registry import load_registry
from engine.answers import Answers, read_answer
from engine.document_tests import Given, start_of
from engine.plan import Plan, build_plan
from engine.roster import roster_of
from nodes.kit.catalog import full_catalog
from nodes.kit.duration import parse_duration
from nodes.kit.event import Arrival

CATALOG = full_catalog()
KINDS = [kind.id for kind in CATALOG]
MOST = 40
"""Arrivals of a test of an example that are played; more of the same would show nothing."""
STRANGER = "bad-1"


class Scenario(NamedTuple):
    """One test of an example, ready to be played from `start` to `end` (ms)."""

    plan: Plan
    arrivals: tuple[Arrival, ...]
    answers: tuple[dict[str, Any], ...]
    start: int
    end: int

    def answered(self) -> Answers:
        return Answers([read_answer(row, start=self.start) for row in self.answers])


@cache
def scenarios(kind: str) -> tuple[Scenario, ...]:
    """Those of the examples of `kind`."""
    found = []
    for example in CATALOG[kind].examples:
        registry = load_registry(example.registry)[0] if example.registry else None
        for test in example.document["tests"]:
            roster = roster_of(test, example.document, CATALOG, registry)
            plan = build_plan(example.document, CATALOG, registry, roster=roster)
            start = start_of(test, plan)
            until = parse_duration(test["until"]) if "until" in test else None
            given = Given(plan, test.get("given") or (), start, until)
            arrivals = tuple(given.arrivals())[:MOST]
            found.append(Scenario(plan, arrivals, tuple(test.get("answers") or ()), start, given.end))
    return tuple(found)


def scenario_of(kind: str) -> st.SearchStrategy[Scenario]:
    return st.sampled_from(scenarios(kind))


SHORT = st.sampled_from([0, 1, 1_000, 10_000, 60_000, 300_000, 600_000, 3_600_000])
CHANGES = st.lists(
    st.tuples(
        st.integers(0, MOST - 1),
        st.sampled_from(["drop", "again", "late", "older", "ahead", "other", "values", "silence", "later"]),
        SHORT,
    ),
    max_size=8,
)
Change = tuple[int, str, int]


def disturbed(scenario: Scenario, changes: list[Change]) -> list[Arrival]:
    """The arrivals with some dropped, repeated, late, or with the device or the values of another one; in the order in
    which they come, each with a cause of its own."""
    rows: list[Arrival] = list(scenario.arrivals)
    for place, what, by in changes:
        if rows:
            rows = changed(rows, place % len(rows), what, by)
    rows.sort(key=lambda row: row.arrived)
    return [msgspec.structs.replace(row, cause=f"a{number}") for number, row in enumerate(rows)]


def changed(rows: list[Arrival], place: int, what: str, by: int) -> list[Arrival]:
    row, before, after = rows[place], rows[:place], rows[place + 1 :]
    own = row.arrived if row.time is None else row.time
    other = rows[by % len(rows)]
    if what == "drop":
        return before + after
    if what == "again":
        return [*rows, _with(row, arrived=row.arrived + by)]
    if what in ("silence", "later"):
        return [*before, *(_with(one, arrived=one.arrived + by, time=moved(one, by, what)) for one in [row, *after])]
    made: dict[str, dict[str, Any]] = {
        "late": {"arrived": row.arrived + by},
        "older": {"time": own - by},
        "ahead": {"time": own + min(by, 120_000)},
        "other": {"device": other.device} if row.device and other.device else {},
        "values": {"data": other.data, "payload": other.payload} if alike(row, other) else {},
    }
    return [*before, _with(row, **made[what]), *after]


def moved(row: Arrival, by: int, what: str) -> int | None:
    """A longer silence moves times as well, a longer way only arrivals."""
    return row.time if row.time is None or what == "later" else row.time + by


def alike(row: Arrival, other: Arrival) -> bool:
    return (row.topic, row.node, row.type) == (other.topic, other.node, other.type)


def _with(row: Arrival, **more: Any) -> Arrival:
    return msgspec.structs.replace(row, **more)


def settled(scenario: Scenario, arrivals: list[Arrival]) -> int:
    """An end by which all that is due soon has come."""
    return max([scenario.end, *(row.arrived for row in arrivals)]) + 3_600_000
