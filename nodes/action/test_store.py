"""store: chosen fields, one row per event."""

from nodes.action.store import Store
from nodes.kit.harness import Harness


def test_only_the_chosen_fields_are_kept() -> None:
    node = Harness(Store, {"fields": ["a", "b"]})
    node.feed("0s", {"a": 1, "b": None, "c": 3})
    assert node.acts()[0].data == {"a": 1, "b": None}


def test_a_field_that_is_missing_is_a_problem_and_the_others_are_kept() -> None:
    node = Harness(Store, {"fields": ["a", "b"]})
    node.feed("0s", {"a": 1})
    assert node.acts()[0].data == {"a": 1}
    assert node.troubles() == ["missing_field"]


def test_an_event_without_any_of_them_makes_no_row() -> None:
    node = Harness(Store, {"fields": ["a"]})
    node.feed("0s", {})
    assert not node.acts()
