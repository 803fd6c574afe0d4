"""Lanes of what the node made of it: one for each of its outputs, one for what an action does, one for each key's state."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from docs.timeline.axis import Clock
from docs.timeline.readings import Source, spans
from docs.timeline.scene import INK, Bar, Mark, Marks, Numbers, Ticks, Words
from docs.timeline.text import cut
from docs.timeline.watch import CANCELLED, FIRED, OPEN, Log, Sent, Wait
from docs.timeline.words import value as as_text
from engine.effect import Effect
from engine.plan import PlanNode
from nodes.kit.kind import Port

YEARS = 10 * 366 * 86_400_000
LONGEST_TEXT = 150.0
FEW = 8
"""So many marks without a value get their time beside them."""


class Maker:
    """Makes the lanes of one scene. `asked` are the words of those who look at what is sent, the nearest first;
    `many`: there are several nodes of the kind."""

    def __init__(self, log: Log, found: dict[str, Source], asked: list[set[str]], clock: Clock, many: bool) -> None:
        self.log, self.found, self.asked, self.clock, self.many = log, found, asked, clock, many
        self.lang = clock.lang

    def inputs(self, node: PlanNode) -> list[Ticks]:
        """What came to each input, where that is not simply every reading."""
        came = {port.name: [c for c in self.log.came if c.node == node.id and c.port == port.name]
                for port in node.kind.inputs}  # fmt: skip
        wired = [port for port in node.kind.inputs if came[port.name]]
        every = {arrival.arrived for arrival in self.log.arrivals}
        if len(wired) < 2 and all({c.at for c in came[port.name]} == every for port in wired):
            return []
        return [
            Ticks(label=port.label.get(self.lang, port.name), ticks=[c.at for c in came[port.name]], input=True)
            for port in wired
        ]

    def ports(self, node: PlanNode) -> Iterator[Marks]:
        sent = [one for one in self.log.sent if one.node == node.id]
        unheard = not node.outputs and not sent and any(effect.node == node.id for effect in self.log.did)
        for port in node.kind.outputs if not unheard else ():
            mine = [one for one in sent if one.port == port.name]
            fields = self._fields(mine)
            yield self._marks(node, port, mine, fields)

    def deeds(self, nodes: list[PlanNode], label: str) -> Iterator[Marks]:
        """What actions do, of all nodes of the kind together."""
        marks = [Mark(effect.time, self._hue(effect.device), _deed(effect, nodes)) for effect in self.log.did]
        if marks:
            yield Marks(label=label, marks=_together(marks))

    def stands(self, node: PlanNode, label: str) -> Iterator[Words]:
        """Where each key stands, by names that come out of the params."""
        plain = {port.name for port in node.kind.outputs} | {"waiting", None}
        mine = [stand for stand in self.log.stands if stand.node == node.id]
        if all(stand.name in plain for stand in mine):
            return
        for device in dict.fromkeys(stand.device for stand in mine):
            changes: list[tuple[int, Any]] = [(stand.at, stand.name) for stand in mine if stand.device == device]
            shown = [span for span in spans(changes, self.log.end) if span[2] is not None]
            yield Words(label=label, hue=self._hue(device), spans=shown, ticks=[])

    def _marks(self, node: PlanNode, port: Port, sent: list[Sent], fields: list[str]) -> Marks:
        marks = []
        for one in sent:
            values = tuple((name, _short(one.new[name])) for name in fields if name in one.new)
            aside = self.clock.short(one.at) if not values and len(sent) <= FEW else ""
            marks.append(Mark(one.at, self._hue(one.device), values, aside))
        curve = self._curve(node, port, sent, fields[0]) if fields else None
        return Marks(
            label=self._label(node, port), marks=_together(marks), bars=list(self._bars(node, port)), curve=curve
        )

    def _curve(self, node: PlanNode, port: Port, sent: list[Sent], field: str) -> Numbers | None:
        """The numbers that a port added, where there are enough of them for a curve."""
        points = [(one.at, one.new[field]) for one in sent if field in one.new]
        if len(points) < 4 or not all(_is_number(value) for _, value in points):
            return None
        shape = node.kind.shapes(node.instance.params, node.instance.scope).get(port.name)
        unit = (shape.fields[field].unit if shape and field in shape.fields else None) or ""
        hues = {self._hue(one.device) for one in sent}
        label, note = self._label(node, port), f"{field} ({unit})" if unit else field
        hue = hues.pop() if len(hues) == 1 else INK
        return Numbers(label=label, notes=[note], hue=hue, unit=unit, points=points)

    def _bars(self, node: PlanNode, port: Port) -> Iterator[Bar]:
        """The waits that led to this port, and those broken before they could; a wait set anew says nothing, and one that
        never leads anywhere is the node's own business."""
        if node.is_source:
            return
        mine = [wait for wait in self.log.waits if wait.node == node.id]
        leads: dict[str, str] = {}
        for wait in mine:
            if wait.port is not None:
                leads.setdefault(wait.name, wait.port)
        silent = {wait.name for wait in mine if wait.how == FIRED and wait.port is None}
        for wait in mine:
            lane = wait.port or leads.get(wait.name) or (_first(node) if self._broken(wait, mine, silent) else None)
            if lane == port.name and wait.end > wait.start and (wait.port or wait.how in (CANCELLED, OPEN)):
                hue, led = self._hue(wait.device), wait.port is not None
                yield Bar(wait.start, wait.end, hue, led, wait.how == CANCELLED)

    def _broken(self, wait: Wait, mine: list[Wait], silent: set[str]) -> bool:
        return wait.name not in silent and any(w.how == CANCELLED for w in mine if w.name == wait.name)

    def _fields(self, sent: list[Sent]) -> list[str]:
        """The added fields that are worth a word, the most telling first: those that others look at; what is not
        always added or never changes comes last."""
        names = dict.fromkeys(name for one in sent for name in one.new)
        plain = [name for name in names if all(self._is_short(one.new[name]) for one in sent if name in one.new)]
        order = next((some for tier in self.asked if (some := [name for name in plain if name in tier])), plain)
        values = {name: [as_text(one.new[name]) for one in sent if name in one.new] for name in order}
        return sorted(order, key=lambda name: (len(values[name]) < len(sent), len(set(values[name])) == 1 < len(sent)))

    def _is_short(self, value: Any) -> bool:
        moment = _is_number(value) and abs(value - self.log.start) < YEARS
        return not moment and not isinstance(value, list | dict)

    def _hue(self, device: str | None) -> int:
        return self.found[device].hue if device in self.found else INK

    def _label(self, node: PlanNode, port: Port) -> str:
        label = port.label.get(self.lang, port.name)
        return f"{node.instance.scope.label}: {label}" if self.many else label


def _together(marks: Iterable[Mark]) -> list[Mark]:
    """Marks of one moment and one device become one."""
    found: dict[tuple[int, int], list[Mark]] = {}
    for mark in marks:
        found.setdefault((mark.at, mark.hue), []).append(mark)
    return [_joined(same) for same in found.values()]


def _joined(same: list[Mark]) -> Mark:
    if len(same) == 1:
        return same[0]
    name = next((mark.values[0][0] for mark in same if mark.values), None)
    if name is None:
        return Mark(same[0].at, same[0].hue, aside=f"×{len(same)}")
    values = [text for mark in same for field, text in mark.values if field == name]
    return Mark(same[0].at, same[0].hue, ((name, ", ".join(values)),))


def _deed(effect: Effect, nodes: list[PlanNode]) -> tuple[tuple[str, str], ...]:
    """What an action carries, without what its node's params say anyhow."""
    said = {value for node in nodes for value in node.given.values() if isinstance(value, str)} | {effect.device}
    parts = [(name, value) for name, value in _flat(effect.data, "") if value not in said and not _is_time(value)]
    if len(parts) == 1 and isinstance(parts[0][1], str) and " " in parts[0][1]:
        return (("", f"“{parts[0][1]}”"),)
    return tuple((name, _short(value)) for name, value in parts)


def _flat(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, key)
    elif value is not None:
        yield name, value


def _is_time(value: Any) -> bool:
    return isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value) is not None


def _first(node: PlanNode) -> str | None:
    return node.kind.outputs[0].name if node.kind.outputs else None


def _short(value: Any) -> str:
    return cut(as_text(value), 12, LONGEST_TEXT)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
