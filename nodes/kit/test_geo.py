"""geo: great circles against known places, lines and areas against slow ways of finding the same."""

from itertools import pairwise
from math import asin, atan2, cos, degrees, hypot, inf, pi, radians, sin, tan
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from nodes.kit.effect import Trouble
from nodes.kit.geo import (
    METRES_PER_DEGREE,
    NEAR,
    RADIUS,
    Circle,
    Course,
    Line,
    Pass,
    Place,
    Point,
    Polygon,
    bearing,
    check_line,
    check_location,
    distance,
    location_in,
    nearest_on,
)
from nodes.kit.shape import FieldShape, Shape

TOKYO, OSAKA = (35.681236, 139.767125), (34.702485, 135.495951)
PLANT = (35.052400, 137.156900)
M = 1 / METRES_PER_DEGREE
"""Degrees of latitude in a metre."""

lats, lons = st.floats(-90, 90), st.floats(-180, 180)
places = st.tuples(lats, lons)
metres = st.floats(-3_000, 3_000)
spots = st.tuples(metres, metres)


def moved(place: Place, north: float, east: float) -> Place:
    """`place`, so many metres further on a plane that touches the earth there; east of the antimeridian is west."""
    lon = place[1] + east * M / cos(radians(place[0]))
    return place[0] + north * M, (lon + 180) % 360 - 180


def reached(place: Place, towards: float, metres: float) -> Place:
    """Where a great circle leads: the other way round, as an oracle for distance and bearing."""
    lat, angle, turn = radians(place[0]), metres / RADIUS, radians(towards)
    there = asin(sin(lat) * cos(angle) + cos(lat) * sin(angle) * cos(turn))
    lon = atan2(sin(turn) * sin(angle) * cos(lat), cos(angle) - sin(lat) * sin(there))
    return degrees(there), (place[1] + degrees(lon) + 180) % 360 - 180


def test_known_distances() -> None:
    assert distance(TOKYO, OSAKA) == pytest.approx(403_000, rel=0.005)
    assert distance((0, 0), (0, 180)) == pytest.approx(pi * RADIUS)
    assert distance((90, 0), (-90, 77)) == pytest.approx(pi * RADIUS)
    assert distance((0, 0), (1, 0)) == pytest.approx(111_195.08, abs=0.01)
    assert distance((90, 10), (90, -120)) == pytest.approx(0, abs=1e-6)


@given(places, places)
def test_a_distance_is_the_same_both_ways_and_at_most_half_round_the_earth(a: Place, b: Place) -> None:
    assert distance(a, b) == distance(b, a)
    assert 0 <= distance(a, b) <= pi * RADIUS
    assert distance(a, a) == 0


@given(places, places, places)
def test_a_way_over_a_third_place_is_never_shorter(a: Place, b: Place, c: Place) -> None:
    assert distance(a, c) <= distance(a, b) + distance(b, c) + 0.5  # half round the earth the haversine is coarse


@given(lats, lons, lats, lons, st.floats(-180, 180))
def test_a_distance_does_not_depend_on_where_degrees_are_counted_from(
    lat: float, lon: float, other: float, further: float, turn: float
) -> None:
    there = [(lat, (lon + turn + 180) % 360 - 180), (other, (further + turn + 180) % 360 - 180)]
    assert distance(*there) == pytest.approx(distance((lat, lon), (other, further)), rel=1e-7, abs=0.5)


def test_the_antimeridian_is_no_border() -> None:
    assert distance((10, 179.9995), (10, -179.9995)) == pytest.approx(distance((10, 0), (10, 0.001)))
    assert bearing((10, 179.9995), (10, -179.9995)) == pytest.approx(90, abs=0.01)


@given(st.floats(-80, 80), lons, st.floats(0, 359.999), st.floats(1, 2_000_000))
def test_distance_and_bearing_lead_back_to_where_a_great_circle_came_from(
    lat: float, lon: float, towards: float, metres: float
) -> None:
    there = reached((lat, lon), towards, metres)
    assert distance((lat, lon), there) == pytest.approx(metres, abs=0.001)
    found = bearing((lat, lon), there)
    assert 0 <= found < 360
    assert abs((found - towards + 180) % 360 - 180) < 1e-4


@pytest.mark.parametrize(("north", "east", "angle"), [(1, 0, 0), (0, 1, 90), (-1, 0, 180), (0, -1, 270), (1, -1, 315)])
def test_bearings_go_clockwise_from_north(north: float, east: float, angle: float) -> None:
    assert bearing(PLANT, moved(PLANT, north, east)) == pytest.approx(angle, abs=0.001)


def test_a_bearing_is_never_360() -> None:
    assert bearing((0, 0), (1, -1e-16)) == 0.0


@given(st.floats(-80, 80), st.floats(-179, 179), st.floats(0, 360), st.floats(0, 100_000))
def test_the_plane_is_as_exact_as_the_module_says(lat: float, lon: float, towards: float, metres: float) -> None:
    there = reached((lat, lon), towards, metres)
    assume(abs(there[0]) <= 85)
    away = hypot(*Line([there, there]).around((lat, lon))[0])
    bound = metres * tan(radians(max(abs(lat), abs(there[0])))) / (5 * RADIUS) + 2e-5
    assert abs(away - metres) <= metres * bound + 1e-3


@given(spots, spots)
def test_the_nearest_spot_of_a_line_is_no_further_than_any_other(a: Place, b: Place) -> None:
    off, share = nearest_on(a, b)
    assert 0 <= share <= 1
    at = [hypot(a[0] + n / 200 * (b[0] - a[0]), a[1] + n / 200 * (b[1] - a[1])) for n in range(201)]
    assert off <= min(at) + 1e-6
    assert min(at) <= off + hypot(b[0] - a[0], b[1] - a[1]) / 400 + 1e-6


def test_a_line_of_no_length_is_a_place() -> None:
    assert nearest_on((3, 4), (3, 4)) == (5, 0)


def test_a_circle_holds_its_border() -> None:
    circle = Circle(PLANT, 100)
    assert circle.contains(PLANT)
    assert circle.contains(moved(PLANT, 100, 0))
    assert not circle.contains(moved(PLANT, 100.01, 0))
    assert circle.outside(moved(PLANT, 0, 150)) == pytest.approx(50, abs=0.01)
    assert circle.outside(moved(PLANT, 0, 99)) == 0


def yard(corner: Place, *corners: tuple[float, float]) -> Polygon:
    return Polygon([moved(corner, north, east) for north, east in corners])


SQUARE = ((0, 0), (0, 100), (100, 100), (100, 0))


@pytest.mark.parametrize("corner", [PLANT, (0, 0), (-33.9, 179.9999), (51.5, -180), (65, 179.9995)])
def test_borders_and_corners_of_a_polygon_are_inside_and_a_centimetre_further_is_not(corner: Place) -> None:
    area = yard(corner, *SQUARE)
    for north, east in ((0, 50), (50, 0), (100, 50), (50, 100), *SQUARE, (33, 100)):
        assert area.contains(moved(corner, north, east)), (north, east)
    for north, east in ((-0.01, 50), (50, -0.01), (100.01, 50), (50, 100.01), (200, 50), (50, -2_000)):
        assert not area.contains(moved(corner, north, east)), (north, east)


def test_a_slanted_border_is_inside() -> None:
    area = yard(PLANT, (0, 0), (77, 31), (0, 100))
    assert all(area.contains(moved(PLANT, 77 * n / 13, 31 * n / 13)) for n in range(14))


def test_how_far_outside_is_measured_from_the_border() -> None:
    area = yard(PLANT, *SQUARE)
    assert area.outside(moved(PLANT, 50, 130)) == pytest.approx(30, abs=0.01)
    assert area.outside(moved(PLANT, -30, -40)) == pytest.approx(50, abs=0.01)
    assert area.outside(moved(PLANT, 50, 90)) == 0
    assert area.to_border(moved(PLANT, 50, 90)) == pytest.approx(10, abs=0.01)


def test_a_hole_made_by_a_border_that_crosses_itself_is_outside() -> None:
    star = [(sin(radians(144 * n)) * 100, cos(radians(144 * n)) * 100) for n in range(5)]
    assert not yard(PLANT, *star).contains(PLANT)
    assert yard(PLANT, *star).contains(moved(PLANT, 0, 80))


def test_the_other_side_of_the_earth_is_not_inside() -> None:
    area = yard((0, 179.9995), *SQUARE)
    assert not area.contains((0.0005, 0))
    assert area.outside((0.0005, 0.0)) > 19_000_000


@st.composite
def convex(draw: Any) -> tuple[list[tuple[float, float]], tuple[float, float]]:
    """Corners of a convex area, counter-clockwise on a circle of 1 km, and a spot."""
    angles = sorted(draw(st.lists(st.integers(0, 359), min_size=3, max_size=12, unique=True)))
    assume(all((b - a) % 360 < 179 for a, b in pairwise([*angles, angles[0]])))
    corners = [(sin(radians(a)) * 1_000, cos(radians(a)) * 1_000) for a in angles]
    return corners, draw(st.tuples(st.floats(-1_100, 1_100), st.floats(-1_100, 1_100)))


@given(convex(), st.sampled_from([PLANT, (-20.0, 179.999), (5.0, -180.0), (60.0, 10.0)]), st.integers(0, 11))
def test_a_convex_polygon_holds_what_is_left_of_all_its_sides(
    drawn: tuple[list[tuple[float, float]], tuple[float, float]], corner: Place, start: int
) -> None:
    corners, (north, east) = drawn
    sides = list(pairwise([*corners, corners[0]]))
    left = [
        ((b[1] - a[1]) * (north - a[0]) - (b[0] - a[0]) * (east - a[1])) / hypot(b[0] - a[0], b[1] - a[1])
        for a, b in sides
    ]
    assume(abs(min(left)) > 2 * NEAR)
    turned = [*corners[start % len(corners) :], *corners[: start % len(corners)]]
    for same in (corners, turned, corners[::-1]):
        area = yard(corner, *same)
        assert area.contains(moved(corner, north, east)) == (min(left) > 0)
        if min(left) > 0:
            assert area.to_border(moved(corner, north, east)) == pytest.approx(min(left), rel=0.002, abs=0.01)


COURSE = Course([moved(PLANT, north, east) for north, east in ((0, 0), (0, 1_000), (500, 1_000))])


@pytest.mark.parametrize(
    ("north", "east", "off", "along"),
    [
        (0, 0, 0, 0),
        (0, 400, 0, 400),
        (-30, 400, 30, 400),
        (0, 1_000, 0, 1_000),
        (250, 1_020, 20, 1_250),
        (500, 1_000, 0, 1_500),
        (540, 1_030, 50, 1_500),
        (-40, -30, 50, 0),
    ],
)
def test_a_position_has_a_spot_on_the_course(north: float, east: float, off: float, along: float) -> None:
    spot = COURSE.nearest(moved(PLANT, north, east))
    assert spot.off == pytest.approx(off, abs=0.1)
    assert spot.along == pytest.approx(along, abs=0.2)
    assert COURSE.length == pytest.approx(1_500, abs=0.2)


def test_a_place_of_the_course_is_exactly_as_far_along_as_its_parts_are_long() -> None:
    places = [moved(PLANT, north, east) for north, east in ((0, 0), (0, 1_000), (500, 1_000))]
    assert [COURSE.nearest(place).along for place in places] == COURSE.at


def test_a_bend_within_the_width_is_passed_once_at_its_nearest_spot() -> None:
    inner = moved(PLANT, 40, 997)
    assert [round(spot.along) for spot in COURSE.passes(inner, 50)] == [1_040]


def test_a_course_that_comes_by_twice_is_passed_twice() -> None:
    crossing = Course([moved(PLANT, *spot) for spot in ((0, 0), (0, 1_000), (500, 500), (-500, 500))])
    assert [round(spot.along, -2) for spot in crossing.passes(moved(PLANT, 0, 500), 50)] == [500, 2200]
    assert len(crossing.passes(moved(PLANT, 0, 500), 1_000)) == 1


def test_the_width_itself_is_within() -> None:
    assert len(COURSE.passes(moved(PLANT, -30, 500), 30)) == 1
    assert COURSE.passes(moved(PLANT, -30.01, 500), 30) == []


def test_a_course_crosses_the_antimeridian() -> None:
    course = Course([(10, 179.99), (10, -179.99)])
    for lon in (-180, 180):
        assert course.nearest((10, lon)) == Pass(pytest.approx(0, abs=1e-6), pytest.approx(course.length / 2))


@given(st.lists(spots, min_size=2, max_size=8), spots, st.floats(1, 500))
@example([(0.0, 0.0), (0.0, 0.0)], (0.0, 0.0), 1.0)
def test_passes_are_stretches_within_the_width_and_hold_the_nearest_spot(
    line: list[Place], spot: Place, width: float
) -> None:
    course, place = Course([moved(PLANT, *corner) for corner in line]), moved(PLANT, *spot)
    passes = course.passes(place, width)
    nearest = course.nearest(place)
    assert all(found.off <= width + NEAR and 0 <= found.along <= course.length for found in passes)
    assert [found.along for found in passes] == sorted(found.along for found in passes)
    assert bool(passes) == (nearest.off <= width + NEAR)
    assert min((found.off for found in passes), default=nearest.off) == nearest.off
    assert len(course.passes(place, inf)) == 1


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"lat": 35, "lon": 139.5}, (35.0, 139.5)),
        ({"lat": -90, "lon": 180, "alt": 12}, (-90.0, 180.0)),
        (None, Trouble("missing_field", {"field": "p"})),
        ([35, 139], Trouble("wrong_type", {"field": "p", "expected": "location", "found": "array"})),
        ("35,139", Trouble("wrong_type", {"field": "p", "expected": "location", "found": "string"})),
        ({"lat": 35}, Trouble("wrong_type", {"field": "p", "expected": "location", "found": "object"})),
        ({"lat": True, "lon": 1}, Trouble("wrong_type", {"field": "p", "expected": "location", "found": "object"})),
        ({"lat": 90.1, "lon": 1}, Trouble("wrong_type", {"field": "p", "expected": "location", "found": "object"})),
        ({"lat": 10**400, "lon": 1}, Trouble("wrong_type", {"field": "p", "expected": "location", "found": "object"})),
        ({"lat": 1, "lon": -181}, Trouble("wrong_type", {"field": "p", "expected": "location", "found": "object"})),
    ],
)
def test_a_location_is_read_or_its_trouble_is_told(value: Any, found: Any) -> None:
    assert location_in({"p": value}, "p") == found


def test_a_missing_location_is_a_missing_field() -> None:
    assert location_in({}, "p") == Trouble("missing_field", {"field": "p"})


@pytest.mark.parametrize(
    "given", [{"lat": 91, "lon": 0}, {"lat": 0, "lon": 180.1}, {"lat": 0}, {"lat": 0, "lon": 0, "x": 1}]
)
def test_a_point_lies_on_the_earth(given: Any) -> None:
    with pytest.raises(ValidationError):
        Point.model_validate(given)


def test_only_a_location_can_be_a_position() -> None:
    shape = Shape({"p": FieldShape("location"), "t": FieldShape("number"), "x": FieldShape("any")})
    found = [list(check_location(name, "/params/field", shape)) for name in ("p", "x", "other", "t")]
    assert [len(problems) for problems in found] == [0, 0, 0, 1]
    assert (found[3][0].code, found[3][0].allowed) == ("wrong_type", ["p"])


@pytest.mark.parametrize(
    ("corners", "codes"),
    [
        ([(0, 0), (0, 1), (1, 0)], []),
        ([(0, 0), (0, 1), (0, 0)], ["too_short"]),
        ([(0, 170), (0, -170), (1, 180)], []),
        ([(0, -90), (0, 0), (0, 89.9)], []),
        ([(0, -90), (0, 0), (0, 90)], ["out_of_range"]),
        ([(80, 0), (80, 120), (80, -120)], ["out_of_range"]),
    ],
)
def test_a_border_has_three_places_and_a_clear_way_round(corners: list[Place], codes: list[str]) -> None:
    points = [Point(lat=lat, lon=lon) for lat, lon in corners]
    assert [problem.code for problem in check_line(points, 3, "/params/polygon")] == codes
