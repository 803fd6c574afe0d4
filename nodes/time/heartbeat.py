"""heartbeat: in each period so many events must come; where they do not, it tells at the period's end.

Periods lie side by side on the clock of the flow's zone (`every` a length, or `each` hour, day, week, month, shift). Events
count in the period in which they arrived; one exactly at the end belongs to the next. `missed` at the end of a period
with fewer than `at_least` events, `met` else, both with `count`, `start` and `end`. A period that had begun before the
key was watched is never missed. With `from_start` all registered devices of the source are watched. Time in which the
flow itself did not run misses nothing: the period is left out.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, cast

from pydantic import Field

from nodes.kit.effect import Emit, Timer, Yield
from nodes.kit.event import OVERDUE, Event
from nodes.kit.expected import expected_keys, is_expected
from nodes.kit.fields import without
from nodes.kit.grid import window_of
from nodes.kit.kind import Example, Kind, KindWords, Memory, Port, Said, phrases
from nodes.kit.params import Duration, Identity, NodeParams, Per, Settable
from nodes.kit.per import shape_after
from nodes.kit.period import Each, FirstDay, Period, Starts
from nodes.kit.problem import Problem
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.wording import PER, PER_LABEL, PERIOD, PERIOD_LABELS

WORDS = {
    "ja": KindWords(
        label="定期報告の確認",
        summary="決まった期間ごとに必要な件数が届いたかを確かめます。",
        description=(
            "期間は時計に合わせて並びます(長さ、または時・日・週・月・シフト)。届いた時刻で数え、終わりちょうどに届いたものは"
            "次の期間に入れます。期間の終わりに、件数が足りなければ「不足」、足りていれば「充足」から送ります(count、start、"
            "end が付きます)。見守り始めた時点ですでに始まっていた期間は「不足」になりません。「開始時から」では登録済みの"
            "デバイスをすべて見守ります。フロー自体が動いていなかった期間は判定しません。"
        ),
        labels={
            "every": "期間", "at_least": "必要な件数", "from_start": "開始時から", "per": PER_LABEL["ja"],
            **PERIOD_LABELS["ja"],
        },
        params={
            "every": "期間の長さ(例:15m)。",
            "at_least": "期間ごとに、少なくともこの件数が必要です。",
            "from_start": "一度も届いていない登録済みのデバイスも、開始時から見守ります。",
            "per": PER["ja"],
            **PERIOD["ja"],
        },
    ),
    "en": KindWords(
        label="Heartbeat",
        summary="Checks that enough events came in each period.",
        description=(
            "Periods lie side by side on the clock (a length, or hour, day, week, month, shift). Events count in the "
            "period in which they arrived; one exactly at the end belongs to the next. At the end of a period it sends "
            "on “missed” if there were too few, else on “met”, with count, start and end. A period that had begun before "
            "the device was watched is never missed. “From the start” watches every registered device. A period in "
            "which the flow itself did not run is left out."
        ),
        labels={
            "every": "Every", "at_least": "At least", "from_start": "From the start", "per": PER_LABEL["en"],
            **PERIOD_LABELS["en"],
        },
        params={
            "every": "The length of a period, e.g. 15m.",
            "at_least": "How many events must come in each period.",
            "from_start": "Also watches registered devices that have not been heard yet.",
            "per": PER["en"],
            **PERIOD["en"],
        },
    ),
}  # fmt: skip


def _flow(params: dict[str, object]) -> list[dict[str, object]]:
    return [
        {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
        {"id": "beat", "kind": "heartbeat", "from": ["kiln"], "params": params},
        {"id": "tell", "kind": "notify", "from": ["beat.missed"],
         "params": {"to": "shift-channel", "text": "{device}: {count}"}},
    ]  # fmt: skip


EXAMPLES = (
    Example(
        title={"ja": "15 分ごとに 2 件届かなければ知らせる", "en": "Tells when fewer than two readings came in 15 minutes"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "炉の定期報告",
            "nodes": [*_flow({"every": "15m", "at_least": 2}),
                      {"id": "keep", "kind": "store", "from": ["beat.met"], "params": {"fields": ["count"]}}],
            "tests": [
                {"name": "2 つ目の 15 分は 1 件だけ", "until": "50m",
                 "given": [{"device": "kiln-1", "every": "5m", "until": "15m", "data": {"temperature": 70}},
                           {"device": "kiln-1", "from": "31m", "every": "6m", "until": "44m", "data": {"temperature": 70}}],
                 "expect": [{"node": "keep", "at": "15m", "data": {"count": 3}},
                            {"node": "tell", "device": "kiln-1", "at": "30m", "data": {"text": "1号炉: 1"}},
                            {"node": "keep", "at": "45m", "data": {"count": 3}}]},
            ],
        },
    ),
    Example(
        title={"ja": "毎朝 9 時までの日報を確かめる", "en": "The daily report must be there by nine"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Daily report", "time_zone": "Asia/Tokyo",
            "nodes": _flow({"each": "day", "at": ["09:00"]}),
            "tests": [
                {"name": "the first, begun day is not missed; kiln 2 never reports", "until": "2d12h",
                 "given": [{"device": "kiln-1", "at": "33h", "data": {"temperature": 70}},
                           {"device": "kiln-2", "at": "2h", "data": {"temperature": 70}}],
                 "expect": [{"node": "tell", "device": "kiln-1", "at": "33h"},
                            {"node": "tell", "device": "kiln-2", "at": "33h"},
                            {"node": "tell", "device": "kiln-2", "at": "57h"}]},
            ],
        },
    ),
)  # fmt: skip


class HeartbeatParams(NodeParams):
    every: Annotated[Duration, Field(gt=0), Settable, Identity] | None = None
    each: Annotated[Each, Identity] | None = None
    at: Annotated[Starts, Identity] | None = None
    day: Annotated[FirstDay, Identity] = 1
    at_least: Annotated[int, Settable, Field(ge=1, le=1_000_000)] = 1
    from_start: bool = True
    per: Per = "device"

    exactly_one = ("every", "each")


class HeartbeatMemory(Memory):
    """The running period (ms), None before the first whole one, how many events came in it, and whether any ever came."""

    said: ClassVar[Said] = {
        "en": {"start": "Period from", "end": "Period until", "count": "Events in it"},
        "ja": {"start": "期間の開始", "end": "期間の終わり", "count": "期間内の件数"},
    }  # fmt: skip
    start: int | None = None
    end: int | None = None
    count: int = 0
    heard: bool = False


class Heartbeat(Kind):
    id = "heartbeat"
    group = "time"
    icon = "heart-pulse"
    outputs = (Port("missed", {"ja": "不足", "en": "missed"}), Port("met", {"ja": "充足", "en": "met"}))
    Params = HeartbeatParams
    Memory = HeartbeatMemory
    takes_late = True
    timers_on_now = True
    words = WORDS
    phrases = (
        *phrases("en", "happen", "heartbeat is missing | does not report every | misses its report | "
                 "report is missing | fails to report", port="missed", params={"every": "<hold>", "per": "<per>"}),
        *phrases("ja", "happen", "定期報告…な | 定期報告…届か | 日報…届か | 報告…届か | 報告がな | 報告のな | 報告…なかっ | 報告…1件もな | 報告…一件もな | 報告…1回もな | 報告…一度もな | 来ない日 | 届かない日 | 送られない日 | 来ない時間 | 届かない時間 | ハートビート…途絶 | 生存通知…な",
                 port="missed", params={"every": "<hold>", "per": "<per>"}),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: HeartbeatParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.period = Period(params.each, params.at, params.day, scope.zone) if params.each is not None else None

    @classmethod
    def check(cls, params: HeartbeatParams, scope: Scope) -> Iterator[Problem]:
        if params.each is None and params.at is not None:
            yield without("at", "each")
        if params.each != "month" and params.day != 1:
            yield without("day", "each: month")

    @classmethod
    def shapes(cls, params: HeartbeatParams, scope: Scope) -> dict[str, Shape]:
        whole = FieldShape("integer")
        shape = shape_after(params.per, scope.shape).plus(count=whole, start=whole, end=whole)
        return {"missed": shape, "met": shape}

    def first_keys(self) -> Iterable[str]:
        return expected_keys(self.params.per, self.scope) if self.params.from_start else ()

    def on_start(self, now: int, memory: HeartbeatMemory) -> Iterator[Yield]:
        start, end = self._around(now)
        if start == now:
            memory.start, memory.end = start, end
        yield Timer("end", end)

    def on_event(self, event: Event, port: str, memory: HeartbeatMemory) -> Iterator[Yield]:
        if memory.end is None:
            yield from self.on_start(event.arrived, memory)
        elif event.arrived >= memory.end:
            yield from self._judged(event, memory.end, memory)
        memory.count += memory.end is not None
        memory.heard = True

    def on_timer(self, name: str, event: Event, memory: HeartbeatMemory) -> Iterator[Yield]:
        if OVERDUE in event.flags:
            memory.start = memory.end = None
            yield Timer("end", self._around(event.arrived)[1])
        else:
            yield from self._judged(event, event.time, memory)

    def _judged(self, event: Event, end: int, memory: HeartbeatMemory) -> Iterator[Yield]:
        """The period ends at `end`, where the next one begins."""
        start, count = memory.start, memory.count
        memory.start, memory.end = self._around(end)
        memory.count = 0
        yield Timer("end", memory.end)
        if start is not None and (memory.heard or is_expected(event.device, self.params.per, self.scope)):
            data = {**event.data, "count": count, "start": start, "end": end}
            closing = Event(end, event.arrived, event.device, event.type, data, event.cause, event.flags)
            yield Emit("met" if count >= self.params.at_least else "missed", closing)

    def _around(self, time: int) -> tuple[int, int]:
        if self.period is not None:
            return self.period.around(time)
        return window_of(time, cast(int, self.params.every), self.scope.zone)
