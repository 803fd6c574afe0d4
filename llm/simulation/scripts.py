"""A script is what a trial gives: phases of steady readings, written as the `given` rows of a document's test."""

from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from engine.document_tests import FIRST_DAY
from llm.simulation.targets import Choice, Slot, Source, plain_value
from nodes.kit.duration import format_duration

MOST_READINGS = 300
"""Readings that one phase may hold for each device."""
SPAN = 400 * 86_400_000
"""How long a trial may wait for timers at most (ms)."""
Spread = Literal["one", "all", "apart"]


class Phase(msgspec.Struct, frozen=True):
    """`choice` is read every `every` for `length` (ms); None: nothing comes. `only`: the one source that is heard."""

    choice: Choice | None
    length: int
    every: int
    only: int | None = None

    def count(self) -> int:
        return max(1, min(MOST_READINGS, -(-self.length // self.every)))


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """`spread`: whether one device of each source gets the readings, all, or the first alone and the others those of the
    first phase. `start` is an offset (ms) from the first Monday. After the phases, `waits` moments at which a timer is
    due pass without readings. `turn` picks what stubs answer, `fails`: nothing that is done succeeds."""

    phases: tuple[Phase, ...]
    spread: Spread = "one"
    start: int = 0
    waits: int = 0
    turn: int = 0
    fails: bool = False

    def length(self) -> int:
        return sum(phase.length for phase in self.phases)

    def readings(self) -> int:
        return sum(phase.count() for phase in self.phases if phase.choice is not None)

    def moment(self) -> str:
        """Where its time starts, as a test writes it."""
        return (datetime.fromisoformat(FIRST_DAY) + timedelta(milliseconds=self.start)).isoformat(timespec="seconds")

    def rows(self, sources: list[Source], slots: list[Slot]) -> list[dict[str, Any]]:
        """The `given` rows of all phases."""
        rows, at = [], 0
        first = next((phase.choice for phase in self.phases if phase.choice is not None), None)
        for phase in self.phases:
            for number, source in enumerate(sources if phase.choice is not None else []):
                if phase.only not in (None, number):
                    continue
                rows += self._rows(source, number, phase, first, slots, at)
            at += phase.length
        return rows

    def _rows(
        self, source: Source, number: int, phase: Phase, first: Choice | None, slots: list[Slot], at: int
    ) -> list[dict[str, Any]]:
        names = source.rows()[:1] if self.spread == "one" else source.rows()
        rows = []
        for index, name in enumerate(names):
            choice = first if self.spread == "apart" and index else phase.choice
            data = data_of(source, number, choice or (), slots)
            last = at + (phase.count() - 1) * phase.every
            when = (
                {"at": format_duration(at)}
                if last == at
                else {
                    "from": format_duration(at),
                    "every": format_duration(phase.every),
                    "until": format_duration(last),
                }
            )
            rows.append({**name, **when, "data": data["value"] if source.bare else data})
        return rows


def data_of(source: Source, number: int, choice: Choice, slots: list[Slot]) -> dict[str, Any]:
    """What one reading of `source` holds: its own slots as chosen, everything else plain."""
    data = {name: plain_value(type_, source.units.get(name)) for name, type_ in source.fields.items()}
    for slot, value in zip(slots, choice, strict=False):
        if slot.source == number:
            data[slot.field] = value
    return {name: _short(value) for name, value in data.items()}


def _short(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
