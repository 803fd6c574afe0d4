"""Plays arrivals through an engine, with whatever happens in between."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from engine.effect import Effect
from engine.engine import Engine
from engine.plan import Plan
from engine.runner import Runner
from nodes.kit.event import Arrival
from tests.properties.scenarios import Scenario


class Play:
    """One run of a scenario; `effects` are those that it had so far."""

    def __init__(self, scenario: Scenario, plan: Plan | None = None) -> None:
        self.scenario, self.plan = scenario, plan or scenario.plan
        self.runner = Runner(Engine(self.plan, now=scenario.start), scenario.answered())
        self.effects: list[Effect] = []
        self.codes: set[str] = set()

    @property
    def engine(self) -> Engine:
        return self.runner.engine

    def push(self, arrivals: Iterable[Arrival], between: Callable[[int, Arrival], None] | None = None) -> "Play":
        for number, arrival in enumerate(arrivals):
            if between is not None:
                between(number, arrival)
            self._take(self.runner.push(arrival))
        return self

    def tick(self, now: int) -> None:
        """Time passes as a worker lets it pass: what is due exactly then waits."""
        self._take(self.runner._pass_to(now, inclusive=False))
        self._take(iter(self.engine.advance(now)))

    def end(self, until: int) -> "Play":
        self._take(self.runner.advance(until))
        return self

    def change(self, values: dict[str, Any], now: int) -> None:
        self._take(self.runner._heard(self.engine.change_settings(values, now)))

    def restart(self, plan: Plan | None = None) -> None:
        """Taken apart, through JSON, and put together again."""
        self._look()
        stored = msgspec.json.decode(msgspec.json.encode(self.engine.snapshot()))
        self.runner.engine = Engine(plan or self.plan, now=self.scenario.start, memory=stored)

    def resume(self, now: int) -> None:
        """On again at `now`, after nothing ran for a while."""
        self._take(self.runner._heard(self.engine.resume(now)))

    def step(self, now: int) -> None:
        """The clock is set forward to `now`."""
        self._take(self.runner._heard(self.engine.step(now)))

    def memory(self) -> dict[str, Any]:
        """All that the engine remembers, as it comes back from a disk."""
        kept: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self.engine.snapshot()))
        return kept

    def failures(self) -> list[Any]:
        """What went wrong inside of nodes, of the last 200 troubles of each engine."""
        self._look()
        return self.failed

    def _look(self) -> None:
        self.failed = [*getattr(self, "failed", []), *(t for t in self.engine.traces.recent if t.code == "node_failed")]

    def _take(self, effects: Iterator[Effect]) -> None:
        self.effects += effects


def told(effects: Iterable[Effect]) -> list[Any]:
    """Effects apart from their keys and causes."""
    return [(one.time, one.node, one.device, one.data) for one in effects]
