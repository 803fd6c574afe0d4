"""Commands that a person approves every time: asked on top of the inbox, answered once, over in time."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from flows import commands
from flows.models import Flow, Membership, PendingApproval, Worker
from flows.tests.conftest import Api, document
from flows.tests.test_sockets import page_line, row, running, worker_line  # noqa: F401

EVIL = '<script>alert("x")</script>'


def in_ms(seconds: float) -> int:
    return int((timezone.now() + timedelta(seconds=seconds)).timestamp() * 1000)


def asked(key: str = "k1", seconds: float = 60, **more: Any) -> dict[str, Any]:
    return {
        "key": key, "node": "red", "device": "tower-1", "command": "set_color", "values": {"color": "red"},
        "text": "Tower 1: set colour (color = red)", "time": in_ms(0), "expires": in_ms(seconds), **more,
    }  # fmt: skip


@pytest.fixture
def held(member: Membership, worker: tuple[Worker, str]) -> PendingApproval:
    """A command that the connected worker holds."""
    Worker.objects.of(member.workspace).update(connected=True)
    flow = commands.new_flow(member, document=document())
    return keep(worker[0], flow, 1, asked())


def keep(worker: Worker, flow: Flow, seq: int, data: dict[str, Any], named: str = "approval") -> PendingApproval:
    commands.keep_rows(worker, [{"seq": seq, "at": in_ms(0), "flow": str(flow.id), "row": named, "data": data}])
    return PendingApproval.objects.of(flow.workspace).get(key=data["key"])


@pytest.mark.django_db(transaction=True)
def test_a_held_command_is_shown_live_and_the_answer_reaches_the_worker(
    server: str,
    api: Api,
    worker: Any,
    running: str,  # noqa: F811
) -> None:
    with worker_line(server, worker[1]) as line, page_line(server, api) as page:
        line.wait("ack")
        page.wait("hello")
        line.say(t="batch", rows=[row(1, running, "approval", **asked())])
        seen = page.wait("approval")
        assert (seen["text"], seen["device"], seen["state"]) == (
            "Tower 1: set colour (color = red)",
            "tower-1",
            "waiting",
        )
        assert seen["waiting"] == 1
        assert api("POST", f"/api/approvals/{seen['id']}", {"ok": True}).json()["state"] == "approved"
        order = line.wait("approve")
        assert (order["flow"], order["key"], order["ok"]) == (running, "k1", True)
        done = page.wait("approval")
        assert (done["state"], done["by"], done["waiting"]) == ("approved", "ours", 0)


def test_it_stands_in_the_inbox_and_is_counted_in_the_menu(api: Api, held: PendingApproval) -> None:
    text = api("GET", "/inbox/").content.decode()
    assert str(held.id) in text
    assert 'id="waiting" title="Commands that wait for you">1<' in text
    assert [one["id"] for one in api("GET", "/api/approvals?waiting=1").json()] == [str(held.id)]


def test_the_first_answer_counts(api: Api, held: PendingApproval) -> None:
    assert api("POST", f"/api/approvals/{held.id}", {"ok": False}).json()["state"] == "rejected"
    again = api("POST", f"/api/approvals/{held.id}", {"ok": True})
    assert (again.status_code, again.json()["approval"]["state"]) == (409, "rejected")


def test_one_that_is_over_says_so_and_cannot_be_approved(api: Api, held: PendingApproval) -> None:
    PendingApproval.objects.of(held.workspace).update(expires=timezone.now() - timedelta(seconds=1))
    (one,) = api("GET", "/api/approvals").json()
    assert one["state"] == "expired"
    assert api("GET", "/api/approvals?waiting=1").json() == []
    assert api("POST", f"/api/approvals/{held.id}", {"ok": True}).status_code == 409
    assert "hidden>0<" in api("GET", "/inbox/").content.decode()


def test_without_a_worker_the_answer_is_not_lost_but_refused(api: Api, held: PendingApproval) -> None:
    Worker.objects.of(held.workspace).update(connected=False)
    assert api("POST", f"/api/approvals/{held.id}", {"ok": True}).status_code == 503
    held.refresh_from_db()
    assert held.state == "waiting"


@pytest.mark.parametrize(
    ("outcome", "state"), [("expired", "expired"), ("refused", "rejected"), ("sent", "approved"), ("failed", "gone")]
)
def test_what_the_worker_says_came_of_it_closes_it(
    held: PendingApproval, worker: tuple[Worker, str], outcome: str, state: str
) -> None:
    data = {"key": "k1", "node": "red", "kind": "command", "device": "tower-1", "data": {}, "time": in_ms(0),
            "sent": outcome == "sent", "outcome": outcome}  # fmt: skip
    assert keep(worker[0], held.flow, 2, data, "effect").state == state


def test_one_that_the_worker_asks_again_after_a_restart_waits_again(
    api: Api, held: PendingApproval, worker: tuple[Worker, str]
) -> None:
    api("POST", f"/api/approvals/{held.id}", {"ok": True})
    assert keep(worker[0], held.flow, 2, asked()).state == "waiting"
    assert PendingApproval.objects.of(held.workspace).count() == 1


def test_an_answer_is_true_or_false_and_nothing_else(api: Api, held: PendingApproval) -> None:
    for body in ({}, {"ok": None}, {"ok": {"a": 1}}):
        assert api("POST", f"/api/approvals/{held.id}", body).status_code == 422
    held.refresh_from_db()
    assert held.state == "waiting"


def test_what_a_device_put_into_it_is_text(api: Api, held: PendingApproval, worker: tuple[Worker, str]) -> None:
    keep(worker[0], held.flow, 2, asked("k2", text=EVIL, device=EVIL, values=[EVIL], command=EVIL))
    assert EVIL not in api("GET", "/inbox/").content.decode()


def test_a_stranger_sees_and_answers_nothing(held: PendingApproval, stranger: Membership, api_of: Any) -> None:
    theirs = api_of(stranger)
    assert theirs("GET", "/api/approvals").json() == []
    assert str(held.id) not in theirs("GET", "/inbox/").content.decode()
    assert theirs("POST", f"/api/approvals/{held.id}", {"ok": True}).status_code == 404
