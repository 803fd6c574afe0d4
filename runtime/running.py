"""One flow while it runs: its engine, its topics, what it made and where it stands. Used by the host's thread only."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import msgspec

from document.registry import load_registry
from document.validate import validate
from engine.effect import Effect
from engine.engine import Engine
from engine.fates import Trace
from engine.plan import Plan, build_plan
from nodes.kit.catalog import Catalog
from nodes.kit.effect import Answer
from nodes.kit.event import Arrival, Causes, Event
from nodes.kit.kind import SourceKind
from nodes.kit.problem import Problem
from nodes.kit.things import Registry
from nodes.kit.topic import matches
from runtime.deploy import Deploy

PAUSE = 15_000
"""Milliseconds without a worker that count as time like any other, such as a restart."""


class NotSound(Exception):
    """The document has errors; `problems` says which."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


def is_durable(plan: Plan) -> bool:
    """Whether nothing received may be lost: as the document says, else when every source has QoS 1 or more."""
    said = plan.document.get("delivery")
    if said is not None:
        return bool(said == "durable")
    return all(source.qos() >= 1 for source in sources_of(plan))


def sources_of(plan: Plan) -> list[SourceKind]:
    found = (plan.nodes[index].instance for index in plan.sources)
    return [source for source in found if isinstance(source, SourceKind)]


def sound_plan(deploy: Deploy, catalog: Catalog) -> Plan:
    """The plan of a deploy. Raises NotSound."""
    registry: Registry | None = None
    if deploy.registry is not None:
        registry, _ = load_registry(deploy.registry)
    problems = validate(deploy.document, catalog, registry, zone=deploy.zone)
    errors = [found for found in problems if found.severity == "error"]
    if errors:
        raise NotSound(errors)
    return build_plan(deploy.document, catalog, registry, zone=deploy.zone, lang=deploy.lang)


class RunningFlow:
    """`memory` is what an earlier engine kept. A flow that raises is `failed` and gets nothing more; others go on."""

    def __init__(self, deploy: Deploy, plan: Plan, now: int, memory: dict[str, Any] | None = None) -> None:
        self.id, self.deploy, self.plan = deploy.flow, deploy, plan
        self.durable = is_durable(plan)
        self.failure: str | None = None
        self.made: list[Effect] = []
        self.last: dict[tuple[str, str], Event] = {}
        self.dirty = memory is None
        self.changed = False
        """Something happened that must be on the disk before anything else does (an answer, an order)."""
        self.place = self.committed = 0
        self._told = 0
        self.engine = Engine(plan, now=int(memory["now"]) if memory else now, memory=memory, tap=self._tap)
        self.filters = {f: s.qos() for s in sources_of(plan) for f in s.topics()}
        self._wants = lru_cache(maxsize=20_000)(self._matching)

    def wants(self, topic: str) -> bool:
        """Whether some source reads `topic`."""
        return self._wants(topic)

    def push(self, arrival: Arrival) -> None:
        self._do(lambda: self.engine.push(arrival))

    def push_all(
        self, topics: list[str], payloads: list[bytes], arrived: int, causes: Causes, first: int | None
    ) -> None:
        """Messages that came together; `first` is the place of the first one in the inbox."""
        self._do(lambda: self.engine.push_all(topics, payloads, arrived, causes))
        if first is not None:
            self.place = first + len(topics) - 1

    def advance(self, now: int) -> None:
        """Let timers that are due fire."""
        due = self.engine.next_due() if self.failure is None else None
        if due is not None and due < now:
            self._do(lambda: self.engine.advance(now))

    def resume(self, alive: int, now: int) -> None:
        """Go on at `now`, after nothing ran since `alive`: a short pause passes like any other time."""
        self._do(lambda: self.engine.advance(max(alive, self.engine.now), inclusive=True))
        if now - alive > PAUSE:
            self._do(lambda: self.engine.resume(now))

    def answer(self, key: str, answer: Answer, now: int) -> None:
        if key in self.engine.waiting:
            self._do(lambda: self.engine.answer(key, answer, now))
            self.changed = True

    def change_settings(self, values: dict[str, Any], now: int) -> None:
        """Raises ValueError for a name that is unknown or a value that is refused; nothing is changed then."""
        self.made += self.engine.change_settings(values, now)
        self.dirty = self.changed = True

    def next_due(self) -> int | None:
        return self.engine.next_due() if self.failure is None else None

    def take_effects(self) -> list[Effect]:
        made, self.made = self.made, []
        return made

    def snapshot(self) -> bytes:
        return msgspec.json.encode(self.engine.snapshot())

    def new_troubles(self) -> list[Trace]:
        """The troubles since the last call; where there were very many, the most recent."""
        total = sum(counts.problems for counts in self.engine.counts.nodes.values())
        new, self._told = min(total - self._told, 200), total
        recent = list(self.engine.traces.recent)
        return recent[-new:] if new > 0 else []

    def counts(self) -> dict[str, Any]:
        """For people: fates per source, counts per node."""
        counted: dict[str, Any] = msgspec.to_builtins(self.engine.counts)
        return {**counted, "failure": self.failure, "durable": self.durable}

    def _do(self, work: Any) -> None:
        if self.failure is not None:
            return
        try:
            effects: Iterable[Effect] = work()
        except Exception as problem:  # a flow that cannot go on must not end the others
            self.failure = f"{type(problem).__name__}: {problem}"[:300]
            return
        self.made += effects
        self.dirty = True

    def _matching(self, topic: str) -> bool:
        return any(matches(filter, topic) for filter in self.filters)

    def _tap(self, node: str, port: str, event: Event) -> None:
        self.last[node, port] = event
