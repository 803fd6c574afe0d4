"""A worker under a real WebSocket server and a real broker: what it is told, what it tells, what it survives."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from runtime.worker import Worker
from tests import engines
from tests.brokers import listening, mosquitto, nats, wait_until
from tests.conformance.documents import REGISTRY
from tests.control_server import ControlServer
from tests.receiver import Receiver
from tests.worker_bench import KEEP, LAMP, Bench, bench_of, document_of


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with bench_of(tmp_path, mosquitto()) as made:
        yield made


def test_a_deployed_flow_runs_and_its_notice_reaches_the_inbox(tmp_path: Path) -> None:
    with bench_of(tmp_path, nats()) as bench, listening(bench.broker, "plant/+/set") as seen:
        bench.deploy(document=document_of(LAMP, KEEP))
        bench.publish(85)
        server = bench.server
        (notice,) = server.wait_rows("notice", 1)
        assert notice["flow"] == "f1"
        assert notice["data"]["text"] == "Kiln 1 is at 85 °C"
        assert notice["data"]["to"] == "shift-channel"
        assert server.wait_rows("stored", 1)[0]["data"]["fields"] == {"temperature": 85}
        assert {row["data"]["node"] for row in server.wait_rows("firing", 2)} == {"tell", "lamp"}
        assert all(row["data"]["sent"] for row in server.wait_rows("effect", 2))
        wait_until(lambda: [json.loads(p) for _, p in seen] == [{"color": "red"}], 5, str(seen))
        assert sorted(server.rows) == list(range(1, len(server.rows) + 1))


def test_a_document_with_errors_is_refused_by_name(bench: Bench) -> None:
    document = document_of()
    document["nodes"][1]["from"] = ["nothing"]
    bench.server.send(t="deploy", flow="f1", version=1, document=document, registry=REGISTRY)
    frame = bench.server.wait("flow", flow="f1")
    assert frame["status"] == "failed"
    assert frame["problems"][0]["message"]
    assert bench.worker
    assert bench.worker.host.flows == {}


def test_a_broker_that_grants_less_than_a_flow_wants_is_told_with_it(tmp_path: Path) -> None:
    with bench_of(tmp_path, mosquitto(extra="max_qos 0")) as bench:
        bench.deploy()
        wait_until(
            lambda: any(told["code"] == "lower_qos" for flow in bench.server.of("flow") for told in flow["problems"]),
            15,
        )


def test_an_address_that_is_none_is_told_beside_all_that_goes_on(bench: Bench) -> None:
    bench.deploy()
    bench.server.send(t="broker", url="http://nowhere", username=None, password=None, ca=None)
    wait_until(lambda: "mqtt://" in str(bench.server.of("status")[-1]["broker"].get("detail")), 10)
    assert set(bench.server.of("status")[-1]["flows"]) == {"f1"}


def test_orders_that_make_no_sense_break_nothing(bench: Bench) -> None:
    server = bench.server
    for order in ({}, {"t": "deploy"}, {"t": "deploy", "flow": 5, "document": []}, {"t": "stop"}, {"t": "taps"},
                  {"t": "settings", "flow": "x", "values": 5}, {"t": "watch", "registry": {"types": 5}}, {"t": "new"},
                  {"t": "inject", "flow": "x"}, {"t": "ack", "seq": "x"}, {"t": "browse", "seconds": "x"},
                  {"t": "broker", "url": "http://x"},
                  {"t": "publish", "topic": "plant/x/set", "data": 1, "id": 7}):  # fmt: skip
        server.send(**order)
    assert server.line
    server.line.send("not json")
    server.line.send("[1]")
    assert server.wait("done", id=7)["ok"] is False
    bench.deploy()
    bench.publish(85)
    server.wait_rows("notice", 1)


def test_live_values_on_the_edges_come_only_when_asked_for(bench: Bench) -> None:
    bench.deploy()
    bench.publish(70)
    time.sleep(0.5)
    assert bench.server.of("taps") == []
    bench.server.send(t="taps", flow="f1", on=True)
    edge = bench.server.wait("taps", flow="f1")["edges"]["kiln.out"]
    assert edge["data"] == {"temperature": 70}
    assert edge["device"] == "kiln-1"
    before, began = len(bench.server.of("taps")), time.monotonic()
    for count in range(100):
        bench.publish(60 + count / 10)

    def counted() -> bool:
        return any(frame["edges"].get("kiln.out", {}).get("count") == 101 for frame in bench.server.of("taps"))

    wait_until(counted, 10)
    assert len(bench.server.of("taps")) - before <= 20 + (time.monotonic() - began) * 10
    bench.client.publish("plant/kiln-1/telemetry", b"{", 1)
    wait_until(lambda: any("kiln" in f["nodes"] for f in bench.server.of("taps")), 5)
    node = next(f["nodes"]["kiln"] for f in reversed(bench.server.of("taps")) if "kiln" in f["nodes"])
    assert node["problems"] == 1
    assert node["last"]["code"]


def test_bad_payloads_are_counted_and_shown_at_the_source(bench: Bench) -> None:
    bench.deploy()
    for payload in (b"{", b"\xff", b"[" * 100_000, b"x" * 10_000_000):
        bench.client.publish("plant/kiln-1/telemetry", payload, 1).wait_for_publish(10)
    bench.publish(85)
    bench.server.wait_rows("notice", 1)
    bench.server.send(t="status")
    wait_until(lambda: bench.server.of("status")[-1]["flows"]["f1"]["sources"]["kiln"]["dead"] == 4, 5)
    assert {row["data"]["node"] for row in bench.server.wait_rows("problem", 1)} == {"kiln"}


def test_values_of_all_registered_devices_are_told(bench: Bench) -> None:
    bench.watch()
    bench.publish(71.5)
    values = bench.server.wait("values")["devices"]
    assert values["kiln-1"]["data"] == {"temperature": 71.5}


def test_events_of_each_registered_type_are_counted(bench: Bench) -> None:
    bench.watch()

    def heard() -> Any:
        bench.server.send(t="status")
        return (bench.server.wait("status").get("heard") or {}).get("types", {}).get("kiln")

    for count in (1, 2, 3):
        bench.publish(70 + count)
        wait_until(lambda wanted=count: heard() == wanted, 10)
    status = bench.server.of("status")[-1]
    assert 0 < status["at"] - status["heard"]["since"] < 60_000


def test_settings_change_while_running(bench: Bench) -> None:
    bench.deploy()
    bench.publish(75)
    told = len(bench.server.of("flow"))
    bench.server.send(t="settings", flow="f1", values={"limit": 70})
    wait_until(lambda: len(bench.server.of("flow")) > told, 10, "the settings are taken")
    bench.publish(75)
    bench.server.wait_rows("notice", 1)
    bench.server.send(t="settings", flow="f1", values={"nothing": 1})
    wait_until(lambda: bench.server.of("flow")[-1]["problems"], 5)


def test_a_timer_fires_in_silence(bench: Bench) -> None:
    bench.deploy(document=document_of(hold="1s"))
    before = time.time_ns() // 1_000_000
    bench.publish(85)
    after = time.time_ns() // 1_000_000
    (notice,) = bench.server.wait_rows("notice", 1)
    due = int(notice["data"]["time"])
    assert before + 1_000 <= due <= after + 1_000, notice
    assert due <= time.time_ns() // 1_000_000, "not before its time"


def test_rows_wait_for_the_server_and_come_once(bench: Bench) -> None:
    bench.deploy()
    bench.server.stop()
    bench.publish(85)
    bench.publish(70)
    bench.publish(86)
    time.sleep(0.5)
    assert bench.server.rows_of("notice") == []
    bench.server.start()
    texts = [row["data"]["text"] for row in bench.server.wait_rows("notice", 3, 20)]
    assert texts == ["Kiln 1 is at 85 °C", "Kiln 1 has cooled", "Kiln 1 is at 86 °C"]


def test_rows_that_were_not_acknowledged_come_again_after_a_restart(bench: Bench) -> None:
    bench.deploy()
    bench.server.acking = False
    bench.publish(85)
    bench.server.wait_rows("notice", 1)
    bench.stop()
    bench.server.rows.clear()
    bench.server.acking = True
    bench.start()
    assert len(bench.server.wait_rows("notice", 1)) == 1


def test_without_a_server_a_worker_goes_on_with_what_it_has(bench: Bench) -> None:
    bench.deploy(document=document_of(LAMP))
    bench.stop()
    bench.server.stop()
    with listening(bench.broker, "plant/+/set") as seen:
        bench.worker = Worker(bench.server.url, bench.folder / "token", bench.folder / "store", "w1")
        bench.worker.start()
        bench.subscribed()
        bench.publish(85)
        wait_until(lambda: seen, 10)
    bench.server.start()
    bench.server.wait_rows("notice", 1, 20)


def test_a_wrong_token_is_tried_again_and_breaks_nothing(tmp_path: Path) -> None:
    with ControlServer() as server:
        (tmp_path / "token").write_text("wrong")
        worker = Worker(server.url, tmp_path / "token", tmp_path / "store")
        worker.start()
        time.sleep(0.5)
        assert server.frames == []
        (tmp_path / "token").write_text(server.token)
        server.wait("hello", 15)
        worker.stop()


def test_a_new_version_keeps_the_memory_it_may_keep(bench: Bench) -> None:
    bench.deploy()
    bench.publish(85)
    bench.server.wait_rows("notice", 1)
    changed = document_of()
    changed["nodes"][3]["params"]["text"] = "{device} is fine again"
    bench.deploy(version=2, document=changed)
    bench.publish(70)
    assert bench.server.wait_rows("notice", 2)[1]["data"]["text"] == "Kiln 1 is fine again"


def test_what_was_posted_to_a_hook_enters_at_its_node(bench: Bench) -> None:
    nodes = [
        {"id": "hook", "kind": "webhook_in"},
        {"id": "tell", "kind": "notify", "from": ["hook"], "params": {"to": "shift-channel", "text": "{value}"}},
    ]
    bench.deploy(document={"suiro": 1, "name": "hook", "nodes": nodes})
    bench.server.send(t="inject", flow="f1", node="hook", data={"value": 7})
    bench.server.send(t="inject", flow="f1", node="hook", data="eight")
    assert [row["data"]["text"] for row in bench.server.wait_rows("notice", 2)] == ["7", "eight"]


def test_a_stopped_flow_is_silent_and_forgotten(bench: Bench) -> None:
    bench.deploy()
    bench.server.send(t="stop", flow="f1")
    assert bench.server.wait("flow", flow="f1", status="stopped")
    bench.publish(85)
    time.sleep(0.4)
    assert bench.server.rows_of("notice") == []
    bench.stop()
    bench.start()
    assert bench.server.of("hello")[-1]["flows"] == []


def test_a_flow_that_breaks_does_not_stop_the_others(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.deploy("bad")
    bench.deploy("good")
    assert bench.worker
    engines.make(monkeypatch, bench.worker.host.flows["bad"].engine, "push_all", lambda incoming: 1 / 0)
    bench.publish(85)
    rows = bench.server.wait_rows("notice", 1)
    assert [row["flow"] for row in rows] == ["good"]
    assert bench.server.wait("flow", flow="bad", status="failed")


def test_two_flows_that_share_topics_each_get_every_event(bench: Bench) -> None:
    bench.deploy("f1")
    fast = document_of()
    fast["delivery"] = "fast"
    bench.deploy("f2", document=fast)
    bench.publish(85)
    assert {row["flow"] for row in bench.server.wait_rows("notice", 2)} == {"f1", "f2"}


def test_a_person_may_look_at_the_brokers_topics(bench: Bench) -> None:
    bench.deploy()
    bench.client.publish("other/thing", b'{"a": 1}', 1, retain=True).wait_for_publish(5)
    bench.server.send(t="browse", id="b1", filter="#", seconds=3)
    (topic,) = [t for t in bench.server.wait("seen", id="b1")["topics"] if t["topic"] == "other/thing"]
    assert (topic["count"], topic["payload"], topic["retained"]) == (1, '{"a": 1}', True)


def test_a_person_may_try_a_command(bench: Bench) -> None:
    bench.server.send(t="watch", registry=REGISTRY)
    bench.subscribed()
    with listening(bench.broker, "plant/+/set") as seen:
        values = {"color": "green"}
        bench.server.send(t="command", id="c1", device="tower-1", command="set_color", values=values)
        assert bench.server.wait("done", id="c1")["ok"] is True
        wait_until(lambda: [json.loads(p) for _, p in seen] == [values], 5)
    bench.server.send(t="command", id="c2", device="tower-1", command="explode", values={})
    assert bench.server.wait("done", id="c2")["ok"] is False


def test_faults_of_the_fleet_may_be_published_and_nothing_else(bench: Bench) -> None:
    wait_until(lambda: bench.worker and bench.worker.site.mqtt and bench.worker.site.mqtt.health.connected, 10)
    with listening(bench.broker, "#") as seen:
        bench.server.send(t="publish", id="p1", topic="fleet/kiln-2/fault", data={"fault": "overheat", "on": True})
        assert bench.server.wait("done", id="p1")["ok"] is True
        bench.server.send(t="publish", id="p2", topic="plant/kiln-2/telemetry", data={})
        assert bench.server.wait("done", id="p2")["ok"] is False
        wait_until(lambda: "fleet/kiln-2/fault" in [topic for topic, _ in seen], 5)
        assert "plant/kiln-2/telemetry" not in [topic for topic, _ in seen]


def test_the_brokers_health_is_told(bench: Bench) -> None:
    wait_until(lambda: any(f["broker"]["connected"] for f in bench.server.of("status")), 10)
    bench.broker.stop()
    wait_until(lambda: not bench.server.of("status")[-1]["broker"]["connected"], 10)
    assert bench.server.of("status")[-1]["broker"]["detail"]
    bench.broker.start()
    wait_until(lambda: bench.server.of("status")[-1]["broker"]["connected"], 20)


def test_the_store_is_used_by_the_hosts_thread_alone_when_a_broker_is_named(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One connection to a database cannot serve two threads: an order would be lost now and then."""
    bench.subscribed()
    assert bench.worker
    store = bench.worker.store
    threads: set[str] = set()
    for name in ("fact", "remember"):
        monkeypatch.setattr(store, name, partial(_by_whom, threads, getattr(store, name)))
    bench.server.send(t="broker", url="mqtt://127.0.0.1:1", username=None, password=None, ca=None)
    wait_until(lambda: bench.worker and bench.worker.site.mqtt and bench.worker.site.mqtt.address.port == 1, 10)
    assert threads == {"host"}


def _by_whom(threads: set[str], original: Callable[..., Any], *given: Any) -> Any:
    threads.add(threading.current_thread().name)
    return original(*given)


def test_which_virtual_devices_are_on_is_left_with_the_broker_for_who_comes_later(bench: Bench) -> None:
    wait_until(lambda: bench.worker and bench.worker.site.mqtt, 10)
    bench.server.send(t="publish", retain=True, id="l1", topic="fleet/scenarios/kilns", data={"on": True})
    assert bench.server.wait("done", id="l1") == {"t": "done", "id": "l1", "ok": True, "detail": ""}
    with listening(bench.broker, "fleet/scenarios/#") as seen:
        wait_until(lambda: seen == [("fleet/scenarios/kilns", b'{"on": true}')], 5, "retained")
    bench.server.send(t="publish", retain=True, id="l2", topic="plant/kiln-2/telemetry", data={})
    assert bench.server.wait("done", id="l2")["ok"] is False


def test_a_broker_can_be_tried_before_it_is_used(bench: Bench) -> None:
    bench.server.send(t="try_broker", id="t1", url=bench.broker.url)
    assert bench.server.wait("done", id="t1")["ok"] is True
    bench.server.send(t="try_broker", id="t2", url="mqtt://127.0.0.1:1")
    assert bench.server.wait("done", id="t2")["detail"]


def test_an_address_typed_into_a_browser_does_not_reach_this_machine(bench: Bench) -> None:
    with Receiver() as slack:
        bench.deploy(destinations={"shift-channel": {"service": "slack", "address": slack.url}})
        bench.publish(85)
        (row,) = bench.server.wait_rows("effect", 1)
        assert row["data"]["sent"] is False
        assert "loopback" in row["data"]["detail"]
        assert slack.received == []


def test_an_allowed_network_may_be_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUIRO_EGRESS_ALLOW", "127.0.0.0/8")
    with bench_of(tmp_path, mosquitto()) as bench, Receiver() as slack:
        bench.deploy(destinations={"shift-channel": {"service": "slack", "address": slack.url}})
        bench.publish(85)
        assert bench.server.wait_rows("effect", 1)[0]["data"]["sent"] is True
        assert slack.received[0][2] == {"text": "Kiln 1 is at 85 °C"}


def test_no_secret_is_written_where_others_can_read_it(bench: Bench) -> None:
    bench.deploy(destinations={"shift-channel": {"service": "slack", "address": "https://hooks.example.org/secret"}})
    time.sleep(0.3)
    store = bench.folder / "store"
    assert (store.stat().st_mode & 0o077) == 0
    assert ((store / "worker.sqlite3").stat().st_mode & 0o077) == 0
