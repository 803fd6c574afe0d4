"""fleet.json as typed values, checked when it is loaded. Durations are kept as integer milliseconds."""

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from fleet.moment import duration
from fleet.problem import FleetProblem, NoSuchFile

Words = dict[str, str]
Id = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{1,64}$")]
Span = Annotated[str, msgspec.Meta(pattern=r"^(?=\d)(\d+d)?(\d+h)?(\d+m)?(\d+(\.\d+)?s)?(\d+ms)?$")]


class Wave(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A slow change of at most `amount` either way, `over` a duration."""

    amount: float
    over: Span


class Follow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Adds `gain` for every unit that `signal` is above `start` (written "from")."""

    signal: str
    gain: float
    start: float = msgspec.field(default=0.0, name="from")


class Growth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Wear: nothing at first, `amount` after `over` and more after that, faster and faster."""

    amount: float
    over: Span


class Signal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field of the payload; see the package for what each part means."""

    name: str
    path: str | None = None
    level: float | None = None
    value: str | bool | int | float | None = None
    noise: float = 0.0
    drift: Wave | None = None
    swing: Wave | None = None
    lag: Span = "0s"
    follows: list[Follow] = []
    min: float | None = None
    max: float | None = None
    decimals: int = 2


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that may go wrong, by id."""

    id: Id
    label: Words = {}
    add: dict[str, float] = {}
    grow: dict[str, Growth] = {}
    noise: dict[str, float] = {}
    freeze: list[str] = []
    silent: bool = False
    garbled: bool = False


class Listen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A topic on which the device is told things: signal name -> the values it takes (empty: any)."""

    topic: str
    sets: dict[str, list[Any]]


class TimePath(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the payload carries its time."""

    path: str
    format: Literal["rfc3339", "s", "ms"] = "rfc3339"


Part = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Camera(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a camera sees: one of the scenes of fleet/scenes, drawn from the signals that it knows, `width` pixels wide and
    three quarters as high. `zone` is marked on the floor, in parts of the picture; `range` are the ends of a dial. With
    `truth`, what is really in the picture is told as the field `truth`."""

    scene: Literal["helmet", "parts", "gauge", "truck_bed", "meter", "plate"]
    name: str = "picture"
    path: str | None = None
    width: Annotated[int, msgspec.Meta(ge=160, le=640, multiple_of=4)] = 320
    zone: Annotated[list[tuple[Part, Part]], msgspec.Meta(max_length=20)] = []
    range: tuple[float, float] = (0.0, 1.0)
    truth: bool = False


class DeviceType(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What devices of one type have in common."""

    id: Id
    topic: str
    signals: list[Signal]
    label: Words = {}
    period: Span = "1s"
    qos: Literal[0, 1] = 1
    time: TimePath | None = None
    faults: list[Fault] = []
    listens: list[Listen] = []
    camera: Camera | None = None


class Device(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One device; `levels` replace those of its type."""

    id: Id
    type: str
    label: Words = {}
    attributes: dict[str, Any] = {}
    levels: dict[str, float] = {}


class Fleet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    fleet: Literal[1]
    types: list[DeviceType]
    devices: list[Device]
    seed: int = 0

    def type_of(self, device: Device) -> DeviceType:
        return next(kind for kind in self.types if kind.id == device.type)

    def device(self, id: str) -> Device | None:
        return next((device for device in self.devices if device.id == id), None)


def load(path: Path) -> Fleet:
    """The fleet in the file. Raises NoSuchFile, or FleetProblem with the place of what is wrong."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NoSuchFile(f"cannot read {path}: {error.strerror}", f"{path} を読めません: {error.strerror}") from None
    try:
        fleet = msgspec.json.decode(data, type=Fleet)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FleetProblem(f"{path}: {error}", f"{path}: {error}") from None
    for kind in fleet.types:
        _check_type(kind)
    _check_devices(fleet)
    return fleet


def _check_type(kind: DeviceType) -> None:
    names = [signal.name for signal in kind.signals]
    used = [follow.signal for signal in kind.signals for follow in signal.follows]
    for fault in kind.faults:
        used += [*fault.add, *fault.grow, *fault.noise, *fault.freeze]
    used += [name for listen in kind.listens for name in listen.sets]
    seen = [kind.camera.name, *(["truth"] if kind.camera.truth else [])] if kind.camera else []
    for name in used:
        if name not in (*names, *seen[:1]):
            raise FleetProblem(f"type {kind.id} has no signal “{name}”", f"型 {kind.id} に信号「{name}」はありません")
    if len({*names, *seen}) < len(names) + len(seen):
        raise FleetProblem(f"type {kind.id} names a signal twice", f"型 {kind.id} に同じ名前の信号があります")
    for signal in kind.signals:
        if any(names.index(follow.signal) >= names.index(signal.name) for follow in signal.follows):
            raise FleetProblem(
                f"signal {signal.name} may only follow signals listed before it",
                f"信号 {signal.name} が従えるのは前に書かれた信号だけです",
            )
    if duration(kind.period) < 10:
        raise FleetProblem(f"the period of type {kind.id} is under 10 ms", f"型 {kind.id} の周期が 10 ms 未満です")


def _check_devices(fleet: Fleet) -> None:
    types = {kind.id for kind in fleet.types}
    seen: set[str] = set()
    for device in fleet.devices:
        if device.type not in types:
            raise FleetProblem(f"there is no type “{device.type}”", f"型「{device.type}」はありません")
        if device.id in seen:
            raise FleetProblem(f"two devices are called {device.id}", f"デバイス {device.id} が 2 つあります")
        seen.add(device.id)
