"""join: the newest values of several fields, devices or wires together in one event.

Every event on `in` is sent with what is remembered; one on `keep` is only remembered. `fields` says which value goes
under which name: for each name the first rule that fits the event's device and type, if the event has its field. Without
`fields` every field is remembered under its own name, at most 200 of them; a further one is a problem and left out. The
event's own values come first, even where newer ones are known; a field that is null or missing keeps what was
remembered. With `fields`, own data whose name is one of the names is left out. `complete`: nothing is sent until every
name is there. With `max_age` values older than that, measured from the newest time heard, are not there (exactly as old
they are). `oldest` is the age in seconds of the oldest value used, from the time that is sent, which is the newest heard.
An event older than one of the same device on the same input, or too old when it comes, is late and not used.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.kind import IN, Example, Kind, KindWords, Memory, Port, Said, phrases
from nodes.kit.latest import Latest, check_wired, keeps_apart, latest
from nodes.kit.origin import check_origin, covers, fits, shape_of
from nodes.kit.params import DeviceId, Duration, FieldName, Identity, NodeParams, Per, Settable, TypeId
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape, merge
from nodes.kit.wording import PER, PER_LABEL

MOST_NAMES = 200
"""Names that are remembered where `fields` does not say which."""
RESERVED = ("device", "settings", "time", "oldest")
"""Names that texts and expressions know already, or that this kind adds."""

WORDS = {
    "ja": KindWords(
        label="結合",
        summary="別々に届く複数の最新値を、1 つのイベントにまとめます。",
        description=(
            "「入力」にイベントが届くたびに、覚えている最新の値を加えて送ります。「記憶のみ」に届いたイベントは覚えるだけです。"
            "「項目」では、どの値をどの名前で持つかを決めます。名前ごとに、イベントのデバイスとデバイス型に合う最初の行を使い、"
            "その項目がなければ前の値のままです。「項目」を省略すると、届いたすべての項目をその名前で覚えます(200 個まで。超えた"
            "分は問題として記録し、覚えません)。届いたイベント自身の値を優先します。「項目」を指定したときは、同じ名前の元の項目は"
            "送りません。「そろうまで待つ」がオンなら、すべての名前がそろうまで送りません。「有効期間」を指定すると、最も新しい時刻"
            "から見てそれより古い値はないものとして扱います(ちょうどは有効)。oldest は使った値のうち最も古いものの経過秒数で、"
            "送るイベントの時刻は届いた中で最も新しい時刻です。同じ入力の同じデバイスの前の値より古い値や、届いた時点で古すぎる"
            "値は「遅れ」として記録し、使いません。"
        ),
        labels={
            "fields": "項目",
            "name": "名前",
            "field": "元の項目",
            "type": "デバイス型",
            "device": "デバイス",
            "max_age": "有効期間",
            "complete": "そろうまで待つ",
            "per": PER_LABEL["ja"],
        },
        params={
            "fields": "どの値をどの名前で持つか。省略すると、届いたすべての項目です。",
            "max_age": "これより古い値は使いません。省略すると、最後の値をいつまでも使います。",
            "complete": "オンなら、「項目」のすべての名前がそろうまで送りません。「項目」がなければ効果はありません。",
            "per": PER["ja"] + "別のデバイスの値をまとめるときは all か、共通の項目や属性にします。",
        },
    ),
    "en": KindWords(
        label="Join",
        summary="Puts the newest values of several fields, devices or wires together in one event.",
        description=(
            "Every event on “in” is sent with the newest values that are remembered; one on “keep” is only remembered. "
            "“Fields” says which value goes under which name: for each name the first row that fits the event's device "
            "and type; where the event lacks the field, the value before stays. Left out: every field under its own "
            "name, at most 200; further ones are a problem and left out. The event's own values come first. With "
            "“fields”, own data under one of the names are left out. With “wait until complete” nothing is sent until "
            "every name is there. With a longest age, values older than that, measured from the newest time heard, are "
            "not there; exactly as old they are. Added is oldest, the age in seconds of the oldest value used; what is "
            "sent has the newest time heard. An event older than one of the same device on the same input, or too old "
            "when it comes, is late and not used."
        ),
        labels={
            "fields": "Fields",
            "name": "Name",
            "field": "Field",
            "type": "Device type",
            "device": "Device",
            "max_age": "Longest age",
            "complete": "Wait until complete",
            "per": PER_LABEL["en"],
        },
        params={
            "fields": "Which value goes under which name. Left out: every field that comes.",
            "max_age": "Values older than this are not used. Left out: the last one counts for ever.",
            "complete": "When on, nothing is sent until every name of “fields” is there. Without “fields”: no effect.",
            "per": PER["en"] + " To join different devices choose all, or something that they share.",
        },
    ),
}
EXAMPLES = (
    Example(
        title={"ja": "窓が開いたまま室温が 18 ℃ を下回った部屋を知らせる",
               "en": "Tells of rooms below 18 °C whose window is open"},
        document={
            "suiro": 1, "name": "窓の開けっ放し",
            "nodes": [
                {"id": "sensor", "kind": "devices", "params": {"type": "thermometer"}},
                {"id": "contact", "kind": "devices", "params": {"type": "window_contact"}},
                {"id": "room", "kind": "join", "from": ["sensor", "contact"],
                 "params": {"fields": [{"name": "temperature", "field": "temperature", "type": "thermometer"},
                                       {"name": "window", "field": "state", "type": "window_contact"}],
                            "max_age": "1h", "per": "room"}},
                {"id": "cold", "kind": "condition", "from": ["room"],
                 "params": {"expr": "window == 'open' && temperature < 18.0"}},
                {"id": "once", "kind": "cooldown", "from": ["cold.true"], "params": {"for": "30m", "per": "room"}},
                {"id": "tell", "kind": "notify", "from": ["once"],
                 "params": {"to": "shift-channel", "text": "{room}:窓が開いたまま {temperature} ℃ です"}},
            ],
            "tests": [
                {"name": "窓が開いた後、18 ℃ を下回ったら知らせる",
                 "given": [
                     {"device": "t1", "type": "thermometer", "every": "5m", "until": "40m",
                      "data": {"room": "101", "temperature": {"from": 21, "to": 13}}},
                     {"device": "w1", "type": "window_contact", "at": "12m", "data": {"room": "101", "state": "open"}},
                     {"device": "w1", "type": "window_contact", "at": "33m", "data": {"room": "101", "state": "closed"}},
                 ],
                 "expect": [{"node": "tell", "at": "20m", "data": {"text": "101:窓が開いたまま 17 ℃ です"}}]},
                {"name": "別の部屋の窓は関係ない",
                 "given": [{"device": "w1", "type": "window_contact", "at": "0s", "data": {"room": "101", "state": "open"}},
                           {"device": "w2", "type": "window_contact", "at": "1m", "data": {"room": "102", "state": "closed"}},
                           {"device": "t2", "type": "thermometer", "at": "2m", "data": {"room": "102", "temperature": 15}}],
                 "expect": []},
                {"name": "1 時間より古い値は使わない",
                 "given": [{"device": "w1", "type": "window_contact", "at": "0s", "data": {"room": "101", "state": "open"}},
                           {"device": "t1", "type": "thermometer", "at": "60m1s",
                            "data": {"room": "101", "temperature": 15}}],
                 "expect": []},
            ],
        },
    ),
    Example(
        title={"ja": "同じトラックの最後の位置を付けて、非常ボタンを知らせる",
               "en": "Tells of an alarm button with the last known position of its truck"},
        document={
            "suiro": 1, "name": "Alarm with position",
            "nodes": [
                {"id": "tracker", "kind": "devices", "params": {"type": "tracker"}},
                {"id": "button", "kind": "devices", "params": {"type": "alarm_button"}},
                {"id": "place", "kind": "join", "from": {"in": ["button"], "keep": ["tracker"]},
                 "params": {"max_age": "15m", "per": "truck"}},
                {"id": "tell", "kind": "notify", "from": ["place"],
                 "params": {"to": "shift-channel", "text": "Truck {truck}: alarm near {place|default:unknown}"}},
                {"id": "keep", "kind": "store", "from": ["place"], "params": {"fields": ["truck", "oldest"]}},
            ],
            "tests": [
                {"name": "the newest position of the same truck, if it is not too old",
                 "given": [{"device": "gps-7", "type": "tracker", "at": "0s", "data": {"truck": "7", "place": "Kobe"}},
                           {"device": "gps-7", "type": "tracker", "at": "5m", "data": {"truck": "7", "place": "Osaka"}},
                           {"device": "gps-8", "type": "tracker", "at": "5m", "data": {"truck": "8", "place": "Nara"}},
                           {"device": "red-7", "type": "alarm_button", "at": "6m", "data": {"truck": "7"}},
                           {"device": "red-8", "type": "alarm_button", "at": "21m", "data": {"truck": "8"}}],
                 "expect": [{"node": "tell", "at": "6m", "data": {"text": "Truck 7: alarm near Osaka"}},
                            {"node": "keep", "at": "6m", "data": {"oldest": 60}},
                            {"node": "tell", "at": "21m", "data": {"text": "Truck 8: alarm near unknown"}},
                            {"node": "keep", "at": "21m", "data": {"oldest": 0}}]},
            ],
        },
    ),
)  # fmt: skip


class Rule(BaseModel):
    """A name and where its value comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    name: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
    field: Annotated[FieldName, Field(min_length=1, max_length=200)]
    type: TypeId | None = None
    device: DeviceId | None = None


class JoinParams(NodeParams):
    fields: Annotated[list[Rule], Field(min_length=1, max_length=50), Identity] | None = None
    max_age: Annotated[Duration, Field(gt=0), Settable] | None = None
    complete: Annotated[bool, Settable] = True
    per: Per = "device"


class JoinMemory(Memory):
    """`values`: by name, the time (ms) and value of the newest one. `latest`: the newest time of each device on each
    input."""

    said: ClassVar[Said] = {
        "en": {"values": "Newest values"},
        "ja": {"values": "最新の値"},
    }  # fmt: skip
    waits: ClassVar[tuple[str, ...]] = ("values", "latest")
    values: dict[str, list[Any]] = {}
    latest: Latest = latest()


class Join(Kind):
    id = "join"
    group = "combine"
    icon = "combine"
    inputs = (IN, Port("keep", {"ja": "記憶のみ", "en": "keep"}))
    Params = JoinParams
    Memory = JoinMemory
    takes_late = True
    words = WORDS
    phrases = (
        *phrases("en", "treat", "together with the latest | along with the latest | with the last known | "
                 "add the latest | attach the latest | join with", params={"per": "<per>"}),
        *phrases("ja", "treat", "最新の値を付け | 最新の値を添え | 最後の位置を付け | 最後の値を付け | 直近の値を付け | "
                 "直近の値を添え | と結合 | と突き合わせ", params={"per": "<per>"}),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: JoinParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.rules = by_name(params.fields or [])

    @classmethod
    def check(cls, params: JoinParams, scope: Scope) -> Iterator[Problem]:
        yield from check_wired(("in",), scope)
        rules, shape = params.fields or [], incoming(scope)
        for index, rule in enumerate(rules):
            path = f"/params/fields/{index}"
            yield from check_origin(rule, path, shape, scope)
            if rule.name in RESERVED:
                yield Problem("reserved_name", f"{path}/name", args={"value": rule.name})
            if any(other.name == rule.name and covers(other, rule) for other in rules[:index]):
                yield Problem("not_unique", path)
        devices, types = {rule.device for rule in rules}, {rule.type for rule in rules}
        if params.per == "device" and max(len(devices - {None}), len(types - {None})) > 1:
            yield keeps_apart()

    @classmethod
    def shapes(cls, params: JoinParams, scope: Scope) -> dict[str, Shape]:
        shape, more = incoming(scope), {"oldest": FieldShape("number", "s")}
        if params.fields is None:
            return {"out": msgspec.structs.replace(scope.shape, fields=shape.fields, open=shape.open).plus(**more)}
        for name, rules in by_name(params.fields).items():
            found = {shape_of(rule, shape, scope) for rule in rules}
            more[name] = (found.pop() if len(found) == 1 else None) or FieldShape("any")
        return {"out": scope.shape.plus(**more)}

    def on_event(self, event: Event, port: str, memory: JoinMemory) -> Iterator[Yield]:
        wire = f"{port} {event.device or ''}"
        if memory.latest.late(wire, event.time, self.params.max_age):
            yield Trouble("late")
            return
        memory.latest.put(wire, event.time)
        brought = self._brought(event)
        if left := self._remember(event.time, brought, memory):
            yield Trouble("too_long", {"max": MOST_NAMES, "count": MOST_NAMES + left})
        if port != "in":
            return
        known = {**self._known(memory), **{name: [event.time, value] for name, value in brought.items()}}
        if not self.params.complete or all(name in known for name in self.rules):
            yield Emit("out", self._joined(memory.latest.dated(event), known))

    def _brought(self, event: Event) -> dict[str, Any]:
        """The values of this event by name."""
        if not self.rules:
            return {name: value for name, value in event.data.items() if value is not None and name != "oldest"}
        found = {}
        for name, rules in self.rules.items():
            rule = next((rule for rule in rules if fits(rule, event)), None)
            if rule is not None and (value := event.data.get(rule.field)) is not None:
                found[name] = value
        return found

    def _remember(self, time: int, brought: dict[str, Any], memory: JoinMemory) -> int:
        """Returns how many are left out for want of room."""
        left = 0
        if len(memory.values) + len(brought) > MOST_NAMES:
            memory.values = self._known(memory)
        for name, value in brought.items():
            if name not in memory.values and len(memory.values) >= MOST_NAMES:
                left += 1
            elif name not in memory.values or time >= memory.values[name][0]:
                memory.values[name] = [time, value]
        return left

    def _known(self, memory: JoinMemory) -> dict[str, list[Any]]:
        """The remembered values that are not too old."""
        if self.params.max_age is None:
            return dict(memory.values)
        start = memory.latest.newest - self.params.max_age
        return {name: known for name, known in memory.values.items() if known[0] >= start}

    def _joined(self, event: Event, known: dict[str, list[Any]]) -> Event:
        own = {name: value for name, value in event.data.items() if name not in self.rules}
        data = {**own, **{name: value for name, (_, value) in known.items()}}
        data["oldest"] = (event.time - min((time for time, _ in known.values()), default=event.time)) / 1000
        return event.with_data(data)


def by_name(rules: list[Rule]) -> dict[str, list[Rule]]:
    """The rules of each name, in their order."""
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        found.setdefault(rule.name, []).append(rule)
    return found


def incoming(scope: Scope) -> Shape:
    """What comes on both inputs together."""
    return merge([shape for shape in (scope.shape, scope.shapes.get("keep")) if shape is not None])
