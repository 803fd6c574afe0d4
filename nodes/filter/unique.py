"""unique: lets the first of several equal events pass and sorts out its repetitions.

Events are equal when all `fields` are (without `fields`: the whole data); 1 and 1.0 are equal, true and 1 are not, and
the device makes no difference beyond `per`. An event is a `duplicate` when an equal one passed whose time is less than
`within` away, earlier or later: at exactly `within` it passes again. That time counts from the one that passed, so
repetitions do not make it longer. Events may come out of order; what lies `within` or more behind the newest event of
its key is forgotten, so an event that is so late passes. At most 1,000 are remembered per key; of more the ones that
passed longest ago are forgotten. A missing field is a problem, and the event goes no further.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field

from nodes.kit.dotted import check_path
from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fingerprint import fingerprint
from nodes.kit.kind import OUT, Example, Kind, KindWords, Memory, Port, Said, phrases
from nodes.kit.params import Duration, FieldName, Identity, NodeParams, Per, Settable
from nodes.kit.payload import at_path
from nodes.kit.problem import Problem
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.wording import PER, PER_LABEL

MOST = 1_000
"""Events that are remembered per key."""

WORDS = {
    "ja": KindWords(
        label="重複の除去",
        summary="同じ内容のイベントが繰り返し届いたとき、最初の 1 件だけを通します。",
        description=(
            "指定した項目(省略時はデータ全体)がすべて同じイベントを「同じ」とみなします。5 と 5.0 は同じ、true と 1 は違う値です。"
            "同じイベントを通してから「期間」より短い間隔のものは「重複」へ送り、ちょうど期間が過ぎたものは再び通します。期間は"
            "通したイベントの時刻から数え、重複が届いても延びません。時刻が前後して届いた再送も、通したものとの時刻の差で"
            "判定します。キーの最新の時刻から期間以上前のものは忘れるため、それほど遅れて届いたイベントは通します。"
            "記憶するのは 1 つのキーにつき 1,000 件までで、超えると古いものから忘れます。項目がないイベントは、"
            "問題として記録し、先へ送りません。"
        ),
        labels={"fields": "比べる項目", "within": "期間", "per": PER_LABEL["ja"]},
        params={
            "fields": "これらがすべて同じなら同じイベントとみなします。省略するとデータ全体を比べます。",
            "within": "通してからこの期間、同じイベントを重複とみなします。",
            "per": PER["ja"],
        },
    ),
    "en": KindWords(
        label="Unique",
        summary="Lets the first of several equal events pass and sorts out its repetitions.",
        description=(
            "Events are equal when all the named fields are, or the whole data where none is named: 5 and 5.0 are equal, "
            "true and 1 are not. An event goes to “duplicate” when an equal one passed whose time is less than the time "
            "given away; at exactly that time it passes again. The time counts from the one that passed, so repetitions "
            "do not make it longer. A repetition that is delivered with an older time is recognised by the same "
            "difference. What lies further back from the newest event of its key is forgotten, so an event that is so late passes. At "
            "most 1,000 are remembered per key, and the oldest are forgotten first. An event without one of the fields is "
            "shown as a problem and goes no further."
        ),
        labels={"fields": "Fields to compare", "within": "Within", "per": PER_LABEL["en"]},
        params={
            "fields": "Events are the same when all of these are. Left out: the whole data is compared.",
            "within": "How long after one has passed the same one counts as a duplicate.",
            "per": PER["en"],
        },
    ),
}
EXAMPLES = (
    Example(
        title={"ja": "二重に届いた測定値を除いて記録する", "en": "Stores readings without those that came twice"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "二重送信の除去",
            "nodes": [
                {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
                {"id": "once", "kind": "unique", "from": ["kiln"], "params": {"within": "1m"}},
                {"id": "keep", "kind": "store", "from": ["once"], "params": {"fields": ["temperature"]}},
                {"id": "again", "kind": "store", "from": ["once.duplicate"], "params": {"fields": ["temperature"]}},
            ],
            "tests": [
                {"name": "1 分たてば同じ値も通す",
                 "given": [{"device": "kiln-1", "at": at, "data": {"temperature": value}} for at, value in
                           (("0s", 80), ("1s", 80), ("20s", 81), ("21s", 81.0), ("59s", 80), ("60s", 80), ("61s", 80))]
                          + [{"device": "kiln-2", "at": "2s", "data": {"temperature": 80}}],
                 "expect": [{"node": "keep", "device": "kiln-1", "at": "0s", "within": "0s", "data": {"temperature": 80}},
                            {"node": "keep", "device": "kiln-2", "at": "2s", "within": "0s"},
                            {"node": "keep", "device": "kiln-1", "at": "20s", "within": "0s"},
                            {"node": "keep", "device": "kiln-1", "at": "60s", "within": "0s"},
                            *({"node": "again", "device": "kiln-1", "at": at, "within": "0s"}
                              for at in ("1s", "21s", "59s", "61s"))]},
            ],
        },
    ),
    Example(
        title={"ja": "同じ注文番号は 1 日に一度だけ伝える", "en": "Passes on each order number once a day"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Orders that are posted twice",
            "nodes": [
                {"id": "order", "kind": "webhook_in"},
                {"id": "once", "kind": "unique", "from": ["order"],
                 "params": {"fields": ["order.number"], "within": "1d", "per": "all"}},
                {"id": "tell", "kind": "notify", "from": ["once"],
                 "params": {"to": "shift-channel", "text": "New order {order.number}: {amount}"}},
            ],
            "tests": [
                {"name": "another amount makes no other order, and one without a number is none",
                 "given": [{"node": "order", "at": "1s", "data": {"order": {"number": 7}, "amount": 20}},
                           {"node": "order", "at": "2s", "data": {"order": {"number": 7}, "amount": 25}},
                           {"node": "order", "at": "3s", "data": {"order": {"number": 8}, "amount": 5}},
                           {"node": "order", "at": "4s", "data": {"amount": 5}}],
                 "expect": [{"node": "tell", "at": "1s", "data": {"text": "New order 7: 20"}},
                            {"node": "tell", "at": "3s", "data": {"text": "New order 8: 5"}}]},
            ],
        },
    ),
)  # fmt: skip


class UniqueParams(NodeParams):
    fields: Annotated[list[FieldName], Field(min_length=1, max_length=100), Identity] | None = None
    within: Annotated[Duration, Field(gt=0), Settable] = 3_600_000
    per: Per = "device"


class UniqueMemory(Memory):
    """`passed`: by fingerprint the time (ms) at which the event passed, in the order in which they did; at most
    `MOST`. `newest`: the newest time that came."""

    said: ClassVar[Said] = {
        "en": {"newest": "Newest event"},
        "ja": {"newest": "最新のイベント"},
    }  # fmt: skip
    waits: ClassVar[tuple[str, ...]] = ("passed", "newest")
    passed: dict[str, int] = {}
    newest: int | None = None


class Unique(Kind):
    id = "unique"
    group = "filter"
    icon = "fingerprint"
    outputs = (Port(OUT.name, {"ja": "通過", "en": "out"}), Port("duplicate", {"ja": "重複", "en": "duplicate"}))
    Params = UniqueParams
    Memory = UniqueMemory
    takes_late = True
    words = WORDS
    phrases = (
        *phrases("en", "treat", "deduplicate | drop duplicate | remove duplicate | ignore duplicate | "
                 "sort out duplicate | without duplicate | no duplicates | is a duplicate | delivered twice | "
                 "sent twice | comes twice | arrives twice | double delivery | redelivered | repeated delivery",
                 params={"fields": "<fields>", "within": "<over>", "per": "<per>"}),
        *phrases("ja", "treat", "重複を除 | 重複を取り除 | 重複を排除 | 重複は無視 | 重複を無視 | 重複排除 | 二重送信 | 二重に届 | "
                 "二重に送 | ダブりを除 | だぶりを除 | 再送を除 | 再送は無視 | 同じものが続けて届",
                 params={"fields": "<fields>", "within": "<over>", "per": "<per>"}),
    )  # fmt: skip
    examples = EXAMPLES

    @classmethod
    def check(cls, params: UniqueParams, scope: Scope) -> Iterator[Problem]:
        for index, name in enumerate(params.fields or ()):
            yield from check_path(name, f"/params/fields/{index}", scope.shape)

    def on_event(self, event: Event, port: str, memory: UniqueMemory) -> Iterator[Yield]:
        value = self._compared(event.data)
        if isinstance(value, Trouble):
            yield value
            return
        memory.newest = event.time if memory.newest is None else max(memory.newest, event.time)
        limit = memory.newest - self.params.within
        _forget(memory, limit)
        key = fingerprint(value)
        passed = memory.passed.get(key, limit)
        if passed > limit and abs(event.time - passed) < self.params.within:
            yield Emit("duplicate", event)
            return
        if event.time > limit:
            memory.passed.pop(key, None)
            memory.passed[key] = event.time
            if len(memory.passed) > MOST:
                del memory.passed[next(iter(memory.passed))]
        yield Emit("out", event)

    def _compared(self, data: dict[str, Any]) -> Any:
        """What makes the event the same as another, or the trouble with it."""
        if self.params.fields is None:
            return data
        values = []
        for name in self.params.fields:
            value = at_path(data, name)
            if value is None:
                return Trouble("missing_field", {"field": name})
            values.append(value)
        return values


def _forget(memory: UniqueMemory, limit: int) -> None:
    """Drop what is so old that nothing is compared with it any more; what came out of order may have to wait."""
    while memory.passed:
        first = next(iter(memory.passed))
        if memory.passed[first] > limit:
            return
        del memory.passed[first]
