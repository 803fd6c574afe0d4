"""silent: nothing has come from a device for too long; and it is back.

`silent`: once, when no event of the key arrived for `for`, counted on the clock of the flow (`now`), not by the times in
the payloads; an event exactly then is in time. `back`: the first event after a `silent`. With `from_start` every
registered device of the source is watched from the start of the flow, so that one that never spoke is noticed. Late
events are a sign of life as well. Time in which the flow itself did not run is no silence: the wait begins anew.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from nodes.kit.effect import Emit, Later, Timer, Yield
from nodes.kit.event import OVERDUE, Event
from nodes.kit.expected import expected_keys, is_expected
from nodes.kit.kind import Example, Kind, KindWords, Memory, Port, Said, phrases
from nodes.kit.params import Duration, NodeParams, Per, Settable
from nodes.kit.per import shape_after
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.wording import PER, PER_LABEL

WORDS = {
    "ja": KindWords(
        label="無通信",
        summary="デバイスからイベントが届かなくなったときと、また届いたときに知らせます。",
        description=(
            "最後に届いてから「時間」が過ぎると「途絶えた」から一度だけ送り、その後に届いた最初のイベントで「再開」から送ります。"
            "数えるのはフローの時計(届いた時刻)で、ペイロードの時刻は使いません。ちょうどその時刻に届いたイベントは間に合った"
            "ものとします。「開始時から」では、入力元に登録されているデバイスを最初から見守るので、一度も届かないデバイスにも"
            "気づけます。遅れて届いたイベントも生存のしるしです。フロー自体が動いていなかった時間は数えず、待ち直します。"
            "last_seen(最後に届いた時刻)と silence(秒)が付きます。"
        ),
        labels={"for": "時間", "from_start": "開始時から", "per": PER_LABEL["ja"]},
        params={
            "for": "この時間、何も届かなければ知らせます。",
            "from_start": "一度も届いていない登録済みのデバイスも、開始時から見守ります。",
            "per": PER["ja"],
        },
    ),
    "en": KindWords(
        label="Silent",
        summary="Tells when nothing comes from a device any more, and when it is back.",
        description=(
            "Sends on “silent” once, when nothing has arrived for the given time, and on “back” with the first event "
            "after that. The clock of the flow counts (when events arrived), not the times in the payloads; an event "
            "exactly at the end is in time. “From the start” watches every registered device of the source from the "
            "beginning, so that one that never spoke is noticed. A late event is a sign of life as well. Time in which "
            "the flow itself did not run is no silence: the wait begins anew. Adds last_seen (when the last event "
            "arrived) and silence (seconds)."
        ),
        labels={"for": "For", "from_start": "From the start", "per": PER_LABEL["en"]},
        params={
            "for": "How long nothing may come.",
            "from_start": "Also watches registered devices that have not been heard yet.",
            "per": PER["en"],
        },
    ),
}
_FLOW = [
    {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
    {"id": "quiet", "kind": "silent", "from": ["kiln"], "params": {"for": "10m"}},
]
EXAMPLES = (
    Example(
        title={"ja": "10 分届かなければ知らせ、戻ったらもう一度知らせる",
               "en": "Tells after ten minutes of silence, and when the kiln is back"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "炉の通信断",
            "nodes": [
                *_FLOW,
                {"id": "tell", "kind": "notify", "from": ["quiet.silent"],
                 "params": {"to": "shift-channel", "text": "{device}から 10 分間データが届いていません"}},
                {"id": "fine", "kind": "notify", "from": ["quiet.back"],
                 "params": {"to": "shift-channel", "text": "{device}の通信が戻りました({silence} 秒ぶり)"}},
            ],
            "tests": [
                {"name": "最後に届いてから 10 分",
                 "given": [{"device": "kiln-1", "every": "1m", "until": "4m", "data": {"temperature": 70}},
                           {"device": "kiln-1", "from": "20m", "every": "1m", "until": "25m", "data": {"temperature": 71}}],
                 "expect": [{"node": "tell", "device": "kiln-1", "at": "14m"},
                            {"node": "fine", "device": "kiln-1", "at": "20m",
                             "data": {"text": "1号炉の通信が戻りました(960 秒ぶり)"}}]},
                {"name": "ちょうど 10 分後に届けば間に合う",
                 "given": [{"device": "kiln-1", "every": "10m", "until": "40m", "data": {"temperature": 70}}],
                 "expect": []},
            ],
        },
    ),
    Example(
        title={"ja": "一度も届かないデバイスに気づく", "en": "Notices a device that never spoke"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Kilns that never spoke",
            "nodes": [
                *_FLOW,
                {"id": "tell", "kind": "notify", "from": ["quiet.silent"],
                 "params": {"to": "shift-channel", "text": "{device} is silent"}},
            ],
            "tests": [
                {"name": "kiln 2 is expected and never comes", "until": "15m",
                 "given": [{"device": "kiln-1", "every": "1m", "until": "15m", "data": {"temperature": 70}}],
                 "expect": [{"node": "tell", "device": "kiln-2", "at": "10m", "data": {"text": "Kiln 2 is silent"}}]},
            ],
        },
    ),
)  # fmt: skip


_SENT_JA = ("データ", "測定値", "計測値", "信号", "通信", "電波", "更新", "受信", "測定データ", "数値", "メッセージ")
_NOT_SENT_JA = (
    "来な", "来てな", "来ていな", "来なくなっ", "届か", "届いてな", "届いていな", "届かなくなっ", "入ってこな", "入ってな", "入っていな", "上がってこな", "上がってきてな",
    "上がってな", "送られてこな", "飛んでこな", "取れな", "取れなくなっ", "取得できな", "更新されな", "更新されなくなっ", "返ってこな", "受信できな", "受け取れな", "なくなっ", "がな", "もな",
)  # fmt: skip
_CUT_JA = ("途絶", "途切", "切れ", "止ま")
_NOTHING_JA = [
    *(f"{noun}…{verb}" for noun in _SENT_JA for verb in _NOT_SENT_JA if verb[0] not in "がも"),
    *(f"{noun}{verb}" for noun in _SENT_JA for verb in _NOT_SENT_JA if verb[0] in "がも"),
    *(f"{noun}…{verb}" for noun in ("データ", "通信", "信号", "電波", "受信", "更新") for verb in _CUT_JA),
]
"""Nothing comes: what is sent, and that it is not."""


class SilentParams(NodeParams):
    length: Annotated[Duration, Settable, Field(alias="for", gt=0)]
    from_start: bool = True
    per: Per = "device"


class SilentMemory(Memory):
    """`began`: when a device that is watched from the start began to be (ms). `last`: when the last event arrived, None
    before the first. `quiet`: a `silent` was sent and no `back` yet."""

    said: ClassVar[Said] = {
        "en": {"last": "Heard last", "quiet": "Silence was told"},
        "ja": {"last": "最後に届いた時刻", "quiet": "途絶を通知済み"},
    }  # fmt: skip
    began: int | None = None
    last: int | None = None
    quiet: bool = False


class Silent(Kind):
    id = "silent"
    group = "time"
    icon = "wifi-off"
    outputs = (Port("silent", {"ja": "途絶えた", "en": "silent"}), Port("back", {"ja": "再開", "en": "back"}))
    Params = SilentParams
    Memory = SilentMemory
    takes_late = True
    timers_on_now = True
    words = WORDS
    phrases = (
        *phrases("en", "happen", "nothing has come from | nothing comes from | nothing came from | nothing arrives from | nothing heard from | nothing from | no word from | not a word from | no news from | no sign of life from | "
                 "no data | no signal | no reading | no message | no update | no contact | silent | "
                 "go quiet | go dark | offline | stops reporting | stops sending | stops transmitting | "
                 "stops responding | not reported | not sent | not heard | not been heard | not responded | "
                 "sent nothing | reported nothing | loses connection | lose contact | no longer reports | "
                 "nothing … come in | nothing … arrive | nothing … received | nothing … heard | no … reading come | no … reading arrive | no … data come | no … data arrive | no … message come | no … message arrive | no data … come in | no data … arrive | no … reported | none … reported | no … has sent | none … has sent",
                 port="silent", params={"for": "<hold>", "per": "<per>"}),
        *phrases("ja", "happen", " | ".join(_NOTHING_JA) + " | 一度も…届か | 一件も…届か | 何も…届か | 何も…送ってこな | 返事…な | 応答…な | "
                 "うんともすんとも | 音沙汰…な | 音沙汰な | 便り…な | なしのつぶて | 梨のつぶて | 鳴りをひそめ | 鳴りを潜め | 黙り込 | 沈黙し | 無応答 | 音信不通 | オフライン | 通信断 | 途絶え | 通信…していな | 通信…できな | 受信…できな",
                 port="silent", params={"for": "<hold>", "per": "<per>"}),
        *phrases("en", "recover", "heard again | heard from again | report again | reporting again | talk to us again | "
                 "talking to us again | send again | sending again | readings resume | data resume | back online | "
                 "comes back online | reconnect", port="back"),
        *phrases("ja", "recover", "通信…戻 | 通信…再開 | 通信…復 | データ…戻 | データ…再開 | 再び…届 | また…届 | 話し出 | 話しだ | また来 | また…来 | 再び来 | 届きだ | 届き出 | 届き始 | 届くように | 来だ | 来はじ | 来始 | 来るように | 受信…再開 | 受信…戻 | 通信…回復 | つなが | オンラインに",
                 port="back"),
    )  # fmt: skip
    examples = EXAMPLES

    @classmethod
    def shapes(cls, params: SilentParams, scope: Scope) -> dict[str, Shape]:
        shape = shape_after(params.per, scope.shape)
        more = {"last_seen": FieldShape("integer"), "silence": FieldShape("number", "s")}
        return {"silent": shape.plus(**more), "back": shape.plus(**more)}

    def first_keys(self) -> Iterable[str]:
        return expected_keys(self.params.per, self.scope) if self.params.from_start else ()

    def on_start(self, now: int, memory: SilentMemory) -> Iterator[Yield]:
        memory.began = now
        yield Timer("silent", now + self.params.length)

    def on_event(self, event: Event, port: str, memory: SilentMemory) -> Iterator[Yield]:
        if memory.quiet:
            memory.quiet = False
            yield Emit("back", event.with_data({**event.data, **_since(memory, event.arrived)}))
        memory.last = event.arrived
        yield Timer("silent", event.arrived + self.params.length)

    def on_timer(self, name: str, event: Event, memory: SilentMemory) -> Iterator[Yield]:
        if OVERDUE in event.flags:
            yield Later("silent", self.params.length)
        elif memory.last is not None or is_expected(event.device, self.params.per, self.scope):
            memory.quiet = True
            yield Emit("silent", event.with_data({**event.data, **_since(memory, event.time)}))

    def standing(self, memory: SilentMemory) -> str | None:
        return "silent" if memory.quiet else "back" if memory.last is not None else "waiting"

    def on_settings(self, before: SilentParams, memory: SilentMemory, now: int) -> Iterator[Yield]:
        if before.length != self.params.length and not memory.quiet:
            since = memory.last if memory.last is not None else memory.began
            yield Timer("silent", (now if since is None else since) + self.params.length)


def _since(memory: SilentMemory, now: int) -> dict[str, float]:
    if memory.last is None:
        return {}
    return {"last_seen": memory.last, "silence": (now - memory.last) / 1000}
