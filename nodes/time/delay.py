"""delay: sends each event later.

Each event goes out after `for`, as it came, with its time + `for` as its time; events go out in the order of their
times. An event on `cancel` drops all events of its key that wait, also one that is due at exactly that time; it sends
nothing. At most 1,000 events wait per key: a further one is left out, with a problem. A changed `for` moves all that
wait; those that are then past due go out at once, with the time of the change.

Several devices may share a key, so late events are taken: one whose due time is past goes out at once, one that is
older than the last cancel is late. A late cancel drops what is not newer than itself.
"""

from bisect import insort_right
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

import msgspec
from pydantic import Field

from nodes.kit.effect import Cancel, Emit, Timer, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.kind import IN, OUT, Example, Kind, KindWords, Memory, Port, Said, phrases
from nodes.kit.params import Duration, NodeParams, Per, Settable
from nodes.kit.sample import REGISTRY
from nodes.kit.wording import PER, PER_LABEL

MOST = 1_000
"""Events of one key that may wait."""
NEXT = "next"


class DelayParams(NodeParams):
    length: Annotated[Duration, Settable, Field(alias="for", gt=0)]
    per: Per = "device"


class Waiting(msgspec.Struct):
    """An event that waits; `time` is when it happened (ms)."""

    time: int
    device: str | None
    type: str | None
    data: dict[str, Any]
    cause: str
    flags: list[str] = []

    def later(self, by: int) -> None:
        """It leaves `by` ms later (see Memory.later)."""
        self.time += by


class DelayMemory(Memory):
    """`waiting`: oldest first, at most `MOST`. `cancelled`: the last cancel (ms)."""

    said: ClassVar[Said] = {
        "en": {"waiting": "Waiting events"},
        "ja": {"waiting": "待っているイベント"},
    }  # fmt: skip
    waits: ClassVar[tuple[str, ...]] = ("waiting", "cancelled")
    waiting: list[Waiting] = []
    cancelled: int = 0


WORDS = {
    "ja": KindWords(
        label="遅延",
        summary="イベントを一定時間遅らせて送ります。",
        description=(
            "届いたイベントを、「遅らせる時間」の後に、データを変えずに時刻の順に送ります。送るイベントの時刻は、元の時刻に遅らせる時間を足したもの"
            "です。「取り消し」にイベントが届くと、同じ単位で待っているものをすべて破棄します(ちょうど送る時刻のものも破棄し、何も送りません)。待て"
            "るのは単位ごとに 1,000 件までで、それを超えたイベントは送らず、問題として記録します。時間を変更すると、待っているものすべてに反映し、す"
            "でに過ぎたものはすぐに送ります。遅れて届いたイベントも受け付け、送る時刻を過ぎていればすぐに送ります。前の取り消しより古いイベントは遅延"
            "として記録し、送りません。複数のデバイスをまとめると、送るイベントにデバイスは付きません。"
        ),
        labels={"for": "遅らせる時間", "per": PER_LABEL["ja"]},
        params={"for": "この時間だけ後に送ります。", "per": PER["ja"] + "取り消しはこの単位で効きます。"},
    ),
    "en": KindWords(
        label="Delay",
        summary="Sends each event later.",
        description=(
            "Each event goes out after the given time, with its data unchanged, in the order of their times; its time "
            "is then its own plus the delay. An event on “cancel” drops all that wait of the same key, also one that "
            "is due at exactly that time, and sends nothing. At most 1,000 events wait per key; a further one is left "
            "out and shown as a problem. A changed delay moves all that wait; those that are then past due go out at "
            "once. An event that comes late is taken too, and goes out at once when its time is past; one older than "
            "the last cancel is late and left out. Where several devices share one key, what goes out has no device."
        ),
        labels={"for": "Delay", "per": PER_LABEL["en"]},
        params={"for": "How much later an event goes out.", "per": PER["en"] + " A cancel reaches just that one."},
    ),
}


def _door(at: str, door: str) -> dict[str, Any]:
    return {"device": "kiln-1", "at": at, "data": {"door": door}}


EXAMPLES = (
    Example(
        title={"ja": "扉が開いて 3 分後に知らせる。先に閉まれば知らせない",
               "en": "Tells three minutes after a door was opened, unless it is closed before"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "閉め忘れた扉",
            "settings": {"grace": {"value": "3m", "label": "待つ時間", "assumed": True}},
            "nodes": [
                {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
                {"id": "moved", "kind": "changed", "from": ["kiln"], "params": {"fields": ["door"], "first": True}},
                {"id": "open", "kind": "condition", "from": ["moved"], "params": {"expr": "door == 'open'"}},
                {"id": "later", "kind": "delay", "from": {"in": ["open.true"], "cancel": ["open.false"]},
                 "params": {"for": "$grace"}},
                {"id": "tell", "kind": "notify", "from": ["later"],
                 "params": {"to": "shift-channel", "text": "{time} {device}の扉が開いたままです"}},
            ],
            "tests": [
                {"name": "3 分より前か、ちょうど 3 分で閉まれば知らせない",
                 "given": [_door("0s", "closed"), _door("1m", "open"), _door("3m", "closed"), _door("5m", "open"),
                           _door("8m", "closed"), _door("10m", "open"), _door("13m1s", "closed")],
                 "until": "20m",
                 "expect": [{"node": "tell", "device": "kiln-1", "at": "13m",
                             "data": {"text": "00:13:00 1号炉の扉が開いたままです"}}]},
            ],
        },
    ),
    Example(
        title={"ja": "すべての値を 10 秒後に、届いた順に送る", "en": "Sends every reading ten seconds later, in order"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Ten seconds later",
            "nodes": [
                {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
                {"id": "later", "kind": "delay", "from": ["kiln"], "params": {"for": "10s"}},
                {"id": "keep", "kind": "store", "from": ["later"], "params": {"fields": ["temperature"]}},
            ],
            "tests": [
                {"name": "each with its own data and device",
                 "given": [{"device": "kiln-1", "at": "0s", "data": {"temperature": 20}},
                           {"device": "kiln-2", "at": "4s", "data": {"temperature": 30}},
                           {"device": "kiln-1", "at": "6s", "data": {"temperature": 21}}],
                 "until": "1m",
                 "expect": [{"node": "keep", "device": "kiln-1", "at": "10s", "within": "0s",
                             "data": {"temperature": 20}},
                            {"node": "keep", "device": "kiln-2", "at": "14s", "within": "0s",
                             "data": {"temperature": 30}},
                            {"node": "keep", "device": "kiln-1", "at": "16s", "within": "0s",
                             "data": {"temperature": 21}}]},
            ],
        },
    ),
)  # fmt: skip


class Delay(Kind):
    id = "delay"
    group = "time"
    icon = "pause"
    inputs = (IN, Port("cancel", {"ja": "取り消し", "en": "cancel"}))
    outputs = (OUT,)
    Params = DelayParams
    Memory = DelayMemory
    takes_late = True
    words = WORDS
    phrases = (
        *phrases("en", "treat", "delay | after a delay of | with a delay of | postpone | hold back for | send later",
                 params={"for": "<hold>", "per": "<per>"}),
        *phrases("ja", "treat", "遅らせ | 遅延させ | 遅れて送 | 時間をおいて送 | 後で送 | ディレイ",
                 params={"for": "<hold>", "per": "<per>"}),
    )  # fmt: skip
    examples = EXAMPLES

    def on_event(self, event: Event, port: str, memory: DelayMemory) -> Iterator[Yield]:
        if port == "cancel":
            memory.cancelled = max(memory.cancelled, event.time)
            memory.waiting = [one for one in memory.waiting if one.time > event.time]
            yield from self._next(memory)
        elif event.time < memory.cancelled:
            yield Trouble("late")
        elif len(memory.waiting) >= MOST:
            yield Trouble("queue_full", {"count": 1})
        else:
            one = Waiting(event.time, event.device, event.type, event.data, event.cause, list(event.flags))
            insort_right(memory.waiting, one, key=lambda one: one.time)
            if memory.waiting[0] is one:
                yield from self._next(memory)

    def on_timer(self, name: str, event: Event, memory: DelayMemory) -> Iterator[Yield]:
        due = [one for one in memory.waiting if one.time + self.params.length <= event.time]
        del memory.waiting[: len(due)]
        for one in due:
            cause = f"{one.cause}/{self.scope.node}.{name}@{event.time}"
            yield Emit("out", Event(event.time, event.arrived, one.device, one.type, one.data, cause, tuple(one.flags)))
        yield from self._next(memory)

    def on_settings(self, before: DelayParams, memory: DelayMemory, now: int) -> Iterator[Yield]:
        if before.length != self.params.length and memory.waiting:
            yield from self._next(memory)

    def _next(self, memory: DelayMemory) -> Iterator[Yield]:
        """Set the one timer for the oldest that waits."""
        yield Timer(NEXT, memory.waiting[0].time + self.params.length) if memory.waiting else Cancel(NEXT)
