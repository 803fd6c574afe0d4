"""webhook_out: a JSON body for a registered destination."""

from nodes.action.webhook_out import WebhookOut
from nodes.kit.harness import Harness, scope_of


def test_without_a_body_the_whole_event_is_sent() -> None:
    node = Harness(WebhookOut, {"to": "erp"})
    node.feed("1s", {"power": 3})
    body = {"device": "d1", "time": "2026-01-05T00:00:01.000Z", "data": {"power": 3}}
    assert node.acts()[0].data == {"to": "erp", "body": body}


def test_texts_at_any_depth_are_filled_in_and_other_values_stay() -> None:
    node = Harness(WebhookOut, {"to": "erp", "body": {"a": ["{power} kW", 1, True], "b": {"c": "{device}"}}})
    node.feed("0s", {"power": 3})
    assert node.acts()[0].data["body"] == {"a": ["3 kW", 1, True], "b": {"c": "d1"}}


def test_a_text_that_cannot_be_read_is_named_by_its_place() -> None:
    params = WebhookOut.Params.model_validate({"to": "erp", "body": {"a": ["fine", "{power|shout}"]}})
    assert [p.path for p in WebhookOut.check(params, scope_of())] == ["/params/body/a/1"]
