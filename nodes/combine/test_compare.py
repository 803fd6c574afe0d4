"""compare: two values beside each other."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.combine.compare import Compare
from nodes.kit.harness import ANYTHING, SAMPLE, Harness, scope_of
from nodes.kit.shape import FieldShape, Shape

FIELDS = Shape(
    {
        "c": FieldShape("number", "°C"), "f": FieldShape("number", "°F"), "k": FieldShape("number", "km"),
        "m": FieldShape("number", "m"), "df": FieldShape("number", "°F", True), "odd": FieldShape("number", "blorp"),
        "bare": FieldShape("number"), "name": FieldShape("string"),
    },
    False, "always", ("kiln",),
)  # fmt: skip


def compare(a: Any = "x", b: Any = "y", shape: Shape = ANYTHING, **params: Any) -> Harness:
    sides = {"a": {"field": a} if isinstance(a, str) else a, "b": {"field": b} if isinstance(b, str) else b}
    return Harness(Compare, {**sides, **params}, scope_of(shape=shape, registry=SAMPLE))


def of(device: str, field: str = "t") -> dict[str, str]:
    return {"field": field, "device": device}


def pairs(node: Harness) -> list[tuple[float, Any, Any]]:
    return [(at, data["a"], data["b"]) for _, at, data in node.sent]


def test_it_sends_once_both_are_known_and_then_with_every_one_of_them() -> None:
    node = compare()
    for at, data in (("0s", {"x": 1}), ("1s", {"x": 2}), ("2s", {"y": 5}), ("3s", {"x": 3}), ("4s", {"x": 4, "y": 8})):
        node.feed(at, data)
    assert pairs(node) == [(2, 2, 5), (3, 3, 5), (4, 4, 8)]


def test_the_event_keeps_its_data_and_gets_difference_and_ratio() -> None:
    node = compare()
    node.feed("0s", {"x": 6, "y": 4, "note": "kept", "a": "replaced"})
    assert node.sent == [
        ("out", 0, {"x": 6, "y": 4, "note": "kept", "a": 6, "b": 4, "difference": 2, "ratio": 1.5})
    ]  # fmt: skip


@pytest.mark.parametrize("x", [(5, 0), (5, 0.0), (1e300, 1e-300)])
def test_a_ratio_that_is_no_number_is_left_out_even_where_the_event_had_one(x: tuple[float, float]) -> None:
    node = compare()
    node.feed("0s", {"x": x[0], "y": x[1], "ratio": 7})
    assert "ratio" not in node.sent[0][2]
    assert node.sent[0][2]["difference"] == x[0] - x[1]


def test_values_of_two_devices_are_compared_under_one_key() -> None:
    node = compare(of("d1"), of("d2"), per="all")
    for at, device, value in (("0s", "d1", 20), ("1s", "d3", 99), ("2s", "d2", 15), ("3s", "d1", 21)):
        node.feed(at, {"t": value}, device=device)
    assert pairs(node) == [(2, 20, 15), (3, 21, 15)]


def test_an_event_that_fits_both_sides_goes_to_the_one_that_names_its_device() -> None:
    for sides, wanted in (((of("out"), "t"), (5, 22)), (("t", of("out")), (22, 5))):
        node = compare(*sides, per="all")
        node.feed("0s", {"t": 5}, device="out")
        node.feed("1s", {"t": 22}, device="in")
        assert pairs(node) == [(1, *wanted)]


def test_a_side_that_names_the_type_comes_before_one_that_names_nothing() -> None:
    node = compare({"field": "t", "type": "kiln"}, "t", per="all")
    node.feed("0s", {"t": 5})
    assert node.sent == []
    node = compare({"field": "t", "type": "room"}, "t", per="all")
    node.feed("0s", {"t": 5})
    assert list(node.memory.values) == ["b"]  # type: ignore[union-attr]


def test_one_event_may_bring_both_sides_where_the_fields_differ() -> None:
    node = compare({"field": "x", "device": "d1"}, "y", per="all")
    node.feed("0s", {"x": 1, "y": 2}, device="d1")
    assert pairs(node) == [(0, 1, 2)]


@pytest.mark.parametrize(
    ("data", "code"),
    [({}, "missing_field"), ({"x": None}, "missing_field"), ({"x": "1"}, "wrong_type"), ({"y": True}, "wrong_type"),
     ({"x": 1, "y": [2]}, "wrong_type"), ({"x": 10**400}, "out_of_range"), ({"y": 2e300}, "out_of_range")],
)  # fmt: skip
def test_an_event_without_a_usable_number_is_a_problem_and_changes_nothing(data: Any, code: str) -> None:
    node = compare()
    node.feed("0s", {"x": 1})
    node.feed("1s", data)
    node.feed("2s", {"y": 2})
    assert pairs(node) == [(2, 1, 2)]
    assert node.troubles() == [code]


def test_an_event_that_fits_no_side_passes_by_unseen() -> None:
    node = compare(of("d1"), of("d2"), per="all")
    node.feed("0s", {}, device="d3")
    node.feed("1s", {"t": "?"}, device=None)
    assert node.yields == []


def test_a_whole_number_that_json_cannot_keep_is_rounded() -> None:
    node = compare()
    node.feed("0s", {"x": 2**70, "y": 2**53})
    assert pairs(node) == [(0, float(2**70), 2**53)]


def test_a_value_counts_until_exactly_the_longest_age() -> None:
    node = compare(max_age="1m")
    for at, data in (("0s", {"x": 1}), ("60s", {"y": 2}), ("60.001s", {"y": 3}), ("61s", {"x": 4})):
        node.feed(at, data)
    assert pairs(node) == [(60, 1, 2), (61, 4, 3)]


def test_another_longest_age_acts_from_the_next_event() -> None:
    node = compare(max_age="1h")
    node.feed("0s", {"x": 1})
    node.change({"a": {"field": "x"}, "b": {"field": "y"}, "max_age": "1m"}, "5m")
    node.feed("10m", {"y": 2})
    assert node.sent == []


def test_an_older_value_of_the_same_device_is_late_and_one_of_another_is_compared_at_the_newest_time() -> None:
    node = compare(of("out"), "t", per="all", max_age="1m")
    for at, device, value in (
        ("10s", "out", 1), ("20s", "in", 2), ("19s", "in", 3), ("15s", "in2", 4), ("9s", "out", 5), ("21s", "out", 6),
    ):  # fmt: skip
        node.feed(at, {"t": value}, device=device)
    assert pairs(node) == [(20, 1, 2), (20, 1, 4), (21, 6, 2)]
    assert node.troubles() == ["late", "late"]


def test_a_value_that_is_too_old_when_it_comes_is_late() -> None:
    node = compare("x", "y", per="all", max_age="1m")
    node.feed("5m", {"x": 1}, device="d1")
    node.feed("3m59.999s", {"y": 2}, device="d2")
    node.feed("4m", {"y": 3}, device="d3")
    assert pairs(node) == [(300, 1, 3)]
    assert node.troubles() == ["late"]


def test_events_without_a_device_are_compared_too() -> None:
    node = compare(per="all")
    node.feed("1s", {"x": 1}, device=None)
    node.feed("2s", {"y": 2}, device=None)
    node.feed("0s", {"y": 3}, device=None)
    assert pairs(node) == [(2, 1, 2)]
    assert node.troubles() == ["late"]


@pytest.mark.parametrize(
    ("a", "b", "given", "wanted"),
    [("c", "f", 176, 80), ("f", "c", 80, 176), ("m", "k", 1.5, 1500), ("c", "df", 18, 10), ("c", "odd", 3, 3),
     ("c", "bare", 3, 3), ("c", "m", 3, 3), ("bare", "c", 3, 3)],
)  # fmt: skip
def test_b_is_converted_into_the_unit_of_a_where_that_can_be_done(a: str, b: str, given: float, wanted: float) -> None:
    node = compare(a, b, FIELDS)
    node.feed("0s", {a: 0, b: given})
    assert pairs(node) == [(0, 0, wanted)]


@given(st.floats(-1e6, 1e6))
def test_a_conversion_is_that_of_the_unit_library(value: float) -> None:
    from nodes.kit.unit import convert

    node = compare("c", "f", FIELDS)
    node.feed("0s", {"c": 0, "f": value})
    assert node.sent[0][2]["b"] == pytest.approx(convert(value, "°F", "°C"), rel=1e-11, abs=1e-9)


def test_a_conversion_that_grows_too_large_is_a_problem() -> None:
    node = compare("m", "k", FIELDS)
    node.feed("0s", {"m": 0, "k": 9e299})
    assert (node.sent, node.troubles()) == ([], ["out_of_range"])


@pytest.mark.parametrize(
    ("a", "b", "params", "codes"),
    [
        ("c", "f", {}, []),
        ("c", "nothing", {}, ["unknown_field"]),
        ("name", "c", {}, ["wrong_type"]),
        ("c", "m", {}, ["cannot_convert"]),
        ("c", "odd", {}, ["unknown_unit"]),
        ("c", "bare", {}, []),
        ("c", "c", {}, ["not_unique"]),
        (of("d1", "c"), of("d2", "c"), {}, ["per_keeps_apart"]),
        (of("d1", "c"), "c", {}, ["per_keeps_apart"]),
        ({"field": "c", "type": "kiln"}, {"field": "f", "type": "room"}, {}, ["per_keeps_apart"]),
        (of("d1", "c"), of("d1", "f"), {}, []),
        (of("d1", "c"), of("d2", "c"), {"per": "all"}, []),
        ({"field": "c", "type": "room", "device": "kiln-1"}, "f", {"per": "all"}, ["device_of_other_type"]),
    ],
)
def test_what_cannot_work_is_a_problem(a: Any, b: Any, params: Any, codes: list[str]) -> None:
    assert compare(a, b, FIELDS, **params).codes() == codes


def test_problems_say_what_would_do() -> None:
    assert compare(of("d1", "c"), "c", FIELDS).problems()[0].fix == {"path": "/params/per", "value": "all"}
    assert compare("c", "m", FIELDS).problems()[0].args == {"from_unit": "m", "to_unit": "°C"}


@pytest.mark.parametrize(
    ("a", "b", "units"),
    [("c", "f", ("°C", "°C", "°C")), ("c", "m", ("°C", "m", None)), ("c", "odd", ("°C", "blorp", None)),
     ("c", "bare", ("°C", None, None)), ("bare", "c", (None, "°C", None))],
)  # fmt: skip
def test_what_is_sent_has_the_unit_of_a_and_the_difference_is_one(a: str, b: str, units: tuple[Any, ...]) -> None:
    fields = compare(a, b, FIELDS).shapes()["out"].fields
    assert (fields["a"].unit, fields["b"].unit, fields["difference"].unit) == units
    assert fields["difference"].difference
    assert fields["ratio"] == FieldShape("number")


def test_where_two_types_disagree_the_registered_unit_counts() -> None:
    shape = Shape({"temperature": FieldShape("any"), "f": FieldShape("number", "°F")}, False)
    node = compare({"field": "temperature", "type": "kiln"}, "f", shape, per="all")
    node.feed("0s", {"temperature": 80, "f": 176})
    assert pairs(node) == [(0, 80, 80)]


@pytest.mark.parametrize("params", [{"a": {"field": "x"}}, {"a": {"field": "x"}, "b": {"field": "y", "z": 1}}])
def test_both_sides_are_needed_and_hold_nothing_else(params: Any) -> None:
    with pytest.raises(ValueError):
        Harness(Compare, params)
