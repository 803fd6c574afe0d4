"""One script through the real engine, in virtual time, with everything that happened."""

from typing import Any

import msgspec

from engine.document_tests import Given, start_of
from engine.effect import Effect
from engine.engine import Engine
from engine.plan import Plan
from engine.runner import Runner
from llm.simulation.facts import Facts
from llm.simulation.scripts import SPAN, Script, past_of
from llm.simulation.stubs import Stubs
from llm.simulation.targets import Slot, Source
from nodes.kit.event import Arrival

MOST_EFFECTS, MOST_WORK = 200, 4_000
"""Effects, and timers and arrivals, after which a run is cut short."""
SLICES = 32
"""Parts in which a time without readings passes, so that a run can be cut in it."""


class Run(msgspec.Struct, kw_only=True):
    """`actions` in order of time; `stubbed`: asks with the rows that answered them. `reached`: nodes that an event came to
    (sources: that sent one), `ports`: outputs that something left by. `start`, `end` and `given_until` in ms: after the
    last no reading came. `events`: how much work it was."""

    script: Script
    actions: list[Effect]
    stubbed: list[tuple[Effect, dict[str, Any]]]
    reached: frozenset[str]
    ports: frozenset[tuple[str, str]]
    start: int
    given_until: int
    end: int
    events: int
    cut: bool = False

    def fired(self, node: str) -> list[Effect]:
        return [effect for effect in self.actions if effect.node == node]


class Stage:
    """Where scripts of one flow are run."""

    def __init__(self, plan: Plan, found: Facts, sources: list[Source], slots: list[Slot]) -> None:
        self.plan, self.found, self.sources, self.slots = plan, found, sources, slots
        at_work = [node for node in plan.nodes if not node.off]
        self.likely = {node.id: answers for node in at_work if (answers := node.instance.likely_answers())}
        self.past = past_of(max((node.instance.learns_for() for node in at_work), default=0), found.lengths)

    def run(self, script: Script) -> Run:
        """Runs `script` from its start on a fresh engine; where something has to learn first, after a usual past."""
        script = msgspec.structs.replace(script, past=self.past) if self.past is not None else script
        start = start_of({"start": script.moment()}, self.plan)
        given = Given(self.plan, script.rows(self.sources, self.slots), start, script.length())
        stubs = Stubs(self.found, script.turn, script.fails, self.likely)
        going = _Going(Runner(Engine(self.plan, now=start), stubs))
        for arrival in given.arrivals():
            going.to(arrival.arrived - 1)
            going.push(arrival)
        going.to(given.end)
        going.wait(script.waits, start + SPAN)
        return self._ended(script, going, stubs, start + script.before(), given.end)

    def _ended(self, script: Script, going: "_Going", stubs: Stubs, start: int, until: int) -> Run:
        engine = going.runner.engine
        counts = engine.counts.nodes
        ports = frozenset((id, port) for id, count in counts.items() for port, sent in count.sent.items() if sent)
        came = {id for id, count in counts.items() if count.came}
        actions = sorted((effect for effect in going.effects if not effect.ask), key=lambda effect: effect.time)
        work = going.arrivals + engine.counts.timers + sum(count.came for count in counts.values())
        return Run(
            script=script, actions=actions, stubbed=stubs.given, reached=frozenset(came | {id for id, _ in ports}),
            ports=ports, start=start, given_until=until, end=max(engine.now, until), events=work, cut=going.cut,
        )  # fmt: skip


class _Going:
    """A run while it goes, which ends by itself when it becomes too much."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.effects: list[Effect] = []
        self.arrivals = 0
        self.cut = False

    def _goes_on(self) -> bool:
        work = self.arrivals + self.runner.engine.counts.timers
        self.cut = self.cut or len(self.effects) > MOST_EFFECTS or work > MOST_WORK
        return not self.cut

    def push(self, arrival: Arrival) -> None:
        if self._goes_on():
            self.arrivals += 1
            self.effects += self.runner.push(arrival)

    def to(self, moment: int) -> None:
        """Time passes to `moment` (ms), with everything that comes due on the way."""
        engine = self.runner.engine
        first = engine.now
        for part in range(1, SLICES + 1):
            due = engine.next_due()
            if moment <= engine.now or not self._goes_on():
                return
            if due is None or due > moment:
                break
            self.effects += self.runner.advance(max(engine.now, first + (moment - first) * part // SLICES))
        if self._goes_on():
            self.effects += self.runner.advance(moment)

    def wait(self, times: int, latest: int) -> None:
        """The next timers come due, and nothing else."""
        for _ in range(times):
            due = self.runner.engine.next_due()
            if due is None or due > latest or not self._goes_on():
                return
            self.effects += self.runner.advance(due)
