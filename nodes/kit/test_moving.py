"""The quick way of a sliding window gives what the usual way gives, to the last bit, and remembers the same."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.kit.calc import Average, Sum
from nodes.kit.moving import sliding
from nodes.kit.panes import Sliding, WindowMemory

HUNDREDTHS = st.integers(-10_000, 10_000).map(lambda number: number / 100)
EDGES = st.sampled_from([0.0, -0.0, 1e-300, 5e-324, 1e16, -1e16, 0.5, 2.0**-30, 1 / 3, 1e59, -1e59])
SMALL_AND_LARGE = st.floats(1e-260, 1e60) | st.floats(1e-3, 1e3) | st.integers(1, 60).map(lambda power: 2.0**power)
READINGS = st.lists(st.tuples(st.integers(0, 40), HUNDREDTHS | HUNDREDTHS | EDGES | st.floats(-1e6, 1e6)), max_size=300)
POSITIVE = st.lists(st.tuples(st.integers(0, 9), HUNDREDTHS.map(abs) | SMALL_AND_LARGE), max_size=400)


@pytest.mark.parametrize("calc", [Sum, Average])
@given(readings=READINGS | POSITIVE)
def test_a_quick_reading_is_a_reading(calc: type[Sum], readings: list[tuple[int, float]]) -> None:
    lies = Sliding(calc(), over=500)
    take, quick, usual, time = sliding(lies), WindowMemory(), WindowMemory(), 1_000
    for later, value in readings:
        time += later
        expected: Any = lies.slide(time, value, usual)
        assert repr(take(quick, time, value)) == repr(expected)
        assert repr(quick.state) == repr(usual.state)
        assert (quick.times, quick.values, quick.panes) == (usual.times, usual.values, usual.panes)
