"""Trying a draft out over the API: nothing is written, nothing leaves, and bad wishes are refused."""

from typing import Any

from flows.models import Flow, FlowVersion, Membership, Notice, StoredRow
from flows.tests.conftest import Api, document

START = 1_780_000_000_000


def wish(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"document": document(**more), "start": START, "steps": list(steps)}


def send(value: float, node: str = "kiln") -> dict[str, Any]:
    return {"node": node, "device": "kiln-1", "data": {"temperature": value}}


def test_a_try_tells_what_would_be_done_and_writes_nothing(api: Api, member: Membership) -> None:
    answer = api("POST", "/api/try", wish(send(85)))
    assert answer.status_code == 200
    done = [(deed["node"], deed["device"]) for hop in answer.json()["hops"] for deed in hop["did"]]
    assert done == [("tell", "kiln-1"), ("red", "tower-1")]
    assert [model.objects.of(member.workspace).count() for model in (Flow, FlowVersion, Notice, StoredRow)] == [
        0,
        0,
        0,
        0,
    ]


def test_under_the_limit_nothing_is_done(api: Api) -> None:
    hops = api("POST", "/api/try", wish(send(79.5))).json()["hops"]
    assert [(hop["node"], hop["why"]) for hop in hops] == [("kiln", None), ("hot", "unmet")]


def test_a_draft_with_errors_gives_its_problems(api: Api) -> None:
    broken = [{"id": "hot", "kind": "threshold", "from": ["nobody"], "params": {}}]
    told = api("POST", "/api/try", wish(send(85), nodes=broken)).json()
    assert told["problems"]
    assert "hops" not in told


def test_of_a_draft_with_errors_the_sound_part_is_tried(api: Api) -> None:
    sound = wish(send(85))["document"]["nodes"]
    half = [*sound, {"id": "late", "kind": "threshold", "from": ["kiln"], "params": {}},
            {"id": "after", "kind": "notify", "from": ["late"], "params": {"to": "shift-channel", "text": "x"}}]  # fmt: skip
    told = api("POST", "/api/try", wish(send(85), nodes=half)).json()
    assert told["left_out"] == ["late", "after"]
    assert {problem["path"].split("/")[2] for problem in told["problems"]} <= {str(len(sound)), str(len(sound) + 1)}
    assert [hop["node"] for hop in told["hops"]][:2] == ["kiln", "hot"]
    assert "hops" not in api("POST", "/api/try", wish(send(85, "late"), nodes=half)).json()


def test_wishes_that_make_no_sense_are_refused(api: Api) -> None:
    assert api("POST", "/api/try", wish(send(85, "gone"))).status_code == 422
    assert api("POST", "/api/try", wish()).status_code == 422
    assert api("POST", "/api/try", wish(*([send(85)] * 41))).status_code == 422
    assert api("POST", "/api/try", wish({"wait": 10**12})).status_code == 422
