"""A folder of scenarios on real brokers: switched by retained messages, each apart from the others."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fleet.broker import broker_at
from fleet.problem import NoSuchFile
from fleet.serve import Serving, scenarios_in
from tests.brokers import RunningBroker, any_broker, close, listening, publisher, wait_until

Seen = list[tuple[str, bytes]]


def folder(at: Path) -> Path:
    """Two scenarios with a lamp each, one that is broken, and a file that is no scenario."""
    for name in ("north", "south"):
        (at / name).mkdir()
        lamp = {
            "id": "lamp",
            "topic": f"{name}/{{device}}",
            "period": "10m",
            "signals": [{"name": "level", "level": 5}],
        }
        whole = {"fleet": 1, "types": [lamp], "devices": [{"id": f"lamp-{name}", "type": "lamp"}]}
        (at / name / "fleet.json").write_text(json.dumps(whole), "utf-8")
    (at / "broken").mkdir()
    (at / "broken" / "fleet.json").write_text("{", "utf-8")
    (at / "words.md").write_text("no scenario", "utf-8")
    return at


@contextmanager
def serving(broker: RunningBroker, at: Path, *on: str) -> Iterator[Serving]:
    one = Serving(scenarios_in(at), broker_at(broker.url), on)
    thread = threading.Thread(target=one.run)
    thread.start()
    try:
        yield one
    finally:
        one.stop.set()
        thread.join(10)
        assert not thread.is_alive()


def say(broker: RunningBroker, name: str, data: Any) -> None:
    client = publisher(broker)
    client.publish(f"fleet/scenarios/{name}", json.dumps(data).encode(), qos=1, retain=True).wait_for_publish(5)
    close(client)


def count(seen: Seen, topic: str) -> int:
    return sum(name == topic and bool(payload) for name, payload in seen)


@pytest.mark.parametrize("which", ["nats", "mosquitto"])
def test_scenarios_go_on_and_off_by_retained_messages_and_each_device_says_at_once_how_it_is(
    which: str, tmp_path: Path
) -> None:
    at = folder(tmp_path)
    with any_broker(which) as broker, listening(broker, "north/#", "south/#", "fleet/+/status") as seen:
        with serving(broker, at, "north", "unheard") as one:
            wait_until(lambda: count(seen, "north/lamp-north") == 1, 10, "the first scenario speaks")
            say(broker, "south", {"on": True})
            wait_until(lambda: count(seen, "south/lamp-south") == 1, 10, "the other one speaks, its period aside")
            for name, junk in (("../first", {"on": True}), ("south", {"on": "no"}), ("south", [1]), ("north", None)):
                say(broker, name.replace("/", "-"), junk)
            say(broker, "north", {"on": False})
            wait_until(lambda: one.running == {"south"}, 10, "the first one stopped")
            wait_until(lambda: ("fleet/lamp-north/status", b"") in seen, 5, "its status is taken back")
            say(broker, "south", {"on": True})
        with serving(broker, at, "north") as later:
            wait_until(lambda: later.running == {"south"}, 10, "what was said is still so for one that starts later")
            wait_until(lambda: count(seen, "south/lamp-south") == 2, 10, "and it speaks again")


def test_a_scenario_that_cannot_be_read_is_told_of_and_left_out(tmp_path: Path) -> None:
    told: list[dict[str, Any]] = []
    assert sorted(scenarios_in(folder(tmp_path), told.append)) == ["north", "south"]
    assert [line["scenario"] for line in told] == ["broken"]
    with pytest.raises(NoSuchFile):
        scenarios_in(tmp_path / "nowhere")
