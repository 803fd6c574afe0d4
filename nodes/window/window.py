"""window: average, smallest, largest, sum or number of readings over a length of time."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from nodes.kit.effect import Cancel, Emit, Timer, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import check_field, number_in
from nodes.kit.grid import window_of
from nodes.kit.kind import Example, Kind, KindWords, phrases
from nodes.kit.panes import MOST, Calc, Panes
from nodes.kit.params import Duration, FieldName, Identity, NodeParams, Per, Settable
from nodes.kit.per import shape_after
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape


class WindowParams(NodeParams):
    field: Annotated[FieldName, Identity]
    calc: Annotated[Calc, Identity]
    over: Annotated[Duration, Field(gt=0), Settable, Identity]
    mode: Annotated[Literal["sliding", "tumbling"], Identity] = "sliding"
    per: Per = "device"


class WindowMemory(Panes):
    """Panes, and of the running tumbling window its start and end (ms); `latest` is the data of the newest event."""

    start: int | None = None
    end: int = 0
    newest: int = 0
    latest: dict[str, Any] = {}


_COMMON = {"field": "<field>", "over": "<over>", "per": "<per>", "mode": "<mode>"}


class Window(Kind):
    id = "window"
    group = "window"
    icon = "chart-column"
    Params = WindowParams
    Memory = WindowMemory
    takes_late = True

    def __init__(self, params: WindowParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.cell = max(1, 2 * params.over // MOST)

    @classmethod
    def check(cls, params: WindowParams, scope: Scope) -> Iterator[Problem]:
        yield from check_field(params.field, "/params/field", scope.shape, numeric=params.calc != "count")

    @classmethod
    def shapes(cls, params: WindowParams, scope: Scope) -> dict[str, Shape]:
        known = scope.shape.fields.get(params.field)
        value = FieldShape("integer") if params.calc == "count" else FieldShape("number", known.unit if known else None)
        whole = FieldShape("integer")
        shape = shape_after(params.per, scope.shape)
        return {"out": shape.plus(value=value, count=whole, start=whole, end=whole)}

    def on_event(self, event: Event, port: str, memory: WindowMemory) -> Iterator[Yield]:
        counted = self.params.calc == "count" and event.data.get(self.params.field) is not None
        value = 0.0 if counted else number_in(event.data, self.params.field)
        if isinstance(value, Trouble):
            yield value
        elif self.params.mode == "sliding":
            yield from self._slide(event, value, memory)
        else:
            yield from self._tumble(event, value, memory)

    def _slide(self, event: Event, value: float, memory: WindowMemory) -> Iterator[Yield]:
        late = event.time < memory.newest
        if late and event.time <= memory.newest - self.params.over:
            yield Trouble("late", {})
            return
        memory.add(event.time, value, self.cell)
        if late:
            return
        memory.newest = event.time
        memory.drop_until(event.time - self.params.over)
        yield self._result(event, event.data, memory, event.time - self.params.over, event.time)

    def _tumble(self, event: Event, value: float, memory: WindowMemory) -> Iterator[Yield]:
        if memory.start is not None and event.time >= memory.end:
            yield from self._close(event, memory)
        if memory.start is None:
            start, end = window_of(event.time, self.params.over, self.scope.zone)
            if start < memory.newest:
                yield Trouble("late", {})
                return
            memory.start, memory.end = start, end
            yield Timer("close", memory.end)
        elif event.time < memory.start:
            yield Trouble("late", {})
            return
        memory.add(event.time, value, self.cell)
        if event.time >= memory.newest:
            memory.newest, memory.latest = event.time, event.data

    def _close(self, event: Event, memory: WindowMemory) -> Iterator[Yield]:
        start, end, last = memory.start or 0, memory.end, memory.latest
        closing = Event(end, event.arrived, event.device, event.type, last, event.cause, event.flags)
        yield Cancel("close")
        yield self._result(closing, last, memory, start, end)
        memory.clear()
        memory.start, memory.newest = None, end

    def on_timer(self, name: str, event: Event, memory: WindowMemory) -> Iterator[Yield]:
        if memory.start is not None:
            yield from self._close(event, memory)

    def _result(self, event: Event, data: dict[str, Any], memory: WindowMemory, start: int, end: int) -> Emit:
        value, count = memory.value(self.params.calc), sum(memory.count)
        return Emit("out", event.with_data({**data, "value": value, "count": count, "start": start, "end": end}))

    words = {
        "en": KindWords(
            label="Window",
            summary="Average, smallest, largest, sum or number of readings over a time.",
            description=(
                "Sliding: every event sends the result over the time up to it (readings older than that time are left "
                "out); it begins with the first reading, before the window is full. Tumbling: windows lie side by side "
                "on the clock of the flow's zone (10 minutes: :00, :10, …; a day: midnight to midnight), and each "
                "sends its result once, when it ends. A late reading is still counted while its window is open. Up to "
                "240 readings per device the result is exact; with more, readings that lie close together are merged, "
                "and the border of a sliding window is exact to a 120th of its length. Sent are the last event's data "
                "and value, count, start and end (milliseconds since 1970, UTC)."
            ),
            labels={"field": "Field", "calc": "Result", "over": "Over", "mode": "Windows", "per": "Per"},
            params={
                "field": "The field to look at.",
                "calc": "What to compute from the readings.",
                "over": "How long a window is. A change restarts it.",
                "mode": "Sliding: with every event. Tumbling: once at the end of each window.",
                "per": "Whose readings go together: each device (default), all, or a field or attribute.",
            },
        ),
        "ja": KindWords(
            label="期間の集計",
            summary="一定時間の平均、最小、最大、合計、件数を求めます。",
            description=(
                "スライド: イベントのたびに、そこまでの一定時間の結果を送ります(それより古い値は含めません)。期間が満ち"
                "る前でも最初の値から始まります。区切り: フローのタイムゾーンの時計に沿って並ぶ期間ごと(10 分なら毎時 0"
                "、10、20 分…、1 日なら 0 時から 0 時)に、終わった時点で 1 回だけ結果を送ります。遅れて届いた値も、その"
                "期間が開いている間は数えます。デバイスごとに 240 件までは正確で、それを超えると近い値をまとめます(スラ"
                "イドの境目の精度は期間の 120 分の 1)。送るのは最後のイベントのデータと、value(結果)、count(件数)、"
                "start と end(1970 年からのミリ秒、UTC)です。"
            ),
            labels={"field": "項目", "calc": "求めるもの", "over": "期間", "mode": "区切り方", "per": "まとめる単位"},
            params={
                "field": "対象の項目。",
                "calc": "値から何を求めるか。",
                "over": "期間の長さ。変更すると集計し直します。",
                "mode": "sliding: イベントのたび。tumbling: 期間の終わりに 1 回。",
                "per": "デバイスごと、全体で 1 つ、または項目や属性の値ごとに集計します。",
            },
        ),
    }
    phrases = (
        *phrases("en", "aggregate", "average | mean | averaged | on average",
                 params={**_COMMON, "calc": "average"}, gives="value"),
        *phrases("ja", "aggregate", "平均", params={**_COMMON, "calc": "average"}, gives="value"),
        *phrases("en", "aggregate", "maximum | highest | peak", params={**_COMMON, "calc": "max"}, gives="value"),
        *phrases("ja", "aggregate", "最大 | 最高 | ピーク", params={**_COMMON, "calc": "max"}, gives="value"),
        *phrases("en", "aggregate", "minimum | lowest", params={**_COMMON, "calc": "min"}, gives="value"),
        *phrases("ja", "aggregate", "最小 | 最低", params={**_COMMON, "calc": "min"}, gives="value"),
        *phrases("en", "aggregate", "sum | total | totals", params={**_COMMON, "calc": "sum"}, gives="value"),
        *phrases("ja", "aggregate", "合計 | 総計 | 積算", params={**_COMMON, "calc": "sum"}, gives="value"),
    )  # fmt: skip
    examples: ClassVar[tuple[Example, ...]] = ()


def _example(mode: str, expect: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return {
        "suiro": 1,
        "name": "Average",
        "nodes": [
            {"id": "pump", "kind": "devices", "params": {"type": "pump"}},
            {"id": "average", "kind": "window", "from": ["pump"],
             "params": {"field": "flow", "calc": "average", "over": "1m", "mode": mode}},
            {"id": "keep", "kind": "store", "from": ["average"], "params": {"fields": ["value", "count"]}},
        ],
        "tests": [
            {
                "name": name,
                "given": [{"device": "p1", "from": "20s", "every": "20s", "until": "80s",
                           "data": {"flow": {"from": 1, "to": 4}}}],
                "expect": expect,
                "until": "2m",
            }
        ],
    }  # fmt: skip


Window.examples = (
    Example(
        title={"en": "The average of the last minute, with every reading", "ja": "直近 1 分の平均を、値が届くたびに"},
        document=_example(
            "sliding",
            [
                {"node": "keep", "device": "p1", "at": "20s", "data": {"value": 1.0, "count": 1}},
                {"node": "keep", "device": "p1", "at": "40s", "data": {"value": 1.5, "count": 2}},
                {"node": "keep", "device": "p1", "at": "60s", "data": {"value": 2.0, "count": 3}},
                {"node": "keep", "device": "p1", "at": "80s", "data": {"value": 3.0, "count": 3}},
            ],
            "readings older than a minute are left out",
        ),
    ),
    Example(
        title={"en": "One average for each minute", "ja": "1 分ごとに 1 つの平均"},
        document=_example(
            "tumbling",
            [
                {"node": "keep", "device": "p1", "at": "60s", "data": {"value": 1.5, "count": 2}},
                {"node": "keep", "device": "p1", "at": "120s", "data": {"value": 3.5, "count": 2}},
            ],
            "a reading at the full minute belongs to the next one",
        ),
    ),
)
