"""read_text: asks for the lines of a picture, and tells only what is of the pattern and surely read."""

from typing import Any

import pytest
from pydantic import ValidationError

from nodes.ai.read_text import ReadText, ReadTextParams
from nodes.kit.harness import Harness, scope_of
from nodes.kit.picture import handle
from nodes.kit.shape import FieldShape, Shape

SHOT = handle("ab" * 32, 640, 480)


def asked(**params: Any) -> Harness:
    node = Harness(ReadText, {"image": "shot", **params})
    node.feed("0s", {"shot": SHOT})
    return node


def lines(*texts: tuple[str, float]) -> dict[str, Any]:
    return {"lines": [{"text": text, "score": score, "box": [0.1, 0.1, 0.5, 0.3]} for text, score in texts]}


def test_the_reader_gets_the_handle_and_the_part() -> None:
    (ask,) = asked(crop={"left": 0.5}).asks()
    assert ask.request == {"task": "text", "picture": SHOT, "crop": [0.5, 0.0, 1.0, 1.0]}


@pytest.mark.parametrize(
    ("params", "answer", "port", "told"),
    [
        ({"pattern": "number"}, lines(("482.7", 0.9)), "out", {"text": "482.7", "score": 0.9, "value": 482.7}),
        ({"pattern": "number"}, lines(("482.7", 0.79)), "unsure", {"text": "482.7", "score": 0.79}),
        ({"pattern": "number", "score": 0.7}, lines(("482.7", 0.79)), "out", {"text": "482.7", "score": 0.79, "value": 482.7}),
        ({"pattern": "plate"}, lines(("EXIT", 0.99)), "unsure", {"text": "EXIT", "score": 0.99}),
        ({"pattern": "plate"}, lines(("b-ab 123", 0.95)), "out", {"text": "BAB123", "score": 0.95}),
        ({"pattern": "date"}, lines(("2026/11/26", 0.95)), "out", {"text": "2026-11-26", "score": 0.95}),
        ({}, lines(("LOT", 0.95), ("7", 0.9)), "out", {"text": "LOT 7", "score": 0.9}),
        ({}, lines(), "unsure", {"text": "", "score": 0.0}),
        ({}, {"lines": [{"text": 5}]}, "failed", {"reason": "bad_answer"}),
        ({}, "text", "failed", {"reason": "bad_answer"}),
    ],
)  # fmt: skip
def test_what_is_read_leaves_by_the_port_that_it_belongs_to(
    params: dict[str, Any], answer: Any, port: str, told: dict[str, Any]
) -> None:
    node = asked(**params)
    node.answer(answer)
    ((sent, _, data),) = node.sent
    assert (sent, {name: data[name] for name in told}) == (port, told)
    assert ("value" in data) == ("value" in told)


@pytest.mark.parametrize("error", ["picture_gone", "timeout", "reader_missing"])
def test_a_picture_that_cannot_be_read_fails(error: str) -> None:
    node = asked()
    node.answer(None, error)
    assert [(port, data["reason"]) for port, _, data in node.sent] == [("failed", error)]


def test_an_event_without_a_picture_asks_nothing() -> None:
    node = Harness(ReadText, {"image": "shot"})
    node.feed("0s", {"shot": "7"})
    assert (node.asks(), [port for port, _, _ in node.sent]) == ([], ["failed"])


def test_the_same_text_in_two_of_three_pictures_confirms() -> None:
    node = asked(pattern="number", confirm={"times": 2, "of": 3})
    for text in ("482", "487", "482", "483", "483"):
        node.answer(lines((text, 0.95)))
    assert [data["value"] for _, _, data in node.sent] == [482.0, 483.0]


def test_only_a_number_has_a_unit_and_it_reaches_the_wire() -> None:
    for more in ({"unit": "kWh"}, {"decimals": 1}):
        with pytest.raises(ValidationError, match="unknown_key"):
            ReadTextParams.model_validate({"image": "shot", "pattern": "plate", **more})
    params = ReadTextParams.model_validate({"image": "shot", "pattern": "number", "unit": "kWh"})
    scope = scope_of(shape=Shape({"shot": FieldShape("image")}))
    assert ReadText.shapes(params, scope)["out"].fields["value"] == FieldShape("number", "kWh")
    assert "value" not in ReadText.shapes(params, scope)["unsure"].fields
