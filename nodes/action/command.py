"""command: tells devices to do something, over MQTT, by a command that is registered for their type."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from nodes.kit.action import ActionKind
from nodes.kit.effect import Act, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.kind import Example, KindWords, phrases
from nodes.kit.params import CommandId, DeviceId, Duration, Mark, NodeParams, Settable, TypeId
from nodes.kit.problem import Problem
from nodes.kit.quick import Direct
from nodes.kit.scope import Scope
from nodes.kit.things import Registry
from nodes.kit.topic import MOST_KNOWN

SAME = "same"


class Targets(BaseModel):
    """Every device of a type whose attributes match; "same" stands for the attribute of the event's device."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: TypeId
    where: dict[str, str | int | float | bool] = Field(default_factory=dict, max_length=10)


class CommandParams(NodeParams):
    device: Annotated[DeviceId, Mark(same=True)] | Targets
    command: CommandId
    values: dict[str, Annotated[Any, Settable]] = Field(default_factory=dict, max_length=50)
    ttl: Annotated[Duration, Settable] = 60_000


class Command(ActionKind):
    id = "command"
    held_as = "command"
    icon = "zap"
    Params = CommandParams

    def __init__(self, params: CommandParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.acts = acts_of(params, scope.registry)

    @classmethod
    def check(cls, params: CommandParams, scope: Scope) -> Iterator[Problem]:
        if scope.shape.device != "always":
            if params.device == SAME:
                yield Problem("device_unsure", "/params/device")
            elif isinstance(params.device, Targets):
                same = [name for name, value in params.device.where.items() if value == SAME]
                yield from (Problem("device_unsure", f"/params/device/where/{name}") for name in same)
        if scope.registry is not None and isinstance(params.device, Targets):
            yield from _attributes(params.device, scope.registry)

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        acts = self.acts(event.device)
        if not acts:
            yield Trouble("missing_field", {"field": "device"}) if self.params.device == SAME else _nobody()
        yield from acts

    def quick(self) -> Direct:
        return Direct(self.acts)

    words = {
        "en": KindWords(
            label="Command",
            summary="Tells a device to do something.",
            description=(
                "Only commands registered for the device's type can be named, with values that the command accepts. "
                "New or changed commands need a person's approval when the flow is deployed. A command that could not "
                "be sent within its time to live is dropped, never sent late."
            ),
            labels={
                "device": "Device",
                "command": "Command",
                "values": "Values",
                "ttl": "Time to live",
                "type": "Device type",
                "where": "With attributes",
            },
            params={
                "device": "A device, “same” for the event's own, or all devices of a type with given attributes.",
                "command": "One of the commands registered for the device's type.",
                "values": "What the command carries, checked against its registered values.",
                "ttl": "How long the command may still be sent, e.g. after the broker was away. Default 1 minute.",
            },
        ),
        "ja": KindWords(
            label="コマンド",
            summary="デバイスを操作します。",
            description=(
                "デバイス型に登録されたコマンドだけを、許された値で使えます。新しい操作や変更した操作は、"
                "デプロイ時に人の承認が必要です。有効時間内に送れなかったコマンドは破棄し、遅れて送ることはありません。"
            ),
            labels={
                "device": "デバイス",
                "command": "コマンド",
                "values": "値",
                "ttl": "有効時間",
                "type": "デバイス型",
                "where": "属性",
            },
            params={
                "device": "操作するデバイス。same はイベントのデバイス自身。型と属性で複数台を指すこともできます。",
                "command": "デバイス型に登録されたコマンド。",
                "values": "コマンドに渡す値。登録された範囲にあるか確認します。",
                "ttl": "ブローカーが不在だったときなどに、いつまでなら送ってよいか。既定は 1 分。",
            },
        ),
    }
    phrases = (
        *phrases("en", "actuate", "turn | switch | set | make | put | bring | command | light | drive | activate | "
                 "flip | reduce | lower | raise | increase | slow | slow down | speed up | ramp | dim | cut | "
                 "throttle | limit | change to | go",
                 params={"device": "<target>", "command": "<call>", "values": "<values>"}),
        *phrases("ja", "actuate", "にする | にして | にし | に変え | に切り替え | に戻 | に落と | に下げ | "
                 "に上げ | まで下げ | まで上げ | に制限 | に抑え | に絞 | に固定 | に調光 | に調整 | とする | "
                 "に設定 | させ | 切り替え | にせよ | にセット",
                 params={"device": "<target>", "command": "<call>", "values": "<values>"}),
    )  # fmt: skip
    examples: ClassVar[tuple[Example, ...]] = ()


def acts_of(params: CommandParams, registry: Registry | None) -> Callable[[str | None], tuple[Act, ...]]:
    """What an event of a device (None: of no device) makes others do, in registry order."""
    data, ttl, device = {"command": params.command, "values": dict(params.values)}, params.ttl, params.device
    if isinstance(device, Targets):
        return _Acts(device, registry, data, ttl).__getitem__
    if device == SAME:  # made anew: among very many devices, what was kept would lie further away
        return lambda own: (Act(own, data, ttl),) if own else ()
    always = (Act(device, data, ttl),)
    return lambda own: always


class _Acts(dict[str | None, tuple[Act, ...]]):
    """By device; each is found out once. Without the kilobyte that an lru_cache takes for every node."""

    def __init__(self, targets: Targets, registry: Registry | None, data: dict[str, Any], ttl: int) -> None:
        super().__init__()
        self._targets, self._registry, self._data, self._ttl = targets, registry, data, ttl
        self._known = registry.of_type(targets.type) if registry else []

    def __missing__(self, device: str | None) -> tuple[Act, ...]:
        if len(self) >= MOST_KNOWN:
            self.clear()
        found = _matching(self._targets, self._known, self._registry, device)
        made = self[device] = tuple([Act(target, self._data, self._ttl) for target in found])
        return made


def _matching(targets: Targets, known: list[Any], registry: Registry | None, device: str | None) -> list[str]:
    own = registry.devices.get(device) if registry and device else None
    wanted: dict[str, Any] = dict(targets.where)
    for name, value in wanted.items():
        if value == SAME:
            wanted[name] = own.attributes.get(name) if own else None
            if wanted[name] is None:
                return []
    return [d.id for d in known if all(d.attributes.get(name) == value for name, value in wanted.items())]


def _nobody() -> Trouble:
    return Trouble("no_such_devices")


def _attributes(targets: Targets, registry: Registry) -> Iterator[Problem]:
    known = registry.of_type(targets.type)
    names = {name for device in known for name in device.attributes}
    for name in targets.where:
        if known and name not in names:
            args = {"name": name, "names": sorted(names)}
            yield Problem("unknown_attribute", f"/params/device/where/{name}", args=args, allowed=sorted(names))
    if not known and targets.type in registry.types:
        yield Problem("no_such_devices", "/params/device", severity="warning")


REGISTRY = {
    "types": [
        {
            "id": "kiln",
            "label": {"en": "kiln", "ja": "炉"},
            "topic": "plant/{device}/telemetry",
            "fields": [{"name": "temperature", "type": "number", "unit": "°C"}],
        },
        {
            "id": "tower",
            "label": {"en": "signal tower", "ja": "信号灯"},
            "topic": "plant/{device}/state",
            "commands": [
                {
                    "id": "set_color",
                    "topic": "plant/{device}/set",
                    "values": {
                        "type": "object",
                        "properties": {"color": {"enum": ["red", "yellow", "green", "off"]}},
                        "required": ["color"],
                    },
                }
            ],
        },
    ],
    "devices": [
        {"id": "kiln-1", "type": "kiln", "attributes": {"hall": "A"}},
        {"id": "tower-1", "type": "tower", "attributes": {"hall": "A"}},
        {"id": "tower-2", "type": "tower", "attributes": {"hall": "B"}},
    ],
}
HOT = [
    {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
    {"id": "hot", "kind": "threshold", "from": ["kiln"], "params": {"field": "temperature", "above": 80}},
]
Command.examples = (
    Example(
        title={"en": "A lamp turns red, and green again", "ja": "信号灯を赤にし、戻ったら緑にする"},
        registry=REGISTRY,
        document={
            "suiro": 1,
            "name": "Kiln lamp",
            "nodes": [
                *HOT,
                {"id": "red", "kind": "command", "from": ["hot.entered"],
                 "params": {"device": "tower-1", "command": "set_color", "values": {"color": "red"}}},
                {"id": "green", "kind": "command", "from": ["hot.cleared"],
                 "params": {"device": "tower-1", "command": "set_color", "values": {"color": "green"}}},
            ],
            "tests": [
                {
                    "name": "red above the limit, green below it",
                    "given": [{"device": "kiln-1", "type": "kiln", "at": "0s", "data": {"temperature": 85}},
                              {"device": "kiln-1", "type": "kiln", "at": "10s", "data": {"temperature": 70}}],
                    "expect": [
                        {"node": "red", "device": "tower-1", "at": "0s", "data": {"values": {"color": "red"}}},
                        {"node": "green", "device": "tower-1", "at": "10s", "data": {"values": {"color": "green"}}},
                    ],
                }
            ],
        },
    ),
    Example(
        title={"en": "Every lamp in the same hall", "ja": "同じ建屋の信号灯をすべて"},
        registry=REGISTRY,
        document={
            "suiro": 1,
            "name": "Lamps of the hall",
            "nodes": [
                *HOT,
                {"id": "red", "kind": "command", "from": ["hot.entered"],
                 "params": {"device": {"type": "tower", "where": {"hall": "same"}}, "command": "set_color",
                            "values": {"color": "red"}}},
            ],
            "tests": [
                {
                    "name": "the lamp of the other hall stays as it is",
                    "given": [{"device": "kiln-1", "type": "kiln", "at": "0s", "data": {"temperature": 85}}],
                    "expect": [{"node": "red", "device": "tower-1", "at": "0s"}],
                }
            ],
        },
    ),
)  # fmt: skip
