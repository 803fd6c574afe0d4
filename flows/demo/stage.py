"""What can be seen of a play: the last readings, the series that are drawn, what the flow did, what is on its wires."""

from collections import deque
from collections.abc import Iterable
from typing import Any

from engine.actions import named_command
from engine.fates import shortened
from flows.demo.meaning import Meaning
from gallery.play import Did, Flow, Happening, Play, Reading
from gallery.scenario import Scenario
from nodes.kit.event import Event
from nodes.kit.picture import sha256_of
from runtime.reports import standings_in

MOST_POINTS = 240
"""Of each series; older ones go."""
MOST_ALERTS = 100
MOST_BOXES = 20
QUIET = "store"
"""The kind of what is only kept: counted, and not shown as an alert."""
LANGS = ("ja", "en")


class Stage:
    """Fed with what happens. `news` is what changed since it was last taken, `whole` all there is to see; both are JSON."""

    def __init__(self, scenario: Scenario, play: Play, document: dict[str, Any]) -> None:
        self.scenario, self.play = scenario, play
        self.meaning = Meaning(document, scenario.registry)
        self.readings: dict[str, dict[str, Any]] = {}
        self.points: dict[str, deque[tuple[int, Any]]] = {
            f"{signal.device}.{signal.field}": deque(maxlen=MOST_POINTS) for signal in scenario.about.signals
        }
        self.alerts: deque[dict[str, Any]] = deque(maxlen=MOST_ALERTS)
        self.counts: dict[str, int] = {}
        self.beside: dict[str, int] = {}
        """The same of the scenario's own flow, which goes along unseen where another one is shown."""
        self._told: dict[str, int] = {}
        self._stood: dict[str, Any] = {}
        self._looked: dict[str, Event] = {}
        self._fresh: set[str] = set()
        self._drawn: dict[str, list[tuple[int, Any]]] = {}
        self._said: list[dict[str, Any]] = []

    def take(self, happenings: Iterable[Happening]) -> list[dict[str, Any]]:
        """Note what happened; gives the alerts among it."""
        alerts = []
        for happening in happenings:
            if isinstance(happening, Reading):
                self._read(happening)
            elif happening.flow > 0:
                self.beside[happening.effect.node] = self.beside.get(happening.effect.node, 0) + 1
            else:
                self.counts[happening.effect.node] = self.counts.get(happening.effect.node, 0) + 1
                if happening.effect.kind != QUIET:
                    alerts.append(self._did(happening))
        return alerts

    @property
    def tallies(self) -> dict[str, int]:
        """How often nodes have acted: those of the scenario's own flow, by which savings are reckoned, and of what is shown."""
        return {**self.counts, **self.beside}

    def approved(self, key: str) -> None:
        """The command with that key waits no longer."""
        for alert in self.alerts:
            if alert["key"] == key:
                alert["pending"] = False
                self._said.append(alert)

    def news(self) -> dict[str, Any]:
        edges, nodes = self._wires(self._told), self._standings(self._stood)
        found = {
            "levels": self.meaning.levels(self._stood) if nodes else {},
            "boxes": self._boxes(self._looked),
            "readings": {id: self.readings[id] for id in sorted(self._fresh)},
            "points": self._drawn,
            "alerts": self._said,
            "edges": edges,
            "nodes": nodes,
        }
        self._fresh, self._drawn, self._said = set(), {}, []
        return {name: part for name, part in found.items() if part}

    def whole(self) -> dict[str, Any]:
        nodes = self._standings({})
        return {
            "limits": self.meaning.limits,
            "levels": self.meaning.levels({node: one["standings"] for node, one in nodes.items()}),
            "boxes": self._boxes({}),
            "readings": self.readings,
            "points": {name: list(points) for name, points in self.points.items()},
            "alerts": list(self.alerts),
            "edges": self._wires({}),
            "nodes": nodes,
        }

    # --- what happens -------------------------------------------------------------------------------------------

    def _read(self, reading: Reading) -> None:
        if not reading.data:  # it could not be read
            return
        data = reading.data
        self.readings[reading.device] = {"at": reading.at, "data": data}
        self._fresh.add(reading.device)
        for name, value in data.items():
            points = self.points.get(f"{reading.device}.{name}")
            if points is not None and isinstance(value, int | float | str):
                points.append((reading.at, value))
                self._drawn.setdefault(f"{reading.device}.{name}", []).append((reading.at, value))

    def _did(self, did: Did) -> dict[str, Any]:
        effect = did.effect
        registry = self.scenario.registry
        alert: dict[str, Any] = {
            "id": sum(self.counts.values()),
            "at": did.at,
            "key": effect.key,
            "node": effect.node,
            "kind": effect.kind,
            "device": effect.device,
            "pending": did.pending,
        }
        if "command" in effect.data:
            said = {lang: named_command(effect, registry, lang) for lang in LANGS}
            alert |= {"said": said, "command": effect.data["command"], "values": effect.data.get("values") or {}}
        else:
            text = effect.data.get("text", effect.data.get("body"))
            alert |= {"said": {lang: _text(text) for lang in LANGS}, "to": str(effect.data.get("to") or "")}
        self.alerts.append(alert)
        self._said.append(alert)
        return alert

    # --- what is on the wires -----------------------------------------------------------------------------------

    @property
    def flow(self) -> Flow:
        return self.play.flows[0]

    def _wires(self, told: dict[str, int]) -> dict[str, Any]:
        """Those whose count is not as it was `told`, which is brought up to date. Without times, which are not ours."""
        edges = {}
        for (node, port), wire in self.flow.wires.items():
            name = f"{node}.{port}"
            if told.get(name) != wire.count:
                told[name] = wire.count
                data = shortened(wire.last.data)
                edges[name] = {"count": wire.count, "rate": 0, "time": None, "device": wire.last.device, "data": data}
        return edges

    def _boxes(self, told: dict[str, Event]) -> dict[str, Any]:
        """By device, what a model found in its picture: the picture, and each object's class and box (parts of the picture)."""
        found = {}
        for device, event in self.flow.looked.items():
            if told.get(device) is not event:
                told[device] = event
                picture = next((sha for value in event.data.values() if (sha := sha256_of(value))), None)
                objects = [{"class": one["class"], "box": one["box"]} for one in event.data["objects"][:MOST_BOXES]]
                found[device] = {"picture": picture, "objects": objects}
        return found

    def _standings(self, told: dict[str, Any]) -> dict[str, Any]:
        nodes = {}
        for node, standings in standings_in(self.flow.runner.engine).items():
            plain = [{name: one[name] for name in ("word", "count", "keys")} for one in standings]
            if told.get(node) != plain:
                told[node] = plain
                nodes[node] = {"standings": plain}
        return nodes


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)[:500]
