"""rate: changes against the reading before, or against what was read so long ago."""

import random
from typing import Any

import pytest

from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.window.rate import CELLS, Rate


def rate(**params: Any) -> Harness:
    return Harness(Rate, {"field": "x", **params})


def fed(node: Harness, *rows: tuple[int, float]) -> list[dict[str, Any]]:
    for second, value in rows:
        node.feed(f"{second}s", {"x": value})
    return [data for _, _, data in node.sent]


def test_the_first_reading_is_not_sent() -> None:
    assert fed(rate(), (0, 5)) == fed(rate(over="1m"), (0, 5)) == []


def test_without_a_time_to_look_back_it_compares_with_the_reading_before() -> None:
    one, two = fed(rate(), (0, 5), (30, 8), (90, 2))
    assert one == {"x": 8, "change": 3, "rate": 6, "rise": 3, "fall": 0}
    assert two == {"x": 2, "change": -6, "rate": -6, "rise": 0, "fall": 6}


def test_the_rate_is_per_the_given_unit_of_time() -> None:
    assert fed(rate(each="1h"), (0, 5), (60, 6))[0]["rate"] == 60
    assert fed(rate(each="1s"), (0, 5), (10, 6))[0]["rate"] == pytest.approx(0.1)


def test_a_second_reading_at_one_time_takes_the_place_of_the_first_and_is_not_sent() -> None:
    sent = fed(rate(), (0, 5), (10, 9), (10, 6), (20, 7))
    assert [data["change"] for data in sent] == [4, 1]
    sent = fed(rate(over="1m"), (0, 5), (0, 3), (10, 6))
    assert [data["change"] for data in sent] == [3]


def test_it_looks_back_to_the_newest_reading_at_or_before_so_long_ago() -> None:
    sent = fed(rate(over="1m"), (0, 0), (30, 1), (60, 10), (89, 20), (90, 30), (91, 40))
    assert [data["change"] for data in sent] == [1, 10, 20, 29, 39]


def test_within_a_tenth_of_a_second_it_looks_back_to_the_very_reading() -> None:
    node = rate(over="0.1s")
    for ms in range(300):
        node.feed(f"{ms / 1000}s", {"x": ms * ms})
    assert [data["change"] for _, _, data in node.sent[149:]] == [ms * ms - (ms - 100) ** 2 for ms in range(150, 300)]


def test_rise_and_fall_are_measured_from_the_lowest_and_the_highest_since_then() -> None:
    sent = fed(rate(over="1m"), (0, 5), (20, 2), (40, 9), (60, 6), (81, 7), (101, 8))
    assert [data["rise"] for data in sent] == [0, 7, 4, 5, 2]
    assert [data["fall"] for data in sent] == [3, 0, 3, 2, 1]


def test_after_a_long_silence_it_compares_with_the_last_reading_before_it() -> None:
    sent = fed(rate(over="1m"), (0, 5), (10, 6), (3_600, 66))
    assert sent[-1]["change"] == 60
    assert sent[-1]["rate"] == pytest.approx(60 / (3_590 / 60))


def test_it_is_near_the_truth_and_remembers_little_when_there_are_many_readings() -> None:
    chance = random.Random(1)
    node, readings = rate(over="1h"), []
    for second in range(0, 9_000, 3):
        readings.append((second, second / 100 + chance.random()))
        node.feed(f"{second}s", {"x": readings[-1][1]})
    since = [value for second, value in readings if second >= 8_997 - 3_600]
    data = node.sent[-1][2]
    assert data["rise"] == pytest.approx(since[-1] - min(since), abs=1.5)
    assert data["fall"] == pytest.approx(max(since) - since[-1], abs=1.5)
    assert data["change"] == pytest.approx(since[-1] - since[0], abs=1.5)
    memory: Any = node.memory
    assert max(map(len, (memory.marks, memory.lows, memory.highs))) <= CELLS + 2


def test_what_is_no_number_is_a_problem() -> None:
    node = rate()
    for second, value in enumerate((None, "hot", False)):
        node.feed(f"{second}s", {"x": value})
    assert node.troubles() == ["missing_field", "wrong_type", "wrong_type"]


def test_shapes_and_checks() -> None:
    scope = scope_of(shape=Shape({"x": FieldShape("number", "°C"), "name": FieldShape("string")}, open=False))
    node = Harness(Rate, {"field": "x", "each": "1h"}, scope)
    assert node.shapes()["out"].fields["rate"] == FieldShape("number", "°C/h", difference=True)
    assert node.shapes()["out"].fields["rise"] == FieldShape("number", "°C", difference=True)
    assert Harness.problems_of(Rate, {"field": "name"}, scope) == ["wrong_type"]
    assert Harness.problems_of(Rate, {"field": "y"}, scope) == ["unknown_field"]
