"""movement: steps, jitter, standing, and what happens when no time passes."""

from itertools import accumulate
from math import cos, radians
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from nodes.kit.geo import METRES_PER_DEGREE
from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.place.movement import Movement

LAT, LON = 35.0, 139.0
FIELDS = Shape({"p": FieldShape("location"), "t": FieldShape("number")}, False, "always", ("truck",))
ADDED = ("moved", "speed", "heading", "travelled", "standing", "distance")


def spot(east: float = 0.0, north: float = 0.0) -> dict[str, float]:
    """So many metres from the middle of things."""
    return {"lat": LAT + north / METRES_PER_DEGREE, "lon": LON + east / METRES_PER_DEGREE / cos(radians(LAT))}


def movement(**params: Any) -> Harness:
    return Harness(Movement, {"field": "p", **params}, scope_of(shape=FIELDS))


def drive(node: Harness, *track: tuple[str, float]) -> list[dict[str, Any]]:
    """Positions so many metres north, at times; what was added to each."""
    for at, north in track:
        node.feed(at, {"p": spot(0, north)})
    return [{name: data[name] for name in ADDED if name in data} for _, _, data in node.sent]


def values(node: Harness, name: str, *track: tuple[str, float]) -> list[Any]:
    return [added.get(name) for added in drive(node, *track)]


def test_the_first_position_has_not_moved() -> None:
    assert drive(movement(), ("5s", 7)) == [{"moved": 0.0, "speed": 0.0, "travelled": 0.0, "standing": 0.0}]


def test_a_step_has_a_length_a_speed_and_a_heading() -> None:
    first, second = drive(movement(), ("0s", 0), ("10s", 100))
    assert second == {"moved": 100.0, "speed": 36.0, "heading": 0.0, "travelled": 100.0, "standing": 0.0}
    assert "heading" not in first


@pytest.mark.parametrize(("east", "north", "heading"), [(0, -9, 180), (9, 0, 90), (-9, 0, 270), (-9, 9, 315)])
def test_headings_go_clockwise_from_north(east: float, north: float, heading: float) -> None:
    node = movement()
    node.feed("0s", {"p": spot()})
    node.feed("1s", {"p": spot(east, north)})
    assert node.sent[1][2]["heading"] == pytest.approx(heading, abs=0.01)


def test_a_heading_that_is_almost_360_is_0() -> None:
    node = movement()
    node.feed("0s", {"p": spot()})
    node.feed("1s", {"p": spot(-0.001, 1_000)})
    assert node.sent[1][2]["heading"] == 0.0


def test_the_data_of_the_event_goes_on_and_names_that_are_taken_are_replaced() -> None:
    node = movement()
    node.feed("0s", {"p": spot(), "speed": 999, "heading": 12, "load": 3})
    added = {"moved": 0.0, "speed": 0.0, "travelled": 0.0, "standing": 0.0}
    assert node.sent == [("out", 0, {"p": spot(), "load": 3, **added})]


def test_travelled_is_the_sum_of_all_that_moved() -> None:
    assert values(movement(), "travelled", ("0s", 0), ("1s", 30), ("2s", 10), ("3s", 10)) == [0, 30, 50, 50]


def test_standing_counts_from_the_last_move_or_the_first_position() -> None:
    track = (("5s", 0), ("8s", 0), ("10s", 50), ("10.5s", 50), ("70s", 50), ("71s", 51))
    assert values(movement(), "standing", *track) == [0, 3, 0, 0.5, 60, 0]
    assert values(movement(), "speed", *track) == [0, 0, 90, 0, 0, 3.6]


@pytest.mark.parametrize(("north", "moved"), [(9.99, 0), (10.001, 10.001), (0, 0)])
def test_a_move_shorter_than_ignored_is_standing(north: float, moved: float) -> None:
    _, second = drive(movement(ignore=10), ("0s", 0), ("1s", north))
    assert second["moved"] == second["travelled"] == pytest.approx(moved, abs=0.001)
    assert (second["speed"] > 0, "heading" in second, second["standing"]) == (moved > 0, moved > 0, 0 if moved else 1)


def test_exactly_what_is_ignored_counts() -> None:
    node = movement()
    drive(node, ("0s", 0), ("1s", 10))
    exact = node.memory.travelled  # type: ignore[union-attr]
    assert values(movement(ignore=exact), "moved", ("0s", 0), ("1s", 10)) == [0, 10]
    assert values(movement(ignore=exact * (1 + 1e-12)), "moved", ("0s", 0), ("1s", 10)) == [0, 0]


def test_less_than_a_millimetre_is_no_move() -> None:
    assert values(movement(), "moved", ("0s", 0), ("1s", 0.0009), ("2s", 0.002)) == [0, 0, 0.002]


def test_small_moves_count_once_they_add_up() -> None:
    track = [(f"{n}s", 3.0 * n) for n in range(6)]
    assert values(movement(ignore=10), "moved", *track) == [0, 0, 0, 0, 12, 0]
    assert values(movement(ignore=10), "travelled", *track)[-1] == 12
    assert values(movement(ignore=10), "standing", *track) == [0, 1, 2, 3, 0, 1]


def test_jitter_around_one_place_adds_nothing_up() -> None:
    track = [(f"{n}s", 6.0 * (-1) ** n) for n in range(20)]
    assert values(movement(ignore=15), "travelled", *track)[-1] == 0
    assert values(movement(ignore=15), "standing", *track)[-1] == 19


def test_the_speed_after_a_long_stand_is_that_of_the_last_step() -> None:
    track = (("0s", 0), ("1h", 5), ("1h10s", 105))
    assert values(movement(ignore=20), "speed", *track) == [0, 0, 36]
    assert values(movement(ignore=20), "moved", *track) == [0, 0, 105]


def test_the_speed_of_small_moves_that_add_up_is_that_of_the_last_step() -> None:
    assert values(movement(ignore=10), "speed", *((f"{n}s", 5.0 * n) for n in range(3))) == [0, 0, 18]


def test_at_equal_times_the_speed_stays_as_it_was_and_the_way_is_counted() -> None:
    same = drive(movement(), ("0s", 0), ("10s", 100), ("10s", 100), ("10s", 130), ("20s", 180))
    assert [step["speed"] for step in same] == [0, 36, 36, 36, 18]
    assert [step["moved"] for step in same] == [0, 100, 0, 30, 50]
    assert [step["standing"] for step in same] == [0, 0, 0, 0, 0]
    assert ["heading" in step for step in same] == [False, True, False, True, True]
    assert [step["speed"] for step in drive(movement(), ("1s", 0), ("1s", 50))] == [0, 0]


def test_a_clock_that_was_set_back_divides_by_nothing() -> None:
    node = movement()
    drive(node, ("10s", 0), ("20s", 100))
    node.last = None
    assert drive(node, ("5s", 100))[-1] == {"moved": 0.0, "speed": 36.0, "travelled": 100.0, "standing": 0.0}


def test_a_reset_starts_the_way_anew_and_sends_nothing() -> None:
    node = movement()
    node.feed("0s", {}, port="reset")
    drive(node, ("1s", 0), ("2s", 100))
    node.feed("3s", {"p": "nonsense"}, port="reset")
    node.feed("3s", {"p": spot(0, 150)})
    assert [data["travelled"] for _, _, data in node.sent] == [0, 100, 50]
    assert [data["moved"] for _, _, data in node.sent] == [0, 100, 50]
    assert node.troubles() == []


def test_the_distance_to_a_place_is_there_when_one_is_given() -> None:
    assert values(movement(to=spot(0, 500)), "distance", ("0s", 0), ("1s", 500), ("2s", 700)) == [500, 0, 200]
    assert values(movement(), "distance", ("0s", 0)) == [None]


def test_the_antimeridian_is_crossed_in_one_step() -> None:
    node = movement()
    node.feed("0s", {"p": {"lat": 0, "lon": 179.9995}})
    node.feed("1s", {"p": {"lat": 0, "lon": -179.9995}})
    assert (node.sent[1][2]["moved"], node.sent[1][2]["heading"]) == (111.195, 90.0)


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        ({}, "missing_field"),
        ({"p": None}, "missing_field"),
        ({"p": True}, "wrong_type"),
        ({"p": 35}, "wrong_type"),
        ({"p": "35,139"}, "wrong_type"),
        ({"p": [35, 139]}, "wrong_type"),
        ({"p": {"lat": 35}}, "wrong_type"),
        ({"p": {"lat": -91, "lon": 0}}, "wrong_type"),
        ({"p": {"lat": 10**400, "lon": 1e308}}, "wrong_type"),
    ],
)
def test_a_wrong_position_changes_nothing_and_goes_no_further(data: Any, trouble: str) -> None:
    node = movement()
    drive(node, ("0s", 0), ("10s", 100))
    before = node.memory
    node.feed("15s", data)
    assert (node.troubles(), node.memory, len(node.sent)) == ([trouble], before, 2)
    assert drive(node, ("20s", 200))[-1]["speed"] == 36


def test_a_changed_ignore_acts_from_the_next_position() -> None:
    node = movement(ignore=50)
    drive(node, ("0s", 0), ("1s", 20))
    node.change({"field": "p", "ignore": 10}, "2s")
    assert len(node.sent) == 2
    assert drive(node, ("3s", 20))[-1]["moved"] == 20


def test_whole_numbers_are_positions_too() -> None:
    node = movement()
    node.feed("0s", {"p": {"lat": 35, "lon": 139}})
    node.feed("1s", {"p": {"lat": 36, "lon": 139}})
    assert node.sent[1][2]["moved"] == 111_195.08


@given(st.lists(st.tuples(st.integers(0, 5_000), st.floats(-500, 500)), min_size=1, max_size=15), st.floats(0, 100))
def test_whatever_comes_the_sums_fit_and_standing_has_no_speed(steps: list[tuple[int, float]], ignore: float) -> None:
    node = movement(ignore=ignore)
    times = accumulate(time for time, _ in steps)
    added = drive(node, *((f"{time}ms", north) for time, (_, north) in zip(times, steps, strict=True)))
    assert added[-1]["travelled"] == pytest.approx(sum(step["moved"] for step in added), abs=0.01)
    for step in added:
        assert ("heading" in step) == (step["moved"] > 0)
        assert step["standing"] >= 0
        assert step["moved"] == 0 or step["standing"] == 0
        assert step["moved"] == 0 or step["moved"] >= ignore - 0.001
        assert step["standing"] == 0 or step["speed"] == 0


@pytest.mark.parametrize("params", [{"ignore": -1}, {"to": {"lat": 91, "lon": 0}}, {"to": {"lat": 1}}, {"from": 1}])
def test_params_have_limits(params: Any) -> None:
    with pytest.raises(ValidationError):
        movement(**params)


@pytest.mark.parametrize(("field", "codes"), [("p", []), ("q", ["unknown_field"]), ("t", ["wrong_type"])])
def test_the_field_must_be_a_position(field: str, codes: list[str]) -> None:
    assert Harness.problems_of(Movement, {"field": field}, scope_of(shape=FIELDS)) == codes


def test_what_is_added_to_the_events_has_units() -> None:
    fields = movement(to=spot()).shapes()["out"].fields
    units = {name: fields[name].unit for name in ADDED}
    assert units == {
        "moved": "m",
        "speed": "km/h",
        "heading": "°",
        "travelled": "m",
        "standing": "s",
        "distance": "m",
    }
    assert all(fields[name].type == "number" for name in ADDED)
    assert "distance" not in movement().shapes()["out"].fields
