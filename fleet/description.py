"""fleet.json as typed values, checked when it is loaded. Durations are kept as integer milliseconds."""

from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from fleet.moment import duration
from fleet.problem import FleetProblem, NoSuchFile

Words = dict[str, str]
Id = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{1,64}$")]
Part = Annotated[float, msgspec.Meta(ge=0, le=1)]
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


class Turns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of `values` after the other, each for `every`, over and over: the lot, the product, the shift's name."""

    values: Annotated[list[str], msgspec.Meta(min_length=1)]
    every: Span


class Course(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a signal adds by the clock of `zone`: (time since midnight, amount), in order; `over` "7d": time since Monday."""

    points: Annotated[list[tuple[Span, float]], msgspec.Meta(min_length=1, max_length=100)]
    over: Literal["24h", "7d"] = "24h"
    zone: str = "UTC"


class Pulse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that happens now and then, such as a door that is opened: adds `amount` while it `lasts`, at a moment that
    chance decides, once in each stretch of `every` or, with a smaller `chance`, not in each. `hours`: only from one time of
    day to another on the clock of `zone`."""

    every: Span
    lasts: Span
    amount: float = 1.0
    chance: Part = 1.0
    hours: tuple[Span, Span] | None = None
    zone: str = "UTC"


class Signal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field of the payload; see the package for what each part means."""

    name: str
    path: str | None = None
    level: float | None = None
    value: str | bool | int | float | None = None
    turns: Turns | None = None
    noise: float = 0.0
    drift: Wave | None = None
    swing: Wave | None = None
    course: Course | None = None
    pulses: list[Pulse] = []
    lag: Span = "0s"
    follows: list[Follow] = []
    min: float | None = None
    max: float | None = None
    decimals: int = 2
    true_from: float | None = None


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that may go wrong, by id."""

    id: Id
    label: Words = {}
    add: dict[str, float] = {}
    grow: dict[str, Growth] = {}
    noise: dict[str, float] = {}
    freeze: list[str] = []
    set: dict[str, str | bool | int | float] = {}
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


class Camera(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a camera sees: one of the scenes of fleet/scenes, drawn from the signals that it knows, `width` pixels wide and
    three quarters as high. `zone` is marked on the floor, in parts of the picture; `range` are the ends of a dial. With
    `truth`, what is really in the picture is told as the field `truth`."""

    scene: Literal["helmet", "parts", "gauge", "truck_bed"]
    name: str = "picture"
    path: str | None = None
    width: Annotated[int, msgspec.Meta(ge=160, le=640, multiple_of=4)] = 320
    zone: Annotated[list[tuple[Part, Part]], msgspec.Meta(max_length=20)] = []
    range: tuple[float, float] = (0.0, 1.0)
    truth: bool = False


class Route(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Devices of the type move: `position` is the field with where they are, `speed` that with how fast (km/h). Each keeps its
    own timetable (`stops`), over and over, on the clock of `zone`."""

    position: str = "position"
    speed: str = "speed"
    over: Literal["1h", "24h", "7d"] = "24h"
    zone: str = "UTC"


class Stop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a device is at which time since midnight (of a week: since Monday). Between two it goes straight on."""

    at: Span
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)]


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
    route: Route | None = None

    @property
    def seen(self) -> list[str]:
        """Fields of the payload that are no signals."""
        camera = [self.camera.name] if self.camera else []
        return [*camera, *([self.route.position, self.route.speed] if self.route else [])]


class Device(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One device; `levels` replace those of its type. One that moves has at least two `stops`, in order of time."""

    id: Id
    type: str
    label: Words = {}
    attributes: dict[str, Any] = {}
    levels: dict[str, float] = {}
    stops: list[Stop] = []


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
        used += [*fault.add, *fault.grow, *fault.noise, *fault.freeze, *fault.set]
    used += [name for listen in kind.listens for name in listen.sets]
    seen = [*kind.seen, *(["truth"] if kind.camera and kind.camera.truth else [])]
    for name in used:
        if name not in (*names, *kind.seen):
            raise FleetProblem(f"type {kind.id} has no signal “{name}”", f"型 {kind.id} に信号「{name}」はありません")
    levels = {signal.name for signal in kind.signals if signal.level is not None}
    for name in (name for fault in kind.faults for name in fault.set if name in levels):
        raise FleetProblem(
            f"signal {name} has a level and cannot be set", f"信号 {name} は level を持つので set できません"
        )
    if len({*names, *seen}) < len(names) + len(seen):
        raise FleetProblem(f"type {kind.id} names a signal twice", f"型 {kind.id} に同じ名前の信号があります")
    for signal in kind.signals:
        before = [*(names[: names.index(signal.name)]), *([kind.route.speed] if kind.route else [])]
        if any(follow.signal not in before for follow in signal.follows):
            raise FleetProblem(
                f"signal {signal.name} may only follow signals listed before it",
                f"信号 {signal.name} が従えるのは前に書かれた信号だけです",
            )
        _check_clock(kind, signal)
    if duration(kind.period) < 10:
        raise FleetProblem(f"the period of type {kind.id} is under 10 ms", f"型 {kind.id} の周期が 10 ms 未満です")


def _check_clock(kind: DeviceType, signal: Signal) -> None:
    zones = [course.zone for course in (signal.course, *signal.pulses, kind.route) if course]
    for zone in zones:
        try:
            ZoneInfo(zone)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            raise FleetProblem(f"there is no time zone “{zone}”", f"タイムゾーン「{zone}」はありません") from None
    if signal.course and not _rising([point[0] for point in signal.course.points], signal.course.over):
        raise FleetProblem(
            f"the course of {signal.name} is not in order of time", f"{signal.name} の推移が時刻の順ではありません"
        )
    if any(duration(pulse.every) < 1000 for pulse in signal.pulses):
        raise FleetProblem(f"{signal.name} pulses too often", f"{signal.name} の変化が頻繁すぎます")


def _rising(times: list[str], over: str) -> bool:
    spans = [duration(text) for text in times]
    return all(a < b for a, b in pairwise(spans)) and spans[-1] < duration(over)


def _check_devices(fleet: Fleet) -> None:
    types = {kind.id for kind in fleet.types}
    seen: set[str] = set()
    for device in fleet.devices:
        if device.type not in types:
            raise FleetProblem(f"there is no type “{device.type}”", f"型「{device.type}」はありません")
        if device.id in seen:
            raise FleetProblem(f"two devices are called {device.id}", f"デバイス {device.id} が 2 つあります")
        seen.add(device.id)
        route = fleet.type_of(device).route
        if route and (len(device.stops) < 2 or not _rising([stop.at for stop in device.stops], route.over)):
            raise FleetProblem(
                f"the timetable of {device.id} has fewer than two stops or is not in order",
                f"{device.id} の時刻表は 2 か所以上を時刻の順に並べてください",
            )
