"""What runs under the faults: flows whose every loss or doubling shows at the ledger, and the streams they read."""

import json
from collections.abc import Iterable
from typing import Any

from tests.faults.publisher import Message

SICK = ("hang", "drip", "reset", "429", "500", "drop")
"""How a destination may answer that is not well (ledger.py)."""
REGISTRY: dict[str, Any] = {
    "types": [
        {
            "id": "kiln",
            "topic": "plant/{device}/telemetry",
            "qos": 1,
            "time": {"path": "ts", "format": "ms"},
            "fields": [{"name": "n", "type": "integer"}, {"name": "temperature", "path": "t", "type": "number"}],
            "commands": [{"id": id, "topic": f"plant/{{device}}/{id}"} for id in ("now", "later")],
        }
    ],
    "devices": [{"id": f"k{n}", "type": "kiln"} for n in range(20)],
    "destinations": [{"id": id, "service": "webhook"} for id in ("calls", "windows", "spans", "late", *SICK)],
}
STEP = 5
"""Milliseconds of event time between two messages."""
AHEAD = 60_000
"""How far the closing readings are ahead: past the grace of every open window (ms)."""


def counting(*, grace: str = "30s", name: str = "Counting") -> dict[str, Any]:
    """Every message causes a call with its number; windows per device by count and by time are sent as they close."""
    number = {"n": "{n|raw}"}
    return {
        "suiro": 1,
        "name": name,
        "nodes": [
            {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
            {"id": "call", "kind": "webhook_out", "from": ["kiln"], "params": {"to": "calls", "body": number}},
            _window("ten", {"readings": 10, "mode": "tumbling"}),
            _sends("tens", "ten", "windows"),
            _window("second", {"over": "1s", "mode": "tumbling", "grace": grace}),
            _sends("seconds", "second", "spans"),
            {"id": "lost", "kind": "webhook_out", "from": ["second.late"], "params": {"to": "late", "body": number}},
        ],
    }


def _window(id: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"id": id, "kind": "window", "from": ["kiln"], "params": {"field": "temperature", "calc": "sum", **params}}


def _sends(id: str, source: str, to: str) -> dict[str, Any]:
    kept = {name: f"{{{name}|raw}}" for name in ("start", "end", "value", "count", "n")}
    return {
        "id": id,
        "kind": "webhook_out",
        "from": [source],
        "params": {"to": to, "body": {"device": "{device.id}", **kept}},
    }


def holding(length: str) -> dict[str, Any]:
    """Calls once for a device that stayed above 80 for `length`."""
    hot = {"field": "temperature", "above": 80, "for": length}
    return {
        "suiro": 1,
        "name": "Holding",
        "nodes": [
            {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
            {"id": "hot", "kind": "threshold", "from": ["kiln"], "params": hot},
            {
                "id": "call",
                "kind": "webhook_out",
                "from": ["hot.entered"],
                "params": {"to": "calls", "body": {"device": "{device.id}"}},
            },
        ],
    }


def commanding(length: str, lives: dict[str, str]) -> dict[str, Any]:
    """As `holding`; then it also gives the device each of these commands, with such a time to live."""
    document = holding(length)
    document["nodes"] += [
        {
            "id": id,
            "kind": "command",
            "from": ["hot.entered"],
            "params": {"device": "same", "command": id, "values": {"on": True}, "ttl": ttl},
        }
        for id, ttl in lives.items()
    ]
    return document


def calling(to: str) -> dict[str, Any]:
    """Every message causes one call to `to`."""
    return {
        "suiro": 1,
        "name": f"To {to}",
        "nodes": [
            {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
            {"id": "call", "kind": "webhook_out", "from": ["kiln"], "params": {"to": to, "body": {"n": "{n|raw}"}}},
        ],
    }


def overhearing(topic: str) -> dict[str, Any]:
    """Every message on `topic` causes one call, whoever sent it."""
    document = calling("calls")
    return {**document, "nodes": [{"id": "kiln", "kind": "mqtt_in", "params": {"topic": topic}}, document["nodes"][1]]}


def reading(number: int, device: str, time: int, temperature: float = 20.0, pad: int = 0) -> Message:
    """One message; `pad` makes the payload that many bytes longer."""
    data: dict[str, Any] = {"ts": time, "n": number, "t": temperature}
    if pad:
        data["pad"] = "x" * pad
    return f"plant/{device}/telemetry", json.dumps(data).encode()


def stream(count: int, base: int, devices: int = 20, *, prefix: str = "k", first: int = 0) -> list[Message]:
    """`count` readings, numbered from `first` on, the devices one after the other."""
    return [reading(first + n, f"{prefix}{n % devices}", base + n * STEP, n % 97 / 4) for n in range(count)]


def closing(count: int, base: int, devices: int = 20, *, prefix: str = "k", first: int | None = None) -> list[Message]:
    """One more reading per device, far enough ahead to close all its windows; numbered on from `count`, or from `first`."""
    begin, ends = count if first is None else first, base + count * STEP + AHEAD
    return [reading(begin + n, f"{prefix}{n}", ends, 1.0) for n in range(devices)]


def numbered(messages: Iterable[Message]) -> list[int]:
    """The numbers in `messages`."""
    return [json.loads(payload)["n"] for _, payload in messages]
