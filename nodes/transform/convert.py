"""convert: numbers into other units.

Each of `fields` converts one number: from `from` (left out: the unit that the field is registered with) to `to`. The
result takes the field's place, or goes into `name` and leaves the field as it is. All conversions see the event as it
came in. A field that is a distance between two values (a rise, a deviation) stays one: 9 °F more is 5 °C more. A number
that is missing, of another type, or too large for the new unit is a problem and the event goes no further.
"""

import math
from collections.abc import Callable, Iterator
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import check_field, number_in
from nodes.kit.kind import Example, Kind, KindWords, phrases
from nodes.kit.linear import conversion
from nodes.kit.new_name import RESERVED, NewName
from nodes.kit.params import FieldName, NodeParams
from nodes.kit.problem import Problem
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.unit import CannotConvert, UnknownUnit, convert

WORDS = {
    "ja": KindWords(
        label="単位の換算",
        summary="数値の項目を別の単位に換算します。",
        description=(
            "「換算前の単位」を省略すると、登録情報にある項目の単位から換算します。結果は同じ項目に入れ、「結果の項目名」を"
            "指定したときはその項目に入れて元の項目を残します。複数の換算は、どれも届いた時点の値を使います。上昇幅や偏差のような"
            "「差」の項目は、差として換算します(9 °F の差は 5 °C の差)。換算後の項目は新しい単位を持つため、以降のしきい値や設定も"
            "その単位になります。項目がない、数値でない、換算すると大きすぎるイベントは、問題として記録し、先へ送りません。"
        ),
        labels={
            "fields": "換算",
            "field": "項目",
            "to": "換算後の単位",
            "from": "換算前の単位",
            "name": "結果の項目名",
        },
        params={"fields": "項目、換算後の単位、必要なら換算前の単位と結果の項目名。"},
    ),
    "en": KindWords(
        label="Convert units",
        summary="Converts numbers into other units.",
        description=(
            "The old unit is the one given, else the one that the field is registered with. The result takes the field's "
            "place, or goes into a field of its own and leaves the old one as it is. All conversions see the event as it "
            "came in. A field that is a difference (a rise, a deviation) is converted as one: 9 °F more is 5 °C more. "
            "The field has the new unit from here on, also for limits and settings. An event in which a number is missing, "
            "is none, or would become too large goes no further and is shown as a problem."
        ),
        labels={
            "fields": "Conversions",
            "field": "Field",
            "to": "New unit",
            "from": "Old unit",
            "name": "Result field",
        },
        params={"fields": "Field and new unit of each; the old unit and a field for the result where they are needed."},
    ),
}
EXAMPLES = (
    Example(
        title={"ja": "炉の温度を華氏でも記録する", "en": "Stores the temperature of a kiln in °F as well"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "華氏での記録",
            "nodes": [
                {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
                {"id": "both", "kind": "convert", "from": ["kiln"],
                 "params": {"fields": [{"field": "temperature", "to": "°F", "name": "fahrenheit"}]}},
                {"id": "keep", "kind": "store", "from": ["both"], "params": {"fields": ["temperature", "fahrenheit"]}},
                {"id": "hot", "kind": "threshold", "from": ["both"], "params": {"field": "fahrenheit", "above": 175}},
                {"id": "tell", "kind": "notify", "from": ["hot"],
                 "params": {"to": "shift-channel", "text": "{device}:{fahrenheit} °F"}},
            ],
            "tests": [
                {"name": "80 ℃ は 176 °F",
                 "given": [{"device": "kiln-1", "every": "1m", "until": "5m", "data": {"temperature": {"from": 55, "to": 80}}},
                           {"device": "kiln-1", "at": "6m", "data": {"door": "open"}}],
                 "expect": [*({"node": "keep", "device": "kiln-1", "at": f"{n}m",
                               "data": {"temperature": 55 + 5 * n, "fahrenheit": 131 + 9 * n}} for n in range(6)),
                            {"node": "tell", "device": "kiln-1", "at": "5m", "data": {"text": "1号炉:176 °F"}}]},
            ],
        },
    ),
    Example(
        title={"ja": "psi で届く圧力を kPa にしてから比べる", "en": "Compares in kPa a pressure that comes in psi"},
        document={
            "suiro": 1, "name": "Pressure in kPa",
            "nodes": [
                {"id": "pump", "kind": "devices", "params": {"type": "pump"}},
                {"id": "metric", "kind": "convert", "from": ["pump"],
                 "params": {"fields": [{"field": "pressure", "from": "psi", "to": "kPa"},
                                       {"field": "flow", "from": "L/min", "to": "m³/h"}]}},
                {"id": "high", "kind": "condition", "from": ["metric"], "params": {"expr": "pressure > 600.0"}},
                {"id": "keep", "kind": "store", "from": ["high.true"], "params": {"fields": ["flow"]}},
            ],
            "tests": [
                {"name": "100 psi are about 690 kPa",
                 "given": [{"device": "p1", "at": "0s", "data": {"pressure": 80, "flow": 100}},
                           {"device": "p1", "at": "1s", "data": {"pressure": 100, "flow": 100}},
                           {"device": "p1", "at": "2s", "data": {"pressure": "100", "flow": 100}}],
                 "expect": [{"node": "keep", "at": "1s", "within": "0s", "data": {"flow": 6.0}}]},
            ],
        },
    ),
)  # fmt: skip

Unit = Annotated[str, Field(min_length=1, max_length=40)]


class Conversion(BaseModel):
    """One number that is converted."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    field: Annotated[FieldName, Field(min_length=1, max_length=200)]
    to: Unit
    source: Annotated[Unit | None, Field(alias="from")] = None
    name: NewName | None = None

    @property
    def target(self) -> str:
        return self.name or self.field

    def unit(self, shape: Shape) -> str | None:
        """The unit to start from; None where nobody says it."""
        known = shape.fields.get(self.field)
        return self.source or (known.unit if known else None)

    def is_difference(self, shape: Shape) -> bool:
        known = shape.fields.get(self.field)
        return known is not None and known.difference


class ConvertParams(NodeParams):
    fields: Annotated[list[Conversion], Field(min_length=1, max_length=50)]


class Convert(Kind):
    id = "convert"
    group = "transform"
    icon = "ruler"
    Params = ConvertParams
    words = WORDS
    phrases = (
        *phrases("en", "name", "convert the unit | convert units | convert to | convert into | change the unit | "
                 "in another unit"),
        *phrases("ja", "name", "換算 | 単位を変 | 単位変換 | 単位を直 | 単位をそろえ | 単位を揃え"),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: ConvertParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.steps = [(one, _function(one, scope.shape)) for one in params.fields]

    @classmethod
    def check(cls, params: ConvertParams, scope: Scope) -> Iterator[Problem]:
        targets: set[str] = set()
        for index, one in enumerate(params.fields):
            path = f"/params/fields/{index}"
            unfit = list(check_field(one.field, f"{path}/field", scope.shape, numeric=True))
            yield from unfit or _check_units(one, path, scope)
            if one.name in RESERVED:
                yield Problem("reserved_name", f"{path}/name", args={"value": one.name})
            if one.target in targets:
                yield Problem("not_unique", f"{path}/{'name' if one.name else 'field'}")
            targets.add(one.target)

    @classmethod
    def shapes(cls, params: ConvertParams, scope: Scope) -> dict[str, Shape]:
        new = {one.target: FieldShape("number", one.to, one.is_difference(scope.shape)) for one in params.fields}
        return {"out": scope.shape.plus(**new)}

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        data = dict(event.data)
        for one, function in self.steps:
            value = number_in(event.data, one.field)
            result = value if isinstance(value, Trouble) else _converted(value, one, function)
            if isinstance(result, Trouble):
                yield result
                return
            data[one.target] = result
        yield Emit("out", event.with_data(data))


def _function(one: Conversion, shape: Shape) -> Callable[[float], float] | None:
    """How to convert; None where the unit to start from is not known here or nothing leads to the other."""
    unit = one.unit(shape)
    try:
        return None if unit is None else conversion(unit, one.to, difference=one.is_difference(shape))
    except (UnknownUnit, CannotConvert):
        return None


def _converted(value: float, one: Conversion, function: Callable[[float], float] | None) -> float | Trouble:
    if function is None:
        return Trouble("cannot_convert", {"from_unit": one.source, "to_unit": one.to})
    try:
        result = function(value)
    except (ValueError, ArithmeticError):  # what lies on no line, such as decibels, is not converted at every value
        result = math.nan
    return result if math.isfinite(result) else Trouble("not_finite", {"field": one.target})


def _check_units(one: Conversion, path: str, scope: Scope) -> Iterator[Problem]:
    """Without a registry nobody knows yet which unit a field has; otherwise there must be one, and a way to the other."""
    unit = one.unit(scope.shape)
    if unit is None:
        if scope.registry is not None or one.field in scope.shape.fields:
            yield Problem("missing_key", path, args={"key": "from"})
        return
    impossible = Problem("cannot_convert", f"{path}/to", args={"from_unit": unit, "to_unit": one.to})
    try:
        convert(1.0, unit, one.to)
    except UnknownUnit as failure:
        strange = str(failure)
        at = "to" if strange == one.to else "from" if one.source else "field"
        yield Problem("unknown_unit", f"{path}/{at}", args={"unit": strange})
        yield impossible
    except CannotConvert:
        yield impossible
