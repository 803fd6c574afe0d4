"""A person tries a draft out: events into any of its nodes, and time that passes. The real engine in virtual time; nothing
is carried out."""

from typing import Any

import msgspec

from engine.actions import action_row
from engine.answers import AnswerLine
from engine.effect import Effect
from engine.fates import shortened
from engine.plan import Plan, PlanNode
from engine.runner import Runner
from engine.watched import Hop, Watched
from llm.simulation.facts import facts_of
from llm.simulation.stubs import Stubs
from nodes.kit.effect import Answer
from nodes.kit.event import Arrival, Event

MOST_STEPS = 40
MOST_DUES = 2_000
"""Moments at which timers come due, after which the time stops passing."""
MOST_PENDING = 12


class Step(msgspec.Struct, kw_only=True):
    """An event (`data` of `device`) into `node`, by its input `port` or the first one; without a node the time passes by
    `wait` (ms), without that to the next timer."""

    node: str | None = None
    port: str | None = None
    device: str | None = None
    data: dict[str, Any] = {}
    wait: int | None = None


class Typed(Stubs):
    """Answers that a person typed, by node; for all others stubs. `stubbed`: the effects that got one."""

    def __init__(self, plan: Plan, typed: dict[str, Any]) -> None:
        super().__init__(facts_of(plan))
        self.typed = typed
        self.answered: dict[str, dict[str, Any]] = {}

    def take(self, effect: Effect) -> AnswerLine | None:
        if not effect.ask:
            return None
        stub = effect.node not in self.typed
        line = super().take(effect) if stub else AnswerLine(effect.node, Answer(value=self.typed[effect.node]))
        if line is not None:
            self.answered[effect.key] = {"value": line.answer.value, "error": line.answer.error, "stub": stub}
        return line


class Travel:
    """One try of `plan`, from `start` (ms): `take` its steps one after the other, then `told` says what the last one did."""

    def __init__(self, plan: Plan, start: int, answers: dict[str, Any]) -> None:
        self.plan, self.start = plan, start
        self.answers = Typed(plan, answers)
        self.engine = Watched(plan, now=start)
        self.runner = Runner(self.engine, self.answers)
        self.nodes = {node.id: node for node in plan.nodes}
        self.dues = 0
        self.stopped = False
        self._until(start)

    def take(self, step: Step, number: int) -> None:
        """Raises KeyError for a node, and ValueError for a port, that the plan does not have."""
        self.engine.hops.clear()
        self.engine.cut = False
        if step.node is not None:
            self._send(self.nodes[step.node], step, f"try-{number}")
        elif step.wait is not None:
            self._until(self.engine.now + step.wait)
        elif (due := self.engine.next_due()) is not None:
            self._until(due)

    def _send(self, node: PlanNode, step: Step, cause: str) -> None:
        now, known = self.engine.now, self.plan.registry.devices.get(step.device or "") if self.plan.registry else None
        type_ = known.type if known else node.given.get("type") if node.is_source else None
        arrival = Arrival(now, cause, now, device=step.device, type=type_, data=step.data)
        if node.is_source and step.device is not None:
            if node in self.engine.readers(arrival):
                self._work(self.runner.push(arrival, only=node.id))
            else:
                self.engine.hops.append(Hop(node.id, "unread", "", now, _event(arrival)))
            return
        ports = [port.name for port in (node.kind.outputs if node.is_source else node.kind.inputs)]
        port = step.port or ports[0]
        if port not in ports:
            raise ValueError(port)
        self._work(self.runner.put(node.id, port, _event(arrival)))

    def _until(self, moment: int) -> None:
        """Time passes to `moment` (ms), one due moment after the other."""
        while (due := self.engine.next_due()) is not None and due <= moment:
            self.dues += 1
            if self.dues > MOST_DUES or self.engine.cut:
                self.stopped = True
                return
            self._work(self.runner.advance(due))
        self._work(self.runner.advance(moment))

    def _work(self, effects: Any) -> None:
        for _ in effects:
            pass  # what was done stands with the hop that did it

    def told(self) -> dict[str, Any]:
        engine = self.engine
        return {
            "now": engine.now,
            "hops": [self._row(hop) for hop in engine.hops],
            "pending": [{"at": at, "node": node, "key": key} for at, node, key in engine.pending(MOST_PENDING)],
            "cut": self.stopped or engine.cut,
        }

    def _row(self, hop: Hop) -> dict[str, Any]:
        node = self.nodes[hop.node]
        weighed = None
        if hop.event is not None and hop.way == "event":
            weighed = node.instance.weighs(hop.event)
        return {
            "node": hop.node, "way": hop.way, "port": hop.port, "now": hop.now,
            "event": None if hop.event is None else _sample(hop.event),
            "key": hop.key, "before": hop.before, "after": hop.after, "stood": hop.stood, "stands": hop.stands,
            "left": [{"port": port, **_sample(event)} for port, event in hop.left],
            "did": [self._deed(effect) for effect in hop.did],
            "troubles": [{"code": code, "args": args} for code, args in hop.troubles],
            "due": hop.due,
            "weighed": None if weighed is None else msgspec.to_builtins(weighed),
            "why": why(hop, node, met=None if weighed is None else weighed.met),
        }  # fmt: skip

    def _deed(self, effect: Effect) -> dict[str, Any]:
        row = action_row(effect, self.plan.registry)
        key = row.pop("key")
        if effect.ask:
            row["data"] = {name: value for name, value in shortened(row["data"]).items() if value != "…"}
        return {**row, "ask": effect.ask, **({"answer": self.answers.answered.get(key)} if effect.ask else {})}


def why(hop: Hop, node: PlanNode, met: bool | None) -> str | None:
    """Why the event went no further here: `off`; `unread` (this source does not read that device); `unwired` (nothing reads
    the ports by which it left); `unmet` (the comparison does not hold); `within` (it was told and has not come back far
    enough); `told` (it was told before and still holds); `waiting` (for a timer); `kept` (remembered); `nothing`. None
    where it went on, acted, or met a problem."""
    if hop.way in ("unread", "passed_by") and not hop.troubles:
        return "unread" if hop.way == "unread" else "off"
    if hop.troubles or hop.did or hop.way == "start":
        return None
    if hop.left:
        return None if any(node.outputs.get(port) for port, _ in hop.left) else "unwired"
    if met is False:
        return "unmet" if hop.stands != "entered" else "within"
    if hop.stood == hop.stands == "entered" and met:
        return "told"
    if hop.due is not None:
        return "waiting"
    if hop.way == "answer":
        return None
    return "kept" if hop.before != hop.after else "nothing"


def _event(arrival: Arrival) -> Event:
    return Event(arrival.arrived, arrival.arrived, arrival.device, arrival.type, arrival.data or {}, arrival.cause)


def _sample(event: Event) -> dict[str, Any]:
    return {"time": event.time, "device": event.device, "data": shortened(event.data)}
