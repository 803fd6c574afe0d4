"""shift: adds to each event the shift to which it belongs.

A shift begins at its `from` on the clock of the flow's zone and lasts until the next one's `from`; the last of a day
lasts until the first of the next day, and a single one a whole day. An event at exactly `from` belongs to the shift
that begins there. Added are `shift` (its name), `shift_date` (the day on which it began) and `shift_start` (ms); fields
of these names that come in are replaced. The order of `shifts` means nothing. Nothing is remembered.
"""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from nodes.kit.calendar import local_day
from nodes.kit.effect import Emit, Yield
from nodes.kit.event import Event
from nodes.kit.kind import Example, Kind, KindWords, phrases
from nodes.kit.params import NodeParams, refused
from nodes.kit.period import Period, TimeOfDay, minutes_of, utc_of
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape

MOST_SHIFTS = 10


class NamedShift(BaseModel):
    """A shift and the time of day at which it begins."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, allow_inf_nan=False)
    name: Annotated[str, Field(min_length=1, max_length=40)]
    start: Annotated[TimeOfDay, Field(alias="from")]


def _begin_apart(shifts: list[NamedShift]) -> list[NamedShift]:
    if len({shift.start for shift in shifts}) != len(shifts):
        raise refused("not_unique")
    return shifts


class ShiftParams(NodeParams):
    shifts: Annotated[
        list[NamedShift], Field(min_length=1, max_length=MOST_SHIFTS), AfterValidator(_begin_apart)
    ]  # fmt: skip


WORDS = {
    "ja": KindWords(
        label="勤務シフト",
        summary="イベントがどの直(勤務シフト)のものかを項目に加えます。",
        description=(
            "直はフローのタイムゾーンの時計で「開始」に始まり、次の直の開始まで続きます。その日の最後の直は、翌日の最初の直まで続きます。"
            "開始時刻ちょうどのイベントは、始まるほうの直のものです。加える項目は shift(直の名前)、shift_date(その直が始まった日、"
            "YYYY-MM-DD)、shift_start(始まった時刻、1970 年からのミリ秒、UTC)です。夜勤の 0 時以降も、日付は始まった日のままです。"
            "同じ名前の項目がすでにあれば置き換えます。直の並び順は結果に影響しません。夏時間の切り替え日は、その分だけ直が長く、または短くなります。"
        ),
        labels={"shifts": "直", "name": "名前", "from": "開始"},
        params={"shifts": "直の名前と開始時刻。10 個まで。同じ開始時刻は 2 つ書けません。"},
    ),
    "en": KindWords(
        label="Shift",
        summary="Adds to each event the name of the shift to which it belongs.",
        description=(
            "A shift begins at its time on the clock of the flow's zone and lasts until the next one begins; the last "
            "one of a day lasts until the first one of the next day. An event at exactly the start belongs to the "
            "shift that begins. Added are shift (its name), shift_date (the day on which it began, YYYY-MM-DD, also "
            "after midnight) and shift_start (milliseconds since 1970, UTC); fields that already have these names are "
            "replaced. The order of the shifts does not matter. On the day on which clocks change a shift is longer or "
            "shorter by as much."
        ),
        labels={"shifts": "Shifts", "name": "Name", "from": "From"},
        params={"shifts": "Name and start of each shift, up to 10. No two may start at the same time."},
    ),
}
_THREE = {
    "ja": [{"name": "1直", "from": "06:00"}, {"name": "2直", "from": "14:00"}, {"name": "3直", "from": "22:00"}],
    "en": [{"name": "early", "from": "06:00"}, {"name": "late", "from": "14:00"}, {"name": "night", "from": "22:00"}],
}


def _lot(at: str, lot: str) -> dict[str, Any]:
    return {"device": "kiln-1", "at": at, "data": {"lot": lot}}


def _kept(at: str, shift: str, date: str) -> dict[str, Any]:
    return {"node": "keep", "at": at, "data": {"shift": shift, "shift_date": date}}


EXAMPLES = (
    Example(
        title={"ja": "ロットがどの直で始まったかを残す", "en": "Keeps the shift in which each lot was begun"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "ロットと直", "time_zone": "Asia/Tokyo",
            "nodes": [
                {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
                {"id": "crew", "kind": "shift", "from": ["kiln"], "params": {"shifts": _THREE["ja"]}},
                {"id": "keep", "kind": "store", "from": ["crew"],
                 "params": {"fields": ["lot", "shift", "shift_date"]}},
            ],
            "tests": [
                {"name": "開始ちょうどは次の直、夜勤は 0 時を過ぎても始まった日",
                 "given": [_lot("5h59m59s", "A1"), _lot("6h", "A2"), _lot("14h", "A3"), _lot("23h", "A4"),
                           _lot("1d1h", "A5"), _lot("1d6h", "A6")],
                 "expect": [_kept("5h59m59s", "3直", "2026-01-04"), _kept("6h", "1直", "2026-01-05"),
                            _kept("14h", "2直", "2026-01-05"), _kept("23h", "3直", "2026-01-05"),
                            _kept("1d1h", "3直", "2026-01-05"), _kept("1d6h", "1直", "2026-01-06")]},
            ],
        },
    ),
    Example(
        title={"ja": "通知の文に担当の直の名前を入れる", "en": "Names the shift on duty in the notice"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Hot kilns by shift", "time_zone": "Europe/Berlin",
            "nodes": [
                {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
                {"id": "hot", "kind": "threshold", "from": ["kiln"], "params": {"field": "temperature", "above": 80}},
                {"id": "crew", "kind": "shift", "from": ["hot.entered"],
                 "params": {"shifts": [{"name": "night", "from": "18:00"}, {"name": "day", "from": "06:00"}]}},
                {"id": "tell", "kind": "notify", "from": ["crew"],
                 "params": {"to": "shift-channel", "text": "{shift} shift of {shift_date}: {device} is too hot"}},
            ],
            "tests": [
                {"name": "in the evening it is the night shift",
                 "given": [{"device": "kiln-1", "at": "17h59m", "data": {"temperature": 70}},
                           {"device": "kiln-1", "at": "18h", "data": {"temperature": 90}}],
                 "expect": [{"node": "tell", "at": "18h",
                             "data": {"text": "night shift of 2026-01-05: Kiln 1 is too hot"}}]},
            ],
        },
    ),
)  # fmt: skip


class ShiftKind(Kind):
    id = "shift"
    group = "time"
    icon = "sun-moon"
    Params = ShiftParams
    words = WORDS
    phrases = (
        *phrases("en", "derive", "which shift | name of the shift | shift on duty | shift it belongs to | what shift",
                 params={"shifts": _THREE["en"]}, gives="shift"),
        *phrases("ja", "derive", "どの直 | どのシフト | 直の名前 | シフト名 | 担当の直 | 担当シフト | 勤務シフトを",
                 params={"shifts": _THREE["ja"]}, gives="shift"),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: ShiftParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.period = Period("shift", [shift.start for shift in params.shifts], 1, scope.zone)
        self.names = sorted((minutes_of(shift.start), shift.name) for shift in params.shifts)
        self.latest: tuple[int, int, dict[str, Any]] = (0, 0, {})
        """Start and end (ms) of the shift of the last event, and what it adds: most events are of the same one."""

    @classmethod
    def shapes(cls, params: ShiftParams, scope: Scope) -> dict[str, Shape]:
        text = FieldShape("string")
        return {"out": scope.shape.plus(shift=text, shift_date=text, shift_start=FieldShape("integer"))}

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        start, end, added = self.latest
        if not start <= event.time < end:
            start, end = self.period.around(event.time)
            added = self._named(start)
            self.latest = start, end, added
        yield Emit("out", event.with_data({**event.data, **added}))

    def _named(self, start: int) -> dict[str, Any]:
        """What is added to events of the shift that began at `start`. Where a change of clocks makes several begin at
        once, all but the last of them have no time at all."""
        day = local_day(start, self.scope.zone)
        begun = [name for minute, name in self.names if utc_of(day, minute, self.scope.zone) == start]
        return {"shift": begun[-1], "shift_date": day.isoformat(), "shift_start": start}
