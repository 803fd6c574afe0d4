"""holds: fires once when an expression has been true for a while, or for several readings, and once when it is over.

The threshold's twin for anything that is not one number against a limit: a door that is open, two fields together. The rules
are those of nodes/kit/hold.py: `entered` once it has held (`for`, `times` of the last `of`), `cleared` once, only after an
`entered`, at the first event for which it is false. An event for which the expression cannot be computed neither starts
nor breaks a hold and is a problem on the trace.
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from nodes.kit.cel import ExpressionFailure, check_expression, compile_expression
from nodes.kit.effect import Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.hold import (
    CLEARED,
    ENTERED,
    Already,
    Hold,
    HoldMemory,
    HoldTime,
    LongestGap,
    Times,
    check_hold,
)
from nodes.kit.kind import Example, Kind, KindWords, phrases
from nodes.kit.params import Expression, Identity, NodeParams, Per
from nodes.kit.problem import Problem
from nodes.kit.quick import Quiet
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.weighed import Weighed, weighed_by
from nodes.kit.wording import HOLD, HOLD_LABELS, PER, PER_LABEL

WORDS = {
    "ja": KindWords(
        label="条件の継続",
        summary="式が一定時間または一定回数成り立ったときに一度だけ、成り立たなくなったときにもう一度だけ知らせます。",
        description=(
            "扉が開いたまま、2 つの項目を合わせた条件など、1 つの数値としきい値では表せない条件に使います。式が成り立ったまま"
            "「継続時間」が過ぎると「超えた」から一度だけ送ります。途中で一度でも外れると数え直しで、ちょうど継続時間の時点で"
            "外れた場合は送りません。「戻った」は、その後に初めて成り立たなくなったイベントで一度だけ送ります。式を計算できない"
            "イベントは無視し、問題として記録します。"
        ),
        labels={"expr": "条件式", "per": PER_LABEL["ja"], **HOLD_LABELS["ja"]},
        params={"expr": "真偽値になる CEL の式。", "per": PER["ja"], **HOLD["ja"]},
    ),
    "en": KindWords(
        label="Holds",
        summary="Fires once when an expression has been true for a while or for several readings, and once when it is over.",
        description=(
            "For whatever is not one number against one limit: a door left open, two fields together. Sends on “entered” "
            "once, when the expression has been true for the whole hold time; one event for which it is false starts the "
            "hold anew, and a hold broken at exactly its end does not fire. Sends on “cleared” once, only after an "
            "“entered”, with the first event for which it is false. An event for which it cannot be computed is ignored "
            "and shown as a problem."
        ),
        labels={"expr": "Condition", "per": PER_LABEL["en"], **HOLD_LABELS["en"]},
        params={"expr": "A CEL expression that is true or false.", "per": PER["en"], **HOLD["en"]},
    ),
}
_TELL = {"to": "shift-channel", "text": "{device}: {door}"}
EXAMPLES = (
    Example(
        title={"ja": "扉が 3 分開いたままなら知らせる", "en": "Tells when a door has been open for three minutes"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "開けっ放しの扉",
            "nodes": [
                {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
                {"id": "open", "kind": "holds", "from": ["kiln"], "params": {"expr": "door == 'open'", "for": "3m"}},
                {"id": "tell", "kind": "notify", "from": ["open.entered"], "params": _TELL},
                {"id": "fine", "kind": "notify", "from": ["open.cleared"], "params": _TELL},
            ],
            "tests": [
                {"name": "一度閉まれば数え直す",
                 "given": [{"device": "kiln-1", "every": "30s", "until": "2m", "data": {"door": "open"}},
                           {"device": "kiln-1", "at": "2m30s", "data": {"door": "closed"}},
                           {"device": "kiln-1", "from": "3m", "every": "30s", "until": "7m", "data": {"door": "open"}},
                           {"device": "kiln-1", "at": "8m", "data": {"door": "closed"}}],
                 "expect": [{"node": "tell", "at": "6m", "data": {"text": "1号炉: open"}},
                            {"node": "fine", "at": "8m", "data": {"text": "1号炉: closed"}}]},
            ],
        },
    ),
    Example(
        title={"ja": "5 回中 3 回、空気が悪ければ知らせる", "en": "Tells when three of five readings are bad"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Three of five",
            "nodes": [
                {"id": "room", "kind": "devices", "params": {"type": "room"}},
                {"id": "bad", "kind": "holds", "from": ["room"],
                 "params": {"expr": "co2 > 1000 && people > 0", "times": 3, "of": 5}},
                {"id": "tell", "kind": "notify", "from": ["bad"], "params": {"to": "shift-channel", "text": "{co2}"}},
            ],
            "tests": [
                {"name": "the third bad one of the last five",
                 "given": [{"device": "room-1", "at": f"{n}m", "data": {"co2": co2, "people": 2}}
                           for n, co2 in enumerate((1200, 900, 1300, 900, 900, 1400, 1500, 900, 1600))],
                 "expect": [{"node": "tell", "at": "6m", "data": {"text": "1500"}}]},
            ],
        },
    ),
)  # fmt: skip
_COMMON = {"expr": "<expression>", "for": "<hold>", "per": "<per>"}


class HoldsParams(NodeParams):
    expr: Annotated[Expression, Identity, Field(min_length=1)]
    hold: HoldTime = 0
    times: Times = 1
    of: Times | None = None
    max_gap: LongestGap | None = None
    already: Already = "fire"
    per: Per = "device"


class Holds(Kind):
    id = "holds"
    group = "filter"
    icon = "hourglass"
    outputs = (ENTERED, CLEARED)
    Params = HoldsParams
    Memory = HoldMemory
    words = WORDS
    phrases = (
        *phrases("en", "test", "stays open | stays on | stays true | is left open | is left on", port="entered",
                 params=_COMMON),
        *phrases("ja", "test", "開いたまま | 開けっ放し | つけっ放し | つけっぱなし | 開けっぱなし | 成り立ったまま",
                 port="entered", params=_COMMON),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: HoldsParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.program = compile_expression(params.expr, scope, wanted="bool")
        self.hold = Hold(params)

    @classmethod
    def check(cls, params: HoldsParams, scope: Scope) -> Iterator[Problem]:
        yield from check_expression(params.expr, scope, "/params/expr", wanted="bool")
        yield from check_hold(params)

    def on_event(self, event: Event, port: str, memory: HoldMemory) -> Iterator[Yield]:
        try:
            met = self.program(event)
        except ExpressionFailure as failure:
            return iter((Trouble(failure.code, failure.details),))
        return self.hold.on_reading(event, met, not met, memory)

    def quick(self) -> Quiet | None:
        quiet = self.hold.quiet()
        if quiet is None:
            return None
        ports = (ENTERED.name, CLEARED.name)
        return Quiet(lambda memory, time, met: quiet(memory, met, not met), test=self.program, ports=ports)

    def on_timer(self, name: str, event: Event, memory: HoldMemory) -> Iterator[Yield]:
        return self.hold.on_timer(event, memory)

    def standing(self, memory: HoldMemory) -> str | None:
        return self.hold.standing(memory)

    def weighs(self, event: Event) -> Weighed | None:
        return weighed_by(self.program, self.params.expr, event)

    def on_settings(self, before: HoldsParams, memory: HoldMemory, now: int) -> Iterator[Yield]:
        return self.hold.on_settings(memory)
