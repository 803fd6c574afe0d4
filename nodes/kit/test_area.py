"""Zones and lines on a picture."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.kit.area import Line, Zone, standing_point

PART = st.floats(0, 1, allow_nan=False)


def zone(*corners: tuple[float, float]) -> Zone:
    return Zone.model_validate({"name": "z", "polygon": [{"x": x, "y": y} for x, y in corners]})


@given(PART, PART)
def test_a_square_contains_what_lies_between_its_sides(x: float, y: float) -> None:
    if {x, y} & {0.25, 0.75}:
        return  # on a border
    square = zone((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75))
    assert square.contains((x, y)) == (0.25 < x < 0.75 and 0.25 < y < 0.75)


@given(PART, PART)
def test_the_corners_may_go_round_either_way_and_begin_anywhere(x: float, y: float) -> None:
    corners = [(0.1, 0.2), (0.9, 0.1), (0.6, 0.5), (0.8, 0.9), (0.2, 0.8)]
    wanted = zone(*corners).contains((x, y))
    assert zone(*corners[2:], *corners[:2]).contains((x, y)) == wanted


@given(PART)
def test_a_zone_that_reaches_the_pictures_edge_has_what_is_cut_off_there(part: float) -> None:
    """Somebody so close that the feet are below the picture has a box that ends at 1."""
    whole = zone((0, 0), (1, 0), (1, 1), (0, 1))
    assert all(whole.contains(point) for point in ((part, 1.0), (1.0, part), (part, 0.0), (0.0, part)))
    below = zone((0.2, 0.5), (0.8, 0.5), (0.9, 1), (0.1, 1))
    assert [below.contains((x, 1.0)) for x in (0.05, 0.15, 0.5, 0.85, 0.95)] == [False, True, True, True, False]
    assert not zone((0.2, 0.5), (0.8, 0.5), (0.8, 0.99), (0.2, 0.99)).contains((0.5, 1.0))


def test_a_notch_is_outside() -> None:
    u = zone((0, 0), (0.3, 0), (0.3, 0.6), (0.6, 0.6), (0.6, 0), (1, 0), (1, 1), (0, 1))
    assert [u.contains(point) for point in ((0.1, 0.5), (0.45, 0.3), (0.45, 0.8), (0.8, 0.5))] == [
        True,
        False,
        True,
        True,
    ]


@given(PART, PART, PART, PART)
def test_who_crosses_a_line_and_goes_back_crossed_it_both_ways(a: float, b: float, c: float, d: float) -> None:
    line = Line.model_validate({"name": "l", "from": {"x": 0.5, "y": 0.9}, "to": {"x": 0.5, "y": 0.1}})
    there, back = line.crossed((a, b), (c, d)), line.crossed((c, d), (a, b))
    assert {there, back} in ({None}, {"forward", "back"})
    if there == "forward":
        assert a < 0.5 <= c
    if there == "back":
        assert c < 0.5 <= a


@pytest.mark.parametrize(("by", "point"), [("foot", (0.3, 0.9)), ("middle", (0.3, 0.5))])
def test_a_thing_is_where_it_stands_or_where_its_middle_is(by: str, point: tuple[float, float]) -> None:
    assert standing_point([0.2, 0.1, 0.4, 0.9], by) == pytest.approx(point)  # type: ignore[arg-type]
