"""Hours of the calendar as one."""

import pytest

from llm.authors.phrasebook.facts import Calendar, Shifts
from llm.authors.phrasebook.hours import hours
from llm.authors.phrasebook.quantities import durations
from llm.authors.phrasebook.reading import Reading
from llm.authors.phrasebook.times import times

WEEK = (1, 2, 3, 4, 5)


def facts(text: str, lang: str) -> list[object]:
    reading = Reading(text)
    return [span.fact for span in hours(reading, list(times(reading, list(durations(reading)))), lang)]


@pytest.mark.parametrize(
    ("lang", "text", "calendar"),
    [
        ("ja", "平日の9時から18時まで", Calendar(days=WEEK, ranges=(((9, 0), (18, 0)),))),
        ("ja", "営業時間外に", Calendar(named=True, outside=True)),
        ("en", "on weekdays between 9:00 and 17:00", Calendar(days=WEEK, ranges=(((9, 0), (17, 0)),))),
        ("en", "outside working hours", Calendar(named=True, outside=True)),
    ],
)
def test_days_and_hours_are_one_span(lang: str, text: str, calendar: Calendar) -> None:
    (found,) = facts(text, lang)
    assert isinstance(found, Calendar)
    assert (found.days, found.ranges, found.outside, found.named) == (
        calendar.days, calendar.ranges, calendar.outside, calendar.named,
    )  # fmt: skip


def test_shifts_are_ranges_with_names() -> None:
    found = facts("早番6:00~14:00、遅番14:00~22:00", "ja")
    assert Shifts((("早番", "06:00"), ("遅番", "14:00"))) in found
