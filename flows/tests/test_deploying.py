"""Deploying: only what is sound, only what somebody approved, and every version kept."""

import json
from typing import Any

import pytest

from flows import commands, downlink
from flows.models import Approval, Membership, Notice
from flows.tests.conftest import Api, document


@pytest.fixture
def flow(api: Api) -> dict[str, Any]:
    return api("POST", "/api/flows", {"document": document()}).json()


def deployed(api: Api, flow: dict[str, Any]) -> None:
    path = f"/api/flows/{flow['id']}/deploy"
    asked = api("POST", path, {})
    hashes = [one["hash"] for one in asked.json().get("approval", [])]
    assert api("POST", path, {"approve": hashes}).status_code == 200


def test_a_flow_with_errors_is_not_deployed(api: Api) -> None:
    flow = api("POST", "/api/flows", {"document": document(nodes=[])}).json()
    answer = api("POST", f"/api/flows/{flow['id']}/deploy", {})
    assert answer.status_code == 422
    assert answer.json()["problems"]


def test_actuation_is_shown_and_approved_by_its_hash(api: Api, member: Membership, flow: dict[str, Any]) -> None:
    path = f"/api/flows/{flow['id']}/deploy"
    asked = api("POST", path, {})
    assert asked.status_code == 409
    (one,) = asked.json()["approval"]
    assert (one["device"], one["command"], one["values"]) == ("tower-1", "set_color", {"color": "red"})
    assert "Tower 1" in one["text"]
    assert api("POST", path, {"approve": ["0" * 64]}).status_code == 409
    assert api("POST", path, {"approve": [one["hash"]]}).json() == {"version": 1}
    assert Approval.objects.of(member.workspace).get().by == member.user


def test_what_was_approved_is_not_asked_again_but_what_changed_is(api: Api, flow: dict[str, Any]) -> None:
    deployed(api, flow)
    assert api("POST", f"/api/flows/{flow['id']}/deploy", {}).json() == {"version": 2}
    green = json.loads(json.dumps(document()).replace('"red"}', '"green"}'))
    api("PUT", f"/api/flows/{flow['id']}", {"document": green, "revision": 1})
    assert api("POST", f"/api/flows/{flow['id']}/deploy", {}).status_code == 409


def test_a_command_on_another_topic_is_another_actuation(api: Api, member: Membership, flow: dict[str, Any]) -> None:
    deployed(api, flow)
    types = api("GET", "/api/registry").json()["types"]
    tower = next(entry for entry in types if entry["id"] == "tower")
    tower["commands"][0]["topic"] = "plant/{device}/danger"
    commands.load_things(member.workspace, {"types": [tower]})
    assert api("POST", f"/api/flows/{flow['id']}/deploy", {}).status_code == 409


def test_an_approval_holds_for_one_flow_only(api: Api, flow: dict[str, Any]) -> None:
    deployed(api, flow)
    other = api("POST", "/api/flows", {"document": document()}).json()
    assert api("POST", f"/api/flows/{other['id']}/deploy", {}).status_code == 409


def test_a_setting_changes_live_and_in_the_draft_and_the_version_stays(
    api: Api, member: Membership, flow: dict[str, Any]
) -> None:
    deployed(api, flow)
    answer = api("PUT", f"/api/flows/{flow['id']}/settings", {"values": {"limit": 70}})
    assert answer.status_code == 202
    now = api("GET", f"/api/flows/{flow['id']}").json()
    assert now["document"]["settings"]["limit"]["value"] == 70
    assert now["deployed"]["document"]["settings"]["limit"]["value"] == 70
    assert now["deployed"]["version"] == 1
    kept = commands.flow_of(member, flow["id"])
    assert kept.deployed is not None
    assert kept.deployed.document["settings"]["limit"]["value"] == 80
    message = downlink.deploy_message(kept)
    assert message is not None
    assert message["document"]["settings"]["limit"]["value"] == 70


def test_a_setting_that_would_change_what_is_switched_needs_an_approval(api: Api) -> None:
    nodes = document()["nodes"]
    nodes[3]["params"]["values"] = {"color": "$colour"}
    settings = {**document()["settings"], "colour": {"value": "red", "label": "Colour", "assumed": False}}
    flow = api("POST", "/api/flows", {"document": document(nodes=nodes, settings=settings)}).json()
    assert not flow["problems"]
    deployed(api, flow)
    answer = api("PUT", f"/api/flows/{flow['id']}/settings", {"values": {"colour": "green"}})
    assert answer.status_code == 409


@pytest.mark.parametrize(("values", "status"), [({"nope": 1}, 422), ({"limit": "hot"}, 422)])
def test_a_setting_that_does_not_fit_is_refused(api: Api, flow: dict[str, Any], values: Any, status: int) -> None:
    deployed(api, flow)
    assert api("PUT", f"/api/flows/{flow['id']}/settings", {"values": values}).status_code == status


def test_a_flow_that_was_never_deployed_has_no_live_settings(api: Api, flow: dict[str, Any]) -> None:
    assert api("PUT", f"/api/flows/{flow['id']}/settings", {"values": {"limit": 1}}).status_code == 409


def test_stopping_keeps_the_version(api: Api, flow: dict[str, Any]) -> None:
    deployed(api, flow)
    assert api("POST", f"/api/flows/{flow['id']}/stop").json() == {"status": "stopped"}
    now = api("GET", f"/api/flows/{flow['id']}").json()
    assert (now["status"], now["deployed"]["version"]) == ("stopped", 1)


def test_draft_and_deployed_are_compared_in_words(api: Api, flow: dict[str, Any]) -> None:
    deployed(api, flow)
    changed = document()
    changed["settings"]["limit"]["value"] = 75
    api("PUT", f"/api/flows/{flow['id']}", {"document": changed, "revision": 1})
    (change,) = api("GET", f"/api/flows/{flow['id']}/diff").json()["changes"]
    assert "75" in change["text"]
    assert api("GET", "/api/flows").json()[0]["draft_differs"] is True


def test_a_webhook_source_listens_at_an_address_with_a_secret(api: Api, member: Membership) -> None:
    nodes = [
        {"id": "call", "kind": "webhook_in", "params": {}},
        {"id": "tell", "kind": "notify", "from": ["call"], "params": {"to": "shift", "text": "called"}},
    ]
    flow = api("POST", "/api/flows", {"document": document(nodes=nodes)}).json()
    assert api("POST", f"/api/flows/{flow['id']}/deploy", {}).status_code == 200
    (hook,) = api("GET", f"/api/flows/{flow['id']}/hooks").json()
    assert hook["node"] == "call"
    path = hook["url"].removeprefix("http://testserver")
    assert api.client.post(path, "{", content_type="application/json").status_code == 400
    nobody = api.client.post(path, '{"a": 1}', content_type="application/json")
    assert nobody.status_code == 404, "no worker is connected"
    large = api.client.post(path, "x" * 1_100_000, content_type="application/json")
    assert large.status_code == 413
    assert not Notice.objects.of(member.workspace).exists()


ASKING = [
    document()["nodes"][0],
    {
        "id": "judge",
        "kind": "ai_prompt",
        "from": ["kiln"],
        "params": {"prompt": "Is it hot? {temperature}", "fields": [{"name": "hot", "type": "boolean"}]},
    },
    {"id": "tell", "kind": "notify", "from": ["judge"], "params": {"to": "shift", "text": "{hot}"}},
]


def test_a_flow_that_asks_a_model_where_none_is_set_up_is_not_deployed(api: Api) -> None:
    flow = api("POST", "/api/flows", {"document": document(nodes=ASKING)}).json()
    answer = api("POST", f"/api/flows/{flow['id']}/deploy", {})
    assert answer.status_code == 422
    (problem,) = [one for one in answer.json()["problems"] if one["severity"] == "error"]
    assert (problem["code"], problem["path"]) == ("no_model", "/nodes/1")
    assert "settings" in problem["hint"]


def test_the_worker_gets_the_workspaces_model_for_a_node_that_names_none(api: Api, member: Membership) -> None:
    commands.set_author_model(member, base_url="https://models.example/v1", model="m1", key="sk-9")
    flow = api("POST", "/api/flows", {"document": document(nodes=ASKING)}).json()
    assert api("POST", f"/api/flows/{flow['id']}/deploy", {}).status_code == 200
    message = downlink.deploy_message(commands.flow_of(member, flow["id"]))
    assert message is not None
    access = {"base_url": "https://models.example/v1", "key": "sk-9", "model": "m1", "trusted": False}
    assert message["models"] == {"default": access}
    assert "author" not in message["models"], "nobody asked it by that name"


def test_a_model_of_the_environment_is_the_default_too(
    api: Api, member: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUIRO_MODEL_KEY", "sk-env")
    monkeypatch.setenv("SUIRO_MODEL_NAME", "m2")
    flow = api("POST", "/api/flows", {"document": document(nodes=ASKING)}).json()
    assert api("POST", f"/api/flows/{flow['id']}/deploy", {}).status_code == 200
    message = downlink.deploy_message(commands.flow_of(member, flow["id"]))
    assert message is not None
    access = {"base_url": "https://api.openai.com/v1", "key": "sk-env", "model": "m2", "trusted": True}
    assert message["models"]["default"] == access


def test_a_flow_without_questions_gets_no_key(api: Api, member: Membership, flow: dict[str, Any]) -> None:
    commands.set_author_model(member, base_url="https://models.example/v1", model="m1", key="sk-9")
    deployed(api, flow)
    message = downlink.deploy_message(commands.flow_of(member, flow["id"]))
    assert message is not None
    assert message["models"] == {}


def test_a_model_that_is_registered_but_cannot_be_reached_is_named(api: Api, member: Membership) -> None:
    commands.load_things(member.workspace, {"models": [{"id": "helmet-v1", "task": "detect"}]})
    nodes = json.loads(json.dumps(ASKING).replace('"prompt":', '"model": "helmet-v1", "prompt":'))
    flow = api("POST", "/api/flows", {"document": document(nodes=nodes)}).json()
    problems = api("POST", f"/api/flows/{flow['id']}/deploy", {}).json()["problems"]
    assert "no_model_access" in {problem["code"] for problem in problems}


def test_two_flows_that_would_drive_each_other_do_not_run_together(api: Api, member: Membership) -> None:
    commands.load_things(member.workspace, {"devices": [{"id": "tower-2", "type": "tower"}]})

    def way(name: str, heard: str, commanded: str) -> dict[str, Any]:
        nodes = [
            {"id": "hear", "kind": "mqtt_in", "params": {"topic": f"plant/{heard}/set"}},
            {
                "id": "do",
                "kind": "command",
                "from": ["hear"],
                "params": {"device": commanded, "command": "set_color", "values": {"color": "red"}},
            },
        ]
        made = api("POST", "/api/flows", {"document": {"suiro": 1, "name": name, "nodes": nodes}})
        return dict(made.json())

    deployed(api, way("There", "tower-1", "tower-2"))
    back = way("Back", "tower-2", "tower-1")
    refused = api("POST", f"/api/flows/{back['id']}/deploy", {})
    assert refused.status_code == 422
    assert [p["code"] for p in refused.json()["problems"]] == ["feedback_between"]
    assert "There" in refused.json()["problems"][0]["message"]
