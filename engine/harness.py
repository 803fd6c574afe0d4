"""A few kinds of the engine's own, so that its tests need no other part of the vocabulary."""

from collections.abc import Iterator
from typing import Annotated, Any

from engine.engine import Engine
from engine.plan import Plan, build_plan
from nodes.filter.threshold import Threshold
from nodes.kit.catalog import Catalog
from nodes.kit.effect import Act, Answer, Ask, Cancel, Emit, Timer, Trouble, Yield
from nodes.kit.event import Arrival, Event
from nodes.kit.kind import Kind, Memory, Port, SourceKind
from nodes.kit.params import Duration, Identity, NodeParams, Settable

SENT = (Port("sent"), Port("failed"))


class Readings(SourceKind):
    """Every arrival of a device as it is."""

    id, icon, words = "readings", "cpu", {}

    def accepts(self, arrival: Arrival) -> bool:
        return arrival.device is not None

    def read(self, arrival: Arrival) -> Iterator[Yield]:
        if "unreadable" in (arrival.data or {}):
            yield Trouble("not_json")
            return
        time = arrival.arrived if arrival.time is None else arrival.time
        yield Emit("out", Event(time, arrival.arrived, arrival.device, arrival.type, arrival.data or {}, arrival.cause))


class EveryParams(NodeParams):
    every: Annotated[Duration, Settable, Identity]


class Every(SourceKind):
    """A tick every so often, on `now`."""

    id, icon, words, Params, timers_on_now = "every", "clock", {}, EveryParams, True

    def on_start(self, now: int, memory: Any) -> Iterator[Yield]:
        yield Timer("tick", now + self.params.every)

    def on_timer(self, name: str, event: Event, memory: Any) -> Iterator[Yield]:
        yield Timer("tick", event.time + self.params.every)
        yield Emit("out", event)


class Tell(Kind):
    """An action whose data are the event's."""

    id, group, icon, words, outputs = "tell", "action", "bell", {}, SENT

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        yield Act(event.device, {"event": event.data, "port": port})

    def on_answer(self, answer: Answer, event: Event, memory: Any) -> Iterator[Yield]:
        if answer.error is None:
            yield Emit("sent", event)
        else:
            yield Emit("failed", event.with_data({**event.data, "reason": answer.error}))


class QuestionParams(NodeParams):
    timeout: Duration = 10_000


class Question(Kind):
    """Asks something about each event."""

    id, group, icon, words, Params = "question", "ai", "brain", {}, QuestionParams
    outputs = (Port("out"), Port("failed"))

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        yield Ask({"about": event.data}, self.params.timeout)

    def on_answer(self, answer: Answer, event: Event, memory: Any) -> Iterator[Yield]:
        if answer.error is None:
            yield Emit("out", event.with_data({**event.data, "answer": answer.value}))
        else:
            yield Emit("failed", event.with_data({**event.data, "reason": answer.error}))


class CountParams(NodeParams):
    per: str = "device"


class CountMemory(Memory):
    count: int = 0


class Count(Kind):
    """Each event with how many came so far."""

    id, group, icon, words, Params, Memory = "count", "filter", "hash", {}, CountParams, CountMemory

    def on_event(self, event: Event, port: str, memory: CountMemory) -> Iterator[Yield]:
        memory.count += 1
        yield Emit("out", event.with_data({**event.data, "count": memory.count}))


class CountAll(Count):
    """Counts late events too."""

    id, takes_late = "count_all", True


class QuietParams(NodeParams):
    limit: Duration = 60_000
    per: str = "device"


class QuietMemory(Memory):
    seen: list[int] = []


class Quiet(Kind):
    """Fires when nothing came for a while, on `now`."""

    id, group, icon, words, Params, Memory, timers_on_now = (
        "quiet", "filter", "moon", {}, QuietParams, QuietMemory, True,
    )  # fmt: skip

    def on_event(self, event: Event, port: str, memory: QuietMemory) -> Iterator[Yield]:
        memory.seen = [*memory.seen[-2:], event.time]
        yield Timer("quiet", event.arrived + self.params.limit)

    def on_timer(self, name: str, event: Event, memory: QuietMemory) -> Iterator[Yield]:
        yield Emit("out", event)


class RepeatParams(NodeParams):
    every: Duration = 10_000
    per: str = "device"


class RepeatMemory(Memory):
    on: bool = False


class Repeat(Kind):
    """Sends the last event again and again from the first `start` on, until a `stop`."""

    id, group, icon, words, Params, Memory = "repeat", "filter", "repeat", {}, RepeatParams, RepeatMemory
    inputs = (Port("start"), Port("stop"))

    def on_event(self, event: Event, port: str, memory: RepeatMemory) -> Iterator[Yield]:
        if port == "stop":
            memory.on = False
            yield Cancel("again")
        elif not memory.on:
            memory.on = True
            yield Timer("again", event.time + self.params.every)

    def on_timer(self, name: str, event: Event, memory: RepeatMemory) -> Iterator[Yield]:
        yield Timer("again", event.time + self.params.every)
        yield Emit("out", event)


class Broken(Kind):
    """Fails on every event that says so."""

    id, group, icon, words = "broken", "transform", "bug", {}

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        if event.data.get("break"):
            raise RuntimeError("broken on purpose")
        yield Emit("out", event)


CATALOG = Catalog([Readings, Every, Tell, Question, Count, CountAll, Quiet, Repeat, Broken, Threshold])


def node(id: str, kind: str, *sources: str, **params: Any) -> dict[str, Any]:
    written: dict[str, Any] = {"id": id, "kind": kind}
    if sources:
        written["from"] = list(sources)
    if params:
        written["params"] = {name.rstrip("_"): value for name, value in params.items()}
    return written


def flow(*nodes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"suiro": 1, "name": "Test", "nodes": list(nodes), **more}


def plan_of(*nodes: dict[str, Any], **more: Any) -> Plan:
    return build_plan(flow(*nodes, **more), CATALOG, None)


def hot(**params: Any) -> Plan:
    """readings -> threshold above 80 -> tell / calm."""
    return plan_of(
        node("in", "readings"),
        node("hot", "threshold", "in", **{"field": "t", "above": 80, **params}),
        node("tell", "tell", "hot.entered"),
        node("calm", "tell", "hot.cleared"),
    )


def reading(time: int, value: Any = 90, device: str = "k1", *, arrived: int | None = None, **data: Any) -> Arrival:
    """A reading of `t`; times in ms."""
    at = time if arrived is None else arrived
    return Arrival(at, f"c{time}-{at}-{device}", time, device=device, type="kiln", data={"t": value, **data})


class Watch:
    """An engine and what it did so far, as (time in seconds, node, device)."""

    def __init__(self, plan: Plan, now: int = 0) -> None:
        self.engine = Engine(plan, now=now)
        self.seen: list[Any] = []

    def at(self, seconds: float, value: Any = 90, device: str = "k1", *, arrived: float | None = None) -> list[Any]:
        got = None if arrived is None else int(arrived * 1000)
        return self.note(self.engine.push(reading(int(seconds * 1000), value, device, arrived=got)))

    def pass_to(self, seconds: float, *, inclusive: bool = False) -> list[Any]:
        return self.note(self.engine.advance(int(seconds * 1000), inclusive=inclusive))

    def note(self, effects: list[Any]) -> list[Any]:
        new = [(effect.time / 1000, effect.node, effect.device) for effect in effects]
        self.seen += new
        return new
