"""threshold, holds and bands: what a value or condition is, and when that changes."""

from collections.abc import Callable
from typing import Any

from tests.oracle.model.holding import Holding, Reading
from tests.oracle.model.life import Alarm, Model, Past
from tests.oracle.model.stream import Event, Moment, Out, number


class Threshold(Holding):
    """`cleared` at the first reading that is past the limit by `margin`: at exactly the margin it is; without a margin
    at the first that does not meet the comparison."""

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.field, self.margin = params["field"], params.get("margin", 0)
        self.name = next(n for n in ("above", "at_least", "below", "at_most", "between", "outside") if n in params)
        self.limit = params[self.name]

    def judge(self, event: Event) -> Reading | Out:
        value = number(event, self.field)
        if isinstance(value, Out):
            return value
        return Reading(event.time, self.met(value), self.back(value))

    def met(self, value: float) -> bool:
        limit = self.limit
        if self.name == "above":
            return value > limit
        if self.name == "at_least":
            return value >= limit
        if self.name == "below":
            return value < limit
        if self.name == "at_most":
            return value <= limit
        inside = limit[0] <= value <= limit[1]
        return inside if self.name == "between" else not inside

    def back(self, value: float) -> bool:
        margin, limit = self.margin, self.limit
        if not margin:
            return not self.met(value)
        if self.name in ("above", "at_least"):
            return value <= limit - margin
        if self.name in ("below", "at_most"):
            return value >= limit + margin
        if self.name == "between":
            return value <= limit[0] - margin or value >= limit[1] + margin
        return limit[0] + margin <= value <= limit[1] - margin


class Holds(Holding):
    """`true`: the expression as a function of an event, or what is wrong with it."""

    def __init__(self, params: dict[str, Any], true: Callable[[Event], bool | Out]) -> None:
        super().__init__(params)
        self.true = true

    def judge(self, event: Event) -> Reading | Out:
        met = self.true(event)
        return met if isinstance(met, Out) else Reading(event.time, met, not met)


class Bands(Model):
    """A band is its name, None is no band."""

    def __init__(self, params: dict[str, Any]) -> None:
        self.field, self.bands, self.length = params["field"], params["bands"], params.get("for", 0)
        self.margin, self.back, self.gap = (
            params.get("margin", 0),
            params.get("back", "down"),
            params.get("gap", "keep"),
        )

    def heard(self, past: Past, event: Event) -> list[Out]:
        value = number(event, self.field)
        if isinstance(value, Out):
            return [value]
        first = not any(moment.sent("changed") for moment in past)
        band, current = self.band(value, self.current(past)), self.current(past)
        if first or (band != current and not self.length):
            return [Out("changed", event, {"band": band, "previous": current})]
        return [Out("same", event, {"band": current, "previous": current})]

    def alarms(self, past: Past) -> list[Alarm]:
        coming = self.coming(past)
        return [(coming[0].event.time + self.length, "hold")] if coming else []

    def rang(self, past: Past, name: str, event: Event) -> list[Out]:
        current = self.current(past)
        band = self.band(number(self.coming(past)[-1].event, self.field), current)
        return [Out("changed", event, {"band": band, "previous": current})]

    def current(self, past: Past) -> str | None:
        changes = [out for moment in past for out in moment.outs if out.port == "changed"]
        return changes[-1].more["band"] if changes else None

    def coming(self, past: Past) -> list[Moment]:
        """The last readings that are all in one other band than the current one."""
        current = self.current(past)
        run: list[Moment] = []
        for moment in reversed(past):
            if moment.sent("changed"):
                break
            value = number(moment.event, self.field)
            if isinstance(value, Out):
                continue
            band = self.band(value, current)
            if band == current or (run and band != self.band(number(run[0].event, self.field), current)):
                break
            run.insert(0, moment)
        return run

    def band(self, value: float | Out, current: str | None) -> str | None:
        assert not isinstance(value, Out)
        down = self.margin if self.back in ("down", "both") else 0
        up = self.margin if self.back in ("up", "both") else 0
        for band in self.bands:
            if band["name"] == current and self.within(band, value, down, up):
                return current
        for band in self.bands:
            if self.within(band, value, 0, 0):
                return band["name"]
        return current if self.gap == "keep" else None

    @staticmethod
    def within(band: dict[str, Any], value: float, down: float, up: float) -> bool:
        low, high = band.get("from"), band.get("to")
        return (low is None or value >= low - down) and (high is None or value < high + up)
