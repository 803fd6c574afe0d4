"""Virtual time: the same readings as live, written as events.jsonl without waiting for them."""

import heapq
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from fleet.description import Fleet
from fleet.device import VirtualDevice, payload
from fleet.moment import duration, moment, rfc3339
from fleet.problem import FleetProblem

_FAULT = re.compile(
    r"(?P<device>[A-Za-z0-9_-]+):(?P<fault>[A-Za-z0-9_-]+)(?:@(?P<on>[0-9a-z.]+)(?:-(?P<off>[0-9a-z.]+))?)?"
)


class Switch(msgspec.Struct, frozen=True):
    """A fault turned on or off at an offset from the start (ms)."""

    at: int
    device: str
    fault: str
    on: bool


def switches(texts: list[str], fleet: Fleet) -> list[Switch]:
    """What `--fault kiln-2:overheat@10m-20m` says: from 10 m until 20 m; without times from the start to the end.
    Raises FleetProblem."""
    found: list[Switch] = []
    for text in texts:
        parts = _FAULT.fullmatch(text)
        device = fleet.device(parts["device"]) if parts else None
        if parts is None or device is None or not any(f.id == parts["fault"] for f in fleet.type_of(device).faults):
            raise FleetProblem(f"no such fault: “{text[:80]}”", f"そのような異常はありません:「{text[:80]}」")
        found.append(Switch(duration(parts["on"] or "0s"), device.id, parts["fault"], True))
        if parts["off"]:
            found.append(Switch(duration(parts["off"]), device.id, parts["fault"], False))
    return sorted(found, key=lambda switch: switch.at)


def record(
    fleet: Fleet, start: int, length: int, faults: list[Switch], *, raw: bool = False
) -> Iterator[dict[str, Any]]:
    """The lines of events.jsonl from `start` (ms) for `length` ms, end excluded, in order of time, then of devices.
    `raw` gives topics and payloads instead of devices and fields. A picture is a JPEG's bytes (`with_files`)."""
    devices = [VirtualDevice(device, fleet.type_of(device), fleet.seed) for device in fleet.devices]
    by_id = {device.id: device for device in devices}
    due = [(device.first_due(start), index) for index, device in enumerate(devices)]
    heapq.heapify(due)
    waiting = list(reversed(faults))
    while due and due[0][0] < start + length:
        at, index = due[0]
        while waiting and start + waiting[-1].at <= at:
            switch = waiting.pop()
            by_id[switch.device].switch(switch.fault, switch.on)
        device = devices[index]
        fields = device.read(at)
        if not device.silent:
            yield _line(device, fields, at, raw)
        heapq.heapreplace(due, (at + device.period, index))


def with_files(line: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The line with its pictures as `{"$file": path}`, written into `folder`. Raises OSError."""
    data = line["data"]
    if not isinstance(data, dict) or not any(isinstance(value, bytes) for value in data.values()):
        return line
    named = {}
    for name, value in data.items():
        if isinstance(value, bytes):
            file = folder / line["device"] / f"{moment(line['time'])}-{name}.jpg"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(value)
            named[name] = {"$file": file.as_posix()}
    return {**line, "data": {**data, **named}}


def _line(device: VirtualDevice, fields: dict[str, Any], at: int, raw: bool) -> dict[str, Any]:
    if not raw:
        return {"time": rfc3339(at), "device": device.id, "data": fields}
    data: Any = GARBLED if device.garbled else payload(device, fields, at)
    return {"time": rfc3339(at), "topic": device.topic(), "data": data}


GARBLED = '{"temperature": 8'
"""What a device with a broken transmitter sends: JSON that was cut off."""
