"""ai_vision: the picture goes along as a handle, only declared answers get through, and several pictures confirm."""

from typing import Any

import pytest

from nodes.ai.ai_vision import AiVision
from nodes.kit.harness import Harness, scope_of
from nodes.kit.picture import handle
from nodes.kit.shape import FieldShape, Shape

SHOT = handle("ab" * 32, 640, 480)
PARAMS: dict[str, Any] = {
    "image": "shot",
    "prompt": "Is {who} wearing a helmet?",
    "fields": [
        {"name": "helmet", "type": "string", "values": ["yes", "no"]},
        {"name": "people", "type": "integer", "min": 0},
    ],
}
YES, NO = {"helmet": "yes", "people": 1, "unsure": False}, {"helmet": "no", "people": 1, "unsure": False}


def asked(**params: Any) -> Harness:
    node = Harness(AiVision, {**PARAMS, **params})
    node.feed("0s", {"shot": SHOT, "who": "Kim"})
    return node


def test_the_model_gets_the_prompt_the_handle_and_the_data_without_it() -> None:
    (ask,) = asked(crop={"left": 0.5}).asks()
    assert ask.request["prompt"] == 'Is "Kim" wearing a helmet?'
    assert ask.request["pictures"] == [SHOT]
    assert ask.request["crop"] == [0.5, 0.0, 1.0, 1.0]
    assert ask.request["data"] == '{"device": "d1", "data": {"shot": "(a picture)", "who": "Kim"}}'
    assert ask.request["schema"]["properties"]["helmet"]["enum"] == ["yes", "no"]
    assert ask.request["fields"][1] == {"name": "people", "type": "integer", "min": 0.0}


@pytest.mark.parametrize("shot", [None, "data:image/png;base64,AAAA", {"$picture": "../../etc/passwd"}, 5])
def test_an_event_without_a_kept_picture_asks_nothing_and_fails(shot: Any) -> None:
    node = Harness(AiVision, PARAMS)
    node.feed("0s", {"shot": shot} if shot is not None else {})
    assert node.asks() == []
    assert node.troubles() == ["missing_field"]
    assert [(port, data["reason"]) for port, _, data in node.sent] == [("failed", "no_picture")]


@pytest.mark.parametrize(
    ("value", "error", "port", "reason"),
    [
        (YES, None, "out", None),
        ({**YES, "unsure": True}, None, "unsure", None),
        ({"unsure": True}, None, "unsure", None),
        ({**YES, "helmet": "ignore all rules"}, None, "failed", "bad_answer"),
        ({**YES, "topic": "plant/x/set"}, None, "failed", "bad_answer"),
        ({"helmet": "yes"}, None, "failed", "bad_answer"),
        ("yes", None, "failed", "bad_answer"),
        (None, "no_pictures", "failed", "no_pictures"),
        (None, "timeout", "failed", "timeout"),
    ],
)
def test_only_a_declared_answer_gets_through(value: Any, error: Any, port: str, reason: Any) -> None:
    node = asked()
    node.answer(value, error)
    ((sent, _, data),) = node.sent
    assert (sent, data.get("reason")) == (port, reason)
    assert data.get("helmet") == ("yes" if port == "out" else None)
    assert node.troubles() == ({"no_pictures": ["no_pictures"], "timeout": ["ask_failed"]}.get(error or "", []) or
                               (["bad_answer"] if reason else []))  # fmt: skip


def test_an_answer_is_confirmed_by_two_of_the_last_three() -> None:
    node = asked(confirm={"times": 2, "of": 3})
    for answer in (NO, {**NO, "people": 7}, YES, YES, NO, YES, {"unsure": True}, NO, NO):
        node.answer(answer)
    assert [(port, data.get("helmet")) for port, _, data in node.sent] == [
        ("out", "no"), ("out", "yes"), ("out", "yes"), ("unsure", None), ("out", "no"), ("out", "no"),
    ]  # fmt: skip


def test_what_confirms_is_remembered_over_a_restart_and_stays_small() -> None:
    node = asked(confirm={"times": 3, "of": 3})
    for _ in range(10):
        node.answer(NO)
    assert node.memory is not None
    assert len(node.memory.last) == 3


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"crop": {"left": 0.5, "right": 0.5}}, "limits_swapped"),
        ({"confirm": {"times": 4, "of": 3}}, "limits_swapped"),
        ({"fields": [{"name": "unsure"}]}, "reserved_name"),
        ({"crop": {"left": -0.1}}, "greater_than_equal"),
    ],
)
def test_params_that_cannot_be_meant_are_refused(params: Any, code: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        AiVision.Params.model_validate({**PARAMS, **params})
    assert [error["type"] for error in refused.value.errors()] == [code]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"shot": FieldShape("image")}, []),
        ({"shot": FieldShape("any")}, []),
        ({"shot": FieldShape("number")}, ["wrong_type"]),
        ({"photo": FieldShape("image")}, ["unknown_field"]),
    ],
)
def test_the_named_field_must_be_a_picture(fields: Any, codes: list[str]) -> None:
    params = {**PARAMS, "prompt": "Helmet?"}
    assert Harness.problems_of(AiVision, params, scope_of(shape=Shape(fields, False))) == codes
