"""MQTT message to effect at 100 messages a second: `python -m bench.latency`.

A reading goes to the embedded broker, `python -m runtime run` reads it and commands the device that sent it, and the
command comes back. Beside it, in the same run, the limit: a plain paho client that answers each reading itself.
"""

import json
import socket
import sys
import tempfile
import threading
import time
from collections import defaultdict, deque
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho

from tests.brokers import RunningBroker, close, nats, publisher, wait_until
from tests.live import Live, live

RATE = 100
"""Messages a second."""
SECONDS, WARM_UP = 12, 2
DEVICES = RATE
"""Each sends once a second, so that an answer is known by its device."""
REGISTRY: dict[str, Any] = {
    "types": [
        {
            "id": "probe",
            "topic": "bench/{device}/telemetry",
            "qos": 1,
            "fields": [{"name": "temperature", "type": "number"}],
            "commands": [{"id": "answer", "topic": "bench/{device}/set", "values": {"type": "object"}}],
        }
    ],
    "devices": [{"id": f"p{number}", "type": "probe"} for number in range(DEVICES)],
}
FLOW: dict[str, Any] = {
    "suiro": 1,
    "name": "Latency",
    "nodes": [
        {"id": "probe", "kind": "devices", "params": {"type": "probe"}},
        {"id": "warm", "kind": "condition", "from": ["probe"], "params": {"expr": "temperature > 20.0"}},
        {
            "id": "answer",
            "kind": "command",
            "from": ["warm.true"],
            "params": {"device": "same", "command": "answer", "values": {"on": True}},
        },
    ],
}


def main() -> None:
    if sys.argv[1:2] == ["echo"]:
        return echo(sys.argv[2])
    with nats() as broker, tempfile.TemporaryDirectory(prefix="suiro-bench-") as name:
        folder = Path(name)
        with live("bench.latency", "echo", broker.url) as limit:
            found = {"plain paho echo (the limit)": measured(broker, limit)}
        for delivery in ("fast", "durable"):
            with live(*command(folder, broker, delivery)) as flow:
                found[f"runtime run, {delivery}"] = measured(broker, flow)
    show(found)
    return None


def command(folder: Path, broker: RunningBroker, delivery: str) -> list[object]:
    """`runtime run` of the flow with this delivery, and with a store where that is durable."""
    (folder / "registry.json").write_text(json.dumps(REGISTRY), "utf-8")
    flow = folder / f"{delivery}.json"
    flow.write_text(json.dumps({**FLOW, "delivery": delivery}), "utf-8")
    store = ["--store", folder / "store"] if delivery == "durable" else []
    return ["runtime", "run", flow, "--broker", broker.url, *store]


def measured(broker: RunningBroker, answering: Live) -> list[float]:
    """Milliseconds from each reading's publish to its answer, sorted; the first seconds are not counted."""
    answering.ready()
    sent: dict[str, deque[float]] = defaultdict(deque)
    took: list[float] = []
    client = publisher(broker)
    at_once(client)

    def answered(_client: Any, _data: Any, message: paho.MQTTMessage) -> None:
        device = message.topic.split("/")[1]
        took.append((time.perf_counter() - sent[device].popleft()) * 1000)

    client.on_message = answered
    granted = threading.Event()
    client.on_subscribe = lambda *_: granted.set()
    client.subscribe("bench/+/set", 1)
    granted.wait(5)
    start = time.perf_counter()
    for number in range(RATE * SECONDS):
        time.sleep(max(0.0, start + number / RATE - time.perf_counter()))
        device = f"p{number % DEVICES}"
        sent[device].append(time.perf_counter())
        client.publish(f"bench/{device}/telemetry", b'{"temperature": 21.5}', 1)
    wait_until(lambda: not any(sent.values()), 10, f"every answer: {answering.problems[-1:]}")
    close(client)
    return sorted(took[RATE * WARM_UP :])


def at_once(client: paho.Client) -> None:
    """Small packets leave at once, so that neither side of the comparison waits for delayed TCP ACKs."""
    connection = client.socket()
    assert isinstance(connection, socket.socket)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def echo(url: str) -> None:
    """The least that anything can do that reads a message and answers it."""
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    user, _, rest = url.removeprefix("mqtt://").partition(":")
    password, _, where = rest.partition("@")
    client.username_pw_set(user, password)
    client.on_subscribe = lambda *_: print(json.dumps({"ready": True}), flush=True)
    client.on_message = lambda _c, _d, message: _answer(client, message.topic)
    host, _, port = where.partition(":")
    client.connect(host, int(port))
    at_once(client)
    client.subscribe("bench/+/telemetry", 1)
    client.loop_forever()


def _answer(client: paho.Client, topic: str) -> None:
    client.publish(topic.replace("/telemetry", "/set"), b'{"on": true}', 1)


def show(found: dict[str, list[float]]) -> None:
    limit = next(iter(found.values()))
    print(f"message to effect at {RATE} messages/s, {RATE * (SECONDS - WARM_UP)} messages each")
    for name, took in found.items():
        (p50, p99), (least50, least99) = percentiles(took), percentiles(limit)
        ratio = "" if took is limit else f"   {p50 / least50:.1f} and {p99 / least99:.1f} times the limit"
        print(f"{name:28} p50 {p50:6.1f} ms   p99 {p99:6.1f} ms{ratio}")


def percentiles(took: list[float]) -> tuple[float, float]:
    return took[len(took) // 2], took[min(len(took) - 1, len(took) * 99 // 100)]


if __name__ == "__main__":
    main()
