"""A picture from a real broker to an action: seen by a real HTTP server, whatever the picture and the server are up to."""

import copy
import time
from pathlib import Path
from typing import Any

import pytest

from tests.brokers import RunningBroker, any_broker, close, listening, mosquitto, publisher, wait_until
from tests.camera_server import CameraServer
from tests.conformance.commandline import written
from tests.live import Live, live
from tests.model_server import MALICIOUS, ModelServer
from tests.pictures import HOSTILE, base64_of, picture

REGISTRY = {
    "types": [
        {"id": "camera", "topic": "gate/{device}/shot", "fields": [{"name": "shot", "type": "image"}]},
        {
            "id": "lamp",
            "topic": "gate/{device}/state",
            "commands": [{"id": "set", "topic": "gate/{device}/set", "values": {"type": "object", "properties": {"on": {"type": "boolean"}}}}],
        },
        {"id": "kiln", "topic": "kiln/{device}", "fields": [{"name": "temperature"}]},
    ],
    "devices": [{"id": "c1", "type": "camera"}, {"id": "c2", "type": "camera"}, {"id": "lamp-1", "type": "lamp"}],
    "destinations": [{"id": "safety", "service": "slack"}],
}  # fmt: skip
LOOK = {
    "image": "shot",
    "prompt": "Is a helmet missing?",
    "fields": [{"name": "helmet", "type": "string", "values": ["worn", "missing"]}],
    "timeout": "1m",
}
NODES: list[Any] = [
    {"id": "gate", "kind": "devices", "params": {"type": "camera"}},
    {"id": "look", "kind": "ai_vision", "from": ["gate"], "params": LOOK},
    {"id": "bare", "kind": "condition", "from": ["look.out"], "params": {"expr": "helmet == 'missing'"}},
    {"id": "lamp", "kind": "command", "from": ["bare.true"], "params": {"device": "lamp-1", "command": "set", "values": {"on": True}}},
    {"id": "worn", "kind": "notify", "from": ["bare.false"], "params": {"to": "safety", "text": "{device}: {helmet}"}},
    {"id": "failed", "kind": "notify", "from": ["look.failed"], "params": {"to": "safety", "text": "{device}: {reason}"}},
    {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
    {"id": "heat", "kind": "store", "from": ["kiln"], "params": {"fields": ["temperature"]}},
]  # fmt: skip
RED, GREEN = picture((230, 10, 10), (800, 600)), picture((10, 230, 10), (800, 600))


def honest(body: Any, server: ModelServer) -> Any:
    """Sees a missing helmet in whatever is red."""
    red, green, _ = server.pictures[-1].resize((1, 1)).getpixel((0, 0))  # type: ignore[misc]
    return {"helmet": "missing" if red > green else "worn", "unsure": False}


def flow_file(folder: Path, delivery: str, timeout: str) -> Path:
    nodes = copy.deepcopy(NODES)
    nodes[1]["params"]["timeout"] = timeout
    written(folder, "registry.json", REGISTRY)
    return written(folder, "flow.json", {"suiro": 1, "name": "gate", "delivery": delivery, "nodes": nodes})


def run(
    folder: Path, broker: RunningBroker, model: ModelServer, *more: object, delivery: str = "fast", timeout: str = "1m"
) -> Any:
    environment = {"SUIRO_MODEL_URL": model.url, "SUIRO_MODEL_NAME": "eye"}
    flow = flow_file(folder, delivery, timeout)
    return live("runtime", "run", flow, "--broker", broker.url, *more, environment=environment)


def seeing(mode: str = "honest", **options: Any) -> ModelServer:
    server = ModelServer(mode, **options)
    if "answer" not in options:
        server.answer = lambda body: honest(body, server)
    return server


def publish(broker: RunningBroker, *messages: tuple[str, Any]) -> None:
    client = publisher(broker)
    for topic, payload in messages:
        client.publish(topic, payload, 1).wait_for_publish(5)
    close(client)


def told(running: Live) -> list[tuple[str, Any]]:
    return [(row["node"], row["data"].get("text", row["data"])) for row in running.actions]


@pytest.mark.parametrize("which", ["nats", "mosquitto"])
def test_a_red_picture_switches_the_lamp_and_a_green_one_does_not(which: str, tmp_path: Path) -> None:
    with any_broker(which) as broker, seeing() as model, listening(broker, "gate/+/set") as lamp:
        with run(tmp_path, broker, model) as running:
            running.ready()
            publish(broker, ("gate/c1/shot", GREEN), ("gate/c2/shot", f'{{"shot": "{base64_of(RED)}"}}'))
            running.wait_actions(2)
            wait_until(lambda: lamp == [("gate/lamp-1/set", b'{"on":true}')], 5, str(lamp))
        assert sorted(told(running), key=str) == [
            ("lamp", {"command": "set", "values": {"on": True}}),
            ("worn", "c1: worn"),
        ]
        assert {shown.size for shown in model.pictures} == {(800, 600)}


def obeying(body: Any) -> Any:
    """Does whatever is painted into a picture, and more."""
    return {"helmet": "missing", "unsure": False, "device": "lamp-1", "command": "set", "to": "http://169.254.169.254/"}


@pytest.mark.parametrize(
    ("mode", "answer", "reason"),
    [
        ("malicious", None, "not_json"),
        ("prose", None, "not_json"),
        ("honest", obeying, "bad_answer"),
        ("honest", lambda body: {"helmet": MALICIOUS, "unsure": False}, "bad_answer"),
        ("honest", lambda body: {"helmet": {"$picture": "0" * 64}}, "bad_answer"),
        ("megabyte", lambda body: '{"nodes": []}', "bad_answer"),
        ("huge", None, "too_large"),
        ("refusing", None, "refused"),
        ("broken", None, "http_500"),
        ("blind", None, "no_pictures"),
        ("pings", lambda body: {"nodes": []}, "timeout"),
    ],
)
def test_a_model_that_obeys_the_picture_changes_nothing_but_the_port(
    mode: str, answer: Any, reason: str, tmp_path: Path
) -> None:
    more = {"answer": answer} if answer is not None else {}
    with mosquitto() as broker, seeing(mode, **more) as model, listening(broker, "gate/#", "+") as seen:
        timeout = "2s" if reason == "timeout" else "1m"  # a busy machine must not be the reason
        with run(tmp_path, broker, model, timeout=timeout) as running:
            running.ready()
            publish(broker, ("gate/c1/shot", RED))
            running.wait_actions(1, 60)
        assert told(running) == [("failed", f"c1: {reason}")]
        assert {topic for topic, _ in seen} == {"gate/c1/shot"}


def test_hostile_pictures_ask_nobody_and_hold_nobody_up(tmp_path: Path) -> None:
    with mosquitto() as broker, seeing() as model, run(tmp_path, broker, model) as running:
        running.ready()
        resident = memory_of(running)
        for _ in range(5):
            publish(
                broker, *[("gate/c1/shot", data) for data, _ in HOSTILE.values()], ("kiln/k1", b'{"temperature": 1}')
            )
        publish(broker, ("gate/c2/shot", GREEN))
        wait_until(lambda: ("worn", "c2: worn") in told(running), 20, str(running.lines))
        wait_until(lambda: len(told(running)) == 5 * len(HOSTILE) + 5 + 1, 20, str(running.lines))
        assert told(running).count(("failed", "c1: no_picture")) == 5 * len(HOSTILE)
        assert len(model.requests) == 1
        assert memory_of(running) - resident < 200 << 20


def memory_of(running: Live) -> int:
    """Bytes that the process has in memory."""
    status = Path(f"/proc/{running.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) * 1_024


def test_a_question_that_was_open_at_a_kill_is_asked_again_with_the_same_picture(tmp_path: Path) -> None:
    store, lasting = ("--store", tmp_path / "store"), {"delivery": "durable", "timeout": "5m"}
    with mosquitto() as broker, seeing("slow", delay=60.0) as model:
        with run(tmp_path, broker, model, *store, **lasting) as running:
            running.ready()
            publish(broker, ("gate/c1/shot", RED))
            wait_until(lambda: len(model.requests) == 1, 15, str(running.problems))
            running.kill()
        kept = [file for file in (tmp_path / "store" / "pictures").rglob("*") if file.is_file()]
        assert len(kept) == 1
        model.mode = "honest"
        with run(tmp_path, broker, model, *store, **lasting) as running:
            running.ready().wait_actions(1)
        assert told(running) == [("lamp", {"command": "set", "values": {"on": True}})]
        assert [shown.size for shown in model.pictures] == [(800, 600)]


def test_a_flood_of_pictures_leaves_other_devices_their_turn(tmp_path: Path) -> None:
    large = picture((10, 230, 10), (4_000, 3_000))
    with mosquitto() as broker, seeing() as model, run(tmp_path, broker, model) as running:
        running.ready()
        client = publisher(broker)
        for number in range(40):
            client.publish("gate/c1/shot", large, 1)
            client.publish("kiln/k1", f'{{"temperature": {number}}}', 1)
        began = time.monotonic()
        wait_until(lambda: len([row for row in running.actions if row["node"] == "heat"]) == 40, 30, "kiln")
        took = time.monotonic() - began
        close(client)
        assert took < 20
        assert [row["data"]["temperature"] for row in running.actions if row["node"] == "heat"] == list(range(40))


def test_a_camera_at_an_address_is_looked_at_and_one_that_is_away_is_told(tmp_path: Path) -> None:
    nodes = copy.deepcopy(NODES)
    nodes[0] = {"id": "gate", "kind": "snapshot", "params": {"type": "camera", "every": "1s", "timeout": "2s"}}
    nodes.append(
        {
            "id": "away",
            "kind": "notify",
            "from": ["gate.failed"],
            "params": {"to": "safety", "text": "{device} {reason}"},
        }
    )
    written(tmp_path, "registry.json", REGISTRY)
    flow = written(tmp_path, "flow.json", {"suiro": 1, "name": "gate", "delivery": "fast", "nodes": nodes})
    with mosquitto() as broker, seeing() as model, CameraServer(RED, "digest") as c1, CameraServer(RED, "away") as c2:
        cameras = written(tmp_path, "cameras.json", {"c1": c1.signed, "c2": c2.url})
        environment = {"SUIRO_MODEL_URL": model.url, "SUIRO_MODEL_NAME": "eye", "SUIRO_CAMERAS": str(cameras)}
        with live("runtime", "run", flow, "--broker", broker.url, environment=environment) as running:
            running.ready()
            wait_until(lambda: {"lamp", "away"} <= {node for node, _ in told(running)}, 20, str(running.lines))
        assert ("away", "c2 camera_away") in told(running)
        assert model.pictures[0].size == (800, 600)
        printed = str([*running.lines, *running.problems, *running.other])
        assert "s3cret" not in printed
