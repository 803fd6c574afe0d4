"""A worker asks models within budgets, tells the server of each question, and forgets nothing of it over a restart."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.effect import Effect
from nodes.kit.effect import Answer
from runtime.asked import AT_ONCE, Questions
from runtime.inference.use import Use, answered
from tests.brokers import mosquitto, wait_until
from tests.conformance.documents import REGISTRY
from tests.model_server import ModelServer
from tests.worker_bench import Bench, bench_of

FIELDS = [{"name": "verdict", "type": "string", "values": ["leak", "dry"]}]
NO_LIMITS: dict[str, Any] = {"zone": "Asia/Tokyo", "limits": {}, "prices": {}}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with bench_of(tmp_path, mosquitto()) as made:
        yield made


def judged(**params: Any) -> dict[str, Any]:
    judge = {"prompt": "Is {text} a leak?", "fields": FIELDS, **params}
    told = {"to": "shift-channel", "text": "{verdict|default:none} {reason|default:fine} {text}"}
    ports = ["judge.out", "judge.unsure", "judge.failed"]
    return {
        "suiro": 1,
        "name": "judged",
        "delivery": "durable",
        "nodes": [
            {"id": "hook", "kind": "webhook_in"},
            {"id": "judge", "kind": "ai_prompt", "from": ["hook"], "params": judge},
            {"id": "tell", "kind": "notify", "from": ports, "params": told},
        ],
    }


def deploy(bench: Bench, server: ModelServer, **params: Any) -> None:
    models = [{"id": "strong", "task": "chat", "label": {"en": "Strong"}}]
    access = {name: {"base_url": server.url, "model": name, "trusted": True} for name in ("default", "strong")}
    bench.deploy(document=judged(**params), registry={**REGISTRY, "models": models}, models=access)


def send(bench: Bench, text: str) -> None:
    bench.server.send(t="inject", flow="f1", node="hook", data={"text": text})


def budget(bench: Bench, **order: Any) -> None:
    bench.server.send(t="budgets", **{**NO_LIMITS, **order})


def texts(bench: Bench) -> list[str]:
    return [row["data"]["text"] for row in bench.server.rows_of("notice")]


def test_each_question_and_its_answer_is_told_with_what_it_took(bench: Bench) -> None:
    with ModelServer(answer=lambda body: {"verdict": "leak", "unsure": False}, usage=(1_000, 200)) as server:
        budget(bench, prices={"default": [2.0, 10.0]})
        deploy(bench, server)
        send(bench, "water")
        (row,) = bench.server.wait_rows("asked", 1)
    told = row["data"]
    assert (told["node"], told["model"], told["served"], told["version"]) == ("judge", "default", "default", 1)
    assert (told["tokens_in"], told["tokens_out"], told["calls"], told["estimated"]) == (1_000, 200, 1, False)
    assert told["cost"] == pytest.approx(0.004)
    assert told["answer"] == {"verdict": "leak", "unsure": False}
    assert (told["outcome"], told["reason"], told["second"]) == ("answer", "", False)
    assert 0 <= told["after"] < 10_000
    assert len(told["prompt"]) == 16


def test_a_server_that_does_not_count_is_counted_for(bench: Bench) -> None:
    with ModelServer("strict", answer=lambda body: {"verdict": "leak", "unsure": False}) as server:
        deploy(bench, server)
        send(bench, "water")
        told = bench.server.wait_rows("asked", 1)[0]["data"]
    assert told["estimated"]
    assert told["tokens_in"] > 50
    assert 5 <= told["tokens_out"] < 20
    assert told["outcome"] == "answer"


@pytest.mark.parametrize(
    ("limits", "prices", "reason"),
    [
        ({"f1": {"tokens": 1_200}}, {}, "flow_tokens"),
        ({"": {"tokens": 1_000}}, {}, "workspace_tokens"),
        ({"f1": {"money": 0.004}}, {"default": [2.0, 10.0]}, "flow_money"),
        ({"": {"money": 0.001}}, {"default": [2.0, 10.0]}, "workspace_money"),
        ({"f1": {"calls": 1}}, {}, "flow_calls"),
        ({"": {"calls": 1}}, {}, "workspace_calls"),
    ],
)
def test_what_is_over_budget_is_not_asked_and_leaves_by_failed(
    bench: Bench, limits: Any, prices: Any, reason: str
) -> None:
    with ModelServer(answer=lambda body: {"verdict": "leak", "unsure": False}, usage=(1_000, 200)) as server:
        budget(bench, limits=limits, prices=prices)
        deploy(bench, server)
        now = bench.worker.site.clock if bench.worker else None
        assert now is not None
        wait_until(lambda: now.now() % 60_000 < 50_000, 15)  # both in one minute of the clock
        send(bench, "first")
        bench.server.wait_rows("asked", 1)
        send(bench, "second")
        bench.server.wait_rows("notice", 2)
        assert len(server.requests) == 1
    assert texts(bench) == ["leak fine first", "none over_budget second"]
    assert [row["data"]["outcome"] for row in bench.server.rows_of("asked")] == ["answer", "over_budget"]
    (problem,) = bench.server.wait_rows("problem", 1)
    assert problem["data"]["code"] == "over_budget"
    assert reason in problem["data"]["args"]


def test_what_was_spent_is_remembered_over_a_restart_and_a_higher_budget_acts_at_once(bench: Bench) -> None:
    with ModelServer(answer=lambda body: {"verdict": "leak", "unsure": False}, usage=(900, 100)) as server:
        budget(bench, limits={"f1": {"tokens": 1_000}})
        deploy(bench, server)
        send(bench, "first")
        bench.server.wait_rows("notice", 1)
        bench.stop()
        bench.start()
        bench.subscribed()
        send(bench, "second")
        bench.server.wait_rows("notice", 2)
        budget(bench, limits={"f1": {"tokens": 1_001}})
        send(bench, "third")
        bench.server.wait_rows("notice", 3)
        assert len(server.requests) == 2
    assert texts(bench) == ["leak fine first", "none over_budget second", "leak fine third"]


def test_the_same_question_gets_the_same_answer_without_a_call(bench: Bench) -> None:
    said = iter(["leak", "dry"])
    with ModelServer(answer=lambda body: {"verdict": next(said), "unsure": False}) as server:
        deploy(bench, server, keep_for="10m")
        for number, text in enumerate(("wet", "wet", "other", "wet"), 1):
            send(bench, text)
            bench.server.wait_rows("notice", number)
        assert len(server.requests) == 2
    assert texts(bench) == ["leak fine wet", "leak fine wet", "dry fine other", "leak fine wet"]
    assert [row["data"]["outcome"] for row in bench.server.rows_of("asked")] == ["answer", "cached", "answer", "cached"]


def test_the_stronger_model_is_asked_when_the_first_is_unsure_and_both_are_told(bench: Bench) -> None:
    def answer(body: dict[str, Any]) -> Any:
        return {"verdict": "leak", "unsure": body["model"] == "default"}

    with ModelServer(answer=answer) as server:
        deploy(bench, server, when_unsure="strong")
        send(bench, "water")
        bench.server.wait_rows("notice", 1)
        first, second = (row["data"] for row in bench.server.wait_rows("asked", 2))
    assert texts(bench) == ["leak fine water"]
    assert (first["model"], first["outcome"], first["second"]) == ("default", "unsure", False)
    assert (second["model"], second["outcome"], second["second"]) == ("strong", "answer", True)
    assert second["time"] == first["time"] + first["after"]
    assert [body["model"] for body in server.requests] == ["default", "strong"]


@pytest.mark.parametrize(("mode", "reason"), [("prose", "not_json"), ("malicious", "not_json"), ("broken", "http_500")])
def test_a_model_that_misbehaves_is_told_as_a_failure(bench: Bench, mode: str, reason: str) -> None:
    with ModelServer(mode) as server:
        deploy(bench, server)
        send(bench, "water")
        told = bench.server.wait_rows("asked", 1)[0]["data"]
    assert (told["outcome"], told["reason"], told["answer"]) == ("failed", reason, None)
    json.dumps(told)


def test_of_very_many_questions_only_the_count_is_told() -> None:
    rows: list[tuple[str, dict[str, Any]]] = []
    questions = Questions(lambda flow, kind, data: rows.append((kind, data)))
    effect = Effect("k", "judge", "ai_prompt", 0, "d1", {"fields": FIELDS}, "c", ask=True, timeout=1_000)
    flow: Any = type("Flow", (), {"id": "f1", "version": 1})()
    for _ in range(AT_ONCE + 100):
        questions.told(flow, effect, answered(Answer({"verdict": "dry"}), Use("m", tokens_in=2)), 5)
    assert [kind for kind, _ in rows].count("asked") in range(AT_ONCE, AT_ONCE + 90)
    questions.tell_counts(1e12)
    kind, told = rows[-1]
    assert kind == "asked_more"
    assert told["outcomes"]["answer"] + len(rows) - 1 == AT_ONCE + 100
    assert told["tokens_in"] == 2 * told["outcomes"]["answer"]


def test_what_is_wrong_with_an_answer_is_told_with_it() -> None:
    rows: list[dict[str, Any]] = []
    questions = Questions(lambda flow, kind, data: rows.append(data))
    effect = Effect("k", "judge", "ai_prompt", 0, "d1", {"fields": FIELDS}, "c", ask=True, timeout=1_000)
    flow: Any = type("Flow", (), {"id": "f1", "version": 1})()
    for given in (
        {"verdict": "no such label"},
        {"verdict": "dry", "topic": "x"},
        {"verdict": "dry", "note": "x" * 9_000},
    ):
        questions.told(flow, effect, answered(Answer(given), Use("m")), 5)
    assert [(row["outcome"], row["reason"]) for row in rows] == [("failed", "bad_answer")] * 3
    assert [row["detail"] for row in rows] == [
        "verdict is not what was declared",
        "fields that were not asked for: topic",
        "fields that were not asked for: note",
    ]


def test_what_a_flow_spends_beside_its_questions_is_counted_by_its_model() -> None:
    rows: list[tuple[str | None, str, dict[str, Any]]] = []
    questions = Questions(lambda flow, kind, data: rows.append((flow, kind, data)))
    for _ in range(3):
        questions.beside("f1", Use("near", tokens_in=7, cost=0.5))
    questions.tell_counts(1e12)
    ((flow, kind, told),) = rows
    assert (flow, kind, told["model"], told["outcomes"]) == ("f1", "asked_more", "near", {})
    assert (told["tokens_in"], told["cost"]) == (21, 1.5)


def three_wait(bench: Bench, server: ModelServer) -> None:
    """The first event's answer is being thought of, and the third one has come."""
    for text in ("first", "second", "third"):
        send(bench, text)
    wait_until(lambda: len(server.requests) == 1, 10)
    flow = bench.worker.host.flows["f1"] if bench.worker else None
    assert flow is not None
    wait_until(lambda: "third" in str(flow.memory), 10)


def test_while_a_slow_model_thinks_only_the_newest_event_waits_and_keeps_its_own_data(bench: Bench) -> None:
    thought = threading.Event()
    with ModelServer(answer=lambda body: thought.wait(60) and {"verdict": "leak", "unsure": False}) as server:
        deploy(bench, server, newest_only=True)
        three_wait(bench, server)
        thought.set()
        bench.server.wait_rows("notice", 2, 20)
        assert len(server.requests) == 2
    assert texts(bench) == ["leak fine first", "leak fine third"]


def test_an_event_that_waits_for_an_answer_still_does_after_a_restart(bench: Bench) -> None:
    thought = threading.Event()
    with ModelServer(answer=lambda body: thought.wait(60) and {"verdict": "leak", "unsure": False}) as server:
        deploy(bench, server, newest_only=True)
        three_wait(bench, server)
        bench.stop()
        assert texts(bench) == []
        thought.set()
        bench.start()
        bench.server.wait_rows("notice", 2, 20)
    assert texts(bench) == ["leak fine first", "leak fine third"]
