"""Pictures to actions with no network and no hardware: the synthetic camera, the shipped detector, the flows of the gallery.

Once by replay with the answers that the detector gave to the recorded pictures, once live through a real broker and worker."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from runtime.inference.local import Local
from runtime.inference.model_folder import models_in
from runtime.inference.onnx import Sessions
from tests.brokers import RunningBroker, any_broker, close, listening, mosquitto, publisher, wait_until
from tests.conformance.commandline import ROOT, Ran, runtime
from tests.live import Live, live

GALLERY = ROOT / "gallery"
MODELS = GALLERY / "models"
MODEL = "synthetic-v1"


def recorded(scenario: str, folder: Path, length: str, *faults: str) -> list[dict[str, Any]]:
    """The lines that `python -m fleet record` writes into `folder`, its pictures beside them."""
    options = [part for fault in faults for part in ("--fault", fault)]
    command = [
        sys.executable,
        "-m",
        "fleet",
        "record",
        str(GALLERY / scenario / "fleet.json"),
        "--for",
        length,
        *options,
    ]
    done = subprocess.run([*command, "--pictures", str(folder / "pictures")], cwd=ROOT, capture_output=True, check=True)
    (folder / "events.jsonl").write_bytes(done.stdout)
    return [json.loads(line) for line in done.stdout.splitlines()]


def answered(lines: list[dict[str, Any]], node: str, folder: Path) -> None:
    """Asks the shipped detector about each recorded picture and keeps what it says."""
    found = models_in(MODELS)
    shown: dict[str, bytes] = {}
    local = Local(Sessions(found.files.get), shown.get)
    rows = []
    for line in lines:
        picture = line["data"].get("picture")
        if picture is not None:
            shown["0" * 64] = Path(picture["$file"]).read_bytes()
            answer = local.ask(found.models[MODEL], {"task": "detect", "picture": {"$picture": "0" * 64}}, 10)
            assert answer.error is None, answer.detail
            rows.append({"node": node, "device": line["device"], "answer": answer.value})
    (folder / "answers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def replayed(scenario: str, folder: Path, flow: Path | None = None) -> Ran:
    at = GALLERY / scenario
    return runtime(
        "replay", flow or at / "flow.json", "--devices", at / "registry.json", "--events", folder / "events.jsonl",
        "--answers", folder / "answers.jsonl",
    )  # fmt: skip


@pytest.mark.parametrize("scenario", ["helmet", "danger", "parts", "truckload", "gauge"])
def test_the_flow_is_sound_and_names_only_what_the_model_knows(scenario: str) -> None:
    at = GALLERY / scenario
    assert runtime("validate", at / "flow.json", "--devices", at / "registry.json").json() == {"problems": []}
    assert runtime("test", at / "flow.json", "--devices", at / "registry.json").json()["failed"] == 0
    registered = json.loads((at / "registry.json").read_text("utf-8"))["models"]
    assert [list(models_in(MODELS).models[model["id"]].labels) for model in registered] == [registered[0]["labels"]]


def test_who_is_without_a_helmet_in_the_zone_turns_that_halls_lamp_red_and_nobody_elses(tmp_path: Path) -> None:
    faults = ("hall-cam-1:no_helmet@20s-40s", "hall-cam-2:no_helmet_outside@10s-40s")
    lines = recorded("helmet", tmp_path, "1m", *faults)
    answered(lines, "bare", tmp_path)
    rows = [(row["node"], row["device"], row["time"][14:19]) for row in replayed("helmet", tmp_path).lines()]
    assert rows == [
        ("tell", "hall-cam-1", "00:21"), ("red", "hall-tower-1", "00:21"), ("green", "hall-tower-1", "00:41"),
    ]  # fmt: skip


def test_parts_with_defects_turn_the_gate_and_sound_ones_do_not(tmp_path: Path) -> None:
    """What really passed the middle of the belt is told by the camera's own truth."""
    lines = recorded("parts", tmp_path, "2m", "belt-cam-1:defects@1m")
    answered(lines, "defect", tmp_path)
    turned = [row for row in replayed("parts", tmp_path).lines() if row["node"] == "reject"]
    assert not [row for row in turned if row["time"] < "2026-01-05T00:01"]
    bad = _really_bad(tmp_path, "2m", "belt-cam-1:defects@1m")
    assert bad >= 3
    assert abs(len(turned) - bad) <= 1


def _really_bad(folder: Path, length: str, fault: str) -> int:
    """How many parts with a defect came to the middle of the picture, after none or another."""
    described = json.loads((GALLERY / "parts" / "fleet.json").read_text("utf-8"))
    described["types"][0]["camera"]["truth"] = True
    file = folder / "truth.json"
    file.write_text(json.dumps(described), "utf-8")
    command = [sys.executable, "-m", "fleet", "record", str(file), "--for", length, "--fault", fault]
    done = subprocess.run([*command, "--pictures", str(folder / "same")], cwd=ROOT, capture_output=True, check=True)
    rows = [json.loads(line)["data"] for line in done.stdout.splitlines() if b"truth" in line]
    there = [any(_is_bad_in_the_middle(thing) for thing in row["truth"]) for row in rows]
    return sum(now and not before for before, now in zip([False, *there], there, strict=False))


def _is_bad_in_the_middle(thing: dict[str, Any]) -> bool:
    return thing["class"] != "part_ok" and 0.3 <= (thing["box"][0] + thing["box"][2]) / 2 <= 0.7


def test_a_dial_is_read_to_a_fiftieth_of_its_range(tmp_path: Path) -> None:
    described = json.loads((GALLERY / "gauge" / "fleet.json").read_text("utf-8"))
    described["types"][0]["camera"]["truth"] = True
    lines = recorded("gauge", tmp_path, "4m", "dial-cam-1:high@2m")
    answered(lines, "look", tmp_path)
    every = json.loads((GALLERY / "gauge" / "flow.json").read_text("utf-8"))
    next(node for node in every["nodes"] if node["id"] == "keep")["from"] = ["read"]
    (tmp_path / "flow.json").write_text(json.dumps(every), "utf-8")
    kept = [row for row in replayed("gauge", tmp_path, tmp_path / "flow.json").lines() if row["node"] == "keep"]
    read = [row["data"]["pressure"] for row in kept]
    (tmp_path / "truth.json").write_text(json.dumps(described), "utf-8")
    command = [
        sys.executable,
        "-m",
        "fleet",
        "record",
        str(tmp_path / "truth.json"),
        "--for",
        "4m",
        "--fault",
        "dial-cam-1:high@2m",
    ]
    done = subprocess.run([*command, "--pictures", str(tmp_path / "same")], cwd=ROOT, capture_output=True, check=True)
    real = [json.loads(line)["data"]["value"] for line in done.stdout.splitlines()]
    assert len(read) == len(real) == 48
    assert max(abs(a - b) for a, b in zip(read, real, strict=True)) < 1.6 / 50
    assert max(real) - min(real) > 0.5


@contextmanager
def playing(
    broker: RunningBroker, scenario: str, folder: Path, flow: Path | None = None, speed: int = 1
) -> Iterator[Live]:
    """The scenario's flow in a real worker, its devices publishing to the same broker, both ended at the end."""
    at = GALLERY / scenario
    registry = ("--devices", at / "registry.json")
    kept = ("--models", MODELS, "--store", folder / "store")
    run = ("runtime", "run", flow or at / "flow.json", "--broker", broker.url, *registry, *kept)
    devices = ("fleet", "run", at / "fleet.json", "--broker", broker.url, "--speed", speed)
    with live(*run) as worker:
        worker.ready()
        with live(*devices) as fleet:
            fleet.ready()
            yield worker
            assert worker.end() == 0


def _with_kept(scenario: str, folder: Path, kept: dict[str, Any]) -> Path:
    """The scenario's flow, in which `kept` alone is stored."""
    flow = json.loads((GALLERY / scenario / "flow.json").read_text("utf-8"))
    flow["nodes"] = [node for node in flow["nodes"] if node["kind"] != "store"] + [{"kind": "store", **kept}]
    flow["tests"] = []
    file = folder / "flow.json"
    file.write_text(json.dumps(flow), "utf-8")
    return file


def _switch(broker: RunningBroker, device: str, fault: str, on: bool) -> None:
    """Until the virtual device says itself that it has switched."""
    with listening(broker, f"fleet/{device}/status") as said:
        client = publisher(broker)
        client.publish(f"fleet/{device}/fault", json.dumps({"fault": fault, "on": on}), 1).wait_for_publish(5)
        close(client)
        wait_until(lambda: said and (fault in json.loads(said[-1][1])["faults"]) == on, 10, f"{fault} {on}: {said}")


@pytest.mark.parametrize("which", ["nats", "mosquitto"])
def test_live_a_missing_helmet_switches_the_real_lamp_and_back(which: str, tmp_path: Path) -> None:
    with any_broker(which) as broker, listening(broker, "plant/hall-tower-1/#") as seen:
        with playing(broker, "helmet", tmp_path) as worker:
            _switch(broker, "hall-cam-1", "no_helmet", True)
            worker.wait_actions(2, 120)
            wait_until(lambda: ("plant/hall-tower-1/state", b'{"color": "red"}') in seen, 10, "red lamp")
            _switch(broker, "hall-cam-1", "no_helmet", False)
            worker.wait_actions(3, 120)
            wait_until(lambda: seen[-1] == ("plant/hall-tower-1/state", b'{"color": "green"}'), 10, "green lamp")
        assert [row["node"] for row in worker.actions] == ["tell", "red", "green"]
        assert worker.actions[0]["data"]["text"] == "ホールのカメラ1:立入区域にヘルメットなしの人が 1 人います"


def test_live_a_part_with_a_defect_turns_the_real_gate_and_back(tmp_path: Path) -> None:
    with mosquitto() as broker, listening(broker, "line/sort-gate-1/state") as seen:
        with playing(broker, "parts", tmp_path, speed=3) as worker:
            wait_until(lambda: len(seen) >= 2, 15, "the gate's own word")
            assert not worker.actions, "no defect, no command"
            _switch(broker, "belt-cam-1", "defects", True)
            wait_until(lambda: _ways(seen)[:3] == ["pass", "reject", "pass"], 120, "the gate turned, and back")
            worker.wait_actions(2)
        gate = sorted(
            (row["time"], row["node"], row["sent"]) for row in worker.actions if row["device"] == "sort-gate-1"
        )
        assert [row[1:] for row in gate][:2] == [("reject", True), ("pass", True)], worker.lines


def _ways(seen: list[tuple[str, bytes]]) -> list[str]:
    """How the gate stood, one after the other."""
    return [way for way, _ in groupby(json.loads(payload)["way"] for _, payload in seen)]


def test_live_a_dial_is_read_and_its_values_are_stored(tmp_path: Path) -> None:
    """The flow keeps the last of each minute; here each one is kept, so that nobody waits for the minute to end."""
    every = _with_kept("gauge", tmp_path, {"id": "keep", "from": ["read"], "params": {"fields": ["pressure"]}})
    with mosquitto() as broker, playing(broker, "gauge", tmp_path, every, speed=10) as worker:
        before = len(worker.wait_actions(4, 120))
        _switch(broker, "dial-cam-1", "high", True)
        wait_until(lambda: worker.actions[-1]["data"]["pressure"] > 1.2, 120, "a higher pressure")
    read = [row["data"]["pressure"] for row in worker.actions if row["node"] == "keep"]
    assert {row["device"] for row in worker.actions} == {"dial-cam-1"}
    assert all(0.4 < value < 1.15 for value in read[:before]), "0.8 MPa, which drifts by 0.25"


def test_live_vibration_comes_in_and_what_is_usual_is_being_learned(tmp_path: Path) -> None:
    """More takes a day of the worker's own time: replays and virtual time show it (tests of anomaly, the gallery's runs)."""
    learned = _with_kept(
        "bearing", tmp_path, {"id": "learned", "from": ["odd.learning"], "params": {"fields": ["vibration"]}}
    )
    with mosquitto() as broker, playing(broker, "bearing", tmp_path, learned, speed=1000) as worker:
        wait_until(lambda: len(worker.actions) >= 9, 120, "three of each")
    assert {(row["node"], row["device"]) for row in worker.actions} == {("learned", f"coolant-{i}") for i in (1, 2, 3)}
    assert all(1 < row["data"]["vibration"] < 4 for row in worker.actions)


def test_a_picture_on_the_wire_is_a_jpeg_of_less_than_a_hundred_kilobytes() -> None:
    with mosquitto() as broker, listening(broker, "cameras/#") as seen:
        with live("fleet", "run", GALLERY / "helmet" / "fleet.json", "--broker", broker.url) as fleet:
            fleet.ready()
            wait_until(lambda: len(seen) >= 4, 15, "pictures")
        for _, payload in seen:
            assert len(payload) < 100_000
            assert json.loads(payload)["picture"].startswith("/9j/")
            assert set(json.loads(payload)) == {"ts", "picture"}
