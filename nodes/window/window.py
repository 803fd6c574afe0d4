"""window: one number over many readings: an average, a sum, a percentile ... of the last minutes, of a shift, of a burst.

Four ways to say which readings: `over` (a length of time), `readings` (so many), `each` (hour, day, week, month or shift on
the clock of the flow's zone), `gap` (until nothing came for so long). `mode` sliding gives a result with every reading,
over (time - over, time], over the last so many, or over the period or burst so far; tumbling one result at the end of
each window, whose end belongs to the next one. Left out, `over` and `readings` slide, `each` and `gap` tumble. A burst
goes on with a reading exactly `gap` after the last one. A window without readings sends nothing.

`grace` waits for late readings: each reading is taken in when the key's clock is `grace` past it, in order of time, so
that any order of arrival within the grace gives the same results; a window ends `grace` after its end. What comes later
still counts while its window is open (not where order matters: time_weighted, readings), else it goes to `late`.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
from pydantic import Field

from nodes.kit.calc import LARGEST, MOST_VALUES, Calc, TooManyValues, calc_of
from nodes.kit.effect import Emit, Timer, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import check_field, number_in, without
from nodes.kit.grid import window_of
from nodes.kit.kind import OUT, Example, Kind, KindWords, Port, phrases
from nodes.kit.moving import sliding
from nodes.kit.panes import Blocks, Borders, Result, Sliding, WindowMemory
from nodes.kit.params import Duration, FieldName, Identity, NodeParams, Per, Settable
from nodes.kit.per import shape_after
from nodes.kit.period import Each, FirstDay, Period, Starts
from nodes.kit.problem import Problem
from nodes.kit.quick import Quiet, Take
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.wording import PER, PER_LABEL, PERIOD, PERIOD_LABELS

LATE = Port("late", {"ja": "遅延", "en": "late"})
MOST_READINGS = 1_000
"""The largest `readings`: so many are kept for themselves."""
READY, SHUT = "ready", "shut"
"""Timers: a reading's grace is over; the open window ends. At one moment the first by name comes first, because a reading
exactly at the end of a burst still belongs to it."""
TOO_MANY_VALUES = Trouble("too_many_values", {"limit": MOST_VALUES})
GIVES = ("value", "count", "start", "end")
_COMMON = {"field": "<field>", "over": "<over>", "per": "<per>", "mode": "<mode>"}

WORDS = {
    "ja": KindWords(
        label="期間の集計",
        summary="一定の期間・件数・シフト・ひと続きの値から、平均や合計などを求めます。",
        description=(
            "どの値を集計するかは、期間(直近の長さ)、件数、区切り(時・日・週・月・シフト)、途切れ(値が届かなくなるまで)の"
            "いずれかで決めます。スライドでは値が届くたびに結果を送り、区切りでは期間の終わりに 1 回だけ送ります。終わりちょうどの"
            "値は次の期間に入り、値のない期間は何も送りません。区切りは時計に合わせ、夏時間のある日は 23 時間や 25 時間になります。"
            "「遅れの許容」を決めると、その時間だけ待って時刻順に集計するため、届く順番が入れ替わっても結果は同じです。許容を過ぎた"
            "値は、まだ開いている期間には加え、そうでなければ「遅延」へ送ります。結果のイベントには最後の値のデータに加えて value、"
            "count、start、end が付きます。スライドで覚えるのは最新の 160 件までで、古い値は 80 に分けたまとまりにします。"
            "パーセンタイルは 1,000 件まで正確で、それを超えると 1 % 以内の誤差になります。種類の数は 1,000 まで数えます。"
        ),
        labels={
            "field": "項目", "calc": "求める値", "over": "期間", "readings": "件数", "gap": "途切れ", "mode": "方式",
            "percent": "パーセント", "grace": "遅れの許容", "calc.average": "平均", "calc.min": "最小", "calc.max": "最大",
            "calc.sum": "合計", "calc.count": "件数", "calc.distinct": "種類の数", "calc.deviation": "標準偏差",
            "calc.percentile": "パーセンタイル", "calc.first": "最初の値", "calc.last": "最後の値",
            "calc.slope": "傾き(1 時間あたり)", "calc.time_weighted": "時間加重平均", "mode.sliding": "スライド",
            "mode.tumbling": "区切り", "per": PER_LABEL["ja"], **PERIOD_LABELS["ja"],
        },
        params={
            "field": "集計する項目。",
            "calc": "値から何を求めるか。",
            "over": "期間の長さ。変更すると集計し直します。",
            "readings": "直近この件数を集計します(1,000 まで)。",
            "gap": "この時間、値が届かなければひと続きの終わりとします。ちょうどこの時間の値は続きに入ります。",
            "mode": "sliding:値のたび。tumbling:期間の終わりに 1 回。省略すると、期間と件数は sliding、区切りと途切れは tumbling。",
            "percent": "パーセンタイルの位置(中央値は 50)。",
            "grace": "遅れて届く値を待つ時間。結果はこの時間だけ遅れます。",
            "per": PER["ja"],
            **PERIOD["ja"],
        },
    ),
    "en": KindWords(
        label="Window",
        summary="Average, sum and the like over a length of time, a number of readings, a shift, or a burst.",
        description=(
            "Which readings count is said by exactly one of: over (the last so long), readings (the last so many), each "
            "(hour, day, week, month, shift) and gap (until nothing came for so long). Sliding sends a result with every "
            "reading; tumbling sends one at the end of each window. A reading exactly at the end belongs to the next "
            "window, and a window without readings sends nothing. Windows lie on the clock of the flow's zone; a day on "
            "which clocks change has 23 or 25 hours. A grace waits so long for late readings and takes them in order of "
            "time, so that the order of arrival makes no difference; what comes later still counts while its window is "
            "open, else it goes to “late”. A result carries the data of the window's last event and value, count, start "
            "and end. A sliding window keeps its newest 160 readings and the older ones in 80 groups. A percentile is exact up to 1,000 "
            "readings and within 1 % beyond; different values are counted up to 1,000."
        ),
        labels={
            "field": "Field", "calc": "Result", "over": "Length", "readings": "Readings", "gap": "Until silent for",
            "mode": "Mode", "percent": "Percent", "grace": "Grace for late ones", "calc.average": "average",
            "calc.min": "smallest", "calc.max": "largest", "calc.sum": "sum", "calc.count": "number of readings",
            "calc.distinct": "number of different values", "calc.deviation": "standard deviation",
            "calc.percentile": "percentile", "calc.first": "first value", "calc.last": "last value",
            "calc.slope": "slope per hour", "calc.time_weighted": "average over time", "mode.sliding": "sliding",
            "mode.tumbling": "side by side", "per": PER_LABEL["en"], **PERIOD_LABELS["en"],
        },
        params={
            "field": "The field to compute from.",
            "calc": "What to compute from its values.",
            "over": "How long the window is. Changing it starts the window anew.",
            "readings": "The last so many readings (at most 1,000).",
            "gap": "A burst ends when nothing came for so long; a reading exactly then still belongs to it.",
            "mode": "sliding: with every event; tumbling: once at the end of each window. Left out: over and readings slide, "
            "each and gap tumble.",
            "percent": "Which percentile (the median is 50).",
            "grace": "How long to wait for late readings; results come so much later.",
            "per": PER["en"],
            **PERIOD["en"],
        },
    ),
}  # fmt: skip


def _flow(params: dict[str, Any], *tests: dict[str, Any], name: str = "Flow rate", **more: Any) -> dict[str, Any]:
    return {
        "suiro": 1,
        "name": name,
        **more,
        "nodes": [
            {"id": "pump", "kind": "devices", "params": {"type": "pump"}},
            {"id": "sums", "kind": "window", "from": ["pump"], "params": {"field": "flow", **params}},
            {"id": "keep", "kind": "store", "from": ["sums"], "params": {"fields": ["value", "count"]}},
            {"id": "lost", "kind": "store", "from": ["sums.late"], "params": {"fields": ["flow"]}},
        ],
        "tests": list(tests),
    }


def _rises(until: str = "80s") -> list[dict[str, Any]]:
    return [{"device": "p1", "from": "20s", "every": "20s", "until": until, "data": {"flow": {"from": 1, "to": 4}}}]


def _kept(at: str, value: float, count: int) -> dict[str, Any]:
    return {"node": "keep", "device": "p1", "at": at, "data": {"value": value, "count": count}}


EXAMPLES = (
    Example(
        title={"ja": "1 分ごとに 1 つの平均", "en": "One average for each minute"},
        document=_flow(
            {"calc": "average", "over": "1m", "mode": "tumbling"},
            {"name": "終わりちょうどの値は次の 1 分に入る", "given": _rises(), "until": "2m",
             "expect": [_kept("60s", 1.5, 2), _kept("120s", 3.5, 2)]},
            name="1 分ごとの平均流量",
        ),
    ),
    Example(
        title={"ja": "直近 1 分の平均を、値が届くたびに", "en": "The average of the last minute, with every reading"},
        document=_flow(
            {"calc": "average", "over": "1m"},
            {"name": "readings older than a minute are left out", "given": _rises(), "until": "2m",
             "expect": [_kept("20s", 1, 1), _kept("40s", 1.5, 2), _kept("60s", 2, 3), _kept("80s", 3, 3)]},
        ),
    ),
    Example(
        title={"ja": "夜勤の合計(22 時から 6 時)", "en": "The total of each shift"},
        document=_flow(
            {"calc": "sum", "each": "shift", "at": ["06:00", "14:00", "22:00"]},
            {"name": "the night shift goes past midnight", "until": "1d",
             "given": [{"device": "p1", "at": "5h", "data": {"flow": 1}}, {"device": "p1", "at": "6h", "data": {"flow": 2}},
                       {"device": "p1", "at": "23h", "data": {"flow": 4}}],
             "expect": [_kept("6h", 1, 1), _kept("14h", 2, 1)]},
            name="Totals per shift", time_zone="Asia/Tokyo",
        ),
    ),
    Example(
        title={"ja": "ひと続きの運転の最大値", "en": "The peak of each run"},
        document=_flow(
            {"calc": "max", "gap": "30s"},
            {"name": "a run ends when nothing came for 30 seconds", "until": "4m",
             "given": [{"device": "p1", "at": "0s", "data": {"flow": 3}}, {"device": "p1", "at": "30s", "data": {"flow": 5}},
                       {"device": "p1", "at": "2m", "data": {"flow": 1}}],
             "expect": [_kept("60s", 5, 2), _kept("150s", 1, 1)]},
            name="Peak of a run",
        ),
    ),
    Example(
        title={"ja": "直近 3 件の中央値", "en": "The median of the last three readings"},
        document=_flow(
            {"calc": "percentile", "percent": 50, "readings": 3},
            {"name": "one spike does not move it",
             "given": [{"device": "p1", "at": f"{n}s", "data": {"flow": x}} for n, x in enumerate((2, 2, 99, 3))],
             "expect": [_kept("0s", 2, 1), _kept("1s", 2, 2), _kept("2s", 2, 3), _kept("3s", 3, 3)]},
            name="Median of three",
        ),
    ),
)  # fmt: skip


def _in_block(lies: Blocks) -> Take:
    def take(memory: WindowMemory, time: int, value: float, data: dict[str, Any]) -> Any:
        if not -LARGEST <= value <= LARGEST or memory.late(time, 0) or not lies.goes_on(time, memory):
            return None
        memory.seen = time
        made = lies.take(time, float(value), data, memory)
        return True if made is None else (made.value, made.count, made.start, made.end)

    return take


class WindowParams(NodeParams):
    field: Annotated[FieldName, Identity]
    calc: Annotated[Calc, Identity]
    over: Annotated[Duration, Field(gt=0), Settable, Identity] | None = None
    readings: Annotated[int, Field(ge=1, le=MOST_READINGS), Settable, Identity] | None = None
    each: Annotated[Each, Identity] | None = None
    gap: Annotated[Duration, Field(gt=0), Settable, Identity] | None = None
    mode: Annotated[Literal["sliding", "tumbling"], Identity] | None = None
    at: Annotated[Starts, Identity] | None = None
    day: Annotated[FirstDay, Identity] = 1
    percent: Annotated[float, Field(ge=0, le=100), Identity, Settable] = 95.0
    grace: Annotated[Duration, Settable] = 0
    per: Per = "device"

    exactly_one = ("over", "readings", "each", "gap")


class Window(Kind):
    id = "window"
    group = "window"
    icon = "chart-column"
    outputs = (OUT, LATE)
    Params = WindowParams
    Memory = WindowMemory
    memory_version = 3
    takes_late = True
    words = WORDS
    phrases = (
        *phrases("en", "aggregate", "average | mean | averaged | on average",
                 params={**_COMMON, "calc": "average"}, gives="value"),
        *phrases("ja", "aggregate", "平均 | ならし | 均し", params={**_COMMON, "calc": "average"}, gives="value"),
        *phrases("en", "aggregate", "maximum | highest | peak", params={**_COMMON, "calc": "max"}, gives="value"),
        *phrases("ja", "aggregate", "最大 | 最高 | ピーク", params={**_COMMON, "calc": "max"}, gives="value"),
        *phrases("en", "aggregate", "minimum | lowest", params={**_COMMON, "calc": "min"}, gives="value"),
        *phrases("ja", "aggregate", "最小 | 最低", params={**_COMMON, "calc": "min"}, gives="value"),
        *phrases("en", "aggregate", "sum | total | totals", params={**_COMMON, "calc": "sum"}, gives="value"),
        *phrases("ja", "aggregate", "合計 | 総計 | 積算", params={**_COMMON, "calc": "sum"}, gives="value"),
        *phrases("en", "aggregate", "standard deviation | scatter", params={**_COMMON, "calc": "deviation"}, gives="value"),
        *phrases("ja", "aggregate", "標準偏差 | ばらつき", params={**_COMMON, "calc": "deviation"}, gives="value"),
        *phrases("en", "aggregate", "median", params={**_COMMON, "calc": "percentile", "percent": 50}, gives="value"),
        *phrases("ja", "aggregate", "中央値", params={**_COMMON, "calc": "percentile", "percent": 50}, gives="value"),
        *phrases("en", "aggregate", "95th percentile", params={**_COMMON, "calc": "percentile"}, gives="value"),
        *phrases("ja", "aggregate", "95パーセンタイル | 95%タイル", params={**_COMMON, "calc": "percentile"}, gives="value"),
        *phrases("en", "aggregate", "different values | distinct values", params={**_COMMON, "calc": "distinct"},
                 gives="value"),
        *phrases("ja", "aggregate", "種類の数 | 何種類", params={**_COMMON, "calc": "distinct"}, gives="value"),
        *phrases("en", "aggregate", "time-weighted average | average over time",
                 params={**_COMMON, "calc": "time_weighted"}, gives="value"),
        *phrases("ja", "aggregate", "時間加重平均", params={**_COMMON, "calc": "time_weighted"}, gives="value"),
        *phrases("en", "aggregate", "trend line", params={**_COMMON, "calc": "slope"}, gives="value"),
        *phrases("ja", "aggregate", "回帰直線の傾き | 傾向の傾き", params={**_COMMON, "calc": "slope"}, gives="value"),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: WindowParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.calc = calc_of(params.calc, params.percent)
        self.lies = self._lies(params)
        self.closes = isinstance(self.lies, Blocks) and not self.lies.running and self.lies.most is None
        self.recalls = self.closes or bool(params.grace)

    def _lies(self, params: WindowParams) -> Sliding | Blocks:
        slides = params.mode == "sliding" or (params.mode is None and params.each is None and params.gap is None)
        if slides and (params.over is not None or params.readings is not None):
            return Sliding(self.calc, over=params.over, most=params.readings)
        return Blocks(self.calc, borders=self._borders(), gap=params.gap, most=params.readings, running=slides)

    def _borders(self) -> Borders | None:
        params, zone = self.params, self.scope.zone
        if params.over is not None:
            return lambda time: window_of(time, params.over, zone)
        return Period(params.each, params.at, params.day, zone).around if params.each is not None else None

    @classmethod
    def check(cls, params: WindowParams, scope: Scope) -> Iterator[Problem]:
        yield from check_field(params.field, "/params/field", scope.shape, numeric=calc_of(params.calc).numeric)
        if params.each is None and params.at is not None:
            yield without("at", "each")
        elif params.at is not None and params.each != "shift" and len(params.at) > 1:
            yield Problem("too_long", "/params/at", args={"count": len(params.at), "max": 1})
        if params.each != "month" and params.day != 1:
            yield without("day", "each: month")
        if params.calc != "percentile" and "percent" in params.model_fields_set:
            yield without("percent", "calc: percentile")

    @classmethod
    def shapes(cls, params: WindowParams, scope: Scope) -> dict[str, Shape]:
        whole = FieldShape("integer")
        shape = shape_after(params.per, scope.shape)
        value = _value_shape(params.calc, scope.shape.fields.get(params.field, FieldShape("any")))
        return {"out": shape.plus(value=value, count=whole, start=whole, end=whole), "late": shape}

    def on_event(self, event: Event, port: str, memory: WindowMemory) -> Iterator[Yield]:
        value = self._value(event)
        if isinstance(value, Trouble):
            yield value
        elif memory.late(event.time, self.params.grace):
            yield from self._take_late(value, event, memory)
        elif not self.params.grace:
            memory.seen = event.time
            yield from self._take(event.time, value, event.data, event, memory)
        else:
            memory.seen = max(memory.seen, event.time)
            memory.insert([event.time, value, event.data, event.device, event.type])
            yield from self._hand_on(memory.overflow(), event, memory)

    def quick(self) -> Quiet | None:
        params, lies = self.params, self.lies
        if params.grace or not self.calc.numeric or params.gap is not None:
            return None
        if isinstance(lies, Sliding):
            return Quiet(sliding(lies), (params.field,), gives=GIVES, port="out")
        return Quiet(_in_block(lies), (params.field,), data=True, gives=GIVES, port="out" if lies.running else None)

    def on_timer(self, name: str, event: Event, memory: WindowMemory) -> Iterator[Yield]:
        if name == READY:
            yield from self._hand_on(memory.release(event.time - self.params.grace), event, memory)
        elif isinstance(self.lies, Blocks):
            yield self._sent(self.lies.close(memory), event)

    def on_settings(self, before: WindowParams, memory: WindowMemory, now: int) -> Iterator[Yield]:
        if before.grace != self.params.grace:
            if memory.waiting:
                yield Timer(READY, memory.waiting[0][0] + self.params.grace)
            if self.closes and memory.start is not None:
                yield Timer(SHUT, memory.end + self.params.grace)

    def _value(self, event: Event) -> Any:
        if not self.calc.numeric:
            found = event.data.get(self.params.field)
            return Trouble("missing_field", {"field": self.params.field}) if found is None else found
        value = number_in(event.data, self.params.field)
        if isinstance(value, Trouble):
            return value
        return float(value) if -LARGEST <= value <= LARGEST else Trouble("number_too_large", {})

    def _hand_on(self, readings: list[Any], event: Event, memory: WindowMemory) -> Iterator[Yield]:
        """Readings whose grace is over, in order of time."""
        for time, value, data, device, type in readings:
            own = Event(event.time, event.arrived, device, type, data, event.cause, event.flags)
            yield from self._take(time, value, data, own, memory)
        if memory.waiting:
            yield Timer(READY, memory.waiting[0][0] + self.params.grace)

    def _take(self, time: int, value: Any, data: Any, event: Event, memory: WindowMemory) -> Iterator[Yield]:
        if isinstance(self.lies, Blocks) and self.lies.over(time, memory):
            closing = msgspec.structs.replace(event, time=min(memory.end + self.params.grace, event.time))
            result = self.lies.close(memory)
            if not self.lies.running:
                yield self._sent(result, closing)
        opened = memory.start is None
        try:
            made = self.lies.take(time, value, data, memory)
        except TooManyValues:
            yield TOO_MANY_VALUES
            return
        if made is not None:
            yield self._sent(made, event)
        if self.closes and (opened or self.params.gap is not None):
            yield Timer(SHUT, memory.end + self.params.grace)

    def _take_late(self, value: Any, event: Event, memory: WindowMemory) -> Iterator[Yield]:
        try:
            counts = self.lies.take_late(event.time, value, memory)
        except TooManyValues:
            yield TOO_MANY_VALUES
            return
        if not counts:
            yield Trouble("late", {})
            yield Emit("late", event)

    def _sent(self, made: Result, event: Event) -> Emit:
        more = {"value": made.value, "count": made.count, "start": made.start, "end": made.end}
        return Emit("out", event.with_data({**made.data, **more}))


def _value_shape(calc: Calc, field: FieldShape) -> FieldShape:
    if calc in ("count", "distinct"):
        return FieldShape("integer")
    if calc in ("first", "last"):
        return field
    if calc == "slope":
        return FieldShape("number", f"{field.unit}/h" if field.unit else None, difference=True)
    return FieldShape("number", field.unit, difference=field.difference or calc == "deviation")
