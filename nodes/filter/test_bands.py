"""bands: borders, margins, gaps, holds."""

from typing import Any

import pytest

from nodes.filter.bands import Bands
from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape

FIELDS = Shape({"x": FieldShape("number", "ppm"), "name": FieldShape("string")}, False, "always")
THREE = [{"name": "green", "to": 10}, {"name": "yellow", "from": 10, "to": 20}, {"name": "red", "from": 20}]
APART = [{"name": "low", "to": 5}, {"name": "high", "from": 8}]


def bands(bands: Any = THREE, **params: Any) -> Harness:
    return Harness(Bands, {"field": "x", "bands": bands, **params}, scope_of(shape=FIELDS))


def fed(node: Harness, *values: Any) -> list[tuple[str, Any]]:
    for second, value in enumerate(values):
        node.feed(f"{second}s", {"x": value})
    return [(port, data["band"]) for port, _, data in node.sent]


@pytest.mark.parametrize(
    ("value", "band"),
    [(-1e9, "green"), (9.999, "green"), (10, "yellow"), (19.999, "yellow"), (20, "red"), (1e9, "red")],
)
def test_a_band_holds_its_lower_border_and_not_its_upper_one(value: float, band: str) -> None:
    assert fed(bands(), value) == [("changed", band)]


def test_it_tells_a_change_once_with_the_band_before() -> None:
    node = bands()
    assert fed(node, 1, 2, 11, 12) == [
        ("changed", "green"),
        ("same", "green"),
        ("changed", "yellow"),
        ("same", "yellow"),
    ]
    assert [data["previous"] for _, _, data in node.sent] == [None, "green", "green", "yellow"]


@pytest.mark.parametrize(
    ("back", "values", "expected"),
    [
        ("down", (9, 10, 8.1, 8, 7.9), ["green", "yellow", "yellow", "yellow", "green"]),
        ("up", (15, 9, 10, 11.9, 12), ["yellow", "green", "green", "green", "yellow"]),
        ("both", (9, 11.9, 12, 8, 7.9), ["green", "green", "yellow", "yellow", "green"]),
        ("down", (25, 18, 17.9, 19.9, 20), ["red", "red", "yellow", "yellow", "red"]),
    ],
)
def test_the_margin_counts_on_the_way_that_back_names(back: str, values: Any, expected: list[str]) -> None:
    assert [band for _, band in fed(bands(margin=2, back=back), *values)] == expected


def test_a_jump_over_bands_lands_where_the_value_lies() -> None:
    assert [band for _, band in fed(bands(margin=2), 25, 9, 25)] == ["red", "green", "red"]


def test_in_a_gap_it_keeps_the_band_it_was_in_or_is_in_none() -> None:
    assert fed(bands(APART), 6, 4, 6, 9, 6) == [
        ("changed", None), ("changed", "low"), ("same", "low"), ("changed", "high"), ("same", "high"),
    ]  # fmt: skip
    assert [band for _, band in fed(bands(APART, gap="none"), 4, 6, 7.9, 8)] == ["low", None, None, "high"]


def test_another_band_counts_when_it_has_lasted() -> None:
    node = bands(**{"for": "3s"})
    assert fed(node, 1, 11, 12, 13) == [("changed", "green"), *[("same", "green")] * 3]
    node.advance("4s")
    assert node.sent[-1][:2] == ("changed", 4)
    assert node.sent[-1][2]["band"] == "yellow"


def test_a_hold_that_has_ended_is_not_moved_by_another_length() -> None:
    node = bands(**{"for": "3s"})
    fed(node, 1, 11)
    node.advance("4s")
    node.change({"field": "x", "bands": THREE, "for": "9s"}, "5s")
    assert node.timers == {}


def test_a_change_back_at_exactly_the_end_or_to_a_third_band_begins_anew() -> None:
    node = bands(**{"for": "3s"})
    fed(node, 1, 11, 12, 13, 1)
    node.advance("10s")
    assert [port for port, _ in node.ports()] == ["changed", *["same"] * 4]
    node = bands(**{"for": "3s"})
    fed(node, 1, 11, 12, 21, 22)
    node.advance("5s")
    assert ("changed", 5) not in node.ports()
    node.advance("6s")
    assert node.ports()[-1] == ("changed", 6)
    assert node.sent[-1][2]["band"] == "red"


def test_a_changed_hold_moves_its_end() -> None:
    node = bands(**{"for": "10s"})
    fed(node, 1, 11)
    node.change({"field": "x", "bands": THREE, "for": "2s"}, "1s")
    node.advance("3s")
    assert node.ports()[-1] == ("changed", 3)


def test_what_is_no_number_is_a_problem_and_changes_nothing() -> None:
    node = bands()
    node.feed("0s", {"x": 1})
    for second, value in enumerate((None, "hot", True), 1):
        node.feed(f"{second}s", {"x": value})
    assert node.troubles() == ["missing_field", "wrong_type", "wrong_type"]
    assert len(node.sent) == 1


@pytest.mark.parametrize(
    ("levels", "path"),
    [
        ([{"name": "a", "to": 5}, {"name": "b", "from": 4}], "/params/bands/1"),
        ([{"name": "a", "from": 5, "to": 5}, {"name": "b", "from": 6}], "/params/bands/0"),
        ([{"name": "a", "to": 5}, {"name": "b", "to": 9}], "/params/bands/1"),
        ([{"name": "a"}, {"name": "b", "from": 9}], "/params/bands/1"),
    ],
)
def test_bands_lie_one_above_the_other(levels: Any, path: str) -> None:
    assert [(p.code, p.path) for p in bands(levels).problems()] == [("limits_swapped", path)]
    assert bands(THREE).codes() == bands(APART).codes() == []


def test_two_bands_of_one_name_and_a_text_field_are_refused() -> None:
    with pytest.raises(ValueError):
        bands([{"name": "a", "to": 1}, {"name": "a", "from": 1}])
    assert Harness.problems_of(Bands, {"field": "name", "bands": THREE}, scope_of(shape=FIELDS)) == ["wrong_type"]


def test_the_shape_has_the_band() -> None:
    assert bands().shapes()["changed"].fields["band"] == FieldShape("string")
