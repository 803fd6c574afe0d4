"""What happened in one test of a document, seen from the nodes of one kind: what came in, what they sent and did, how
long their timers ran, and where each key stood. No kind is known here by name."""

from collections.abc import Iterator
from typing import Any

import msgspec

from engine.answers import Answers, read_answer
from engine.document_tests import Given, start_of
from engine.effect import Effect
from engine.engine import Engine
from engine.plan import Plan, PlanNode
from engine.runner import Runner
from nodes.kit.duration import parse_duration
from nodes.kit.event import Arrival, Event

MOST_MOMENTS = 100_000
FIRED, MOVED, CANCELLED, OPEN = "fired", "moved", "cancelled", "open"


class Came(msgspec.Struct, frozen=True):
    """An event on an input of a watched node (times in ms, here and below)."""

    at: int
    node: str
    port: str
    event: Event


class Sent(msgspec.Struct, frozen=True):
    """An event that a watched node sent. `new` are the fields that it added or changed."""

    at: int
    node: str
    port: str
    device: str | None
    new: dict[str, Any]


class Wait(msgspec.Struct):
    """A timer from the moment at which it was set to its end: `how` is fired (its time had come), moved (set anew before
    that), cancelled, or open (the test ended first). `port` is what was sent when it fired, if anything was."""

    node: str
    name: str
    device: str | None
    start: int
    due: int
    end: int = 0
    how: str = OPEN
    port: str | None = None


class Stand(msgspec.Struct, frozen=True):
    """From `at` on, the key of `device` stands at `name` (None: nothing to see)."""

    at: int
    node: str
    device: str | None
    name: str | None


class Log(msgspec.Struct):
    """All of it, in order of time, and where the test starts and ends."""

    start: int
    end: int
    arrivals: list[Arrival] = []
    came: list[Came] = []
    sent: list[Sent] = []
    did: list[Effect] = []
    waits: list[Wait] = []
    stands: list[Stand] = []


def watched(plan: Plan, test: dict[str, Any], nodes: list[PlanNode]) -> Log:
    """Run `test` and keep what `nodes` do."""
    start = start_of(test, plan)
    until = parse_duration(test["until"]) if test.get("until") is not None else None
    given = Given(plan, test.get("given") or (), start, until)
    answers = Answers([read_answer(row, start=start) for row in test.get("answers") or ()])
    watch = _Watch(plan, nodes, Log(start, given.end), answers)
    for arrival in given.arrivals():
        if start <= arrival.arrived <= given.end:
            watch.push(arrival)
    watch.pass_to(given.end, inclusive=True)
    return watch.finished()


class _Watch:
    """An engine driven from one moment to the next, so that every timer is seen when it is set and when it ends."""

    def __init__(self, plan: Plan, nodes: list[PlanNode], log: Log, answers: Answers) -> None:
        self.log = log
        self.nodes = {node.id: node for node in nodes}
        self.by_index = {node.index: node for node in nodes}
        self.plan = plan
        self.wires = {node.id: node.outputs for node in plan.nodes}
        self.last: dict[tuple[str, str | None], Event] = {}
        self.open: dict[tuple[str, str, str], Wait] = {}
        self.standing: dict[tuple[str, str], str | None] = {}
        self.engine = Engine(plan, now=log.start, tap=self._tap)
        self.runner = Runner(self.engine, answers)
        self._look(firing=False)

    def push(self, arrival: Arrival) -> None:
        self.pass_to(arrival.arrived, inclusive=False)
        self.log.arrivals.append(arrival)
        self._take(self.runner.push(arrival), firing=False)

    def pass_to(self, now: int, *, inclusive: bool) -> None:
        for _ in range(MOST_MOMENTS):
            due = self.engine.next_due()
            if due is None or due > now or (due == now and not inclusive):
                break
            self._take(self.runner.advance(due), firing=True)
        if inclusive:
            self._take(self.runner.advance(now), firing=True)

    def finished(self) -> Log:
        for wait in self.open.values():
            wait.end = self.log.end
        self.log.waits += self.open.values()
        self.log.waits.sort(key=lambda wait: (wait.start, wait.due, wait.node, wait.name, wait.device or ""))
        return self.log

    def _take(self, effects: Iterator[Effect], *, firing: bool) -> None:
        before = len(self.log.sent)
        self.log.did += [effect for effect in effects if effect.node in self.nodes and not effect.ask]
        self._look(firing=firing, sent=self.log.sent[before:])

    def _tap(self, node: str, port: str, event: Event) -> None:
        if node in self.nodes:
            known = self.last.get((node, event.device)) or self.last.get((node, None))
            new = _added(known.data if known else {}, event.data)
            self.log.sent.append(Sent(event.time, node, port, event.device, new))
        for target, into in self.wires[node].get(port, ()):
            reader = self.by_index.get(target)
            if reader is not None:
                self.log.came.append(Came(event.time, reader.id, into, event))
                self.last[reader.id, event.device] = self.last[reader.id, None] = event

    def _look(self, *, firing: bool, sent: list[Sent] | tuple[()] = ()) -> None:
        """Compare the timers and the standing of every key with how they were before this moment."""
        now, pending = self.engine.now, dict(self._pending())
        for place, wait in list(self.open.items()):
            if pending.get(place, (None, None))[0] == wait.due:
                continue
            ports = [one.port for one in sent if one.node == wait.node and one.at == wait.due and _fits(one, wait)]
            again = place in pending
            over = now >= wait.due and (firing or (again and bool(ports)))
            wait.how = FIRED if over else MOVED if again else CANCELLED
            wait.end = wait.due if over else now
            wait.port = ports[0] if over and ports else None
            self.log.waits.append(self.open.pop(place))
        for place, (due, device) in pending.items():
            if place not in self.open:
                self.open[place] = Wait(place[0], place[2], device, now, due)
        self._stand(now)

    def _pending(self) -> Iterator[tuple[tuple[str, str, str], tuple[int, str | None]]]:
        for node in self.nodes.values():
            for key, slot in self.engine.slots[node.index].items():
                for name, timer in slot.timers.items():
                    if timer.due is not None:
                        yield (node.id, key, name), (timer.due, None if slot.mixed else slot.device)

    def _stand(self, now: int) -> None:
        for node in self.nodes.values():
            for key, slot in self.engine.slots[node.index].items():
                name = node.instance.standing(slot.memory)
                if self.standing.get((node.id, key)) != name:
                    self.standing[node.id, key] = name
                    device = None if slot.mixed else slot.device
                    self.log.stands.append(Stand(now, node.id, device, name))


def _fits(sent: Sent, wait: Wait) -> bool:
    return sent.device == wait.device or sent.device is None or wait.device is None


def _added(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in after.items() if name not in before or before[name] != value}
