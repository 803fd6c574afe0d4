"""classify: fields become the model's inputs, a sure label goes on, a doubtful one and a failure leave by their own ports."""

from typing import Any

import pytest

from nodes.ai.classify import Classify
from nodes.kit.harness import Harness, scope_of
from nodes.kit.picture import handle
from nodes.kit.problem import Problem
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.things import Model, Registry

SHOT = handle("ab" * 32, 320, 240)
INPUTS = [{"input": "x1", "field": "speed"}, {"input": "x2", "field": "open"}]


def node(**params: Any) -> Harness:
    return Harness(Classify, params if "image" in params else {"inputs": INPUTS, **params})


def told(value: Any = None, error: str | None = None, **params: Any) -> Harness:
    one = node(**params)
    one.feed("0s", {"speed": 3, "open": True})
    one.answer(value, error)
    return one


def test_the_model_is_asked_with_the_fields_numbers_under_its_own_names() -> None:
    (ask,) = told({}, model="m1", timeout="2s").asks()
    assert ask.request == {"task": "classify", "model": "m1", "values": {"x1": 3.0, "x2": 1.0}}
    assert ask.timeout == 2_000


def test_a_sure_label_goes_on_with_its_score_and_the_version_that_gave_it() -> None:
    ((port, _, data),) = told({"label": "worn", "score": 0.81236, "scores": {"worn": 0.8}, "version": "3"}).sent
    assert (port, data) == (
        "out", {"speed": 3, "open": True, "label": "worn", "score": 0.8124, "model_version": "3"},
    )  # fmt: skip


@pytest.mark.parametrize(("score", "port"), [(0.8, "out"), (0.7999, "unsure")])
def test_below_the_score_limit_a_label_leaves_by_unsure(score: float, port: str) -> None:
    ((left, _, data),) = told({"label": "worn", "score": score}, score=0.8).sent
    assert (left, data["label"]) == (port, "worn")


@pytest.mark.parametrize(("data", "code"), [({"speed": 3}, "missing_field"), ({"speed": "x", "open": 1}, "wrong_type")])
def test_an_event_without_one_of_the_numbers_asks_nothing_and_fails(data: dict[str, Any], code: str) -> None:
    one = node()
    one.feed("0s", data)
    assert (one.asks(), one.troubles()) == ([], [code])
    assert [(port, data["reason"]) for port, _, data in one.sent] == [("failed", "missing_value")]


def test_a_picture_is_asked_about_by_its_handle_and_one_that_is_missing_fails() -> None:
    one = node(image="shot")
    one.feed("0s", {"shot": SHOT})
    one.feed("1s", {"shot": "text"})
    assert [ask.request["picture"] for ask in one.asks()] == [SHOT]
    assert [(port, data["reason"]) for port, _, data in one.sent] == [("failed", "no_picture")]


@pytest.mark.parametrize(
    "value",
    [
        None, "worn", [], {}, {"label": "worn"}, {"label": "", "score": 0.9}, {"label": "w" * 101, "score": 0.9},
        {"label": "worn", "score": 1.5}, {"label": "worn", "score": float("nan")}, {"label": "worn", "score": True},
        {"label": 5, "score": 0.9},
    ],
)  # fmt: skip
def test_an_answer_that_is_no_label_with_a_score_fails(value: Any) -> None:
    one = told(value)
    assert [(port, data["reason"]) for port, _, data in one.sent] == [("failed", "bad_answer")]
    assert one.troubles() == ["bad_answer"]


def test_a_model_that_cannot_be_asked_fails_with_its_reason() -> None:
    one = told(error="model_missing")
    assert (one.troubles(), [data["reason"] for _, _, data in one.sent]) == (["model_missing"], ["model_missing"])


def test_a_version_that_is_no_short_text_is_left_out() -> None:
    for version in (3, "", "v" * 65, None):
        ((_, _, data),) = told({"label": "worn", "score": 0.9, "version": version}).sent
        assert "model_version" not in data


def test_wrong_params_are_told_with_the_input_and_the_shape_that_the_model_expects() -> None:
    def problems(params: dict[str, Any], **model: Any) -> list[Problem]:
        fields = {
            "shot": FieldShape("image"),
            "speed": FieldShape("number"),
            "open": FieldShape("boolean"),
            "name": FieldShape("string"),
        }
        models = {"m": Model(id="m", **{"task": "classify", "inputs": ["x1", "x2"], **model})}
        scope = scope_of(registry=Registry({}, {}, {}, models), shape=Shape(fields, open=False))
        return Harness(Classify, {"model": "m", **params}, scope).problems()

    def codes(params: dict[str, Any], **model: Any) -> list[tuple[str, str]]:
        return [(problem.code, problem.path) for problem in problems(params, **model)]

    assert codes({"inputs": INPUTS}) == []
    assert codes({"inputs": INPUTS}, task="score") == [("wrong_task", "/params/model")]
    (missing,) = problems({"inputs": INPUTS[:1]})
    assert (missing.code, missing.args["input"], missing.args["shape"]) == ("model_input_missing", "x2", "[1, 2]")
    assert codes({"inputs": [*INPUTS, {"input": "x9", "field": "speed"}]}) == [
        ("not_allowed_value", "/params/inputs/2/input")
    ]
    assert codes({"inputs": [*INPUTS, INPUTS[0]]}) == [("not_unique", "/params/inputs/2/input")]
    assert codes({"inputs": [INPUTS[0], {"input": "x2", "field": "name"}]}) == [
        ("wrong_type", "/params/inputs/1/field")
    ]
    assert codes({"inputs": INPUTS}, inputs=[], picture=[32, 24]) == [("model_wants_picture", "/params/inputs")]
    assert codes({"image": "shot"}) == [("model_wants_numbers", "/params/image")]
    assert codes({"image": "speed"}, inputs=[]) == [("wrong_type", "/params/image")]
    assert codes({"model": None, "inputs": INPUTS[:1]}) == [("model_input_missing", "/params/inputs")]
    with pytest.raises(ValueError, match="choose_one"):
        Harness(Classify, {"inputs": INPUTS, "image": "shot"})
