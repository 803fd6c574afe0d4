"""notify: one text to one destination."""

from nodes.action.notify import Notify
from nodes.kit.harness import Harness, scope_of
from nodes.kit.picture import handle
from nodes.kit.shape import FieldShape, Shape


def test_the_text_is_filled_in_once_and_never_read_again() -> None:
    node = Harness(Notify, {"to": "shift", "text": "{device}: {note}"})
    node.feed("0s", {"note": "{settings.secret}"})
    assert node.acts()[0].data == {"to": "shift", "text": "d1: {settings.secret}"}


def test_a_missing_field_prints_a_dash_and_is_a_problem() -> None:
    node = Harness(Notify, {"to": "shift", "text": "{temperature} °C"})
    node.feed("0s", {})
    assert node.acts()[0].data["text"] == "– °C"
    assert node.troubles() == ["missing_field"]


def test_success_leaves_by_sent_and_a_failure_by_failed_with_its_reason() -> None:
    node = Harness(Notify, {"to": "shift", "text": "hot"})
    node.feed("0s", {"t": 1})
    node.answer(True)
    node.answer(error="http_500")
    assert node.ports() == [("sent", 0), ("failed", 0)]
    assert node.sent[1][2] == {"t": 1, "reason": "http_500", "detail": ""}


def test_a_name_that_no_event_has_is_refused_where_the_fields_are_known() -> None:
    scope = scope_of(shape=Shape({"temperature": FieldShape("number")}, open=False))
    node = Harness(Notify, {"to": "shift", "text": "{temprature}"}, scope)
    assert [p.path for p in node.problems()] == ["/params/text"]


def test_a_picture_of_the_event_goes_along_and_what_only_stands_for_one_does_not() -> None:
    shot = handle("ab" * 32, 640, 480)
    node = Harness(Notify, {"to": "shift", "text": "look"})
    node.feed("0s", {"n": 1, "view": shot, "other": handle("cd" * 32, 8, 8)})
    node.feed("1s", {"view": {"$file": "gate.jpg"}})
    node.feed("2s", {"view": {**shot, "more": "x" * 100}})
    assert [act.data for act in node.acts()] == [
        {"to": "shift", "text": "look", "picture": shot},
        {"to": "shift", "text": "look"},
        {"to": "shift", "text": "look"},
    ]
