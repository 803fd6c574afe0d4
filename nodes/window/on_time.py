"""on_time: how long something was on: operating hours, duty cycle, uptime by day, shift or contract period.

Each event says by `expr` whether it is on from then until the next event. `out` with every event: `on`, `on_time` and `off_time`
(hours), `duty` (share of on, null as long as there is nothing to divide) and `starts` (how often it went on) since the start,
the last `reset`, or with `each` since the period began. `period` at the end of each period with the same of the whole period,
and `start`, `end` (ms); what is on at a border stays on. After a reading at most `max_gap` is counted: what lies beyond it
until the next reading is neither on nor off. The first reading is no start, even if it is on.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field

from nodes.kit.cel import ExpressionFailure, check_expression, compile_expression
from nodes.kit.effect import Emit, Timer, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import without
from nodes.kit.kind import IN, OUT, Example, Kind, KindWords, Memory, Port, Said, phrases
from nodes.kit.params import Duration, Expression, Identity, NodeParams, Per, Settable
from nodes.kit.per import shape_after
from nodes.kit.period import HOUR, Each, FirstDay, Period, Starts
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.wording import PER, PER_LABEL, PERIOD, PERIOD_LABELS

WORDS = {
    "ja": KindWords(
        label="稼働時間",
        summary="条件が成り立っていた時間(稼働時間)、稼働率、起動回数を求めます。日・シフト・契約期間ごとの集計もできます。",
        description=(
            "イベントごとに式で on かどうかを判定し、次のイベントまで続くものとして時間を足します。「出力」にはイベントのたびに"
            "on、on_time と off_time(時間)、duty(on の割合)、starts(on になった回数)を加えます。「区切り」を決めると、"
            "期間ごとに数え直し、期間の終わりに「期間」から集計(start、end 付き)を送ります。境でも on は続きます。"
            "「途切れの許容」を決めると、値が届かない時間のうちそれを超えた分は、on にも off にも数えません。最初の値が on でも"
            "起動回数には数えません。"
        ),
        labels={"expr": "on の条件", "max_gap": "途切れの許容", "per": PER_LABEL["ja"], **PERIOD_LABELS["ja"]},
        params={
            "expr": "on かどうかを表す CEL の式(例:current > 0.5)。",
            "max_gap": "1 つの値が有効な最長の時間。省略すると次の値まで続くとみなします。",
            "per": PER["ja"],
            **PERIOD["ja"],
        },
    ),
    "en": KindWords(
        label="On time",
        summary="How long something was on: operating hours, duty cycle, starts; by day, shift or contract period too.",
        description=(
            "Each event says by the expression whether it is on until the next event. “out” gets on, on_time and off_time "
            "(hours), duty (the share of on) and starts (how often it went on) with every event. With “each” the count "
            "begins anew with each period, and “period” sends the totals at its end, with start and end; what is on at the "
            "border stays on. With a longest gap, time beyond it after a reading is neither on nor off. The first reading "
            "is no start, even if it is on."
        ),
        labels={"expr": "On when", "max_gap": "Longest gap", "per": PER_LABEL["en"], **PERIOD_LABELS["en"]},
        params={
            "expr": "A CEL expression that is true while it is on, e.g. current > 0.5.",
            "max_gap": "How long a reading counts at most; left out: until the next one.",
            "per": PER["en"],
            **PERIOD["en"],
        },
    ),
}
_FIELDS = ["on_time", "off_time", "duty", "starts"]


def _flow(params: dict[str, Any], port: str) -> list[dict[str, Any]]:
    return [
        {"id": "press", "kind": "devices", "params": {"type": "press"}},
        {"id": "done", "kind": "condition", "from": ["press"], "params": {"expr": "has(serviced) && serviced == true"}},
        {"id": "hours", "kind": "on_time", "from": {"in": ["press"], "reset": ["done.true"]},
         "params": {"expr": "current > 0.5", **params}},
        {"id": "keep", "kind": "store", "from": [f"hours.{port}"], "params": {"fields": _FIELDS}},
    ]  # fmt: skip


def _amps(*rows: tuple[str, float]) -> list[dict[str, Any]]:
    return [{"device": "x1", "at": at, "data": {"current": value}} for at, value in rows]


def _kept(at: str, on: float, off: float, duty: float | None, starts: int) -> dict[str, Any]:
    return {"node": "keep", "device": "x1", "at": at, "data": dict(zip(_FIELDS, (on, off, duty, starts), strict=True))}


EXAMPLES = (
    Example(
        title={"ja": "1 日ごとの稼働時間と稼働率", "en": "Operating hours of each day"},
        document={
            "suiro": 1, "name": "プレスの稼働時間", "time_zone": "Asia/Tokyo",
            "nodes": _flow({"each": "day"}, "period"),
            "tests": [
                {"name": "日付をまたいで動いていても、日ごとに分ける", "until": "2d",
                 "given": _amps(("0h", 0), ("6h", 4), ("12h", 0), ("21h", 4), ("30h", 0)),
                 "expect": [_kept("1d", 9, 15, 0.375, 2), _kept("2d", 6, 18, 0.25, 0)]},
            ],
        },
    ),
    Example(
        title={"ja": "保守後にリセットする運転時間", "en": "Hours since the last maintenance"},
        document={
            "suiro": 1, "name": "Hours since maintenance",
            "nodes": _flow({"max_gap": "1h"}, "out"),
            "tests": [
                {"name": "after an hour without a reading nothing is known, and service begins anew",
                 "given": [*_amps(("0h", 4), ("1h", 4), ("3h", 0), ("4h", 0)),
                           {"device": "x1", "at": "5h", "data": {"current": 4, "serviced": True}}, *_amps(("6h", 4))],
                 "expect": [_kept("0h", 0, 0, None, 0), _kept("1h", 1, 0, 1, 0), _kept("3h", 2, 0, 1, 0),
                            _kept("4h", 2, 1, 0.6666666666666666, 0), _kept("5h", 2, 2, 0.5, 1),
                            _kept("6h", 1, 0, 1, 0)]},
            ],
        },
    ),
)  # fmt: skip


class OnTimeParams(NodeParams):
    expr: Annotated[Expression, Identity, Field(min_length=1)]
    each: Annotated[Each, Identity] | None = None
    at: Annotated[Starts, Identity] | None = None
    day: Annotated[FirstDay, Identity] = 1
    max_gap: Annotated[Duration, Settable, Field(gt=0)] | None = None
    per: Per = "device"


class OnTimeMemory(Memory):
    """`on` since the reading at `read` (None: none yet), counted up to `counted`; `ms_on`, `ms_off`, `starts` of the running
    period from `start` to `end` (all ms)."""

    said: ClassVar[Said] = {
        "en": {"on": "On", "ms_on": "Time on (ms)", "ms_off": "Time off (ms)", "starts": "Starts", "start": "Period from", "end": "Period until"},
        "ja": {"on": "オン", "ms_on": "オンの時間(ミリ秒)", "ms_off": "オフの時間(ミリ秒)", "starts": "起動回数", "start": "期間の開始", "end": "期間の終わり"},
    }  # fmt: skip
    on: bool = False
    read: int | None = None
    counted: int = 0
    ms_on: int = 0
    ms_off: int = 0
    starts: int = 0
    start: int = 0
    end: int | None = None


class OnTime(Kind):
    id = "on_time"
    group = "window"
    icon = "timer"
    inputs = (IN, Port("reset", {"ja": "リセット", "en": "reset"}))
    outputs = (OUT, Port("period", {"ja": "期間", "en": "period"}))
    Params = OnTimeParams
    Memory = OnTimeMemory
    words = WORDS
    phrases = (
        *phrases("en", "derive", "operating hours | running hours | hours of operation | run time | running time | "
                 "operating time | uptime | has run for | how many hours | how long", params={"expr": "<expression>", "per": "<per>"}, gives="on_time"),
        *phrases("ja", "derive", "稼働時間 | 運転時間 | 累計運転 | 動作時間 | 稼動時間",
                 params={"expr": "<expression>", "per": "<per>"}, gives="on_time"),
        *phrases("en", "derive", "duty cycle | duty | utilisation | utilization | availability",
                 params={"expr": "<expression>", "per": "<per>"}, gives="duty"),
        *phrases("ja", "derive", "稼働率 | 稼動率 | 運転率 | デューティ比", params={"expr": "<expression>", "per": "<per>"},
                 gives="duty"),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: OnTimeParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.program = compile_expression(params.expr, scope, wanted="bool")
        self.period = Period(params.each, params.at, params.day, scope.zone) if params.each is not None else None

    @classmethod
    def check(cls, params: OnTimeParams, scope: Scope) -> Iterator[Problem]:
        yield from check_expression(params.expr, scope, "/params/expr", wanted="bool")
        if params.each is None and params.at is not None:
            yield without("at", "each")
        if params.each != "month" and params.day != 1:
            yield without("day", "each: month")

    @classmethod
    def shapes(cls, params: OnTimeParams, scope: Scope) -> dict[str, Shape]:
        hours, whole = FieldShape("number", "h"), FieldShape("integer")
        counted = {"on_time": hours, "off_time": hours, "duty": FieldShape("number"), "starts": whole}
        shape = shape_after(params.per, scope.shape).plus(on=FieldShape("boolean"), **counted)
        return {"out": shape, "period": shape.plus(start=whole, end=whole)}

    def on_event(self, event: Event, port: str, memory: OnTimeMemory) -> Iterator[Yield]:
        yield from self._turn(event, memory)
        self._count_to(event.time, memory)
        if port == "reset":
            memory.ms_on = memory.ms_off = memory.starts = 0
            return
        try:
            on = self.program(event)
        except ExpressionFailure as failure:
            yield Trouble(failure.code, failure.details)
            return
        memory.starts += on and not memory.on and memory.read is not None
        memory.on, memory.read, memory.counted = on, event.time, max(event.time, memory.counted, memory.start)
        yield Emit("out", event.with_data({**event.data, **_totals(memory)}))

    def on_timer(self, name: str, event: Event, memory: OnTimeMemory) -> Iterator[Yield]:
        yield from self._turn(event, memory)

    def _turn(self, event: Event, memory: OnTimeMemory) -> Iterator[Yield]:
        """Begin the first period; end each that is over at `event`, several where its time is far ahead of the clock."""
        if self.period is None:
            return
        if memory.end is None:
            memory.start, memory.end = self.period.around(event.time)
            yield Timer("end", memory.end)
        while event.time >= memory.end:
            end = memory.end
            self._count_to(end, memory)
            data = {**event.data, **_totals(memory), "start": memory.start, "end": end}
            yield Emit("period", Event(end, event.arrived, event.device, event.type, data, event.cause, event.flags))
            memory.ms_on = memory.ms_off = memory.starts = 0
            memory.start, memory.end = self.period.around(end)
            yield Timer("end", memory.end)

    def _count_to(self, time: int, memory: OnTimeMemory) -> None:
        """Add the time since it was counted last, as far as the last reading is good for."""
        if memory.read is None:
            return
        limit = time if self.params.max_gap is None else min(time, memory.read + self.params.max_gap)
        passed = max(0, limit - memory.counted)
        if memory.on:
            memory.ms_on += passed
        else:
            memory.ms_off += passed
        memory.counted = max(memory.counted, time)


def _totals(memory: OnTimeMemory) -> dict[str, Any]:
    known = memory.ms_on + memory.ms_off
    return {
        "on": memory.on, "on_time": memory.ms_on / HOUR, "off_time": memory.ms_off / HOUR,
        "duty": memory.ms_on / known if known else None, "starts": memory.starts,
    }  # fmt: skip
