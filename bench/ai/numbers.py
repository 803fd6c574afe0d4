"""anomaly and forecast beside naive ways to do the same, on streams on which their parameters were not chosen."""

import random
import time
from collections.abc import Iterator
from typing import Any

from bench.ai import anomalies, forecasts
from document.registry import load_registry
from engine.engine import Engine
from engine.incoming import Incoming
from engine.plan import Plan, build_plan
from nodes.kit.catalog import full_catalog
from nodes.kit.event import Causes

DEVICES, ROUNDS, BATCH = 100, 2_400, 500
FLOWS: dict[str, dict[str, Any]] = {
    "anomaly": {"field": "vibration"},
    "anomaly, no season": {"field": "vibration", "season": "none"},
    "forecast, no season": {"field": "vibration", "above": 100, "season": "none"},
}
SHARE = 4
"""One of so many events is timed: the last ones, when all has been learned."""


def page() -> str:
    return "\n\n".join([anomalies.page(), forecasts.page(), _speed()])


def _speed() -> str:
    rows = [f"| {name} | {_rate(name.split(',')[0], params):,.0f} |" for name, params in FLOWS.items()]
    head = (
        "### Speed\n\nEvents a second of processor time on one core, from MQTT payload through `devices` and the kind, in the engine's "
        f"own loop; {DEVICES} devices, a reading a minute each, {DEVICES * ROUNDS // SHARE:,} events timed.\n\n| flow | events/s |\n| :-- | --: |"
    )
    return "\n".join([head, *rows])


def _plan(kind: str, params: dict[str, Any]) -> Plan:
    fields = [{"name": "vibration", "type": "number", "unit": "mm/s"}]
    time_path = {"path": "ts", "format": "ms"}
    registry, _ = load_registry({
        "types": [{"id": "pump", "topic": "plant/{device}/t", "time": time_path, "fields": fields}],
        "devices": [{"id": f"p{number}", "type": "pump"} for number in range(DEVICES)],
        "destinations": [{"id": "line", "service": "inbox"}],
    })  # fmt: skip
    nodes = [
        {"id": "pump", "kind": "devices", "params": {"type": "pump"}},
        {"id": "n", "kind": kind, "from": ["pump"], "params": params},
        {"id": "tell", "kind": "notify", "from": ["n.entered"], "params": {"to": "line", "text": "{device}"}},
    ]
    return build_plan({"suiro": 1, "name": "Speed", "nodes": nodes}, full_catalog(), registry)


def _batches() -> Iterator[Incoming]:
    chance = random.Random(3)
    topics, payloads = list[str](), list[bytes]()
    for number in range(DEVICES * ROUNDS):
        at = anomalies.START + number // DEVICES * 60_000
        topics.append(f"plant/p{number % DEVICES}/t")
        payloads.append(b'{"ts":%d,"vibration":%.3f}' % (at, chance.gauss(50, 1)))
        if len(topics) == BATCH:
            yield Incoming(topics, payloads, at, Causes("m", number))
            topics, payloads = [], []


def _rate(kind: str, params: dict[str, Any]) -> float:
    engine = Engine(_plan(kind, params), now=anomalies.START)
    batches = list(_batches())
    timed = len(batches) // SHARE
    for batch in batches[:-timed]:
        engine.push_all(batch)
    began = time.process_time()
    for batch in batches[-timed:]:
        engine.push_all(batch)
    return timed * BATCH / (time.process_time() - began)
