"""escalate: sends an alarm at once, and further up when nobody acknowledges it in time.

An event on `in` goes out by `first` (`level` 0) and starts the wait. Without acknowledgement `escalated` sends the
key's newest data with `level` 1 after `after`, and each further level `again` later (left out: `after`), up to `most`.
After the last level nothing more is sent, but the alarm still waits. An event on `acknowledge` ends the wait and goes
out by `acknowledged` once, with the `level` that was reached and `waited` (s since the alarm); one on `clear` ends it
silently. At exactly the time of a level both come first. Where nothing waits both do nothing. Further alarms while one
waits are not sent and do not restart the wait; their data is used for the next level.

Buttons and webhooks often share a key with the devices that raise the alarm (`per`), so late events are taken: what is
older than the alarm that waits, or an alarm older than the end of the last wait, is late; the levels of an alarm that
comes late are counted from the key's newest event.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field

from nodes.kit.effect import Cancel, Emit, Later, Timer, Trouble, Yield
from nodes.kit.event import OVERDUE, Event
from nodes.kit.kind import IN, Example, Kind, KindWords, Memory, Port, Said, phrases
from nodes.kit.params import Duration, NodeParams, Per, Settable
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.wording import PER, PER_LABEL

NEXT = "next"


class EscalateParams(NodeParams):
    after: Annotated[Duration, Settable, Field(gt=0)]
    again: Annotated[Duration, Settable, Field(gt=0)] | None = None
    most: Annotated[int, Settable, Field(ge=1, le=10)] = 1
    per: Per = "device"


class EscalateMemory(Memory):
    """`waiting`: an alarm is not acknowledged. `turned`: its time, else that of the last end (also a clear of nothing).
    `level`: the last that was sent, at `reached`. `newest`: the newest event. All times in ms."""

    said: ClassVar[Said] = {
        "en": {"waiting": "Not acknowledged", "level": "Level told last", "reached": "Reached at"},
        "ja": {"waiting": "未確認", "level": "最後に知らせた段階", "reached": "その時刻"},
    }  # fmt: skip
    waits: ClassVar[tuple[str, ...]] = ("turned", "reached", "newest")
    waiting: bool = False
    turned: int = 0
    level: int = 0
    reached: int = 0
    newest: int = 0


WORDS = {
    "ja": KindWords(
        label="エスカレーション",
        summary="警報をすぐに送り、一定時間内に確認されなければ上位へ知らせます。",
        description=(
            "「警報」に届いたイベントをすぐに「最初」から送り(level は 0)、確認を待ちます。「待ち時間」が過ぎても確認がなければ、最新のデータ"
            "に level 1 を付けて「未確認」から送り、その後も確認がなければ「次の待ち時間」ごとに level を 1 ずつ上げ、「段階数」まで送ります。"
            "その後は何も送らず、確認を待ち続けます。「確認」に届いたイベントは、到達した level と、警報から確認までの秒数 waited を付けて「確認済"
            "み」から一度だけ送り、待ちを終えます。「復旧」は何も送らずに待ちを終えます。段階とちょうど同じ時刻の確認や復旧は、そちらが先です。"
            "待っている間に届いた警報は送らず、待ち時間もやり直しません(次の段階で送るデータは新しくなります)。待っていないときの確認と復旧は"
            "何もしません。確認は、警報と同じまとめる単位に届く必要があります。警報を出した機器以外のボタンや Webhook で確認するときは、「まと"
            "める単位」を all にするか、両方に共通する項目や属性(例:hall)にしてください。Webhook なら、その項目(例:hall)をデータに含めます。"
            "警報より古い時刻の確認は、遅延として記録し、使いません。"
        ),
        labels={"after": "待ち時間", "again": "次の待ち時間", "most": "段階数", "per": PER_LABEL["ja"]},
        params={
            "after": "警報からこの時間、確認がなければ次へ知らせます。変更すると、待っている警報にもすぐ反映されます。",
            "again": "2 段階目からの待ち時間。省略すると「待ち時間」と同じです。",
            "most": "何段階まで知らせるか(1~10)。",
            "per": PER["ja"] + "確認が警報と同じ単位に届くように選んでください。",
        },
    ),
    "en": KindWords(
        label="Escalate",
        summary="Sends an alarm at once, and further up when nobody acknowledges it in time.",
        description=(
            "An event on “in” goes out by “first” at once (level 0) and waits to be acknowledged. If that does not "
            "happen in time, the newest data goes out by “escalated” with level 1, and so on with each further time, "
            "up to the number of levels. After that nothing more is sent, but the alarm still waits. An event on "
            "“acknowledge” ends the wait and goes out by “acknowledged”, once, with the level that was reached and the "
            "seconds waited since the alarm. One on “clear” ends the wait and sends nothing. At exactly the time of a "
            "level both come first. A further alarm while one waits is not sent and does not restart the wait; it only "
            "renews the data of the next level. Where nothing waits, acknowledge and clear do nothing. An "
            "acknowledgement must reach the same key as the alarm: where a button, another device or a webhook gives "
            "it, choose “all” for per, or a field or attribute that both have, such as hall; a webhook then carries "
            "that field in its data. An acknowledgement that is older than the alarm is late and not used."
        ),
        labels={"after": "After", "again": "Again after", "most": "Levels", "per": PER_LABEL["en"]},
        params={
            "after": "Time to acknowledge before it goes further up. A change also moves an alarm that waits.",
            "again": "Time from one level to the next. Left out: the same as the first.",
            "most": "How many levels there are, 1 to 10.",
            "per": PER["en"] + " The acknowledgement must come to the same one as the alarm.",
        },
    ),
}


def _press(at: str, temperature: float, button: bool = False, device: str = "press-1") -> dict[str, Any]:
    return {"device": device, "at": at, "data": {"temperature": temperature, "button": button}}


_TO_TELL = [
    {"id": "tell", "kind": "notify", "from": ["up.first"], "params": {"to": "line", "text": "{device}が過熱しています"}},
    {"id": "chief", "kind": "notify", "from": ["up.escalated"],
     "params": {"to": "chief", "text": "{device}の過熱が未確認です(段階 {level})"}},
    {"id": "done", "kind": "notify", "from": ["up.acknowledged"],
     "params": {"to": "line", "text": "{device}の過熱を確認しました({waited} 秒後、段階 {level})"}},
]  # fmt: skip
EXAMPLES = (
    Example(
        title={"ja": "10 分以内に確認ボタンが押されなければ、上長へ知らせる",
               "en": "Tells the supervisor when the button is not pressed within ten minutes"},
        document={
            "suiro": 1, "name": "プレスの過熱",
            "settings": {"patience": {"value": "10m", "label": "確認を待つ時間", "assumed": True}},
            "nodes": [
                {"id": "press", "kind": "devices", "params": {"type": "press"}},
                {"id": "hot", "kind": "threshold", "from": ["press"],
                 "params": {"field": "temperature", "above": 80, "margin": 5}},
                {"id": "seen", "kind": "condition", "from": ["press"], "params": {"expr": "button == true"}},
                {"id": "up", "kind": "escalate",
                 "from": {"in": ["hot.entered"], "acknowledge": ["seen.true"], "clear": ["hot.cleared"]},
                 "params": {"after": "$patience", "again": "5m", "most": 2}},
                *_TO_TELL,
            ],
            "tests": [
                {"name": "1 号機は 2 段階まで上がってから確認、2 号機は確認前に冷めたので何も送らない",
                 "given": [_press("0s", 72), _press("1m", 85), _press("3m", 90), _press("4m", 84, device="press-2"),
                           _press("8m", 88), _press("9m", 70, device="press-2"), _press("12m", 93),
                           _press("16m", 91), _press("20m", 92, True), _press("22m", 92, True), _press("25m", 60)],
                 "until": "40m",
                 "expect": [{"node": "tell", "device": "press-1", "at": "1m"},
                            {"node": "tell", "device": "press-2", "at": "4m"},
                            {"node": "chief", "device": "press-1", "at": "11m",
                             "data": {"text": "press-1の過熱が未確認です(段階 1)"}},
                            {"node": "chief", "device": "press-1", "at": "16m",
                             "data": {"text": "press-1の過熱が未確認です(段階 2)"}},
                            {"node": "done", "device": "press-1", "at": "20m",
                             "data": {"text": "press-1の過熱を確認しました(1140 秒後、段階 2)"}}]},
                {"name": "ちょうど 10 分後の確認は間に合う",
                 "given": [_press("0s", 85), _press("10m", 85, True)], "until": "1h",
                 "expect": [{"node": "tell", "at": "0s"}, {"node": "done", "at": "10m"}]},
            ],
        },
    ),
    Example(
        title={"ja": "Webhook で棟ごとに確認する", "en": "A control room acknowledges by webhook, hall by hall"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Acknowledged by hall",
            "nodes": [
                {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
                {"id": "room", "kind": "webhook_in"},
                {"id": "hot", "kind": "condition", "from": ["kiln"], "params": {"expr": "temperature > 80.0"}},
                {"id": "up", "kind": "escalate", "from": {"in": ["hot.true"], "acknowledge": ["room"]},
                 "params": {"after": "5m", "per": "hall"}},
                {"id": "tell", "kind": "notify", "from": ["up.first"],
                 "params": {"to": "shift-channel", "text": "{device} is at {temperature} °C"}},
                {"id": "call", "kind": "webhook_out", "from": ["up.escalated"],
                 "params": {"to": "mes", "body": {"level": "{level}"}}},
                {"id": "keep", "kind": "store", "from": ["up.acknowledged"], "params": {"fields": ["by", "waited"]}},
            ],
            "tests": [
                {"name": "the acknowledgement of hall A is none for hall B",
                 "given": [{"device": "kiln-1", "at": "0s", "data": {"temperature": 90}},
                           {"device": "kiln-2", "at": "1m", "data": {"temperature": 95}},
                           {"node": "room", "at": "2m", "data": {"hall": "A", "by": "sato"}},
                           {"node": "room", "at": "7m", "data": {"hall": "B", "by": "ito"}}],
                 "expect": [{"node": "tell", "device": "kiln-1", "at": "0s"},
                            {"node": "tell", "device": "kiln-2", "at": "1m"},
                            {"node": "keep", "at": "2m", "data": {"by": "sato", "waited": 120}},
                            {"node": "call", "at": "6m", "data": {"body": {"level": "1"}}},
                            {"node": "keep", "at": "7m", "data": {"by": "ito", "waited": 360}}]},
            ],
        },
    ),
)  # fmt: skip


class Escalate(Kind):
    id = "escalate"
    group = "time"
    icon = "siren"
    inputs = (
        Port(IN.name, {"ja": "警報", "en": "in"}),
        Port("acknowledge", {"ja": "確認", "en": "acknowledge"}),
        Port("clear", {"ja": "復旧", "en": "clear"}),
    )
    outputs = (
        Port("first", {"ja": "最初", "en": "first"}),
        Port("escalated", {"ja": "未確認", "en": "escalated"}),
        Port("acknowledged", {"ja": "確認済み", "en": "acknowledged"}),
    )
    Params = EscalateParams
    Memory = EscalateMemory
    takes_late = True
    words = WORDS
    phrases = (
        *phrases("en", "treat", "escalate | nobody acknowledges | no one acknowledges | not acknowledged | "
                 "unacknowledged | without acknowledgement | nobody responds | no one responds | nobody reacts | "
                 "no one reacts", port="escalated", params={"after": "<hold>", "per": "<per>"}),
        *phrases("ja", "treat", "エスカレーション | エスカレート | 誰も確認しな | 確認されな | 確認がな | "
                 "誰も対応しな | 対応されな | 対応がな | 応答がなければ上", port="escalated",
                 params={"after": "<hold>", "per": "<per>"}),
    )  # fmt: skip
    examples = EXAMPLES

    @classmethod
    def shapes(cls, params: EscalateParams, scope: Scope) -> dict[str, Shape]:
        level, waited = FieldShape("integer"), FieldShape("number", "s")
        alarm = scope.shape.plus(level=level)
        seen = scope.shapes.get("acknowledge", Shape()).plus(level=level, waited=waited)
        return {"first": alarm, "escalated": alarm, "acknowledged": seen}

    def on_event(self, event: Event, port: str, memory: EscalateMemory) -> Iterator[Yield]:
        memory.newest = max(memory.newest, event.time)
        if event.time < memory.turned:
            yield Trouble("late")
        elif port == "in":
            yield from self._alarm(event, memory)
        elif memory.waiting:
            waited = (event.time - memory.turned) / 1000
            memory.waiting, memory.turned = False, event.time
            yield Cancel(NEXT)
            if port == "acknowledge":
                yield Emit("acknowledged", event.with_data({**event.data, "level": memory.level, "waited": waited}))
        elif port == "clear":
            memory.turned = event.time

    def _alarm(self, event: Event, memory: EscalateMemory) -> Iterator[Yield]:
        if memory.waiting:
            return
        memory.waiting, memory.turned, memory.level, memory.reached = True, event.time, 0, memory.newest
        yield self._at_level("first", event, memory)
        yield Timer(NEXT, self._due(memory))

    def on_timer(self, name: str, event: Event, memory: EscalateMemory) -> Iterator[Yield]:
        memory.level += 1
        memory.reached = event.time
        yield self._at_level("escalated", event, memory)
        if memory.level < self.params.most:
            wait = self._due(memory) - memory.reached
            yield Later(NEXT, wait) if OVERDUE in event.flags else Timer(NEXT, memory.reached + wait)

    def standing(self, memory: EscalateMemory) -> str | None:
        if not memory.waiting:
            return None
        return "escalated" if memory.level else "first"

    def on_settings(self, before: EscalateParams, memory: EscalateMemory, now: int) -> Iterator[Yield]:
        if memory.waiting:
            yield Timer(NEXT, self._due(memory)) if memory.level < self.params.most else Cancel(NEXT)

    def _due(self, memory: EscalateMemory) -> int:
        """When the next level is sent."""
        later = self.params.again if memory.level else None
        return memory.reached + (later or self.params.after)

    def _at_level(self, port: str, event: Event, memory: EscalateMemory) -> Emit:
        return Emit(port, event.with_data({**event.data, "level": memory.level}))
