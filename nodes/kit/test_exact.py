"""exact: against fractions, which know no rounding."""

import json
from fractions import Fraction
from timeit import repeat
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.kit.exact import LARGEST, LARGEST_FACTOR, add, add_product, fraction, mean, total

NUMBERS = st.floats(-1e300, 1e300)
TENTHS = st.integers(-10_000, 10_000).map(lambda n: n / 10)
FACTORS = st.floats(-LARGEST_FACTOR, LARGEST_FACTOR)


def summed(numbers: list[float]) -> list[float]:
    partials: list[float] = []
    for number in numbers:
        add(partials, number)
    return partials


@given(st.lists(NUMBERS | TENTHS, max_size=60))
def test_the_sum_is_exact_and_its_float_the_nearest_one(numbers: list[float]) -> None:
    wanted = sum(map(Fraction, numbers), Fraction(0))
    partials = summed(numbers)
    assert fraction(partials) == wanted
    assert total(partials) == float(wanted)
    assert len(partials) <= 40


@given(st.lists(NUMBERS | TENTHS, max_size=30), st.lists(NUMBERS | TENTHS, max_size=30))
def test_what_is_subtracted_again_leaves_no_trace(numbers: list[float], others: list[float]) -> None:
    partials = summed(numbers)
    for other in others:
        add(partials, other)
    for other in others:
        add(partials, -other)
    assert partials == summed(numbers)


@given(st.lists(NUMBERS | TENTHS, max_size=30), st.randoms(use_true_random=False))
def test_the_order_makes_no_difference(numbers: list[float], chance: Any) -> None:
    shuffled = list(numbers)
    chance.shuffle(shuffled)
    assert summed(shuffled) == summed(numbers)


@given(st.lists(st.tuples(FACTORS, FACTORS) | st.tuples(TENTHS, TENTHS), max_size=30))
def test_products_are_exact_unless_they_are_too_small_for_their_last_bits(pairs: list[tuple[float, float]]) -> None:
    partials: list[float] = []
    wanted, small = Fraction(0), 0
    for x, y in pairs:
        add_product(partials, x, y)
        product = Fraction(x) * Fraction(y)
        wanted += product
        small += 0 < abs(product) < Fraction(1e-290)
    if small:
        assert abs(fraction(partials) - wanted) <= small * Fraction(1e-320)
    else:
        assert fraction(partials) == wanted


def test_a_sum_that_floats_lose_is_kept() -> None:
    partials = summed([1e300, 1.0, -1e300])
    assert partials == [1.0]
    add_product(partials, 1e100, 3.0)
    add_product(partials, 1e100, -3.0)
    assert total(partials) == 1.0


def test_a_hundred_thousand_tenths_that_come_and_go_leave_nothing() -> None:
    partials: list[float] = []
    for number in range(100_000):
        add(partials, number / 10)
        if number >= 100:
            add(partials, -(number - 100) / 10)
    assert fraction(partials) == sum(Fraction(n / 10) for n in range(99_900, 100_000))
    assert len(partials) <= 2


@given(st.lists(NUMBERS | TENTHS, min_size=1, max_size=60))
def test_the_mean_is_rounded_once(numbers: list[float]) -> None:
    assert mean(summed(numbers), len(numbers)) == float(sum(map(Fraction, numbers)) / len(numbers))


def test_the_mean_of_equal_numbers_is_that_number() -> None:
    assert [mean(summed([0.1] * count), count) for count in range(1, 50)] == [0.1] * 49
    assert mean([], 3) == 0.0


def test_nothing_and_zeros_are_an_empty_list() -> None:
    assert summed([]) == summed([0.0, -0.0]) == summed([2.5, -2.5]) == []
    assert total([]) == 0.0
    assert fraction([]) == 0


def test_ints_are_taken_as_floats() -> None:
    partials: list[float] = []
    add(partials, 3)
    add_product(partials, 2, 5)
    assert partials == [13.0]
    assert type(partials[0]) is float
    add(partials, 2**53 + 1)
    add_product(partials, 2**53 + 1, -1)
    assert partials == [13.0]


def test_the_last_partial_is_the_sum_rounded_and_those_before_it_are_the_rest() -> None:
    assert summed([1.0, 1e-20, 1e-40]) == [1e-40, 1e-20, 1.0]


@given(st.lists(NUMBERS, max_size=20))
def test_a_sum_survives_json(numbers: list[float]) -> None:
    partials = summed(numbers)
    assert json.loads(json.dumps(partials)) == partials


@pytest.mark.parametrize("x", [1.1e308, -1.1e308, float("inf"), float("-inf"), float("nan"), 10**400])
def test_what_is_too_large_is_refused_and_changes_nothing(x: float) -> None:
    partials = [0.5, 1e20]
    with pytest.raises(OverflowError):
        add(partials, x)
    assert partials == [0.5, 1e20]
    with pytest.raises(OverflowError):
        add(summed([-1e308]), 1.5e308)


def test_a_sum_that_becomes_too_large_is_refused_and_can_shrink_again() -> None:
    partials = summed([LARGEST])
    for x in (1e300, LARGEST):
        with pytest.raises(OverflowError):
            add(partials, x)
    assert partials == [LARGEST]
    add(partials, -LARGEST)
    assert partials == []


@pytest.mark.parametrize("factors", [(1.1e150, 1), (1, -1.1e150), (float("nan"), 1), (1, float("inf")), (10**400, 1)])
def test_factors_that_are_too_large_are_refused_and_change_nothing(factors: tuple[float, float]) -> None:
    partials = [7.0]
    with pytest.raises(OverflowError):
        add_product(partials, *factors)
    assert partials == [7.0]


def test_the_largest_factors_have_their_exact_product() -> None:
    partials: list[float] = []
    add_product(partials, LARGEST_FACTOR, -LARGEST_FACTOR)
    assert fraction(partials) == -(Fraction(LARGEST_FACTOR) ** 2)


def test_it_is_fast() -> None:
    """Usually about half a microsecond; the bound leaves room for a busy machine."""
    numbers = [n % 977 / 10 for n in range(2_000)]
    assert min(repeat(lambda: summed(numbers), number=1, repeat=5)) / len(numbers) < 5e-6
