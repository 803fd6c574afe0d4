"""Periods of the calendar, and whether their end is meant."""

import pytest

from llm.authors.phrasebook.facts import Lookback, Shifts
from llm.authors.phrasebook.periods import period_of
from llm.authors.phrasebook.reading import Span

SHIFTS = Shifts((("early", "06:00"), ("late", "14:00")))


@pytest.mark.parametrize(
    ("lang", "text", "each", "ended"),
    [
        ("ja", "今日の使用量が", "day", False), ("ja", "日付が変わったら", "day", True), ("ja", "1時間の使用量が", "hour", False),
        ("ja", "毎正時に", "hour", True), ("ja", "毎月1日に、前の月の", "month", False), ("ja", "今週の合計", "week", False),
        ("en", "today's consumption", "day", False), ("en", "when the day is over", "day", True), ("en", "of a clock hour", "hour", False),
        ("en", "at the end of each month", "month", True),
    ],
)  # fmt: skip
def test_a_period_is_read(lang: str, text: str, each: str, ended: bool) -> None:
    found = period_of(text, 0, len(text), lang, [])
    assert found is not None
    assert (found.each, found.ended) == (each, ended)


def test_shifts_count_only_where_they_were_said() -> None:
    text = "シフトごとの合計"
    assert period_of(text, 0, len(text), "ja", []) is None
    found = period_of(text, 0, len(text), "ja", [], SHIFTS)
    assert found is not None
    assert found.at == ["06:00", "14:00"]


def test_a_look_back_is_no_period() -> None:
    text = "the last hour of today"
    assert period_of(text, 0, len(text), "en", [Span(0, 13, "the last hour", fact=Lookback(3_600_000))]) is None
