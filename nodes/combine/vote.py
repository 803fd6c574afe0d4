"""vote: how many devices agree, and an event when enough of them do, and when no longer.

The expression is worked out for each event; its device agrees or not until its next one. The vote is carried while at
least `at_least` devices agree, or at least the `share` of those heard (none heard: not carried). `entered` and `cleared`
follow the rules of nodes/kit/hold.py: `entered` once it has been carried for `for`, `cleared` once, only after that, as
soon as it is not. With `max_age` a reading counts no longer at its time + that (by a timer, so also in silence; an event
of exactly then comes first); this may clear a vote and, with `share`, carry one. An event older than one of the same
device, or too old when it comes, is late. Times are those of the newest event heard of any device. An event without a
device, or for which the expression has no value, is a problem and changes nothing. At most 10,000 devices per key: for a
further one that with the oldest reading makes room.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any, ClassVar

import msgspec
from pydantic import Field

from nodes.kit.cel import ExpressionFailure, check_expression, compile_expression
from nodes.kit.effect import Cancel, Timer, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.hold import CLEARED, ENTERED, Already, Hold, HoldMemory, HoldTime
from nodes.kit.kind import Example, Kind, KindWords, Memory, Port, Said, phrases
from nodes.kit.latest import MOST_DEVICES, Latest, check_several, latest
from nodes.kit.params import Duration, Expression, Identity, NodeParams, Per, Settable
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.wording import HOLD, HOLD_LABELS, PER, PER_LABEL

MOST_NAMED = 20
"""Devices that are named in what is sent."""
AGE, HOLDING = "age", "hold"
"""Timers. At equal times they go by name: a reading that grows too old ends a hold that would end then."""

HOLDS = {lang: {name: HOLD[lang][name] for name in ("for", "already")} for lang in HOLD}
LABELS = {
    lang: {name: text for name, text in labels.items() if name.partition(".")[0] in ("for", "already")}
    for lang, labels in HOLD_LABELS.items()
}
WORDS = {
    "ja": KindWords(
        label="多数決",
        summary="条件を満たすデバイスが決めた台数や割合に達したときに一度、下回ったときに一度知らせます。",
        description=(
            "イベントごとに条件式を判定し、そのデバイスの次のイベントまで結果を覚えます。条件を満たすデバイスが「台数」以上、"
            "または届いているデバイスの「割合」以上になり、それが「継続時間」続いたら「成立」から一度だけ送ります。継続時間が"
            "なければその場で送ります。「解除」は、成立の後、満たさなくなった時点で一度だけ送ります。「有効期間」を指定すると、"
            "最後の値からその時間が過ぎたデバイスは数えません。イベントが届かなくても、その時点で判定し直します(ちょうどその時"
            "刻に届いた値は先に扱います)。同じデバイスの前の値より古い値や、届いた時点で古すぎる値は「遅れ」として記録し、使い"
            "ません。送るデータには count(満たす台数)、of(届いている台数)、devices(満たすデバイスの ID。満たした順に 20 台"
            "まで)を加えます。デバイスのないイベントや、条件式を計算できないイベントは問題として記録し、前の結果のままとします。"
            "1 つのまとまりで覚えるのは 10,000 台までで、超えると最も古い値のデバイスから忘れます。"
        ),
        labels={
            "expr": "条件式", "at_least": "台数", "share": "割合", "max_age": "有効期間", "per": PER_LABEL["ja"],
            **LABELS["ja"],
        },
        params={
            "expr": "デバイスごとに判定する、真偽値になる CEL の式(例:temperature > 80.0)。",
            "at_least": "この台数以上が条件を満たしたら。",
            "share": "届いているデバイスのうち、この割合以上が条件を満たしたら(0.5 で半数)。",
            "max_age": "最後の値からこの時間が過ぎたデバイスは数えません。省略すると、いつまでも数えます。",
            "per": PER["ja"] + "device では 1 台ずつになるため、多数決になりません。",
            **HOLDS["ja"],
        },
    ),
    "en": KindWords(
        label="Vote",
        summary="Fires once when enough devices meet a condition (for a while), and once when they no longer do.",
        description=(
            "The condition is looked at for each event; its device counts by that until its next one. When at least so "
            "many devices meet it, or at least that share of those heard, and that has held for the hold time, it sends "
            "on “entered” once; without a hold time, at once. It sends on “cleared” once, only after an “entered”, as "
            "soon as they are too few. With a longest age a device no longer counts when its reading has become that "
            "old; this is noticed even when nothing comes, after events of exactly that time. An event older than one of "
            "the same device before it, or too old when it comes, is late and not used. Sent are the event's data and "
            "count (devices that meet it), of (devices heard) and devices (ids of those that meet it, in the order in "
            "which they began to, at most 20). An event without a device, or for which the condition cannot be computed, "
            "is a problem and changes nothing. At most 10,000 devices are remembered per group; then the oldest reading "
            "makes room."
        ),
        labels={
            "expr": "Condition", "at_least": "At least", "share": "Share", "max_age": "Longest age",
            "per": PER_LABEL["en"], **LABELS["en"],
        },
        params={
            "expr": "A CEL expression that is true or false for each device, e.g. temperature > 80.0.",
            "at_least": "So many devices, or more, must meet it.",
            "share": "This part of the devices heard, or more, must meet it; 0.5 is half.",
            "max_age": "A device whose reading has become this old no longer counts. Left out: it counts for ever.",
            "per": PER["en"] + " With device there is never more than one vote.",
            **HOLDS["en"],
        },
    ),
}  # fmt: skip
_WET = [
    {"id": "sensor", "kind": "devices", "params": {"type": "leak_sensor"}},
    {"id": "leak", "kind": "vote", "from": ["sensor"],
     "params": {"expr": "wet == true", "at_least": 2, "for": "30s", "max_age": "10m"}},
    {"id": "tell", "kind": "notify", "from": ["leak.entered"],
     "params": {"to": "shift-channel", "text": "漏水:{of} 台中 {count} 台が検知しました"}},
    {"id": "calm", "kind": "notify", "from": ["leak.cleared"],
     "params": {"to": "shift-channel", "text": "漏水の検知は {count} 台になりました"}},
]  # fmt: skip
EXAMPLES = (
    Example(
        title={"ja": "3 台中 2 台の漏水センサーが 30 秒続けて検知したら知らせる",
               "en": "Tells when two of three leak sensors have been wet for 30 seconds"},
        document={
            "suiro": 1, "name": "漏水の多数決", "nodes": _WET,
            "tests": [
                {"name": "2 台そろって 30 秒で知らせ、1 台に減ったら知らせる",
                 "given": [{"device": "w1", "from": "0s", "every": "20s", "until": "3m", "data": {"wet": True}},
                           {"device": "w2", "from": "10s", "every": "20s", "until": "50s", "data": {"wet": False}},
                           {"device": "w2", "from": "1m10s", "every": "20s", "until": "2m10s", "data": {"wet": True}},
                           {"device": "w3", "from": "15s", "every": "20s", "until": "3m", "data": {"wet": False}},
                           {"device": "w2", "at": "2m30s", "data": {"wet": False}}],
                 "expect": [{"node": "tell", "at": "1m40s",
                             "data": {"text": "漏水:3 台中 2 台が検知しました"}},
                            {"node": "calm", "at": "2m30s", "data": {"text": "漏水の検知は 1 台になりました"}}]},
                {"name": "10 分届かないセンサーは数えない",
                 "given": [{"device": "w1", "at": "0s", "data": {"wet": True}},
                           {"device": "w2", "at": "1m", "data": {"wet": True}}],
                 "expect": [{"node": "tell", "at": "1m30s"}, {"node": "calm", "at": "10m"}],
                 "until": "1h"},
            ],
        },
    ),
    Example(
        title={"ja": "ラインの半数以上が止まったら知らせる", "en": "Tells when half of the machines of a line stand still"},
        document={
            "suiro": 1, "name": "Half of the line stands still",
            "nodes": [
                {"id": "machine", "kind": "devices", "params": {"type": "machine"}},
                {"id": "half", "kind": "vote", "from": ["machine"],
                 "params": {"expr": "running == false", "share": 0.5, "per": "line", "already": "wait"}},
                {"id": "tell", "kind": "notify", "from": ["half.entered"],
                 "params": {"to": "shift-channel", "text": "Line {line}: {count} of {of} machines stand still"}},
                {"id": "again", "kind": "notify", "from": ["half.cleared"],
                 "params": {"to": "shift-channel", "text": "Line {line} runs again"}},
            ],
            "tests": [
                {"name": "exactly half is enough, and each line votes on its own",
                 "given": [{"device": "m1", "at": "0s", "data": {"line": "A", "running": True}},
                           {"device": "m2", "at": "1s", "data": {"line": "A", "running": True}},
                           {"device": "m3", "at": "2s", "data": {"line": "B", "running": True}},
                           {"device": "m1", "at": "1m", "data": {"line": "A", "running": False}},
                           {"device": "m2", "at": "2m", "data": {"line": "A", "running": False}},
                           {"device": "m1", "at": "3m", "data": {"line": "A", "running": True}},
                           {"device": "m2", "at": "4m", "data": {"line": "A", "running": True}}],
                 "expect": [{"node": "tell", "at": "1m", "data": {"text": "Line A: 1 of 2 machines stand still"}},
                            {"node": "again", "at": "4m", "data": {"text": "Line A runs again"}}]},
            ],
        },
    ),
)  # fmt: skip


class VoteParams(NodeParams):
    expr: Annotated[Expression, Field(min_length=1), Identity]
    at_least: Annotated[int, Field(ge=1, le=MOST_DEVICES), Settable] | None = None
    share: Annotated[float, Field(gt=0, le=1), Settable] | None = None
    hold: HoldTime = 0
    already: Already = "fire"
    max_age: Annotated[Duration, Field(gt=0), Settable] | None = None
    per: Per = "all"

    exactly_one = ("at_least", "share")


class Held(msgspec.Struct):
    """What `Hold` reads: of its rules only time and start make sense for a count."""

    hold: int
    already: Already
    times: int = 1
    of: int | None = None
    max_gap: int | None = None


class VoteMemory(Memory):
    """`agreeing`: devices that agree, in the order in which they began to."""

    said: ClassVar[Said] = {
        "en": {"agreeing": "Agree"},
        "ja": {"agreeing": "条件を満たすデバイス"},
    }  # fmt: skip
    waits: ClassVar[tuple[str, ...]] = ("latest", "hold")
    latest: Latest = latest()
    agreeing: dict[str, bool] = {}
    hold: HoldMemory = msgspec.field(default_factory=HoldMemory)


_COMMON = {"expr": "<expression>", "for": "<hold>", "per": "<per>"}


class Vote(Kind):
    id = "vote"
    group = "combine"
    icon = "vote"
    outputs = (
        Port(ENTERED.name, {"ja": "成立", "en": "entered"}),
        Port(CLEARED.name, {"ja": "解除", "en": "cleared"}),
    )
    Params = VoteParams
    Memory = VoteMemory
    takes_late = True
    words = WORDS
    phrases = (
        *phrases("en", "happen", "of them agree | devices agree | sensors agree | majority vote | voting",
                 port="entered", params={**_COMMON, "at_least": "<number>"}),
        *phrases("ja", "happen", "台以上が | 台以上で | か所以上で | 箇所以上で | 多数決 | 台がそろって",
                 port="entered", params={**_COMMON, "at_least": "<number>"}),
        *phrases("en", "happen", "half of them | half of the devices | half of the sensors | half of the machines",
                 port="entered", params={**_COMMON, "share": 0.5}),
        *phrases("ja", "happen", "半数以上が | 半数以上で | 半数の", port="entered", params={**_COMMON, "share": 0.5}),
        *phrases("en", "happen", "all of them agree | every one of them at once",
                 port="entered", params={**_COMMON, "share": 1}),
        *phrases("ja", "happen", "全台が | 全台で | 1 台残らず", port="entered", params={**_COMMON, "share": 1}),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: VoteParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.agrees = compile_expression(params.expr, scope, wanted="bool")
        self.hold = Hold(Held(params.hold, params.already))

    @classmethod
    def check(cls, params: VoteParams, scope: Scope) -> Iterator[Problem]:
        yield from check_expression(params.expr, scope, "/params/expr", wanted="bool")
        yield from check_several(params.per, scope)

    @classmethod
    def shapes(cls, params: VoteParams, scope: Scope) -> dict[str, Shape]:
        whole = FieldShape("integer")
        shape = scope.shape.plus(count=whole, of=whole, devices=FieldShape("any"))
        return {port.name: shape for port in cls.outputs}

    def on_event(self, event: Event, port: str, memory: VoteMemory) -> Iterator[Yield]:
        if event.device is None:
            yield Trouble("no_key", {"per": "device"})
            return
        if memory.latest.late(event.device, event.time, self.params.max_age):
            yield Trouble("late")
            return
        try:
            agrees = self.agrees(event)
        except ExpressionFailure as failure:
            yield Trouble(failure.code, failure.details)
            return
        self._without(memory.latest.put(event.device, event.time), memory, still=event.device if agrees else None)
        if agrees:
            memory.agreeing[event.device] = True
        yield from self._counted(memory.latest.dated(event), memory, memory.latest.newest)

    def on_timer(self, name: str, event: Event, memory: VoteMemory) -> Iterator[Yield]:
        if name == HOLDING:
            yield from self.hold.on_timer(self._told(event, memory), memory.hold)
        else:
            memory.latest.newest = max(memory.latest.newest, event.time)
            yield from self._counted(event, memory, event.time + 1)

    def standing(self, memory: VoteMemory) -> str | None:
        return self.hold.standing(memory.hold)

    def on_settings(self, before: VoteParams, memory: VoteMemory, now: int) -> Iterator[Yield]:
        yield from self.hold.on_settings(memory.hold)
        yield Cancel(AGE)
        yield from self._ageing(memory)

    def _counted(self, event: Event, memory: VoteMemory, clock: int) -> Iterator[Yield]:
        """Count the votes at `event`, without those that are older than `max_age` at `clock`."""
        if self.params.max_age is not None:
            self._without(memory.latest.drop_before(clock - self.params.max_age), memory)
        carried = self._carried(len(memory.agreeing), len(memory.latest.heard))
        yield from self.hold.on_reading(self._told(event, memory), carried, not carried, memory.hold)
        yield from self._ageing(memory)

    def _carried(self, count: int, of: int) -> bool:
        if self.params.at_least is not None:
            return count >= self.params.at_least
        return of > 0 and self.params.share is not None and count / of >= self.params.share

    def _without(self, gone: list[tuple[str, Any]], memory: VoteMemory, still: str | None = None) -> None:
        for device, _ in gone:
            if device != still:
                memory.agreeing.pop(device, None)

    def _ageing(self, memory: VoteMemory) -> Iterator[Yield]:
        """Wake when the oldest reading stops to count."""
        oldest = memory.latest.oldest()
        if self.params.max_age is not None and oldest is not None:
            yield Timer(AGE, oldest + self.params.max_age)

    def _told(self, event: Event, memory: VoteMemory) -> Event:
        named = list(islice(memory.agreeing, MOST_NAMED))
        more = {"count": len(memory.agreeing), "of": len(memory.latest.heard), "devices": named}
        return event.with_data({**event.data, **more})
