"""unique: what is equal, for how long, and what is forgotten."""

from typing import Any

import pytest

from nodes.filter.unique import MOST, Unique
from nodes.kit.effect import Emit, Trouble
from nodes.kit.harness import Harness, ms, scope_of
from nodes.kit.shape import FieldShape, Shape


def ports(*events: tuple[str, dict[str, Any]], **params: Any) -> list[str]:
    node = Harness(Unique, {"within": "1m", **params})
    for at, data in events:
        node.feed(at, data)
    return [port for port, _ in node.ports()]


def at_times(*times: str, **params: Any) -> list[str]:
    return ports(*((at, {"v": 1}) for at in times), **params)


def test_the_first_passes_and_its_repetitions_are_duplicates() -> None:
    assert at_times("0s", "0s", "1s") == ["out", "duplicate", "duplicate"]


def test_at_exactly_the_end_of_the_time_it_passes_again() -> None:
    assert at_times("0s", "59.999s", "1m") == ["out", "duplicate", "out"]


def test_the_time_counts_from_the_one_that_passed() -> None:
    assert at_times("0s", "50s", "1m", "1m50s", "2m") == ["out", "duplicate", "out", "duplicate", "out"]


def test_an_hour_is_the_default() -> None:
    node = Harness(Unique)
    for at in ("0s", "59m59s", "1h"):
        node.feed(at, {})
    assert [port for port, _ in node.ports()] == ["out", "duplicate", "out"]


@pytest.mark.parametrize(
    ("a", "b"), [({"v": 1}, {"v": 1.0}), ({"v": 1, "w": 2}, {"w": 2, "v": 1}), ({"v": {"x": [1]}}, {"v": {"x": [1.0]}})]
)
def test_equal_data_is_a_duplicate(a: Any, b: Any) -> None:
    assert ports(("0s", a), ("1s", b)) == ["out", "duplicate"]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ({"v": 1}, {"v": True}),
        ({"v": 1}, {"v": "1"}),
        ({"v": 1}, {"v": 1, "w": 1}),
        ({"v": 1}, {"v": None}),
        ({}, {"v": 1}),
    ],
)
def test_different_data_is_none(a: Any, b: Any) -> None:
    assert ports(("0s", a), ("1s", b)) == ["out", "out"]


def test_only_the_named_fields_are_compared() -> None:
    given = [("0s", {"id": 1, "x": 1}), ("1s", {"id": 1, "x": 2}), ("2s", {"id": 2, "x": 2})]
    assert ports(*given, fields=["id"]) == ["out", "duplicate", "out"]
    assert ports(*given, fields=["id", "x"]) == ["out", "out", "out"]
    assert ports(("0s", {"a": {"id": 7}}), ("1s", {"a": {"id": 7, "n": 1}}), fields=["a.id"]) == ["out", "duplicate"]


def test_values_do_not_move_from_one_field_to_another() -> None:
    assert ports(("0s", {"a": 1, "b": 2}), ("1s", {"a": 2, "b": 1}), fields=["a", "b"]) == ["out", "out"]


@pytest.mark.parametrize("data", [{}, {"id": None}, {"ID": 1}])
def test_a_missing_field_is_a_problem_and_the_event_goes_no_further(data: Any) -> None:
    node = Harness(Unique, {"fields": ["id"]})
    node.feed("0s", data)
    assert node.yields == [Trouble("missing_field", {"field": "id"})]


def test_the_device_makes_no_difference_under_one_key() -> None:
    node = Harness(Unique, {"per": "all"})
    node.feed("0s", {"v": 1}, device="a")
    node.feed("1s", {"v": 1}, device="b")
    assert [port for port, _ in node.ports()] == ["out", "duplicate"]


def test_a_repetition_with_an_older_time_is_recognised() -> None:
    assert at_times("2m", "1m0.001s") == ["out", "duplicate"]
    assert at_times("2m", "1m") == ["out", "out"]
    assert ports(("10s", {"v": 1}), ("40s", {"v": 2}), ("10s", {"v": 1})) == ["out", "out", "duplicate"]


def test_a_late_event_that_is_no_repetition_any_more_leaves_the_newer_one_remembered() -> None:
    assert at_times("2m", "1m", "2m1s") == ["out", "out", "duplicate"]


def test_a_repetition_of_a_late_event_is_recognised() -> None:
    assert ports(("50s", {"v": 2}), ("10s", {"v": 1}), ("10s", {"v": 1}), ("55s", {"v": 1})) == [
        "out", "out", "duplicate", "duplicate",
    ]  # fmt: skip


def test_what_lies_too_far_behind_the_newest_is_forgotten() -> None:
    assert ports(("0s", {"v": 1}), ("59s", {"v": 2}), ("0s", {"v": 1})) == ["out", "out", "duplicate"]
    assert ports(("0s", {"v": 1}), ("1m", {"v": 2}), ("0s", {"v": 1}), ("0s", {"v": 1})) == ["out"] * 4


def test_what_is_forgotten_out_of_order_is_not_compared_either() -> None:
    given = [("50s", {"v": 2}), ("10s", {"v": 1}), ("75s", {"v": 3}), ("10s", {"v": 1})]
    assert ports(*given) == ["out"] * 4


def test_what_comes_too_late_takes_no_room() -> None:
    node = Harness(Unique, {"within": "1m"})
    for at, value in (("5m", 1), ("4m", 2), ("1m", 3)):
        node.feed(at, {"v": value})
    assert len(node.memory.passed) == 1  # type: ignore[union-attr]


def test_memory_is_dropped_when_it_is_of_no_use_any_more() -> None:
    node = Harness(Unique, {"within": "1m"})
    for second in range(0, 600, 10):
        node.feed(f"{second}s", {"v": second})
    assert len(node.memory.passed) == 6  # type: ignore[union-attr]


def test_one_that_passes_again_after_others_that_were_late_keeps_none_of_them() -> None:
    node = Harness(Unique, {"within": "1m"})
    node.store_and_load = lambda: None  # type: ignore[method-assign]
    for at, value in (("50s", 2), ("10s", 1), ("51s", 3), ("75s", 1), ("112s", 9)):
        node.feed(at, {"v": value})
    assert list(node.memory.passed.values()) == [ms("75s"), ms("112s")]  # type: ignore[union-attr]


def test_a_thousand_are_remembered_and_the_oldest_is_forgotten_first() -> None:
    node = Harness(Unique)
    node.store_and_load = lambda: None  # type: ignore[method-assign]
    for number in range(MOST + 1):
        node.feed("1s", {"v": number})
    assert (len(node.memory.passed), MOST) == (1_000, 1_000)  # type: ignore[union-attr]
    node.sent.clear()
    for number in (1, 0, 2):
        node.feed("2s", {"v": number})
    assert [port for port, _ in node.ports()] == ["duplicate", "out", "duplicate"]


def test_one_that_passes_again_is_as_young_as_it_is() -> None:
    node = Harness(Unique, {"within": "10s"})
    for at, value in (("0s", 1), ("9s", 2), ("10s", 1), ("19s", 1)):
        node.feed(at, {"v": value})
    assert [port for port, _ in node.ports()] == ["out", "out", "out", "duplicate"]
    assert list(node.memory.passed.values()) == sorted(node.memory.passed.values())  # type: ignore[union-attr]


def test_another_time_counts_from_the_next_event() -> None:
    node = Harness(Unique, {"within": "1m"})
    node.feed("0s", {"v": 1})
    node.change({"within": "5s"}, "1s")
    node.feed("4s", {"v": 1})
    node.feed("5s", {"v": 1})
    assert [port for port, _ in node.ports()] == ["out", "duplicate", "out"]


def test_the_event_is_sent_as_it_came() -> None:
    node = Harness(Unique)
    node.feed("0s", {"v": 1, "w": [1]})
    (made,) = node.yields
    assert isinstance(made, Emit)
    assert made.event == node.last


def test_an_unknown_field_is_a_problem_with_its_place() -> None:
    scope = scope_of(shape=Shape({"id": FieldShape("string"), "deep": FieldShape("any")}, False))
    (found,) = Harness(Unique, {"fields": ["id", "deep.id", "ids"]}, scope).problems()
    assert (found.code, found.path) == ("unknown_field", "/params/fields/2")


@pytest.mark.parametrize("params", [{"within": "0s"}, {"fields": []}, {"within": "abc"}])
def test_params_that_say_nothing_are_refused(params: Any) -> None:
    with pytest.raises(ValueError):
        Harness(Unique, params)
