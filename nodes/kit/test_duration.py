"""Durations as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.kit.duration import LONGEST, format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "ms"),
    [("30s", 30_000), ("5m", 300_000), ("1h30m", 5_400_000), ("2d", 172_800_000), ("0.5s", 500), ("250ms", 250),
     ("1d2h3m4.5s6ms", 93_784_506), ("0s", 0)],
)  # fmt: skip
def test_a_duration_is_milliseconds(text: str, ms: int) -> None:
    assert parse_duration(text) == ms


@pytest.mark.parametrize(
    "text", ["", "5", "m", "5 m", "-5m", "5min", "1m1h", "1.5m", "五分", "5m ", "9" * 50 + "s", "99999d"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_duration(text)


@given(st.integers(0, LONGEST))
def test_what_is_written_reads_back_the_same(ms: int) -> None:
    assert parse_duration(format_duration(ms)) == ms
