"""The tests that a document carries: its `given` through a fresh engine in virtual time, against its `expect`."""

from collections.abc import Iterator
from datetime import datetime
from heapq import merge
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from document.shapes import known_zone
from engine.actions import action_row
from engine.answers import Answers, read_answer
from engine.arrivals import ArrivalReader
from engine.clock import parse_time
from engine.expectations import compare
from engine.plan import Plan, build_plan
from engine.roster import roster_of
from engine.runner import run
from nodes.kit.catalog import Catalog
from nodes.kit.duration import parse_duration
from nodes.kit.event import Arrival
from nodes.kit.things import Registry

MOST_EVENTS = 1_000_000
"""Events that one test may give."""
FIRST_DAY = "2026-01-05T00:00:00"
"""A Monday: where the time of a test starts, in the flow's zone."""


def run_tests(
    document: dict[str, Any],
    catalog: Catalog,
    registry: Registry | None = None,
    *,
    zone: str = "UTC",
    lang: str | None = None,
) -> dict[str, Any]:
    """What `python -m runtime test` prints for a sound `document`: `passed` and `failed` count tests, `tests` says of
    each what is `missing` and `extra` and which `actions` there were."""
    tests = []
    for test in document.get("tests") or ():
        roster = roster_of(test, document, catalog, registry)
        tests.append(run_test(build_plan(document, catalog, registry, zone=zone, lang=lang, roster=roster), test))
    passed = sum(test["passed"] for test in tests)
    return {"passed": passed, "failed": len(tests) - passed, "tests": tests}


def run_test(plan: Plan, test: dict[str, Any]) -> dict[str, Any]:
    """One test. Where it cannot be run at all, `problem` says why."""
    try:
        start = start_of(test, plan)
        given = Given(plan, test.get("given") or (), start, _offset(test, "until"))
        answers = Answers([read_answer(row, start=start) for row in test.get("answers") or ()])
    except ValueError as problem:
        return {
            "name": test["name"],
            "passed": False,
            "missing": [],
            "extra": [],
            "actions": [],
            "problem": str(problem),
        }
    effects = [e for e in run(plan, given.arrivals(), answers, start=start, until=given.end) if not e.ask]
    effects.sort(key=lambda effect: effect.time)
    missing, extra = compare(effects, test.get("expect") or (), start, only=test.get("only", True))
    return {
        "name": test["name"],
        "passed": not missing and not extra,
        "missing": missing,
        "extra": [action_row(effect, plan.registry) for effect in extra],
        "actions": [action_row(effect, plan.registry) for effect in effects],
    }


def start_of(test: dict[str, Any], plan: Plan) -> int:
    """Where the test's time starts (ms): RFC 3339, or a date and time in the flow's zone. Raises ValueError."""
    text = test.get("start", FIRST_DAY)
    try:
        return parse_time(text)
    except ValueError:
        moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=flow_zone(plan))
    return int(moment.timestamp() * 1000)


def flow_zone(plan: Plan) -> ZoneInfo:
    for name in (plan.document.get("time_zone"), plan.zone):
        if isinstance(name, str) and (zone := known_zone(name)) is not None:
            return zone
    return ZoneInfo("UTC")


class Row(msgspec.Struct):
    """One row of `given`: events at `first`, then every `every` ms up to `last`, inclusive (ms)."""

    first: int
    last: int
    every: int
    written: dict[str, Any]

    def count(self) -> int:
        return (self.last - self.first) // self.every + 1 if self.last >= self.first else 0

    def at(self, time: int) -> dict[str, Any]:
        """The row as it stands at `time`, with values that move along a line worked out."""
        data = self.written.get("data")
        if not isinstance(data, dict) or not any(_is_line(value) for value in data.values()):
            return self.written
        share = (time - self.first) / (self.last - self.first) if self.last > self.first else 0.0
        return {**self.written, "data": {name: _at(value, share) for name, value in data.items()}}


class Given:
    """All rows of a test, merged by time, ties in document order; `end` is where the test ends (ms)."""

    def __init__(self, plan: Plan, rows: Any, start: int, until: int | None) -> None:
        self._reader = ArrivalReader(plan, registered=False)
        self._rows = [_row(row, start, until) for row in rows]
        if sum(row.count() for row in self._rows) > MOST_EVENTS:
            raise ValueError(f"a test may give at most {MOST_EVENTS} events")
        for row in self._rows:
            self._reader.arrival(row.at(row.first), row.first, row.first, "")
        last = max((row.first + (row.count() - 1) * row.every for row in self._rows if row.count()), default=start)
        self.end = start + until if until is not None else last

    def arrivals(self) -> Iterator[Arrival]:
        streams = [self._times(number, row) for number, row in enumerate(self._rows)]
        for time, number, row in merge(*streams, key=lambda item: item[:2]):
            yield self._reader.arrival(row.at(time), time, time, f"{number}@{time}")

    def _times(self, number: int, row: Row) -> Iterator[tuple[int, int, Row]]:
        for time in range(row.first, row.last + 1, row.every):
            yield time, number, row


def _row(row: dict[str, Any], start: int, until: int | None) -> Row:
    at, every = _offset(row, "at"), _offset(row, "every")
    first = at if at is not None else _offset(row, "from") or 0
    if at is not None or every is None:
        return Row(start + first, start + first, 1, row)
    if every <= 0:
        raise ValueError("`every` must be longer than 0s")
    last = _offset(row, "until")
    last = last if last is not None else until
    if last is None:
        raise ValueError("a row with `every` needs an `until`, its own or the test's")
    return Row(start + first, start + last, every, row)


def _offset(row: dict[str, Any], name: str) -> int | None:
    return parse_duration(row[name]) if row.get(name) is not None else None


def _is_line(value: Any) -> bool:
    """Whether `value` moves: from one number to another, or from one place to another."""
    if not isinstance(value, dict) or value.keys() != {"from", "to"}:
        return False
    start, end = value["from"], value["to"]
    if isinstance(start, dict) and isinstance(end, dict):
        return start.keys() == end.keys() == {"lat", "lon"} and all(map(_is_number, [*start.values(), *end.values()]))
    return _is_number(start) and _is_number(end)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _at(value: Any, share: float) -> Any:
    """A value that moves from one number to another, at `share` (0 to 1) of its way; rounded so that 0.1 stays 0.1."""
    if not _is_line(value):
        return value
    if share in (0.0, 1.0):
        return value["to"] if share else value["from"]
    if isinstance(value["from"], dict):
        return {name: _at({"from": at, "to": value["to"][name]}, share) for name, at in value["from"].items()}
    return float(f"{value['from'] + (value['to'] - value['from']) * share:.12g}")
