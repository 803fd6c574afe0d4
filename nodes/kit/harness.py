"""Drives one key of one kind in tests: events at times, timers in their order, answers. It is no engine: it has one
key, trusts every time, and lets time pass only between calls."""

from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from nodes.kit.duration import parse_duration
from nodes.kit.effect import Act, Answer, Ask, Cancel, Emit, Forget, Later, Timer, Trouble, Yield
from nodes.kit.event import OVERDUE, Arrival, Event
from nodes.kit.kind import Kind, SourceKind
from nodes.kit.problem import Problem
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.shape import Shape
from nodes.kit.things import Destination, Device, DeviceType, Model, Registry

SAMPLE = Registry(
    {thing["id"]: msgspec.convert(thing, DeviceType) for thing in REGISTRY["types"]},
    {thing["id"]: msgspec.convert(thing, Device) for thing in REGISTRY["devices"]},
    {thing["id"]: msgspec.convert(thing, Destination) for thing in REGISTRY["destinations"]},
    {thing["id"]: msgspec.convert(thing, Model) for thing in REGISTRY["models"]},
)
"""The registry of the kinds' examples."""
ANYTHING = Shape()
"""Events of which nothing is known."""
START = 1_767_571_200_000
"""Monday 2026-01-05 00:00 UTC (ms): offsets count from here."""


def scope_of(
    *, lang: str = "en", zone: str = "UTC", registry: Registry | None = None, shape: Shape = ANYTHING, **settings: Any
) -> Scope:
    """Surroundings of a node called `n`; `settings` are given as name=value."""
    values = {name: {"value": value} for name, value in settings.items()}
    return Scope(node="n", lang=lang, zone=ZoneInfo(zone), registry=registry, shape=shape, settings=values, label="n")


class Harness:
    """One node of `kind` with `params` as they stand in a document (settings already resolved)."""

    def __init__(self, kind: type[Kind], params: dict[str, Any] | None = None, scope: Scope | None = None) -> None:
        self.kind = kind
        self.scope = scope or scope_of()
        self.params = kind.Params.model_validate(params or {})
        self.node = kind(self.params, self.scope)
        self.memory = kind.Memory() if kind.Memory else None
        self.last: Event | None = None
        self.timers: dict[str, int] = {}
        self.now = START
        self.yields: list[Yield] = []
        self.sent: list[tuple[str, float, dict[str, Any]]] = []
        """(port, seconds since START, data) of every event sent."""

    @staticmethod
    def problems_of(kind: type[Kind], params: dict[str, Any], scope: Scope) -> list[str]:
        """The codes that `check` gives for a node that may be too wrong to be built."""
        return [problem.code for problem in kind.check(kind.Params.model_validate(params), scope)]

    def problems(self) -> list[Problem]:
        return list(self.kind.check(self.params, self.scope))

    def codes(self) -> list[str]:
        return [problem.code for problem in self.problems()]

    def shapes(self) -> dict[str, Shape]:
        return self.kind.shapes(self.params, self.scope)

    def start(self, at: str = "0s") -> None:
        self._take(self.node.on_start(ms(at), self.memory))

    def feed(self, at: str, data: dict[str, Any] | None = None, *, port: str = "in", device: str | None = "d1") -> None:
        """An event at `at`; timers due before it fire first."""
        time = ms(at)
        self._fire(time - 1)
        event = Event(time, time, device, "kiln", data or {}, f"c{time}")
        if self.last is None or time >= self.last.time:
            self.last = event
        self._take(self.node.on_event(event, port, self.memory))

    def advance(self, to: str) -> None:
        """Silence until `to`, inclusive."""
        self._fire(ms(to))

    def resume(self, at: str) -> None:
        """The flow goes on at `at`, after it did not run since the last call."""
        self._fire(ms(at), overdue=True)

    def answer(self, value: Any = None, error: str | None = None, detail: str = "") -> None:
        if self.last is None:
            raise ValueError("no event was fed")
        asked = next((one for one in reversed(self.yields) if isinstance(one, Ask)), None)
        answer = Answer(value, error, detail, asked=asked.request if asked else None)
        self._take(self.node.on_answer(answer, (asked and asked.event) or self.last, self.memory))

    def read(self, **arrival: Any) -> None:
        """An arrival at START, if the source accepts it."""
        if not isinstance(self.node, SourceKind):
            raise TypeError("only sources read arrivals")
        given = Arrival(**{"arrived": START, "cause": "a1", **arrival})
        if self.node.accepts(given):
            self._take(self.node.read(given))

    def change(self, params: dict[str, Any], at: str) -> None:
        """Settings change at `at`: the node is built anew with `params` and told."""
        before, self.params = self.params, self.kind.Params.model_validate(params)
        self.node = self.kind(self.params, self.scope)
        self._take(self.node.on_settings(before, self.memory, ms(at)))

    def store_and_load(self) -> None:
        """Memory goes through JSON, as over a restart."""
        if self.memory is not None:
            self.memory = msgspec.json.decode(msgspec.json.encode(self.memory), type=type(self.memory))

    def troubles(self) -> list[str]:
        return [made.code for made in self.yields if isinstance(made, Trouble)]

    def acts(self) -> list[Act]:
        return [made for made in self.yields if isinstance(made, Act)]

    def asks(self) -> list[Ask]:
        return [made for made in self.yields if isinstance(made, Ask)]

    def ports(self) -> list[tuple[str, float]]:
        return [(port, at) for port, at, _ in self.sent]

    def _fire(self, until: int, *, overdue: bool = False) -> None:
        flags = (OVERDUE,) if overdue else ()
        while due := {name: at for name, at in self.timers.items() if at <= until}:
            name = min(due, key=lambda name: (due[name], name))
            at = self.timers.pop(name)
            last = self.last or Event(at, at, None, None, {}, "t")
            self.now = until if overdue else at
            event = msgspec.structs.replace(last, time=at, arrived=self.now, flags=(*last.flags, *flags))
            self._take(self.node.on_timer(name, event, self.memory))

    def _take(self, made: Any) -> None:
        for one in list(made):
            self.yields.append(one)
            if isinstance(one, Emit):
                self.sent.append((one.port, (one.event.time - START) / 1000, one.event.data))
            elif isinstance(one, Timer):
                self.timers[one.name] = one.due
            elif isinstance(one, Later):
                self.timers[one.name] = self.now + one.wait
            elif isinstance(one, Forget):
                self.memory = self.kind.Memory() if self.kind.Memory else None
                self.timers.clear()
            elif isinstance(one, Cancel):
                self.timers.pop(one.name, None)
        self.store_and_load()


def ms(at: str) -> int:
    """The time `at` after START, e.g. "5m"; "-5m" is before."""
    return START - parse_duration(at[1:]) if at.startswith("-") else START + parse_duration(at)
