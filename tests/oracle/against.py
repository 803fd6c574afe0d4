"""The real engine beside the oracle: the same arrivals through a document with one node under test.

`src` (devices) -> a condition for each input of the node, by the field `op` of the event -> `n`. Every event on the
node's outputs is seen by the engine's tap, every problem on its trace.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise, zip_longest
from math import isclose
from typing import Any

from document.problems import has_errors
from document.registry import load_registry
from document.validate import validate
from engine.engine import Engine
from engine.plan import Plan, build_plan
from nodes.kit.catalog import full_catalog
from nodes.kit.duration import format_duration
from nodes.kit.event import Arrival, Event
from tests.oracle.model.life import KeyOf, Model, Node
from tests.oracle.model.stream import Arrived, Sent

START = 1_767_571_200_000
"""Monday 2026-01-05 00:00 UTC (ms)."""
DEVICES = {"k1": "A", "k2": "A", "k3": "B"}
"""Those that are registered, and their halls. Others may come too."""
REGISTRY = load_registry(
    {
        "types": [{"id": "kiln"}],
        "devices": [{"id": id, "type": "kiln", "attributes": {"hall": hall}} for id, hall in DEVICES.items()],
    }
)[0]
DURATIONS = {"for", "over", "gap", "grace", "max_gap", "every", "each", "after", "again", "within", "max_age"}
"""Params that are written as durations. (`each` of a period is a word and stays one.)"""
CATALOG = full_catalog()


def document(kind: str, params: dict[str, Any], ports: Sequence[str], zone: str) -> dict[str, Any]:
    source = {"id": "src", "kind": "devices", "params": {"type": "kiln"}}
    node = {"id": "n", "kind": kind, "from": ["src"], "params": written(params)}
    if len(ports) == 1:
        return {"suiro": 1, "name": "Oracle", "time_zone": zone, "nodes": [source, node]}
    ways = [
        {"id": f"to_{port}", "kind": "condition", "from": ["src"], "params": {"expr": f"op == '{port}'"}}
        for port in ports
    ]
    node["from"] = {port: [f"to_{port}.true"] for port in ports}
    return {"suiro": 1, "name": "Oracle", "time_zone": zone, "nodes": [source, *ways, node]}


def written(params: Any) -> Any:
    """Params as they stand in a document."""
    if isinstance(params, list):
        return [written(one) for one in params]
    if not isinstance(params, dict):
        return params
    return {
        name: format_duration(value) if name in DURATIONS and isinstance(value, int) else written(value)
        for name, value in params.items()
    }


@lru_cache(maxsize=4096)
def plan_of(text: str) -> Plan:
    flow = json.loads(text)
    problems = validate(flow, CATALOG, REGISTRY)
    assert not has_errors(problems), problems
    return build_plan(flow, CATALOG, REGISTRY)


class Real:
    """What the engine made of it. `engine` is left at the end."""

    def __init__(self, kind: str, params: dict[str, Any], ports: Sequence[str], zone: str, start: int) -> None:
        plan = plan_of(json.dumps(document(kind, params, ports, zone), sort_keys=True))
        self.sent: list[Sent] = []
        self.engine = Engine(plan, now=start, tap=self.tap)

    def tap(self, node: str, port: str, event: Event) -> None:
        if node == "n":
            self.sent.append(Sent(self.engine.now, port, event.time, event.device, event.data))

    def play(self, arrivals: Iterable[Arrived], until: int) -> list[Sent]:
        for number, one in enumerate(arrivals):
            arrival = Arrival(one.arrived, f"c{number}", one.time, device=one.device, type="kiln", data=one.data)
            self.engine.push(arrival)
        self.engine.advance(until, inclusive=True)
        return self.sent

    def troubles(self) -> list[tuple[str, int, str]]:
        return sorted((t.code, t.time, t.device or "") for t in self.engine.traces.recent if t.node == "n")


def hall_of(device: str | None) -> str | None:
    return DEVICES.get(device or "")


PER: dict[str, str | KeyOf] = {
    "device": "device",
    "all": "all",
    "device.hall": lambda event: hall_of(event.device),
    "line": lambda event: event.data.get("line"),
}
"""What `per` may be, as documents write it and as the oracle takes it."""
EXPECTED: dict[str, dict[str, str | None]] = {
    "device": {id: id for id in DEVICES}, "all": {"": None}, "device.hall": {"A": None, "B": None}, "line": {},
}  # fmt: skip
"""The keys that are there before anything came."""


class Case:
    """One kind with one set of params. `about`: fields whose numbers need only be right to 9 digits."""

    def __init__(
        self,
        kind: str,
        model: Model,
        params: dict[str, Any],
        *,
        per: str = "device",
        ports: Sequence[str] = ("in",),
        zone: str = "UTC",
        start: int = START,
        expected: bool = False,
        about: frozenset[str] = frozenset(),
    ) -> None:
        self.node = Node(model, PER[per], EXPECTED[per] if expected else None)
        self.real = Real(kind, {**params, "per": per}, ports, zone, start)
        self.per, self.ports, self.start, self.about = per, ports, start, about

    def check(self, arrivals: list[Arrived], until: int) -> None:
        """The same events of each key in the same order, at the same `now`, and the same problems."""
        ways = [(str(one.data["op"]) if len(self.ports) > 1 else "in", one) for one in arrivals]
        wanted = self.node.outcome(ways, self.start, until)
        sent = self.real.play(arrivals, until)
        assert self.real.troubles() == sorted(problem(one) for one in wanted if one.port[0] == "!")
        assert not list(self.differences(sent, [one for one in wanted if one.port[0] != "!"]))
        assert all(earlier.now <= later.now for earlier, later in pairwise(sent))

    def differences(self, sent: list[Sent], wanted: list[Sent]) -> Iterator[str]:
        """The first one of each key, times since the start."""
        real, right = self.shown(sent), self.shown(wanted)
        for key in sorted({*real, *right}):
            rows = zip_longest(real.get(key, []), right.get(key, []))
            yield from islice((f"{key}: sent {one}, oracle {other}" for one, other in rows if one != other), 1)

    def shown(self, sent: list[Sent]) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for one in sent:
            row = (one.now - self.start, one.port, one.time - self.start, one.device, self.rounded(one.data))
            found.setdefault(self.key(one), []).append(row)
        return {key: rows if key else sorted(rows, key=str) for key, rows in sorted(found.items())}

    def key(self, one: Sent) -> str:
        """The key from which this came; "" where one cannot see it."""
        device = one.data.get("key", one.device)
        keys = {"device": device, "all": "all", "device.hall": hall_of(device), "line": one.data.get("line")}
        return keys[self.per] or ""

    def rounded(self, data: dict[str, Any]) -> dict[str, Any]:
        return {
            name: Near(value) if name in self.about and type(value) is float else value for name, value in data.items()
        }


def problem(one: Sent) -> tuple[str, int, str]:
    return one.port[1:], one.time, one.device or ""


class Near(float):
    """A number that is only promised to be about right."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, int | float) and isclose(self, other, rel_tol=1e-9, abs_tol=1e-9)

    __hash__ = float.__hash__
