"""From a reading through broker, worker and model to the record, and back: a replay with the exported answers decides alike."""

import json
from pathlib import Path
from typing import Any

import pytest

from flows import commands
from flows.models import AskRecord, Membership, Notice, Worker
from flows.registered import registry_json
from flows.tests.conftest import Api, document
from flows.tests.test_asks import save
from runtime.worker import Worker as RunningWorker
from tests.brokers import close, mosquitto, publisher, wait_until
from tests.conformance.commandline import runtime, written
from tests.model_server import ModelServer

pytestmark = pytest.mark.django_db(transaction=True)
JUDGE = {
    "model": "cheap",
    "when_unsure": "strong",
    "prompt": "Is {temperature} dangerous?",
    "fields": [{"name": "verdict", "type": "string", "values": ["fine", "hot"]}],
}
TELL = {"to": "shift", "text": "{temperature} {verdict|default:none} {reason|default:fine}"}
DRAWN: dict[str, Any] = {
    "suiro": 1,
    "name": "Judged",
    "delivery": "durable",
    "nodes": [
        document()["nodes"][0],
        {"id": "judge", "kind": "ai_prompt", "from": ["kiln"], "params": JUDGE},
        {"id": "tell", "kind": "notify", "from": ["judge.out", "judge.unsure", "judge.failed"], "params": TELL},
    ],
}


def answer(body: dict[str, Any]) -> Any:
    """The cheap one is unsure of everything above 80."""
    above = any(f"Is {hot} dangerous" in str(body["messages"]) for hot in (81, 82))
    return {"verdict": "hot" if above else "fine", "unsure": above and body["model"] == "cheap"}


def test_a_replay_with_the_exported_answers_does_what_the_flow_did(
    server: str,
    api: Api,
    member: Membership,
    worker: tuple[Worker, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SUIRO_EGRESS_ALLOW", "127.0.0.0/8")
    (tmp_path / "token").write_text(worker[1])
    readings = (70, 81, 75, 82, 71)
    with mosquitto() as broker, ModelServer(answer=answer, usage=(90, 10)) as model:
        commands.connect_broker(member, embedded=False, url=broker.url)
        for ref in ("cheap", "strong"):
            save(member, ref, base_url=model.url, model=ref)
        flow = commands.new_flow(member, document=DRAWN)
        commands.set_budget(member, flow, calls=None, tokens=600, money=None)  # six questions: the last reading is over
        assert api("POST", f"/api/flows/{flow.id}/deploy", {}).status_code == 200
        running = RunningWorker(f"ws://{server}/ws/worker", tmp_path / "token", tmp_path / "store", "w1")
        running.start()
        client = publisher(broker)
        try:
            wait_until(lambda: running.site.mqtt is not None and running.site.mqtt.subscribed.is_set(), 15)
            wait_until(lambda: str(flow.id) in running.host.flows, 15)
            wait_until(lambda: running.site.mqtt is not None and running.site.mqtt.subscribed.is_set(), 15)
            for number, reading in enumerate(readings, 1):
                client.publish("plant/kiln-1/telemetry", json.dumps({"temperature": reading}), 1).wait_for_publish(5)
                wait_until(lambda count=number: notices(member).count() == count, 15)
        finally:
            close(client)
            running.stop()
        assert [body["model"] for body in model.requests] == ["cheap", "cheap", "strong", "cheap", "cheap", "strong"]
    rows = AskRecord.objects.of(member.workspace).order_by("time")
    outcomes = list(rows.values_list("outcome", flat=True))
    assert outcomes == ["answer", "unsure", "answer", "answer", "unsure", "answer", "over_budget"]
    times = [round(row.time.timestamp() * 1000) for row in rows.filter(second=False)]
    events = [
        {"time": time, "arrived": time, "device": "kiln-1", "data": {"temperature": reading}}
        for time, reading in zip(times, readings, strict=True)
    ]
    export = b"".join(api("GET", f"/flows/{flow.id}/answers.jsonl").streaming_content)
    replayed = runtime(
        "replay", written(tmp_path, "flow.json", DRAWN), "--events", written(tmp_path, "events.jsonl", events),
        "--answers", written(tmp_path, "answers.jsonl", export),
        "--devices", written(tmp_path, "registry.json", registry_json(member.workspace)), "--until", times[-1] + 60_000,
    )  # fmt: skip
    told = list(notices(member).order_by("seq").values_list("text", flat=True))
    assert told == ["70 fine fine", "81 hot fine", "75 fine fine", "82 hot fine", "71 none over_budget"]
    assert [line["data"]["text"] for line in replayed.lines()] == told
    lived = [notice.time.isoformat(timespec="milliseconds") for notice in notices(member).order_by("seq")]
    assert [line["time"].replace("Z", "+00:00") for line in replayed.lines()] == lived


def notices(member: Membership) -> Any:
    """What the flow told, without what the product says of itself."""
    return Notice.objects.of(member.workspace).filter(to="shift")
