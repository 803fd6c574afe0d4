"""Flows over the API: kept, changed without overwriting anybody, deleted with a way back, taken along."""

import json
from typing import Any

import pytest

from flows import commands
from flows.models import Flow, Membership
from flows.tests.conftest import Api, document


def make(api: Api, **more: Any) -> dict[str, Any]:
    answer = api("POST", "/api/flows", {"document": document(**more)})
    assert answer.status_code == 201
    return answer.json()


def test_a_flow_is_kept_as_it_was_given(api: Api) -> None:
    flow = make(api)
    again = api("GET", f"/api/flows/{flow['id']}").json()
    assert again["document"] == document()
    assert (again["revision"], again["status"], again["deployed"], again["problems"]) == (1, "draft", None, [])
    assert [row["name"] for row in api("GET", "/api/flows").json()] == ["Kiln"]


def test_a_flow_without_a_document_is_empty_and_named(api: Api) -> None:
    flow = api("POST", "/api/flows", {"name": "Mine"}).json()
    assert flow["document"]["nodes"] == []
    assert flow["name"] == "Mine"


def test_a_change_of_an_older_revision_is_refused_with_the_newer_document(api: Api) -> None:
    flow = make(api)
    path = f"/api/flows/{flow['id']}"
    assert api("PUT", path, {"document": document(name="A"), "revision": 1}).json()["revision"] == 2
    refused = api("PUT", path, {"document": document(name="B"), "revision": 1})
    assert refused.status_code == 409
    assert (refused.json()["code"], refused.json()["revision"], refused.json()["document"]["name"]) == (
        "conflict",
        2,
        "A",
    )


def test_a_draft_may_have_problems(api: Api) -> None:
    flow = make(api)
    broken = document(nodes=[{"id": "hot", "kind": "threshold", "from": ["nobody"], "params": {}}])
    answer = api("PUT", f"/api/flows/{flow['id']}", {"document": broken, "revision": 1})
    assert answer.status_code == 200
    assert answer.json()["problems"]


def test_a_deleted_flow_can_be_brought_back(api: Api) -> None:
    flow = make(api)
    path = f"/api/flows/{flow['id']}"
    assert api("DELETE", path).status_code == 204
    assert api("GET", path).status_code == 404
    assert api("POST", f"{path}/restore").status_code == 200
    assert api("GET", path).json()["document"] == document()


def test_an_exported_flow_imports_as_the_same_flow(api: Api) -> None:
    flow = make(api, name="窯の温度")
    text = api("GET", f"/api/flows/{flow['id']}/export").content.decode()
    assert "窯の温度" in text
    again = api("POST", "/api/flows/import", {"document": text})
    assert again.status_code == 201
    assert again.json()["document"] == flow["document"]


def test_an_export_with_its_registry_brings_what_another_workspace_lacks(
    api: Api, stranger: Membership, api_of: Any
) -> None:
    flow = make(api)
    text = api("GET", f"/api/flows/{flow['id']}/export?registry=1").content.decode()
    theirs = api_of(stranger)
    commands.forget_device(stranger, "tower-1")
    unasked = theirs("POST", "/api/flows/import", {"document": text}).json()
    assert [(one["section"], one["id"], one["in_file"]) for one in unasked["unknown"]] == [("devices", "tower-1", True)]
    assert "tower-1" not in {device["id"] for device in theirs("GET", "/api/registry").json()["devices"]}
    answer = theirs("POST", "/api/flows/import", {"document": text, "add": True})
    assert answer.status_code == 201
    assert (answer.json()["problems"], answer.json()["unknown"]) == ([], [])
    assert "tower-1" in {device["id"] for device in theirs("GET", "/api/registry").json()["devices"]}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ('{"suiro": 1,\n "nodes": [}', "not_json"),
        ({"suiro": 1, "nodes": [{"id": "a", "kind": "teleport"}]}, "unknown_kind"),
        (document(secret="x"), "unknown_key"),
        ("[" * 100_000, "too_deep"),
        ('{"suiro": 1, "nodes": [], "description": "' + "x" * 1_100_000 + '"}', "too_large"),
        ('{"suiro": NaN}', "not_finite"),
    ],
    ids=["broken", "kind", "key", "deep", "large", "nan"],
)
def test_a_file_that_cannot_be_a_flow_is_refused_by_name_and_nothing_is_kept(
    api: Api, member: Membership, given: Any, code: str
) -> None:
    answer = api("POST", "/api/flows/import", {"document": given})
    assert answer.status_code == 422
    assert code in {problem["code"] for problem in answer.json()["problems"]}
    assert not Flow.objects.of(member.workspace).exists()


def test_unknown_ids_open_a_draft_with_problems(api: Api) -> None:
    given = json.loads(json.dumps(document()).replace('"shift"', '"nowhere"'))
    answer = api("POST", "/api/flows/import", {"document": given})
    assert answer.status_code == 201
    assert "unknown_destination" in {problem["code"] for problem in answer.json()["problems"]}


@pytest.mark.parametrize(
    "body", [b'{"name": NaN}', b"[" * 100_000, b'{"name": "\\ud800"}', b'{"name": "\\u0000"}', b"\xff"]
)
def test_a_body_that_is_not_json_is_refused(api: Api, body: bytes) -> None:
    answer = api.client.generic(
        "POST", "/api/flows", body, content_type="application/json", headers={"X-CSRFToken": api.csrf}
    )
    assert answer.status_code == 400


def test_an_expression_is_typed_where_it_stands(api: Api) -> None:
    wish = {"document": document(), "node": "hot", "expr": "temperature > 3.0"}
    assert api("POST", "/api/expression", wish).json() == {"type": "bool"}
    wrong = api("POST", "/api/expression", {**wish, "expr": "temperature >"}).json()["problem"]
    assert wrong["message"]
    assert wrong["position"] == len("temperature >")


def test_an_expression_is_worked_out_for_the_last_event_or_says_why_it_cannot_be(api: Api) -> None:
    wish = {"document": document(), "node": "hot", "expr": "temperature > settings.limit && device.type == 'kiln'"}
    seen = {"time": 1_767_571_200_000, "device": "kiln-1", "data": {"temperature": 91}}
    assert api("POST", "/api/expression", {**wish, "event": seen}).json() == {"type": "bool", "value": True}
    failed = api("POST", "/api/expression", {**wish, "event": {**seen, "data": {}}}).json()
    assert failed["type"] == "bool"
    assert "temperature" in failed["failed"]


@pytest.mark.parametrize(
    "expr", ["temperature > 1", "temperature * temperature", "time.getHours()", "string(temperature)"]
)
@pytest.mark.parametrize("temperature", [10**400, "x", {"a": []}, None, -0.0])
def test_an_event_that_no_device_sends_breaks_no_preview(api: Api, expr: str, temperature: Any) -> None:
    seen = {"time": 250_000_000_000_000, "device": "nobody", "data": {"temperature": temperature}}
    given = {"document": document(), "event": seen}
    assert api("POST", "/api/expression", {**given, "node": "hot", "expr": expr}).status_code == 200
    assert api("POST", "/api/text", {**given, "node": "tell", "text": "{time}{temperature|round:1}"}).status_code == 200
    late = {**given, "node": "hot", "expr": expr, "event": {**seen, "time": 10**18}}
    assert api("POST", "/api/expression", late).status_code == 422


def test_a_text_is_filled_from_the_last_event(api: Api) -> None:
    wish = {"document": document(), "node": "tell", "text": "{device}: {temperature|round:1} °C, {pressure}"}
    seen = {"device": "kiln-1", "data": {"temperature": 91.26}}
    filled = api("POST", "/api/text", {**wish, "event": seen}).json()
    assert filled["text"] == "Kiln 1: 91.3 °C, –"
    assert len(filled["missing"]) == 1
    assert api("POST", "/api/text", {**wish, "text": "{", "event": seen}).json() == {}


def test_a_schedule_tells_its_next_five_runs_in_the_zone_of_the_flow(api: Api) -> None:
    daily = {"id": "daily", "kind": "schedule", "params": {"cron": "0 8 * * *"}}
    given = document(nodes=[daily], time_zone="Asia/Tokyo")
    answer = api("POST", "/api/runs", {"document": given, "node": "daily"}).json()
    assert answer["zone"] == "Asia/Tokyo"
    assert [at % 86_400_000 for at in answer["runs"]] == [23 * 3_600_000] * 5
    assert api("POST", "/api/runs", {"document": given, "node": "gone"}).json() == {}
    wrong = document(nodes=[{**daily, "params": {"cron": 5}}])
    assert api("POST", "/api/runs", {"document": wrong, "node": "daily"}).json() == {}


def test_problems_are_told_in_the_language_that_the_person_reads(api: Api) -> None:
    api("PUT", "/api/me", {"lang": "ja"})
    problems = api("POST", "/api/validate", {"document": document(nodes=[])}).json()["problems"]
    assert any("フロー" in problem["message"] for problem in problems)
