"""cooldown: lets one event through, then holds the further ones back for a while.

The first event of a key goes to `out`; those less than `for` later go to `held`; one at exactly `for` passes again and
starts the next quiet time. Held events do not make it longer. An event on `reset` ends the quiet time of its key.
Times are those of the events (the key's clock).
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from nodes.kit.effect import Emit, Yield
from nodes.kit.event import Event
from nodes.kit.kind import IN, OUT, Example, Kind, KindWords, Memory, Port, Said, phrases
from nodes.kit.params import Duration, NodeParams, Per, Settable
from nodes.kit.sample import REGISTRY


class CooldownParams(NodeParams):
    length: Annotated[Duration, Settable, Field(alias="for", gt=0)]
    per: Per = "device"


class CooldownMemory(Memory):
    said: ClassVar[Said] = {
        "en": {"passed": "Passed last"},
        "ja": {"passed": "最後に通した時刻"},
    }  # fmt: skip
    waits: ClassVar[tuple[str, ...]] = ("passed",)
    passed: int | None = None
    """When the last event passed (ms); None before the first and after a reset."""


WORDS = {
    "ja": KindWords(
        label="再通知の抑制",
        summary="一度通したら、しばらくの間は次を止めます。",
        description=(
            "最初のイベントは「通過」へ、その後「抑制時間」より短い間に来たものは「抑制」へ送ります。ちょうど抑制時間が過ぎた"
            "イベントは通します。抑制されたイベントで時間が延びることはありません。「解除」にイベントが届くと、抑制を終えます。"
        ),
        labels={"for": "抑制時間", "per": "まとめる単位"},
        params={
            "for": "一度通した後、この時間は通しません。",
            "per": "デバイスごと、全体で 1 つ、または項目や属性の値ごとに抑えます。",
        },
    ),
    "en": KindWords(
        label="Cooldown",
        summary="Lets one through, then holds back the next ones for a while.",
        description=(
            "The first event goes on by “out”; later ones that come before the quiet time is over go to “held”. One at "
            "exactly its end passes. Held events do not make the quiet time longer. An event on “reset” ends it."
        ),
        labels={"for": "Quiet time", "per": "Per"},
        params={
            "for": "How long nothing more passes after one has.",
            "per": "device: each device on its own; all: all together; or a field or attribute: each of its values.",
        },
    ),
}
_HOT = [
    {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
    {"id": "hot", "kind": "condition", "from": ["kiln"], "params": {"expr": "temperature > 80.0"}},
]
EXAMPLES = (
    Example(
        title={"ja": "同じ炉については 10 分に 1 回だけ知らせる", "en": "Tells of one kiln at most every ten minutes"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "炉の過熱(10 分に 1 回)",
            "nodes": [
                *_HOT,
                {"id": "calm", "kind": "cooldown", "from": ["hot.true"], "params": {"for": "10m"}},
                {"id": "tell", "kind": "notify", "from": ["calm"],
                 "params": {"to": "shift-channel", "text": "{device}が {temperature} ℃ です"}},
            ],
            "tests": [
                {"name": "ちょうど 10 分後は通す",
                 "given": [{"device": "kiln-1", "every": "1m", "until": "11m", "data": {"temperature": 90}},
                           {"device": "kiln-2", "at": "3m", "data": {"temperature": 91}}],
                 "expect": [{"node": "tell", "device": "kiln-1", "at": "0s"},
                            {"node": "tell", "device": "kiln-2", "at": "3m"},
                            {"node": "tell", "device": "kiln-1", "at": "10m"}]},
            ],
        },
    ),
    Example(
        title={"ja": "冷めたら、次の過熱はすぐに知らせる", "en": "Once it has cooled, the next one is told at once"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Quiet until it has cooled",
            "nodes": [
                *_HOT,
                {"id": "calm", "kind": "cooldown", "from": {"in": ["hot.true"], "reset": ["hot.false"]},
                 "params": {"for": "1h"}},
                {"id": "tell", "kind": "notify", "from": ["calm.out"],
                 "params": {"to": "shift-channel", "text": "{device}: {temperature} °C"}},
                {"id": "count", "kind": "store", "from": ["calm.held"], "params": {"fields": ["temperature"]}},
            ],
            "tests": [
                {"name": "a reading below the limit ends the quiet time",
                 "given": [{"device": "kiln-1", "at": "0s", "data": {"temperature": 90}},
                           {"device": "kiln-1", "at": "1m", "data": {"temperature": 91}},
                           {"device": "kiln-1", "at": "2m", "data": {"temperature": 70}},
                           {"device": "kiln-1", "at": "3m", "data": {"temperature": 92}}],
                 "expect": [{"node": "tell", "at": "0s"}, {"node": "count", "at": "1m", "data": {"temperature": 91}},
                            {"node": "tell", "at": "3m"}]},
            ],
        },
    ),
)  # fmt: skip


class Cooldown(Kind):
    id = "cooldown"
    group = "filter"
    icon = "timer-off"
    inputs = (IN, Port("reset", {"ja": "解除", "en": "reset"}))
    outputs = (Port(OUT.name, {"ja": "通過", "en": "out"}), Port("held", {"ja": "抑制", "en": "held"}))
    Params = CooldownParams
    Memory = CooldownMemory
    words = WORDS
    phrases = (
        *phrases("en", "quiet", "not again | again for | at most once | at most every | not more often than | "
                 "once per | no more than once | not more than once | don't repeat | do not repeat | mute | "
                 "silence | suppress | stay quiet | not notify | don't notify | do not notify | "
                 "never more than once | then wait | without repeating | don't tell | do not tell | don't alert | "
                 "do not alert | don't send | do not send", params={"for": "<quiet>", "per": "<per>"}),
        *phrases("ja", "quiet", "は再通知しな | 再通知 | 通知しな | 知らせな | 送らな | 繰り返さな | 黙 | 静かに | "
                 "抑制 | 抑止 | 連続して通知 | 連絡しな | 連絡は不要 | 通知は不要 | 通知不要 | 間隔をあけ | "
                 "間隔を空け | はあけ | は空け | 以上あけ | 以上空け | 送らず | 知らせず | 通知せず | 通知は最大 | 通知は多くても", params={"for": "<quiet>", "per": "<per>"}),
    )  # fmt: skip
    examples = EXAMPLES

    def on_event(self, event: Event, port: str, memory: CooldownMemory) -> Iterator[Yield]:
        if port == "reset":
            memory.passed = None
        elif memory.passed is None or event.time >= memory.passed + self.params.length:
            memory.passed = event.time
            yield Emit("out", event)
        else:
            yield Emit("held", event)
