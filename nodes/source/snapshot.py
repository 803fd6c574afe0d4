"""snapshot: a picture of each camera of a type, fetched every so often from the address that its worker knows.

The address is never part of a document: the worker has it by the device's id. A camera that is away, or sends what is no
picture, leaves by `failed`; while a picture is still on its way, the next one is not asked for.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field

from nodes.kit.asking import FAILED, fail, failed_shape
from nodes.kit.blur import BLUR_HELP, BLUR_LABELS, Blur
from nodes.kit.effect import Answer, Ask, Cancel, Emit, Timer, Yield
from nodes.kit.event import Arrival, Event
from nodes.kit.kind import OUT, Example, KindWords, Memory, Said, SourceKind, phrases
from nodes.kit.params import DeviceId, Duration, NodeParams, Settable, TypeId
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape

TICK, TASK = "tick", "snapshot"
SHORTEST = 1_000
PICTURE = "picture"
"""The field where the type declares none of its own."""


class SnapshotParams(NodeParams):
    type: TypeId
    only: Annotated[list[DeviceId] | None, Field(min_length=1, max_length=1_000)] = None
    every: Annotated[Duration, Field(ge=SHORTEST), Settable] = 60_000
    timeout: Annotated[Duration, Field(ge=SHORTEST), Settable] = 10_000
    blur: Blur = None


class SnapshotMemory(Memory):
    said: ClassVar[Said] = {
        "en": {"last": "Newest picture due", "open": "A picture is on its way"},
        "ja": {"last": "最新の撮影時刻", "open": "画像を取得中"},
    }
    last: int | None = None
    """When the newest picture was due (ms)."""
    open: bool = False
    """A picture is on its way."""


WORDS = {
    "en": KindWords(
        label="Camera snapshot",
        summary="Fetches a picture of each camera of a type, at an interval.",
        description=(
            "For cameras that do not publish their pictures: the worker fetches them from the addresses that it is given by "
            "its operator (--cameras), one for each registered device of the type. A camera that is away leaves by “failed”. "
            "While a picture is on its way, the next one is not asked for."
        ),
        labels={
            "type": "Device type",
            "only": "Only these",
            "every": "Interval",
            "timeout": "Time limit",
            **BLUR_LABELS["en"],
        },
        params={
            "blur": BLUR_HELP["en"],
            "type": "The type of the cameras; its picture field takes the picture, or else “picture”.",
            "only": "Fetches only from these devices; left out: all that are registered.",
            "every": "How often. Default one minute, at least one second.",
            "timeout": "How long to wait for a picture. Default 10 seconds.",
        },
    ),
    "ja": KindWords(
        label="カメラの画像",
        summary="型のカメラから、一定間隔で画像を取得します。",
        description=(
            "画像を自分から送らないカメラに使います。型に登録されたデバイスごとに、ワーカーの管理者が指定したアドレス(--cameras)"
            "から画像を取得します。応答のないカメラは「失敗」に出ます。取得中は、次の取得を始めません。"
        ),
        labels={
            "type": "デバイス型",
            "only": "対象のデバイス",
            "every": "間隔",
            "timeout": "制限時間",
            **BLUR_LABELS["ja"],
        },
        params={
            "blur": BLUR_HELP["ja"],
            "type": "カメラの型。型の画像の項目に入れます。なければ picture という項目になります。",
            "only": "これらのデバイスだけから取得します。省略すると、登録済みのすべてです。",
            "every": "取得の間隔。既定は 1 分、最短 1 秒。",
            "timeout": "画像を待つ時間。既定は 10 秒。",
        },
    ),
}
REGISTRY = {
    "types": [
        {
            "id": "yard_camera",
            "label": {"ja": "ヤードのカメラ", "en": "yard camera"},
            "fields": [{"name": "view", "type": "image", "label": {"ja": "画像", "en": "view"}}],
        }
    ],
    "devices": [{"id": "yard-1", "type": "yard_camera", "label": {"ja": "ヤード1", "en": "Yard 1"}}],
    "destinations": [{"id": "guard", "service": "slack", "label": {"ja": "警備", "en": "guard"}}],
}


def _example(answers: list[Any], expect: list[Any], name: str, **more: Any) -> dict[str, Any]:
    return {
        "suiro": 1,
        "name": "Yard",
        "nodes": [
            {"id": "yard", "kind": "snapshot", "params": {"type": "yard_camera", "every": "1m", **more}},
            {"id": "keep", "kind": "store", "from": ["yard.out"], "params": {"fields": ["view"]}},
            {"id": "tell", "kind": "notify", "from": ["yard.failed"], "params": {"to": "guard", "text": "{device}: {reason}"}},
        ],
        "tests": [{"name": name, "given": [], "until": "2m", "answers": answers, "expect": expect}],
    }  # fmt: skip


VIEW = {"$file": "yard.jpg"}


class Snapshot(SourceKind):
    id = "snapshot"
    icon = "camera"
    outputs = (OUT, FAILED)
    Params = SnapshotParams
    Memory = SnapshotMemory
    timers_on_now = True
    words = WORDS
    phrases = (
        *phrases("en", "name", "fetch a picture of the camera | snapshot of the camera"),
        *phrases("ja", "name", "カメラの画像を取得 | スナップショットを取得"),
    )
    examples = (
        Example(
            title={"en": "A picture a minute is kept", "ja": "1 分ごとの画像を記録する"},
            registry=REGISTRY,
            document=_example(
                [{"node": "yard", "device": "yard-1", "answer": VIEW, "repeat": True}],
                [{"node": "keep", "device": "yard-1", "at": "1m", "data": {"view": VIEW}},
                 {"node": "keep", "device": "yard-1", "at": "2m", "data": {"view": VIEW}}],
                "two pictures in two minutes",
            ),
        ),
        Example(
            title={"en": "A camera that is away is told", "ja": "応答のないカメラを知らせる"},
            registry=REGISTRY,
            document=_example(
                [{"node": "yard", "device": "yard-1", "error": "camera_away"}],
                [{"node": "tell", "device": "yard-1", "at": "1m30s", "data": {"text": "Yard 1: camera_away"}}],
                "told once",
                every="90s",
            ),
        ),
    )  # fmt: skip

    def __init__(self, params: SnapshotParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.field = field_of(params, scope)

    @classmethod
    def shapes(cls, params: SnapshotParams, scope: Scope) -> dict[str, Shape]:
        fields = {field_of(params, scope): FieldShape("image")}
        devices = tuple(devices_of(params, scope)) if scope.registry is not None else None
        out = Shape(fields, False, "always", (params.type,), devices)
        return {"out": out, "failed": failed_shape(Shape({}, False, "always", (params.type,), devices))}

    def first_keys(self) -> Iterable[str]:
        return devices_of(self.params, self.scope)

    def on_start(self, now: int, memory: SnapshotMemory) -> Iterator[Yield]:
        memory.last = now
        yield Timer(TICK, now + self.params.every)

    def on_timer(self, name: str, event: Event, memory: SnapshotMemory) -> Iterator[Yield]:
        missed = max(0, event.arrived - event.time) // self.params.every
        memory.last = event.time + missed * self.params.every
        yield Timer(TICK, memory.last + self.params.every)
        if event.device is not None and not memory.open:
            memory.open = True
            blur = {"blur": list(self.params.blur)} if self.params.blur else {}
            yield Ask({"task": TASK, "device": event.device, **blur}, self.params.timeout)

    def on_answer(self, answer: Answer, event: Event, memory: SnapshotMemory) -> Iterator[Yield]:
        memory.open = False
        if answer.error is not None:
            yield from fail(event, answer)
        else:
            yield Emit("out", event.with_data({self.field: answer.value}))

    def on_settings(self, before: SnapshotParams, memory: SnapshotMemory, now: int) -> Iterator[Yield]:
        if before.every != self.params.every:
            yield Cancel(TICK)
            yield Timer(TICK, max(now, (memory.last or now) + self.params.every))

    def read(self, arrival: Arrival) -> Iterator[Yield]:
        data = arrival.data if isinstance(arrival.data, dict) else {}
        time = arrival.arrived if arrival.time is None else arrival.time
        yield Emit("out", Event(time, arrival.arrived, arrival.device, self.params.type, data, arrival.cause))


def devices_of(params: SnapshotParams, scope: Scope) -> list[str]:
    """The cameras that are asked: those named, else all registered ones of the type."""
    if params.only is not None:
        return list(params.only)
    return [device.id for device in scope.registry.of_type(params.type)] if scope.registry is not None else []


def field_of(params: SnapshotParams, scope: Scope) -> str:
    """The type's own field for a picture."""
    known = scope.registry.types.get(params.type) if scope.registry is not None else None
    return next((field.name for field in known.fields if field.type == "image"), PICTURE) if known else PICTURE
