"""repeat: sends again and again while something lasts.

An event on `in` begins it and goes out at once with `count` 0 (unless `first` is false); then one goes out after each
`every`, counted 1, 2, … and without drift, with the data of the key's last event on any input. An event on `stop` ends
it and goes out by `ended` once, with the number of repetitions; where nothing runs it does nothing. A stop at exactly
the time of a repetition comes first. `in` while it runs and `update` at any time are only newer data. After `most`
repetitions nothing more is sent, but it still runs until `stop`.

Several devices may share a key, so late events are taken: a begin or a stop that is older than the last stop or begin
is late, a begin that is only older than the key's newest event counts its repetitions from that one.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field

from nodes.kit.effect import Cancel, Emit, Timer, Trouble, Yield
from nodes.kit.event import OVERDUE, Event
from nodes.kit.kind import IN, OUT, Example, Kind, KindWords, Memory, Port, Said, phrases
from nodes.kit.params import Duration, NodeParams, Per, Settable
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape, merge
from nodes.kit.wording import PER, PER_LABEL

NEXT = "next"


class RepeatParams(NodeParams):
    every: Annotated[Duration, Settable, Field(ge=1_000)]
    most: Annotated[int, Settable, Field(ge=1, le=1_000_000)] | None = None
    first: Annotated[bool, Settable] = True
    per: Per = "device"


class RepeatMemory(Memory):
    """`running`: begun and not stopped. `turned`: the last begin, or stop (also of nothing). `last`: when the running
    one last sent, or began. `count`: its repetitions. `newest`: the newest event. All times in ms."""

    said: ClassVar[Said] = {
        "en": {"running": "Repeats", "count": "Repeated", "last": "Last sent"},
        "ja": {"running": "繰り返し中", "count": "繰り返した回数", "last": "最後に送った時刻"},
    }  # fmt: skip
    waits: ClassVar[tuple[str, ...]] = ("turned", "last", "newest")
    running: bool = False
    turned: int = 0
    last: int = 0
    count: int = 0
    newest: int = 0


WORDS = {
    "ja": KindWords(
        label="繰り返し",
        summary="始まってから止まるまで、一定の間隔で繰り返し送ります。",
        description=(
            "「開始」にイベントが届くと、そのイベントをすぐに送り(count は 0)、その後は「間隔」ごとに、届いている最新のデータを送ります"
            "(count は 1、2、…)。間隔は開始から数え、ずれはたまりません。「停止」にイベントが届くと終わり、「終了」から一度だけ、繰り返した"
            "回数 count を付けてそのイベントを送ります。動いていないときの停止は何もしません。次の回とちょうど同じ時刻の停止は、停止が先で"
            "す。動いている間の「開始」と「更新」は、次の回で送るデータを新しくするだけです。「最大回数」まで送った後は、停止まで何も送りません。"
            "複数のデバイスをまとめる場合、前の停止(または開始)より古い時刻の開始・停止は遅延として記録し、使いません。"
        ),
        labels={"every": "間隔", "most": "最大回数", "first": "開始時にも送る", "per": PER_LABEL["ja"]},
        params={
            "every": "繰り返しの間隔。1 秒以上。変更すると、最後に送った時刻から新しい間隔で数えます。",
            "most": "繰り返す回数の上限。開始時の 1 回は数えません。省略すると停止まで続けます。",
            "first": "オフにすると、開始時には送らず、間隔が過ぎてから送り始めます。",
            "per": PER["ja"],
        },
    ),
    "en": KindWords(
        label="Repeat",
        summary="Sends again and again, from a beginning until it is stopped.",
        description=(
            "An event on “in” goes out at once (count 0); after that the newest data goes out once in every interval "
            "(count 1, 2, …), counted from the beginning and without drift. An event on “stop” ends it and goes out by "
            "“ended”, once, with count, the number of repetitions; when nothing runs it does nothing. A stop at "
            "exactly the time of a repetition comes first. While it runs, further events on “in”, and those on "
            "“update”, only renew the data of the next repetition. After the largest number of repetitions nothing "
            "more is sent until it has been stopped and begins again. Where several devices share one key, a begin or "
            "stop that is older than the last stop or begin is late and not used."
        ),
        labels={"every": "Every", "most": "At most", "first": "Also at the beginning", "per": PER_LABEL["en"]},
        params={
            "every": "Time between two repetitions, at least 1 s. A change counts from the last one sent.",
            "most": "So many repetitions at most; the one at the beginning is not counted. Left out: until stopped.",
            "first": "When off, nothing goes out at the beginning, only after the first interval.",
            "per": PER["en"],
        },
    ),
}
_HOT = [
    {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
    {"id": "hot", "kind": "threshold", "from": ["kiln"], "params": {"field": "temperature", "above": 80}},
]


def _heat(at: str, value: float) -> dict[str, Any]:
    return {"device": "kiln-1", "at": at, "data": {"temperature": value}}


EXAMPLES = (
    Example(
        title={"ja": "過熱が続く間、10 分ごとに今の温度を知らせ、冷めたら終わりを知らせる",
               "en": "Tells the temperature every ten minutes while a kiln is too hot, and when it has cooled"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "過熱の繰り返し通知",
            "settings": {"pace": {"value": "10m", "label": "通知の間隔", "assumed": True}},
            "nodes": [
                *_HOT,
                {"id": "again", "kind": "repeat",
                 "from": {"in": ["hot.entered"], "stop": ["hot.cleared"], "update": ["kiln"]},
                 "params": {"every": "$pace"}},
                {"id": "tell", "kind": "notify", "from": ["again.out"],
                 "params": {"to": "shift-channel", "text": "{device}が {temperature} ℃ です"}},
                {"id": "calm", "kind": "notify", "from": ["again.ended"],
                 "params": {"to": "shift-channel", "text": "{device}が冷めました(再通知 {count} 回)"}},
            ],
            "tests": [
                {"name": "10 分ごとに最新の温度で知らせ、ちょうど次の回に冷めたら、その回は送らない",
                 "given": [{"device": "kiln-1", "every": "1m", "until": "2m", "data": {"temperature": 75}},
                           {"device": "kiln-1", "from": "3m", "every": "3m", "until": "30m",
                            "data": {"temperature": {"from": 82, "to": 100}}},
                           _heat("33m", 70), _heat("36m", 68)],
                 "until": "50m",
                 "expect": [{"node": "tell", "at": "3m", "data": {"text": "1号炉が 82 ℃ です"}},
                            {"node": "tell", "at": "13m", "data": {"text": "1号炉が 88 ℃ です"}},
                            {"node": "tell", "at": "23m", "data": {"text": "1号炉が 94 ℃ です"}},
                            {"node": "calm", "at": "33m", "data": {"text": "1号炉が冷めました(再通知 2 回)"}}]},
            ],
        },
    ),
    Example(
        title={"ja": "最初は待ち、その後 2 回だけ催促する", "en": "Waits first, then reminds twice at most"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Two reminders",
            "nodes": [
                *_HOT,
                {"id": "remind", "kind": "repeat", "from": {"in": ["hot.entered"], "stop": ["hot.cleared"]},
                 "params": {"every": "15m", "most": 2, "first": False}},
                {"id": "tell", "kind": "notify", "from": ["remind"],
                 "params": {"to": "shift-channel", "text": "{device}: reminder {count}"}},
                {"id": "end", "kind": "store", "from": ["remind.ended"], "params": {"fields": ["count"]}},
            ],
            "tests": [
                {"name": "nothing at once, two reminders, and the end once",
                 "given": [_heat("0s", 90), _heat("5m", 91), _heat("2h", 70), _heat("3h", 60)],
                 "expect": [{"node": "tell", "at": "15m", "data": {"text": "Kiln 1: reminder 1"}},
                            {"node": "tell", "at": "30m", "data": {"text": "Kiln 1: reminder 2"}},
                            {"node": "end", "at": "2h", "data": {"count": 2}}]},
                {"name": "what is over before the first reminder is never told",
                 "given": [_heat("0s", 90), _heat("15m", 70)], "until": "1h",
                 "expect": [{"node": "end", "at": "15m", "data": {"count": 0}}]},
            ],
        },
    ),
)  # fmt: skip


class Repeat(Kind):
    id = "repeat"
    group = "time"
    icon = "repeat"
    inputs = (
        Port(IN.name, {"ja": "開始", "en": "in"}),
        Port("stop", {"ja": "停止", "en": "stop"}),
        Port("update", {"ja": "更新", "en": "update"}),
    )
    outputs = (OUT, Port("ended", {"ja": "終了", "en": "ended"}))
    Params = RepeatParams
    Memory = RepeatMemory
    takes_late = True
    words = WORDS
    phrases = (
        *phrases("en", "treat", "again and again | keep telling | keep notifying | keep alerting | keep reminding | "
                 "remind again | repeat the notice | repeat the alarm | repeat until | repeatedly",
                 port="out", params={"every": "<every>", "per": "<per>"}),
        *phrases("ja", "treat", "繰り返し知らせ | 呼び続け | 連絡し続け | 伝え続け | 繰り返し通知 | 繰り返し送 | 繰り返し鳴ら | 何度も知らせ | 何度も通知 | "
                 "知らせ続け | 通知し続け | 送り続け | 催促",
                 port="out", params={"every": "<every>", "per": "<per>"}),
    )  # fmt: skip
    examples = EXAMPLES

    @classmethod
    def shapes(cls, params: RepeatParams, scope: Scope) -> dict[str, Shape]:
        count = FieldShape("integer")
        renewed = [scope.shapes[port] for port in ("in", "update") if port in scope.shapes] or [scope.shape]
        return {"out": merge(renewed).plus(count=count), "ended": scope.shapes.get("stop", Shape()).plus(count=count)}

    def on_event(self, event: Event, port: str, memory: RepeatMemory) -> Iterator[Yield]:
        memory.newest = max(memory.newest, event.time)
        if event.time < (memory.newest if port == "update" else memory.turned):
            yield Trouble("late")
        elif port == "stop":
            yield from self._stop(event, memory)
        elif port == "in" and not memory.running:
            yield from self._begin(event, memory)

    def _begin(self, event: Event, memory: RepeatMemory) -> Iterator[Yield]:
        memory.running, memory.turned, memory.last, memory.count = True, event.time, memory.newest, 0
        if self.params.first:
            yield _counted("out", event, memory)
        yield Timer(NEXT, memory.last + self.params.every)

    def _stop(self, event: Event, memory: RepeatMemory) -> Iterator[Yield]:
        memory.turned = event.time
        if memory.running:
            memory.running = False
            yield Cancel(NEXT)
            yield _counted("ended", event, memory)

    def on_timer(self, name: str, event: Event, memory: RepeatMemory) -> Iterator[Yield]:
        memory.last = event.time
        if OVERDUE not in event.flags:
            memory.count += 1
            yield _counted("out", event, memory)
        if self._more(memory):
            yield Timer(NEXT, event.time + self.params.every)

    def on_settings(self, before: RepeatParams, memory: RepeatMemory, now: int) -> Iterator[Yield]:
        if memory.running and (before.every, before.most) != (self.params.every, self.params.most):
            yield Timer(NEXT, memory.last + self.params.every) if self._more(memory) else Cancel(NEXT)

    def _more(self, memory: RepeatMemory) -> bool:
        return self.params.most is None or memory.count < self.params.most


def _counted(port: str, event: Event, memory: RepeatMemory) -> Emit:
    return Emit(port, event.with_data({**event.data, "count": memory.count}))
