"""Flows read only the topics that their workspace allows."""

import pytest

from flows.models import Membership
from flows.tests.conftest import Api, document
from flows.topics import covers


@pytest.mark.parametrize(
    ("allowed", "wanted", "inside"),
    [
        ("#", "plant/#", True), ("#", "#", True), ("plant/#", "plant/+/x", True), ("plant/#", "plant", True),
        ("plant/#", "+/x", False), ("plant/+", "plant/a", True), ("plant/+", "plant/#", False),
        ("plant/+", "plant/a/b", False), ("plant/a", "plant/+", False), ("#", "$SYS/#", False), ("+/x", "a/x", True),
    ],
)  # fmt: skip
def test_a_filter_lies_inside_an_allowed_one_or_not(allowed: str, wanted: str, inside: bool) -> None:
    assert covers(allowed, wanted) is inside


def test_a_topic_beyond_the_workspace_is_a_problem_and_is_not_deployed(api: Api, member: Membership) -> None:
    nodes = [
        {"id": "raw", "kind": "mqtt_in", "params": {"topic": "secret/#"}},
        {"id": "tell", "kind": "notify", "from": ["raw"], "params": {"to": "shift", "text": "x"}},
    ]
    flow = api("POST", "/api/flows", {"document": document(nodes=nodes)}).json()
    assert "bad_topic" not in {problem["code"] for problem in flow["problems"]}
    member.workspace.topics = ["plant/#"]
    member.workspace.save()
    answer = api("POST", f"/api/flows/{flow['id']}/deploy", {})
    assert answer.status_code == 422
    assert "bad_topic" in {problem["code"] for problem in answer.json()["problems"]}
