"""working_hours: sends each event on `during` or on `outside`, by the calendar of the flow's zone.

An event belongs to the hours in which its time lies: `from` inclusive, `to` exclusive; a `to` that is not later than
`from` lies in the next day (00:00 to 00:00 is a whole day). Hours belong to the day on which they begin. A day of
`open` has its weekday's hours, or all day where the weekday has none; else a day of `closed` has none; else a public
holiday is as `on_holidays` says; else the weekday's hours hold. Without `hours` only open days have any. Nothing is
remembered and no event is changed.
"""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from nodes.kit.calendar import Calendar, DayText, Hours, OnHolidays, Region, check_region
from nodes.kit.effect import Emit, Yield
from nodes.kit.event import Event
from nodes.kit.fields import without
from nodes.kit.kind import Example, Kind, KindWords, Port, phrases
from nodes.kit.params import NodeParams, Settable
from nodes.kit.problem import Problem
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope

MOST_HOURS = 20
MOST_DAYS = 100


class WorkingHoursParams(NodeParams):
    hours: Annotated[list[Hours], Field(max_length=MOST_HOURS)]
    holidays: Region | None = None
    on_holidays: Annotated[OnHolidays, Settable] = "closed"
    closed: Annotated[list[DayText], Field(max_length=MOST_DAYS)] = []
    open: Annotated[list[DayText], Field(max_length=MOST_DAYS)] = []


_DAYS = {
    "ja": dict(zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "月火水木金土日", strict=True)),
    "en": {"mon": "Mon", "tue": "Tue", "wed": "Wed", "thu": "Thu", "fri": "Fri", "sat": "Sat", "sun": "Sun"},
}
WORDS = {
    "ja": KindWords(
        label="業務時間",
        summary="イベントの時刻が稼働時間の中か外かで、2 つの出力に振り分けます。",
        description=(
            "イベントの時刻をフローのタイムゾーンの暦で見て、稼働時間なら「時間内」、それ以外は「時間外」へ、データを変えずに送ります。"
            "開始時刻ちょうどは時間内、終了時刻ちょうどは時間外です。終了が開始と同じか早いときは翌日の終了とみなします"
            "(22:00 から 06:00 は夜勤、00:00 から 00:00 は丸 1 日)。夜勤は始まった日のものとして扱うので、翌朝が祝日でも続きます。"
            "日の扱いは次の順に決まります。「営業日」にある日はその曜日の時間(時間がない曜日なら終日)、「休業日」にある日は時間外、"
            "祝日は「祝日の扱い」のとおり、ほかの日はその曜日の時間です。時間を 1 つも書かなければ、営業日などを除きすべて時間外です。"
            "夏時間で存在しない時刻は進んだ後の時刻、2 回ある時刻は最初のほうとみなします。"
        ),
        labels={
            "hours": "時間帯", "days": "曜日", "from": "開始", "to": "終了", "holidays": "祝日の国・地域",
            "on_holidays": "祝日の扱い", "on_holidays.closed": "休み", "on_holidays.open": "終日稼働",
            "on_holidays.normal": "平日と同じ", "closed": "休業日", "open": "営業日",
            **{f"hours.days.{day}": word for day, word in _DAYS["ja"].items()},
        },
        params={
            "hours": "曜日と、開始・終了の時刻。20 個まで。曜日を省くと月曜から金曜です。",
            "holidays": "どこの祝日を使うか。国(JP)、または国と地域(US-CA)。省くと祝日を見ません。",
            "on_holidays": "closed:祝日は休み。open:祝日は終日稼働。normal:その曜日の時間のとおり。",
            "closed": "自社の休業日。2026-08-13 のような日付か、毎年の 12-29 のような月日。100 日まで。",
            "open": "休日出勤などの営業日。書き方は休業日と同じで、休業日と祝日より優先します。100 日まで。",
        },
    ),
    "en": KindWords(
        label="Working hours",
        summary="Sends each event one of two ways, by whether it happened in working hours.",
        description=(
            "The event's time is looked up on the calendar of the flow's zone: in working hours it goes by “during”, "
            "otherwise by “outside”, with its data unchanged. Exactly at the start is during, exactly at the end is "
            "outside. An end that is not later than the start lies in the next day (22:00 to 06:00 is a night shift, "
            "00:00 to 00:00 a whole day). A night belongs to the day on which it begins, so it goes on into a holiday. "
            "Of each day counts, in this order: listed as open: its weekday's hours, or all day where that weekday has "
            "none; listed as closed: none; a public holiday: as chosen; any other day: its weekday's hours. With no "
            "hours at all everything is outside, except on such open days. A time that the change of clocks skips is "
            "read as the one after it, of one that comes twice the first counts."
        ),
        labels={
            "hours": "Hours", "days": "Days", "from": "From", "to": "To", "holidays": "Holidays of",
            "on_holidays": "On holidays", "on_holidays.closed": "closed", "on_holidays.open": "open all day",
            "on_holidays.normal": "like any day", "closed": "Closed on", "open": "Open on",
            **{f"hours.days.{day}": word for day, word in _DAYS["en"].items()},
        },
        params={
            "hours": "Weekdays with a start and an end, up to 20 of them. Without days: Monday to Friday.",
            "holidays": "Whose public holidays: a country (JP), or a country with a region (US-CA). Left out: none.",
            "on_holidays": "closed: none of the hours; open: all day; normal: the hours of that weekday.",
            "closed": "The company's own days off: dates such as 2026-08-13, or 12-29 for every year. Up to 100.",
            "open": "Days on which work goes on all the same, written likewise; they win over closed days and "
            "holidays. Up to 100.",
        },
    ),
}  # fmt: skip
_ALL = list(_DAYS["en"])
_DAY_SHIFT = [{"from": "08:30", "to": "17:30"}]
_NIGHT = [{"days": _ALL, "from": "22:00", "to": "06:00"}]
_WHOLE_WEEKDAYS = [{"from": "00:00", "to": "00:00"}]
_WEEKEND = [{"days": ["sat", "sun"], "from": "00:00", "to": "00:00"}]


def _at(time: str, device: str = "kiln-1") -> dict[str, Any]:
    return {"device": device, "at": time, "data": {"door": "open", "temperature": 40}}


EXAMPLES = (
    Example(
        title={"ja": "扉が開いたら、就業時間中は現場へ知らせ、時間外は記録だけ残す",
               "en": "Tells of an open door in working hours, and only keeps a record outside of them"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "就業時間中の扉", "time_zone": "Asia/Tokyo",
            "nodes": [
                {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
                {"id": "hours", "kind": "working_hours", "from": ["kiln"],
                 "params": {"hours": [{"from": "08:30", "to": "17:30"}], "holidays": "JP",
                            "closed": ["2026-01-09"], "open": ["2026-01-10"]}},
                {"id": "tell", "kind": "notify", "from": ["hours.during"],
                 "params": {"to": "shift-channel", "text": "{time} {device}の扉が開いています"}},
                {"id": "keep", "kind": "store", "from": ["hours.outside"], "params": {"fields": ["door"]}},
            ],
            "tests": [
                {"name": "始業ちょうどは時間内、終業ちょうどは時間外",
                 "given": [_at("8h29m59s"), _at("8h30m"), _at("17h29m"), _at("17h30m"), _at("21h")],
                 "expect": [{"node": "keep", "at": "8h29m59s"}, {"node": "tell", "at": "8h30m"},
                            {"node": "tell", "at": "17h29m"}, {"node": "keep", "at": "17h30m"},
                            {"node": "keep", "at": "21h"}]},
                {"name": "土曜と成人の日は時間外、休業の金曜も時間外、出勤の土曜は終日",
                 "given": [_at("4d10h"), _at("5d20h"), _at("6d10h"), _at("7d10h"), _at("8d10h")],
                 "expect": [{"node": "keep", "at": "4d10h"}, {"node": "tell", "at": "5d20h"},
                            {"node": "keep", "at": "6d10h"}, {"node": "keep", "at": "7d10h"},
                            {"node": "tell", "at": "8d10h"}]},
            ],
        },
    ),
    Example(
        title={"ja": "夜間(22 時から 6 時)に部屋に人がいたら知らせる",
               "en": "Tells of people in a room at night, from 22:00 to 06:00"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "People at night", "time_zone": "Europe/Berlin",
            "nodes": [
                {"id": "room", "kind": "devices", "params": {"type": "room"}},
                {"id": "used", "kind": "condition", "from": ["room"], "params": {"expr": "people > 0"}},
                {"id": "night", "kind": "working_hours", "from": ["used.true"],
                 "params": {"hours": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "22:00", "to": "06:00"}]}},
                {"id": "tell", "kind": "notify", "from": ["night.during"],
                 "params": {"to": "shift-channel", "text": "{time} {device}, people: {people}"}},
            ],
            "tests": [
                {"name": "the night of Friday lasts into Saturday, the one of Sunday is none",
                 "given": [{"device": "room-1", "at": at, "data": {"people": 1}}
                           for at in ("5h", "21h59m59s", "22h", "1d5h59m59s", "1d6h", "5d3h", "6d23h")],
                 "expect": [{"node": "tell", "at": "22h", "data": {"text": "22:00:00 Room 1, people: 1"}},
                            {"node": "tell", "at": "1d5h59m59s"}, {"node": "tell", "at": "5d3h"}]},
            ],
        },
    ),
)  # fmt: skip


class WorkingHours(Kind):
    id = "working_hours"
    group = "time"
    icon = "briefcase-business"
    outputs = (Port("during", {"ja": "時間内", "en": "during"}), Port("outside", {"ja": "時間外", "en": "outside"}))
    Params = WorkingHoursParams
    words = WORDS
    phrases = (
        *phrases("en", "gate", "during working hours | in working hours | during business hours | "
                 "during office hours | while the plant is working", port="during", params={"hours": _DAY_SHIFT}),
        *phrases("en", "gate", "outside working hours | outside of working hours | outside business hours | "
                 "after hours | out of hours", port="outside", params={"hours": _DAY_SHIFT}),
        *phrases("en", "gate", "at night | during the night | overnight", port="during", params={"hours": _NIGHT}),
        *phrases("en", "gate", "at weekends | on weekends | at the weekend", port="during",
                 params={"hours": _WEEKEND}),
        *phrases("ja", "gate", "就業時間中 | 就業時間内 | 営業時間中 | 営業時間内 | 稼働時間中 | 勤務時間中 | 勤務時間内",
                 port="during", params={"hours": _DAY_SHIFT, "holidays": "JP"}),
        *phrases("ja", "gate", "就業時間外 | 営業時間外 | 稼働時間外 | 勤務時間外", port="outside",
                 params={"hours": _DAY_SHIFT, "holidays": "JP"}),
        *phrases("ja", "gate", "夜間 | 深夜", port="during", params={"hours": _NIGHT}),
        *phrases("ja", "gate", "土日祝 | 休日", port="outside", params={"hours": _WHOLE_WEEKDAYS, "holidays": "JP"}),
        *phrases("ja", "gate", "土日 | 週末", port="during", params={"hours": _WEEKEND}),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: WorkingHoursParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.calendar = Calendar(
            scope.zone, params.hours, holidays=params.holidays, on_holidays=params.on_holidays, closed=params.closed,
            extra=params.open,
        )  # fmt: skip

    @classmethod
    def check(cls, params: WorkingHoursParams, scope: Scope) -> Iterator[Problem]:
        yield from check_region(params.holidays, "/params/holidays")
        if params.holidays is None and params.on_holidays != "closed":
            yield without("on_holidays", "holidays")

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        yield Emit("during" if self.calendar.during(event.time) else "outside", event)
