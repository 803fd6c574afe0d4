import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clock import LATEST, format_time, parse_time


@pytest.mark.parametrize(
    ("written", "ms"),
    [
        (0, 0),
        (1_767_225_600_123, 1_767_225_600_123),
        (1_767_225_600_123.9, 1_767_225_600_123),
        ("1767225600123", 1_767_225_600_123),
        ("2026-01-01T00:00:00Z", 1_767_225_600_000),
        ("2026-01-01t09:00:00.5+09:00", 1_767_225_600_500),
        ("2026-01-01 00:00:00.123456789Z", 1_767_225_600_123),
    ],
)
def test_times_are_read_from_rfc_3339_and_from_epoch_milliseconds(written: object, ms: int) -> None:
    assert parse_time(written) == ms


NO_TIMES = (
    *(None, True, [], "", "soon", "2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "2026-01-01T25:00:00Z"),
    *(-1, LATEST, 10**30, float("nan"), float("inf"), "9999-12-31T00:00:00Z", "1969-12-31T23:59:59Z", "٣٣"),
)


@pytest.mark.parametrize("written", NO_TIMES)
def test_anything_else_is_no_time(written: object) -> None:
    with pytest.raises(ValueError):
        parse_time(written)


@given(st.integers(0, LATEST - 1))
def test_a_printed_time_reads_back_as_it_was(ms: int) -> None:
    assert parse_time(format_time(ms)) == ms


def test_times_print_in_utc_with_milliseconds() -> None:
    assert format_time(1_767_225_600_005) == "2026-01-01T00:00:00.005Z"
