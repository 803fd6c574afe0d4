"""What is wrong with a destination is over when no running flow uses it: nothing tries it, so nothing shows it well again."""

import pytest

from flows.commands.incidents import look_after
from flows.commands.workers import keep_rows, worker_left
from flows.incident_words import Kind
from flows.models import Flow, Incident, Membership, Worker
from flows.tests.conftest import Api, document
from flows.tests.test_incidents import clock, here, says, told  # noqa: F401
from flows.tests.test_sockets import NOW, row, running  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)
LOST = "The destination “shift” does not answer. What goes there waits."
REFUSES = "What goes to “shift” does not arrive: it answers 404"
UNUSED = "No running flow uses the destination “shift” any more, 1 s after it was lost."


def refuses(worker: Worker, flow: str, seq: int = 1) -> None:
    """The worker says that the destination refused what this flow sent."""
    facts = {"sent": False, "outcome": "failed", "detail": "it answers 404", "data": {"to": "shift"}}
    about = {"node": "tell", "kind": "notify", "device": None, "time": NOW, "key": f"k{seq}"}
    keep_rows(worker, [row(seq, flow, "effect", **about, **facts)])


def still_open(member: Membership) -> set[str]:
    return set(Incident.objects.of(member.workspace).filter(healed=None).values_list("kind", flat=True))


@pytest.mark.parametrize("how", ["stopped", "deleted", "elsewhere"])
def test_a_lost_destination_that_nobody_uses_any_more_is_no_incident(
    how: str,
    member: Membership,
    here: Worker,  # noqa: F811
    running: str,  # noqa: F811
    api: Api,
) -> None:
    says(here, "open", 3)
    refuses(here, running)
    assert told(member) == [LOST, REFUSES]
    if how == "elsewhere":
        version = Flow.objects.of(member.workspace).get(pk=running).deployed
        assert version is not None
        version.document = document(nodes=[node for node in document()["nodes"] if node["kind"] != "notify"])
        version.save()
    elif how == "stopped":
        assert api("POST", f"/api/flows/{running}/stop").status_code == 202
    else:
        assert api("DELETE", f"/api/flows/{running}").status_code in (200, 202, 204)
    says(here, "open", 0)
    look_after(member.workspace)
    assert still_open(member) == set()
    assert told(member) == [LOST, REFUSES, UNUSED, UNUSED]
    says(here, "open", 0)
    look_after(member.workspace)
    assert len(told(member)) == 4, "the worker goes on saying it"


def test_it_ends_also_while_the_worker_is_away_and_what_comes_late_opens_none(
    member: Membership,
    here: Worker,  # noqa: F811
    running: str,  # noqa: F811
    api: Api,
) -> None:
    says(here, "open", 3)
    worker_left(here)
    api("POST", f"/api/flows/{running}/stop")
    look_after(member.workspace)
    refuses(here, running)
    assert Kind.DESTINATION not in still_open(member)
    assert Kind.REFUSED not in still_open(member)


def test_as_long_as_another_running_flow_uses_it_it_stays_lost(
    member: Membership,
    here: Worker,  # noqa: F811
    running: str,  # noqa: F811
    api: Api,
) -> None:
    other = api("POST", "/api/flows", {"document": document(name="Other")}).json()["id"]
    asked = api("POST", f"/api/flows/{other}/deploy", {}).json()
    approve = {"approve": [one["hash"] for one in asked["approval"]]}
    assert api("POST", f"/api/flows/{other}/deploy", approve).status_code == 200
    says(here, "open", 3)
    refuses(here, running)
    api("POST", f"/api/flows/{running}/stop")
    says(here, "open", 1)
    look_after(member.workspace)
    assert still_open(member) == {Kind.DESTINATION, Kind.REFUSED}
    api("POST", f"/api/flows/{other}/stop")
    look_after(member.workspace)
    assert still_open(member) == set()


def test_a_flow_that_went_to_another_worker_ends_it_where_it_was(
    member: Membership,
    here: Worker,  # noqa: F811
    running: str,  # noqa: F811
) -> None:
    says(here, "open", 3)
    other = Worker.objects.add(member.workspace, name="other", token_hash="x")
    Flow.objects.of(member.workspace).filter(pk=running).update(worker=other)
    says(here, "open", 0)
    assert still_open(member) == set()
    says(other, "open", 2)
    assert still_open(member) == {Kind.DESTINATION}
