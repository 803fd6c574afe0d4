"""webhook_in: bodies become events."""

from typing import Any

import pytest

from nodes.kit.harness import Harness
from nodes.source.webhook_in import WebhookIn


@pytest.mark.parametrize(
    ("arrival", "data"),
    [
        ({"data": {"a": 1}}, {"a": 1}),
        ({"data": 42}, {"value": 42}),
        ({"data": [1]}, {"value": [1]}),
        ({"payload": b'{"a": "x"}'}, {"a": "x"}),
        ({"payload": b'"x"'}, {"value": "x"}),
    ],
)
def test_a_body_becomes_an_event_without_a_device(arrival: Any, data: dict[str, Any]) -> None:
    node = Harness(WebhookIn)
    node.read(node="n", **arrival)
    assert node.sent == [("out", 0, data)]
    assert node.shapes()["out"].device == "never"


@pytest.mark.parametrize("payload", [b"{", b"\xff", b"", b'{"a":NaN}', b"[" * 100_000])
def test_a_body_that_is_no_json_is_a_trouble(payload: bytes) -> None:
    node = Harness(WebhookIn)
    node.read(node="n", payload=payload)
    assert len(node.troubles()) == 1
    assert node.sent == []


def test_what_is_meant_for_another_node_is_not_read() -> None:
    node = Harness(WebhookIn)
    for arrival in ({"node": "other"}, {"device": "n"}, {"topic": "n", "payload": b"{}"}):
        node.read(data={"a": 1}, **arrival) if "topic" not in arrival else node.read(**arrival)
    assert node.yields == []
