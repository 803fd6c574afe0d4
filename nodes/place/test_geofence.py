"""geofence: borders, margins, stays, and what edits do to them."""

from math import cos, radians
from typing import Any

import pytest
from pydantic import ValidationError

from nodes.kit.geo import METRES_PER_DEGREE
from nodes.kit.harness import START, Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.place.geofence import MOST_AREAS, MOST_CORNERS, Geofence

LAT, LON = 35.0, 139.0
FIELDS = Shape({"p": FieldShape("location"), "t": FieldShape("number")}, False, "always", ("truck",))


def spot(east: float, north: float = 0.0) -> dict[str, float]:
    """So many metres from the middle of things."""
    return {"lat": LAT + north / METRES_PER_DEGREE, "lon": LON + east / METRES_PER_DEGREE / cos(radians(LAT))}


def circle(name: str = "dock", east: float = 0.0, radius: Any = 100) -> dict[str, Any]:
    return {"name": name, "center": spot(east), "radius": radius}


def square(name: str = "yard", west: float = -100, size: float = 200) -> dict[str, Any]:
    corners = [spot(west + x * size, (y - 0.5) * size) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]
    return {"name": name, "polygon": corners}


def fence(*areas: dict[str, Any], **params: Any) -> Harness:
    return Harness(Geofence, {"field": "p", "areas": areas or [circle()], **params}, scope_of(shape=FIELDS))


def drive(node: Harness, *east: float) -> list[tuple[str, float]]:
    """One position a second; what was sent by now."""
    start = (node.last.time - START) // 1_000 + 1 if node.last else 0
    for second, x in enumerate(east, start):
        node.feed(f"{second}s", {"p": spot(x)})
    return node.ports()


@pytest.mark.parametrize("area", [circle(), square()])
def test_it_enters_once_and_leaves_once(area: Any) -> None:
    assert drive(fence(area), 200, 50, 0, -50, -150, -200, 0) == [("entered", 1), ("left", 4), ("entered", 6)]


@pytest.mark.parametrize("area", [circle(), square()])
@pytest.mark.parametrize(("east", "inside"), [(99.99, True), (100, True), (100.02, False)])
def test_the_border_is_inside(area: Any, east: float, inside: bool) -> None:
    assert drive(fence(area), 500, east) == ([("entered", 1)] if inside else [])
    assert drive(fence(area), 0, east) == [("entered", 0)] + ([] if inside else [("left", 1)])


@pytest.mark.parametrize("area", [circle(), square()])
def test_to_leave_takes_the_margin_and_to_enter_does_not(area: Any) -> None:
    node = fence(area, margin=20)
    assert drive(node, 110, 100, 119.98) == [("entered", 1)]
    assert drive(node, 100, 120) == [("entered", 1), ("left", 4)]
    assert drive(fence(area, margin=20), 0, 120) == [("entered", 0), ("left", 1)]


def test_a_first_position_inside_enters_at_once_or_waits_until_it_was_outside_once() -> None:
    assert drive(fence(), 0) == [("entered", 0)]
    waiting = fence(already="wait")
    assert drive(waiting, 0, 50) == []
    assert drive(waiting, 150) == []
    assert drive(waiting, 0, 150) == [("entered", 3), ("left", 4)]


def test_waiting_ends_at_the_border_whatever_the_margin() -> None:
    assert drive(fence(already="wait", margin=50), 0, 110, 0) == [("entered", 2)]


def test_the_data_carries_the_area_and_how_long_the_stay_was() -> None:
    node = fence(dwell="1s")
    node.feed("0s", {"p": spot(0), "load": 3})
    node.feed("2.5s", {"p": spot(300), "load": 4})
    assert node.sent == [
        ("entered", 0, {"p": spot(0), "load": 3, "area": "dock"}),
        ("dwelt", 1, {"p": spot(0), "load": 3, "area": "dock"}),
        ("left", 2.5, {"p": spot(300), "load": 4, "area": "dock", "stayed": 2.5}),
    ]


def test_a_stay_is_told_once_when_it_has_lasted_even_in_silence_and_without_a_position() -> None:
    node = fence(dwell="10s")
    node.feed("0s", {"p": spot(0)})
    node.feed("9s", {"p": spot(0)})
    node.feed("9.5s", {})
    node.advance("1m")
    assert node.ports() == [("entered", 0), ("dwelt", 10)]
    node.feed("70s", {"p": spot(300)})
    node.feed("71s", {"p": spot(0)})
    node.advance("2m")
    assert node.ports()[2:] == [("left", 70), ("entered", 71), ("dwelt", 81)]


@pytest.mark.parametrize(("at", "ports"), [("9.999s", 0), ("10s", 0), ("10.001s", 1)])
def test_a_stay_that_ends_at_exactly_its_time_has_not_lasted(at: str, ports: int) -> None:
    node = fence(dwell="10s")
    node.feed("0s", {"p": spot(0)})
    node.feed(at, {"p": spot(300)})
    node.advance("1m")
    assert [port for port, _ in node.ports()].count("dwelt") == ports


def test_a_stay_that_is_over_leaves_no_timer_behind() -> None:
    node = fence(dwell="10s")
    drive(node, 0, 300)
    assert node.timers == {}


def test_within_the_margin_a_stay_goes_on() -> None:
    node = fence(dwell="10s", margin=50)
    drive(node, 0, 120, 0)
    node.advance("10s")
    assert node.ports() == [("entered", 0), ("dwelt", 10)]


def test_without_a_dwell_time_no_stay_is_told() -> None:
    node = fence()
    node.feed("0s", {"p": spot(0)})
    node.advance("1000h")
    assert node.ports() == [("entered", 0)]
    assert node.timers == {}


def test_areas_overlap_each_on_its_own() -> None:
    node = fence(circle("big", radius=200), circle("small", radius=50), dwell="3s")
    drive(node, 300, 100, 0, 100, 300)
    assert [(port, at, data["area"]) for port, at, data in node.sent] == [
        ("entered", 1, "big"),
        ("entered", 2, "small"),
        ("left", 3, "small"),
        ("left", 4, "big"),
    ]


def test_of_one_event_the_left_come_first_and_both_in_the_order_of_the_document() -> None:
    node = fence(circle("c", 300), circle("a", 0), square("d", -100), square("b", 200))
    node.feed("0s", {"p": spot(0)})
    node.feed("1s", {"p": spot(300)})
    assert [(port, data["area"]) for port, _, data in node.sent] == [
        ("entered", "a"),
        ("entered", "d"),
        ("left", "a"),
        ("left", "d"),
        ("entered", "c"),
        ("entered", "b"),
    ]


@pytest.mark.parametrize(
    ("value", "trouble"),
    [
        (None, "missing_field"),
        ("here", "wrong_type"),
        ([35, 139], "wrong_type"),
        (True, "wrong_type"),
        (35, "wrong_type"),
        ({"lat": 35}, "wrong_type"),
        ({"lat": "35", "lon": 139}, "wrong_type"),
        ({"lat": True, "lon": 139}, "wrong_type"),
        ({"lat": 91, "lon": 139}, "wrong_type"),
        ({"lat": 35, "lon": 10**300}, "wrong_type"),
    ],
)
def test_a_wrong_position_changes_nothing(value: Any, trouble: str) -> None:
    node = fence(dwell="5s")
    drive(node, 0)
    before = node.memory
    node.feed("1s", {"p": value})
    assert (node.troubles(), node.memory) == ([trouble], before)
    node.advance("5s")
    assert node.ports() == [("entered", 0), ("dwelt", 5)]


def test_a_missing_position_is_a_problem() -> None:
    node = fence()
    node.feed("0s", {})
    assert (node.troubles(), node.ports()) == (["missing_field"], [])


def changed(node: Harness, at: str, *areas: dict[str, Any], **params: Any) -> None:
    node.change({"field": "p", "areas": areas or [circle()], **params}, at)


def test_a_changed_dwell_moves_the_end_of_a_stay() -> None:
    node = fence(dwell="1h")
    node.feed("0s", {"p": spot(0)})
    changed(node, "5s", dwell="10s")
    node.advance("10s")
    assert node.ports() == [("entered", 0), ("dwelt", 10)]
    changed(node, "11s", dwell="20s")
    node.advance("1h")
    assert len(node.ports()) == 2


def test_a_dwell_that_is_taken_away_or_added_acts_on_the_running_stay() -> None:
    node = fence(dwell="10s")
    node.feed("0s", {"p": spot(0)})
    changed(node, "5s")
    node.advance("20s")
    assert node.ports() == [("entered", 0)]
    changed(node, "20s", dwell="30s")
    node.advance("30s")
    assert node.ports() == [("entered", 0), ("dwelt", 30)]


def test_a_changed_border_or_margin_acts_from_the_next_position() -> None:
    node = fence(margin=500)
    drive(node, 0, 150)
    changed(node, "2s", circle(radius=300), margin=0)
    assert drive(node, 250) == [("entered", 0)]
    changed(node, "3s", circle(radius=200))
    assert node.ports() == [("entered", 0)]
    node.feed("4s", {"p": spot(250)})
    assert node.ports() == [("entered", 0), ("left", 4)]


def test_an_area_that_is_removed_is_forgotten_without_an_event() -> None:
    node = fence(circle("a"), circle("b"), dwell="10s")
    node.feed("0s", {"p": spot(0)})
    node.advance("10s")
    changed(node, "11s", circle("b"), dwell="10s")
    assert node.memory.since.keys() == {"b"}  # type: ignore[union-attr]
    assert node.memory.dwelt == ["b"]  # type: ignore[union-attr]
    node.feed("12s", {"p": spot(300)})
    assert [(port, data["area"]) for port, _, data in node.sent][4:] == [("left", "b")]


def test_the_timer_of_a_removed_area_is_gone() -> None:
    node = fence(circle("a"), circle("b"), dwell="10s")
    node.feed("0s", {"p": spot(0)})
    changed(node, "1s", circle("b"), dwell="10s")
    assert node.timers.keys() == {"dwell:b"}
    node.advance("1m")
    assert [data["area"] for port, _, data in node.sent if port == "dwelt"] == ["b"]


def test_a_late_timer_of_an_area_that_is_not_there_says_nothing() -> None:
    node = fence(dwell="10s")
    node.feed("0s", {"p": spot(0)})
    for area in ("gone", "dock"):
        node.timers = {f"dwell:{area}": node.timers["dwell:dock"]}
        node.memory.since = {"gone": 0}  # type: ignore[union-attr]
        node.advance("1m")
        assert node.ports() == [("entered", 0)]
        node.timers = {"dwell:dock": 0}


def test_a_new_area_counts_from_the_next_position_as_at_the_start() -> None:
    for already, ports in (("fire", [("entered", 0), ("entered", 2)]), ("wait", [("entered", 1)])):
        node = fence(circle("a"), already=already)
        drive(node, *((0,) if already == "fire" else (300, 0)))
        changed(node, "1s", circle("a"), circle("b"), already=already)
        node.feed("2s", {"p": spot(0)})
        assert node.ports() == ports


def test_memory_holds_no_more_than_its_areas() -> None:
    areas = [circle(f"a{n}", radius=10 + n) for n in range(MOST_AREAS)]
    node = fence(*areas, dwell="1s")
    node.feed("0s", {"p": spot(0)})
    node.advance("1m")
    node.feed("2m", {"p": spot(500)})
    node.feed("3m", {"p": spot(0)})
    node.advance("4m")
    assert (len(node.memory.since), len(node.memory.dwelt)) == (MOST_AREAS, MOST_AREAS)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("areas", "codes"),
    [
        ([circle("a"), circle("b", 50)], []),
        ([circle("a"), square("a")], ["not_unique"]),
        ([{"name": "x", "polygon": [spot(0), spot(10), spot(0)]}], ["too_short"]),
        ([{"name": "x", "polygon": [{"lat": 80, "lon": lon} for lon in (0, 120, -120)]}], ["out_of_range"]),
    ],
)
def test_areas_that_cannot_work_are_problems(areas: Any, codes: list[str]) -> None:
    assert fence(*areas).codes() == codes


def test_a_problem_of_an_area_points_at_it() -> None:
    assert [problem.path for problem in fence(circle("a"), circle("b"), circle("a")).problems()] == [
        "/params/areas/2/name"
    ]


@pytest.mark.parametrize(("field", "codes"), [("p", []), ("q", ["unknown_field"]), ("t", ["wrong_type"])])
def test_the_field_must_be_a_position(field: str, codes: list[str]) -> None:
    params = {"field": field, "areas": [circle()]}
    assert Harness.problems_of(Geofence, params, scope_of(shape=FIELDS)) == codes


@pytest.mark.parametrize(
    ("area", "code"),
    [
        ({"name": "x"}, "choose_one"),
        ({**circle(), "polygon": square()["polygon"]}, "choose_one"),
        ({"name": "x", "radius": 5}, "choose_one"),
        ({"name": "x", "center": spot(0)}, "missing_key"),
        ({**square(), "radius": 5}, "unknown_key"),
        (circle(radius=0), "greater than 0"),
        (circle(radius=float("nan")), "finite"),
        ({**square(), "polygon": [spot(0), spot(1)]}, "at least 3"),
        ({**square(), "polygon": [spot(n) for n in range(MOST_CORNERS + 1)]}, "at most 200"),
        ({**circle(), "name": ""}, "at least 1"),
        ({**circle(), "colour": "red"}, "Extra inputs"),
        ({**circle(), "center": {"lat": 91, "lon": 0}}, "less than or equal to 90"),
    ],
)
def test_an_area_is_a_circle_or_a_polygon(area: Any, code: str) -> None:
    with pytest.raises(ValidationError, match=code):
        fence(area)


@pytest.mark.parametrize(
    "params",
    [{"areas": []}, {"areas": [circle(f"a{n}") for n in range(MOST_AREAS + 1)]}, {"margin": -1}, {"dwell": "0s"}],
)
def test_other_limits_of_the_params(params: Any) -> None:
    with pytest.raises(ValidationError):
        fence(**{"areas": [circle()], **params})


def test_what_is_added_to_the_events() -> None:
    shapes = fence().shapes()
    assert shapes["entered"].fields["area"] == shapes["dwelt"].fields["area"] == FieldShape("string")
    assert shapes["left"].fields["stayed"] == FieldShape("number", "s")
    assert "stayed" not in shapes["entered"].fields
    assert shapes["left"].fields["p"] == FieldShape("location")
