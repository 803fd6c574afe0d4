"""Where devices, fields and destinations are used."""

from typing import Any

from flows import commands
from flows.models import Membership
from flows.tests.conftest import Api, document


def nodes(uses: list[dict[str, Any]]) -> list[str]:
    return [node["id"] for use in uses for node in use["nodes"]]


def test_a_thing_is_found_wherever_a_node_hears_names_or_reads_it(api: Api, member: Membership) -> None:
    flow = commands.new_flow(member, document=document())
    uses = api("GET", "/api/uses").json()
    assert nodes(uses["devices"]["kiln-1"]) == ["kiln"]
    assert nodes(uses["devices"]["tower-1"]) == ["red"]
    assert nodes(uses["destinations"]["shift"]) == ["tell"]
    assert nodes(uses["fields"]["kiln.temperature"]) == ["hot"]
    (use,) = uses["destinations"]["shift"]
    assert (use["id"], use["name"], use["nodes"][0]["live"]) == (str(flow.id), "Kiln", False)


def test_fields_are_found_in_texts_and_expressions_but_not_in_mere_words(api: Api, member: Membership) -> None:
    text = {
        "id": "tell",
        "kind": "notify",
        "from": ["warm"],
        "params": {"to": "shift", "text": "{temperature|round:1} °C"},
    }
    plain = {
        "id": "say",
        "kind": "notify",
        "from": ["warm"],
        "params": {"to": "shift", "text": "the temperature is high"},
    }
    warm = {"id": "warm", "kind": "condition", "from": ["kiln"], "params": {"expr": "temperature > 50.0"}}
    flow = document()
    commands.new_flow(member, document={**flow, "nodes": [flow["nodes"][0], warm, text, plain]})
    assert sorted(nodes(api("GET", "/api/uses").json()["fields"]["kiln.temperature"])) == ["tell", "warm"]


def test_a_setting_that_holds_a_destination_uses_it(api: Api, member: Membership) -> None:
    flow = document()
    flow["settings"]["where"] = {"value": "shift", "label": "Where", "assumed": False}
    flow["nodes"][2]["params"]["to"] = "$where"
    commands.new_flow(member, document=flow)
    assert nodes(api("GET", "/api/uses").json()["destinations"]["shift"]) == ["tell"]


def test_what_runs_is_told_from_what_stands_in_the_draft_alone(api: Api, member: Membership) -> None:
    nodes_without_command = document()["nodes"][:3]
    flow = commands.new_flow(member, document=document(nodes=nodes_without_command))
    commands.deploy_flow(member, flow.id)
    commands.change_flow(member, flow.id, document(), flow.revision)
    uses = api("GET", "/api/uses").json()
    assert uses["destinations"]["shift"][0]["nodes"][0]["live"] is True
    assert uses["devices"]["tower-1"][0]["nodes"][0]["live"] is False


def test_a_broken_draft_is_read_as_far_as_it_can_be(api: Api, member: Membership) -> None:
    commands.new_flow(
        member, document={"suiro": 1, "nodes": [{"id": "x", "kind": "nothing"}, {}, "no node", *document()["nodes"]]}
    )
    assert nodes(api("GET", "/api/uses").json()["destinations"]["shift"]) == ["tell"]


def test_flows_of_others_are_not_told(api_of: Any, member: Membership, stranger: Membership) -> None:
    commands.new_flow(member, document=document())
    assert not any(api_of(stranger)("GET", "/api/uses").json().values())
