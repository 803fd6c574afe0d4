"""`python -m runtime run` over real brokers: a flow from a file, with nothing around it."""

import copy
import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.brokers import RunningBroker, any_broker, close, listening, mosquitto, nats, publisher, wait_until
from tests.conformance.commandline import runtime, written
from tests.conformance.documents import DOCUMENT, REGISTRY
from tests.control_server import ControlServer
from tests.live import live
from tests.model_server import ModelServer
from tests.receiver import Receiver

TOWER = {
    "id": "lamp",
    "kind": "command",
    "from": ["hot.entered"],
    "params": {"device": "tower-1", "command": "set_color", "values": {"color": "red"}},
}


def flow_file(folder: Path, *, hold: str = "1s", delivery: str | None = "fast", more: list[Any] | None = None) -> Path:
    """The document of CONTRACTS with a short hold, and its registry beside it."""
    document = copy.deepcopy(DOCUMENT)
    document["nodes"][1]["params"]["for"] = hold
    document["nodes"] += more or []
    if delivery:
        document["delivery"] = delivery
    written(folder, "registry.json", REGISTRY)
    return written(folder, "flow.json", document)


def publish(broker: RunningBroker, device: str, temperature: Any, *, at: int | None = None) -> None:
    client = publisher(broker)
    payload = json.dumps({"ts": at or now(), "t": {"temp": temperature}})
    client.publish(f"plant/{device}/telemetry", payload, 1).wait_for_publish(5)
    close(client)


def now() -> int:
    return time.time_ns() // 1_000_000


def run(flow: Path, broker: RunningBroker, *more: object, **options: Any) -> Any:
    return live("runtime", "run", flow, "--broker", broker.url, *more, **options)


@pytest.mark.parametrize("which", ["nats", "mosquitto"])
def test_the_contracts_document_tells_slack_once_and_again_when_it_has_cooled(which: str, tmp_path: Path) -> None:
    flow = flow_file(tmp_path)
    with any_broker(which) as broker, Receiver() as slack:
        addresses = written(tmp_path, "destinations.json", {"shift-channel": slack.url})
        with run(flow, broker, "--destinations", addresses) as running:
            running.ready()
            publish(broker, "kiln-1", 85)
            (hot,) = running.wait_actions(1)
            publish(broker, "kiln-1", 79)
            publish(broker, "kiln-1", 77)
            cool = running.wait_actions(2)[1]
            assert running.end() == 0
        assert [body for _, _, body in slack.received] == [
            {"text": "Kiln 1 is at 85 °C"},
            {"text": "Kiln 1 has cooled"},
        ]
    assert set(hot) == {"time", "node", "kind", "device", "data", "key", "sent"}
    assert (hot["node"], hot["kind"], hot["device"], hot["sent"]) == ("tell", "notify", "kiln-1", True)
    assert hot["data"] == {"to": "shift-channel", "text": "Kiln 1 is at 85 °C"}
    assert (cool["node"], cool["sent"]) == ("calm", True)


def test_without_an_address_the_action_is_printed_as_not_sent(tmp_path: Path) -> None:
    with mosquitto() as broker, run(flow_file(tmp_path, hold="0s"), broker) as running:
        running.ready()
        publish(broker, "kiln-1", 85)
        assert running.wait_actions(1)[0]["sent"] is False
        assert running.end() == 0


def test_an_address_may_come_from_the_environment(tmp_path: Path) -> None:
    with mosquitto() as broker, Receiver() as slack:
        environment = {"SUIRO_DEST_SHIFT_CHANNEL": slack.url}
        with run(flow_file(tmp_path, hold="0s"), broker, environment=environment) as running:
            running.ready()
            publish(broker, "kiln-1", 85)
            assert running.wait_actions(1)[0]["sent"] is True
        assert len(slack.received) == 1


def test_a_command_goes_out_on_its_topic(tmp_path: Path) -> None:
    with nats() as broker, listening(broker, "plant/+/set") as seen:
        with run(flow_file(tmp_path, hold="0s", more=[TOWER]), broker) as running:
            running.ready()
            publish(broker, "kiln-1", 85)
            actions = running.wait_actions(2)
            lamp = next(action for action in actions if action["node"] == "lamp")
            assert lamp["data"] == {"command": "set_color", "values": {"color": "red"}}
            assert (lamp["device"], lamp["sent"]) == ("tower-1", True)
        wait_until(lambda: seen, 5)
        assert [(topic, json.loads(payload)) for topic, payload in seen] == [("plant/tower-1/set", {"color": "red"})]


def test_a_command_that_a_person_must_approve_is_printed_as_pending_and_not_sent(tmp_path: Path) -> None:
    flow = flow_file(tmp_path, hold="0s", more=[TOWER])
    guarded = copy.deepcopy(REGISTRY)
    guarded["types"][1]["commands"][0]["approval"] = True
    written(tmp_path, "registry.json", guarded)
    with mosquitto() as broker, listening(broker, "plant/+/set") as seen, run(flow, broker) as running:
        running.ready()
        publish(broker, "kiln-1", 85)
        lamp = next(action for action in running.wait_actions(2) if action["node"] == "lamp")
        assert (lamp["sent"], lamp["approval"]) == (False, "pending")
        assert "approve" in lamp["detail"]
        assert running.end() == 0
        assert seen == []


@pytest.mark.parametrize("which", ["nats", "mosquitto"])
def test_bad_input_is_survived_and_the_next_good_event_is_processed(which: str, tmp_path: Path) -> None:
    bad = [b"", b"{", b"[1]", b"\xff\xfe{", b'{"t": {"temp": NaN}}', b'{"t": {"temp": "hot"}}', b'{"t": 5}', b"{}",
           b'{"t": {"temp": 1e999}}', b'{"ts": "never", "t": {"temp": true}}', b"[" * 100_000,
           b'{"t":' * 1_000 + b"1" + b"}" * 1_000, b'{"a": "' + b"x" * 10_000_000 + b'"}']  # fmt: skip
    with any_broker(which) as broker, run(flow_file(tmp_path, hold="0s"), broker) as running:
        running.ready()
        client = publisher(broker)
        for payload in bad:
            client.publish("plant/kiln-1/telemetry", payload, 1).wait_for_publish(10)
        for topic in ("plant/nobody-1/telemetry", "plant/炉 1/telemetry", "plant//telemetry", "elsewhere"):
            if which == "mosquitto" or " " not in topic:
                client.publish(topic, b"{}", 1).wait_for_publish(5)
        close(client)
        publish(broker, "kiln-1", 85, at=now() + 30_000)  # after those without a time, however late they are read
        assert running.wait_actions(1)[0]["device"] == "kiln-1"
        assert len(running.actions) == 1
        assert running.end() == 0


@pytest.mark.parametrize("which", ["nats", "mosquitto"])
def test_a_broker_that_restarts_is_found_again(which: str, tmp_path: Path) -> None:
    with any_broker(which) as broker, run(flow_file(tmp_path, hold="0s"), broker) as running:
        running.ready()
        broker.stop()
        wait_until(lambda: any(p["code"] == "broker_away" for p in running.problems), 15, str(running.problems))
        broker.start()
        for _ in range(40):  # what is published before it has subscribed again is lost for a fast flow
            publish(broker, "kiln-1", 85)
            if running.actions:
                break
            time.sleep(0.25)
        assert running.wait_actions(1)[0]["node"] == "tell"
        assert running.end() == 0


def test_a_broker_away_at_the_start_is_said_and_waited_for(tmp_path: Path) -> None:
    with mosquitto(started=False) as broker, run(flow_file(tmp_path, hold="0s"), broker) as running:
        wait_until(lambda: any(p["code"] == "broker_away" for p in running.problems), 15)
        assert running.lines == []
        broker.start()
        running.ready()
        assert running.end(signal.SIGINT) == 0


def test_ctrl_c_before_the_broker_is_there_ends_at_once(tmp_path: Path) -> None:
    with mosquitto(started=False) as broker, run(flow_file(tmp_path), broker) as running:
        wait_until(lambda: running.problems, 15)
        started = time.monotonic()
        assert running.end(signal.SIGINT) == 0
        assert time.monotonic() - started < 10, "nothing was waited for"


def test_a_signal_gives_what_is_on_its_way_up_to_five_seconds(tmp_path: Path) -> None:
    with mosquitto() as broker, Receiver() as slack:
        slack.hanging = True
        environment = {"SUIRO_DEST_SHIFT_CHANNEL": slack.url}
        with run(flow_file(tmp_path, hold="0s"), broker, environment=environment) as running:
            running.ready()
            publish(broker, "kiln-1", 85)
            wait_until(lambda: slack.received, 10)
            running.process.send_signal(signal.SIGTERM)
            time.sleep(0.7)
            slack.hang.set()
            assert running.end() == 0
        assert [action["sent"] for action in running.actions] == [True]


def test_a_destination_that_hangs_for_ever_does_not_keep_it_from_ending(tmp_path: Path) -> None:
    with mosquitto() as broker, Receiver() as slack:
        slack.hanging = True
        environment = {"SUIRO_DEST_SHIFT_CHANNEL": slack.url}
        with run(flow_file(tmp_path, hold="0s"), broker, environment=environment) as running:
            running.ready()
            publish(broker, "kiln-1", 85)
            wait_until(lambda: slack.received, 10)
            assert running.end(seconds=15) == 0, "five seconds are given, and it hangs for thirty"


def test_a_durable_flow_without_a_store_is_refused_with_both_ways_out(tmp_path: Path) -> None:
    for delivery in (None, "durable"):
        ran = runtime("run", flow_file(tmp_path, delivery=delivery), "--broker", "mqtt://127.0.0.1:1")
        assert ran.code == 1
        assert ran.out == ""
        (problem,) = ran.problems()
        assert problem["code"] == "durable_needs_store"
        assert "--store" in problem["hint"]
        assert "fast" in problem["hint"]


@pytest.mark.parametrize("which", ["nats", "mosquitto"])
def test_a_store_keeps_a_hold_over_a_restart(which: str, tmp_path: Path) -> None:
    flow, store = flow_file(tmp_path, hold="8s", delivery=None), tmp_path / "store"
    with any_broker(which) as broker:
        with run(flow, broker, "--store", store) as first:
            first.ready()
            started = now()
            publish(broker, "kiln-1", 85, at=started)
            time.sleep(1.0)
            assert first.end() == 0
            assert first.actions == []
        with run(flow, broker, "--store", store) as second:
            (hot,) = second.ready().wait_actions(1)
            assert hot["node"] == "tell"
            assert second.end() == 0
    assert parsed(hot["time"]) == started + 8_000


def test_a_store_survives_being_killed(tmp_path: Path) -> None:
    flow, store = flow_file(tmp_path, hold="6s", delivery=None), tmp_path / "store"
    with mosquitto() as broker:
        with run(flow, broker, "--store", store) as first:
            first.ready()
            publish(broker, "kiln-1", 85)
            time.sleep(0.8)
            first.kill()
        with run(flow, broker, "--store", store) as second:
            assert second.ready().wait_actions(1)[0]["node"] == "tell"


def test_what_was_published_while_it_was_away_is_read_from_the_broker(tmp_path: Path) -> None:
    flow, store = flow_file(tmp_path, hold="0s", delivery=None), tmp_path / "store"
    with nats() as broker:
        with run(flow, broker, "--store", store) as first:
            first.ready()
            assert first.end() == 0
        publish(broker, "kiln-1", 85)
        with run(flow, broker, "--store", store) as second:
            assert second.ready().wait_actions(1)[0]["device"] == "kiln-1"


def test_a_notice_that_was_not_sent_goes_out_after_the_next_start(tmp_path: Path) -> None:
    flow, store = flow_file(tmp_path, hold="0s", delivery=None), tmp_path / "store"
    with mosquitto() as broker, Receiver() as slack:
        slack.answers = [(503, {"Retry-After": "60"})]
        environment = {"SUIRO_DEST_SHIFT_CHANNEL": slack.url}
        with run(flow, broker, "--store", store, environment=environment) as first:
            first.ready()
            publish(broker, "kiln-1", 85)
            wait_until(lambda: slack.received, 10)
            assert first.end() == 0
            assert first.actions == []
        slack.answers = [(200, {})]
        with run(flow, broker, "--store", store, environment=environment) as second:
            assert second.ready().wait_actions(1)[0]["sent"] is True
        keys = {headers["Idempotency-Key"] for _, headers, _ in slack.received}
        assert len(keys) == 1


def test_one_store_is_for_one_process(tmp_path: Path) -> None:
    flow, store = flow_file(tmp_path, delivery=None), tmp_path / "store"
    with mosquitto() as broker, run(flow, broker, "--store", store) as first:
        first.ready()
        ran = runtime("run", flow, "--broker", broker.url, "--store", store)
        assert ran.code == 1
        assert ran.problems()[0]["code"] == "store_in_use"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--broker", "http://127.0.0.1"),
        ("--broker", "mqtt://127.0.0.1:1", "--destinations", "nowhere.json"),
        (),
    ],
)
def test_a_wrong_command_line_ends_with_two(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert runtime("run", flow_file(tmp_path), *arguments).code == 2


def test_networks_that_cannot_be_read_are_named_and_end_with_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUIRO_EGRESS_ALLOW", "10.0.0.0/99")
    token = written(tmp_path, "token", "t")
    worker = ("worker", "--server", "ws://127.0.0.1:1", "--token-file", token, "--store", tmp_path / "store")
    for arguments in (("run", flow_file(tmp_path), "--broker", "mqtt://127.0.0.1:1"), worker):
        ran = runtime(*arguments)
        assert ran.code == 2
        assert "SUIRO_EGRESS_ALLOW" in ran.err
        assert "Traceback" not in ran.err


def test_a_document_with_errors_ends_with_one(tmp_path: Path) -> None:
    flow = written(tmp_path, "flow.json", {"suiro": 1, "name": "x", "nodes": [{"id": "a", "kind": "nothing"}]})
    ran = runtime("run", flow, "--broker", "mqtt://127.0.0.1:1")
    assert ran.code == 1
    assert ran.problems()


def test_a_hundred_events_a_second_all_arrive(tmp_path: Path) -> None:
    document = {
        "suiro": 1,
        "name": "keep",
        "delivery": "fast",
        "nodes": [
            {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
            {"id": "keep", "kind": "store", "from": ["kiln"], "params": {"fields": ["temperature"]}},
        ],
    }
    written(tmp_path, "registry.json", REGISTRY)
    flow = written(tmp_path, "flow.json", document)
    with nats() as broker, run(flow, broker) as running:
        running.ready()
        client = publisher(broker)
        for count in range(200):
            payload = json.dumps({"ts": now(), "t": {"temp": count}})
            client.publish("plant/kiln-1/telemetry", payload, 1)
            time.sleep(0.01)
        close(client)
        assert len(running.wait_actions(200, 10)) == 200


def test_a_schedule_fires_in_silence(tmp_path: Path) -> None:
    nodes = [
        {"id": "tick", "kind": "schedule", "params": {"every": "1s"}},
        {"id": "tell", "kind": "notify", "from": ["tick"], "params": {"to": "shift-channel", "text": "{time}"}},
    ]
    document = {"suiro": 1, "name": "tick", "delivery": "fast", "nodes": nodes}
    flow = written(tmp_path, "flow.json", document)
    with mosquitto() as broker, run(flow, broker) as running:
        actions = running.ready().wait_actions(2)
        assert running.lines[0] == {"ready": True}
        assert parsed(actions[1]["time"]) - parsed(actions[0]["time"]) == 1_000
        assert len({action["key"] for action in actions}) == len(actions)


@pytest.mark.parametrize(
    "names",
    [
        ("SUIRO_MODEL_URL", "SUIRO_MODEL_NAME", "SUIRO_MODEL_KEY"),
        ("OPENAI_BASE_URL", "OPENAI_MODEL", "OPENAI_API_KEY"),
    ],
)
def test_a_model_named_by_the_environment_is_asked(names: tuple[str, str, str], tmp_path: Path) -> None:
    judge = {
        "prompt": "Is this kiln too hot?",
        "fields": [{"name": "verdict", "type": "string", "values": ["hot", "fine"]}],
    }
    nodes = [
        {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
        {"id": "judge", "kind": "ai_prompt", "from": ["kiln"], "params": judge},
        {"id": "tell", "kind": "notify", "from": ["judge.out"], "params": {"to": "shift-channel", "text": "{verdict}"}},
    ]
    written(tmp_path, "registry.json", REGISTRY)
    flow = written(tmp_path, "flow.json", {"suiro": 1, "name": "judge", "delivery": "fast", "nodes": nodes})
    said = {"verdict": "hot", "unsure": False}
    with mosquitto() as broker, ModelServer(answer=lambda body: said) as model:
        environment = dict(zip(names, (model.url, "m1", "k1"), strict=True))
        with run(flow, broker, environment=environment) as running:
            running.ready()
            publish(broker, "kiln-1", 85)
            assert running.wait_actions(1)[0]["data"]["text"] == "hot"
        assert model.keys == ["k1"]
        assert [request["model"] for request in model.requests] == ["m1"]


def test_a_worker_process_ends_on_a_signal_and_says_what_is_wrong_with_its_arguments(tmp_path: Path) -> None:
    token = written(tmp_path, "token", "t")
    given = ("--token-file", token, "--store", tmp_path / "store")
    assert runtime("worker", "--server", "http://x", *given).code == 2
    with ControlServer("t") as server, live("runtime", "worker", "--server", server.url, *given) as worker:
        server.wait("hello", 30)
        assert runtime("worker", "--server", server.url, *given).code == 2
        assert worker.end() == 0


def parsed(time_text: str) -> int:
    from engine.clock import parse_time

    return parse_time(time_text)
