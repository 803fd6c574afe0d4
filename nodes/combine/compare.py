"""compare: two values beside each other, and what is between them.

`a` and `b` each name a field, and if wanted the device or the device type that it comes from. Every event that brings
one of them (or both) is sent once both are known: its own value and the newest one of the other side, as `a`, `b`,
`difference` (a - b) and `ratio` (a / b; left out when b is 0 or the ratio cannot be held). Where both sides name the
same field and an event fits both, it goes to the side that names its device, else its type. Where the units of the
fields differ, b is converted into that of a. With `max_age` a value older than that, measured from the newest time heard,
counts as not known (exactly as old it counts); an event that is too old when it comes, or older than one of the same
device before it, is late. What is sent has the newest time heard. An event that fits a side but has neither field is a
problem, as is one with no number in a field; both go no further. Others pass by unseen.
"""

from collections.abc import Iterator
from math import isfinite
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.kind import Example, Kind, KindWords, Memory, Said, phrases
from nodes.kit.latest import LARGEST, Latest, keeps_apart, latest, measured
from nodes.kit.origin import check_origin, fits, shape_of
from nodes.kit.params import DeviceId, Duration, FieldName, Identity, NodeParams, Per, Settable, TypeId
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.unit import CannotConvert, UnknownUnit, convert, same_unit
from nodes.kit.wording import PER, PER_LABEL

_FAR = 100.0
"""How far apart the two values are taken of which a conversion is made, so that rounding is small against it."""

WORDS = {
    "ja": KindWords(
        label="2 値の比較",
        summary="2 つの値を並べ、差と比を求めます。",
        description=(
            "A と B のどちらかの値が届くたびに、もう一方の最新の値と並べて送ります(両方がそろうまでは送りません)。イベントの"
            "データに a、b、difference(A − B)、ratio(A ÷ B。B が 0 のときは付けません)を加えます。A と B が同じ項目で、"
            "イベントが両方に当てはまるときは、デバイス(なければデバイス型)を指定した側の値とします。単位が違うときは B を A の"
            "単位に換算します。「有効期間」を指定すると、最も新しい時刻から見てそれより古い値はないものとして扱います(ちょうどは"
            "有効)。同じデバイスの前の値より古い値や、届いた時点で古すぎる値は「遅れ」として記録し、使いません。送るイベントの"
            "時刻は、届いた中で最も新しい時刻です。当てはまるのに項目がない、または数値でないイベントは問題として記録し、先へ"
            "送りません。"
        ),
        labels={
            "a": "A", "b": "B", "field": "項目", "device": "デバイス", "type": "デバイス型", "max_age": "有効期間",
            "per": PER_LABEL["ja"],
        },
        params={
            "a": "比べる値。項目と、必要ならデバイスまたはデバイス型。",
            "b": "比べる相手の値。",
            "max_age": "これより古い値とは比べません。省略すると、最後の値をいつまでも使います。",
            "per": PER["ja"] + "別のデバイスの値どうしを比べるときは all か、共通の項目や属性にします。",
        },
    ),
    "en": KindWords(
        label="Compare",
        summary="Two values beside each other, with their difference and ratio.",
        description=(
            "Every event that brings a or b is sent with the newest value of the other one, once both are known: the "
            "event's data and a, b, difference (a minus b) and ratio (a divided by b; left out when b is 0). Where both "
            "name the same field and an event fits both, its value is for the side that names its device, else its type. "
            "Where the units differ, b is converted into the unit of a. With a longest age, a value older than that, "
            "measured from the newest time heard, counts as not known; exactly as old it counts. A value older than one "
            "of the same device before it, or too old when it comes, is late and not used. What is sent has the newest "
            "time heard. An event that fits but has no such field, or no number in it, is a problem and goes no further."
        ),
        labels={
            "a": "Value a", "b": "Value b", "field": "Field", "device": "Device", "type": "Device type",
            "max_age": "Longest age", "per": PER_LABEL["en"],
        },
        params={
            "a": "The value that is compared: a field, and if wanted its device or device type.",
            "b": "The value it is compared with.",
            "max_age": "A value older than this is not compared with. Left out: the last one counts for ever.",
            "per": PER["en"] + " Values of different devices need all, or something that they share.",
        },
    ),
}  # fmt: skip
EXAMPLES = (
    Example(
        title={"ja": "冷水の往きと還りの温度差が 3 ℃ を下回ったら知らせる",
               "en": "Tells when chilled water comes back less than 3 °C warmer than it left"},
        document={
            "suiro": 1, "name": "冷水の往還温度差",
            "nodes": [
                {"id": "pipe", "kind": "devices", "params": {"type": "pipe_sensor"}},
                {"id": "gap", "kind": "compare", "from": ["pipe"],
                 "params": {"a": {"field": "temperature", "device": "return-1"},
                            "b": {"field": "temperature", "device": "supply-1"}, "max_age": "5m", "per": "all"}},
                {"id": "small", "kind": "threshold", "from": ["gap"],
                 "params": {"field": "difference", "below": 3, "margin": 1, "per": "all"}},
                {"id": "tell", "kind": "notify", "from": ["small.entered"],
                 "params": {"to": "shift-channel", "text": "温度差が {difference|round:1} ℃ です(還り {a} ℃、往き {b} ℃)"}},
                {"id": "calm", "kind": "notify", "from": ["small.cleared"],
                 "params": {"to": "shift-channel", "text": "温度差が {difference|round:1} ℃ に戻りました"}},
            ],
            "tests": [
                {"name": "差が縮まると知らせ、開くと知らせる",
                 "given": [
                     {"device": "supply-1", "every": "1m", "until": "10m", "data": {"temperature": 7}},
                     {"device": "return-1", "from": "10s", "every": "1m", "until": "4m10s",
                      "data": {"temperature": {"from": 12, "to": 8}}},
                     {"device": "return-1", "from": "5m10s", "every": "1m", "until": "9m10s",
                      "data": {"temperature": {"from": 8, "to": 12}}},
                 ],
                 "expect": [
                     {"node": "tell", "at": "3m10s", "data": {"text": "温度差が 2 ℃ です(還り 9 ℃、往き 7 ℃)"}},
                     {"node": "calm", "at": "8m10s", "data": {"text": "温度差が 4 ℃ に戻りました"}}]},
                {"name": "5 分より古い値とは比べない",
                 "given": [{"device": "supply-1", "at": "0s", "data": {"temperature": 7}},
                           {"device": "return-1", "at": "5m1s", "data": {"temperature": 8}}],
                 "expect": []},
            ],
        },
    ),
    Example(
        title={"ja": "同じポンプの吸込と吐出の圧力比を記録する", "en": "Records the pressure ratio of each pump"},
        document={
            "suiro": 1, "name": "Pressure ratio of pumps",
            "nodes": [
                {"id": "pump", "kind": "devices", "params": {"type": "pump"}},
                {"id": "ratio", "kind": "compare", "from": ["pump"],
                 "params": {"a": {"field": "outlet"}, "b": {"field": "inlet"}}},
                {"id": "keep", "kind": "store", "from": ["ratio"], "params": {"fields": ["a", "b", "ratio"]}},
            ],
            "tests": [
                {"name": "each pump on its own, also where the two come in different events",
                 "given": [{"device": "p1", "at": "0s", "data": {"outlet": 6}},
                           {"device": "p2", "at": "1s", "data": {"outlet": 5, "inlet": 2}},
                           {"device": "p1", "at": "2s", "data": {"inlet": 1.5}}],
                 "expect": [{"node": "keep", "device": "p2", "at": "1s", "data": {"a": 5, "b": 2, "ratio": 2.5}},
                            {"node": "keep", "device": "p1", "at": "2s", "data": {"a": 6, "b": 1.5, "ratio": 4}}]},
            ],
        },
    ),
)  # fmt: skip


class Side(BaseModel):
    """A field, and if wanted the device or the type that it comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    field: FieldName
    device: DeviceId | None = None
    type: TypeId | None = None


class CompareParams(NodeParams):
    a: Annotated[Side, Identity]
    b: Annotated[Side, Identity]
    max_age: Annotated[Duration, Field(gt=0), Settable] | None = None
    per: Per = "device"


class CompareMemory(Memory):
    """`values`: by side, the time (ms) and value of the newest one. `latest`: the newest time of each device."""

    said: ClassVar[Said] = {
        "en": {"values": "Newest values"},
        "ja": {"values": "最新の値"},
    }  # fmt: skip
    waits: ClassVar[tuple[str, ...]] = ("values", "latest")
    values: dict[str, list[Any]] = {}
    latest: Latest = latest()


class Compare(Kind):
    id = "compare"
    group = "combine"
    icon = "scale"
    Params = CompareParams
    Memory = CompareMemory
    takes_late = True
    words = WORDS
    phrases = (
        *phrases("en", "name", "difference between | compare | compared with | compared to | ratio of | ratio between | "
                 "relative to", params={"per": "<per>"}, gives="difference"),
        *phrases("ja", "name", "との差 | の差分 | 温度差 | 圧力差 | 差圧 | と比べ | と比較 | を比較 | との比 | の比率",
                 params={"per": "<per>"}, gives="difference"),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: CompareParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.sides: dict[str, Side] = {"a": params.a, "b": params.b}
        self.narrow = max(self.sides, key=lambda name: named(self.sides[name]))
        self.shared = params.a.field == params.b.field and params.a != params.b
        try:
            self.factor, self.zero = conversion(*shapes_of(params, scope))
        except (CannotConvert, UnknownUnit):
            self.factor, self.zero = 1.0, 0.0

    @classmethod
    def check(cls, params: CompareParams, scope: Scope) -> Iterator[Problem]:
        yield from check_origin(params.a, "/params/a", scope.shape, scope, numeric=True)
        yield from check_origin(params.b, "/params/b", scope.shape, scope, numeric=True)
        if params.a == params.b:
            yield Problem("not_unique", "/params/b")
        elif params.per == "device" and (params.a.device, params.a.type) != (params.b.device, params.b.type):
            yield keeps_apart()
        a, b = shapes_of(params, scope)
        try:
            conversion(a, b)
        except CannotConvert:
            yield Problem("cannot_convert", "/params/b/field", args={"from_unit": b.unit, "to_unit": a.unit})
        except UnknownUnit as stranger:
            yield Problem("unknown_unit", "/params/b/field", "warning", args={"unit": str(stranger)})

    @classmethod
    def shapes(cls, params: CompareParams, scope: Scope) -> dict[str, Shape]:
        a, b = shapes_of(params, scope)
        try:
            conversion(a, b)
            unit = None if b.unit is None else a.unit
        except (CannotConvert, UnknownUnit):
            unit = None
        other = b.unit if unit is None else unit
        return {
            "out": scope.shape.plus(
                a=FieldShape("number", a.unit, a.difference),
                b=FieldShape("number", other, b.difference),
                difference=FieldShape("number", unit, True),
                ratio=FieldShape("number"),
            )
        }

    def on_event(self, event: Event, port: str, memory: CompareMemory) -> Iterator[Yield]:
        names = [name for name, side in self.sides.items() if fits(side, event)]
        if not names:
            return
        if memory.latest.late(event.device or "", event.time, self.params.max_age):
            yield Trouble("late")
            return
        brought = self._brought(event, [self.narrow] if self.shared and len(names) > 1 else names)
        if isinstance(brought, Trouble):
            yield brought
            return
        memory.latest.put(event.device or "", event.time)
        both = {**self._known(memory), **brought}
        for name, value in brought.items():
            if name not in memory.values or event.time >= memory.values[name][0]:
                memory.values[name] = [event.time, value]
        if len(both) == len(self.sides):
            yield Emit("out", compared(memory.latest.dated(event), both["a"], both["b"]))

    def _brought(self, event: Event, names: list[str]) -> dict[str, float] | Trouble:
        """The values of these sides that the event has."""
        found: dict[str, float] = {}
        for name in names:
            if event.data.get(self.sides[name].field) is None:
                continue
            value = measured(event.data, self.sides[name].field)
            if not isinstance(value, Trouble) and name == "b":
                value = self._converted(value)
            if isinstance(value, Trouble):
                return value
            found[name] = value
        return found or Trouble("missing_field", {"field": self.sides[names[0]].field})

    def _converted(self, value: float) -> float | Trouble:
        if (self.factor, self.zero) == (1.0, 0.0):
            return value
        converted = value * self.factor + self.zero
        if not -LARGEST <= converted <= LARGEST:
            return Trouble("out_of_range", {"field": self.params.b.field})
        return float(f"{converted:.12g}")  # without the dust of the conversion: 176 °F is 80 °C

    def _known(self, memory: CompareMemory) -> dict[str, float]:
        """The remembered values that are not too old."""
        age = self.params.max_age
        start = None if age is None else memory.latest.newest - age
        return {name: value for name, (time, value) in memory.values.items() if start is None or time >= start}


def compared(event: Event, a: float, b: float) -> Event:
    data = {**event.data, "a": a, "b": b, "difference": a - b}
    data.pop("ratio", None)
    if b and isfinite(ratio := a / b):
        data["ratio"] = ratio
    return event.with_data(data)


def named(side: Side) -> tuple[bool, bool]:
    """How closely a side says where its value comes from."""
    return side.device is not None, side.type is not None


def shapes_of(params: CompareParams, scope: Scope) -> tuple[FieldShape, FieldShape]:
    a, b = (shape_of(side, scope.shape, scope) or FieldShape("number") for side in (params.a, params.b))
    return a, b


def conversion(a: FieldShape, b: FieldShape) -> tuple[float, float]:
    """What values of b are multiplied by, and what is then added, to be in the unit of a. Raises as `convert`."""
    if a.unit is None or b.unit is None or same_unit(a.unit, b.unit):
        return 1.0, 0.0
    zero = convert(0.0, b.unit, a.unit)
    return (convert(_FAR, b.unit, a.unit) - zero) / _FAR, 0.0 if b.difference else zero
