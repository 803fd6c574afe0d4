"""route: on it, off it, back on it, and which way where it meets itself."""

from math import cos, radians
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from nodes.kit.geo import METRES_PER_DEGREE
from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.place.route import MOST_POINTS, Route

LAT, LON = 35.0, 139.0
FIELDS = Shape({"p": FieldShape("location"), "t": FieldShape("number")}, False, "always", ("truck",))
ADDED = {"progress", "along", "remaining", "off", "passed", "next"}


def spot(east: float, north: float = 0.0, **more: Any) -> dict[str, Any]:
    """So many metres from the middle of things."""
    lon = LON + east / METRES_PER_DEGREE / cos(radians(LAT))
    return {"lat": LAT + north / METRES_PER_DEGREE, "lon": lon, **more}


STRAIGHT = [spot(0, name="A"), spot(400), spot(1_000, name="B"), spot(2_000, name="C")]
CROSSING = [spot(0), spot(1_000), spot(1_000, 500), spot(500, 500), spot(500, -500)]
"""Crosses itself at 500 m and at 2500 m."""


def route(points: Any = STRAIGHT, width: Any = 50, **params: Any) -> Harness:
    return Harness(Route, {"field": "p", "points": points, "width": width, **params}, scope_of(shape=FIELDS))


def drive(node: Harness, *track: tuple[float, float]) -> list[tuple[str, int]]:
    """One position a second; the ports and seconds of what was sent."""
    start = len(node.yields)
    for second, (east, north) in enumerate(track, start):
        node.feed(f"{second}s", {"p": spot(east, north)})
    return [(port, int(at) - start) for port, at in node.ports()]


def along(node: Harness, *track: tuple[float, float]) -> list[int]:
    drive(node, *track)
    return [round(data["along"]) for port, _, data in node.sent if port == "out"]


def test_every_event_on_the_route_goes_on_with_how_far_it_has_come() -> None:
    node = route()
    node.feed("0s", {"p": spot(500, 30), "load": 3})
    (port, at, data), *_ = node.sent
    assert (port, at, data["load"]) == ("out", 0, 3)
    assert data["progress"] == pytest.approx(0.25, abs=1e-4)
    assert [round(data[name]) for name in ("along", "remaining", "off")] == [500, 1_500, 30]
    assert (data["passed"], data["next"]) == ("A", "B")


@pytest.mark.parametrize(("east", "progress"), [(0, 0), (-30, 0), (1_000, 0.5), (2_000, 1), (2_030, 1)])
def test_progress_goes_from_0_to_1(east: float, progress: float) -> None:
    node = route()
    node.feed("0s", {"p": spot(east)})
    assert node.sent[0][2]["progress"] == pytest.approx(progress, abs=2e-6)
    assert node.sent[0][2]["along"] + node.sent[0][2]["remaining"] == pytest.approx(2_000, abs=0.1)


@pytest.mark.parametrize(
    ("east", "passed", "following"),
    [(-10, "A", "B"), (0, "A", "B"), (999, "A", "B"), (1_000, "B", "C"), (1_001, "B", "C"), (2_000, "C", None)],
)
def test_a_named_point_is_passed_exactly_at_it(east: float, passed: str, following: str | None) -> None:
    node = route()
    node.feed("0s", {"p": spot(east)})
    assert (node.sent[0][2]["passed"], node.sent[0][2]["next"]) == (passed, following)


def test_without_names_nothing_is_passed_or_next() -> None:
    for points, found in (([spot(0), spot(100)], (None, None)), ([spot(0), spot(100, name="Z")], (None, "Z"))):
        node = route(points)
        node.feed("0s", {"p": spot(50)})
        assert (node.sent[0][2]["passed"], node.sent[0][2]["next"]) == found


@pytest.mark.parametrize(("north", "on"), [(49.99, True), (50, True), (-50, True), (50.01, False)])
def test_exactly_the_width_is_on_the_route(north: float, on: bool) -> None:
    assert drive(route(), (500, north)) == ([("out", 0)] if on else [])


def test_it_leaves_once_and_returns_once() -> None:
    track = ((100, 0), (200, 60), (300, 90), (400, 60), (500, 40), (600, 0), (700, -80))
    assert drive(route(), *track) == [
        ("out", 0),
        ("left", 1),
        ("returned", 4),
        ("out", 4),
        ("out", 5),
        ("left", 6),
    ]


def test_what_leaves_carries_how_far_off_it_is_and_what_returns_the_same_as_what_goes_on() -> None:
    node = route()
    drive(node, (100, 0), (200, 60), (500, 40))
    _, left, returned, out = (data for _, _, data in node.sent)
    assert left == {"p": spot(200, 60), "off": pytest.approx(60, abs=0.01)}
    assert returned == out
    assert returned.keys() == {"p", *ADDED}


def test_what_was_never_on_the_route_neither_leaves_nor_returns() -> None:
    node = route()
    assert drive(node, (100, 500), (200, 300), (300, 0)) == [("out", 2)]


def test_names_that_the_event_has_already_are_replaced() -> None:
    node = route()
    node.feed("0s", {"p": spot(0), "off": "x", "next": 5})
    assert (node.sent[0][2]["off"], node.sent[0][2]["next"]) == (0.0, "B")


def test_where_it_crosses_itself_progress_goes_on_from_the_last_position() -> None:
    track = (
        (0, 0),
        (490, 0),
        (500, 0),
        (510, 0),
        (1_000, 0),
        (1_000, 500),
        (500, 500),
        (500, 10),
        (500, 0),
        (500, -40),
    )
    assert along(route(CROSSING), *track) == [0, 490, 500, 510, 1_000, 1_500, 2_000, 2_490, 2_500, 2_540]


def test_the_first_position_takes_the_way_that_is_nearest_to_the_start() -> None:
    assert along(route(CROSSING), (500, 0)) == [500]
    assert along(route(CROSSING), (500, -1)) == [500]


def test_the_nearest_to_the_last_position_wins_even_where_another_way_is_nearer_on_the_ground() -> None:
    assert along(route(CROSSING), (400, 0), (500, -20)) == [400, 500]
    assert along(route(CROSSING), (500, 300), (520, 0)) == [2_200, 2_500]


def test_on_a_closed_lap_the_end_stays_the_end_until_the_next_lap() -> None:
    lap = [spot(0), spot(500), spot(500, 500), spot(0, 500), spot(0)]
    track = ((0, 0), (500, 0), (500, 500), (0, 500), (0, 60), (0, 0), (60, 0), (300, 0))
    assert along(route(lap), *track) == [0, 500, 1_000, 1_500, 1_940, 2_000, 60, 300]


def test_around_a_bend_progress_does_not_stick_to_the_first_leg() -> None:
    bend = [spot(0), spot(1_000), spot(1_000, 500)]
    assert along(route(bend), (995, 0), (995, 20), (995, 45)) == [995, 1_020, 1_045]


def test_progress_after_a_detour_goes_on_from_where_it_left() -> None:
    assert along(route(CROSSING), (500, 300), (700, 300), (500, 0)) == [2_200, 2_500]


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        ({}, "missing_field"),
        ({"p": None}, "missing_field"),
        ({"p": True}, "wrong_type"),
        ({"p": 35}, "wrong_type"),
        ({"p": "35,139"}, "wrong_type"),
        ({"p": [35, 139]}, "wrong_type"),
        ({"p": {"lat": "35", "lon": 139}}, "wrong_type"),
        ({"p": {"lat": 35, "lon": 10**400}}, "wrong_type"),
    ],
)
def test_a_wrong_position_changes_nothing_and_goes_no_further(data: Any, trouble: str) -> None:
    node = route()
    drive(node, (100, 0))
    before = node.memory
    node.feed("5s", data)
    assert (node.troubles(), node.memory, node.ports()) == ([trouble], before, [("out", 0)])


def test_a_changed_width_acts_from_the_next_position() -> None:
    node = route()
    drive(node, (100, 30))
    node.change({"field": "p", "points": STRAIGHT, "width": 20}, "1s")
    assert node.ports() == [("out", 0)]
    node.feed("2s", {"p": spot(100, 30)})
    assert node.ports() == [("out", 0), ("left", 2)]


def test_a_route_crosses_the_antimeridian() -> None:
    node = route([{"lat": 0, "lon": 179.995}, {"lat": 0, "lon": -179.995}])
    node.feed("0s", {"p": {"lat": 0, "lon": -180}})
    assert node.sent[0][2]["progress"] == 0.5


@given(st.lists(st.tuples(st.floats(-300, 1_300), st.floats(-300, 300)), min_size=1, max_size=20))
def test_on_any_track_what_leaves_returns_before_it_leaves_again(track: list[tuple[float, float]]) -> None:
    node = route(CROSSING)
    drive(node, *track)
    away, seen = False, False
    for port, _, data in node.sent:
        if port == "out":
            assert not away
            assert 0 <= data["progress"] <= 1
            assert data["off"] <= 50.002
            seen = True
        else:
            assert away == (port == "returned")
            assert seen
            away = port == "left"


@pytest.mark.parametrize(
    ("points", "codes"),
    [
        (STRAIGHT, []),
        ([spot(0), spot(1)], []),
        ([spot(0), spot(0, name="again")], ["too_short"]),
        ([{"lat": 0, "lon": -100}, {"lat": 0, "lon": 0}, {"lat": 0, "lon": 100}], ["out_of_range"]),
    ],
)
def test_points_that_make_no_route_are_a_problem(points: Any, codes: list[str]) -> None:
    node = route(points)
    assert node.codes() == codes
    node.feed("0s", {"p": spot(0)})


@pytest.mark.parametrize(("field", "codes"), [("p", []), ("q", ["unknown_field"]), ("t", ["wrong_type"])])
def test_the_field_must_be_a_position(field: str, codes: list[str]) -> None:
    params = {"field": field, "points": STRAIGHT, "width": 5}
    assert Harness.problems_of(Route, params, scope_of(shape=FIELDS)) == codes


@pytest.mark.parametrize(
    "params",
    [
        {"points": [spot(0)]},
        {"points": [spot(n) for n in range(MOST_POINTS + 1)]},
        {"points": [spot(0), spot(1, name="")]},
        {"points": [spot(0), {"lat": 91, "lon": 0}]},
        {"points": [spot(0), spot(1, colour="red")]},
        {"width": 0},
        {"width": float("inf")},
    ],
)
def test_params_have_limits(params: Any) -> None:
    with pytest.raises(ValidationError):
        route(**params)


def test_what_is_added_to_the_events() -> None:
    shapes = route().shapes()
    assert shapes["out"] == shapes["returned"]
    assert {name: shapes["out"].fields[name].unit for name in ("along", "remaining", "off")} == {
        "along": "m",
        "remaining": "m",
        "off": "m",
    }
    assert shapes["out"].fields["progress"] == FieldShape("number")
    assert shapes["out"].fields["passed"] == shapes["out"].fields["next"] == FieldShape("string")
    assert shapes["left"].fields.keys() == {"p", "t", "off"}
