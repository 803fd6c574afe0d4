"""What no device should send, through a real broker and a worker: counted and shown where it came in, and survived."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import runtime.reports
from tests.brokers import mosquitto, wait_until
from tests.conformance.documents import REGISTRY
from tests.worker_bench import KEEP, Bench, bench_of, document_of

DEAD = {
    "malformed JSON": (b"{", "not_json"),
    "nothing": (b"", "not_json"),
    "no object": (b"[1]", "not_an_object"),
    "not UTF-8": (b"\xff\xfe{", "not_utf8"),
    "NaN": (b'{"t": {"temp": NaN}}', "not_finite"),
    "a number beyond all": (b'{"t": {"temp": 1e999}}', "not_finite"),
    "5,000 digits": (b'{"t": {"temp": ' + b"9" * 5_000 + b"}}", "not_finite"),
    "100,000 brackets": (b"[" * 100_000, "too_deep"),
    "1,000 objects in each other": (b'{"t":' * 1_000 + b"1" + b"}" * 1_000, "too_deep"),
    "10 MB": (b'{"a": "' + b"x" * 10_000_000 + b'"}', "too_large"),
}
ODD = {
    "a wrong type": (b'{"ts": 1, "t": {"temp": "hot"}}', "wrong_type", "kiln"),
    "a field that is missing": (b'{"t": {}}', "missing_field", "keep"),
    "something else where an object was": (b'{"t": 5}', "missing_field", "keep"),
    "a time that is none": (b'{"ts": "never", "t": {"temp": 1}}', "bad_time", "kiln"),
}
"""Payloads that are read, with a problem."""


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(runtime.reports, "SAME_PROBLEM_EVERY", 0.0)
    with bench_of(tmp_path, mosquitto()) as made:
        made.deploy(document=document_of(KEEP))
        yield made


def send(bench: Bench, payload: bytes, topic: str = "plant/kiln-1/telemetry") -> None:
    bench.client.publish(topic, payload, 1).wait_for_publish(10)


def counts(bench: Bench) -> dict[str, Any]:
    before = len(bench.server.of("status"))
    bench.server.send(t="status")
    wait_until(lambda: len(bench.server.of("status")) > before, 5)
    status: dict[str, Any] = bench.server.of("status")[-1]
    assert status["trouble"] is None
    return status


def shown(bench: Bench) -> list[tuple[str, str]]:
    return [(row["data"]["node"], row["data"]["code"]) for row in bench.server.rows_of("problem")]


def next_good_event_is_kept(bench: Bench, temperature: float) -> None:
    bench.publish(temperature)
    wanted = {"temperature": temperature}
    wait_until(lambda: wanted in [row["data"]["fields"] for row in bench.server.rows_of("stored")], 10, str(wanted))


def test_every_payload_that_cannot_be_read_is_counted_and_shown_and_the_next_good_one_is_kept(bench: Bench) -> None:
    for number, (name, (payload, code)) in enumerate(DEAD.items(), 1):
        send(bench, payload)
        next_good_event_is_kept(bench, number)
        source = counts(bench)["flows"]["f1"]["sources"]["kiln"]
        assert (source["received"], source["dead"]) == (2 * number, number), name
        assert shown(bench) == [("kiln", wanted) for _, wanted in list(DEAD.values())[:number]], name
        assert shown(bench)[-1] == ("kiln", code), name
    problem = bench.server.rows_of("problem")[0]["data"]
    assert problem["args"] == {"line": 1, "column": 2}


@pytest.mark.parametrize("name", ODD)
def test_what_is_wrong_in_a_payload_is_shown_at_the_node_that_misses_it(name: str, bench: Bench) -> None:
    payload, code, node = ODD[name]
    send(bench, payload)
    wait_until(lambda: (node, code) in shown(bench), 5, str(shown(bench)))
    next_good_event_is_kept(bench, 71.5)
    flow = counts(bench)["flows"]["f1"]
    assert flow["nodes"][node]["problems"] >= 1
    fates = flow["sources"]["kiln"]
    assert fates["received"] == 2 == sum(count for fate, count in fates.items() if fate != "received")


def test_a_topic_nobody_registered_is_not_asked_for_and_one_that_no_flow_reads_is_counted(bench: Bench) -> None:
    bench.server.send(t="watch", registry=REGISTRY)
    wait_until(lambda: bench.worker and bench.worker.host.intake.watchers, 5)
    bench.subscribed()
    wait_until(
        lambda: (
            bench.worker and bench.worker.site.mqtt and "plant/+/state" in bench.worker.site.mqtt.subscriptions.read
        ),
        5,
    )
    for topic in ("elsewhere", "plant/kiln-1/other", "plant/tower-1/state", "plant/炉 1/telemetry"):
        send(bench, b'{"t": {"temp": 85}}', topic)
    next_good_event_is_kept(bench, 71.5)
    status = counts(bench)
    assert status["unread"] == 1
    assert status["flows"]["f1"]["sources"]["kiln"]["received"] == 2
    assert ("kiln", "bad_device_id") in shown(bench)


def test_live_values_survive_all_of_it_too(bench: Bench) -> None:
    bench.server.send(t="watch", registry=REGISTRY)
    wait_until(lambda: bench.worker and bench.worker.host.intake.watchers, 5)
    for payload, *_ in [*DEAD.values(), *ODD.values()]:
        send(bench, payload)
    bench.publish(71.5)
    wait_until(lambda: '"temperature": 71.5' in json.dumps(bench.server.of("values")), 5)
