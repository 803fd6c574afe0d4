"""A script is what a trial gives: phases of steady readings, written as the `given` rows of a document's test."""

from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from engine.document_tests import FIRST_DAY
from llm.simulation.targets import Choice, Slot, Source, plain_value
from nodes.kit.duration import format_duration

MOST_READINGS = 300
"""Readings that one phase may hold for each device."""
DAY = 86_400_000
SPAN = 400 * DAY
"""How long a trial may wait for timers at most (ms)."""
Spread = Literal["one", "all", "apart"]


class Past(msgspec.Struct, frozen=True):
    """Usual readings that come before a script, every `every` for `length` (ms), each field the
    first of its values, numbers also a little more in turn."""

    length: int
    every: int


PARTS, LEAST_PARTS, MOST_PARTS = 96, 61, 480
"""Readings of a past: usually, at least (so many something that learns may want), at most."""
MORE = 0.02
"""By which part of itself every second reading of a past is more."""


def past_of(length: int, lengths: set[int]) -> Past | None:
    """A past of at least `length` ms, in whole days so that it ends at the same time of day, with readings close enough for the
    other lengths of time of a flow; None where nothing has to learn."""
    if length <= 0:
        return None
    days = -(-length // DAY) * DAY
    shortest = min((one for one in lengths if one > 0 and one < length), default=length)
    every = max(days // MOST_PARTS, min(days // PARTS, shortest // 2))
    return Past(days, min(every, days // LEAST_PARTS))


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
    past: Past | None = None

    def before(self) -> int:
        """How long (ms) the past is."""
        return self.past.length if self.past is not None else 0

    def length(self) -> int:
        return self.before() + sum(phase.length for phase in self.phases)

    def readings(self) -> int:
        return sum(phase.count() for phase in self.phases if phase.choice is not None)

    def moment(self) -> str:
        """Where its time starts, as a test writes it."""
        return (datetime.fromisoformat(FIRST_DAY) + timedelta(milliseconds=self.start - self.before())).isoformat(
            timespec="seconds"
        )

    def rows(self, sources: list[Source], slots: list[Slot]) -> list[dict[str, Any]]:
        """The `given` rows of all phases."""
        rows, at = self._past(sources, slots), self.before()
        first = next((phase.choice for phase in self.phases if phase.choice is not None), None)
        for phase in self.phases:
            for number, source in enumerate(sources if phase.choice is not None else []):
                if phase.only not in (None, number):
                    continue
                rows += self._rows(source, number, phase, first, slots, at)
            at += phase.length
        return rows

    def _past(self, sources: list[Source], slots: list[Slot]) -> list[dict[str, Any]]:
        """The rows of what is usual: two values in turn, so that it is known how much they vary."""
        if self.past is None:
            return []
        low: Choice = tuple(slot.coarse[0] for slot in slots)
        high: Choice = tuple(_more(value) for value in low)
        rows, every = [], self.past.every
        for number, source in enumerate(sources):
            for name in source.rows()[:1] if self.spread == "one" else source.rows():
                for choice, start in ((low, 0), (high, every)):
                    data = data_of(source, number, choice, slots)
                    when = {"from": format_duration(start), "every": format_duration(2 * every)}
                    until = {"until": format_duration(self.past.length - every)}
                    rows.append({**name, **when, **until, "data": data["value"] if source.bare else data})
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


def _more(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return value + 1 if isinstance(value, int) else value + max(abs(value) * MORE, MORE)
