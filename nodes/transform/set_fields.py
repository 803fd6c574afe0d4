"""set_fields: adds or replaces fields by expressions."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from nodes.kit.cel import ExpressionFailure, ExpressionProblem, check_expression, compile_expression
from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.kind import Example, Kind, KindWords, phrases
from nodes.kit.params import Expression, NodeParams, refused
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape

RESERVED = ("device", "settings", "time")
"""Names that texts and expressions know already."""


class NewField(BaseModel):
    """A field and the expression that gives its value."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
    expr: Expression


class SetFieldsParams(NodeParams):
    fields: Annotated[list[NewField], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def names_differ(self) -> "SetFieldsParams":
        names = [field.name for field in self.fields]
        if len(set(names)) != len(names):
            raise refused("not_unique")
        return self


class SetFields(Kind):
    id = "set_fields"
    group = "transform"
    icon = "square-function"
    Params = SetFieldsParams

    def __init__(self, params: SetFieldsParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.programs = [(field.name, compile_expression(field.expr, scope)) for field in params.fields]

    @classmethod
    def check(cls, params: SetFieldsParams, scope: Scope) -> Iterator[Problem]:
        for index, field in enumerate(params.fields):
            if field.name in RESERVED:
                yield Problem("reserved_name", f"/params/fields/{index}/name", args={"value": field.name})
            yield from check_expression(field.expr, scope, f"/params/fields/{index}/expr")

    @classmethod
    def shapes(cls, params: SetFieldsParams, scope: Scope) -> dict[str, Shape]:
        return {"out": scope.shape.plus(**{field.name: _shape(field.expr, scope) for field in params.fields})}

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        data = dict(event.data)
        for name, program in self.programs:
            try:
                data[name] = program(event)
            except ExpressionFailure as failure:
                yield Trouble(failure.code, failure.details)
                return
        yield Emit("out", event.with_data(data))

    words = {
        "en": KindWords(
            label="Set fields",
            summary="Computes new fields from the event.",
            description=(
                "All expressions see the event as it came in, not each other's results. When one cannot be computed (a "
                "missing field, a division by zero), the event goes no further and the problem is shown."
            ),
            labels={"fields": "Fields", "name": "Name", "expr": "Expression"},
            params={"fields": "Name and expression of each field, e.g. power = voltage * current."},
        ),
        "ja": KindWords(
            label="項目を計算",
            summary="イベントから新しい項目を計算します。",
            description=(
                "どの式も、入ってきた時点のイベントを見ます(ほかの式の結果は見ません)。項目がない、0 で割ったなど、"
                "計算できないときは問題として示し、そのイベントは先へ送りません。"
            ),
            labels={"fields": "項目", "name": "名前", "expr": "式"},
            params={"fields": "項目の名前と式。例: power = voltage * current"},
        ),
    }
    phrases = (
        *phrases("en", "compute", "compute | calculate | derive", params={"fields": "<computed>"}),
        *phrases("ja", "compute", "計算 | 算出", params={"fields": "<computed>"}),
    )  # fmt: skip
    examples = (
        Example(
            title={"en": "Power from voltage and current", "ja": "電圧と電流から電力を求める"},
            document={
                "suiro": 1,
                "name": "Power",
                "nodes": [
                    {"id": "meter", "kind": "devices", "params": {"type": "meter"}},
                    {"id": "compute", "kind": "set_fields", "from": ["meter"],
                     "params": {"fields": [{"name": "power", "expr": "voltage * current"}]}},
                    {"id": "keep", "kind": "store", "from": ["compute"], "params": {"fields": ["power"]}},
                ],
                "tests": [
                    {
                        "name": "200 V and 1.5 A are 300 W",
                        "given": [{"device": "m1", "at": "0s", "data": {"voltage": 200, "current": 1.5}}],
                        "expect": [{"node": "keep", "device": "m1", "at": "0s", "data": {"power": 300.0}}],
                    }
                ],
            },
        ),
        Example(
            title={"en": "A word for a number", "ja": "数値を言葉に置き換える"},
            document={
                "suiro": 1,
                "name": "Air quality",
                "nodes": [
                    {"id": "room", "kind": "devices", "params": {"type": "room"}},
                    {"id": "grade", "kind": "set_fields", "from": ["room"],
                     "params": {"fields": [{"name": "air", "expr": "co2 > 1000.0 ? 'stale' : 'fresh'"}]}},
                    {"id": "tell", "kind": "notify", "from": ["grade"], "params": {"to": "desk", "text": "{air}"}},
                ],
                "tests": [
                    {
                        "name": "1200 ppm is stale",
                        "given": [{"device": "r1", "at": "0s", "data": {"co2": 1200}}],
                        "expect": [{"node": "tell", "device": "r1", "at": "0s", "data": {"text": "stale"}}],
                    }
                ],
            },
        ),
    )  # fmt: skip


def _shape(expr: str, scope: Scope) -> FieldShape:
    try:
        return FieldShape(compile_expression(expr, scope).field_type)
    except ExpressionProblem:
        return FieldShape("any")
