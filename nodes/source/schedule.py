"""schedule: an event every so often, or at the times of a cron line, on the flow's own clock.

`every`: at start + every, then every `every`, without drift. `cron`: five parts (minute, hour, day, month, weekday) on
the clock of the node's zone; an occurrence exactly at the start fires. When clocks go forward, a time that does not
exist fires right after the gap; when they go back, a time that comes twice fires once. Events carry no device and no
data. Ticks that came due while nothing ran are one tick, at the first of them. When `every` is changed while running,
the next tick comes at last tick (or start) + new length, at once if that is past.

`on_holidays` says what becomes of a tick on a day, in the node's zone, that is a public holiday of the region
`holidays`: it is left out (`skip`), it is one of the only ones that are sent (`only`), or it is like any other
(`normal`). The pace of `every` stays what it is. Without a region the rule has no effect. A rule by which no tick comes
within ten years ends the schedule.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import Field, field_validator

from nodes.kit.calendar import DAY, Region, check_region, is_holiday, local_day
from nodes.kit.effect import Cancel, Emit, Timer, Yield
from nodes.kit.event import Event
from nodes.kit.fields import without
from nodes.kit.kind import Example, KindWords, Memory, Said, SourceKind, phrases
from nodes.kit.params import Duration, Identity, Mark, NodeParams, Settable, refused
from nodes.kit.period import utc_of
from nodes.kit.problem import Problem
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.shape import Shape

TICK = "tick"
SHORTEST = 100
"""The shortest `every` (ms)."""
DAYS_AHEAD = 3_653
"""How far ahead a day is looked for on which a tick may come."""


class ScheduleParams(NodeParams):
    every: Annotated[Duration, Field(ge=SHORTEST), Settable] | None = None
    cron: Annotated[str, Field(max_length=200), Mark(format="cron"), Identity] | None = None
    holidays: Region | None = None
    on_holidays: Annotated[Literal["skip", "only", "normal"], Settable] = "normal"

    exactly_one = ("every", "cron")

    @field_validator("cron")
    @classmethod
    def readable(cls, line: str | None) -> str | None:
        if line is not None and next_occurrence(line, 0, ZoneInfo("UTC")) is None:
            raise refused("bad_cron", value=line)
        return line


class ScheduleMemory(Memory):
    said: ClassVar[Said] = {
        "en": {"last": "Last tick"},
        "ja": {"last": "前回の時刻"},
    }  # fmt: skip
    last: int | None = None
    """The newest tick, or the start (ms)."""


WORDS = {
    "ja": KindWords(
        label="スケジュール",
        summary="一定間隔で、または決めた日時に、イベントを 1 件送ります。",
        description=(
            "「間隔」は開始からその長さごとに送ります。「cron」は 分・時・日・月・曜日 の 5 つで日時を指定し、フローの"
            "タイムゾーンの時計で判定します。開始と同じ時刻も含みます。夏時間で存在しない時刻は飛んだ直後に、2 回ある時"
            "刻は 1 回だけ送ります。停止中に過ぎた分は、再開時にまとめて 1 回だけ送ります。「祝日の国・地域」を選ぶと、フローの"
            "タイムゾーンで祝日にあたる日の分を、送らない、またはその日だけ送るようにできます(間隔の刻みは変わりません)。"
            "イベントにデバイスもデータも付きません。"
        ),
        labels={
            "every": "間隔", "cron": "日時(cron)", "holidays": "祝日の国・地域", "on_holidays": "祝日の扱い",
            "on_holidays.skip": "祝日は送らない", "on_holidays.only": "祝日だけ送る", "on_holidays.normal": "区別しない",
        },
        params={
            "every": "この間隔で送ります(例:10m)。最初は、開始からこの時間が過ぎたときです。",
            "cron": "分 時 日 月 曜日(例:平日の 8 時は 0 8 * * 1-5)。",
            "holidays": "どこの祝日を使うか。国(JP)、または国と地域(US-CA)。振替休日も含みます。",
            "on_holidays": "skip:祝日の分は送らない。only:祝日の分だけ送る。normal:祝日を区別しない。",
        },
    ),
    "en": KindWords(
        label="Schedule",
        summary="One event every so often, or at set times.",
        description=(
            "“Every” counts from the start of the flow. “Cron” has five parts (minute, hour, day, month, weekday) and "
            "is read on the clock of the flow's zone; a time exactly at the start counts. When clocks go forward, a "
            "time that does not exist fires right after the gap; a time that comes twice fires once. What was missed "
            "while nothing ran is sent once. With a region for holidays, what falls on a holiday there (a day in the "
            "flow's zone) can be left out, or be all that is sent; the pace stays the same. Events carry no device and "
            "no data."
        ),
        labels={
            "every": "Every", "cron": "At times (cron)", "holidays": "Holidays of", "on_holidays": "On holidays",
            "on_holidays.skip": "do not send", "on_holidays.only": "send only then",
            "on_holidays.normal": "like any day",
        },
        params={
            "every": "Sends after each such time, e.g. 10m; first when that time has passed since the start.",
            "cron": "Minute, hour, day, month, weekday; e.g. 0 8 * * 1-5 is 8:00 on working days.",
            "holidays": "Whose public holidays: a country (JP), or a country with a region (US-CA).",
            "on_holidays": "skip: nothing is sent on a holiday; only: on holidays alone; normal: they do not matter.",
        },
    ),
}  # fmt: skip
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
    Example(
        title={"ja": "祝日を除く平日の 8 時と、祝日の 10 時", "en": "At 8:00 on working days, and at 10:00 on holidays"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "祝日の朝", "time_zone": "Asia/Tokyo",
            "nodes": [
                {"id": "working", "kind": "schedule",
                 "params": {"cron": "0 8 * * 1-5", "holidays": "JP", "on_holidays": "skip"}},
                {"id": "free", "kind": "schedule",
                 "params": {"cron": "0 10 * * *", "holidays": "JP", "on_holidays": "only"}},
                {"id": "tell", "kind": "notify", "from": ["working"],
                 "params": {"to": "shift-channel", "text": "始業点検をしてください"}},
                {"id": "calm", "kind": "notify", "from": ["free"],
                 "params": {"to": "shift-channel", "text": "今日は祝日です"}},
            ],
            "tests": [
                {"name": "成人の日(月曜)は 10 時だけ", "given": [], "start": "2026-01-11T00:00:00", "until": "3d",
                 "expect": [{"node": "calm", "at": "1d10h"}, {"node": "tell", "at": "2d8h"}]},
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
    def check(cls, params: ScheduleParams, scope: Scope) -> Iterator[Problem]:
        yield from check_region(params.holidays, "/params/holidays")
        if params.holidays is None and params.on_holidays != "normal":
            yield without("on_holidays", "holidays")
        if params.holidays is not None and params.on_holidays == "normal":
            yield without("holidays", "on_holidays")

    @classmethod
    def shapes(cls, params: ScheduleParams, scope: Scope) -> dict[str, Shape]:
        return {"out": Shape({}, False, "never")}

    def on_start(self, now: int, memory: ScheduleMemory) -> Iterator[Yield]:
        memory.last = now
        first = self._after(now - 1 if self.params.every is None else now)
        if first is not None:
            yield Timer(TICK, first)

    def on_timer(self, name: str, event: Event, memory: ScheduleMemory) -> Iterator[Yield]:
        memory.last = event.time
        following = self._after(event.time)
        if following is not None and following < event.arrived:
            following = self._after_missed(event.time, event.arrived)
        if following is not None:
            yield Timer(TICK, following)
        if self._comes_on(local_day(event.time, self.scope.zone)):
            yield Emit("out", Event(event.time, event.arrived, None, None, {}, event.cause))

    def on_settings(self, before: ScheduleParams, memory: ScheduleMemory, now: int) -> Iterator[Yield]:
        if before == self.params:
            return
        last = now if memory.last is None else memory.last
        paced = self.params.every is not None and before.every != self.params.every
        following = self._after(last) if paced else self._after_missed(last, now)
        yield Cancel(TICK) if following is None else Timer(TICK, following)

    def read(self, arrival: Any) -> Iterator[Yield]:
        data = arrival.data if isinstance(arrival.data, dict) else {}
        time = arrival.arrived if arrival.time is None else arrival.time
        yield Emit("out", Event(time, arrival.arrived, None, None, data, arrival.cause))

    def upcoming(self, after: int, count: int) -> list[int]:
        """The next `count` times later than `after` at which this schedule sends, as far as there are any."""
        found: list[int] = []
        while len(found) < count and (tick := self._after(found[-1] if found else after)) is not None:
            found.append(tick)
        return found

    def _after_missed(self, last: int, now: int) -> int | None:
        """The first tick later than `now`, without those since `last`; the pace stays what it was."""
        return self._after(now if self.params.every is None else now - (now - last) % self.params.every)

    def _after(self, time: int) -> int | None:
        """The first tick later than `time` on a day that has any; ticks of `every` are counted from `time`."""
        tick = self._at_or_after(time + 1, time)
        end = time + DAYS_AHEAD * 86_400_000
        while tick is not None:
            day = local_day(tick, self.scope.zone)
            if self._comes_on(day):
                return tick
            following = self._next_day(day) if tick < end else None
            tick = None if following is None else self._at_or_after(utc_of(following, 0, self.scope.zone), time)
        return None

    def _at_or_after(self, border: int, counted_from: int) -> int | None:
        if self.params.every is None:
            return next_occurrence(self.params.cron or "", border - 1, self.scope.zone)
        return counted_from - (counted_from - border) // self.params.every * self.params.every

    def _comes_on(self, day: date) -> bool:
        """Whether ticks of this day are sent."""
        if self.params.holidays is None or self.params.on_holidays == "normal":
            return True
        return is_holiday(self.params.holidays, day) == (self.params.on_holidays == "only")

    def _next_day(self, day: date) -> date | None:
        """The first later day whose ticks are sent."""
        return next((later for n in range(1, DAYS_AHEAD) if self._comes_on(later := day + n * DAY)), None)


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
