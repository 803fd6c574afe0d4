"""Workers: added with a token that is shown once, cut off by another, removed when nothing runs there; flows that move."""

import pytest
from django.test import Client
from websockets.exceptions import ConnectionClosed, InvalidStatus

from flows import commands
from flows.commands.deploying import waiting_actuations
from flows.models import Flow, Membership, Worker
from flows.rights import NotAllowed
from flows.tests.conftest import document
from flows.tests.test_sockets import worker_line


def deployed(member: Membership) -> Flow:
    flow = commands.new_flow(member, document=document())
    asked = waiting_actuations(member.workspace, flow, flow.document, "en")
    commands.deploy_flow(member, flow.id, approve=[one["hash"] for one in asked])
    return flow


def test_a_second_worker_signs_in_with_the_token_that_is_shown_once(client: Client, member: Membership) -> None:
    client.force_login(member.user)
    answer = client.post("/workers/change/", {"do": "add", "name": "hall B"})
    assert answer["Cache-Control"].startswith("max-age=0")
    token = answer.context["fresh"]["token"]
    assert answer.context["fresh"]["server"] == "ws://testserver/ws/worker"
    assert token in answer.text
    assert token not in client.get("/workers/").text
    assert Worker.objects.of(member.workspace).get(name="hall B").token_hash != token


def test_a_name_is_given_once_and_a_busy_worker_stays(member: Membership, worker: tuple[Worker, str]) -> None:
    with pytest.raises(commands.WorkerNameTaken):
        commands.add_worker(member, "local")
    flow = deployed(member)
    with pytest.raises(commands.WorkerBusy):
        commands.remove_worker(member, worker[0].id)
    commands.stop_flow(member, flow.id)
    commands.remove_worker(member, worker[0].id)
    assert not Worker.objects.of(member.workspace).exists()


def test_a_flow_moves_and_only_its_new_worker_is_given_it(member: Membership, worker: tuple[Worker, str]) -> None:
    flow = deployed(member)
    other, _ = commands.add_worker(member, "hall B")
    assert [one.id for one in commands.flows_on(worker[0])] == [flow.id]
    moved = commands.move_flow(member, flow.id, other.id)
    assert moved.status == Flow.Status.STARTING
    assert commands.flows_on(worker[0]) == []
    assert [one.id for one in commands.flows_on(other)] == [flow.id]


def test_a_worker_of_another_workspace_is_not_there(member: Membership, stranger: Membership) -> None:
    foreign, _ = commands.add_worker(stranger, "theirs")
    flow = commands.new_flow(member, document=document())
    for call in (lambda: commands.renew_token(member, foreign.id), lambda: commands.remove_worker(member, foreign.id),
                 lambda: commands.move_flow(member, flow.id, foreign.id)):  # fmt: skip
        with pytest.raises(commands.WorkerGone):
            call()


def test_a_member_who_is_no_owner_gets_no_token(member: Membership) -> None:
    member.role = Membership.Role.MEMBER
    with pytest.raises(NotAllowed):
        commands.add_worker(member, "mine")


@pytest.mark.django_db(transaction=True)
def test_a_new_token_cuts_off_who_came_by_the_old_one(
    server: str, member: Membership, worker: tuple[Worker, str]
) -> None:
    row, token = worker
    with worker_line(server, token) as line:
        line.wait("epoch")
        _, fresh = commands.renew_token(member, row.id)
        with pytest.raises(ConnectionClosed):
            line.wait("never")
    with pytest.raises(InvalidStatus), worker_line(server, token):
        pass
    with worker_line(server, fresh) as line:
        line.wait("epoch")
