"""A command that a person must approve each time: held, shown, answered or expired; over a restart too."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.brokers import listening, mosquitto, wait_until
from tests.conformance.documents import REGISTRY
from tests.worker_bench import LAMP, Bench, bench_of, document_of

Seen = list[tuple[str, bytes]]
GUARDED = copy.deepcopy(REGISTRY)
GUARDED["types"][1]["commands"][0]["approval"] = True
NOT_SENT = {
    "id": "no",
    "kind": "notify",
    "from": ["lamp.failed"],
    "params": {"to": "shift-channel", "text": "lamp: {reason}"},
}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with bench_of(tmp_path, mosquitto()) as made:
        yield made


def deploy(bench: Bench, delivery: str = "durable", ttl: str = "1m") -> None:
    lamp = {**LAMP, "params": {**LAMP["params"], "ttl": ttl}}
    bench.deploy(document={**document_of(lamp, NOT_SENT), "delivery": delivery}, registry=GUARDED)


def held(bench: Bench, count: int = 1) -> dict[str, Any]:
    row = bench.server.wait_rows("approval", count)[count - 1]
    assert row["flow"] == "f1"
    data: dict[str, Any] = row["data"]
    return data


def answer(bench: Bench, key: str, ok: bool, flow: str = "f1") -> dict[str, Any]:
    asked = f"a{len(bench.server.frames)}"
    bench.server.send(t="approve", id=asked, flow=flow, key=key, ok=ok)
    return bench.server.wait("done", id=asked)


def lamp_effect(bench: Bench) -> dict[str, Any]:
    wait_until(lambda: [row for row in bench.server.rows_of("effect") if row["data"]["node"] == "lamp"], 10, "lamp")
    data: dict[str, Any] = next(r["data"] for r in bench.server.rows_of("effect") if r["data"]["node"] == "lamp")
    return data


@pytest.fixture
def seen(bench: Bench) -> Iterator[Seen]:
    with listening(bench.broker, "plant/+/set") as found:
        yield found


@pytest.mark.parametrize("delivery", ["durable", "fast"])
def test_a_held_command_is_shown_and_goes_once_it_is_approved(bench: Bench, seen: Seen, delivery: str) -> None:
    deploy(bench, delivery)
    bench.publish(85)
    asked = held(bench)
    assert set(asked) == {"key", "node", "device", "command", "values", "text", "time", "expires"}
    assert (asked["node"], asked["device"], asked["command"]) == ("lamp", "tower-1", "set_color")
    assert asked["values"] == {"color": "red"}
    assert asked["text"] == "Tower 1: set colour (color = red)"
    assert 50_000 < asked["expires"] - asked["time"] <= 65_000
    assert seen == []
    firing = next(r["data"] for r in bench.server.wait_rows("firing", 2) if r["data"]["node"] == "lamp")
    assert (firing["key"], firing["approval"]) == (asked["key"], "pending")
    assert answer(bench, asked["key"], True)["ok"] is True
    wait_until(lambda: [json.loads(payload) for _, payload in seen] == [{"color": "red"}], 5, str(seen))
    effect = lamp_effect(bench)
    assert (effect["key"], effect["sent"], effect["outcome"]) == (asked["key"], True, "sent")
    assert answer(bench, asked["key"], True)["ok"] is False
    assert len(seen) == 1


def test_a_refused_command_never_goes_and_the_flow_hears_of_it(bench: Bench, seen: Seen) -> None:
    deploy(bench)
    bench.publish(85)
    assert answer(bench, held(bench)["key"], False)["ok"] is True
    effect = lamp_effect(bench)
    assert (effect["sent"], effect["outcome"]) == (False, "refused")
    assert "lamp: refused" in [row["data"]["text"] for row in bench.server.wait_rows("notice", 2)]
    assert seen == []


def test_a_command_that_nobody_approves_in_time_expires(bench: Bench, seen: Seen) -> None:
    deploy(bench, ttl="1s")
    bench.publish(85)
    key = held(bench)["key"]
    effect = lamp_effect(bench)
    assert (effect["sent"], effect["outcome"]) == (False, "expired")
    assert "lamp: expired" in [row["data"]["text"] for row in bench.server.wait_rows("notice", 2)]
    late = answer(bench, key, True)
    assert late["ok"] is False
    assert late["detail"]
    assert seen == []


@pytest.mark.parametrize("delivery", ["durable", "fast"])
def test_a_held_command_is_held_again_after_a_restart_and_goes_once(bench: Bench, seen: Seen, delivery: str) -> None:
    deploy(bench, delivery)
    bench.publish(85)
    first = held(bench)
    bench.stop()
    bench.start()
    again = held(bench, 2)
    assert again["key"] == first["key"]
    assert abs(again["expires"] - first["expires"]) < 1_000
    bench.subscribed()
    assert answer(bench, again["key"], True)["ok"] is True
    wait_until(lambda: len(seen) == 1, 10)
    assert lamp_effect(bench)["sent"] is True
    bench.stop()
    bench.start()
    bench.server.send(t="status")
    wait_until(lambda: bench.server.of("status")[-1]["flows"], 10)
    assert len(bench.server.rows_of("approval")) == 2
    assert len(seen) == 1


def test_a_held_command_of_a_stopped_flow_never_goes(bench: Bench, seen: Seen) -> None:
    deploy(bench)
    bench.publish(85)
    key = held(bench)["key"]
    bench.server.send(t="stop", flow="f1")
    assert lamp_effect(bench)["sent"] is False
    assert answer(bench, key, True)["ok"] is False
    assert seen == []


def test_an_answer_is_for_the_command_of_one_flow_and_must_say_true(bench: Bench, seen: Seen) -> None:
    deploy(bench)
    bench.publish(85)
    key = held(bench)["key"]
    assert answer(bench, key, True, flow="f2")["ok"] is False
    bench.server.send(t="approve")
    bench.server.send(t="approve", flow="f1", key=key, ok="yes")
    assert lamp_effect(bench)["outcome"] == "refused"
    assert seen == []
