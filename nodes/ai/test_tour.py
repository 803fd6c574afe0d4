"""tour: what is asked, what an answer is measured as, and which answers are none."""

from typing import Any

import pytest

from nodes.ai.tour import Tour
from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape

FLOOR = {"stops": "list", "where": ["x", "y"], "start": ["x", "y"]}


def stop(name: str, x: float, y: float = 0, **more: Any) -> dict[str, Any]:
    return {"id": name, "x": x, "y": y, **more}


def node(stops: Any, **params: Any) -> Harness:
    at = Harness(Tour, {**FLOOR, **params})
    at.feed("0s", {"list": stops, "x": 0, "y": 0})
    return at


def test_the_question_has_the_places_and_the_limits() -> None:
    at = node([stop("a", 3, w=2, t=[0, 5])], capacity=9, demand="w", window="t", speed=2, stay="1m", most=4)
    assert at.asks()[0].request == {
        "task": "tour",
        "start": [0.0, 0.0],
        "stops": [{"spot": [3.0, 0.0], "demand": 2.0, "stay": 60.0, "window": [0.0, 300.0]}],
        "on_earth": False,
        "back": True,
        "most": 4,
        "capacity": 9.0,
        "speed": 2.0,
    }


def test_the_order_is_told_with_its_legs_and_measured_here() -> None:
    at = node([stop("a", 3), stop("b", 1)], speed=0.5)
    at.answer({"order": [1, 0]})
    ((port, _, data),) = at.sent
    assert port == "out"
    assert [(one["id"], one["leg"], one["along"], one["after"]) for one in data["order"]] == [
        ("b", 1.0, 1.0, 0.03),
        ("a", 2.0, 3.0, 0.1),
    ]
    assert (data["length"], data["count"], data["left"]) == (6.0, 2, [])


def test_a_tour_that_ends_anywhere_is_not_measured_back() -> None:
    at = node([stop("a", 3)], end="anywhere")
    at.answer({"order": [0]})
    assert at.sent[0][2]["length"] == 3.0


def test_stops_that_do_not_fit_leave_by_a_port_of_their_own() -> None:
    at = node([stop("a", 3), stop("b", 1)], most=1)
    at.answer({"order": [1]})
    assert [port for port, _, _ in at.sent] == ["out", "left_out"]
    assert at.sent[1][2]["left"] == [stop("a", 3)]


@pytest.mark.parametrize(
    "order",
    [None, "01", [0, 0], [2], [-1], [True], [0.0], [0, 1, 2, 3], {"0": 1}],
)
def test_an_order_of_other_stops_is_none(order: Any) -> None:
    at = node([stop("a", 3), stop("b", 1)])
    at.answer({"order": order})
    assert (at.ports()[0][0], at.sent[0][2]["reason"]) == ("failed", "bad_answer")


@pytest.mark.parametrize(
    ("params", "stops", "order"),
    [
        ({"most": 1}, [stop("a", 1), stop("b", 2)], [0, 1]),
        ({"capacity": 3, "demand": "w"}, [stop("a", 1, w=2), stop("b", 2, w=2)], [0, 1]),
        ({"window": "t", "speed": 1}, [stop("a", 60, t=[0, 5]), stop("b", -600, t=[0, 99])], [1, 0]),
    ],
)
def test_an_order_that_breaks_a_limit_is_none(params: Any, stops: Any, order: list[int]) -> None:
    at = node(stops, **params)
    at.answer({"order": order})
    assert at.sent[0][2]["reason"] == "bad_answer"


def test_who_comes_early_waits() -> None:
    at = node([stop("a", 60, t=[10, 20])], window="t", speed=1)
    at.answer({"order": [0]})
    assert at.sent[0][2]["order"][0]["after"] == 10.0


def test_stops_without_a_place_are_left_out_and_a_problem() -> None:
    strange = [7, None, {}, stop("n", float("nan")), {"id": "t", "x": "1", "y": 2}, stop("ok", 1)]
    at = node(strange)
    assert len(at.asks()[0].request["stops"]) == 1
    assert at.troubles() == ["out_of_range"] * 5
    at.answer({"order": [0]})
    assert [one["id"] for one in at.sent[0][2]["order"]] == ["ok"]


@pytest.mark.parametrize("window", [[5], [9, 3], ["0", 5], [-1, 5], [float("inf"), 5], "8:00"])
def test_a_stop_with_a_strange_window_is_left_out(window: Any) -> None:
    at = node([stop("a", 1, t=window), stop("b", 1, t=None)], window="t", speed=1)
    assert len(at.asks()[0].request["stops"]) == 1


def test_no_stops_is_a_tour_of_none_and_no_question() -> None:
    at = node([])
    assert at.asks() == []
    assert at.sent[0][0] == "out"
    assert (at.sent[0][2]["order"], at.sent[0][2]["length"]) == ([], 0.0)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"x": 0, "y": 0}, "no_stops"),
        ({"list": "a, b", "x": 0, "y": 0}, "no_stops"),
        ({"list": [stop("a", 1)], "x": None, "y": 0}, "no_start"),
        ({"list": [stop(str(i), i) for i in range(101)], "x": 0, "y": 0}, "too_many"),
    ],
)
def test_an_event_that_asks_nothing_fails_with_a_reason(data: dict[str, Any], reason: str) -> None:
    at = Harness(Tour, FLOOR)
    at.feed("0s", data)
    assert (at.asks(), at.sent[0][0], at.sent[0][2]["reason"]) == ([], "failed", reason)
    assert len(at.troubles()) == 1


def test_places_on_the_earth_are_locations_and_the_speed_is_in_km_an_hour() -> None:
    at = Harness(Tour, {"stops": "list", "depot": {"lat": 35, "lon": 139}, "speed": 36})
    at.feed("0s", {"list": [{"position": {"lat": 35.1, "lon": 139}}]})
    assert at.asks()[0].request["speed"] == 10.0
    at.answer({"order": [0]})
    assert at.sent[0][2]["order"][0]["leg"] == pytest.approx(11_119.5, abs=1)


@pytest.mark.parametrize(
    "params",
    [
        {"stops": "list", "where": ["x", "y"], "depot": {"lat": 0, "lon": 0}},
        {"stops": "list", "start": ["x", "y"]},
        {"stops": "list", "start": ["place"], "window": "t"},
        {"stops": "list"},
    ],
)
def test_params_that_do_not_go_together_are_refused(params: Any) -> None:
    with pytest.raises(ValueError, match=r"wrong_type|missing_key|choose_one"):
        Tour.Params.model_validate(params)


def test_a_field_that_is_no_list_is_a_problem() -> None:
    scope = scope_of(shape=Shape({"list": FieldShape("string"), "x": FieldShape("number")}, open=False))
    assert Harness.problems_of(Tour, FLOOR, scope) == ["wrong_type", "unknown_field"]
