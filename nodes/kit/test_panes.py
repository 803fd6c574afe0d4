"""panes: what a sliding window keeps, and when it leaves."""

import pytest

from nodes.kit.calc import Calc, calc_of
from nodes.kit.panes import CELLS, MOST, Blocks, Sliding, WindowMemory

SECOND = 1_000


def filled(lies: Sliding, *times: int) -> WindowMemory:
    memory = WindowMemory()
    for time in times:
        lies.take(time, 1.0, {}, memory)
    return memory


def counted(lies: Sliding, time: int, memory: WindowMemory) -> int:
    return lies.take(time, 1.0, {}, memory).count


def test_the_newest_160_readings_are_kept_for_themselves_and_of_one_more_the_older_half_is_put_together() -> None:
    lies = Sliding(calc_of("count"), over=80_000 * SECOND)
    memory = filled(lies, *range(MOST))
    assert (len(memory.times), len(memory.panes)) == (160, 0)
    lies.take(MOST, 1.0, {}, memory)
    assert (len(memory.times), len(memory.values), len(memory.panes)) == (81, 81, 1)
    assert memory.times == list(range(80, 161))


def test_the_last_so_many_are_always_kept_for_themselves() -> None:
    memory = filled(Sliding(calc_of("count"), most=500), *range(600))
    assert (len(memory.times), len(memory.panes)) == (500, 0)


def test_many_late_readings_are_put_together_too() -> None:
    lies = Sliding(calc_of("count"), over=80 * SECOND)
    memory = filled(lies, 0, 50 * SECOND)
    for _ in range(3):
        for time in range(1, 50 * SECOND, 100):
            assert lies.take_late(time, 1.0, memory)
            assert len(memory.times) == len(memory.values) <= MOST
    assert len(memory.panes) <= CELLS + 1
    assert counted(lies, 50 * SECOND, memory) == 3 + 3 * 500


def test_a_reading_that_is_put_together_with_others_is_too_old_by_an_80th_at_most() -> None:
    lies = Sliding(calc_of("count"), over=80 * SECOND)
    memory = filled(lies, *range(0, 20_100, 100))
    assert counted(lies, 80 * SECOND, memory) == 202  # that at 0 shares a group with those until 0.9 s
    assert counted(lies, 80_899, memory) == 203
    assert counted(lies, 80_900, memory) == 194


def test_in_a_window_of_a_tenth_of_a_second_each_reading_leaves_on_its_own() -> None:
    lies = Sliding(calc_of("count"), over=100)
    memory = filled(lies, *[time for time in range(80) for _ in range(4)])
    assert counted(lies, 100, memory) == 4 * 79 + 1
    assert counted(lies, 110, memory) == 4 * 69 + 2


def test_a_late_reading_leaves_when_it_is_too_old_even_where_there_was_silence() -> None:
    """It lies between older ones that are kept together and newer ones: not with either."""
    lies = Sliding(calc_of("count"), over=800 * SECOND)
    memory = filled(lies, *range(5), *range(400 * SECOND, 400 * SECOND + 200))
    kept = len(memory.times)
    assert lies.take_late(200 * SECOND, 1.0, memory)
    assert (len(memory.panes), len(memory.times)) == (3, kept)
    assert counted(lies, 900 * SECOND, memory) == 202
    assert counted(lies, 1_001 * SECOND, memory) == 202


def test_a_late_reading_counts_from_just_inside_the_window_on() -> None:
    lies = Sliding(calc_of("count"), over=10 * SECOND)
    memory = filled(lies, 8 * SECOND, 15 * SECOND)
    assert not lies.take_late(5 * SECOND, 1.0, memory)
    assert lies.take_late(5 * SECOND + 1, 1.0, memory)
    assert counted(lies, 15 * SECOND, memory) == 4


def test_a_late_reading_among_the_newest_leaves_on_its_own() -> None:
    lies = Sliding(calc_of("count"), over=800 * SECOND)
    few = filled(lies, 5_000, 9_000)
    assert lies.take_late(1_000, 1.0, few)
    assert lies.take_late(3_000, 1.0, few)
    assert counted(lies, 801_000, few) == 4
    many = filled(lies, *range(161))
    assert many.panes[0][0] == 79
    for late in (80, 100):
        assert lies.take_late(late, 1.0, many)
    assert counted(lies, 800_079, many) == 84
    assert counted(lies, 800_080, many) == 83
    assert counted(lies, 800_100, many) == 63


def test_before_anything_was_taken_in_nothing_counts_late() -> None:
    assert not Sliding(calc_of("count"), over=10 * SECOND).take_late(5, 1.0, WindowMemory())
    assert not Blocks(calc_of("count"), gap=10 * SECOND, running=False).take_late(5, 1.0, WindowMemory())


def test_a_percentile_of_the_last_thousand_readings_is_exact() -> None:
    lies, memory = Sliding(calc_of("percentile"), most=1_000), WindowMemory()
    made = [lies.take(time, time / 7, {}, memory).value for time in range(1_100)]
    assert made[999] == pytest.approx(499.5 / 7, rel=1e-12)
    assert made[-1] == pytest.approx(599.5 / 7, rel=1e-12)


@pytest.mark.parametrize(
    "calc", ["min", "max", "first", "average", "time_weighted", "deviation", "slope", "percentile"]
)
def test_a_long_steady_window_stays_what_it_was(calc: Calc) -> None:
    """Nothing of what has left stays behind, however long it goes on."""
    lies, memory = Sliding(calc_of(calc), over=80 * SECOND), WindowMemory()
    results = [lies.take(time, 0.7, {}, memory).value for time in range(0, 400 * SECOND, 300)]
    assert set(results) == {0 if calc in ("deviation", "slope") else 0.7}
