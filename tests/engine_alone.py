"""Run by `make test` in an environment that holds only requirements-runtime.lock: the engine needs no server.

Sends one event through `python -m runtime replay` and checks the action that comes out.
"""

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FLOW = {
    "suiro": 1,
    "name": "Kiln",
    "nodes": [
        {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
        {"id": "hot", "kind": "threshold", "from": ["kiln"], "params": {"field": "temperature", "above": 80}},
        {"id": "tell", "kind": "notify", "from": ["hot"], "params": {"to": "shift", "text": "{device} {temperature}"}},
    ],
}
EVENT = {"time": "2026-01-05T00:00:00Z", "device": "k1", "data": {"temperature": 85}}


def main() -> None:
    assert importlib.util.find_spec("django") is None, "this environment holds more than the engine"
    with tempfile.TemporaryDirectory() as folder:
        flow, events = Path(folder, "flow.json"), Path(folder, "events.jsonl")
        flow.write_text(json.dumps(FLOW), "utf-8")
        events.write_text(json.dumps(EVENT) + "\n", "utf-8")
        command = [sys.executable, "-m", "runtime", "replay", str(flow), "--events", str(events)]
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert ran.returncode == 0, ran.stderr
    action = json.loads(ran.stdout)
    assert action["data"] == {"to": "shift", "text": "k1 85"}, action
    print("engine alone: 1 passed, 0 failed")


if __name__ == "__main__":
    main()
