"""Batches of messages through a plan compiled to loops (see writer.py); whatever does not fit takes the engine's usual way."""

from collections.abc import Callable
from itertools import groupby
from typing import TYPE_CHECKING, Any

from engine.fuse.writer import Writer
from engine.incoming import Incoming
from engine.plan import Plan, PlanNode
from nodes.kit.event import Arrival
from nodes.kit.kind import SourceKind
from nodes.kit.quick import Reading

if TYPE_CHECKING:
    from engine.engine import Engine

MOST_ROUTES = 250_000
NOBODY = -1
Loop = Callable[..., None]


class Fused:
    """The loops of a plan's sources, each written when it is first needed."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._readings = {
            node.index: made for node in plan.nodes if not node.off and (made := _reading(node)) is not None
        }
        self._loops: dict[int, Loop] = {}
        self._devices: dict[str, str | None] = {}
        self._sources: dict[str, int] = {}
        """By topic: who reads it (NOBODY: not one source alone, or not here) and from which device."""

    def run(self, engine: "Engine", incoming: Incoming) -> None:
        """Everything that `Engine.push` does, for each message after the other."""
        topics = incoming.topics
        if len(self._devices) > MOST_ROUTES:
            self._devices.clear()
            self._sources.clear()
        devices = list(map(self._devices.get, topics))
        if None in devices:  # new ones, or such as go another way
            devices = [self._device(engine, topic) for topic in topics]
        if len(self._readings) == 1 and None not in devices:
            self._part(engine, incoming, next(iter(self._readings)), devices, 0, len(topics))
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

    def _part(
        self, engine: "Engine", incoming: Incoming, source: int, devices: list[Any], first: int, last: int
    ) -> None:
        records = incoming.records(self._readings[source].reader)
        loop = self._loops.get(source)
        if loop is None:
            loop = self._loops[source] = Writer(self.plan, self.plan.nodes[source], self._readings[source]).loop()
        loop(engine, devices, records, incoming, first, last)

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
