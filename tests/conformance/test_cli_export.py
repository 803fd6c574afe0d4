"""A file exported with its slice of the registry is read by every command that reads a flow."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.brokers import close, mosquitto, publisher
from tests.conformance.commandline import Ran, runtime, written
from tests.conformance.documents import DOCUMENT, REGISTRY
from tests.live import live

EVENT = {"time": "2026-01-05T00:00:00Z", "topic": "plant/kiln-1/telemetry", "data": {"t": {"temp": 85}}}


def exported(folder: Path, registry: Any = REGISTRY, **changes: Any) -> Path:
    document = json.loads(json.dumps({**DOCUMENT, **changes}))
    del document["nodes"][1]["params"]["for"]
    return written(folder, "flow.json", {"document": document, "registry": registry})


def replay(folder: Path, flow: Path, *more: object) -> Ran:
    return runtime("replay", flow, "--events", written(folder, "events.jsonl", [EVENT]), *more)


def test_an_export_with_its_registry_is_sound_and_needs_no_other(tmp_path: Path) -> None:
    ran = runtime("validate", exported(tmp_path))
    assert (ran.code, ran.json()) == (0, {"problems": []})
    assert [p["code"] for p in runtime("validate", exported(tmp_path, {})).json()["problems"]]


def test_its_tests_run(tmp_path: Path) -> None:
    tests = [{**DOCUMENT["tests"][0], "expect": [{"node": "tell", "at": "0s"}]}]
    assert runtime("test", exported(tmp_path, tests=tests)).json()["passed"] == 1


def test_its_registry_decodes_the_topics_of_a_replay(tmp_path: Path) -> None:
    (action,) = replay(tmp_path, exported(tmp_path)).lines()
    assert (action["device"], action["data"]["text"]) == ("kiln-1", "Kiln 1 is at 85 °C")


def test_a_registry_given_on_the_command_line_goes_before_its_own(tmp_path: Path) -> None:
    other = json.loads(json.dumps(REGISTRY))
    other["devices"][0]["label"]["en"] = "Kiln One"
    given = written(tmp_path, "other.json", other)
    (action,) = replay(tmp_path, exported(tmp_path), "--devices", given).lines()
    assert action["data"]["text"] == "Kiln One is at 85 °C"


def test_a_registry_inside_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    ran = runtime("validate", exported(tmp_path, {"types": 5}))
    assert any(problem.get("file") == "registry.json" for problem in ran.json()["problems"])


def test_a_document_inside_may_not_be_larger_than_any_other(tmp_path: Path) -> None:
    ran = runtime("validate", exported(tmp_path, description="x" * 1_100_000))
    assert ran.code == 1
    assert [problem["code"] for problem in ran.json()["problems"]] == ["too_large"]


@pytest.mark.parametrize("beside", [False, True])
def test_an_export_runs_on_live_data_with_its_own_registry_unless_one_stands_beside_it(
    beside: bool, tmp_path: Path
) -> None:
    flow = exported(tmp_path, {} if beside else REGISTRY, delivery="fast")
    if beside:
        written(tmp_path, "registry.json", REGISTRY)
    with mosquitto() as broker, live("runtime", "run", flow, "--broker", broker.url) as running:
        running.ready()
        client = publisher(broker)
        reading = {"ts": time.time_ns() // 1_000_000, "t": {"temp": 85}}
        client.publish("plant/kiln-1/telemetry", json.dumps(reading), 1).wait_for_publish(5)
        close(client)
        assert running.wait_actions(1)[0]["data"]["text"] == "Kiln 1 is at 85 °C"
        assert running.end() == 0
