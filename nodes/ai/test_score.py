"""score: declared numbers go on in their units; one out of its bounds is unsure, and what is no number fails."""

from typing import Any

import pytest

from nodes.ai.score import Score
from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.things import Model, Registry

GIVEN = {
    "inputs": [{"input": "rms", "field": "speed"}],
    "results": [{"name": "life", "unit": "day", "min": 0, "max": 100}, {"name": "spread", "output": "sigma"}],
}


def told(value: Any = None, error: str | None = None, **params: Any) -> Harness:
    one = Harness(Score, {**GIVEN, **params})
    one.feed("0s", {"speed": 3})
    one.answer(value, error)
    return one


def test_the_model_is_asked_with_the_fields_numbers() -> None:
    (ask,) = told({}, model="m1", timeout="3s").asks()
    assert ask.request == {"task": "score", "model": "m1", "values": {"rms": 3.0}}
    assert ask.timeout == 3_000


def test_each_declared_number_goes_on_under_its_name_the_first_output_where_none_is_named() -> None:
    ((port, _, data),) = told({"value": 12.5, "values": {"y": 12.5, "sigma": 2}, "version": "4"}).sent
    assert (port, data) == ("out", {"speed": 3, "life": 12.5, "spread": 2, "model_version": "4"})


@pytest.mark.parametrize(("value", "port"), [(0, "out"), (100, "out"), (-0.1, "unsure"), (100.1, "unsure")])
def test_a_number_out_of_its_bounds_is_unsure(value: float, port: str) -> None:
    ((left, _, data),) = told({"value": value, "values": {"sigma": 1}}).sent
    assert (left, data["life"]) == (port, value)


@pytest.mark.parametrize(
    "value",
    [None, 5, {}, {"value": "12"}, {"value": True, "values": {"sigma": 1}}, {"value": float("inf"), "values": {"sigma": 1}},
     {"value": 1}, {"value": 1, "values": {"other": 2}}, {"value": 1, "values": [2]}],
)  # fmt: skip
def test_an_answer_without_a_declared_number_fails(value: Any) -> None:
    one = told(value)
    assert [(port, data["reason"]) for port, _, data in one.sent] == [("failed", "bad_answer")]
    assert one.troubles() == ["bad_answer"]


def test_an_event_without_one_of_the_numbers_asks_nothing_and_fails() -> None:
    one = Harness(Score, GIVEN)
    one.feed("0s", {"load": 3})
    assert (one.asks(), one.troubles()) == ([], ["missing_field"])
    assert [(port, data["reason"]) for port, _, data in one.sent] == [("failed", "missing_value")]


def test_a_model_that_is_too_slow_fails_with_its_reason() -> None:
    one = told(error="timeout")
    assert (one.troubles(), [(port, data["reason"]) for port, _, data in one.sent]) == (
        ["ask_failed"], [("failed", "timeout")],
    )  # fmt: skip


def test_the_units_of_the_results_are_known_along_the_wires() -> None:
    shape = Harness(Score, GIVEN, scope_of(shape=Shape({"speed": FieldShape("number")}, open=False))).shapes()["out"]
    assert shape.fields["life"] == FieldShape("number", "day")
    assert shape.fields["spread"] == FieldShape("number")


def test_wrong_params_are_told_where_they_stand() -> None:
    def codes(model: dict[str, Any], **params: Any) -> list[tuple[str, str]]:
        models = {"m": Model(id="m", **{"task": "score", "inputs": ["rms"], **model})}
        scope = scope_of(
            registry=Registry({}, {}, {}, models), shape=Shape({"speed": FieldShape("number")}, open=False)
        )
        return [(one.code, one.path) for one in Harness(Score, {"model": "m", **GIVEN, **params}, scope).problems()]

    assert codes({}) == []
    assert codes({"task": "detect"}) == [("wrong_task", "/params/model")]
    assert codes({"inputs": ["rms", "load"]}) == [("model_input_missing", "/params/inputs")]
    assert codes({}, results=[{"name": "a"}, {"name": "a"}, {"name": "time"}, {"name": "model_version"}]) == [
        ("not_unique", "/params/results/1/name"), ("reserved_name", "/params/results/2/name"),
        ("reserved_name", "/params/results/3/name"),
    ]  # fmt: skip
    assert codes({}, results=[{"name": "a", "min": 2, "max": 1}]) == [("limits_swapped", "/params/results/0/min")]
