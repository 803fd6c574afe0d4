"""Since when a device says what it says."""

from typing import Any

from flows.unchanged import with_since


def heard(*said: dict[str, Any]) -> dict[str, Any]:
    """What is known of the tower after it said these, one a second."""
    known: dict[str, Any] = {}
    for second, data in enumerate(said):
        known = {**known, **with_since(known, {"tower": {"time": second * 1000, "data": data}})}
    return known["tower"].get("since", {})


def test_a_state_lasts_since_the_moment_it_changed() -> None:
    assert heard({"color": "green"}, {"color": "red"}, {"color": "red"}, {"color": "red"}) == {"color": 1000}
    assert heard({"open": True}, {"open": False}, {"open": True}) == {"open": 2000}


def test_what_nobody_saw_change_and_what_is_measured_have_no_beginning() -> None:
    assert heard({"color": "green"}, {"color": "green"}) == {}
    assert heard({"power": 1.0}, {"power": 2.0}, {"text": "long" * 99}) == {}


def test_a_message_without_the_field_does_not_end_its_state() -> None:
    assert heard({"color": "green"}, {"color": "red"}, {"battery": 3}, {"color": "red"}) == {"color": 1000}
    assert heard({"color": "green"}, {"battery": 3}, {"color": "red"}) == {"color": 2000}


def test_what_has_no_time_or_no_data_is_left_as_it_is() -> None:
    odd = {"a": {"time": None, "data": {}}, "b": {"time": 3, "data": None}}
    assert with_since({}, odd) == odd
