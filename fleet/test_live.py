"""The fleet on real brokers: what it publishes, what it listens to, and how it comes and goes."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from fleet.broker import broker_at
from fleet.description import load
from fleet.live import LiveFleet
from fleet.problem import FleetProblem
from tests.brokers import RunningBroker, any_broker, close, listening, nats, publisher, wait_for, wait_until

ROOT = Path(__file__).resolve().parents[1]
Seen = list[tuple[str, bytes]]


@contextmanager
def running_fleet(url: str, *options: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "fleet", "run", "gallery/first/fleet.json", "--broker", url, *options]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def told(seen: Seen, topic: str) -> list[Any]:
    return [json.loads(payload) for name, payload in seen if name == topic and payload]


def say(broker: RunningBroker, topic: str, data: bytes) -> None:
    client = publisher(broker)
    client.publish(topic, data, qos=1).wait_for_publish(5)
    close(client)


def ready(log: Path) -> bool:
    return b'"ready": true' in log.read_bytes()


@pytest.mark.parametrize("which", ["nats", "mosquitto"])
def test_a_fleet_publishes_takes_faults_and_commands_and_leaves_quietly(which: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with any_broker(which) as broker, listening(broker, "plant/#", "building/#", "fleet/#") as seen:
        with running_fleet(broker.url, log=log) as process:
            wait_until(lambda: ready(log), 10, "ready")
            wait_until(lambda: len(told(seen, "plant/kiln-2/telemetry")) > 1, 5, "telemetry")
            reading = told(seen, "plant/kiln-2/telemetry")[-1]
            assert 55 < reading["t"]["temp"] < 69
            assert abs(reading["ts"] - time.time() * 1000) < 10_000
            wait_until(lambda: told(seen, "fleet/kiln-2/status"), 5, "status")
            assert told(seen, "fleet/kiln-2/status")[-1]["faults"] == []

            say(broker, "fleet/kiln-2/fault", b'{"fault": "overheat", "on": true}')
            wait_until(lambda: told(seen, "fleet/kiln-2/status")[-1]["faults"] == ["overheat"], 5, "fault on")
            wait_until(lambda: told(seen, "plant/kiln-2/telemetry")[-1]["t"]["temp"] > 70, 10, "hotter")

            for junk in (b"\xff", b"[" * 60_000, b'{"fault": 3, "on": 1}', b'{"color": "pink"}', b"null"):
                say(broker, "fleet/kiln-2/fault", junk)
                say(broker, "plant/tower-1/set", junk)
            say(broker, "plant/tower-1/set", b'{"color": "red"}')
            wait_until(lambda: told(seen, "plant/tower-1/state")[-1:] == [{"color": "red"}], 3, "lamp")
            assert {"color": "pink"} not in told(seen, "plant/tower-1/state")

            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        wait_until(lambda: ("fleet/kiln-2/status", b"") in seen, 5, "status taken back")


def test_it_says_ready_only_when_the_broker_hears_for_it(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        running_fleet(f"mqtt://127.0.0.1:{server.getsockname()[1]}", log=log),
    ):
        server.settimeout(60)
        dialled, _ = server.accept()
        with dialled, dialled.makefile("rb") as sent:
            assert _packet(sent)[0] >> 4 == 1, "CONNECT"
            dialled.sendall(bytes([0x20, 2, 0, 0]))
            asked = next(body for head, body in iter(lambda: _packet(sent), None) if head >> 4 == 8)
            assert not wait_for(lambda: ready(log), 0.3), "SUBSCRIBE is not answered yet"
            filters = asked.count(b"/+/")
            dialled.sendall(bytes([0x90, 2 + filters]) + asked[:2] + bytes([1] * filters))
            wait_until(lambda: ready(log), 10, "ready")


def _packet(sent: BinaryIO) -> tuple[int, bytes]:
    """The next MQTT packet: its first byte and what follows its length."""
    head, length, shift = sent.read(1)[0], 0, 0
    while True:
        byte = sent.read(1)[0]
        length |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return head, sent.read(length)


def test_a_fleet_waits_for_its_broker_and_comes_back_after_a_restart(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with nats(started=False) as broker, running_fleet(broker.url, log=log) as process:
        time.sleep(1.0)
        assert process.poll() is None
        broker.start()
        wait_until(lambda: ready(log), 20, "ready")
        broker.stop()
        wait_until(lambda: b'"connected": false' in log.read_bytes(), 10, "away")
        broker.start()
        wait_until(lambda: b'"connected": true' in log.read_bytes(), 20, "back")
        with listening(broker, "plant/#") as seen:
            wait_until(lambda: told(seen, "plant/kiln-1/telemetry"), 10, "telemetry")
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def test_a_faster_fleet_still_tells_the_real_time(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with (
        nats() as broker,
        listening(broker, "plant/kiln-1/telemetry") as seen,
        running_fleet(broker.url, "--speed", "20", log=log),
    ):
        wait_until(lambda: len(seen) > 30, 10, "thirty readings")
        assert abs(told(seen, "plant/kiln-1/telemetry")[-1]["ts"] - time.time() * 1000) < 10_000


def test_a_broker_address_is_read_with_user_password_and_port() -> None:
    broker = broker_at("mqtts://ann:p%40ss@broker.example")
    assert (broker.host, broker.port, broker.username, broker.password, broker.tls) == (
        "broker.example", 8883, "ann", "p@ss", True,
    )  # fmt: skip
    for wrong in ("localhost", "http://x", "mqtt://", "mqtt://host:99999", "mqtt://u:secret@host:port"):
        with pytest.raises(FleetProblem) as caught:
            broker_at(wrong)
        assert "secret" not in str(caught.value)


def test_what_is_published_is_not_held_back_by_the_network() -> None:
    with nats() as broker:
        fleet = LiveFleet(load(ROOT / "gallery/first/fleet.json"), broker_at(broker.url))
        running = threading.Thread(target=fleet.run)
        running.start()
        try:
            wait_until(lambda: fleet._client.is_connected(), 10)
            connection = fleet._client.socket()
            assert connection
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        finally:
            fleet.stop.set()
            running.join(10)


def test_what_is_wrong_is_said_in_the_terminals_language() -> None:
    command = [sys.executable, "-m", "fleet", "run", "gallery/first/fleet.json", "--broker", "nowhere"]
    for locale, words in (("ja_JP.UTF-8", "ブローカー"), ("C", "the broker")):
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, "LC_ALL": locale}, capture_output=True)
        assert done.returncode == 2
        assert words in done.stderr.decode()
