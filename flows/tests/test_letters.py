"""Dead letters: kept as the worker tells of them, seen with their reason, replayed and discarded at a person's wish."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from flows import commands
from flows.models import DeadLetter, Flow, Membership, Worker
from flows.tests.conftest import Api, document
from flows.tests.test_sockets import page_line, row, running, worker_line  # noqa: F401

EVIL = '<script>alert("x")</script>'


def in_ms(seconds: float = 0) -> int:
    return int((timezone.now() + timedelta(seconds=seconds)).timestamp() * 1000)


def effect(key: str = "k1", **more: Any) -> dict[str, Any]:
    return {
        "key": key, "kind": "effect", "action": "notify", "node": "tell", "device": "kiln-1", "to": "shift",
        "payload": "Kiln 1 is at 85 °C", "created": in_ms(-60), "time": in_ms(), "attempts": 6, "reason": "gave_up",
        "detail": "HTTP 503", "args": {}, "expires": None, "cause": "m1", **more,
    }  # fmt: skip


def message(key: str = "m1/kiln", **more: Any) -> dict[str, Any]:
    return {
        "key": key, "kind": "message", "node": "kiln", "device": None, "to": "plant/kiln-1/telemetry",
        "payload": "{broken", "created": in_ms(-60), "time": in_ms(), "attempts": 1, "reason": "missing_field",
        "detail": "", "args": {"field": "temperature"}, **more,
    }  # fmt: skip


@pytest.fixture
def flow(member: Membership, worker: tuple[Worker, str]) -> Flow:
    """Of a connected worker."""
    Worker.objects.of(member.workspace).update(connected=True)
    return commands.new_flow(member, document=document())


def keep(worker: tuple[Worker, str], flow: Flow, *letters: dict[str, Any], named: str = "dead") -> None:
    seq = worker[0].last_seq
    rows = [
        {"seq": seq + n, "at": in_ms(), "flow": str(flow.id), "row": named, "data": d} for n, d in enumerate(letters, 1)
    ]
    commands.keep_rows(worker[0], rows)


def listed(api: Api, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api("GET", f"/api/letters{query}").json()["letters"]
    return found


def test_they_are_listed_with_reason_payload_and_attempts(api: Api, worker: Any, flow: Flow) -> None:
    keep(worker, flow, effect(), message())
    kinds = {one["kind"]: one for one in listed(api)}
    sent, read = kinds["effect"], kinds["message"]
    assert (sent["payload"], sent["attempts"], sent["to"], sent["over"]) == ("Kiln 1 is at 85 °C", 6, "shift", False)
    assert "HTTP 503" in sent["reason"]
    assert "temperature" in read["reason"]
    api("PUT", "/api/me", {"lang": "ja"})
    assert "HTTP 503" in listed(api)[0]["reason"] + listed(api)[1]["reason"]
    assert any("項目" in one["reason"] for one in listed(api))


def test_the_same_one_again_is_one_letter(api: Api, worker: Any, flow: Flow) -> None:
    keep(worker, flow, effect(), effect(attempts=7))
    assert [one["attempts"] for one in listed(api)] == [7]


def test_they_are_filtered_by_flow_and_destination(api: Api, member: Membership, worker: Any, flow: Flow) -> None:
    other = commands.new_flow(member, document=document(name="Other"))
    keep(worker, flow, effect(), message())
    keep(worker, other, effect("k2"))
    assert len(listed(api)) == 3
    assert {one["key"] for one in listed(api, f"?flow={flow.id}")} == {"k1", "m1/kiln"}
    assert {one["key"] for one in listed(api, "?to=shift")} == {"k1", "k2"}
    assert [one["key"] for one in listed(api, f"?to=shift&flow={other.id}")] == ["k2"]
    page = api("GET", f"/letters/?to=shift&flow={other.id}").content.decode()
    assert "k2" in page
    assert "m1/kiln" not in page
    assert api("GET", "/letters/?flow=nonsense").status_code == 200


def test_they_are_counted_in_the_menu(api: Api, worker: Any, flow: Flow) -> None:
    assert 'id="letters-count" hidden' in api("GET", "/flows/").content.decode()
    keep(worker, flow, effect(), message())
    assert 'id="letters-count">2<' in api("GET", "/flows/").content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["replay", "discard"])
def test_a_wish_reaches_the_worker_and_its_word_removes_the_letter(
    server: str,
    api: Api,
    worker: Any,
    running: str,  # noqa: F811
    what: str,
) -> None:
    with worker_line(server, worker[1]) as line, page_line(server, api) as page:
        line.wait("ack")
        page.wait("hello")
        line.say(t="batch", rows=[row(1, running, "dead", **effect()), row(2, running, "dead", **effect("k2"))])
        assert page.wait("letters")["count"] == 2
        chosen = next(one["id"] for one in listed(api) if one["key"] == "k1")
        asked = api("POST", f"/api/letters/{what}", {"ids": [chosen]})
        assert (asked.status_code, asked.json()["count"]) == (202, 1)
        order = line.wait(what)
        assert (order["flow"], order["keys"], [order["id"]]) == (running, ["k1"], asked.json()["orders"])
        assert len(listed(api)) == 2
        line.say(t="batch", rows=[row(3, running, "exhumed", key="k1")])
        line.say(t="done", id=order["id"], ok=True, detail="")
        assert page.wait("letters")["count"] == 1
        assert page.wait("done")["id"] == order["id"]
        assert [one["key"] for one in listed(api)] == ["k2"]


def test_all_that_are_filtered_go_in_one_wish(
    api: Api, member: Membership, worker: Any, flow: Flow, monkeypatch: Any
) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr("flows.live.to_worker", lambda worker, order: sent.append(order))
    other = commands.new_flow(member, document=document(name="Other"))
    keep(worker, flow, *(effect(f"k{n}") for n in range(700)))
    keep(worker, other, effect("x"))
    assert api("POST", "/api/letters/replay", {"flow": str(flow.id), "to": "shift"}).json()["count"] == 700
    assert [len(order["keys"]) for order in sent] == [500, 200]
    assert {order["flow"] for order in sent} == {str(flow.id)}


def test_what_is_over_cannot_be_replayed_and_says_so(
    api: Api, worker: Any, flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr("flows.live.to_worker", lambda worker, order: sent.append(order))
    keep(worker, flow, effect(action="command", reason="expired", expires=in_ms(-1), to="tower-1"))
    (one,) = listed(api)
    assert one["over"] is True
    assert api("POST", "/api/letters/replay", {"ids": [one["id"]]}).json()["count"] == 0
    assert sent == []
    assert api("POST", "/api/letters/discard", {"ids": [one["id"]]}).json()["count"] == 1


def test_without_a_worker_nothing_is_lost_but_refused(api: Api, worker: Any, flow: Flow) -> None:
    keep(worker, flow, effect())
    Worker.objects.of(flow.workspace).update(connected=False)
    (one,) = listed(api)
    assert api("POST", "/api/letters/replay", {"ids": [one["id"]]}).status_code == 503
    assert len(listed(api)) == 1


def test_only_so_many_are_kept(api: Api, worker: Any, flow: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.commands.letters.MOST", 3)
    keep(worker, flow, *(effect(f"k{n}", time=in_ms(n)) for n in range(5)))
    assert [one["key"] for one in listed(api)] == ["k4", "k3", "k2"]


def test_those_of_a_stopped_flow_stay(api: Api, worker: Any, flow: Flow) -> None:
    keep(worker, flow, effect(), message())
    commands.flow_reported(worker[0], {"flow": str(flow.id), "status": "running"})
    commands.flow_reported(worker[0], {"flow": str(flow.id), "status": "stopped"})
    assert len(listed(api)) == 2
    assert api("POST", "/api/letters/discard", {}).json()["count"] == 2


def test_what_a_device_put_into_it_is_text(api: Api, worker: Any, flow: Flow) -> None:
    keep(
        worker, flow, message(payload=EVIL, to=EVIL, args={"field": EVIL}, node=EVIL), effect(device=EVIL, detail=EVIL)
    )
    assert EVIL not in api("GET", "/letters/").content.decode()


def test_rows_that_make_no_sense_break_nothing(api: Api, worker: Any, flow: Flow) -> None:
    keep(
        worker,
        flow,
        {},
        {**effect(), "created": "x"},
        {**effect(), "attempts": "x"},
        {**effect(), "args": 5},
        effect("k9"),
    )
    assert sorted(one["key"] for one in listed(api)) == ["k1", "k9"]
    keep(worker, flow, {}, {"key": 5}, named="exhumed")
    assert len(listed(api)) == 2


def test_a_stranger_sees_and_replays_nothing(worker: Any, flow: Flow, stranger: Membership, api_of: Any) -> None:
    keep(worker, flow, effect())
    theirs = api_of(stranger)
    letter = DeadLetter.objects.of(flow.workspace).get()
    assert listed(theirs) == []
    assert "85 °C" not in theirs("GET", "/letters/").content.decode()
    for what in ("replay", "discard"):
        assert theirs("POST", f"/api/letters/{what}", {"ids": [str(letter.id)]}).json()["count"] == 0
    assert DeadLetter.objects.of(flow.workspace).count() == 1
