"""split: makes one event of each element of a list.

The keys of an element that is an object become fields, over those of the event; any other element goes into `name`.
The other fields of the event stay, the list itself is removed. `index` is the element's place in the list (from 0),
`count` how many events are sent, `batch` a text that is the same for all of them and different for every other list;
these three win over keys of the same name. An empty list sends nothing. Of a longer one the first 1,000 elements are
sent. With `device`, the element's text (or whole number) under that key is the device of its event; an element that
names none is left out and not counted. A field that is missing or no list is a problem and nothing is sent.
"""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from pydantic import Field

from nodes.kit.dotted import check_path, taken_out
from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fingerprint import fingerprint
from nodes.kit.kind import Example, Kind, KindWords, phrases
from nodes.kit.new_name import NewName, check_new_names
from nodes.kit.params import FieldName, NodeParams
from nodes.kit.payload import at_path, type_of
from nodes.kit.problem import Problem
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.topic import DEVICE_ID

MOST = 1_000
"""Elements of one list that are sent."""
ADDED = {"index": FieldShape("integer"), "count": FieldShape("integer"), "batch": FieldShape("string")}

WORDS = {
    "ja": KindWords(
        label="配列の分割",
        summary="配列の要素 1 つにつき 1 件のイベントを送ります。",
        description=(
            "要素がオブジェクトならその中身が項目になり(元のイベントに同じ名前の項目があれば要素の値になります)、それ以外の"
            "要素は「要素の項目名」に入ります。元のイベントのほかの項目は残り、配列そのものは除かれます。"
            "index は配列の中の位置(0 から)、count は送るイベントの件数、batch は同じ配列から出たイベントに共通の文字列です。"
            "この 3 つは、同じ名前の項目があっても上書きします。「デバイスのキー」を指定すると、要素のそのキーの値(文字列か整数)が"
            "イベントのデバイスになり、型は登録情報から取ります。ID として読めない要素は送らず、件数にも入れず、問題として記録します。"
            "空の配列では何も送りません。1,000 要素を超えた分は送らず、問題として記録します。項目がない、または配列でない"
            "イベントは先へ送りません。送ったイベントは「取りまとめ」で 1 件に戻せます。"
        ),
        labels={"field": "配列の項目", "name": "要素の項目名", "device": "デバイスのキー"},
        params={
            "field": "配列の入った項目。payload.items のように中の項目も指定できます。",
            "name": "オブジェクトでない要素(数値や文字列)を入れる項目の名前。",
            "device": "要素の中でデバイス ID を示すキー。省略すると、元のイベントのデバイスのままです。",
        },
    ),
    "en": KindWords(
        label="Split",
        summary="Sends one event for each element of a list.",
        description=(
            "The keys of an element that is an object become fields, and take the place of fields of the same name; any "
            "other element goes into the item field. The event's other fields stay, the list itself is removed. “index” "
            "is the element's place in the list (from 0), “count” the number of events sent, “batch” a text that all "
            "events of one list share; these three replace fields of the same name. With a device key, the text or whole "
            "number there becomes the event's device, with the type it is registered as; an element that names no "
            "possible id is left out, is not counted, and is shown as a problem. An empty list sends nothing. Of a list "
            "of more than 1,000 elements the first 1,000 are sent, which is shown as a problem. An event whose field is "
            "missing or no list goes no further. “Gather” makes one event of them again."
        ),
        labels={"field": "List field", "name": "Item field", "device": "Device key"},
        params={
            "field": "The field that holds the list; a path such as payload.items leads inside.",
            "name": "Where an element goes that is no object, such as a number or a text.",
            "device": "The key in each element that names its device. Left out: the event's device stays.",
        },
    ),
}


def _store(node: str, source: str, *fields: str) -> dict[str, Any]:
    return {"id": node, "kind": "store", "from": [source], "params": {"fields": list(fields)}}


def _kept(at: str, **data: Any) -> dict[str, Any]:
    return {"node": "keep", "device": "logger-1", "at": at, "data": data}


EXAMPLES = (
    Example(
        title={"ja": "まとめて届く測定値を 1 件ずつ記録する", "en": "Stores readings that come in one packet one by one"},
        document={
            "suiro": 1, "name": "まとめ送信の記録",
            "nodes": [
                {"id": "logger", "kind": "devices", "params": {"type": "logger"}},
                {"id": "each", "kind": "split", "from": ["logger"], "params": {"field": "levels", "name": "level"}},
                _store("keep", "each", "level", "index", "count", "site"),
            ],
            "tests": [
                {"name": "要素ごとに 1 件、空の配列では何も送らない",
                 "given": [{"device": "logger-1", "at": "1m", "data": {"site": "北", "levels": [10, 20]}},
                           {"device": "logger-1", "at": "2m", "data": {"site": "北", "levels": []}},
                           {"device": "logger-1", "at": "3m", "data": {"site": "北", "levels": [30]}},
                           {"device": "logger-1", "at": "4m", "data": {"site": "北", "levels": 40}},
                           {"device": "logger-1", "at": "5m", "data": {"site": "南", "levels": [50, None, "err"]}}],
                 "expect": [_kept("1m", level=10, index=0, count=2, site="北"), _kept("1m", level=20, index=1, count=2),
                            _kept("3m", level=30, index=0, count=1), _kept("5m", level=50, index=0, count=3, site="南"),
                            _kept("5m", level=None, index=1), _kept("5m", level="err", index=2)]},
            ],
        },
    ),
    Example(
        title={"ja": "ゲートウェイのまとめ送信を炉ごとに見る", "en": "Looks at each kiln in a gateway's packet"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Kilns behind a gateway",
            "nodes": [
                {"id": "gateway", "kind": "mqtt_in", "params": {"topic": "gateway/+"}},
                {"id": "each", "kind": "split", "from": ["gateway"], "params": {"field": "report.kilns", "device": "id"}},
                {"id": "hot", "kind": "condition", "from": ["each"], "params": {"expr": "temperature > 80.0"}},
                {"id": "tell", "kind": "notify", "from": ["hot.true"],
                 "params": {"to": "shift-channel", "text": "{device}: {temperature} °C"}},
            ],
            "tests": [
                {"name": "each element speaks for its own kiln, one without an id for none",
                 "given": [{"topic": "gateway/1", "at": "0s", "data": {"report": {"kilns": [
                     {"id": "kiln-1", "temperature": 85}, {"id": "kiln-2", "temperature": 70},
                     {"id": "no id", "temperature": 99}, {"temperature": 99}]}}}],
                 "expect": [{"node": "tell", "device": "kiln-1", "at": "0s", "data": {"text": "Kiln 1: 85 °C"}}]},
            ],
        },
    ),
)  # fmt: skip


class SplitParams(NodeParams):
    field: Annotated[FieldName, Field(min_length=1, max_length=200)]
    name: NewName = "item"
    device: Annotated[str, Field(min_length=1, max_length=200)] | None = None


class Split(Kind):
    id = "split"
    group = "transform"
    icon = "ungroup"
    Params = SplitParams
    words = WORDS
    phrases = (
        *phrases("en", "treat", "for each element | for every element | for each item | for every item | "
                 "item by item | element by element | split the list | split the array | split the packet | "
                 "take the list apart | one event per item", params={"field": "<field>"}),
        *phrases("ja", "treat", "要素ごと | 要素ずつ | 配列を分 | 配列をばら | リストを分 | リストをばら | "
                 "中身を 1 件ずつ | 中身を1件ずつ | 配列を 1 件ずつ | 配列を1件ずつ", params={"field": "<field>"}),
    )  # fmt: skip
    examples = EXAMPLES

    @classmethod
    def check(cls, params: SplitParams, scope: Scope) -> Iterator[Problem]:
        yield from check_path(params.field, "/params/field", scope.shape, "array")
        yield from check_new_names([(params.name, "/params/name")], taken=ADDED)

    @classmethod
    def shapes(cls, params: SplitParams, scope: Scope) -> dict[str, Shape]:
        shape = scope.shape
        fields = {name: known for name, known in shape.fields.items() if name != params.field}
        fields |= {params.name: FieldShape("any"), **ADDED}
        if params.device is None:
            return {"out": msgspec.structs.replace(shape, fields=fields, open=True)}
        return {"out": Shape(fields | {params.device.partition(".")[0]: FieldShape("any")}, True, "always")}

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        elements = at_path(event.data, self.params.field)
        if not isinstance(elements, list):
            yield _no_list(self.params.field, elements)
            return
        if len(elements) > MOST:
            yield Trouble("too_long", {"max": MOST, "count": len(elements)})
        rest = taken_out(event.data, self.params.field)
        parts = []
        for index, element in enumerate(elements[:MOST]):
            fields = element if isinstance(element, dict) else {self.params.name: element}
            part = self._part(event, {**rest, **fields, "index": index}, fields)
            if isinstance(part, Trouble):
                yield part
            else:
                parts.append(part)
        batch = self._batch(event) if parts else ""
        for part in parts:
            yield Emit("out", part.with_data({**part.data, "count": len(parts), "batch": batch}))

    def _part(self, event: Event, data: dict[str, Any], fields: dict[str, Any]) -> Event | Trouble:
        """The event of one element, as yet without `count` and `batch`."""
        key = self.params.device
        if key is None:
            return event.with_data(data)
        given = at_path(fields, key)
        if given is None:
            return Trouble("missing_field", {"field": key})
        device = str(given) if given.__class__ is int else given
        if not isinstance(device, str) or not DEVICE_ID.fullmatch(device):
            return Trouble(
                "bad_device_id", {"value": given if isinstance(given, str | int | float) else type_of(given)}
            )
        known = self.scope.registry.devices.get(device) if self.scope.registry else None
        type = known.type if known else None
        return msgspec.structs.replace(event, device=device, type=type, data=data)

    def _batch(self, event: Event) -> str:
        """One cause may lead here in several events, so what they carry counts too."""
        return fingerprint([self.scope.node, event.cause, event.time, event.device, event.data])


def _no_list(field: str, value: Any) -> Trouble:
    if value is None:
        return Trouble("missing_field", {"field": field})
    return Trouble("wrong_type", {"field": field, "expected": "array", "found": type_of(value)})
