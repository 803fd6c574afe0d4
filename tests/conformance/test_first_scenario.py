"""The first scenario: a recorded overheating, replayed through its flow by the command line alone."""

import json
import subprocess
import sys
from pathlib import Path

from tests.conformance.commandline import ROOT, Ran, runtime

FIRST = ROOT / "gallery" / "first"


def recorded(folder: Path, *options: str) -> Path:
    """What `python -m fleet record` prints, as a file."""
    command = [sys.executable, "-m", "fleet", "record", str(FIRST / "fleet.json"), "--for", "5m", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    file = folder / "events.jsonl"
    file.write_bytes(done.stdout)
    return file


def replayed(events: Path) -> Ran:
    return runtime("replay", FIRST / "flow.json", "--events", events, "--devices", FIRST / "registry.json")


def test_the_flow_of_the_first_scenario_is_sound_and_its_tests_pass() -> None:
    checked = runtime("validate", FIRST / "flow.json", "--devices", FIRST / "registry.json")
    assert checked.json() == {"problems": []}
    assert runtime("test", FIRST / "flow.json").json()["failed"] == 0


def test_a_recorded_overheating_fires_once_after_thirty_seconds_and_recovers_once(tmp_path: Path) -> None:
    events = recorded(tmp_path, "--fault", "kiln-2:overheat@1m-3m")
    rows = [json.loads(line) for line in events.read_text("utf-8").splitlines()]
    hot = [r["time"] for r in rows if r["device"] == "kiln-2" and r["data"]["temperature"] > 80]
    actions = replayed(events).lines()
    assert [action["node"] for action in actions] == ["tell", "red", "green"]
    seconds = int(actions[0]["time"][17:19]) - int(hot[0][17:19])
    assert seconds == 30
    assert actions[0]["device"] == "kiln-2"
    assert actions[2]["time"] > hot[-1]


def test_a_quiet_day_fires_nothing(tmp_path: Path) -> None:
    assert replayed(recorded(tmp_path)).out == ""


def test_raw_payloads_replay_to_the_same_actions_as_decoded_fields(tmp_path: Path) -> None:
    decoded = replayed(recorded(tmp_path, "--fault", "kiln-2:overheat@1m-3m")).lines()
    raw = replayed(recorded(tmp_path, "--fault", "kiln-2:overheat@1m-3m", "--raw")).lines()
    assert [(a["time"], a["node"], a["data"]) for a in raw] == [(a["time"], a["node"], a["data"]) for a in decoded]


def test_garbled_payloads_are_counted_and_the_other_kilns_go_on(tmp_path: Path) -> None:
    faults = ["--fault", "kiln-1:garbled", "--fault", "kiln-2:overheat@1m-3m", "--raw"]
    done = replayed(recorded(tmp_path, *faults))
    assert done.code == 0
    assert [action["device"] for action in done.lines()] == ["kiln-2", "tower-1", "tower-1"]
