"""devices: readings of one registered type, from MQTT or from recorded lines.

A topic that matches the type's pattern is decoded (JSON object, fields at their paths, each checked against its type);
the time is the payload's own where the type says where it stands, else the arrival. Ids that nobody registered are
accepted (their label is the id) unless `only` or `where` leaves them out. Without a registry, `where` leaves nobody
out.
"""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from nodes.kit.blur import BLUR_HELP, BLUR_LABELS, Blur
from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Arrival, Event
from nodes.kit.fields import unknown
from nodes.kit.kind import Example, KindWords, SourceKind, phrases
from nodes.kit.params import DeviceId, Duration, NodeParams, TypeId
from nodes.kit.payload import decode_json, fields_of, time_in, type_of, typed_fields
from nodes.kit.picture import Pictures
from nodes.kit.problem import Problem
from nodes.kit.quick import Reading
from nodes.kit.reading import reader_of
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.shape import DeviceSurety, Shape, registered
from nodes.kit.things import DeviceType
from nodes.kit.topic import DEVICE, DEVICE_ID, device_in, fill_device, to_filter

MOST_TOPICS = 200
"""More devices than these in `only` are read by one filter."""


class DevicesParams(NodeParams):
    type: TypeId
    only: Annotated[list[DeviceId] | None, Field(min_length=1, max_length=10_000)] = None
    where: Annotated[dict[str, str | float | bool] | None, Field(min_length=1)] = None
    max_age: Annotated[Duration, Field(gt=0)] | None = None
    blur: Blur = None


WORDS = {
    "ja": KindWords(
        label="デバイス",
        summary="登録された型のデバイスから届く値を、1 件ずつイベントにします。",
        description=(
            "型に登録されたトピックを読み、ペイロードの JSON から項目を取り出します。型の合わない項目はその項目だけを除"
            "き、問題として記録します。時刻は、型に時刻の場所が登録されていればその値、なければ受信時刻です。未登録のデ"
            "バイスの値も受け取ります(表示名は ID になります)。「対象」や「条件」を指定すると、合わないデバイスは除きま"
            "す。画像は JSON の中の base64 の文字列で受け取り、項目が画像 1 つだけの型ではペイロード全体が画像でもかまいません。"
        ),
        labels={
            "type": "デバイス型",
            "only": "対象のデバイス",
            "where": "属性の条件",
            "max_age": "信頼する古さ",
            **BLUR_LABELS["ja"],
        },
        params={
            "blur": BLUR_HELP["ja"],
            "type": "読み取るデバイスの型。",
            "only": "これらのデバイスだけを読みます。省略すると、その型のすべてです。",
            "where": "この属性を持つデバイスだけを読みます(例:hall が A)。",
            "max_age": "これより古い時刻は信頼せず、受信時刻を使います(省略時は 1 日)。",
        },
    ),
    "en": KindWords(
        label="Devices",
        summary="One event for each reading of the devices of a registered type.",
        description=(
            "Reads the topic that is registered for the type and takes the fields out of the JSON payload. A field of "
            "a wrong type is left out, alone, and shown as a problem. The time is the payload's own where the type "
            "says where it stands, else the time of arrival. Devices that nobody registered are read too (their name "
            "is the id), unless “only” or “where” leaves them out. A picture is base64 text in the JSON, or, where the type "
            "has no other field, the whole payload."
        ),
        labels={
            "type": "Device type",
            "only": "Only these",
            "where": "With attributes",
            "max_age": "Oldest time",
            **BLUR_LABELS["en"],
        },
        params={
            "blur": BLUR_HELP["en"],
            "type": "The type of device to read.",
            "only": "Reads only these devices; left out: all of the type.",
            "where": "Reads only devices with these attributes, e.g. hall is A.",
            "max_age": "An older time is not trusted and the arrival is used instead (left out: one day).",
        },
    ),
}
EXAMPLES = (
    Example(
        title={"ja": "A 棟の炉の温度を記録する", "en": "Records the kilns of hall A"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "A 棟の炉",
            "nodes": [
                {"id": "kiln", "kind": "devices",
                 "params": {"type": "kiln", "only": ["kiln-1"], "where": {"hall": "A"}}},
                {"id": "keep", "kind": "store", "from": ["kiln"], "params": {"fields": ["temperature"]}},
            ],
            "tests": [
                {"name": "ほかの炉は記録しない",
                 "given": [{"device": "kiln-1", "at": "0s", "data": {"temperature": 70}},
                           {"device": "kiln-2", "at": "1s", "data": {"temperature": 71}}],
                 "expect": [{"node": "keep", "device": "kiln-1", "at": "0s", "data": {"temperature": 70}}]},
            ],
        },
    ),
    Example(
        title={"ja": "会議室と炉を 1 つのフローで読む", "en": "Reads rooms and kilns in one flow"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Rooms and kilns",
            "nodes": [
                {"id": "room", "kind": "devices", "params": {"type": "room"}},
                {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
                {"id": "air", "kind": "store", "from": ["room"], "params": {"fields": ["co2"]}},
                {"id": "heat", "kind": "store", "from": ["kiln"], "params": {"fields": ["temperature"]}},
            ],
            "tests": [
                {"name": "each type goes its own way",
                 "given": [{"device": "room-1", "type": "room", "at": "0s", "data": {"co2": 800}},
                           {"device": "new-9", "type": "kiln", "at": "1s", "data": {"temperature": 71.5}}],
                 "expect": [{"node": "air", "device": "room-1", "at": "0s", "data": {"co2": 800}},
                            {"node": "heat", "device": "new-9", "at": "1s", "data": {"temperature": 71.5}}]},
            ],
        },
    ),
)  # fmt: skip


_READ = {"type": "<type>", "only": "<only>", "where": "<where>"}


class Devices(SourceKind):
    id = "devices"
    icon = "cpu"
    Params = DevicesParams
    words = WORDS
    phrases = (
        *phrases("en", "source", "device | sensor | reading of", params=_READ),
        *phrases("ja", "source", "デバイス | センサー | 測定値", params=_READ),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: DevicesParams, scope: Scope) -> None:
        super().__init__(params, scope)
        registered = scope.registry.types.get(params.type) if scope.registry else None
        self.type: DeviceType = registered or DeviceType(id=params.type)
        self.only = frozenset(params.only) if params.only is not None else None
        self.reader = reader_of(self.type)

    @classmethod
    def check(cls, params: DevicesParams, scope: Scope) -> Iterator[Problem]:
        if scope.registry is None or params.type not in scope.registry.types:
            return
        devices = scope.registry.of_type(params.type)
        for index, id in enumerate(params.only or ()):
            found = scope.registry.devices.get(id)
            if found is not None and found.type != params.type:
                more = {"found": found.type, "expected": params.type}
                yield unknown("device_of_other_type", f"/params/only/{index}", id, [d.id for d in devices], **more)
        attributes = {name for device in devices for name in device.attributes}
        strange = [name for name in params.where or () if name not in attributes]
        for name in strange:
            found_problem = unknown("unknown_attribute", f"/params/where/{name}", name, sorted(attributes), word="name")
            found_problem.fix = None
            yield found_problem
        if params.where and not strange and not any(_has(d.attributes, params.where) for d in devices):
            yield Problem("no_such_devices", "/params/where", severity="warning")

    @classmethod
    def shapes(cls, params: DevicesParams, scope: Scope) -> dict[str, Shape]:
        type = scope.registry.types.get(params.type) if scope.registry else None
        fields = {f.name: registered(f.type, f.unit) for f in type.fields} if type else {}
        named = type is None or not type.topic or DEVICE in type.topic
        device: DeviceSurety = "always" if named else "maybe"
        return {"out": Shape(fields, not fields, device, (params.type,), expected(params, scope))}

    def topics(self) -> list[str]:
        pattern = self.type.topic
        if not pattern:
            return []
        if self.only is not None and len(self.only) <= MOST_TOPICS:
            return sorted({to_filter(fill_device(pattern, id)) for id in self.only})
        return [to_filter(pattern)]

    def qos(self) -> int:
        return self.type.qos

    def pictures(self) -> Pictures | None:
        paths = tuple(field.path or field.name for field in self.type.fields if field.type == "image")
        raw = paths[0] if len(self.type.fields) == 1 and paths else None
        return Pictures(paths, raw, blur=tuple(self.params.blur or ())) if paths else None

    def reading(self) -> Reading | None:
        return None if self.reader is None else Reading(self.reader, self.params.type, self._device)

    def _device(self, topic: str) -> str | None:
        device = device_in(self.type.topic or "", topic)
        return device if not device or DEVICE_ID.fullmatch(device) else None

    def own_times(self) -> bool:
        return self.type.time is not None

    def accepts(self, arrival: Arrival) -> bool:
        if arrival.topic is not None:
            device = device_in(self.type.topic, arrival.topic) if self.type.topic else None
            return device is not None and (not DEVICE_ID.fullmatch(device) or self._wanted(device))
        if arrival.device is not None:
            return self._of_type(arrival) and self._wanted(arrival.device)
        return arrival.node == self.scope.node

    def read(self, arrival: Arrival) -> Iterator[Yield]:
        if arrival.topic is not None:
            yield from self._decode(arrival)
        elif isinstance(arrival.data, dict):
            data, troubles = typed_fields(self.type, arrival.data)
            yield from troubles
            yield Emit("out", self._event(arrival, arrival.device, arrival.time, data))
        else:
            yield Trouble("not_an_object", {"found": type_of(arrival.data)})

    def _of_type(self, arrival: Arrival) -> bool:
        if arrival.type is not None:
            return arrival.type == self.params.type
        device = self.scope.registry.devices.get(arrival.device or "") if self.scope.registry else None
        return device is None or device.type == self.params.type

    def _wanted(self, id: str) -> bool:
        if self.only is not None and id not in self.only:
            return False
        if self.params.where is None or self.scope.registry is None:
            return True
        device = self.scope.registry.devices.get(id)
        return device is not None and _has(device.attributes, self.params.where)

    def _decode(self, arrival: Arrival) -> Iterator[Yield]:
        device = device_in(self.type.topic or "", arrival.topic or "")
        if device and not DEVICE_ID.fullmatch(device):
            yield Trouble("bad_device_id", {"value": device})
            return
        record = self.reader.record(arrival.payload or b"") if self.reader else None
        if record is not None and self.reader is not None:
            time = self.reader.time(record) if self.type.time is not None else arrival.time
            if time is not None or self.type.time is None:
                yield Emit("out", self._event(arrival, device or None, time, self.reader.data(record)))
                return
        payload, trouble = decode_json(arrival.payload or b"")
        if trouble is None and not isinstance(payload, dict):
            trouble = Trouble("not_an_object", {"found": type_of(payload)})
        if trouble is not None:
            yield trouble
            return
        time = arrival.time
        if self.type.time is not None:
            own, trouble = time_in(payload, self.type.time)
            time = own if own is not None else time
            if trouble is not None:
                yield trouble
        data, troubles = fields_of(self.type, payload)
        yield from troubles
        yield Emit("out", self._event(arrival, device or None, time, data))

    def _event(self, arrival: Arrival, device: str | None, time: int | None, data: dict[str, Any]) -> Event:
        at = arrival.arrived if time is None else time
        return Event(at, arrival.arrived, device, self.params.type, data, arrival.cause)


def expected(params: DevicesParams, scope: Scope) -> tuple[str, ...] | None:
    """The ids that should report here: registered, or named by the test that runs; None where nothing is known."""
    if scope.roster is not None:
        ids = scope.roster.get(params.type, ())
    elif scope.registry is not None:
        ids = tuple(device.id for device in scope.registry.of_type(params.type))
    else:
        return None
    known = scope.registry.devices if scope.registry is not None else {}
    attributes = {id: known[id].attributes if id in known else {} for id in ids}
    return tuple(
        id
        for id in ids
        if (params.only is None or id in params.only) and (not params.where or _has(attributes[id], params.where))
    )


def _has(attributes: dict[str, Any], where: dict[str, Any]) -> bool:
    return all(name in attributes and attributes[name] == value for name, value in where.items())
