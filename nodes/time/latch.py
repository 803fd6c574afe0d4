"""latch: remembers that something happened until it is reset.

The first event on `in` sets it and goes out by `set`; further ones while it is set go out by `again`. An event on
`reset` goes out by `reset` once, when it was set, with `since` (when it was set, ms) and `count` (events while set, the
first one included); otherwise it does nothing. The next event on `in` sets it anew. Silence never resets it. At equal
times events count in the order in which they come.

Buttons often share a key with the devices that set it (`per`), so late events are taken: an event on `in` that is older
than the last reset is late, and so is a reset that is older than what set it.
"""

from collections.abc import Iterator
from typing import ClassVar

from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.kind import IN, Example, Kind, KindWords, Memory, Port, Said, phrases
from nodes.kit.params import NodeParams, Per
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.wording import PER, PER_LABEL


class LatchParams(NodeParams):
    per: Per = "device"


class LatchMemory(Memory):
    """`since`: the event that set it (ms), None while it is not set. `count`: events since then, that one included.
    `reset`: the last reset (ms)."""

    said: ClassVar[Said] = {
        "en": {"since": "Set since", "count": "Events since then"},
        "ja": {"since": "保持の開始", "count": "その後の件数"},
    }  # fmt: skip
    waits: ClassVar[tuple[str, ...]] = ("since", "reset")
    since: int | None = None
    count: int = 0
    reset: int = 0


WORDS = {
    "ja": KindWords(
        label="ラッチ(自己保持)",
        summary="一度起きたことを、リセットされるまで覚えておきます。",
        description=(
            "「入力」に最初のイベントが届くと保持を始め、「セット」から送ります。保持中に届いたものは「再発」から送ります。「リセット」にイベント"
            "が届くと、保持していれば一度だけ、そのイベントに since(保持を始めた時刻、1970 年からのミリ秒、UTC)と count(保持中に届いた件数、"
            "最初を含む)を付けて「リセット」から送り、保持を終えます。保持していないときのリセットは何もしません。時間がたっても自然には解除され"
            "ず、再起動後も保持を続けます。同じ時刻のイベントは届いた順に扱います。複数のデバイスをまとめる場合、前のリセットより古い時刻の入力と、"
            "保持を始めた時刻より古いリセットは、遅延として記録し、使いません。別のボタンや Webhook でリセットするときは、「まとめる単位」を all に"
            "するか、両方に共通する項目や属性にしてください。"
        ),
        labels={"per": PER_LABEL["ja"]},
        params={"per": PER["ja"] + "リセットが同じ単位に届くように選んでください。"},
    ),
    "en": KindWords(
        label="Latch",
        summary="Remembers that something happened until it is reset.",
        description=(
            "The first event on “in” sets it and goes out by “set”; further ones while it is set go out by “again”. An "
            "event on “reset” goes out by “reset” once, when it was set, with since (when it was set, milliseconds "
            "since 1970, UTC) and count (events while it was set, the first one included). A reset of what is not set "
            "does nothing. Time alone never resets it, and it stays set over a restart. Events of equal time count in "
            "the order in which they come. Where several devices share one key, an event older than the last reset and "
            "a reset older than what set it are late and not used. Where another device or a webhook resets it, choose "
            "“all” for per, or a field or attribute that both have."
        ),
        labels={"per": PER_LABEL["en"]},
        params={"per": PER["en"] + " The reset must come to the same one as what sets it."},
    ),
}
EXAMPLES = (
    Example(
        title={"ja": "一度でも過熱した炉は、扉を開けて確認するまで覚えておく",
               "en": "A kiln that was once too hot is remembered until its door is opened for a check"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "過熱の保持",
            "nodes": [
                {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
                {"id": "hot", "kind": "condition", "from": ["kiln"], "params": {"expr": "temperature > 80.0"}},
                {"id": "opened", "kind": "condition", "from": ["kiln"], "params": {"expr": "door == 'open'"}},
                {"id": "held", "kind": "latch", "from": {"in": ["hot.true"], "reset": ["opened.true"]}},
                {"id": "tell", "kind": "notify", "from": ["held.set"],
                 "params": {"to": "shift-channel", "text": "{device}が過熱しました。扉を開けて確認してください"}},
                {"id": "keep", "kind": "store", "from": ["held.again"], "params": {"fields": ["temperature"]}},
                {"id": "done", "kind": "notify", "from": ["held.reset"],
                 "params": {"to": "shift-channel", "text": "{device}を確認しました(過熱 {count} 回)"}},
            ],
            "tests": [
                {"name": "最初だけ知らせ、再発は記録し、確認で終わる",
                 "given": [{"device": "kiln-1", "at": at, "data": {"temperature": value, "door": door}}
                           for at, value, door in (
                               ("0s", 70, "closed"), ("2m", 85, "closed"), ("4m", 78, "closed"),
                               ("6m", 90, "closed"), ("8m", 83, "closed"), ("10m", 60, "closed"),
                               ("12m", 55, "open"), ("14m", 50, "open"), ("16m", 82, "closed"))],
                 "expect": [{"node": "tell", "at": "2m"},
                            {"node": "keep", "at": "6m", "data": {"temperature": 90}},
                            {"node": "keep", "at": "8m", "data": {"temperature": 83}},
                            {"node": "done", "at": "12m", "data": {"text": "1号炉を確認しました(過熱 3 回)"}},
                            {"node": "tell", "at": "16m"}]},
            ],
        },
    ),
    Example(
        title={"ja": "棟の信号灯を、Webhook でリセットされるまで赤のままにする",
               "en": "Keeps the tower of a hall red until a webhook resets it"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Red until reset",
            "nodes": [
                {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
                {"id": "desk", "kind": "webhook_in"},
                {"id": "hot", "kind": "condition", "from": ["kiln"], "params": {"expr": "temperature > 80.0"}},
                {"id": "held", "kind": "latch", "from": {"in": ["hot.true"], "reset": ["desk"]},
                 "params": {"per": "hall"}},
                {"id": "red", "kind": "command", "from": ["held.set"],
                 "params": {"device": "tower-1", "command": "set_color", "values": {"color": "red"}}},
                {"id": "green", "kind": "command", "from": ["held.reset"],
                 "params": {"device": "tower-1", "command": "set_color", "values": {"color": "green"}}},
            ],
            "tests": [
                {"name": "the reset of another hall changes nothing",
                 "given": [{"device": "kiln-1", "at": "1m", "data": {"temperature": 90}},
                           {"device": "kiln-1", "at": "2m", "data": {"temperature": 91}},
                           {"node": "desk", "at": "3m", "data": {"hall": "B"}},
                           {"node": "desk", "at": "4m", "data": {"hall": "A"}},
                           {"node": "desk", "at": "5m", "data": {"hall": "A"}}],
                 "expect": [{"node": "red", "device": "tower-1", "at": "1m"},
                            {"node": "green", "device": "tower-1", "at": "4m"}]},
            ],
        },
    ),
)  # fmt: skip


class Latch(Kind):
    id = "latch"
    group = "time"
    icon = "lock"
    inputs = (IN, Port("reset", {"ja": "リセット", "en": "reset"}))
    outputs = (
        Port("set", {"ja": "セット", "en": "set"}),
        Port("again", {"ja": "再発", "en": "again"}),
        Port("reset", {"ja": "リセット", "en": "reset"}),
    )
    Params = LatchParams
    Memory = LatchMemory
    takes_late = True
    words = WORDS
    phrases = (
        *phrases("en", "treat", "latch | latched | until it is reset | until reset | until somebody resets | "
                 "until someone resets | stay set | remember that it happened", port="set", params={"per": "<per>"}),
        *phrases("ja", "treat", "ラッチ | 自己保持 | リセットするまで | リセットされるまで | 解除するまで | 解除されるまで | "
                 "解除操作をするまで", port="set", params={"per": "<per>"}),
    )  # fmt: skip
    examples = EXAMPLES

    @classmethod
    def shapes(cls, params: LatchParams, scope: Scope) -> dict[str, Shape]:
        whole = FieldShape("integer")
        ended = scope.shapes.get("reset", Shape()).plus(since=whole, count=whole)
        return {"set": scope.shape, "again": scope.shape, "reset": ended}

    def standing(self, memory: LatchMemory) -> str | None:
        return "reset" if memory.since is None else "set"

    def on_event(self, event: Event, port: str, memory: LatchMemory) -> Iterator[Yield]:
        if port == "reset":
            yield from self._reset(event, memory)
        elif event.time < memory.reset:
            yield Trouble("late")
        elif memory.since is None:
            memory.since, memory.count = event.time, 1
            yield Emit("set", event)
        else:
            memory.count += 1
            yield Emit("again", event)

    def _reset(self, event: Event, memory: LatchMemory) -> Iterator[Yield]:
        since, count = memory.since, memory.count
        if since is not None and event.time < since:
            yield Trouble("late")
            return
        memory.since, memory.reset = None, max(memory.reset, event.time)
        if since is not None:
            yield Emit("reset", event.with_data({**event.data, "since": since, "count": count}))
