"""counter: what was added from reading to reading. A reading beyond `wrap_at` shows that it did not wrap there."""

from fractions import Fraction
from typing import Any

from tests.oracle.model.life import Model, Past
from tests.oracle.model.stream import Event, Moment, Out, number, trouble


class Counter(Model):
    def __init__(self, params: dict[str, Any]) -> None:
        self.field, self.factor = params["field"], params.get("factor", 1.0)
        self.wrap_at, self.max_step = params.get("wrap_at"), params.get("max_step")

    def heard(self, past: Past, event: Event) -> list[Out]:
        if event.port == "reset":
            return []
        value = number(event, self.field)
        if isinstance(value, Out):
            return [value]
        if value < 0:
            return [trouble("value_out_of_range", event)]
        counts, restarted = self.counted(self.before(past), value)
        if self.max_step is not None and counts * self.factor > self.max_step:
            return [trouble("value_out_of_range", event)]
        total = float(sum(self.since_reset(past)) + Fraction(counts) * Fraction(self.factor))
        out = Out("out", event, {"increase": counts * self.factor, "total": total})
        return [out, Out("restarted", event, out.more)] if restarted else [out]

    def counted(self, last: float | None, value: float) -> tuple[float, bool]:
        """Counts since the reading before, and whether the device restarted."""
        if last is None:
            return 0.0, False
        if value >= last:
            return value - last, False
        if self.wrap_at is not None and last <= self.wrap_at and value + self.wrap_at - last <= self.wrap_at / 2:
            return value + self.wrap_at - last, False
        return value, True

    def before(self, past: Past) -> float | None:
        values = [number(moment.event, self.field) for moment in past if moment.event.port != "reset"]
        good = [value for value in values if not isinstance(value, Out) and value >= 0]
        return float(good[-1]) if good else None

    def since_reset(self, past: Past) -> list[Fraction]:
        resets = [n for n, moment in enumerate(past) if moment.event.port == "reset"]
        first = resets[-1] if resets else 0
        return [self.amount(past[:n], past[n]) for n in range(first, len(past)) if past[n].sent("out")]

    def amount(self, past: Past, moment: Moment) -> Fraction:
        """Exactly what a moment added."""
        value = number(moment.event, self.field)
        assert not isinstance(value, Out)
        return Fraction(self.counted(self.before(past), value)[0]) * Fraction(self.factor)
