"""A worker that guards itself: bad versions, a twin with its identity, a disk that refuses, a broker that forgets."""

import contextlib
import json
import logging
import socket
import threading
from pathlib import Path
from typing import Any

import pytest

import runtime.control
import runtime.host
from runtime.addresses import Egress
from runtime.running import NotSound
from runtime.senders.heartbeat import Heartbeat, heartbeat_url
from runtime.store import Unavailable
from runtime.test_versions import document
from runtime.worker import PLANS_AHEAD, Worker
from tests.brokers import mosquitto, wait_for, wait_until
from tests.conformance.documents import REGISTRY
from tests.conformance.test_cli_run_store import damage
from tests.receiver import Receiver
from tests.worker_bench import Bench, bench_of


def publish(bench: Bench, *values: float) -> None:
    for value in values:
        bench.client.publish("plant/k1", json.dumps({"value": value}), 1).wait_for_publish(5)


def test_a_version_that_fails_is_rolled_back_told_and_not_tried_again(tmp_path: Path) -> None:
    with bench_of(tmp_path, mosquitto()) as bench:
        bench.deploy(document=document())
        publish(bench, 70)
        bench.deploy(version=2, document=document("number"))
        publish(bench, *[70, 90] * 6)
        frame = bench.server.wait("flow", flow="f1", status="rolled_back")
        assert (frame["version"], frame["refused"]) == (1, 2)
        assert "Version 2 failed at" in frame["problems"][0]["message"]
        (row,) = bench.server.wait_rows("rolled_back", 1)
        assert row["data"]["code"] == "rolled_back"
        notices = {row["data"]["key"] for row in bench.server.wait_rows("notice", 6) if row["data"]["text"] == "high"}
        assert len(notices) == 6
        bench.stop()
        bench.start()
        assert bench.server.of("hello")[-1]["flows"] == [{"flow": "f1", "version": 1}]
        count = len(bench.server.of("flow"))
        bench.deploy(version=2, document=document("number"))
        wait_until(lambda: len(bench.server.of("flow")) > count, 5)
        assert bench.server.of("flow")[-1]["status"] == "rolled_back"
        bench.deploy(version=3, document=document(text="very high"))
        assert bench.server.of("flow")[-1]["status"] == "running"
        assert len(bench.server.rows_of("rolled_back")) == 1


def test_a_flow_whose_memory_cannot_be_read_after_a_restart_is_told(tmp_path: Path) -> None:
    with bench_of(tmp_path, mosquitto()) as bench:
        bench.deploy(document=document())
        publish(bench, 90)
        bench.server.wait_rows("notice", 1)
        bench.stop()
        damage(bench.folder / "store", b'"format":1', b'"format":9')
        bench.start()
        (row,) = bench.server.wait_rows("problem", 1)
        assert (row["flow"], row["data"]["code"]) == ("f1", "not_recovered")
        assert "memory of format 9" in row["data"]["args"]["detail"]
        bench.deploy(document=document())
        wait_until(lambda: bench.server.of("flow")[-1]["status"] == "running", 10)


def test_of_a_flow_that_is_not_sound_any_more_it_is_not_said_that_its_memory_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*given: Any) -> Any:
        raise NotSound([])

    with bench_of(tmp_path, mosquitto()) as bench:
        bench.deploy(document=document())
        bench.stop()
        monkeypatch.setattr("runtime.versions.sound_plan", refused)
        bench.start()
        bench.deploy(version=2, document=document(text="corrected"))
        publish(bench, 90)
        bench.server.wait_rows("notice", 1)
        assert bench.server.rows_of("problem") == []


def test_a_plan_that_the_disk_refuses_waits_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime.host, "AGAIN_AFTER", 0.05)
    with bench_of(tmp_path, mosquitto()) as bench:
        assert bench.worker
        room = bench.worker._room
        free, keep, tries = room._value, bench.worker.store.keep_deploy, iter(range(5))

        def keeping(*given: Any) -> None:
            if next(tries, None) is not None:
                raise Unavailable("database or disk is full")
            keep(*given)

        monkeypatch.setattr(bench.worker.store, "keep_deploy", keeping)
        bench.deploy(document=document())
        wait_until(lambda: bench.server.of("flow")[-1]["status"] == "running", 10)
        wait_until(lambda: room._value == free, 10, str(room._value))


def test_plans_that_wait_for_a_disk_that_refuses_do_not_keep_a_worker_from_ending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: Any) -> None:
        raise Unavailable("database or disk is full")

    with bench_of(tmp_path, mosquitto()) as bench:
        worker = bench.worker
        assert worker
        monkeypatch.setattr(worker.store, "keep_deploy", full)
        for number in range(2 * PLANS_AHEAD):
            order = {"flow": f"f{number}", "version": 1, "document": document(), "registry": REGISTRY}
            bench.server.send(t="deploy", zone="UTC", lang="en", destinations={}, models={}, taps=False, **order)
        wait_until(lambda: worker._room._value == 0)
        bench.stop()
        (planner,) = worker._planner._threads
        planner.join(5)
        assert not planner.is_alive()


def test_a_fenced_worker_stands_still_also_after_a_restart_until_it_is_let_in(tmp_path: Path) -> None:
    with bench_of(tmp_path, mosquitto()) as bench:
        hello = bench.server.of("hello")[-1]
        assert (hello["epoch"], hello["first"], len(hello["run"])) == (0, True, 32)
        bench.server.send(t="epoch", epoch=4)
        bench.deploy(document=document(over="1h"))
        publish(bench, 90)
        bench.server.wait_rows("notice", 1)
        bench.server.send(t="fenced", epoch=5)
        assert bench.worker
        site = bench.worker.site
        wait_until(lambda: site.mqtt is not None and not site.mqtt.health.connected, 10)
        publish(bench, 70, 90)
        bench.server.send(t="deploy", flow="f2", version=1, document=document(), registry={})
        rows, frames = len(bench.server.rows), len(bench.server.frames)
        assert not wait_for(lambda: len(bench.server.rows) > rows or len(bench.server.of("flow", flow="f2")) > 0, 1.5)
        assert [frame["t"] for frame in bench.server.frames[frames:] if frame["t"] != "alive"] == []
        bench.stop()
        bench.worker = Worker(bench.server.url, bench.folder / "token", bench.folder / "store", "w1")
        bench.worker.start()
        wait_until(lambda: bench.server.of("hello")[-1]["run"] != hello["run"], 10)
        assert {"epoch": 4, "first": True}.items() <= bench.server.of("hello")[-1].items()
        assert not wait_for(lambda: len(bench.server.rows) > rows or bench.worker.site.mqtt is not None, 1.0)
        bench.server.send(t="epoch", epoch=6)
        assert len(bench.server.wait_rows("notice", 2)) == 2
        assert bench.worker.fence.hello() == {"run": bench.worker.fence.run, "epoch": 6, "first": False}


def test_a_worker_that_may_not_act_yet_says_nothing_of_how_it_stands(tmp_path: Path) -> None:
    with bench_of(tmp_path, mosquitto()) as bench:
        bench.server.send(t="epoch", epoch=4)
        bench.deploy(document=document(over="1h"))
        bench.server.send(t="fenced", epoch=5)
        assert bench.worker
        site = bench.worker.site
        wait_until(lambda: site.host.halted, 10)
        bench.stop()
        said = len(bench.server.of("status"))
        bench.worker = Worker(bench.server.url, bench.folder / "token", bench.folder / "store", "w1")
        bench.worker.start()
        assert not wait_for(lambda: len(bench.server.of("status")) > said, 1.0), "it runs nothing, so nothing is well"
        bench.server.send(t="epoch", epoch=6)
        wait_until(lambda: len(bench.server.of("status")) > said, 10)
        assert set(bench.server.of("status")[said]["flows"]) == {"f1"}


def test_a_disk_that_refuses_is_told_while_it_does_and_when_it_takes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime.host, "AGAIN_AFTER", 0.1)
    with bench_of(tmp_path, mosquitto()) as bench:
        bench.deploy(document=document())
        assert bench.worker
        receive = bench.worker.store.receive
        full = [True]

        def receiving(*given: Any) -> Any:
            if full[0]:
                raise Unavailable("database or disk is full")
            return receive(*given)

        monkeypatch.setattr(bench.worker.store, "receive", receiving)
        bench.client.publish("plant/k1", b'{"value": 90}', 1)
        assert "disk is full" in bench.server.wait("trouble")["text"]
        assert not bench.worker.fine()
        full[0] = False
        bench.server.wait("trouble", text="")
        bench.server.wait_rows("notice", 1)
        assert [bool(frame["text"]) for frame in bench.server.of("trouble")] == [True, False]


def test_the_log_says_why_the_broker_or_the_disk_is_lost_and_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(runtime.host, "AGAIN_AFTER", 0.05)
    caplog.set_level(logging.INFO, "suiro.worker")
    with bench_of(tmp_path, mosquitto()) as bench:
        bench.deploy(document=document())
        assert bench.worker
        receive, tries = bench.worker.store.receive, iter(range(5))

        def receiving(*given: Any) -> Any:
            if next(tries, None) is not None:
                raise Unavailable("database or disk is full")
            return receive(*given)

        monkeypatch.setattr(bench.worker.store, "receive", receiving)
        publish(bench, 90)
        wait_until(lambda: "can be written again" in caplog.text, 10)
        assert caplog.text.count("disk is full") == 1
        bench.broker.stop()
        wait_until(lambda: "not connected: " in caplog.text, 10)
        bench.broker.start()
        wait_until(lambda: caplog.messages[-1].endswith(": connected"), 10)


def test_a_possible_gap_is_told_with_its_beginning_and_end(tmp_path: Path) -> None:
    with bench_of(tmp_path, mosquitto(extra="persistence false")) as bench:
        bench.deploy(document=document())
        bench.broker.stop()
        wait_until(lambda: not bench.server.of("status")[-1]["broker"]["connected"], 10)
        bench.broker.start()
        (row,) = bench.server.wait_rows("problem", 1, 20)
        assert row["data"]["code"] == "possible_gap"
        assert set(row["data"]["args"]) == {"from", "until"}
        assert row["data"]["args"]["from"][:2] == "20"


def test_a_line_in_silence_says_that_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime.control, "ALIVE_EVERY", 0.2)
    with bench_of(tmp_path, mosquitto()) as bench:
        wait_until(lambda: len(bench.server.of("alive")) > 2, 5)


def test_an_outside_watchdog_hears_us_while_the_broker_is_there(tmp_path: Path) -> None:
    with Receiver() as receiver, bench_of(tmp_path, mosquitto()) as bench:
        assert bench.worker
        heart = Heartbeat(receiver.url, bench.worker.site.trusted, bench.worker.fine, every=0.1)
        heart.start()
        wait_until(lambda: len(receiver.received) > 2, 10)
        bench.broker.stop()
        wait_until(lambda: not bench.worker.fine(), 10)
        wait_until(lambda: silent(receiver), 10, "what was on its way has come, and then nothing")
        heard = len(receiver.received)
        bench.broker.start()
        wait_until(lambda: len(receiver.received) > heard, 10)
        heart.stop()


def silent(receiver: Receiver) -> bool:
    heard = len(receiver.received)
    return not wait_for(lambda: len(receiver.received) > heard, 0.7)


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/", "http://127.0.0.1:99999/"])
def test_an_address_that_does_not_answer_is_said_once(address: str, caplog: pytest.LogCaptureFixture) -> None:
    heart = Heartbeat(address, Egress(trusted=True), lambda: True, every=0.05)
    with caplog.at_level(logging.WARNING):
        heart.start()
        wait_until(lambda: "does not reach" in caplog.text, 5)
        wait_for(lambda: False, 0.3)
        assert heart._thread.is_alive()
        heart.stop()
    assert caplog.text.count("does not reach") == 1


def test_the_heartbeats_address_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUIRO_HEARTBEAT_URL", raising=False)
    assert heartbeat_url() is None
    monkeypatch.setenv("SUIRO_HEARTBEAT_URL", "https://watch.example.org/ping/1")
    assert heartbeat_url() == "https://watch.example.org/ping/1"
    for wrong in ("watch.example.org", "http://", "http://[::1", "https:///ping"):
        monkeypatch.setenv("SUIRO_HEARTBEAT_URL", wrong)
        with pytest.raises(ValueError, match="SUIRO_HEARTBEAT_URL"):
            heartbeat_url()


def test_a_watchdog_that_answers_without_end_is_not_listened_to() -> None:
    taken: list[int] = []

    def answer() -> None:
        line, _ = server.accept()
        with line, contextlib.suppress(OSError):
            line.recv(4_096)
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n")
            while len(taken) < 100:
                line.sendall(b"x" * (1 << 20))
                taken.append(1)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        heart = Heartbeat(f"http://127.0.0.1:{server.getsockname()[1]}/", Egress(trusted=True), lambda: True, every=60)
        heart.start()
        thread.join(30)
        heart.stop()
    assert not thread.is_alive()
    assert len(taken) < 50
