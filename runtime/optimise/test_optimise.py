"""The optimiser: no limit is broken, nothing is worse than greedy or (where all ways can be tried) than the best; the same question
has the same answer, and questions that nobody should ask have an answer too."""

import threading
import time
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.kit.candidates import widened
from nodes.kit.effect import Answer
from nodes.kit.visits import Way
from runtime.addresses import Egress
from runtime.deploy import Deploy
from runtime.inference.asks import Asks
from runtime.optimise import assign, tour
from runtime.optimise.answers import OPTIMISERS
from tests.thorough import thoroughly

COST = st.one_of(st.integers(0, 5).map(float), st.floats(-1e6, 1e6), st.sampled_from([0.0, 1e300, -1e300]))
FEW = thoroughly(60)


@st.composite
def assignments(draw: st.DrawFn, most: int = 6, tight: bool | None = None) -> assign.Asked:
    devices = [f"d{index}" for index in range(draw(st.integers(1, most)))]
    fits = draw(st.booleans()) if tight is None else not tight
    part = draw(st.sampled_from([1.0, 0.1, 1 / 3]))
    jobs = []
    for index in range(draw(st.integers(0, most))):
        ways = draw(st.dictionaries(st.sampled_from(devices), COST, max_size=most))
        jobs.append({"job": f"j{index}", "demand": draw(st.integers(0, 5)) * part, "offers": ways})
    room = st.just(1e15) if fits else st.one_of(st.floats(0, 10), st.integers(0, 10).map(part.__mul__))
    seats = {id: {"jobs": draw(st.integers(0, 3)), "room": draw(room)} for id in devices}
    return assign.asked_of({"jobs": jobs, "seats": seats})


def holds(asked: assign.Asked, found: assign.Assigned) -> bool:
    jobs = {one.job: one for one in asked.jobs}
    offered = all(id in jobs[job].offers for job, id in found.items())
    return offered and all(
        len(mine := [jobs[job] for job, chosen in found.items() if chosen == id]) <= seat.jobs
        and sum(one.demand for one in mine) <= widened(seat.room)
        for id, seat in asked.seats.items()
    )


@FEW
@given(assignments())
def test_no_capacity_is_broken_nothing_is_worse_than_greedy_and_the_same_again(asked: assign.Asked) -> None:
    found = assign.assign(asked, 5.0)
    assert holds(asked, found)
    assert assign.worth(asked, found) <= assign.worth(asked, assign.greedy(asked))
    assert assign.assign(asked, 5.0) == found


@FEW
@given(assignments(most=4))
def test_a_small_assignment_is_as_good_as_the_best_of_all(asked: assign.Asked) -> None:
    ways = product(*([None, *one.offers] for one in asked.jobs))
    every = ({one.job: id for one, id in zip(asked.jobs, way, strict=True) if id is not None} for way in ways)
    best = min(assign.worth(asked, found) for found in every if holds(asked, found))
    costs = [abs(cost) for one in asked.jobs for cost in one.offers.values()]
    found = assign.worth(asked, assign.assign(asked, 5.0))
    assert found[:2] == best[:2]
    assert found[2] <= best[2] + (2 * max(costs, default=0.0)) / assign.FINEST * (len(asked.jobs) + 1)


@pytest.mark.parametrize("demands", [[0.3, 0.7], [0.1] * 10, [1 / 3] * 3, [0.5, 0.25, 0.25]])
def test_fractions_that_fill_a_room_exactly_are_taken(demands: list[float]) -> None:
    jobs = [{"job": f"j{index}", "demand": demand, "offers": {"d": 1.0}} for index, demand in enumerate(demands)]
    asked = assign.asked_of(
        {
            "jobs": [*jobs, {"job": "more", "demand": 0.01, "offers": {"d": 1.0}}],
            "seats": {"d": {"jobs": 20, "room": 1.0}},
        }
    )
    taken = {f"j{index}": "d" for index in range(len(demands))}
    assert assign.greedy(asked) == assign._by_search(asked, {}, 5.0) == assign.assign(asked, 5.0) == taken


SPOT = st.one_of(st.tuples(st.floats(-100, 100), st.floats(-100, 100)), st.tuples(*[st.integers(-2, 2).map(float)] * 2))


@st.composite
def tours(draw: st.DrawFn, most: int = 6) -> Way:
    windows = draw(st.booleans())
    stops = []
    for _ in range(draw(st.integers(0, most))):
        stop: dict[str, Any] = {"spot": draw(SPOT), "demand": draw(st.integers(0, 4)), "stay": draw(st.integers(0, 60))}
        if windows and draw(st.booleans()):
            opens = draw(st.integers(0, 200))
            stop["window"] = [opens, opens + draw(st.integers(0, 200))]
        stops.append(stop)
    limits = {"most": st.integers(1, most), "capacity": st.integers(1, 10), "speed": st.floats(0.5, 10)}
    limits = {name: draw(value) for name, value in limits.items() if draw(st.booleans())}
    if windows:
        limits.setdefault("speed", 2.0)
    return tour.way_of({"start": draw(SPOT), "stops": stops, "on_earth": False, "back": draw(st.booleans()), **limits})


@FEW
@given(tours())
def test_a_tour_keeps_to_its_limits_and_is_never_worse_than_the_nearest_next_and_the_same_again(way: Way) -> None:
    found = tour.tour(way, 5.0)
    assert way.mistake(found) is None
    assert tour.worth(way, found) <= tour.worth(way, tour.nearest_next(way))
    assert tour.tour(way, 5.0) == found


@thoroughly(400)
@given(tours(most=5))
def test_a_small_tour_is_as_good_as_the_best_of_all(way: Way) -> None:
    count = len(way.visits)
    every = (list(order) for length in range(count + 1) for order in permutations(range(count), length))
    best = min(tour.worth(way, order) for order in every if way.fits(order))
    left, length = tour.worth(way, tour.tour(way, 5.0))
    assert left == best[0]
    assert length <= best[1] + 2e-3  # rounded to 0.001


@pytest.mark.parametrize(("demands", "capacity"), [([0, 2, 3, 0, 2], 7.0), ([2, 1, 1, 0, 0], 2.0), ([0.1] * 5, 0.5)])
def test_what_fills_the_capacity_exactly_is_taken(demands: list[float], capacity: float) -> None:
    spots = [(0, 0), (0, 0), (0, 0), (0, 1), (0, -1)]
    stops = [{"spot": spot, "demand": demand} for spot, demand in zip(spots, demands, strict=True)]
    way = tour.way_of({"start": [1, 0], "stops": stops, "on_earth": False, "back": False, "capacity": capacity})
    left = 1 if capacity == 2.0 else 0
    assert tour.worth(way, tour.tour(way, 5.0)) == (left, 3.414)


@pytest.mark.parametrize("demands", [[2, 3, 2, 0], [0.1, 0.2, 0.3, 0.1]])
def test_the_search_also_takes_what_fills_the_capacity_exactly(demands: list[float]) -> None:
    """More stops than are looked through one by one, so that the greedy tour is not the best."""
    stops = [{"spot": [x, y], "demand": demands[(x + y) % 4]} for x in range(5) for y in (0, 7, 3)]
    capacity = sum(stop["demand"] for stop in stops)
    way = tour.way_of({"start": [2, 2], "stops": stops, "on_earth": False, "capacity": capacity})
    assert tour.best_tour(way) is None
    left, length = tour.worth(way, tour.tour(way, 5.0))
    assert left == 0
    assert length < tour.worth(way, tour.nearest_next(way))[1]


def test_equal_costs_are_told_apart_by_the_order_of_the_names() -> None:
    jobs = [{"job": f"j{index}", "offers": {"b": 1.0, "a": 1.0, "c": 1.0}} for index in range(3)]
    asked = assign.asked_of({"jobs": jobs, "seats": {id: {"jobs": 1, "room": 1e15} for id in "cab"}})
    found = assign.assign(asked, 5.0)
    assert sorted(found.values()) == ["a", "b", "c"]
    assert all(assign.assign(asked, 5.0) == found for _ in range(5))


def test_where_not_all_can_be_taken_the_urgent_ones_are() -> None:
    jobs = [{"job": name, "offers": {"d": cost}} for name, cost in (("urgent", 9e9), ("later", 1.0), ("last", 0.0))]
    asked = assign.asked_of({"jobs": jobs, "seats": {"d": {"jobs": 1, "room": 1e15}}})
    assert assign.assign(asked, 5.0) == {"urgent": "d"}


@pytest.mark.parametrize(
    ("task", "request_"),
    [
        ("assign", {}),
        ("assign", {"jobs": [{"job": "a", "offers": {"d": float("nan")}}], "seats": {"d": {"jobs": 1, "room": 1}}}),
        ("assign", {"jobs": [{"job": "a", "offers": {"d": 1.0}}], "seats": {}}),
        ("assign", {"jobs": [{"job": str(i), "offers": {}} for i in range(10_000)], "seats": {}}),
        ("assign", {"jobs": [{"job": "a", "demand": -1.0, "offers": {}}], "seats": {}}),
        ("tour", {}),
        ("tour", {"start": [0, 0], "stops": [{"spot": [0, float("inf")]}]}),
        ("tour", {"start": [0, 0], "stops": [{"spot": [0, 0]}] * 10_000}),
        ("tour", {"start": [0, 0], "stops": [], "speed": 0}),
        ("tour", {"start": [0, 0], "stops": [{"spot": [0, 0], "window": [9, 3]}]}),
    ],
)
def test_a_question_that_is_none_is_answered_as_such(task: str, request_: dict[str, Any]) -> None:
    assert OPTIMISERS[task](request_, 5.0).error == "bad_question"


def test_places_that_are_all_the_same_are_visited_in_some_order() -> None:
    way = tour.way_of({"start": [1, 1], "stops": [{"spot": [1, 1]}] * 8, "on_earth": False})
    assert sorted(tour.tour(way, 5.0)) == list(range(8))


@pytest.mark.parametrize("limit", [{"capacity": 1.0}, {"speed": 1.0}])
@pytest.mark.parametrize("possible", [0, 1])
def test_what_nobody_could_visit_is_left_out_at_once(limit: dict[str, Any], possible: int) -> None:
    far = {"spot": [1_000.0, 0.0], "demand": 2.0, "window": [0.0, 1.0]}
    near = {"spot": [1.0, 0.0], "demand": 1.0, "window": [0.0, 100.0]}
    request = {"start": [0.0, 0.0], "on_earth": False, "stops": [far, far, far, *[near] * possible], **limit}
    began = time.monotonic()
    assert OPTIMISERS["tour"](request, 20.0) == Answer(value={"order": [3] * possible})
    assert time.monotonic() - began < 15


def test_an_ask_goes_to_the_optimiser_and_others_run_while_it_thinks() -> None:
    asks = Asks(Egress(()), Egress((), trusted=True), ways=OPTIMISERS)
    stops = [{"spot": [(index * 37) % 101, (index * 53) % 97]} for index in range(100)]
    request = {"task": "tour", "start": [0, 0], "stops": stops, "on_earth": False}
    told: list[Answer] = []
    answered = threading.Event()
    looks = 0
    asks.ask(request, Deploy(flow="f", document={}), 20.0, lambda answer: (told.append(answer), answered.set())[0])
    while not answered.wait(0.001):
        looks += 1
    asks.stop()
    assert sorted(told[0].value["order"]) == list(range(100))
    assert looks > 20  # it thinks for a second or two, and nobody looks where it keeps the interpreter
