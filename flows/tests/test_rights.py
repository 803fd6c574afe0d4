"""Every write, as each role: the routes refuse before anything is read, the commands refuse for themselves."""

import inspect
import re
import typing
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from flows import commands
from flows.access import CONVERTER, MEMBERS_READ, OPEN, OWNERS, VIEWERS, needed
from flows.models import DashboardLink, Flow, Membership
from flows.rights import MEMBER, OWNER, RANK, VIEWER, NotAllowed, Role, may
from flows.tests.conftest import Api, document, hashed
from flows.tests.test_doors import addresses, filled

WRITES = ("POST", "PUT", "PATCH", "DELETE")
READS = {
    "flow_of",
    "links_of",
    "table_of",
    "model_of",
    "people_of",
    "ask_status",
    "demo_of",
    "told_demo",
    "record_of_demo",
}
"""Commands of a person that write nothing: everybody who is signed in may look."""


def colleague(member: Membership, role: Role) -> Membership:
    name = f"a {role.value}"
    user = User.objects.create(username=name, password=hashed("a long password"))
    return Membership.objects.add(member.workspace, user=user, role=role.value, lang="en")


CLOSED = sorted({(route[1:], name) for name, route, _ in addresses() if name not in OPEN and "admin:" not in name})
"""Those of the administration aside: that is for the installation's operator."""
WALK = [(method, route) for route, _ in CLOSED for method in WRITES]


@pytest.mark.parametrize("role", list(Role))
def test_every_write_is_refused_to_those_whose_role_does_not_reach(
    member: Membership, api_of: Callable[[Membership], Api], role: Role
) -> None:
    api = api_of(colleague(member, role))
    reached = 0
    for method, route in WALK:
        least = needed(method, route)
        answer = api(method, filled(f"/{route}", {}))
        if RANK[role.value] >= RANK[least.value]:
            assert answer.status_code != 403, (method, route)
            reached += 1
            if route == "signout/":
                api = api_of(
                    Membership.objects.of(member.workspace).get(role=role.value, user__username=f"a {role.value}")
                )
        else:
            assert answer.status_code == 403, (method, route)
            assert route.startswith("api/") is (answer["Content-Type"].startswith("application/json"))
    assert 0 < reached <= len(WALK)


def test_what_is_not_listed_is_closed_to_viewers() -> None:
    assert needed("POST", "api/something/new") == MEMBER
    assert needed("GET", "api/something/new") == VIEWER
    listed = {(method, CONVERTER.sub("<", route)) for method, route in WALK}
    assert listed >= OWNERS
    assert listed >= VIEWERS
    assert {CONVERTER.sub("<", route) for route, _ in CLOSED} >= {CONVERTER.sub("<", one) for one in MEMBERS_READ}


def test_secret_addresses_are_not_read_out_to_viewers(member: Membership, api_of: Callable[[Membership], Api]) -> None:
    flow = commands.new_flow(member, document=document())
    path = f"/api/flows/{flow.id}/hooks"
    assert api_of(colleague(member, VIEWER))("GET", path).status_code == 403
    assert api_of(colleague(member, MEMBER))("GET", path).status_code == 200


def of_people() -> list[str]:
    """The commands that a person carries out."""
    found = []
    for name in dir(commands):
        command = getattr(commands, name)
        if inspect.isfunction(command) and not name.startswith("_"):
            first = next(iter(inspect.signature(command).parameters.values()), None)
            if first is not None and typing.get_type_hints(command).get(first.name) is Membership:
                found.append(name)
    return found


def test_every_command_of_a_person_says_which_role_it_needs() -> None:
    assert set(of_people()) >= READS
    assert [name for name in of_people() if name not in READS and not hasattr(getattr(commands, name), "least")] == []


@pytest.mark.parametrize("role", [VIEWER, MEMBER])
def test_every_command_refuses_by_itself_before_it_does_anything(member: Membership, role: Role) -> None:
    person = colleague(member, role)
    refused = 0
    for name in of_people():
        command: Any = getattr(commands, name)
        if name in READS or may(person, command.least):
            continue
        with pytest.raises(NotAllowed) as why:
            command(person)  # what else it takes is never looked at
        assert why.value.least == command.least
        refused += 1
    assert refused > 5


def test_a_viewer_looks_and_acknowledges_and_is_told_why_not_more(
    member: Membership, api_of: Callable[[Membership], Api]
) -> None:
    flow = commands.new_flow(member, document=document())
    api = api_of(colleague(member, VIEWER))
    assert api("GET", f"/api/flows/{flow.id}").json()["name"] == "Kiln"
    assert api("GET", "/api/me").json()["role"] == "viewer"
    assert api("POST", "/api/notices/ack").status_code == 200
    answer = api("PUT", f"/api/flows/{flow.id}", {"document": document(name="Mine"), "revision": 1})
    assert answer.json() == {
        "code": "not_allowed",
        "message": "You may look, but not change anything.",
        "least": "member",
    }
    assert Flow.objects.of(member.workspace).get().name == "Kiln"
    page = api.client.get("/destinations/").content.decode()
    assert "Only owners may do this." in page
    assert re.search(r'id="add" disabled data-refused', page)


def test_a_member_builds_but_shares_no_dashboard_and_sets_no_address(
    member: Membership, api_of: Callable[[Membership], Api]
) -> None:
    api = api_of(colleague(member, MEMBER))
    flow = api("POST", "/api/flows", {"document": document()}).json()["id"]
    answer = api("POST", f"/api/flows/{flow}/dashboard/links", {})
    assert (answer.status_code, answer.json()["message"]) == (403, "Only owners may do this.")
    assert not DashboardLink.objects.of(member.workspace).exists()
    assert api("PUT", "/api/destinations/shift", {"service": "slack"}).status_code == 403
    assert 'id="share" disabled data-refused' in api.client.get(f"/flows/{flow}/dashboard/").content.decode()


def post(api: Api, **form: Any) -> Any:
    return api.client.post("/settings/people/", {"csrfmiddlewaretoken": api.csrf, **form}, follow=True)


def test_an_owner_lets_somebody_in_gives_a_role_and_takes_it_all_away(
    api: Api, member: Membership, api_of: Callable[[Membership], Api]
) -> None:
    page = post(api, do="add", name="yuki", role="viewer").content.decode()
    link = re.search(r'value="http://testserver(/signin/[^"]+)"', page)
    assert link
    person = Membership.objects.of(member.workspace).get(user__username="yuki")
    assert (person.role, person.user.has_usable_password()) == ("viewer", False)
    browser = Client()
    browser.get(link[1])
    assert browser.get("/api/me").json()["role"] == "viewer"
    post(api, do="role", person=str(person.id), role="member")
    assert browser.get("/api/me").json()["role"] == "member"
    post(api, do="remove", person=str(person.id))
    assert browser.get("/api/me").status_code == 401
    assert "yuki" not in api.client.get("/settings/").content.decode()
    post(api, do="add", name="yuki", role="member")
    assert Membership.objects.of(member.workspace).filter(user__username="yuki").exists()


def test_the_last_owner_stays_and_names_of_others_are_not_taken(
    api: Api, member: Membership, stranger: Membership
) -> None:
    for form in ({"do": "remove"}, {"do": "role", "role": "viewer"}):
        assert "One owner has to be left." in post(api, person=str(member.id), **form).content.decode()
    assert Membership.objects.of(member.workspace).get().role == OWNER
    assert "Somebody else has this name." in post(api, do="add", name="theirs", role="owner").content.decode()
    for form in ({"do": "role", "role": "viewer"}, {"do": "remove"}, {"do": "link"}):
        assert "There is no such thing here." in post(api, person=str(stranger.id), **form).content.decode()
    assert Membership.objects.of(stranger.workspace).get().role == OWNER
