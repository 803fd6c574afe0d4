"""Snoozing as the server has it: who, what, until when; what was held back is listed and counted, and waits for nobody."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from flows import commands, downlink
from flows.models import Firing, Flow, Membership, Notice, Snooze, Worker
from flows.tests.conftest import Api, document

HOUR = 3_600_000


@pytest.fixture
def flow(member: Membership) -> Flow:
    return commands.new_flow(member, document=document())


def now() -> int:
    return int(timezone.now().timestamp() * 1000)


def held(worker: Worker, flow: Flow, seq: int, snooze: str, key: str = "k1") -> None:
    data = {"node": "tell", "to": "shift", "text": "Kiln 1 is hot", "device": "kiln-1", "time": now(), "key": key}
    effect = {"key": key, "node": "tell", "kind": "notify", "time": now(), "sent": False, "outcome": "snoozed"}
    rows = [{"seq": seq, "flow": str(flow.id), "row": "snoozed", "data": {**data, "snooze": snooze}},
            {"seq": seq + 1, "flow": str(flow.id), "row": "effect", "data": effect}]  # fmt: skip
    commands.keep_rows(worker, rows)


def test_a_flow_is_snoozed_for_an_hour_and_the_worker_hears_of_it(api: Api, member: Membership, flow: Flow) -> None:
    answer = api("POST", "/api/snoozes", {"flow": str(flow.id), "choice": "hour", "reason": "works"})
    one = answer.json()
    assert answer.status_code == 201
    assert abs(one["until"] - now() - HOUR) < 60_000
    assert (one["flow_name"], one["by"], one["reason"], one["commands"]) == ("Kiln", "ours", "works", False)
    (sent,) = downlink.snoozes_message(member.workspace)["snoozes"]
    assert sent == {name: one[name] for name in ("id", "flow", "device", "start", "until", "commands")}


def test_tomorrow_morning_is_eight_where_the_workspace_is(api: Api, member: Membership) -> None:
    zone = ZoneInfo(member.workspace.zone)
    before = timezone.now().astimezone(zone).date()
    one = api("POST", "/api/snoozes", {"device": "kiln-1", "choice": "morning"}).json()
    after = timezone.now().astimezone(zone).date()
    here = datetime.fromtimestamp(one["until"] / 1000, zone)
    assert (here.hour, here.minute) == (8, 0)
    assert here.date() - timedelta(days=1) in (before, after)


def test_maintenance_is_planned_ahead_and_can_be_called_off(api: Api, member: Membership) -> None:
    wish = {"device": "kiln-1", "start": now() + HOUR, "until": now() + 3 * HOUR, "commands": True}
    one = api("POST", "/api/snoozes", wish).json()
    assert (one["start"], one["until"], one["commands"]) == (wish["start"], wish["until"], True)
    assert one["device_name"] == "Kiln 1"
    assert api("DELETE", f"/api/snoozes/{one['id']}").status_code == 204
    assert not Snooze.objects.of(member.workspace).exists()


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"choice": "hour"}, 422),
        ({"device": "kiln-1"}, 422),
        ({"device": "kiln-1", "until": 1}, 422),
        ({"device": "kiln-1", "until": 10**18}, 422),
        ({"device": "kiln-1", "start": 9 * 10**12, "until": 8 * 10**12}, 422),
        ({"device": "no-such", "choice": "hour"}, 404),
        ({"flow": "00000000-0000-0000-0000-000000000000", "choice": "hour"}, 404),
    ],
)
def test_what_makes_no_sense_is_refused(api: Api, wish: dict[str, Any], status: int) -> None:
    answer = api("POST", "/api/snoozes", wish)
    assert (answer.status_code, bool(answer.json()["message"])) == (status, True)


def test_what_was_held_back_is_listed_and_counted_but_waits_for_nobody(
    api: Api, member: Membership, flow: Flow, worker: tuple[Worker, str]
) -> None:
    one = api("POST", "/api/snoozes", {"flow": str(flow.id), "choice": "hour"}).json()
    held(worker[0], flow, 1, one["id"])
    held(worker[0], flow, 3, one["id"])
    held(worker[0], flow, 5, "no id", key="k2")
    assert api("GET", "/api/notices").json() == []
    assert api("GET", "/api/notices?unread=1").json() == []
    listed = api("GET", "/api/notices?snoozed=1").json()
    assert [(notice["text"], notice["snoozed"]) for notice in listed] == [("Kiln 1 is hot", True)] * 2
    (told,) = api("GET", "/api/snoozes").json()
    assert told["count"] == 1
    about = api("GET", "/api/flows/activity").json()["flows"][str(flow.id)]
    assert (sum(about["hours"]), about["failed"]) == (2, 0)
    assert Firing.objects.of(member.workspace).filter(outcome="snoozed").count() == 2


def test_who_ends_it_hears_again_and_what_was_held_back_stays(
    api: Api, member: Membership, flow: Flow, worker: tuple[Worker, str]
) -> None:
    one = api("POST", "/api/snoozes", {"flow": str(flow.id), "choice": "hour"}).json()
    held(worker[0], flow, 1, one["id"])
    assert api("DELETE", f"/api/snoozes/{one['id']}").status_code == 204
    assert api("GET", "/api/snoozes").json() == []
    assert downlink.snoozes_message(member.workspace)["snoozes"] == []
    assert Notice.objects.of(member.workspace).get().snooze_id is not None
    assert api("DELETE", f"/api/snoozes/{one['id']}").status_code == 404


def test_strangers_neither_see_nor_end_it(api_of: Any, api: Api, stranger: Membership, flow: Flow) -> None:
    one = api("POST", "/api/snoozes", {"flow": str(flow.id), "choice": "hour"}).json()
    theirs = api_of(stranger)
    assert theirs("GET", "/api/snoozes").json() == []
    assert theirs("DELETE", f"/api/snoozes/{one['id']}").status_code == 404
    assert theirs("POST", "/api/snoozes", {"flow": str(flow.id), "choice": "hour"}).status_code == 404


def test_a_deleted_flow_is_not_among_what_is_snoozed_until_it_is_brought_back(
    api: Api, member: Membership, flow: Flow
) -> None:
    api("POST", "/api/snoozes", {"flow": str(flow.id), "choice": "hour"})
    api("POST", "/api/snoozes", {"device": "kiln-1", "choice": "hour"})
    commands.bin_flow(member, flow.id)
    assert [one["device"] for one in api("GET", "/api/snoozes").json()] == ["kiln-1"]
    commands.restore_flow(member, flow.id)
    assert len(api("GET", "/api/snoozes").json()) == 2
