"""A scenario in virtual time: its devices, its flow and its models together, from moment to moment. Nothing leaves.

The same seed, switches and approvals at the same moments give the same play. What a flow commands comes back to the virtual devices; a
local model is really asked, at once; language models answer as answers.jsonl says."""

import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from functools import lru_cache
from heapq import heapify, heapreplace
from io import BytesIO
from typing import Any

import msgspec

from engine.actions import needs_approval
from engine.answers import AnswerLine, Answers
from engine.arrivals import ArrivalReader
from engine.effect import Effect
from engine.engine import Engine
from engine.plan import Plan, build_plan
from engine.runner import Runner
from fleet.device import VirtualDevice
from fleet.record import GARBLED
from gallery.scenario import MODELS, BadScenario, Scenario
from nodes.kit.catalog import full_catalog
from nodes.kit.effect import Answer
from nodes.kit.event import Event
from nodes.kit.picture import handle
from runtime.inference.local import Local
from runtime.inference.model_folder import Found, models_in
from runtime.inference.onnx import Sessions
from runtime.recording import read_answers

MOST_PICTURES = 64
"""The newest that a play keeps."""
MOST_SAID = 1_024
"""Answers of local models that are remembered."""
PATIENCE = 10.0
"""Seconds that one ask of a local model may take."""
MOST_PROMPTED = 100
"""Times that devices speak out of turn in one moment, because a command changed them."""


class Reading(msgspec.Struct, frozen=True):
    """What a device said at `at` (ms): its fields by name, a picture as its handle."""

    at: int
    device: str
    data: dict[str, Any]


class Did(msgspec.Struct, frozen=True):
    """An action of the flow with index `flow`, at `at` (ms). `pending`: it waits for a person (`Play.approve`)."""

    at: int
    flow: int
    effect: Effect
    pending: bool = False


Happening = Reading | Did


class Wire(msgspec.Struct):
    """What left by one port: how many events so far, and the last."""

    count: int
    last: Event


class Flow:
    """One document at work. `wires` by node and port; `looked` by device, the last event that says what is in a picture."""

    def __init__(self, plan: Plan, start: int, answers: "_Asked") -> None:
        self.plan = plan
        self.wires: dict[tuple[str, str], Wire] = {}
        self.looked: dict[str, Event] = {}
        self.runner = Runner(Engine(plan, now=start, tap=self._passed), answers)
        self.reader = ArrivalReader(plan)

    def _passed(self, node: str, port: str, event: Event) -> None:
        if "objects" in event.data and event.device is not None:
            self.looked[event.device] = event
        wire = self.wires.get((node, port))
        if wire is None:
            self.wires[node, port] = Wire(1, event)
        else:
            wire.count, wire.last = wire.count + 1, event


class Play:
    """`documents` play side by side on the same devices (default: the scenario's own flow); the commands of the first one reach them."""

    def __init__(self, scenario: Scenario, *documents: dict[str, Any], zone: str = "Asia/Tokyo") -> None:
        self.scenario, self.start = scenario, scenario.start
        self.now = self.start
        self.pictures: OrderedDict[str, bytes] = OrderedDict()
        self.pending: dict[str, Effect] = {}
        self.events = 0
        self.devices = {
            device.id: VirtualDevice(device, scenario.fleet.type_of(device), scenario.fleet.seed)
            for device in scenario.fleet.devices
        }
        self._due = [(device.first_due(self.start), place) for place, device in enumerate(self.devices.values())]
        heapify(self._due)
        here = _Here(self.pictures)
        self.flows = [self._flow(document, zone, here) for document in documents or (scenario.flow,)]
        self._heard: list[Happening] = []
        self._changed: list[VirtualDevice] = []

    def _flow(self, document: dict[str, Any], zone: str, here: "_Here") -> Flow:
        plan = build_plan(document, full_catalog(), self.scenario.registry, zone=zone)
        return Flow(plan, self.start, _Asked(_recorded(self.scenario, document), here))

    # --- what a person does -------------------------------------------------------------------------------------

    def switch(self, device: str, fault: str, on: bool) -> None:
        """A fault of a device, from now on. Raises KeyError where there is none."""
        known = self.devices[device]
        if known.fault(fault) is None:
            raise KeyError(fault)
        known.switch(fault, on)

    def approve(self, key: str) -> list[Happening]:
        """The waiting command with that key goes out. Raises KeyError where none waits."""
        self._obey(self.pending.pop(key))
        self._answer_back()
        return self._taken()

    # --- how time passes ----------------------------------------------------------------------------------------

    def advance(self, milliseconds: int) -> list[Happening]:
        """What happens in so many ms of virtual time, the end included, in order."""
        until = self.now + milliseconds
        devices = list(self.devices.values())
        while self._due and self._due[0][0] <= until:
            at, place = self._due[0]
            heapreplace(self._due, (at + devices[place].period, place))
            self._pass_to(at - 1)
            self.now = at
            self._speak(devices[place])
            self._answer_back()
        self._pass_to(until)
        return self._taken()

    def _pass_to(self, now: int) -> None:
        """Timers and answers due by `now` come, each with what devices say to it."""
        while (due := min(self._dues(), default=None)) is not None and due <= now:
            self.now = max(self.now, due)
            for index, flow in enumerate(self.flows):
                self._note(index, flow.runner.advance(self.now))
            self._answer_back()
        self.now = max(self.now, now)

    def _dues(self) -> Iterator[int]:
        return (due for flow in self.flows if (due := flow.runner.next_due()) is not None)

    def _taken(self) -> list[Happening]:
        heard, self._heard = self._heard, []
        return heard

    def _answer_back(self) -> None:
        """Devices that a command changed say so at once."""
        for _ in range(MOST_PROMPTED):
            if not self._changed:
                return
            self._speak(self._changed.pop(0))
        self._changed.clear()

    def _speak(self, device: VirtualDevice) -> None:
        at = self.now
        fields = device.read(at)
        if device.silent:
            return
        self.events += 1
        data = {name: self._kept(value) if isinstance(value, bytes) else value for name, value in fields.items()}
        row = {"topic": device.topic(), "data": GARBLED} if device.garbled else {"device": device.id, "data": data}
        self._heard.append(Reading(at, device.id, {} if device.garbled else data))
        for index, flow in enumerate(self.flows):
            arrival = flow.reader.arrival(row, at, at, str(self.events))
            self._note(index, flow.runner.push(arrival))

    def _kept(self, picture: bytes) -> dict[str, Any]:
        """Keep the picture, and its handle in its place."""
        sha256 = hashlib.sha256(picture).hexdigest()
        self.pictures[sha256] = picture
        self.pictures.move_to_end(sha256)
        while len(self.pictures) > MOST_PICTURES:
            self.pictures.popitem(last=False)
        return handle(sha256, *_size(picture))

    def _note(self, index: int, effects: Iterator[Effect]) -> None:
        for effect in effects:
            if effect.ask:
                continue
            pending = needs_approval(effect, self.scenario.registry)
            self._heard.append(Did(max(effect.time, self.start), index, effect, pending))
            if index == 0 and effect.kind == "command":
                if pending:
                    self.pending[effect.key] = effect
                else:
                    self._obey(effect)

    def _obey(self, effect: Effect) -> None:
        """As on a broker: whoever listens to the command's topic hears it, the meter behind the machine too."""
        commanded = self.devices.get(effect.device or "")
        type = self.scenario.registry.types.get(commanded.kind.id) if commanded else None
        known = type.command(str(effect.data.get("command"))) if type else None
        if commanded is None or known is None:
            return
        topic = commanded.topic(known.topic)
        for device in self.devices.values():
            for listen in device.kind.listens:
                if device.topic(listen.topic) == topic and device.told(effect.data.get("values"), listen.sets):
                    self._changed.append(device)


class _Here:
    """The local models, asked once about each picture whatever flow wants to know."""

    def __init__(self, pictures: OrderedDict[str, bytes]) -> None:
        self._found, sessions = _models()
        self._local = Local(sessions, pictures.get)
        self._said: OrderedDict[bytes, Answer] = OrderedDict()

    def ask(self, request: dict[str, Any]) -> Answer | None:
        """None where no such model is here."""
        model = self._found.models.get(str(request.get("model")))
        if model is None:
            return None
        written = msgspec.json.encode(request)
        if written not in self._said:
            self._said[written] = self._local.ask(model, request, PATIENCE)
            if len(self._said) > MOST_SAID:
                self._said.popitem(last=False)
        return self._said[written]


@lru_cache(1)
def _models() -> tuple[Found, Sessions]:
    found = models_in(MODELS)
    return found, Sessions(found.files.get)


class _Asked(Answers):
    """Recorded answers first, then the local models."""

    def __init__(self, recorded: list[AnswerLine], here: _Here) -> None:
        super().__init__(recorded)
        self._here = here

    def take(self, effect: Effect) -> AnswerLine | None:
        line = super().take(effect)
        if line is None and effect.ask and (answer := self._here.ask(effect.data)) is not None:
            return AnswerLine(effect.node, answer)
        return line


def _recorded(scenario: Scenario, document: dict[str, Any]) -> list[AnswerLine]:
    """The lines of answers.jsonl; in another document than the scenario's own they go to its one node of the same kind."""
    lines = list(read_answers(BytesIO(scenario.answers), _refuse))
    if document is scenario.flow or not lines:
        return lines
    kinds = {node["id"]: node["kind"] for node in scenario.flow["nodes"]}
    own: dict[str, list[str]] = {}
    for node in document["nodes"]:
        own.setdefault(node["kind"], []).append(node["id"])
    return [
        msgspec.structs.replace(line, node=same[0])
        for line in lines
        if len(same := own.get(kinds.get(line.node, ""), [])) == 1
    ]


def _refuse(line: int, detail: str) -> None:
    raise BadScenario(f"answers.jsonl, line {line}: {detail}")


def _size(picture: bytes) -> tuple[int, int]:
    from PIL import Image

    with Image.open(BytesIO(picture)) as opened:
        return opened.size
