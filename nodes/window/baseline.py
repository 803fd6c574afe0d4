"""baseline: how far a value is from what is normal for this very device, learned from its own last readings.

The baseline is the average of the readings of the last `over` before this one, `spread` their standard deviation. Each event
on `out` gets `baseline`, `deviation` (value - baseline), `spread` and `score` (deviation / spread; where all readings were
equal, 0 for the same value and null for another one). Until `warm_up` readings are there, events go to `learning`. A
reading enters the baseline after it was judged; with `ignore` only if its score is not beyond that (either sign), so that an
outlier does not become normal.
"""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from nodes.kit.calc import LARGEST, Span, calc_of
from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.exact import mean
from nodes.kit.fields import check_field, number_in
from nodes.kit.kind import OUT, Example, Kind, KindWords, Port, phrases
from nodes.kit.panes import Sliding, WindowMemory
from nodes.kit.params import Duration, FieldName, Identity, NodeParams, Per, Settable
from nodes.kit.per import shape_after
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.wording import PER, PER_LABEL

WORDS = {
    "ja": KindWords(
        label="平常との差",
        summary="そのデバイス自身の最近の値(平常)から、どれだけ外れているかを求めます。",
        description=(
            "直近の「学習期間」の値の平均を平常(baseline)、標準偏差をばらつき(spread)とし、差(deviation)と、ばらつきの"
            "何倍か(score)を加えて「出力」へ送ります。「学習件数」に達するまでは「学習中」へ送ります。値は判定した後で平常に"
            "加わります。「除外」を決めると、score がそれを超えた値は平常に加えません。すべて同じ値だったときの score は、同じ"
            "値なら 0、違う値なら null です。覚えるのは最新の 160 件までで、古い値は 80 に分けたまとまりにします。"
        ),
        labels={
            "field": "項目", "over": "学習期間", "warm_up": "学習件数", "ignore": "除外", "per": PER_LABEL["ja"],
        },
        params={
            "field": "調べる数値の項目。",
            "over": "平常とみなす直近の期間。",
            "warm_up": "この件数がたまるまでは判定しません。",
            "ignore": "score がこれを超えた(どちらの向きでも)値は平常に加えません。",
            "per": PER["ja"],
        },
    ),
    "en": KindWords(
        label="Baseline",
        summary="How far a value is from what has been normal for this very device.",
        description=(
            "The baseline is the average of the last readings (“learns from”), the spread their standard deviation. Sends "
            "each event on “out” with baseline, deviation, spread and score (how many spreads away). Until enough readings "
            "are there, events go to “learning”. A reading enters the baseline after it was judged; with “ignore” only if "
            "its score is not beyond that. Where all readings were equal, the score is 0 for the same value and null for "
            "another. It keeps the newest 160 readings and the older ones in 80 groups."
        ),
        labels={
            "field": "Field", "over": "Learns from", "warm_up": "Readings needed", "ignore": "Ignore beyond",
            "per": PER_LABEL["en"],
        },
        params={
            "field": "The number to look at.",
            "over": "The last so long is what counts as normal.",
            "warm_up": "Nothing is judged until so many readings are there.",
            "ignore": "Readings with a score beyond this (either sign) do not enter the baseline.",
            "per": PER["en"],
        },
    ),
}  # fmt: skip


def _flow(params: dict[str, Any], expr: str) -> list[dict[str, Any]]:
    return [
        {"id": "pump", "kind": "devices", "params": {"type": "pump"}},
        {"id": "normal", "kind": "baseline", "from": ["pump"], "params": {"field": "vibration", **params}},
        {"id": "odd", "kind": "condition", "from": ["normal"], "params": {"expr": expr}},
        {"id": "keep", "kind": "store", "from": ["odd.true"], "params": {"fields": ["deviation", "score", "baseline"]}},
        {"id": "young", "kind": "store", "from": ["normal.learning"], "params": {"fields": ["vibration"]}},
    ]


def _shakes(*values: float, device: str = "p1") -> list[dict[str, Any]]:
    return [{"device": device, "at": f"{n}m", "data": {"vibration": value}} for n, value in enumerate(values)]


EXAMPLES = (
    Example(
        title={"ja": "いつもの 3 倍以上ばらついたら", "en": "More than three spreads away from normal"},
        document={
            "suiro": 1, "name": "ポンプの振動",
            "nodes": _flow({"over": "1h", "warm_up": 6, "ignore": 3}, "has(score) && score > 3.0"),
            "tests": [
                {"name": "6 件学び、外れた値は平常に加えない",
                 "given": _shakes(2, 4, 2, 4, 2, 4, 3, 9, 4, 9),
                 "expect": [{"node": "young", "count": 6},
                            {"node": "keep", "at": "7m", "data": {"baseline": 3, "deviation": 6}},
                            {"node": "keep", "at": "9m"}]},
            ],
        },
    ),
    Example(
        title={"ja": "平常からの差そのもので", "en": "By the deviation itself"},
        document={
            "suiro": 1, "name": "Away from normal",
            "nodes": _flow({"over": "3m", "warm_up": 2}, "deviation >= 5.0"),
            "tests": [
                {"name": "each pump has its own normal, and it moves along",
                 "given": [*_shakes(1, 1, 6, 6, 6, 6), *_shakes(10, 10, 11, 12, 13, 14, device="p2")],
                 "expect": [{"node": "keep", "device": "p1", "at": "2m", "data": {"baseline": 1, "score": None}},
                            {"node": "young", "count": 4}]},
            ],
        },
    ),
)  # fmt: skip


class BaselineParams(NodeParams):
    field: Annotated[FieldName, Identity]
    over: Annotated[Duration, Field(gt=0), Settable, Identity] = 3_600_000
    warm_up: Annotated[int, Settable, Field(ge=2, le=100_000)] = 30
    ignore: Annotated[float, Settable, Field(gt=0)] | None = None
    per: Per = "device"


class Baseline(Kind):
    id = "baseline"
    group = "window"
    icon = "activity"
    outputs = (OUT, Port("learning", {"ja": "学習中", "en": "learning"}))
    Params = BaselineParams
    Memory = WindowMemory
    memory_version = 2
    words = WORDS
    phrases = (
        *phrases("en", "derive", "deviates from normal | away from normal | than normal | than usual | from its average | "
                 "than its average | above its average | below its average | from its usual | than its usual | "
                 "above its usual | below its usual | from its normal | than its normal | own average | own normal | "
                 "own usual | been usual | been normal | was usual | usual value | usual level | unlike its usual | unusual for it | abnormal compared with",
                 params={"field": "<field>", "per": "<per>"}, gives="deviation"),
        *phrases("ja", "derive", "いつも | 普段 | ふだん | 日頃 | 日ごろ | 平時 | 平常値 | 平常時 | 平常から | 平常より | 通常値 | 通常より | 平均から…外れ | "
                 "平均から…離れ | 平均より | 平均値より", params={"field": "<field>", "per": "<per>"}, gives="deviation"),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: BaselineParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.calc = calc_of("deviation")
        self.window = Sliding(self.calc, over=params.over)

    @classmethod
    def check(cls, params: BaselineParams, scope: Scope) -> Iterator[Problem]:
        yield from check_field(params.field, "/params/field", scope.shape, numeric=True)

    @classmethod
    def shapes(cls, params: BaselineParams, scope: Scope) -> dict[str, Shape]:
        known = scope.shape.fields.get(params.field)
        unit = known.unit if known else None
        away = FieldShape("number", unit, difference=True)
        shape = shape_after(params.per, scope.shape)
        judged = shape.plus(
            baseline=FieldShape("number", unit), deviation=away, spread=away, score=FieldShape("number")
        )
        return {"out": judged, "learning": shape}

    def on_event(self, event: Event, port: str, memory: WindowMemory) -> Iterator[Yield]:
        value = number_in(event.data, self.params.field)
        if isinstance(value, Trouble):
            yield value
        elif not -LARGEST <= value <= LARGEST:
            yield Trouble("number_too_large", {})
        else:
            yield from self._judge(event, float(value), memory)

    def _judge(self, event: Event, value: float, memory: WindowMemory) -> Iterator[Yield]:
        self.window.forget(event.time, memory)
        count = memory.state[0]
        score = None
        if count < self.params.warm_up:
            yield Emit("learning", event)
        else:
            baseline = mean(memory.state[1], count)
            spread = self.calc.result(memory.state, Span(event.time, event.time))
            deviation = value - baseline
            score = deviation / spread if spread else (0.0 if deviation == 0 else None)
            more = {"baseline": baseline, "deviation": deviation, "spread": spread, "score": score}
            yield Emit("out", event.with_data({**event.data, **more}))
        if self.params.ignore is None or count < self.params.warm_up or abs(score or 0.0) <= self.params.ignore:
            self.window.add(event.time, value, memory)
