"""What a server hears of cameras that give no picture."""

from pathlib import Path
from typing import Any

from tests.brokers import mosquitto, wait_until
from tests.camera_server import CameraServer
from tests.pictures import picture
from tests.worker_bench import Bench, bench_of

REGISTRY = {
    "types": [{"id": "yard_camera", "topic": "yard/{device}", "fields": [{"name": "view", "type": "image"}]}],
    "devices": [{"id": "yard-1", "type": "yard_camera"}, {"id": "yard-2", "type": "yard_camera"}],
    "destinations": [{"id": "shift-channel", "service": "inbox"}],
}
DOCUMENT: dict[str, Any] = {
    "suiro": 1,
    "name": "Yard",
    "nodes": [
        {"id": "yard", "kind": "snapshot", "params": {"type": "yard_camera", "every": "1s"}},
        {"id": "keep", "kind": "store", "from": ["yard"], "params": {"fields": ["view"]}},
    ],
}


def _heard(bench: Bench) -> dict[str, str]:
    bench.server.send(t="status")
    found: dict[str, str] = bench.server.wait("status").get("cameras", {})
    return found


def test_a_camera_in_vain_is_told_until_it_gives_a_picture_or_no_flow_wants_one(tmp_path: Path) -> None:
    shot = picture("green", (64, 48))
    with (
        CameraServer(shot, "away") as one,
        CameraServer(shot, "away") as other,
        bench_of(tmp_path, mosquitto()) as bench,
    ):
        bench.stop()
        bench.start(cameras={"yard-1": one.url, "yard-2": other.url})
        bench.deploy(document=DOCUMENT, registry=REGISTRY)
        why = "the camera said 503"
        wait_until(lambda: _heard(bench) == {"yard-1": why, "yard-2": why}, 15, "both are away")
        one.mode = "honest"
        wait_until(lambda: _heard(bench) == {"yard-2": why}, 15, "one gives pictures again")
        bench.server.send(t="stop", flow="f1")
        wait_until(lambda: _heard(bench) == {}, 10, "nobody wants a picture")
