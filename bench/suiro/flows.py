"""The workloads as Suiro flows, and the registry that they need."""

from typing import Any

Json = dict[str, Any]
PROBE = 999_999
"""The generator's device that asks whether the product is ready."""
FIELDS = [
    {"name": "temperature", "path": "t.temp", "type": "number", "unit": "°C"},
    {"name": "humidity", "path": "t.hum", "type": "number", "unit": "%"},
    {"name": "rpm", "path": "rpm", "type": "integer"},
    {"name": "state", "path": "state", "type": "string"},
    {"name": "line", "path": "line", "type": "string"},
    {"name": "seq", "path": "seq", "type": "integer"},
]
"""All that the payload holds, as *Find devices* would register it."""
VALUES: Json = {"on": True}
"""What a command carries. The values of a command are fixed: none can be taken from the reading, so an output names only
its device, and the books are kept by order."""


def registry(devices: int, qos: int, pattern: str = "plant/{device}/telemetry") -> Json:
    """Kilns 0 .. devices - 1 and the probe."""
    switch = {"id": "switch", "topic": "plant/{device}/set", "values": _schema(), "approval": False}
    kiln = {"id": "kiln", "topic": pattern, "qos": qos, "time": {"path": "ts", "format": "ms"}}
    known = [{"id": f"kiln-{number:06}", "type": "kiln"} for number in [*range(devices), PROBE]]
    return {"types": [{**kiln, "fields": FIELDS, "commands": [switch]}], "devices": known}


def _schema() -> Json:
    return {"type": "object", "properties": {"on": {"type": "boolean"}}, "required": ["on"]}


def registry_of(workload: str, number: int, devices: int, qos: int) -> Json:
    """What a server gives with flow `number`: the types that it names, with all their devices."""
    if workload == "idle" and number:
        return registry(1, qos, f"idle/{number}/{{device}}/telemetry")
    return registry(devices, qos)


def document(workload: str, delivery: str, number: int = 0) -> Json:
    """The flow of a workload: filter, many (one of a hundred, each with its own band), idle, five, average or
    changed."""
    kiln = {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}}
    steps = _steps(workload, number)
    command = {"device": "same", "command": "switch", "values": VALUES}
    last = {"id": "tell", "kind": "command", "from": [steps[-1][1]], "params": command}
    nodes = [kiln, *(node for node, _ in steps), last]
    return {"suiro": 1, "name": f"Bench {workload} {number}", "delivery": delivery, "nodes": nodes}


def _steps(workload: str, number: int) -> list[tuple[Json, str]]:
    """Nodes between source and command, each with the output that leads on."""
    if workload == "five":
        params = {"field": "temperature", "above": 70, "times": 5}
        return [({"id": "five", "kind": "threshold", "from": ["kiln"], "params": params}, "five.entered")]
    if workload == "average":
        params = {"field": "temperature", "calc": "average", "over": "10s"}
        mean: Json = {"id": "mean", "kind": "window", "from": ["kiln"], "params": params}
        return [(mean, "mean.out"), _condition("value > 70.0", "mean")]
    if workload == "changed":
        step: Json = {
            "id": "new",
            "kind": "changed",
            "from": ["kiln"],
            "params": {"fields": ["temperature"], "first": True},
        }
        return [(step, "new.out"), _condition("temperature > 80.0", "new")]
    if workload == "many":
        low, high = round(80 + number / 10, 1), round(80 + (number + 1) / 10, 1)
        return [_condition(f"temperature > {low} && temperature < {high}", "kiln")]
    return [_condition("temperature > 80.0", "kiln")]


def _condition(expression: str, source: str) -> tuple[Json, str]:
    return {"id": "hot", "kind": "condition", "from": [source], "params": {"expr": expression}}, "hot.true"
