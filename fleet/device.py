"""One virtual device: its signals from moment to moment, its faults, and what commands make of it."""

import base64
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fleet.chance import drift, normal, swing
from fleet.course import on_course, on_pulse, on_route
from fleet.description import Device, DeviceType, Fault, Signal
from fleet.moment import duration, rfc3339

if TYPE_CHECKING:
    from fleet.camera import VirtualCamera

_WARM_UP = 6
"""So many time constants are lived through before the first reading, so that it does not depend on the start."""
_LONGEST_WARM_UP = 3_600
"""Readings of warm-up at most."""

_BEND = 3.0
"""How much faster wear is when it has reached its amount than when it began: e to this power."""
_LONGEST_GROWTH = 10.0
"""Times its length after which wear grows no more."""


class VirtualDevice:
    """Call `read(at)` with rising times (ms), one per period."""

    def __init__(self, device: Device, kind: DeviceType, seed: int) -> None:
        self.id = device.id
        self.kind = kind
        self.period = duration(kind.period)
        self.faults: set[str] = set()
        self._camera = _camera(device, kind, seed)
        self._names = (seed, device.id)
        self._stops = device.stops
        self._levels = {s.name: device.levels.get(s.name, s.level) for s in kind.signals}
        self._lags = {s.name: duration(s.lag) for s in kind.signals}
        self._told: dict[str, Any] = {s.name: s.value for s in kind.signals if s.level is None}
        self._inner: dict[str, float] = {}
        self._last: dict[str, Any] = {}
        self._at: int | None = None
        self._began: dict[str, int] = {}

    def topic(self, pattern: str | None = None) -> str:
        """The device's own topic, or `pattern` with its id filled in."""
        return (pattern or self.kind.topic).replace("{device}", self.id)

    def first_due(self, start: int) -> int:
        """The first reading at or after `start`: readings lie on whole periods since 1970."""
        return -(-start // self.period) * self.period

    def fault(self, id: object) -> Fault | None:
        """The known fault of that id."""
        return next((fault for fault in self.kind.faults if fault.id == id), None)

    def switch(self, id: str, on: bool) -> None:
        """Turn a known fault on or off; the signals go there at their own pace."""
        fault = self.fault(id)
        sets = fault.set if fault else {}
        if on:
            self.faults.add(id)
            self._take(sets)
        else:
            self.faults.discard(id)
            self._began.pop(id, None)
            usual = {signal.name: signal.value for signal in self.kind.signals}
            self._take({name: usual[name] for name, value in sets.items() if self._told[name] == value})

    def _take(self, values: Mapping[str, Any]) -> None:
        self._told.update(values)
        self._last.update(values)

    @property
    def silent(self) -> bool:
        return any(fault.silent for fault in self._active())

    @property
    def garbled(self) -> bool:
        return any(fault.garbled for fault in self._active())

    def told(self, values: object, sets: dict[str, list[Any]]) -> bool:
        """Take what a command says; False where it says nothing that this device knows (then nothing changes)."""
        if not isinstance(values, dict):
            return False
        known = {name: value for name, value in values.items() if name in sets}
        if not known or any(sets[name] and value not in sets[name] for name, value in known.items()):
            return False
        self._take(known)
        return True

    def read(self, at: int) -> dict[str, Any]:
        """All signals at `at`, by name; a camera's picture is a JPEG's bytes."""
        if self._at is None:
            self._warm_up(at)
        self._advance(at)
        frozen = {name for fault in self._active() for name in fault.freeze}
        for signal in self.kind.signals:
            if signal.name not in frozen or signal.name not in self._last:
                self._last[signal.name] = self._shown(signal, at)
        self._move(at, frozen)
        return dict(self._last) if self._camera is None else self._camera.fields(at, self._last, frozen)

    def _move(self, at: int, frozen: set[str]) -> None:
        """Along the timetable; one that is held where it is stands."""
        route = self.kind.route
        if route is None:
            return
        held = route.position in frozen and route.position in self._last
        lat, lon, speed = on_route(route, self._stops, at)
        if not held:
            self._last[route.position] = {"lat": round(lat, 6), "lon": round(lon, 6)}
        if route.speed not in frozen or route.speed not in self._last:
            self._last[route.speed] = 0.0 if held else round(speed, 1)

    def _active(self) -> list[Fault]:
        return [fault for fault in self.kind.faults if fault.id in self.faults]

    def _warm_up(self, at: int) -> None:
        longest = max(self._lags.values(), default=0) * _WARM_UP
        readings = min(math.ceil(longest / self.period), _LONGEST_WARM_UP)
        faults, self.faults = self.faults, set()
        for back in range(readings, 0, -1):
            self._advance(at - back * self.period)
        self.faults = faults

    def _advance(self, at: int) -> None:
        passed = 0 if self._at is None else max(at - self._at, 0)
        for id in self.faults:
            self._began.setdefault(id, at)
        if (route := self.kind.route) is not None:
            held = any(route.position in fault.freeze for fault in self._active())
            self._inner[route.speed] = 0.0 if held else on_route(route, self._stops, at)[2]
        for signal in self.kind.signals:
            if signal.level is None:
                told = self._told[signal.name]
                self._inner[signal.name] = float(told) if isinstance(told, int | float) else 0.0
                continue
            target = self._target(signal, at)
            lag = self._lags[signal.name]
            before = self._inner.get(signal.name)
            if before is None or lag == 0:
                self._inner[signal.name] = target
            else:
                self._inner[signal.name] = target + (before - target) * math.exp(-passed / lag)
        self._at = at

    def _target(self, signal: Signal, at: int) -> float:
        target = self._levels[signal.name] or 0.0
        if signal.swing:
            target += signal.swing.amount * swing(at, duration(signal.swing.over))
        if signal.drift:
            over = duration(signal.drift.over)
            target += signal.drift.amount * drift(at, over, *self._names, signal.name)
        if signal.course:
            target += on_course(signal.course, at)
        for number, pulse in enumerate(signal.pulses):
            target += on_pulse(pulse, at, *self._names, signal.name, number)
        for follow in signal.follows:
            target += follow.gain * (self._inner[follow.signal] - follow.start)
        return target + sum(self._adds(fault, signal.name, at) for fault in self._active())

    def _adds(self, fault: Fault, signal: str, at: int) -> float:
        growth, added = fault.grow.get(signal), fault.add.get(signal, 0.0)
        if growth is None:
            return added
        share = (at - self._began[fault.id]) / duration(growth.over)
        return added + growth.amount * math.expm1(min(share, _LONGEST_GROWTH) * _BEND) / math.expm1(_BEND)

    def _shown(self, signal: Signal, at: int) -> Any:
        if signal.turns is not None:
            values = signal.turns.values
            return values[at // duration(signal.turns.every) % len(values)]
        if signal.level is None:
            return self._told[signal.name]
        noise = signal.noise
        for fault in self._active():
            noise *= fault.noise.get(signal.name, 1.0)
        value = self._inner[signal.name]
        if noise:
            value += noise * normal(*self._names, signal.name, at)
        value = max(value, signal.min) if signal.min is not None else value
        value = min(value, signal.max) if signal.max is not None else value
        if signal.true_from is not None:
            return value >= signal.true_from
        return round(value, signal.decimals) if signal.decimals > 0 else round(value)


def _camera(device: Device, kind: DeviceType, seed: int) -> "VirtualCamera | None":
    if kind.camera is None:
        return None
    from fleet.camera import VirtualCamera

    return VirtualCamera(kind.camera, device.id, seed)


def payload(device: VirtualDevice, fields: dict[str, Any], at: int) -> dict[str, Any]:
    """The JSON that the device publishes: fields at their paths, a picture in base64, and the time where its type carries
    one."""
    built: dict[str, Any] = {}
    if device.kind.time:
        written = {"ms": at, "s": at / 1000, "rfc3339": rfc3339(at)}[device.kind.time.format]
        _put(built, device.kind.time.path, written)
    camera = device.kind.camera
    paths = {signal.name: signal.path for signal in device.kind.signals} | (
        {camera.name: camera.path} if camera else {}
    )
    for name, value in fields.items():
        shown = base64.b64encode(value).decode() if isinstance(value, bytes) else value
        _put(built, paths.get(name) or name, shown)
    return built


def _put(built: dict[str, Any], path: str, value: Any) -> None:
    *front, last = path.split(".")
    for name in front:
        built = built.setdefault(name, {})
    built[last] = value
