"""Back to the version before, and deploys that have to say what they are for."""

from typing import Any

import pytest

from flows import commands
from flows.models import FlowVersion, Membership
from flows.tests.conftest import Api, document


@pytest.fixture
def flow(api: Api) -> dict[str, Any]:
    return dict(api("POST", "/api/flows", {"document": document()}).json())


def deploy(api: Api, flow: dict[str, Any], comment: str = "") -> int:
    path = f"/api/flows/{flow['id']}/deploy"
    asked = api("POST", path, {"comment": comment})
    if asked.status_code == 409:
        hashes = [one["hash"] for one in asked.json()["approval"]]
        asked = api("POST", path, {"comment": comment, "approve": hashes})
    assert asked.status_code == 200, asked.json()
    return int(asked.json()["version"])


def change(api: Api, flow: dict[str, Any], limit: float) -> None:
    draft = api("GET", f"/api/flows/{flow['id']}").json()
    draft["document"]["settings"]["limit"]["value"] = limit
    wish = {"document": draft["document"], "revision": draft["revision"]}
    assert api("PUT", f"/api/flows/{flow['id']}", wish).status_code == 200


def limit_of(document: dict[str, Any]) -> Any:
    return document["settings"]["limit"]["value"]


def test_the_version_before_runs_again_with_the_settings_that_it_had_and_the_draft_stays(
    api: Api, member: Membership, flow: dict[str, Any]
) -> None:
    deploy(api, flow, "first")
    api("PUT", f"/api/flows/{flow['id']}/settings", {"values": {"limit": 75}})
    change(api, flow, 60)
    deploy(api, flow)
    before = api("GET", f"/api/flows/{flow['id']}/diff").json()["before"]
    assert (before["version"], before["comment"], limit_of(before["document"])) == (1, "first", 75)
    assert api("POST", f"/api/flows/{flow['id']}/back", {}).json() == {"version": 3}
    now = api("GET", f"/api/flows/{flow['id']}").json()
    assert limit_of(now["deployed"]["document"]) == 75
    assert limit_of(now["document"]) == 60
    assert now["status"] == "starting"
    assert FlowVersion.objects.of(member.workspace).get(number=3).comment == "Back to version 1"


def test_going_back_twice_is_where_one_was(api: Api, flow: dict[str, Any]) -> None:
    deploy(api, flow)
    change(api, flow, 60)
    deploy(api, flow)
    for wanted in (80, 60):
        api("POST", f"/api/flows/{flow['id']}/back", {})
        assert limit_of(api("GET", f"/api/flows/{flow['id']}").json()["deployed"]["document"]) == wanted


def test_there_is_no_way_back_from_the_first_version(api: Api, flow: dict[str, Any]) -> None:
    assert api("POST", f"/api/flows/{flow['id']}/back", {}).status_code == 409
    deploy(api, flow)
    assert api("GET", f"/api/flows/{flow['id']}/diff").json()["before"] is None
    assert api("POST", f"/api/flows/{flow['id']}/back", {}).json()["code"] == "not_deployed"


def test_what_is_switched_otherwise_by_now_is_approved_anew_on_the_way_back(
    api: Api, member: Membership, flow: dict[str, Any]
) -> None:
    deploy(api, flow)
    change(api, flow, 60)
    deploy(api, flow)
    tower = next(one for one in api("GET", "/api/registry").json()["types"] if one["id"] == "tower")
    tower["commands"][0]["topic"] = "plant/{device}/danger"
    commands.load_things(member.workspace, {"types": [tower]})
    asked = api("POST", f"/api/flows/{flow['id']}/back", {})
    assert asked.status_code == 409
    hashes = [one["hash"] for one in asked.json()["approval"]]
    assert api("POST", f"/api/flows/{flow['id']}/back", {"approve": hashes}).json() == {"version": 3}


def test_strangers_do_not_take_a_flow_back(api_of: Any, stranger: Membership, api: Api, flow: dict[str, Any]) -> None:
    deploy(api, flow)
    assert api_of(stranger)("POST", f"/api/flows/{flow['id']}/back", {}).status_code == 404


def test_a_workspace_may_want_a_comment_on_every_deploy(api: Api, member: Membership, flow: dict[str, Any]) -> None:
    facts = {"name": "Works", "zone": "Asia/Tokyo", "lang": "en", "csrfmiddlewaretoken": api.csrf}
    api.client.post("/settings/workspace/", {**facts, "comment_needed": "on"})
    assert api("GET", f"/api/flows/{flow['id']}/diff").json()["comment_needed"] is True
    refused = api("POST", f"/api/flows/{flow['id']}/deploy", {"comment": "  "})
    assert (refused.status_code, refused.json()["code"]) == (422, "needs_comment")
    assert deploy(api, flow, "the new kiln") == 1
    api.client.post("/settings/workspace/", facts)
    assert deploy(api, flow) == 2


def test_all_versions_are_listed_page_by_page_with_who_when_why_and_how_much(api: Api, flow: dict[str, Any]) -> None:
    path = f"/api/flows/{flow['id']}/versions"
    assert api("GET", path).json() == {"versions": [], "more": False}
    deploy(api, flow, "first")
    for limit in range(61, 83):
        change(api, flow, limit)
        deploy(api, flow, f"limit {limit}")
    page = api("GET", path).json()
    assert ([row["version"] for row in page["versions"]], page["more"]) == (list(range(23, 3, -1)), True)
    assert {key: page["versions"][0][key] for key in ("by", "comment", "changes")} == {"by": "ours", "comment": "limit 82", "changes": 1}  # fmt: skip
    assert "document" not in page["versions"][0]
    rest = api("GET", f"{path}?before=4").json()
    assert ([row["changes"] for row in rest["versions"]], rest["more"]) == ([1, 1, None], False)
    assert limit_of(api("GET", f"{path}/3").json()["document"]) == 62


def test_any_version_runs_again_and_an_unknown_one_is_refused(api: Api, flow: dict[str, Any]) -> None:
    deploy(api, flow)
    for limit in (60, 70):
        change(api, flow, limit)
        deploy(api, flow)
    assert api("POST", f"/api/flows/{flow['id']}/back", {"version": 1}).json() == {"version": 4}
    assert limit_of(api("GET", f"/api/flows/{flow['id']}").json()["deployed"]["document"]) == 80
    assert api("POST", f"/api/flows/{flow['id']}/back", {"version": 9}).status_code == 404
    assert api("GET", f"/api/flows/{flow['id']}/versions/9").status_code == 404


def test_versions_of_another_workspace_are_not_there(
    api: Api, stranger: Membership, api_of: Any, flow: dict[str, Any]
) -> None:
    deploy(api, flow)
    theirs = api_of(stranger)
    for path in ("versions", "versions/1"):
        assert theirs("GET", f"/api/flows/{flow['id']}/{path}").status_code == 404
