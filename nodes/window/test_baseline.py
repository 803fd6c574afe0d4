"""baseline: each device against its own past."""

from statistics import mean, pstdev
from typing import Any

import pytest

from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.window.baseline import Baseline


def baseline(**params: Any) -> Harness:
    return Harness(Baseline, {"field": "x", "over": "1m", "warm_up": 3, **params})


def fed(node: Harness, *values: float, every: int = 1) -> Harness:
    for number, value in enumerate(values):
        node.feed(f"{number * every}s", {"x": value})
    return node


def test_it_learns_first_and_then_judges_each_reading_before_it_learns_from_it() -> None:
    node = fed(baseline(), 2, 4, 6, 10, 10)
    assert [port for port, _ in node.ports()] == ["learning"] * 3 + ["out"] * 2
    for past, (_, _, data) in zip(([2, 4, 6], [2, 4, 6, 10]), node.sent[3:], strict=True):
        assert data["baseline"] == mean(past)
        assert data["deviation"] == 10 - mean(past)
        assert data["spread"] == pytest.approx(pstdev(past))
        assert data["score"] == pytest.approx((10 - mean(past)) / pstdev(past))


def test_readings_as_old_as_the_time_it_learns_from_no_longer_count() -> None:
    node = fed(baseline(), 1, 2, 3, 100, every=30)
    assert [port for port, _ in node.ports()] == ["learning"] * 4
    node = fed(baseline(over="91s"), 1, 2, 3, 100, every=30)
    assert node.sent[-1][2]["baseline"] == 2


def test_where_all_were_equal_the_score_is_0_or_unknown() -> None:
    node = fed(baseline(), 5, 5, 5, 5, 6)
    assert [data["score"] for port, _, data in node.sent if port == "out"] == [0, None]


def test_outliers_stay_out_of_the_baseline_where_they_are_to_be_ignored() -> None:
    node = fed(baseline(ignore=2), 1, 2, 3, 50, 2)
    assert node.sent[-1][2]["baseline"] == 2
    node = fed(baseline(), 1, 2, 3, 50, 2)
    assert node.sent[-1][2]["baseline"] == 14
    node = fed(baseline(ignore=2), 1, 2, 3, -50, 2)
    assert node.sent[-1][2]["baseline"] == 2


def test_a_score_exactly_as_large_as_what_is_ignored_beyond_it_or_none_is_learnt_from() -> None:
    for odd, learnt in ((4, 8 / 3), (0, 4 / 3), (4.001, 2), (-0.001, 2)):
        node = fed(baseline(warm_up=2, ignore=2), 1, 3, odd, 2)
        assert node.sent[-1][2]["baseline"] == pytest.approx(learnt, rel=1e-12)
    assert fed(baseline(ignore=0.5), 5, 5, 5, 9, 6).sent[-1][2]["baseline"] == 6
    assert fed(baseline(ignore=0.5), 5, 5, 5, 5, 6).sent[-1][2]["baseline"] == 5
    assert fed(baseline(ignore=0.5), 4, 5, 6, 5, 5).sent[-1][2]["spread"] == pytest.approx(0.5**0.5)


def test_small_spreads_of_large_numbers_are_exact() -> None:
    node = fed(baseline(over="1h"), *(1e9 + (n % 2) * 1e-3 for n in range(100)))
    assert node.sent[-1][2]["spread"] == pytest.approx(5e-4, rel=1e-2)


def test_what_is_no_usable_number_is_a_problem() -> None:
    node = baseline()
    for second, value in enumerate((None, "hot", True, 1e200)):
        node.feed(f"{second}s", {"x": value})
    assert node.troubles() == ["missing_field", "wrong_type", "wrong_type", "number_too_large"]
    node = fed(baseline(), 1e60, -1e60, 1e60, -1e60)
    assert node.sent[-1][2]["baseline"] == pytest.approx(1e60 / 3)
    assert node.troubles() == []


def test_shapes_and_checks() -> None:
    scope = scope_of(shape=Shape({"x": FieldShape("number", "mm/s"), "name": FieldShape("string")}, open=False))
    node = Harness(Baseline, {"field": "x"}, scope)
    assert node.shapes()["out"].fields["deviation"] == FieldShape("number", "mm/s", difference=True)
    assert "baseline" not in node.shapes()["learning"].fields
    assert Harness.problems_of(Baseline, {"field": "name"}, scope) == ["wrong_type"]
