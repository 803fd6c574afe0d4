"""Files from elsewhere: unfinished ones open as drafts, broken ones are refused, unknown ids are mapped or taken over."""

import copy
import json
from typing import Any

import pytest

from flows import commands
from flows.mapping import unknown_ids, with_ids
from flows.models import Flow, Membership
from flows.registered import registry_of
from flows.tests.conftest import Api, document
from nodes.kit.catalog import full_catalog
from nodes.kit.things import Registry

KILN = {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}}


def draft(*nodes: Any, **more: Any) -> dict[str, Any]:
    return {"suiro": 1, "name": "Draft", "nodes": [KILN, *nodes], **more}


def strange(**swaps: str) -> dict[str, Any]:
    """The usual flow with other ids."""
    text = json.dumps(document())
    for old, new in swaps.items():
        text = text.replace(json.dumps(old.replace("_", "-")), json.dumps(new))
    return json.loads(text)


UNFINISHED = {
    "a notice without its params": draft({"id": "tell", "kind": "notify", "from": ["kiln"]}),
    "a limit that is no number": draft(
        {"id": "hot", "kind": "threshold", "from": ["kiln"], "params": {"field": "temperature", "above": "hot"}}
    ),
    "a node that is not connected": draft({"id": "tell", "kind": "notify", "params": {"to": "shift", "text": "x"}}),
    "a text with an open brace": draft(
        {"id": "tell", "kind": "notify", "from": ["kiln"], "params": {"to": "shift", "text": "{open"}}
    ),
    "no name": {"suiro": 1, "nodes": [KILN]},
    "nothing yet": {"suiro": 1, "name": "Draft", "nodes": []},
    "an unknown type": draft({"id": "b", "kind": "devices", "params": {"type": "boiler"}}),
}
LOOP = {"kind": "condition", "params": {"expr": "true"}}
BROKEN = {
    "an unknown kind": (draft({"id": "a", "kind": "teleport", "from": ["kiln"]}), "unknown_kind"),
    "a key too many in a node": (draft({**KILN, "id": "k2", "url": "http://x"}), "unknown_key"),
    "a key too many in params": (
        draft({"id": "k2", "kind": "devices", "params": {"type": "kiln", "token": "x"}}), "unknown_key",
    ),
    "a cycle": (draft({**LOOP, "id": "a", "from": ["b"]}, {**LOOP, "id": "b", "from": ["a"]}), "cycle"),
    "a port that is not there": (draft({**LOOP, "id": "a", "from": ["kiln.nowhere"]}), "unknown_port"),
    "a node that is not there": (draft({**LOOP, "id": "a", "from": ["nobody"]}), "unknown_node"),
    "too many nodes": (draft(*({**KILN, "id": f"k{n}"} for n in range(500))), "too_many_nodes"),
    "nodes that are no list": ({"suiro": 1, "name": "x", "nodes": {}}, "wrong_type"),
    "no nodes at all": ({"suiro": 1, "name": "x"}, "missing_key"),
    "a node without a kind": (draft({"id": "a", "from": ["kiln"]}), "missing_key"),
    "an id that is none": (draft({**KILN, "id": "../x"}), "bad_id"),
    "a wire that is a number": (draft({**LOOP, "id": "a", "from": 5}), "wrong_type"),
}  # fmt: skip


@pytest.mark.parametrize("given", UNFINISHED.values(), ids=UNFINISHED.keys())
def test_what_is_only_unfinished_opens_as_a_draft_with_its_problems(api: Api, given: dict[str, Any]) -> None:
    answer = api("POST", "/api/flows/import", {"document": given})
    assert answer.status_code == 201, answer.content
    assert answer.json()["problems"]
    assert [node["id"] for node in answer.json()["document"]["nodes"]] == [node["id"] for node in given["nodes"]]


@pytest.mark.parametrize(("given", "code"), BROKEN.values(), ids=BROKEN.keys())
def test_what_cannot_be_a_flow_is_refused_and_nothing_is_kept(
    api: Api, member: Membership, given: dict[str, Any], code: str
) -> None:
    things = {"types": [{"id": "new-type"}]}
    answer = api("POST", "/api/flows/import", {"document": given, "registry": things, "add": True})
    assert answer.status_code == 422
    assert code in {problem["code"] for problem in answer.json()["problems"]}
    assert not Flow.objects.of(member.workspace).exists()
    assert "new-type" not in {entry["id"] for entry in api("GET", "/api/registry").json()["types"]}


def test_a_refused_mistake_is_found_among_hundreds_of_others(api: Api, member: Membership) -> None:
    many = [{"id": f"n{n}", "kind": "notify", "from": ["kiln"]} for n in range(300)]
    given = draft(*many, {"id": "last", "kind": "teleport", "from": ["kiln"]})
    assert api("POST", "/api/flows/import", {"document": given}).status_code == 422
    assert not Flow.objects.of(member.workspace).exists()


def test_unknown_ids_are_listed_once_with_the_nearest_known_one(member: Membership) -> None:
    given = strange(shift="Shift_", kiln="kiln-x", tower_1="tower1", set_color="set_colour")
    found = unknown_ids(given, full_catalog(), registry_of(member.workspace), Registry(), "en")
    assert {(one["section"], one["id"]): one["nearest"] for one in found} == {
        ("types", "kiln-x"): "kiln",
        ("destinations", "Shift_"): "shift",
        ("devices", "tower1"): "tower-1",
    } | ({("commands", "set_colour"): "set_color"} if any(one["section"] == "commands" for one in found) else {})
    assert {"id": "kiln-1", "label": "Kiln 1"} in next(one for one in found if one["section"] == "devices")["choices"]


def test_a_mapping_replaces_ids_where_they_name_things_and_nowhere_else() -> None:
    given = strange(shift="alarm")
    given["nodes"][2]["params"]["text"] = "alarm"
    given["nodes"][2]["id"] = "alarm"
    given["tests"] = [
        {"name": "t", "given": [{"device": "kiln", "type": "kiln", "at": "1s", "data": {}}], "expect": []}
    ]
    before = copy.deepcopy(given)
    mapped = with_ids(given, {"destinations": {"alarm": "shift"}, "types": {"kiln": "oven"}}, full_catalog())
    assert given == before
    assert (mapped["nodes"][2]["params"], mapped["nodes"][2]["id"]) == ({"to": "shift", "text": "alarm"}, "alarm")
    assert mapped["nodes"][0] == {**KILN, "params": {"type": "oven"}}
    assert mapped["tests"][0]["given"][0] == {"device": "kiln", "type": "oven", "at": "1s", "data": {}}
    assert mapped["settings"] == given["settings"]


def test_an_id_that_a_setting_holds_is_mapped_in_the_setting() -> None:
    given = document(settings={"to": {"value": "alarm", "label": "To", "assumed": False}})
    given["nodes"][2]["params"]["to"] = "$to"
    mapped = with_ids(given, {"destinations": {"alarm": "shift"}}, full_catalog())
    assert mapped["settings"]["to"]["value"] == "shift"
    assert mapped["nodes"][2]["params"]["to"] == "$to"


def test_a_mapping_is_applied_to_the_draft(api: Api) -> None:
    made = api("POST", "/api/flows/import", {"document": strange(shift="alarm", tower_1="lamp-9")}).json()
    assert {one["id"] for one in made["unknown"]} == {"alarm", "lamp-9"}
    wish = {"mapping": {"destinations": {"alarm": "shift"}, "devices": {"lamp-9": "tower-1"}, "nodes": {"kiln": "x"}}}
    done = api("PUT", f"/api/flows/{made['id']}/ids", wish).json()
    assert (done["problems"], done["revision"]) == ([], 2)
    assert done["document"] == document()


def test_only_what_was_chosen_is_taken_over_from_the_file(api: Api, member: Membership) -> None:
    things = {
        "types": [{"id": "tower", "label": {"en": "changed"}}, {"id": "lamp"}, {"id": "other"}],
        "devices": [{"id": "lamp-9", "type": "lamp"}, {"id": "other-1", "type": "other"}],
        "destinations": [{"id": "alarm", "service": "inbox", "address": "https://evil.example/"}],
    }
    made = api("POST", "/api/flows/import", {"document": strange(shift="alarm"), "registry": things}).json()
    assert [(one["id"], one["in_file"]) for one in made["unknown"]] == [("alarm", True)]
    add = {"destinations": ["alarm"], "devices": ["lamp-9"]}
    assert api("PUT", f"/api/flows/{made['id']}/ids", {"registry": things, "add": add}).json()["problems"] == []
    registry = api("GET", "/api/registry").json()
    assert {entry["id"] for entry in registry["types"]} == {"kiln", "tower", "lamp"}
    assert next(e for e in registry["types"] if e["id"] == "tower")["label"]["en"] == "signal tower"
    assert {entry["id"] for entry in registry["devices"]} == {"kiln-1", "tower-1", "lamp-9"}
    assert "evil" not in json.dumps(registry)


def test_ids_of_another_workspace_are_neither_offered_nor_changed(api: Api, stranger: Membership, api_of: Any) -> None:
    commands.load_things(stranger.workspace, {"destinations": [{"id": "secret-place", "service": "inbox"}]})
    made = api("POST", "/api/flows/import", {"document": strange(shift="secret-plac")}).json()
    assert made["unknown"][0]["nearest"] is None
    assert "secret-place" not in json.dumps(made)
    assert api_of(stranger)("PUT", f"/api/flows/{made['id']}/ids", {"mapping": {}}).status_code == 404
