"""calc: what states hold once readings are added and taken out again, and what they give."""

import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.kit import calc as module
from nodes.kit.calc import MOST_VALUES, Calc, Count, Span, State, calc_of
from tests.thorough import thoroughly

CALCS = get_args(Calc)
VALUES = st.sampled_from([0, 0.1, 0.7, 1, 3, -4, 1e9])
STEPS = st.sampled_from([0, 1, 250, 60_000])
ROWS = st.lists(st.tuples(STEPS, VALUES), min_size=2, max_size=12)
NOWHERE = Span(0, 0)


def state_of(calc: Count, rows: list[tuple[int, Any]]) -> State:
    state = calc.empty()
    for time, value in rows:
        calc.add(state, time, value)
    return state


def result_of(name: Calc, *values: Any, percent: float = 50) -> Any:
    calc = calc_of(name, percent)
    return calc.result(state_of(calc, list(enumerate(values))), Span(0, len(values)))


def kept(state: State) -> State:
    """As it is after a restart; sets of names and of buckets have no order."""
    return json.loads(json.dumps(state, sort_keys=True))


def timed(rows: list[tuple[int, Any]]) -> list[tuple[int, Any]]:
    time, found = 1_767_571_200_000, []
    for step, value in rows:
        time += step
        found.append((time, value))
    return found


@thoroughly(150)
@given(st.sampled_from(CALCS), ROWS, st.data())
def test_what_is_taken_out_again_leaves_no_trace(name: Calc, steps: list[tuple[int, Any]], data: st.DataObject) -> None:
    """The oldest readings, together or one by one: what stays is what the others alone would have given."""
    calc, rows = calc_of(name), timed(steps)
    gone = data.draw(st.integers(1, len(rows) - 1))

    def rest() -> Iterator[State]:
        middle = (gone + len(rows)) // 2
        yield from (state_of(calc, part) for part in (rows[gone:middle], rows[middle:]) if part)

    together = state_of(calc, rows)
    calc.minus(together, state_of(calc, rows[:gone]), rest)
    assert kept(together) == kept(state_of(calc, rows[gone:]))

    alone = state_of(calc, rows)
    calc.without(alone, *rows[0], lambda: iter([state_of(calc, rows[1:])]))
    assert kept(alone) == kept(state_of(calc, rows[1:]))


@pytest.mark.parametrize("name", CALCS)
def test_a_state_from_which_all_was_taken_begins_anew(name: Calc) -> None:
    calc = calc_of(name)
    state = state_of(calc, [(1_000, 5.0)])
    calc.minus(state, state_of(calc, [(1_000, 5.0)]), lambda: iter([]))
    assert state[0] == 0
    calc.add(state, 3_000, -2.0)
    assert kept(state) == kept(state_of(calc, [(3_000, -2.0)]))


@pytest.mark.parametrize(("name", "value"), [("first", "a"), ("last", "c")])
def test_first_and_last_are_told_by_their_times_and_of_one_time_by_their_order(name: Calc, value: str) -> None:
    calc = calc_of(name)
    for rows in ([(5, "b"), (4, "a"), (9, "c"), (6, "d")], [(4, "a"), (4, "b"), (9, "b"), (9, "c")]):
        assert calc.result(state_of(calc, rows), NOWHERE) == value


def test_whole_numbers_are_one_with_and_without_a_decimal_point_and_true_is_none_of_them() -> None:
    assert result_of("distinct", 5, 5.0, -5, 2**60, float(2**60)) == 3
    assert result_of("distinct", 1, True, "1", 1.5, 0.5) == 5


def test_what_is_remembered_of_different_values_is_how_many_there_are_of_each() -> None:
    assert state_of(calc_of("distinct"), [(1, 5), (2, "a"), (3, 5.0)]) == [3, {"5": 2, '"a"': 1}]


def test_objects_are_told_apart_by_what_is_in_them_whatever_its_order() -> None:
    assert result_of("distinct", {"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 1}) == 2


def test_texts_are_told_apart_by_their_first_199_characters() -> None:
    same = "x" * 198
    assert result_of("distinct", same + "a?", same + "b?") == 2
    assert result_of("distinct", same + "?a", same + "?b") == 1


def test_a_value_that_is_known_counts_even_where_no_further_one_may() -> None:
    calc = calc_of("distinct")
    state = state_of(calc, list(enumerate(range(MOST_VALUES))))
    with pytest.raises(module.TooManyValues):
        calc.add(state, 5_000, MOST_VALUES)
    calc.add(state, 5_000, 7)
    assert state[0] == MOST_VALUES + 1
    assert calc.result(state, NOWHERE) == MOST_VALUES


def test_a_percentile_is_exact_up_to_1000_readings_and_within_one_percent_beyond() -> None:
    values = [n / 7 for n in range(MOST_VALUES)]
    assert result_of("percentile", *values) == pytest.approx(499.5 / 7, rel=1e-12)
    beyond = result_of("percentile", *values, 1_000 / 7)
    assert beyond == pytest.approx(500 / 7, rel=0.0101)
    assert beyond != pytest.approx(500 / 7, rel=1e-12)


def test_where_no_percent_is_given_a_percentile_is_the_median() -> None:
    calc = calc_of("percentile")
    assert calc.result(state_of(calc, [(1, 4.0), (2, 1.0), (3, 2.0)]), NOWHERE) == 2


@pytest.mark.parametrize(("lower", "median"), [(500, 100), (501, 1)])
def test_the_median_of_very_many_readings_is_the_one_in_the_middle(lower: int, median: float) -> None:
    assert result_of("percentile", *[1] * lower, *[100] * (1_001 - lower)) == pytest.approx(median, rel=0.0101)


def test_the_lowest_and_the_highest_of_very_many_readings() -> None:
    values = [-8, *[1] * 1_200, 30]
    assert result_of("percentile", *values, percent=0) == pytest.approx(-8, rel=0.0101)
    assert result_of("percentile", *values, percent=100) == pytest.approx(30, rel=0.0101)


def test_very_many_readings_leave_and_the_others_stay() -> None:
    """First a group of so many that it is counted by buckets itself, then one that is not."""
    calc = calc_of("percentile", 50)
    groups = [[(1, 1.0)] * 1_500, [(2, 50.0)] * 10, [(3, 900.0)] * 3]
    state = state_of(calc, [row for group in groups for row in group])
    assert calc.result(state, NOWHERE) == pytest.approx(1, rel=0.0101)
    calc.minus(state, state_of(calc, groups[0]), lambda: iter([]))
    assert calc.result(state, NOWHERE) == pytest.approx(50, rel=0.0101)
    calc.minus(state, state_of(calc, groups[1]), lambda: iter([]))
    assert calc.result(state, NOWHERE) == pytest.approx(900, rel=0.0101)
    assert (state[0], len(state[2])) == (3, 1)


def test_a_slope_of_one_time_is_none_and_a_spread_of_equal_readings_is_nothing() -> None:
    calc = calc_of("slope")
    assert calc.result(state_of(calc, [(5, 1.0), (5, 9.0)]), NOWHERE) == 0
    assert result_of("deviation", 0.1, 0.1, 0.1) == 0


def test_over_time_a_single_reading_at_the_end_is_its_value() -> None:
    calc = calc_of("time_weighted")
    assert calc.result(state_of(calc, [(9, 4.0)]), Span(0, 9)) == 4
    assert calc.result(state_of(calc, [(9, 4.0)]), Span(0, 10)) == 4
    assert calc.result(state_of(calc, [(9, 4.0)]), Span(8, 10, before=2.0)) == 3
    assert calc.latest(state_of(calc, [(1, 4.0), (2, 5.0)])) == 5
