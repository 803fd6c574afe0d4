"""condition: sends each event on `true` or on `false`, by an expression over its fields.

An expression that has no value for an event (a missing field, a wrong type, a division by zero) sends it on neither
and is a problem on the trace.
"""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from nodes.kit.cel import ExpressionFailure, check_expression, compile_expression
from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.kind import Example, Kind, KindWords, Port, phrases
from nodes.kit.params import Expression, NodeParams
from nodes.kit.problem import Problem
from nodes.kit.quick import Split
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.weighed import Weighed, weighed_by


class ConditionParams(NodeParams):
    expr: Annotated[Expression, Field(min_length=1)]


WORDS = {
    "ja": KindWords(
        label="条件分岐",
        summary="式が成り立つかどうかで、イベントを 2 つの出力に振り分けます。",
        description=(
            "式では、項目の名前、device.id や device.属性名、settings.設定名、time が使えます"
            "(例:temperature > 80.0 && device.hall == 'A')。記憶は持たず、イベントごとに判定します。"
            "項目がないなどで式を計算できないイベントは、どちらにも送らず、問題として記録します。"
        ),
        labels={"expr": "条件式"},
        params={"expr": "真偽値になる CEL の式。"},
    ),
    "en": KindWords(
        label="Condition",
        summary="Sends each event on one of two ways, by whether an expression is true.",
        description=(
            "The expression may use fields by name, device.id and device.<attribute>, settings.<name> and time, e.g. "
            "temperature > 80.0 && device.hall == 'A'. It remembers nothing: each event is looked at on its own. An "
            "event for which the expression cannot be computed, e.g. because a field is missing, goes neither way and "
            "is shown as a problem."
        ),
        labels={"expr": "Condition"},
        params={"expr": "A CEL expression that is true or false."},
    ),
}
EXAMPLES = (
    Example(
        title={"ja": "扉が開いたまま熱い炉だけを知らせる", "en": "Tells of hot kilns whose door is open"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "扉の開いた炉",
            "settings": {"limit": {"value": 60, "unit": "°C", "label": "限度", "assumed": True}},
            "nodes": [
                {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
                {"id": "open", "kind": "condition", "from": ["kiln"],
                 "params": {"expr": "door == 'open' && temperature > settings.limit"}},
                {"id": "tell", "kind": "notify", "from": ["open.true"],
                 "params": {"to": "shift-channel", "text": "{device}の扉が開いています({temperature} ℃)"}},
            ],
            "tests": [
                {"name": "両方そろったときだけ",
                 "given": [{"device": "kiln-1", "at": "1s", "data": {"door": "open", "temperature": 20}},
                           {"device": "kiln-1", "at": "2s", "data": {"door": "closed", "temperature": 85}},
                           {"device": "kiln-1", "at": "3s", "data": {"door": "open", "temperature": 85}},
                           {"device": "kiln-1", "at": "4s", "data": {"temperature": 85}}],
                 "expect": [{"node": "tell", "at": "3s", "data": {"text": "1号炉の扉が開いています(85 ℃)"}}]},
            ],
        },
    ),
    Example(
        title={"ja": "人がいるときといないときで記録を分ける", "en": "Keeps rooms with and without people apart"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "People in rooms",
            "nodes": [
                {"id": "room", "kind": "devices", "params": {"type": "room"}},
                {"id": "used", "kind": "condition", "from": ["room"], "params": {"expr": "people > 0"}},
                {"id": "busy", "kind": "store", "from": ["used.true"], "params": {"fields": ["co2"]}},
                {"id": "idle", "kind": "store", "from": ["used.false"], "params": {"fields": ["co2"]}},
            ],
            "tests": [
                {"name": "each reading goes one way",
                 "given": [{"device": "room-1", "at": "1s", "data": {"people": 3, "co2": 900}},
                           {"device": "room-1", "at": "2s", "data": {"people": 0, "co2": 600}}],
                 "expect": [{"node": "busy", "at": "1s", "data": {"co2": 900}},
                            {"node": "idle", "at": "2s", "data": {"co2": 600}}]},
            ],
        },
    ),
)  # fmt: skip


class Condition(Kind):
    id = "condition"
    group = "filter"
    icon = "split"
    outputs = (
        Port("true", {"ja": "成り立つ", "en": "true"}),
        Port("false", {"ja": "成り立たない", "en": "false"}),
    )
    Params = ConditionParams
    words = WORDS
    phrases = (
        *phrases("en", "test", "as long as | only if | provided", port="true", params={"expr": "<expression>"}),
        *phrases("ja", "test", "である限り | のときだけ", port="true", params={"expr": "<expression>"}),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: ConditionParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.program = compile_expression(params.expr, scope, wanted="bool")

    @classmethod
    def check(cls, params: ConditionParams, scope: Scope) -> Iterator[Problem]:
        yield from check_expression(params.expr, scope, "/params/expr", wanted="bool")

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        try:
            holds = self.program(event)
        except ExpressionFailure as failure:
            yield Trouble(failure.code, failure.details)
            return
        yield Emit("true" if holds else "false", event)

    def quick(self) -> Split:
        return Split(self.program, "true", "false")

    def weighs(self, event: Event) -> Weighed | None:
        return weighed_by(self.program, self.params.expr, event)
