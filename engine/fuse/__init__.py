"""Batches of messages through a plan compiled to loops (see writer.py); whatever does not fit takes the engine's usual way."""

from itertools import groupby
from typing import TYPE_CHECKING, Any

from engine.fuse.writer import Loop, Writer
from engine.incoming import Incoming
from engine.plan import Plan, PlanNode
from engine.slots import Slot
from nodes.kit.event import Arrival
from nodes.kit.kind import SourceKind
from nodes.kit.quick import Reading
from nodes.kit.topic import MOST_KNOWN

if TYPE_CHECKING:
    from engine.engine import Engine

NOBODY = -1


class Fused:
    """The loops of a plan's sources, each written when it is first needed."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._readings = {
            node.index: made for node in plan.nodes if not node.off and (made := _reading(node)) is not None
        }
        self._loops: dict[tuple[int, bool], Loop] = {}
        """By source, and whether the slots are known."""
        self._seats: dict[str, Slot] = {}
        """By topic, where one source reads all and the topic names a device: the slot that its messages come to first, once it is
        there. Among very many devices, none of them in the processor's cache, one look-up less is much."""
        self._gone = 0
        self._devices: dict[str, str | None] = {}
        self._sources: dict[str, int] = {}
        """By topic: who reads it (NOBODY: not one source alone, or not here) and from which device."""

    def run(self, engine: "Engine", incoming: Incoming) -> None:
        """Everything that `Engine.push` does, for each message after the other."""
        topics = incoming.topics
        if len(self._devices) > MOST_KNOWN:
            self._devices.clear()
            self._sources.clear()
            self._seats.clear()
        if self._seats and self._seated(engine, incoming):
            return
        devices = list(map(self._devices.get, topics))
        if None in devices:  # new ones, or such as go another way
            devices = [self._device(engine, topic) for topic in topics]
        if len(self._readings) == 1 and None not in devices:
            (source,) = self._readings
            loop = self._part(engine, incoming, source, devices, 0, len(topics))
            if loop.ahead is not None:
                self._seat(engine, loop.ahead, topics, devices)
            return
        at = 0
        for source, group in groupby(topics, key=self._sources.__getitem__):
            end = at + len(list(group))
            if source == NOBODY:
                for place in range(at, end):
                    engine.single(place, incoming)
            else:
                self._part(engine, incoming, source, devices, at, end)
            at = end

    def _seated(self, engine: "Engine", incoming: Incoming) -> bool:
        """Everything, where every topic has a seat."""
        if self._gone != engine.gone:
            self._seats.clear()
            return False
        try:
            slots = list(map(self._seats.__getitem__, incoming.topics))
        except KeyError:
            return False
        (source,) = self._readings
        self._part(engine, incoming, source, slots, 0, len(slots), seated=True)
        return True

    def _seat(self, engine: "Engine", ahead: int, topics: list[str], devices: list[Any]) -> None:
        self._gone = engine.gone
        found = map(engine.slots[ahead].get, devices)
        self._seats.update((topic, slot) for topic, slot in zip(topics, found, strict=True) if slot and slot.key)

    def _part(
        self, engine: "Engine", incoming: Incoming, source: int, known: list[Any], first: int, last: int, *,
        seated: bool = False,
    ) -> Loop:  # fmt: skip
        reading = self._readings[source]
        loop = self._loops.get((source, seated))
        if loop is None:
            writer = Writer(self.plan, self.plan.nodes[source], reading, seated=seated)
            loop = self._loops[source, seated] = writer.loop()
        loop.run(engine, known, incoming.records(reading.reader), incoming, first, last)
        return loop

    def _device(self, engine: "Engine", topic: str) -> str | None:
        """The device whose `topic` one source reads, None where the engine has to look itself."""
        if topic not in self._devices:
            source, device = NOBODY, None
            readers = engine.readers(Arrival(0, "", topic=topic))
            if len(readers) == 1 and (reading := self._readings.get(readers[0].index)) is not None:
                device = reading.device(topic)
                source = NOBODY if device is None else readers[0].index
            self._devices[topic], self._sources[topic] = device, source
        return self._devices[topic]


def _reading(node: PlanNode) -> Reading | None:
    return node.instance.reading() if isinstance(node.instance, SourceKind) else None
