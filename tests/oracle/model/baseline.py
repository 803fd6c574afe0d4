"""baseline: how far a value is from the average of the last readings. A null score is beyond nothing."""

from typing import Any

from tests.oracle.model.calcs import average, spread
from tests.oracle.model.life import Model, Past
from tests.oracle.model.stream import Event, Moment, Out, number


class Baseline(Model):
    def __init__(self, params: dict[str, Any]) -> None:
        self.field, self.over = params["field"], params.get("over", 3_600_000)
        self.warm_up, self.ignore = params.get("warm_up", 30), params.get("ignore")

    def heard(self, past: Past, event: Event) -> list[Out]:
        value = number(event, self.field)
        if isinstance(value, Out):
            return [value]
        start = event.time - self.over
        inside = [moment.event for moment in past if self.entered(moment) and moment.event.time > start]
        known = [read for one in inside if not isinstance(read := number(one, self.field), Out)]
        if len(known) < self.warm_up:
            return [Out("learning", event)]
        baseline, scatter = average(known), spread(known)
        away = float(value) - baseline
        score = away / scatter if scatter else 0.0 if away == 0 else None
        return [Out("out", event, {"baseline": baseline, "deviation": away, "spread": scatter, "score": score})]

    def entered(self, moment: Moment) -> bool:
        """Whether this reading became part of the baseline."""
        out = moment.outs[0]
        if out.port != "out" or self.ignore is None:
            return out.port in ("out", "learning")
        return abs(out.more["score"] or 0) <= self.ignore
