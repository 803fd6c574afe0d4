"""gather: makes one event of several that belong together.

The events of a key (as a rule all elements of one list that `split` took apart) are collected in the order in which they
come. It is complete when `count` have come; without `count`, when as many have come as the event's own field `count`
says. Then `out` sends `items` (a list of objects), `count` (how many they are), `missing` (0) and, where `per` is a
field, its value. `partial` sends the same with what there is, and `missing` more than 0, when `timeout` has passed on
the key's clock since the first one; an event at exactly that moment still counts. After either the key is forgotten:
what comes later begins anew. Late events count like others; the time sent is the newest one's. An event without a
usable `count` is a problem and is not collected.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

import msgspec
from pydantic import Field

from nodes.kit.effect import Emit, Forget, Timer, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import check_field, number_in
from nodes.kit.kind import OUT, Example, Kind, KindWords, Memory, Port, Said, phrases
from nodes.kit.params import Duration, FieldName, Identity, NodeParams, Per, Settable
from nodes.kit.problem import Problem
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.wording import PER, PER_LABEL

MOST = 1_000
"""Events that one key may wait for."""
COUNT = "count"
"""The field in which `split` writes how many events belong together."""
BATCH = "batch"
"""The field in which it writes which ones."""

WORDS = {
    "ja": KindWords(
        label="取りまとめ",
        summary="関連する複数のイベントを 1 件にまとめます。",
        description=(
            "同じキー(通常は「配列の分割」が付ける batch)のイベントを、届いた順に集めます。「件数」だけ揃ったら「完了」から"
            "送ります。件数を省略すると、イベントの項目 count を件数とします。最初の 1 件から「制限時間」が過ぎても揃わなければ、"
            "集まった分だけを「未完了」から送ります。ちょうど制限時間に届いたイベントは数えます。送るのは items(集めたイベントの"
            "配列)、count(集まった件数)、missing(足りない件数)と、まとめる単位が項目ならその値です。送った後はそのキーを忘れ、"
            "以後に届いたものは新しく集め直します。時刻の前後したイベントも集め、送る時刻は最も新しいものになります。"
            "count がない、または 1〜1,000 の整数でないイベントは集めず、問題として記録します。1 つのキーで 1,000 件までです。"
        ),
        labels={"fields": "残す項目", "count": "件数", "timeout": "制限時間", "per": PER_LABEL["ja"]},
        params={
            "fields": "各イベントから残す項目。省略するとすべて残します。イベントにない項目は省きます。",
            "count": "この件数が揃ったら完了とします(1〜1,000)。省略するとイベントの項目 count に従います。",
            "timeout": "最初の 1 件からこの時間で打ち切ります。",
            "per": PER["ja"],
        },
    ),
    "en": KindWords(
        label="Gather",
        summary="Makes one event of several that belong together.",
        description=(
            "Collects the events of a key (as a rule the “batch” that “split” writes) in the order in which they come. "
            "When as many have come as the number says, it sends on “out”; without a number, the event's own field "
            "“count” says how many. When the time-out since the first one has passed, it sends what there is on "
            "“partial”; an event at exactly that moment still counts. It sends “items” (the events as a list), “count” "
            "(how many they are), “missing” (how many did not come) and, where “per” is a field, its value. Then the key "
            "is forgotten, and what comes later begins anew. Late events count like others; what is sent has the time of "
            "the newest. An event whose count is missing or no whole number from 1 to 1,000 is not collected and is shown "
            "as a problem. A key holds at most 1,000 events."
        ),
        labels={"fields": "Fields to keep", "count": "Number", "timeout": "Time-out", "per": PER_LABEL["en"]},
        params={
            "fields": "The fields to keep of each event; all when left out. One that an event lacks is left out.",
            "count": "Complete when so many have come (1 to 1,000). Left out: the event's field “count” says it.",
            "timeout": "How long to wait, from the first event.",
            "per": PER["en"],
        },
    ),
}


def _store(node: str, source: str, *fields: str) -> dict[str, Any]:
    return {"id": node, "kind": "store", "from": [source], "params": {"fields": list(fields)}}


def _rows(lot: str, *rows: tuple[str, str, float]) -> list[dict[str, Any]]:
    return [{"device": id, "at": at, "data": {"lot": lot, "temperature": value}} for id, at, value in rows]


EXAMPLES = (
    Example(
        title={"ja": "同じロットの測定 3 件を 1 件にまとめる", "en": "Three measurements of a lot become one event"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "ロットごとの測定",
            "nodes": [
                {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
                {"id": "lots", "kind": "gather", "from": ["kiln"],
                 "params": {"fields": ["temperature"], "count": 3, "timeout": "10m", "per": "lot"}},
                _store("keep", "lots.out", "lot", "items", "count"),
                {"id": "tell", "kind": "notify", "from": ["lots.partial"],
                 "params": {"to": "shift-channel", "text": "ロット {lot}:{missing} 件足りません"}},
            ],
            "tests": [
                {"name": "3 件揃えば完了、10 分で揃わなければ未完了", "until": "30m",
                 "given": [*_rows("A1", ("kiln-1", "0s", 80), ("kiln-1", "2m", 82), ("kiln-1", "4m", 84)),
                           *_rows("A2", ("kiln-2", "1m", 70), ("kiln-2", "11m", 71)),
                           *_rows("A1", ("kiln-1", "12m", 90))],
                 "expect": [{"node": "keep", "device": "kiln-1", "at": "4m",
                             "data": {"lot": "A1", "count": 3, "items": [{"temperature": t} for t in (80, 82, 84)]}},
                            {"node": "tell", "device": "kiln-2", "at": "11m",
                             "data": {"text": "ロット A2:1 件足りません"}},
                            {"node": "tell", "device": "kiln-1", "at": "22m",
                             "data": {"text": "ロット A1:2 件足りません"}}]},
            ],
        },
    ),
    Example(
        title={"ja": "配列の要素を計算してから元の 1 件に戻す", "en": "Computes something for each element of a list"},
        document={
            "suiro": 1, "name": "Litres of each tank",
            "nodes": [
                {"id": "site", "kind": "devices", "params": {"type": "site"}},
                {"id": "each", "kind": "split", "from": ["site"], "params": {"field": "tanks"}},
                {"id": "litres", "kind": "set_fields", "from": ["each"],
                 "params": {"fields": [{"name": "litres", "expr": "height * area"}]}},
                {"id": "all", "kind": "gather", "from": ["litres"], "params": {"fields": ["litres"], "timeout": "1m"}},
                _store("keep", "all.out", "items", "missing"),
                _store("rest", "all.partial", "items", "missing"),
            ],
            "tests": [
                {"name": "an element that cannot be computed is missing after a minute", "until": "5m",
                 "given": [{"device": "s1", "at": "0s", "data": {"tanks": [{"height": 2.0, "area": 3.0},
                                                                           {"height": 1.5, "area": 2.0}]}},
                           {"device": "s1", "at": "2m", "data": {"tanks": [{"height": 1.0, "area": 3.0},
                                                                           {"height": 9.0}]}}],
                 "expect": [{"node": "keep", "device": "s1", "at": "0s",
                             "data": {"items": [{"litres": 6.0}, {"litres": 3.0}], "missing": 0}},
                            {"node": "rest", "device": "s1", "at": "3m",
                             "data": {"items": [{"litres": 3.0}], "missing": 1}}]},
            ],
        },
    ),
)  # fmt: skip


class GatherParams(NodeParams):
    fields: Annotated[list[FieldName], Field(min_length=1, max_length=100), Identity] | None = None
    count: Annotated[int, Field(ge=1, le=MOST), Settable] | None = None
    timeout: Annotated[Duration, Field(gt=0), Settable]
    per: Per = BATCH


class GatherMemory(Memory):
    """`items` in the order in which they came; `wanted`: how many there should be; `since`: time of the first one;
    `newest`: the newest time (ms)."""

    said: ClassVar[Said] = {
        "en": {"wanted": "Wanted", "items": "Collected", "since": "Since"},
        "ja": {"wanted": "必要な数", "items": "集めた数", "since": "開始"},
    }  # fmt: skip
    waits: ClassVar[tuple[str, ...]] = ("since", "newest")
    items: list[dict[str, Any]] = []
    wanted: int = 0
    since: int | None = None
    newest: int = 0


class Gather(Kind):
    id = "gather"
    group = "transform"
    icon = "group"
    outputs = (Port(OUT.name, {"ja": "完了", "en": "out"}), Port("partial", {"ja": "未完了", "en": "partial"}))
    Params = GatherParams
    Memory = GatherMemory
    takes_late = True
    words = WORDS
    phrases = (
        *phrases("en", "treat", "gather | gather into one | put back together | bring back together | "
                 "collect into one | combine into one list | back into one list | as one list",
                 params={"fields": "<fields>", "timeout": "<over>", "per": "<per>"}),
        *phrases("ja", "treat", "1 件にまと | 1件にまと | 一件にまと | 1 つのリストに | 1つのリストに | 配列に戻 | "
                 "リストに戻 | 配列にまと | 取りまとめ", params={"fields": "<fields>", "timeout": "<over>", "per": "<per>"}),
    )  # fmt: skip
    examples = EXAMPLES

    @classmethod
    def check(cls, params: GatherParams, scope: Scope) -> Iterator[Problem]:
        for index, name in enumerate(params.fields or ()):
            yield from check_field(name, f"/params/fields/{index}", scope.shape)
        if "per" not in params.model_fields_set and not _may_have(BATCH, scope):
            yield Problem("bad_per", "/params", args={"value": BATCH})
        if params.count is None:
            known = scope.shape.fields.get(COUNT)
            if known is None and not scope.shape.open:
                yield Problem("missing_key", "/params", args={"key": COUNT})
            elif known is not None and known.type not in ("number", "integer", "any"):
                args = {"field": COUNT, "found": known.type, "expected": "integer"}
                yield Problem("wrong_type", "/params", args=args)

    @classmethod
    def shapes(cls, params: GatherParams, scope: Scope) -> dict[str, Shape]:
        whole = FieldShape("integer")
        fields = {"items": FieldShape("any"), COUNT: whole, "missing": whole}
        known = scope.shape.fields.get(params.per)
        maybe = scope.shape.open and params.per not in ("device", "all") and not params.per.startswith("device.")
        if known is not None or maybe:
            fields.setdefault(params.per, known or FieldShape("any"))
        shape = msgspec.structs.replace(scope.shape, fields=fields, open=False)
        return {port.name: shape for port in cls.outputs}

    def on_event(self, event: Event, port: str, memory: GatherMemory) -> Iterator[Yield]:
        wanted = self.params.count or _count_in(event.data)
        if isinstance(wanted, Trouble):
            yield wanted
            return
        if memory.since is None:
            memory.since = event.time
            yield Timer("timeout", event.time + self.params.timeout)
        data, names = event.data, self.params.fields
        memory.items.append(data if names is None else {name: data[name] for name in names if name in data})
        memory.wanted, memory.newest = wanted, max(memory.newest, event.time)
        if len(memory.items) >= wanted:
            yield from self._send(msgspec.structs.replace(event, time=memory.newest), memory)

    def on_timer(self, name: str, event: Event, memory: GatherMemory) -> Iterator[Yield]:
        return self._send(event, memory)

    def on_settings(self, before: GatherParams, memory: GatherMemory, now: int) -> Iterator[Yield]:
        """A running time-out is moved; where a smaller number is reached already, it is over at once."""
        if memory.since is not None:
            memory.wanted = self.params.count or memory.wanted
            over = len(memory.items) >= memory.wanted
            yield Timer("timeout", now if over else memory.since + self.params.timeout)

    def _send(self, event: Event, memory: GatherMemory) -> Iterator[Yield]:
        missing = max(0, memory.wanted - len(memory.items))
        data = {"items": memory.items, COUNT: len(memory.items), "missing": missing}
        if self.params.per in event.data:
            data.setdefault(self.params.per, event.data[self.params.per])
        yield Emit("partial" if missing else "out", event.with_data(data))
        yield Forget()


def _may_have(name: str, scope: Scope) -> bool:
    """Whether `name` can be a field, or an attribute of a device."""
    devices = scope.registry.devices.values() if scope.registry else ()
    return scope.shape.open or name in scope.shape.fields or any(name in device.attributes for device in devices)


def _count_in(data: dict[str, Any]) -> int | Trouble:
    count = number_in(data, COUNT)
    if isinstance(count, Trouble):
        return count
    if not 1 <= count <= MOST or count != int(count):
        return Trouble("out_of_range", {"value": count, "min": 1, "max": MOST})
    return int(count)
