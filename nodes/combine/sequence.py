"""sequence: one event, then another within a time.

An event on `first` waits for one on `then`. One that comes up to `within` later (exactly then still counts, at the same
time too) sends its own data with `first` (the data of the one that waited) and `elapsed` (seconds) on `matched`. If none
comes, the data of the one that waited go out on `missing`, at its time + `within`. A `then` with none waiting, or from
before the one that waits, goes out on `unexpected`. A further `first` while one waits is ignored: the wait goes on from
the first of them. An event that is older than one from the same device on the same input is late; so is a `first` that
comes after a `then` which has already gone out as unexpected and could have matched it. Nothing of the data is read.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field

from nodes.kit.effect import Cancel, Emit, Timer, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.kind import Example, Kind, KindWords, Memory, Port, Said, phrases
from nodes.kit.latest import Latest, check_wired, latest
from nodes.kit.params import Duration, NodeParams, Per, Settable
from nodes.kit.problem import Problem
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.wording import PER, PER_LABEL

MISSING = "missing"

WORDS = {
    "ja": KindWords(
        label="順序",
        summary="「先」の後、決めた時間内に「後」が来たか、来なかったか、「後」だけが来たかを知らせます。",
        description=(
            "「先」のイベントが届くと「後」を待ちます。「制限時間」以内(ちょうどを含む)に「後」が来れば、そのデータに "
            "first(「先」のデータ)と elapsed(経過秒数)を加えて「一致」から送ります。来なければ、「先」の時刻から制限時間が"
            "過ぎた時点で、「先」のデータを「欠落」から送ります。待っていないときに来た「後」や、待っている「先」より前の時刻の"
            "「後」は「想定外」から送ります。待っている間に来た次の「先」は無視し、最初の「先」から数え続けます。同じデバイスが"
            "同じ入力に送った前のイベントより古いものは「遅れ」として記録し、使いません。「想定外」として送った「後」と本来は"
            "組になるはずだった「先」が遅れて届いた場合も、遅れとして扱います。"
        ),
        labels={"within": "制限時間", "per": PER_LABEL["ja"]},
        params={"within": "「先」からこの時間だけ「後」を待ちます。", "per": PER["ja"]},
    ),
    "en": KindWords(
        label="Sequence",
        summary="Tells whether one event is followed by another in time, whether it is not, and when the other comes alone.",
        description=(
            "An event on “first” waits for one on “then”. If that comes within the time, exactly at its end included, its "
            "data go out on “matched”, with first (the data of the one that waited) and elapsed (seconds). If none comes, "
            "the data of the one that waited go out on “missing” when the time is over. One on “then” with none waiting, "
            "or that happened before the one that waits, goes out on “unexpected”. A further one on “first” while one "
            "waits is ignored; the time goes on from the first of them. An event older than one from the same device on "
            "the same input is late and not used; so is a “first” that comes only after the “then” which belongs to it "
            "has gone out as unexpected."
        ),
        labels={"within": "Within", "per": PER_LABEL["en"]},
        params={"within": "How long a “first” waits for its “then”.", "per": PER["en"]},
    ),
}
_DOOR = [
    {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
    {"id": "moved", "kind": "changed", "from": ["kiln"], "params": {"fields": ["door"], "first": True}},
    {"id": "open", "kind": "condition", "from": ["moved"], "params": {"expr": "door == 'open'"}},
]
EXAMPLES = (
    Example(
        title={"ja": "炉の扉が開いて 2 分以内に閉まらなければ知らせる",
               "en": "Tells when a kiln door is not closed within two minutes of opening"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "扉の閉め忘れ",
            "nodes": [
                *_DOOR,
                {"id": "closing", "kind": "sequence", "from": {"first": ["open.true"], "then": ["open.false"]},
                 "params": {"within": "2m"}},
                {"id": "record", "kind": "store", "from": ["closing.matched"], "params": {"fields": ["elapsed"]}},
                {"id": "tell", "kind": "notify", "from": ["closing.missing"],
                 "params": {"to": "shift-channel", "text": "{device}の扉が開いたままです"}},
                {"id": "after", "kind": "notify", "from": ["closing.unexpected"],
                 "params": {"to": "shift-channel", "text": "{device}の扉が閉まりました"}},
            ],
            "tests": [
                {"name": "間に合えば時間を記録し、間に合わなければ知らせる",
                 "given": [
                     {"device": "kiln-1", "at": "0s", "data": {"door": "open"}},
                     {"device": "kiln-1", "at": "45s", "data": {"door": "closed"}},
                     {"device": "kiln-1", "at": "2m", "data": {"door": "open"}},
                     {"device": "kiln-2", "at": "2m30s", "data": {"door": "open"}},
                     {"device": "kiln-2", "at": "4m30s", "data": {"door": "closed"}},
                     {"device": "kiln-1", "at": "5m", "data": {"door": "closed"}},
                 ],
                 "expect": [{"node": "record", "device": "kiln-1", "at": "45s", "data": {"elapsed": 45}},
                            {"node": "tell", "device": "kiln-1", "at": "4m"},
                            {"node": "record", "device": "kiln-2", "at": "4m30s", "data": {"elapsed": 120}},
                            {"node": "after", "device": "kiln-1", "at": "5m"}]},
            ],
        },
    ),
    Example(
        title={"ja": "入口と出口のゲートで、荷物が 10 分以内に抜けたかを見る",
               "en": "Follows parcels from the entry gate to the exit gate"},
        document={
            "suiro": 1, "name": "Parcels between two gates",
            "nodes": [
                {"id": "entry", "kind": "devices", "params": {"type": "entry_gate"}},
                {"id": "exit", "kind": "devices", "params": {"type": "exit_gate"}},
                {"id": "way", "kind": "sequence", "from": {"first": ["entry"], "then": ["exit"]},
                 "params": {"within": "10m", "per": "parcel"}},
                {"id": "record", "kind": "store", "from": ["way.matched"], "params": {"fields": ["parcel", "elapsed"]}},
                {"id": "stuck", "kind": "notify", "from": ["way.missing"],
                 "params": {"to": "shift-channel", "text": "Parcel {parcel} has not come out"}},
                {"id": "stray", "kind": "notify", "from": ["way.unexpected"],
                 "params": {"to": "shift-channel", "text": "Parcel {parcel} came out but never went in"}},
            ],
            "tests": [
                {"name": "each parcel has its own wait, which a second reading at the entry does not begin anew",
                 "given": [{"device": "in-1", "type": "entry_gate", "at": "0s", "data": {"parcel": "P1"}},
                           {"device": "in-1", "type": "entry_gate", "at": "1m", "data": {"parcel": "P2"}},
                           {"device": "in-1", "type": "entry_gate", "at": "4m", "data": {"parcel": "P2"}},
                           {"device": "out-1", "type": "exit_gate", "at": "5m", "data": {"parcel": "P1"}},
                           {"device": "out-1", "type": "exit_gate", "at": "6m", "data": {"parcel": "P9"}}],
                 "until": "1h",
                 "expect": [{"node": "record", "at": "5m", "data": {"parcel": "P1", "elapsed": 300}},
                            {"node": "stray", "at": "6m", "data": {"text": "Parcel P9 came out but never went in"}},
                            {"node": "stuck", "at": "11m", "data": {"text": "Parcel P2 has not come out"}}]},
            ],
        },
    ),
)  # fmt: skip


class SequenceParams(NodeParams):
    within: Annotated[Duration, Field(gt=0), Settable]
    per: Per = "device"


class SequenceMemory(Memory):
    """`since`: time of the `first` that waits (ms), None when none does; `data`: its data. `alone`: time of the newest
    `then` that matched none. `latest`: the newest time of each device on each input."""

    said: ClassVar[Said] = {
        "en": {"since": "First one came", "data": "What it carried"},
        "ja": {"since": "最初のイベントの時刻", "data": "そのデータ"},
    }  # fmt: skip
    waits: ClassVar[tuple[str, ...]] = ("since", "alone", "latest")
    since: int | None = None
    data: dict[str, Any] = {}
    alone: int | None = None
    latest: Latest = latest()


class Sequence(Kind):
    id = "sequence"
    group = "combine"
    icon = "list-ordered"
    inputs = (Port("first", {"ja": "先", "en": "first"}), Port("then", {"ja": "後", "en": "then"}))
    outputs = (
        Port("matched", {"ja": "一致", "en": "matched"}),
        Port(MISSING, {"ja": "欠落", "en": "missing"}),
        Port("unexpected", {"ja": "想定外", "en": "unexpected"}),
    )
    Params = SequenceParams
    Memory = SequenceMemory
    takes_late = True
    words = WORDS
    phrases = (
        *phrases("en", "happen", "followed by | is followed by | in the right order | in sequence",
                 port="matched", params={"within": "<over>", "per": "<per>"}),
        *phrases("ja", "happen", "に続いて | に続き | 順番どおり | 順序どおり",
                 port="matched", params={"within": "<over>", "per": "<per>"}),
        *phrases("en", "happen", "not followed by | never followed by | not acknowledged within | not confirmed within",
                 port="missing", params={"within": "<over>", "per": "<per>"}),
        *phrases("ja", "happen", "が続かない | 確認されないまま | 完了しないまま | 閉まらないまま",
                 port="missing", params={"within": "<over>", "per": "<per>"}),
        *phrases("en", "happen", "out of sequence | in the wrong order",
                 port="unexpected", params={"within": "<over>", "per": "<per>"}),
        *phrases("ja", "happen", "順番が違 | 順序が違 | 順番を飛ばし",
                 port="unexpected", params={"within": "<over>", "per": "<per>"}),
    )  # fmt: skip
    examples = EXAMPLES

    @classmethod
    def check(cls, params: SequenceParams, scope: Scope) -> Iterator[Problem]:
        yield from check_wired(("first", "then"), scope)

    @classmethod
    def shapes(cls, params: SequenceParams, scope: Scope) -> dict[str, Shape]:
        first, then = scope.shapes.get("first", scope.shape), scope.shapes.get("then", Shape())
        matched = then.plus(first=FieldShape("any"), elapsed=FieldShape("number", "s"))
        return {"matched": matched, MISSING: first, "unexpected": then}

    def on_event(self, event: Event, port: str, memory: SequenceMemory) -> Iterator[Yield]:
        wire = f"{port} {event.device or ''}"
        if memory.latest.late(wire, event.time):
            yield Trouble("late")
            return
        memory.latest.put(wire, event.time)
        yield from self._first(event, memory) if port == "first" else self._then(event, memory)

    def on_timer(self, name: str, event: Event, memory: SequenceMemory) -> Iterator[Yield]:
        data, memory.since, memory.data = memory.data, None, {}
        yield Emit(MISSING, event.with_data(data))

    def on_settings(self, before: SequenceParams, memory: SequenceMemory, now: int) -> Iterator[Yield]:
        if memory.since is not None:
            yield Timer(MISSING, memory.since + self.params.within)

    def _first(self, event: Event, memory: SequenceMemory) -> Iterator[Yield]:
        if memory.since is not None:
            return
        if memory.alone is not None and event.time < memory.alone <= event.time + self.params.within:
            yield Trouble("late")
            return
        memory.since, memory.data = event.time, event.data
        yield Timer(MISSING, event.time + self.params.within)

    def _then(self, event: Event, memory: SequenceMemory) -> Iterator[Yield]:
        since = memory.since
        if since is None or not since <= event.time <= since + self.params.within:
            memory.alone = max(event.time, memory.alone or event.time)
            yield Emit("unexpected", event)
            return
        more = {"first": memory.data, "elapsed": (event.time - since) / 1000}
        memory.since, memory.data = None, {}
        yield Cancel(MISSING)
        yield Emit("matched", event.with_data({**event.data, **more}))
