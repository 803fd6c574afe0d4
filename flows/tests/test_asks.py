"""What models answered is kept, counted by the day and marked; budgets are kept, sent and told of."""

import json
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from django.db import DataError
from django.test import Client
from django.utils import timezone

from engine.answers import Answers, read_answer
from engine.effect import Effect
from flows import commands, downlink
from flows.ask_forecast import forecast
from flows.commands import asks
from flows.commands.asks import thin_asks
from flows.commands.workers import keep_rows
from flows.models import AskCount, AskRecord, Flow, Incident, Membership, Notice, StoredRow, Worker
from flows.spending import accuracy, spent_today
from flows.tests.conftest import THINGS, Api, document
from runtime.inference.spending import Budgets

JUDGE: dict[str, Any] = {
    "id": "judge",
    "kind": "ai_prompt",
    "from": ["kiln"],
    "params": {
        "model": "cheap",
        "prompt": "Is {temperature} dangerous?",
        "fields": [{"name": "verdict", "type": "string", "values": ["fine", "hot"]}],
    },
}
MODEL = {"base_url": "https://models.example/v1", "model": "small-1", "key": "secret-key", "label": {"en": "Cheap"}}


def drawn(**params: Any) -> dict[str, Any]:
    made = document()
    return {**made, "nodes": [made["nodes"][0], {**JUDGE, "params": {**JUDGE["params"], **params}}]}


@pytest.fixture
def flow(member: Membership) -> Flow:
    """One that asks, as it was deployed."""
    save(member, "cheap", price_in=2.0, price_out=10.0)
    made = commands.new_flow(member, document=drawn())
    made.deployed = made.versions.create(workspace=member.workspace, number=1, document=made.document)
    made.wanted = True
    made.save()
    return made


def save(member: Membership, ref: str, **more: Any) -> Any:
    return commands.save_profile(member, ref, **{**MODEL, "price_in": None, "price_out": None, **more})


class Told:
    """Numbered rows of one worker."""

    def __init__(self, worker: Worker, flow: Flow) -> None:
        self.worker, self.flow, self.seq = worker, flow, 0
        self.now = round(timezone.now().timestamp() * 1000)

    def row(self, kind: str, data: dict[str, Any], at: int | None = None) -> None:
        self.seq += 1
        row = {"seq": self.seq, "at": at or self.now, "flow": str(self.flow.id), "row": kind, "data": data}
        keep_rows(self.worker, [row])

    def asked(self, **more: Any) -> AskRecord:
        at = more.pop("at", None)
        known = {"node": "judge", "device": "kiln-1", "time": at or self.now + self.seq, "key": f"k{self.seq}", "model": "cheap",
                 "served": "small-1-2026", "version": 1, "prompt": "0123456789abcdef", "tokens_in": 100, "tokens_out": 20,
                 "ms": 321, "after": 345, "outcome": "answer", "reason": "", "cost": 0.0004, "calls": 1,
                 "answer": {"verdict": "hot", "unsure": False}, "score": None, "picture": ""}  # fmt: skip
        self.row("asked", {**known, **more}, at)
        return AskRecord.objects.of(self.flow.workspace).get(key=known["key"] if "key" not in more else more["key"])


@pytest.fixture
def told(worker: tuple[Worker, str], flow: Flow) -> Told:
    return Told(worker[0], flow)


# --- what is kept -------------------------------------------------------------------------------------------------------


def test_each_question_is_kept_once_and_counted_by_the_day(member: Membership, told: Told) -> None:
    row = told.asked()
    told.asked(outcome="over_budget", reason="over_budget", answer=None, tokens_in=0, tokens_out=0, cost=None)
    told.row(
        "asked_more", {"node": "judge", "model": "cheap", "outcomes": {"answer": 7}, "tokens_in": 700, "cost": 0.01}
    )
    assert (row.served, row.tokens_in, row.ms, row.cost) == ("small-1-2026", 100, 321, 0.0004)
    (models,) = spent_today(member.workspace).values()
    spent = models["cheap"]
    assert (spent["asked"], spent["over"], spent["tokens"]) == (8, 1, 820)
    assert spent["money"] == pytest.approx(0.0104)


def test_rows_that_make_no_sense_are_left_out_and_hold_no_others(member: Membership, told: Told) -> None:
    for wrong in ({"outcome": "magic"}, {"time": "soon"}, {"key": None, "outcome": None}):
        told.row("asked", {"node": "judge", "key": "x", "outcome": "answer", "time": told.now, **wrong})
    told.row("asked_more", {"outcomes": {"magic": 5, "answer": "many"}, "tokens_in": -5, "cost": "x"})
    told.asked(tokens_in=10**30, score="sure", device=5)
    assert AskRecord.objects.of(member.workspace).count() == 1
    assert told.worker.last_seq == told.seq


def test_a_row_that_the_database_cannot_hold_holds_no_others(
    member: Membership, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise DataError("out of range")

    with monkeypatch.context() as patch:
        patch.setattr(StoredRow.objects, "add", refused)
        told.row("stored", {"node": "keep", "time": told.now, "fields": {}})
    told.row("stored", {"node": "keep", "time": told.now, "fields": {"note": "g"}})
    assert StoredRow.objects.of(member.workspace).get().fields == {"note": "g"}
    assert told.worker.last_seq == told.seq


def test_the_newest_stay_and_what_people_marked(member: Membership, told: Told, settings: Any) -> None:
    settings.ASKS_KEPT = 3
    marked = told.asked()
    commands.mark_answer(member, marked.pk, True)
    for _ in range(6):
        told.asked()
    left = AskRecord.objects.of(member.workspace)
    assert left.count() == 4
    assert left.filter(pk=marked.pk).exists()
    assert thin_asks(member.workspace, told.flow, timezone.now() + timedelta(days=399)) == 3
    (count,) = AskCount.objects.of(member.workspace)
    assert count.answer == 7
    assert thin_asks(member.workspace, told.flow, timezone.now() + asks.MARKS_KEPT + timedelta(days=1)) == 1


def test_a_day_is_one_of_the_workspace(member: Membership, told: Told) -> None:
    yesterday = asks.today_in(member.workspace) - timedelta(days=1)
    night = datetime.combine(yesterday, time(0, 30), ZoneInfo("Asia/Tokyo"))
    told.asked(at=round(night.timestamp() * 1000))
    assert AskCount.objects.of(member.workspace).get().day == yesterday


# --- marks --------------------------------------------------------------------------------------------------------------


def test_marks_give_the_accuracy_by_node_and_model(api: Api, member: Membership, told: Told) -> None:
    rows = [told.asked() for _ in range(3)] + [told.asked(model="strong", second=True)]
    for row, right in zip(rows, (True, True, False, True), strict=True):
        commands.mark_answer(member, row.pk, right, None if right else {"verdict": "fine"})
    found = {
        (row["node"], row["model"]): (row["right"], row["n"], row["percent"]) for row in accuracy(member.workspace)
    }
    assert found == {("judge", "cheap"): (2, 3, 67), ("judge", "strong"): (1, 1, 100)}
    said = api("GET", f"/api/flows/{told.flow.id}/accuracy").json()["nodes"]
    assert said[0] == {"node": "judge", "model": "Cheap", "n": 3, "right": 2, "percent": 67}
    commands.mark_answer(member, rows[0].pk, None)
    assert accuracy(member.workspace)[0]["n"] == 2


@pytest.mark.parametrize(
    ("right", "should"), [(False, {"verdict": "warm"}), (False, {"topic": "x"}), (True, {"verdict": "fine"})]
)
def test_what_is_no_answer_of_that_node_cannot_be_what_was_right(
    member: Membership, told: Told, right: bool, should: dict[str, Any]
) -> None:
    row = told.asked()
    with pytest.raises(commands.BadMark):
        commands.mark_answer(member, row.pk, right, should)


def test_where_no_answer_came_there_is_nothing_to_mark_and_strangers_mark_nothing(
    member: Membership, stranger: Membership, told: Told
) -> None:
    with pytest.raises(commands.BadMark):
        commands.mark_answer(member, told.asked(outcome="failed", reason="timeout", answer=None).pk, False)
    with pytest.raises(commands.BadMark):
        commands.mark_answer(member, told.asked(outcome="unsure", answer={"verdict": "hot", "unsure": True}).pk, True)
    with pytest.raises(commands.NoSuchAnswer):
        commands.mark_answer(stranger, told.asked().pk, True)


def test_the_page_shows_filters_and_marks(api: Api, member: Membership, told: Told) -> None:
    row, other = told.asked(answer={"verdict": "<b>hot</b>", "unsure": False}), told.asked(model="strong")
    page = api("GET", "/answers/").content.decode()
    assert "&lt;b&gt;hot" in page
    assert page.count("data-answer=") == 2
    assert api("GET", "/answers/?model=strong").content.decode().count("data-answer=") == 1
    form = {"mark": "wrong", "should_verdict": "fine", "query": "model=strong&from=0", "csrfmiddlewaretoken": api.csrf}
    answer = api.client.post(f"/answers/{other.pk}/mark/", form)
    assert answer.headers["Location"] == f"/answers/?model=strong&from=0#{other.pk}"
    other.refresh_from_db()
    assert (other.right, other.should, other.marked_by) == (False, {"verdict": "fine"}, member.user)
    assert api("GET", "/answers/?mark=wrong").content.decode().count("data-answer=") == 1
    assert api("GET", "/answers/?flow=nonsense&from=99999999999999").status_code == 200
    assert row.right is None


def test_strangers_see_nothing(api_of: Any, stranger: Membership, told: Told) -> None:
    row = told.asked()
    theirs = api_of(stranger)
    assert "data-answer=" not in theirs("GET", "/answers/").content.decode()
    assert theirs("GET", f"/api/flows/{told.flow.id}/accuracy").status_code == 404
    assert theirs("GET", f"/flows/{told.flow.id}/answers.jsonl").status_code == 404
    form = {"mark": "wrong", "csrfmiddlewaretoken": theirs.csrf}
    theirs.client.post(f"/answers/{row.pk}/mark/", form)
    row.refresh_from_db()
    assert row.right is None


def test_the_answers_of_a_flow_are_a_file_for_a_replay(api: Api, told: Told) -> None:
    told.asked(device=None)
    told.asked(outcome="over_budget", reason="over_budget", answer=None, detail="flow calls: 1")
    told.asked(outcome="failed", reason="bad_answer", answer={"verdict": "warm"})
    told.asked(outcome="answer", answer=None)
    response = api("GET", f"/flows/{told.flow.id}/answers.jsonl")
    written = b"".join(response.streaming_content).decode().splitlines()
    answers = Answers(read_answer(json.loads(line)) for line in written)
    assert len(written) == 3
    taken = [
        answers.take(Effect("k", "judge", "ai_prompt", told.now + seq, device, {}, "c", ask=True))
        for seq, device in ((0, None), (1, "kiln-1"), (2, "kiln-1"))
    ]
    assert [line and (line.answer.value, line.answer.error, line.after) for line in taken] == [
        ({"verdict": "hot", "unsure": False}, None, 345), (None, "over_budget", 345), ({"verdict": "warm"}, None, 345),
    ]  # fmt: skip


# --- budgets ------------------------------------------------------------------------------------------------------------


def test_budgets_and_prices_are_sent_as_a_worker_reads_them(member: Membership, flow: Flow) -> None:
    commands.set_budget(member, None, calls=30, tokens=None, money=2.5)
    commands.set_budget(member, flow, calls=None, tokens=1_000, money=None)
    message = downlink.budgets_message(member.workspace)
    read = msgspec.convert({name: message[name] for name in ("zone", "limits", "prices")}, Budgets)
    assert read.zone == "Asia/Tokyo"
    assert read.limits[""].money == 2.5
    assert read.limits[str(flow.id)].tokens == 1_000
    assert read.prices["cheap"] == (2.0, 10.0)
    commands.set_budget(member, flow, calls=None, tokens=None, money=None)
    assert str(flow.id) not in downlink.budgets_message(member.workspace)["limits"]


def test_over_budget_is_told_once_and_again_when_it_asks_again(member: Membership, told: Told) -> None:
    for _ in range(3):
        told.asked(outcome="over_budget", reason="over_budget", answer=None, limit={"flow_tokens": 1_000})
    incident = Incident.objects.of(member.workspace).get(kind="budget")
    assert (incident.flow, incident.healed) == (told.flow, None)
    told.asked()
    incident.refresh_from_db()
    assert incident.healed is not None
    texts = list(Notice.objects.of(member.workspace).order_by("seq").values_list("text", flat=True))
    assert texts == [
        "“Kiln” asks no language model for now. This flow has used up its budget for today: 1000 tokens.",
        "“Kiln” asks language models again, after 1 s.",
    ]


def test_the_budget_of_all_flows_has_an_incident_of_its_own(member: Membership, told: Told) -> None:
    told.asked(outcome="over_budget", reason="over_budget", answer=None, limit={"workspace_calls": 3})
    incident = Incident.objects.of(member.workspace).get(kind="budget")
    assert (incident.flow, incident.name) == (None, "ours")


def test_the_page_keeps_models_prices_and_budgets_and_shows_no_key(api: Api, member: Membership, told: Told) -> None:
    told.asked()

    def post(**form: str) -> Any:
        return api.client.post("/language-models/", {**form, "csrfmiddlewaretoken": api.csrf}, follow=True)

    page = post(do="model", id="strong", label_en="Strong", base_url="https://x.example/v1", model="big", key="hush-hush",
                price_in="3", price_out="1,5").content.decode()  # fmt: skip
    assert "hush-hush" not in page
    assert "Strong" in page
    page = post(do="budget", flow=str(told.flow.id), calls="", tokens="200", money="").content.decode()
    assert "120 / 200" in page
    for form in ({"do": "budget", "flow": "all", "calls": "-1"}, {"do": "budget", "flow": "all", "money": "nan"},
                 {"do": "model", "id": "a b", "base_url": "https://x", "model": "m"},
                 {"do": "model", "id": "x", "base_url": "ftp://x", "model": "m"},
                 {"do": "budget", "flow": "nonsense"}, {"do": "forget", "id": "nothing"}, {"do": "magic"}):  # fmt: skip
        assert "callout-bad" in post(**form).content.decode(), form
    post(do="forget", id="strong")
    assert "Strong" not in api("GET", "/language-models/").content.decode()


def test_a_model_that_runs_in_the_worker_cannot_become_one_at_an_address(member: Membership) -> None:
    commands.load_things(member.workspace, {"models": [{"id": "helmet", "task": "detect"}]})
    with pytest.raises(commands.RefTaken):
        save(member, "helmet")


def test_metrics_tell_what_was_spent_and_what_may_be(settings: Any, member: Membership, told: Told) -> None:
    settings.METRICS_TOKEN = "secret"
    told.asked()
    commands.set_budget(member, told.flow, calls=None, tokens=1_000, money=None)
    text = Client().get("/metrics", headers={"Authorization": "Bearer secret"}).content.decode()
    whose = f'workspace="ours",flow="{told.flow.id}",name="Kiln"'
    assert f'suiro_ask_tokens_today{{{whose},model="cheap"}} 120\n' in text
    assert f'suiro_ask_cost_today{{{whose},model="cheap"}} 0.0004\n' in text
    assert f'suiro_asks_today{{{whose},model="cheap",outcome="asked"}} 1\n' in text
    assert f'suiro_ask_budget{{{whose},limit="tokens"}} 1000\n' in text


# --- before a deploy ----------------------------------------------------------------------------------------------------


def test_what_nothing_is_known_of_is_said_to_be_unknown(member: Membership, flow: Flow) -> None:
    (node,) = forecast(flow, drawn(), "en")
    assert (node["node"], node["model"], node["asks"], node["basis"]) == ("judge", "Cheap", None, "unknown")
    assert not node["measured"]
    assert 100 < node["tokens_in"] < 300
    assert node["money"] is None


def test_the_rate_of_the_source_where_it_runs_gives_questions_tokens_and_cost(member: Membership, told: Told) -> None:
    running(told, received=720, seconds=7_200)
    commands.set_budget(member, told.flow, calls=None, tokens=1_000_000, money=1.0)
    (node,) = forecast(told.flow, drawn(prompt="Another question about {temperature}?"), "en")
    assert node["basis"] == "as_now"
    assert node["asks"] == pytest.approx(8_640, rel=0.01)
    tokens = node["asks"] * (node["tokens_in"] + node["tokens_out"])
    assert node["tokens"] == pytest.approx(tokens)
    assert node["money"] == pytest.approx(node["asks"] * (2 * node["tokens_in"] + 10 * node["tokens_out"]) / 1e6)
    assert {(one["what"], one["fits"]) for one in node["limits"]} == {("tokens", False), ("money", False)}
    (spared,) = forecast(told.flow, drawn(at_most_every="1h"), "en")
    assert spared["asks"] == 24
    assert {(one["what"], one["fits"]) for one in spared["limits"]} == {("tokens", True), ("money", True)}


def test_behind_a_node_that_lets_few_events_through_the_rate_is_the_most_that_can_be(told: Told) -> None:
    running(told, received=720, seconds=7_200)
    made = drawn()
    made["nodes"][1] = {**made["nodes"][1], "from": ["hot"]}
    made["nodes"].append(document()["nodes"][1])
    (node,) = forecast(told.flow, made, "en")
    assert node["basis"] == "at_most"


@pytest.mark.parametrize(
    ("source", "seconds", "asks"),
    [({}, 600, 1_440), ({"only": ["kiln-1"]}, 600, 720), ({}, 299, None)],
)
def test_where_no_flow_reads_them_the_devices_of_the_type_are_known_as_the_worker_hears_them(
    member: Membership, told: Told, source: dict[str, Any], seconds: int, asks: float | None
) -> None:
    commands.load_things(member.workspace, {"devices": [{"id": "kiln-2", "type": "kiln"}], "types": THINGS["types"]})
    heard = {"since": told.now - seconds * 1_000, "types": {"kiln": 10}}
    says(told, {"heard": heard, "at": told.now})
    made = drawn()
    made["nodes"][0] = {**made["nodes"][0], "params": {"type": "kiln", **source}}
    (node,) = forecast(told.flow, made, "en")
    assert node["asks"] == (asks if asks is None else pytest.approx(asks))


def test_what_the_node_has_asked_before_counts_most(member: Membership, told: Told) -> None:
    running(told, received=720, seconds=7_200)
    told.asked(tokens_in=500, tokens_out=50)
    for ago, count in ((1, 100), (2, 300)):
        day = asks.today_in(member.workspace) - timedelta(days=ago)
        AskCount.objects.add(member.workspace, flow=told.flow, node="judge", model="cheap", day=day, answer=count)
    (node,) = forecast(told.flow, drawn(), "en")
    assert (node["asks"], node["basis"], node["days"]) == (200, "measured", 2)
    assert (node["tokens_in"], node["tokens_out"], node["measured"]) == (500, 50, True)


def test_the_forecast_is_asked_for_with_the_draft(api: Api, member: Membership, flow: Flow) -> None:
    save(member, "strong", label={})
    answer = api("POST", f"/api/flows/{flow.id}/asks", {"document": drawn(when_unsure="strong")})
    (node,) = answer.json()["nodes"]
    assert node["second"] == "strong"
    assert api("POST", f"/api/flows/{flow.id}/asks", {"document": document()}).json() == {"nodes": []}
    for junk in (
        {},
        drawn(fields=5),
        {"nodes": 5},
        {"nodes": [5, {"id": 5}, {"id": "a", "kind": "ai_prompt", "params": 5, "from": 5}]},
    ):
        assert api("POST", f"/api/flows/{flow.id}/asks", {"document": junk}).status_code == 200


def running(told: Told, *, received: int, seconds: float) -> None:
    """The flow has run for so long, and its source received so many events."""
    now = timezone.now()
    told.flow.now_is(Flow.Status.RUNNING)
    told.flow.status_since = now - timedelta(seconds=seconds)
    told.flow.save()
    counts = {str(told.flow.id): {"sources": {"kiln": {"received": received}}}}
    says(told, {"flows": counts, "at": round(now.timestamp() * 1000)})


def says(told: Told, status: dict[str, Any]) -> None:
    Worker.objects.of(told.flow.workspace).filter(pk=told.worker.pk).update(status=status)
