"""`python -m runtime run` on a store that holds what it cannot go on with."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.brokers import RunningBroker, close, mosquitto, publisher, wait_until
from tests.conformance.commandline import runtime, written
from tests.live import live


def counting(format: str) -> dict[str, Any]:
    """Sends how many readings there were. With the format `number` nobody can read them."""
    field = {"field": "value", "calc": "count", "over": "1h", "per": "all"}
    nodes = [
        {"id": "read", "kind": "mqtt_in", "params": {"topic": "plant/+", "format": format}},
        {"id": "many", "kind": "window", "from": ["read"], "params": field},
        {"id": "keep", "kind": "store", "from": ["many"], "params": {"fields": ["count"]}},
    ]
    return {"suiro": 1, "name": "Counting", "delivery": "durable", "nodes": nodes}


def run(flow: Path, broker: RunningBroker, store: Path) -> Any:
    return live("runtime", "run", flow, "--broker", broker.url, "--store", store)


def publish(broker: RunningBroker, count: int) -> None:
    client = publisher(broker)
    for n in range(count):
        client.publish("plant/k1", json.dumps({"value": n}), 1).wait_for_publish(5)
    close(client)


def counted(running: Any, last: int) -> None:
    wait_until(lambda: any(action["data"]["count"] == last for action in running.actions), 10, str(last))


def test_a_memory_that_cannot_be_read_is_not_thrown_away(tmp_path: Path) -> None:
    flow, store = written(tmp_path, "flow.json", counting("json")), tmp_path / "store"
    with mosquitto() as broker:
        with run(flow, broker, store) as first:
            first.ready()
            publish(broker, 3)
            counted(first, 3)
            assert first.end() == 0
        damage(store, b'"format":1', b'"format":9')
        ran = runtime("run", flow, "--broker", broker.url, "--store", store)
        assert ran.code == 2
        assert "memory of format 9" in ran.err
        assert "Traceback" not in ran.err
        damage(store, b'"format":9', b'"format":1')
        with run(flow, broker, store) as again:
            again.ready()
            publish(broker, 1)
            counted(again, 4)


def damage(store: Path, what: bytes, by: bytes) -> None:
    with closing(sqlite3.connect(store / "worker.sqlite3")) as db, db:
        ((header,),) = db.execute("SELECT header FROM heads").fetchall()
        db.execute("UPDATE heads SET header = ?", (header.replace(what, by),))


def test_a_version_that_was_rolled_back_is_not_tried_again_at_the_next_start(tmp_path: Path) -> None:
    store = tmp_path / "store"
    good, bad = (written(tmp_path, f"{format}.json", counting(format)) for format in ("json", "number"))
    with mosquitto() as broker:
        with run(good, broker, store) as first:
            first.ready()
            publish(broker, 2)
            counted(first, 2)
            assert first.end() == 0
        with run(bad, broker, store) as second:
            second.ready()
            publish(broker, 12)
            counted(second, 14)
            second.kill()
        with run(bad, broker, store) as third:
            third.ready()
            wait_until(lambda: any(one["code"] == "rolled_back" for one in third.problems), 5, str(third.problems))
            publish(broker, 1)
            counted(third, 15)


def test_a_broker_that_grants_less_than_the_flow_wants_is_said(tmp_path: Path) -> None:
    flow = written(tmp_path, "flow.json", counting("json"))
    with mosquitto(extra="max_qos 0") as broker, run(flow, broker, tmp_path / "store") as running:
        running.ready()
        wait_until(lambda: [told["code"] for told in running.problems] == ["lower_qos"], 15, str(running.problems))
        assert running.end() == 0
