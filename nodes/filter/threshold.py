"""threshold: fires once when a field has passed a limit (for a while), and once when it has come back."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

from pydantic import Field, model_validator

from nodes.kit.effect import Cancel, Emit, Timer, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.kind import Example, Kind, KindWords, Memory, Phrase, Port
from nodes.kit.params import Duration, FieldName, Identity, Mark, NodeParams, Per, Settable
from nodes.kit.scope import Scope

COMPARISONS = ("above", "at_least", "below", "at_most", "between", "outside")
Limit = Annotated[float, Mark(unit_of="field"), Settable]
Limits = Annotated[tuple[Limit, Limit], Mark(unit_of="field")]


class Params(NodeParams):
    field: Annotated[FieldName, Identity]
    above: Limit | None = None
    at_least: Limit | None = None
    below: Limit | None = None
    at_most: Limit | None = None
    between: Limits | None = None
    outside: Limits | None = None
    margin: Annotated[float, Field(ge=0), Mark(unit_of="field", difference=True), Settable] = 0.0
    hold: Annotated[Duration, Settable, Field(alias="for")] = 0
    per: Per = "device"

    @model_validator(mode="after")
    def one_comparison(self) -> "Params":
        given = [name for name in COMPARISONS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"exactly one of {', '.join(COMPARISONS)}")
        return self


class ThresholdMemory(Memory):
    since: int | None = None
    """Start of the running hold (ms, the key's clock); None while the comparison is false."""
    inside: bool = False
    """An `entered` was sent and no `cleared` yet."""


class Threshold(Kind):
    id = "threshold"
    group = "filter"
    icon = "gauge"
    outputs = (
        Port("entered", {"ja": "超えた", "en": "entered"}),
        Port("cleared", {"ja": "戻った", "en": "cleared"}),
    )
    Params = Params
    Memory = ThresholdMemory
    words: dict[str, KindWords] = {}
    phrases: tuple[Phrase, ...] = ()
    examples: tuple[Example, ...] = ()

    def __init__(self, params: Params, scope: Scope) -> None:
        super().__init__(params, scope)
        self.met, self.past = comparison(params)

    def on_event(self, event: Event, port: str, memory: ThresholdMemory) -> Iterator[Yield]:
        value = event.data.get(self.params.field)
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield Trouble("missing_field" if value is None else "wrong_type", {"field": self.params.field})
        elif self.met(value):
            yield from self._holding(event, memory)
        else:
            yield from self._free(event, value, memory)

    def _holding(self, event: Event, memory: ThresholdMemory) -> Iterator[Yield]:
        if memory.inside or memory.since is not None:
            return
        if not self.params.hold:
            memory.inside = True
            yield Emit("entered", event)
            return
        memory.since = event.time
        yield Timer("hold", event.time + self.params.hold)

    def _free(self, event: Event, value: float, memory: ThresholdMemory) -> Iterator[Yield]:
        if memory.since is not None:
            memory.since = None
            yield Cancel("hold")
        if memory.inside and self.past(value):
            memory.inside = False
            yield Emit("cleared", event)

    def on_timer(self, name: str, event: Event, memory: ThresholdMemory) -> Iterator[Yield]:
        memory.since, memory.inside = None, True
        yield Emit("entered", event)

    def on_settings(self, before: Params, memory: ThresholdMemory, now: int) -> Iterator[Yield]:
        if memory.since is not None and before.hold != self.params.hold:
            yield Timer("hold", memory.since + self.params.hold)


def comparison(params: Params) -> tuple[Callable[[float], bool], Callable[[float], bool]]:
    """Two tests of a value: is the comparison met, and is the value back past the limit by the margin."""
    m: Any = params.margin
    if (limit := params.above) is not None:
        return (lambda v: v > limit), (lambda v: v <= limit - m)
    if (limit := params.at_least) is not None:
        return (lambda v: v >= limit), (lambda v: v < limit - m if not m else v <= limit - m)
    if (limit := params.below) is not None:
        return (lambda v: v < limit), (lambda v: v >= limit + m)
    if (limit := params.at_most) is not None:
        return (lambda v: v <= limit), (lambda v: v > limit + m if not m else v >= limit + m)
    if params.between is not None:
        lo, hi = params.between
        return (lambda v: lo <= v <= hi), (lambda v: (v < lo or v > hi) if not m else (v <= lo - m or v >= hi + m))
    lo, hi = params.outside or (0.0, 0.0)
    return (lambda v: v < lo or v > hi), (lambda v: lo + m <= v <= hi - m)
