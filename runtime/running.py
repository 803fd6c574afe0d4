"""One flow while it runs: its engine, its topics, what it made and where it stands. Used by the host's thread only."""

import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from document.registry import load_registry
from document.validate import validate
from engine.effect import Effect
from engine.engine import Engine
from engine.fates import Trace
from engine.incoming import Incoming
from engine.memory import Record
from engine.plan import Plan, build_plan
from engine.standing import has_standing, take_note
from nodes.kit.action import WhenFull
from nodes.kit.catalog import Catalog
from nodes.kit.effect import Answer
from nodes.kit.event import Arrival
from nodes.kit.kind import SourceKind
from nodes.kit.problem import Problem
from nodes.kit.things import Registry
from nodes.kit.topic import matches
from nodes.source.snapshot import Snapshot
from runtime import resting
from runtime.deploy import Deploy
from runtime.store.interface import Change, Waiting

PAUSE = 15_000
"""Milliseconds without a worker that count as time like any other, such as a restart."""

_NONE: frozenset[str] = frozenset()


class NotSound(Exception):
    """The document has errors; `problems` says which."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


def is_durable(plan: Plan) -> bool:
    """Whether nothing received may be lost: as the document says, else when every source has QoS 1 or more."""
    said = plan.delivery
    if said is not None:
        return bool(said == "durable")
    return all(source.qos() >= 1 for source in sources_of(plan))


def sources_of(plan: Plan) -> list[SourceKind]:
    found = (plan.nodes[index].instance for index in plan.sources)
    return [source for source in found if isinstance(source, SourceKind)]


def waits_on_disk(plan: Plan) -> bool:
    """Whether something of it waits on the disk, so that it needs a store."""
    return is_durable(plan) or "block" in _policies(plan).values()


def _policies(plan: Plan) -> dict[str, WhenFull]:
    given = ((node.id, getattr(node.instance.params, "when_full", None)) for node in plan.nodes)
    return {id: policy for id, policy in given if policy is not None}


def sound_plan(deploy: Deploy, catalog: Catalog) -> Plan:
    """The plan of a deploy. Raises NotSound."""
    registry: Registry | None = None
    if deploy.registry is not None:
        registry, _ = load_registry(deploy.registry)
    problems = validate(deploy.document, catalog, registry, zone=deploy.zone)
    errors = [found for found in problems if found.severity == "error"]
    if errors:
        raise NotSound(errors)
    return _planned(deploy, catalog, registry)


def planned(deploy: Deploy, catalog: Catalog) -> Plan:
    """The plan of a deploy that was found sound before."""
    registry = load_registry(deploy.registry)[0] if deploy.registry is not None else None
    return _planned(deploy, catalog, registry)


def _planned(deploy: Deploy, catalog: Catalog, registry: Registry | None) -> Plan:
    return build_plan(deploy.document, catalog, registry, zone=deploy.zone, lang=deploy.lang)


class Lost(msgspec.Struct, frozen=True):
    """A message that the source `node` could not read: why, as a code of document/problems.py with its args."""

    arrival: Arrival
    node: str
    code: str
    args: dict[str, Any]


class RunningFlow:
    """`memory` is what an earlier engine kept. A flow that raises is `failed` and gets nothing more; others go on."""

    __slots__ = (  # there may be thousands of flows, and a dict for each would take a kilobyte
        "_along", "_catalog", "_engine", "_leaps", "_lost", "_packed", "_rest", "_small", "_stirred", "_told", "_unwritten",
        "answers", "behind", "cameras", "changed", "committed", "destinations", "dirty", "drops", "durable",
        "embedding", "failure", "id", "lang", "late_answers", "made", "models", "own", "pictures", "place",
        "version", "waits", "ways", "when_full", "whole", "zone",
    )  # fmt: skip

    def __init__(self, deploy: Deploy, plan: Plan, now: int, memory: dict[str, Any] | None = None) -> None:
        self.id, self.version, self.lang = deploy.flow, deploy.version, plan.lang or "en"
        self.zone = plan.zone_named or deploy.zone
        self.destinations, self.models, self.embedding = deploy.destinations, deploy.models, deploy.embedding
        written = msgspec.json.encode(deploy)
        self._small, self._packed = len(written) <= resting.LARGEST, zlib.compress(written)
        self.durable = is_durable(plan)
        self.failure: str | None = None
        self.made: list[Effect] = []
        self.dirty = memory is None
        self.changed = False
        """Something happened that must be on the disk before anything else does (an answer, an order)."""
        self.whole = True
        """The store has nothing or something else of its memory: all of it is written next."""
        self.when_full: dict[str, WhenFull] = _policies(plan)
        """By node, what its actions do where there is no room, if the document says so."""
        self.drops = _set_of(node for node, policy in self.when_full.items() if policy != "block")
        self.waits = _set_of(node for node, policy in self.when_full.items() if policy == "block")
        self.ways: dict[tuple[str, str], Any] = {}
        """What the carrier knows of each command that the flow gave, by the device's type and the command."""
        self.place = self.committed = 0
        self.behind = False
        """It reads from the inbox what came before, and gets nothing new until it has."""
        self.answers: list[tuple[str, Answer, int]] | None = None
        """What came of effects, where somebody else may want to hear it as well."""
        self.late_answers: list[tuple[str, Answer, int]] = []
        """What it hears of them once it is not behind any more."""
        self._along: dict[str, int] = {}
        self._unwritten: list[Record] = []
        self._leaps: tuple[tuple[int, int], ...] = ()
        self._told = 0
        begin = int(memory["now"]) if memory else now
        self._lost: list[Lost] = []
        self._catalog = plan.catalog
        self._stirred = True
        self._rest: bytes | None = None
        self._engine: Engine | None = self._made(plan, begin, memory)
        sources = sources_of(plan)
        self.own = {f: s.qos() for s in sources for f in s.topics()}
        self.pictures = {s.scope.node: (s.topics(), at) for s in sources if (at := s.pictures()) is not None}
        """By source, the topics that it reads pictures from and where they stand in its messages."""
        self.cameras = _set_of(device for s in sources if isinstance(s, Snapshot) for device in s.first_keys())
        """Devices that it fetches pictures of."""

    @property
    def deploy(self) -> Deploy:
        """What was asked to run. Kept packed, with all devices of its types: few ask for it again."""
        return msgspec.json.decode(zlib.decompress(self._packed), type=Deploy)

    @property
    def engine(self) -> Engine:
        """What runs; where it rests, it wakes."""
        return self._engine if self._engine is not None else self._woken()

    @property
    def plan(self) -> Plan:
        return self.engine.plan

    @property
    def resting(self) -> bool:
        """Whether nothing has happened to it for a while: asking for its engine or plan would wake it."""
        return self._engine is None

    @property
    def memory(self) -> dict[str, Any]:
        """All its memory, as JSON types; a flow that rests goes on resting."""
        return self._engine.snapshot() if self._engine is not None else resting.read(self._rest or b"").memory

    def _made(self, plan: Plan, begin: int, memory: dict[str, Any] | None) -> Engine:
        engine = Engine(plan, now=begin, memory=memory, tracked=self.durable)
        engine.on_dead = lambda arrival, trace: self._lost.append(Lost(arrival, trace.node, trace.code, trace.args))
        return engine

    def rest(self, *, at_once: bool = False) -> None:
        """Give the engine's memory back where nothing has happened since the last call, or `at_once`, and nothing is going
        on (see runtime/resting.py). Nobody can tell afterwards, save by the milliseconds of the next message."""
        stirred, self._stirred = self._stirred, False
        engine = self._engine
        if engine is None or (stirred and not at_once) or not self._small or self.failure is not None:
            return
        unsaved = self.durable and (self.dirty or self.whole)
        awaits = self.behind or self.made or self._lost or self._leaps or self.answers is not None
        if unsaved or awaits or not resting.may_rest(engine):
            return
        self._rest = resting.rested(engine)
        self._engine = engine if self._rest is None else None

    def _woken(self) -> Engine:
        deploy, rest = self.deploy, resting.read(self._rest or b"")
        plan = planned(deploy, self._catalog)
        engine = self._engine = self._made(plan, int(rest.memory["now"]), rest.memory)
        resting.refresh(engine, rest)
        self._rest, self._stirred = None, True
        return engine

    @property
    def filters(self) -> dict[str, int]:
        """Topics that it reads, each with its QoS."""
        return {**self._along, **self.own}

    @property
    def stored(self) -> bool:
        """Whether what it reads goes into the inbox."""
        return self.durable or bool(self._along)

    def read_along(self, filters: dict[str, int]) -> None:
        """Have these topics stored as well, for the version before, or none any more."""
        self._along = dict(filters)

    def wants(self, topic: str) -> bool:
        """Whether some source reads `topic`. Not remembered here: Routes does it once for all flows."""
        return any(matches(filter, topic) for filter in self.filters)

    def push(self, arrival: Arrival) -> None:
        self._leap(arrival.arrived)
        self._do(Engine.push, arrival)

    def read_again(self, arrival: Arrival, source: str) -> None:
        """Give a message again to the source that could not read it; where the flow has none of that name, to all."""
        self._do(Engine.push, arrival, only=source)
        self.changed = True

    def push_all(self, incoming: Incoming, first: int | None) -> None:
        """Messages that came together; `first` is the place of the first one in the inbox."""
        if self._leaps:
            self._leap(incoming.arrived)
        self._do(Engine.push_all, incoming)
        if first is not None:
            self.place = first + len(incoming) - 1

    def advance(self, now: int) -> None:
        """Let timers that are due fire."""
        if self._leaps:
            self._leap(now)
        due = self.next_due()
        if due is not None and due < now:
            self._do(Engine.advance, now)

    def wake(self, alive: int) -> None:
        """Nothing ran since `alive`. From here on time passes, but timers wait for `resume`."""
        self._do(Engine.advance, max(alive, self.engine.now), inclusive=True)
        self.engine.patient = True

    def resume(self, alive: int, now: int) -> None:
        """After `wake`: go on at `now`. A short pause passes like any other time."""
        if self._engine is None:  # it began since
            return
        self._leap(now)
        if now - alive > PAUSE:
            self._do(Engine.resume, now)
        self.engine.patient = False

    def step(self, before: int, now: int) -> None:
        """The clock was set forward from `before` to `now`, and no time has passed. What still waits to be read came before."""
        self._leaps = (*self._leaps, (before, now))

    def leap_after(self, other: "RunningFlow") -> None:
        """Go on from the memory of `other`, and so with what it has not done yet for a clock that was set."""
        self._leaps = other._leaps

    def _leap(self, now: int) -> None:
        """Something comes at `now`: if the clock was set before, that is done first."""
        while self._leaps and now >= self._leaps[0][1]:
            (before, after), self._leaps = self._leaps[0], self._leaps[1:]
            self._do(Engine.advance, max(before, self.engine.now), inclusive=True)
            self._do(Engine.step, after)
            self.changed = True

    def hears(self, key: str) -> bool:
        """Whether anybody wants to know what came of an effect."""
        return self.answers is not None or (self._engine is not None and key in self._engine.waiting)

    def answer(self, key: str, answer: Answer, now: int) -> None:
        if self.answers is not None:
            self.answers.append((key, answer, now))
        if self._engine is not None and key in self._engine.waiting:
            self._leap(now)
            self._do(Engine.answer, key, answer, now)
            self.changed = True

    def change_settings(self, values: dict[str, Any], now: int) -> None:
        """Raises ValueError for a name that is unknown or a value that is refused; nothing is changed then."""
        self._leap(now)
        self.made += self.engine.change_settings(values, now)
        self.dirty = self.changed = True

    def next_due(self) -> int | None:
        engine = self._engine
        if engine is None or not engine.timers.heap or engine.patient or self.failure is not None:
            return None
        return engine.next_due()

    def take_lost(self) -> list[Lost]:
        """The messages that could not be read since the last call."""
        lost, self._lost = self._lost, []
        return lost

    def take_effects(self) -> list[Effect]:
        made, self.made = self.made, []
        return made

    def change(self, waiting: list[Waiting]) -> Change:
        """What is to be written of it, until `written`."""
        for slot in self.engine.marks.slots:
            if slot.node is not None and has_standing(slot.node):
                take_note(slot, self.engine.now)
        header, records = self.engine.changes(whole=self.whole)
        self._unwritten = records if self.whole else [*self._unwritten, *records]
        return Change(self.id, self.place, header, self._unwritten, waiting, all=self.whole)

    def written(self) -> None:
        """The store has it."""
        self._unwritten, self.whole = [], False
        self.dirty = self.changed = False
        self.committed = self.place

    def new_troubles(self) -> list[Trace]:
        """The troubles since the last call; where there were very many, the most recent."""
        engine = self._engine
        if engine is None:
            return []
        total = sum(counts.problems for counts in engine.counts.nodes.values())
        new, self._told = min(total - self._told, 200), total
        recent = list(engine.traces.recent)
        return recent[-new:] if new > 0 else []

    def counts(self) -> dict[str, Any]:
        """For people: fates per source, counts per node."""
        counted = resting.read(self._rest).counts if self._rest is not None else msgspec.to_builtins(self.engine.counts)
        return {**counted, "failure": self.failure, "durable": self.durable}

    def drop(self, topic: str | None, count: int = 1, *, node: str | None = None) -> None:
        """So many messages on `topic`, or for the source `node`, came and were not read."""
        for source in self.engine.readers(Arrival(0, "", topic=topic, node=node)):
            fates = self.engine.counts.sources[source.id]
            fates.received += count
            fates.dropped += count

    def _do(self, work: Callable[..., Iterable[Effect]], given: Any, *more: Any, **options: Any) -> None:
        """Have the engine `work`; where it is about messages, they are what is `given`."""
        if self.failure is not None:
            self._drop(given)
            return
        try:
            effects = work(self._engine or self._woken(), given, *more, **options)
        except Exception as problem:  # a flow that cannot go on must not end the others
            self.failure = f"{type(problem).__name__}: {problem}"[:300]
            if isinstance(given, Arrival | Incoming):
                self._end_at(given)
            return
        self.made += effects
        self.dirty = self._stirred = True

    def _end_at(self, given: Arrival | Incoming) -> None:
        """What is handled now is a dead letter, and what came together with it and later is dropped."""
        at = _place_of(self.engine.cause, given) if isinstance(given, Incoming) else 0
        arrival = _one(given, at) if isinstance(given, Incoming) else given
        self._lost.append(Lost(arrival, "", "node_failed", {"detail": self.failure or ""}))
        for source in self.engine.readers(arrival):
            fates = self.engine.counts.sources[source.id]
            fates.received += 1
            fates.dead += 1
        if isinstance(given, Incoming):
            self._drop(given, at + 1)

    def _drop(self, given: Any, first: int = 0) -> None:
        if isinstance(given, Incoming):
            for topic, count in Counter(given.topics[first:]).items():
                self.drop(topic, count)
        elif isinstance(given, Arrival):
            self.drop(given.topic, node=given.node)


def waiting_of(flow: RunningFlow, effects: Iterable[Effect], now: int) -> list[Waiting]:
    """The rows of the outbox for `effects`."""
    return [Waiting(flow.id, effect.key, msgspec.json.encode(effect), now) for effect in effects]


def _set_of(nodes: Iterable[str]) -> frozenset[str]:
    """Nearly always empty, and then always the same one."""
    return frozenset(nodes) or _NONE


def _place_of(cause: str, incoming: Incoming) -> int:
    """Of the message that has this cause, else of the first."""
    return next((at for at in range(len(incoming)) if incoming.causes.of(at) == cause), 0)


def _one(incoming: Incoming, at: int) -> Arrival:
    return Arrival(incoming.arrived, incoming.causes.of(at), topic=incoming.topics[at], payload=incoming.payloads[at])
