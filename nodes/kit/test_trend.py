"""Trends: a robust line or growth, and how sure it is."""

import random
from math import exp, inf, isfinite, log, nextafter, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.kit.trend import FEWEST, LONGEST, Point, Trend, trends_of
from tests.thorough import thoroughly

HOUR = 3_600_000.0
BOTH = ("line", "growth")


def line(count: int, rise: float, noise: float = 0.0, seed: int = 1) -> list[Point]:
    chance = random.Random(seed)
    return [(number * HOUR, 2 + rise * number + chance.gauss(0, noise)) for number in range(count)]


def test_an_exact_line_is_found_and_reaches_its_limit_when_it_does() -> None:
    best = trends_of(line(20, 0.5), BOTH)[0]
    assert best.base is None
    assert best.slope * HOUR == pytest.approx(0.5)
    assert best.level == pytest.approx(11.5)
    assert best.reached(21.5) / HOUR == pytest.approx(20)
    assert best.rate(0) * HOUR == pytest.approx(0.5)


def test_there_is_none_of_too_few_points() -> None:
    assert trends_of(line(FEWEST - 1, 1), BOTH) == []
    assert len(trends_of(line(FEWEST, 1), BOTH)) >= 1


def test_outliers_do_not_bend_it() -> None:
    points = line(30, 0.5, 0.1)
    points[4] = (points[4][0], 90.0)
    points[20] = (points[20][0], -70.0)
    assert trends_of(points, ("line",))[0].slope * HOUR == pytest.approx(0.5, rel=0.05)


def test_growth_that_feeds_on_itself_is_seen_as_such() -> None:
    points = [(number * HOUR, 2 + 0.1 * exp(0.15 * number)) for number in range(40)]
    best = trends_of(points, BOTH)[0]
    assert best.base is not None
    assert best.rate(points[-1][0]) * HOUR == pytest.approx(0.1 * 0.15 * exp(0.15 * 39), rel=0.3)
    true = log((100 - 2) / 0.1) / 0.15 - 39
    grown = best.reached(100.0) / HOUR
    straight = trends_of(points, ("line",))[0].reached(100.0) / HOUR
    assert abs(grown - true) < 0.35 * true
    assert abs(grown - true) < abs(straight - true)
    assert trends_of(points, ("growth",))[0].base is not None


def test_what_began_late_is_seen_in_the_newer_points() -> None:
    points = [(number * HOUR, 2.0 + max(0, number - 40) * 0.5) for number in range(60)]
    assert trends_of(points, ("line",))[0].slope * HOUR == pytest.approx(0.5, rel=0.1)


def test_a_flat_series_has_one_that_is_not_sure_and_a_falling_one_falls() -> None:
    flat = trends_of(line(40, 0.0, 1.0), BOTH)[0]
    assert abs(flat.sureness()) < 2
    assert trends_of(line(40, -0.5, 0.1), BOTH)[0].slope < 0
    assert trends_of([(number * HOUR, 5.0) for number in range(20)], BOTH)[0].sureness() == -inf
    assert trends_of(line(40, 0.5, 0.1), ("line",))[0].sureness() > 20


def test_steps_that_stay_make_it_less_sure_than_noise_that_passes() -> None:
    chance, walk, wandering = random.Random(3), 0.0, []
    for number in range(60):
        walk += chance.gauss(0, 0.5)
        wandering.append((number * HOUR, 2 + 0.1 * number + walk))
    white = line(60, 0.1, 0.5)
    unsure, sure = trends_of(wandering, ("line",))[0], trends_of(white, ("line",))[0]
    assert unsure.steps > 0
    assert unsure.slope_var > 4 * sure.slope_var


@thoroughly(200)
@given(
    st.floats(0.001, 10), st.floats(0.0, 4.0), st.floats(0.0, 0.01), st.floats(0.0, 1.0), st.floats(0.1, 50), st.sampled_from([-1.645, 1.645])
)  # fmt: skip
def test_the_ends_of_the_interval_are_where_the_variance_says(
    slope: float, level_var: float, slope_var: float, steps: float, short: float, away: float
) -> None:
    trend = Trend(0.0, 0.0, slope, level_var, slope_var, steps)
    found = trend.reached(short, away)

    def gap(ahead: float) -> float:
        return short - slope * ahead + away * sqrt(level_var + slope_var * ahead * ahead + steps * ahead)

    if found == inf:
        assert all(gap(ahead) > -1e-6 for ahead in (1, 100, 1e6, LONGEST))
    elif found:
        assert gap(found) == pytest.approx(0, abs=1e-5 * (short + slope * found))
    else:
        assert gap(0.0) <= 1e-9
    early, point, late = (trend.reached(short, one) for one in (-1.645, 0.0, 1.645))
    assert early <= point * (1 + 1e-9)
    assert point <= late * (1 + 1e-9)


def test_what_lies_more_than_ten_years_ahead_is_never() -> None:
    trend = Trend(0.0, 0.0, 1.0, 0.0, 0.0, 0.0)
    assert trend.reached(LONGEST) == LONGEST
    assert trend.reached(LONGEST * 1.01) == inf
    assert trend.reached(LONGEST * 1.01, 1.645) == inf
    assert Trend(0.0, 0.0, -1.0, 0.0, 0.0, 0.0).reached(5.0) == inf
    assert trend.reached(-1.0) == 0
    assert Trend(0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 5.0).taken(4.0) == -inf


@thoroughly(30)
@given(st.integers(0, 10**6), st.sampled_from([0.01, 7.0, 1e5]), st.integers(-100, 100))
def test_another_unit_or_zero_point_changes_no_time(seed: int, scale: float, offset: int) -> None:
    points = line(30, 0.3, 0.4, seed)
    moved = [(at, value * scale + offset * scale) for at, value in points]
    one, other = trends_of(points, BOTH), trends_of(moved, BOTH)
    for away in (-1.645, 0.0, 1.645):
        left, right = one[0].reached(30.0, away), other[0].reached(30.0 * scale + offset * scale, away)
        assert right == left if left == inf else right == pytest.approx(left, rel=1e-4)


@pytest.mark.parametrize("shapes", [BOTH, ("line",), ("growth",)])
@pytest.mark.parametrize("value", [1.0, 23.1, -4e-7, 1e15])
def test_what_differs_by_rounding_alone_is_looked_at_all_the_same(value: float, shapes: tuple[str, ...]) -> None:
    """As averages of a constant do."""
    points = [(number * HOUR, nextafter(value, inf) if number % 3 else value) for number in range(30)]
    trends = trends_of(points, shapes)
    assert trends
    assert all(isfinite(number) for trend in trends for number in (trend.level, trend.slope, trend.slope_var))
