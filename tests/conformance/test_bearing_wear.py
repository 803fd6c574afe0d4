"""A bearing wears: `anomaly` says so long before the fixed limit, `forecast` says how many days are left. A stream that the
virtual fleet recorded, replayed by the command line."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fleet.description import load
from fleet.moment import moment
from fleet.record import record, switches
from tests.conformance.commandline import runtime, written

START = moment("2026-01-05T00:00:00Z")
DAY = 86_400_000
LIMIT = 7.1
FLEET: dict[str, Any] = {
    "fleet": 1, "seed": 21,
    "types": [{
        "id": "pump", "topic": "plant/{device}/vibration", "period": "10m",
        "signals": [
            {"name": "load", "level": 60, "swing": {"amount": 25, "over": "24h"}, "noise": 2, "decimals": 1},
            {"name": "vibration", "level": 2.2, "noise": 0.12, "follows": [{"signal": "load", "gain": 0.02, "from": 60}], "decimals": 3},
        ],
        "faults": [{"id": "bearing", "grow": {"vibration": {"amount": 5, "over": "12d"}}}],
    }],
    "devices": [{"id": "pump-1", "type": "pump"}, {"id": "pump-2", "type": "pump"}],
}  # fmt: skip
TYPE = {
    "id": "pump",
    "fields": [{"name": "load", "type": "number"}, {"name": "vibration", "type": "number", "unit": "mm/s"}],
}
REGISTRY = {
    "types": [TYPE], "devices": [{"id": "pump-1", "type": "pump"}, {"id": "pump-2", "type": "pump"}],
    "destinations": [{"id": "shift", "service": "inbox"}],
}  # fmt: skip
WORN = 9
"""Days after the start at which the bearing of pump-1 begins to wear."""


def tell(id: str, source: str, text: str) -> dict[str, Any]:
    return {"id": id, "kind": "notify", "from": [source], "params": {"to": "shift", "text": text}}


FLOW = {
    "suiro": 1, "name": "Bearings", "time_zone": "UTC",
    "nodes": [
        {"id": "pump", "kind": "devices", "params": {"type": "pump"}},
        {"id": "odd", "kind": "anomaly", "from": ["pump"], "params": {"field": "vibration", "side": "above"}},
        {"id": "left", "kind": "forecast", "from": ["pump"], "params": {"field": "vibration", "above": LIMIT, "within": "5d"}},
        {"id": "high", "kind": "threshold", "from": ["pump"], "params": {"field": "vibration", "above": LIMIT, "times": 3}},
        tell("strange", "odd.entered", "{reason}"),
        tell("plan", "left.entered", "{remaining_low} {remaining} {remaining_high}"),
        tell("stop", "high.entered", "{vibration}"),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("wear")
    fleet = load(written(folder, "fleet.json", FLEET))
    faults = switches([f"pump-1:bearing@{WORN}d"], fleet)
    events = written(folder, "events.jsonl", list(record(fleet, START, 24 * DAY, faults)))
    flow, registry = written(folder, "flow.json", FLOW), written(folder, "registry.json", REGISTRY)
    ran = runtime("replay", flow, "--events", events, "--devices", registry)
    assert (ran.code, ran.err) == (0, "")
    return ran.lines()


def days(line: dict[str, Any]) -> float:
    return (datetime.fromisoformat(line["time"]).timestamp() * 1000 - START) / DAY


def first(told: list[dict[str, Any]], node: str) -> dict[str, Any]:
    return next(line for line in told if line["node"] == node and line["device"] == "pump-1")


def test_the_anomaly_is_told_days_before_the_limit_and_not_before_the_wear(told: list[dict[str, Any]]) -> None:
    strange, stop = days(first(told, "strange")), days(first(told, "stop"))
    assert WORN < strange < stop - 5
    assert stop < 23


def test_the_forecast_holds_what_it_says(told: list[dict[str, Any]]) -> None:
    plan, stop = first(told, "plan"), days(first(told, "stop"))
    low, remaining, high = (float(part) if part != "–" else 99.0 for part in plan["data"]["text"].split())
    really = stop - days(plan)
    assert low <= really <= high
    assert remaining == pytest.approx(really, abs=2)
    assert days(plan) > WORN


def test_the_pump_that_does_not_wear_is_left_alone(told: list[dict[str, Any]]) -> None:
    assert [line["node"] for line in told if line["device"] == "pump-2"] == []


def test_the_same_recording_gives_the_same_answer_again(told: list[dict[str, Any]], tmp_path: Path) -> None:
    fleet = load(written(tmp_path, "fleet.json", FLEET))
    again = list(record(fleet, START, DAY, []))
    assert json.loads(msgspec.json.encode(again)) == again
    assert len({line["key"] for line in told}) == len(told)
