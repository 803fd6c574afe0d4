"""What the list of flows tells of each: firings by the hour, failures, what waits for a person."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from flows import commands
from flows.models import DeadLetter, Firing, Flow, Membership, PendingApproval, Worker
from flows.tests.conftest import Api, document
from flows.tests.test_deploying import deployed


def fire(member: Membership, flow: Any, ago: timedelta, count: int = 1, **more: Any) -> None:
    for number in range(count):
        time = timezone.now() - ago
        key = f"{ago}{number}{more}"[:64]
        Firing.objects.add(member.workspace, flow=flow, node="tell", time=time, key=key, kind="notify", **more)


def test_firings_are_counted_by_the_hour_and_the_last_hour_is_this_one(
    api: Api, member: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now().replace(minute=30)  # no hour ends meanwhile
    monkeypatch.setattr(timezone, "now", lambda: now)
    flow, quiet = (commands.new_flow(member, document=document()) for _ in range(2))
    fire(member, flow, timedelta(0), 3, sent=True)
    fire(member, flow, timedelta(hours=5), 2, sent=False)
    fire(member, flow, timedelta(hours=30), 7, sent=False)
    told = api("GET", "/api/flows/activity").json()
    about = told["flows"][str(flow.id)]
    assert (about["hours"][-1], about["hours"][-6], sum(about["hours"]), about["failed"]) == (3, 2, 5, 2)
    assert str(quiet.id) not in told["flows"]
    assert 0 < told["until"] - timezone.now().timestamp() * 1000 <= 3_600_000


def test_dead_letters_and_commands_that_wait_are_counted_with_their_flow(api: Api, member: Membership) -> None:
    flow, now = commands.new_flow(member, document=document()), timezone.now()
    place = {"flow": flow, "node": "red", "time": now}
    DeadLetter.objects.add(member.workspace, **place, key="k", kind="effect", made=now, reason="no_address")
    for key, left in (("open", 60), ("over", -60)):
        until = now + timedelta(seconds=left)
        PendingApproval.objects.add(member.workspace, **place, key=key, command="set_color", expires=until)
    about = api("GET", "/api/flows/activity").json()["flows"][str(flow.id)]
    assert (about["letters"], about["waiting"]) == (1, 1)


def test_nothing_of_another_workspace_is_counted(api_of: Any, member: Membership, stranger: Membership) -> None:
    fire(member, commands.new_flow(member, document=document()), timedelta(0))
    assert api_of(stranger)("GET", "/api/flows/activity").json()["flows"] == {}


def test_many_flows_can_be_searched_and_none_are_taught(api: Api, member: Membership) -> None:
    empty = api("GET", "/flows/").content.decode()
    assert "first-steps" in empty
    assert 'flow-find" hidden' in empty
    for number in range(6):
        commands.new_flow(member, f"Flow {number}")
    assert 'flow-find" hidden' not in api("GET", "/flows/").content.decode()


def test_for_how_long_a_flow_has_its_status_outlives_reports_that_change_nothing(
    api: Api, member: Membership, worker: tuple[Worker, str]
) -> None:
    flow = api("POST", "/api/flows", {"document": document()}).json()
    assert listed(api)["since"] is None
    deployed(api, flow)
    starting = listed(api)["since"]
    Flow.objects.of(member.workspace).update(status_since=timezone.now() - timedelta(hours=2))
    for status in ("starting", "running", "running", "failed"):
        before = listed(api)["since"]
        changes = listed(api)["status"] != status
        commands.flow_reported(worker[0], {"flow": flow["id"], "status": status, "version": 1})
        assert (listed(api)["status"], listed(api)["since"] != before) == (status, changes)
        Flow.objects.of(member.workspace).update(status_since=timezone.now() - timedelta(hours=1))
    assert starting is not None
    assert "data-since" in api("GET", "/flows/").content.decode()


def listed(api: Api) -> dict[str, Any]:
    (row,) = api("GET", "/api/flows").json()
    return dict(row)
