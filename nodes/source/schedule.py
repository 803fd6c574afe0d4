"""schedule: an event every so often, or at the times of a cron line, on the flow's own clock.

`every`: at start + every, then every `every`, without drift. `cron`: five parts (minute, hour, day, month, weekday) on
the clock of the node's zone; an occurrence exactly at the start fires. When clocks go forward, a time that does not
exist fires right after the gap; when they go back, a time that comes twice fires once. Events carry no device and no
data. Ticks that came due while nothing ran are one tick, at the first of them. When `every` is changed while running, the next tick comes at last tick + new length, at once if that is past.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import Field, field_validator

from nodes.kit.effect import Cancel, Emit, Timer, Yield
from nodes.kit.event import Event
from nodes.kit.kind import Example, KindWords, Memory, SourceKind, phrases
from nodes.kit.params import Duration, Identity, Mark, NodeParams, Settable, refused
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.shape import Shape

TICK = "tick"
SHORTEST = 100
"""The shortest `every` (ms)."""


class ScheduleParams(NodeParams):
    every: Annotated[Duration, Field(ge=SHORTEST), Settable] | None = None
    cron: Annotated[str, Field(max_length=200), Mark(format="cron"), Identity] | None = None

    exactly_one = ("every", "cron")

    @field_validator("cron")
    @classmethod
    def readable(cls, line: str | None) -> str | None:
        if line is not None and next_occurrence(line, 0, ZoneInfo("UTC")) is None:
            raise refused("bad_cron", value=line)
        return line


class ScheduleMemory(Memory):
    last: int | None = None
    """The newest tick, or the start (ms)."""


WORDS = {
    "ja": KindWords(
        label="スケジュール",
        summary="一定間隔で、または決めた日時に、イベントを 1 件送ります。",
        description=(
            "「間隔」は開始からその長さごとに送ります。「cron」は 分・時・日・月・曜日 の 5 つで日時を指定し、フローの"
            "タイムゾーンの時計で判定します。開始と同じ時刻も含みます。夏時間で存在しない時刻は飛んだ直後に、2 回ある時"
            "刻は 1 回だけ送ります。停止中に過ぎた分は、再開時にまとめて 1 回だけ送ります。イベントにデバイスもデータも付きません。"
        ),
        labels={"every": "間隔", "cron": "日時(cron)"},
        params={
            "every": "この間隔で送ります(例:10m)。最初は、開始からこの時間が過ぎたときです。",
            "cron": "分 時 日 月 曜日(例:平日の 8 時は 0 8 * * 1-5)。",
        },
    ),
    "en": KindWords(
        label="Schedule",
        summary="One event every so often, or at set times.",
        description=(
            "“Every” counts from the start of the flow. “Cron” has five parts (minute, hour, day, month, weekday) and "
            "is read on the clock of the flow's zone; a time exactly at the start counts. When clocks go forward, a "
            "time that does not exist fires right after the gap; a time that comes twice fires once. What was missed while nothing ran is sent once. Events carry no "
            "device and no data."
        ),
        labels={"every": "Every", "cron": "At times (cron)"},
        params={
            "every": "Sends after each such time, e.g. 10m; first when that time has passed since the start.",
            "cron": "Minute, hour, day, month, weekday; e.g. 0 8 * * 1-5 is 8:00 on working days.",
        },
    ),
}
EXAMPLES = (
    Example(
        title={"ja": "平日の朝 8 時に点検を促す", "en": "Asks for the inspection at 8:00 on working days"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "朝の点検", "time_zone": "Asia/Tokyo",
            "nodes": [
                {"id": "morning", "kind": "schedule", "params": {"cron": "0 8 * * 1-5"}},
                {"id": "tell", "kind": "notify", "from": ["morning"],
                 "params": {"to": "shift-channel", "text": "{time} 始業点検をしてください"}},
            ],
            "tests": [
                {"name": "月曜から金曜まで", "given": [], "until": "7d",
                 "expect": [{"node": "tell", "at": at, "data": {"text": "08:00:00 始業点検をしてください"}}
                            for at in ("8h", "1d8h", "2d8h", "3d8h", "4d8h")]},
            ],
        },
    ),
    Example(
        title={"ja": "10 分ごとに呼び出す", "en": "Calls every ten minutes"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Heartbeat",
            "settings": {"pace": {"value": "10m", "label": "How often", "assumed": True}},
            "nodes": [
                {"id": "beat", "kind": "schedule", "params": {"every": "$pace"}},
                {"id": "call", "kind": "webhook_out", "from": ["beat"],
                 "params": {"to": "mes", "body": {"alive": "{time}"}}},
            ],
            "tests": [
                {"name": "first after ten minutes", "given": [], "until": "25m",
                 "expect": [{"node": "call", "at": "10m", "data": {"body": {"alive": "00:10:00"}}},
                            {"node": "call", "at": "20m"}]},
            ],
        },
    ),
)  # fmt: skip


class Schedule(SourceKind):
    id = "schedule"
    icon = "calendar-clock"
    Params = ScheduleParams
    Memory = ScheduleMemory
    timers_on_now = True
    words = WORDS
    phrases = (
        *phrases("en", "clock", "every minute | every hour | at intervals", params={"every": "<every>"}),
        *phrases("ja", "clock", "ごとに | おきに | 定期的", params={"every": "<every>"}),
        *phrases("en", "clock", "every day at | every morning | on weekdays", params={"cron": "<cron>"}),
        *phrases("ja", "clock", "毎日 | 毎朝 | 平日 | 定時", params={"cron": "<cron>"}),
    )  # fmt: skip
    examples = EXAMPLES

    @classmethod
    def shapes(cls, params: ScheduleParams, scope: Scope) -> dict[str, Shape]:
        return {"out": Shape({}, False, "never")}

    def on_start(self, now: int) -> Iterator[Yield]:
        first = self._after(now - 1) if self.params.cron is not None else now + (self.params.every or 0)
        if first is not None:
            yield Timer(TICK, first)

    def on_timer(self, name: str, event: Event, memory: ScheduleMemory) -> Iterator[Yield]:
        memory.last = event.time
        following = self._after(event.time)
        if following is not None and following < event.arrived:
            following = self._after_missed(event.time, event.arrived)
        if following is not None:
            yield Timer(TICK, following)
        yield Emit("out", Event(event.time, event.arrived, None, None, {}, event.cause))

    def on_settings(self, before: ScheduleParams, memory: ScheduleMemory, now: int) -> Iterator[Yield]:
        if (before.every, before.cron) == (self.params.every, self.params.cron):
            return
        following = self._after(now if memory.last is None or self.params.cron is not None else memory.last)
        yield Cancel(TICK) if following is None else Timer(TICK, following)

    def read(self, arrival: Any) -> Iterator[Yield]:
        data = arrival.data if isinstance(arrival.data, dict) else {}
        time = arrival.arrived if arrival.time is None else arrival.time
        yield Emit("out", Event(time, arrival.arrived, None, None, data, arrival.cause))

    def _after_missed(self, last: int, now: int) -> int | None:
        """The worker was away for several ticks: they are one, and the pace stays what it was."""
        if self.params.every is None:
            return self._after(now)
        return now + self.params.every - (now - last) % self.params.every

    def _after(self, time: int) -> int | None:
        if self.params.cron is not None:
            return next_occurrence(self.params.cron, time, self.scope.zone)
        return time + (self.params.every or 0)


def next_occurrence(line: str, after: int, zone: ZoneInfo) -> int | None:
    """The first time (ms) later than `after` at which the cron line comes up in `zone`; None when it cannot be read or
    does not come up within 50 years."""
    if len(line.split()) != 5:
        return None
    from_second = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=after // 1000)
    try:
        found = next(CronSim(line, from_second.astimezone(zone)))
    except (CronSimError, StopIteration, OverflowError, ValueError):
        return None
    return round(found.timestamp()) * 1000
