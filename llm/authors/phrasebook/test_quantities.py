import pytest

from llm.authors.phrasebook.quantities import durations, quantities
from llm.authors.phrasebook.reading import Quantity, Reading
from llm.authors.phrasebook.times import times

UNITS = ["°C", "%", "ppm", "mm/s", "A", "m³/h", "km/h", "MPa", "kg"]


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("30秒", 30_000), ("三十秒間", 30_000), ("5分以上", 300_000), ("1時間半", 5_400_000), ("1時間30分", 5_400_000), ("２分", 120_000),
        ("half an hour", 1_800_000), ("an hour and a half", 5_400_000), ("two minutes", 120_000), ("a minute", 60_000), ("90s", 90_000),
        ("1 hour and 30 minutes", 5_400_000), ("a 30-second hold", 30_000), ("五分間", 300_000), ("1.5 hours", 5_400_000), ("2日間", 172_800_000),
    ],
)  # fmt: skip
def test_durations_are_read_whole(text: str, ms: int) -> None:
    longest = max(durations(Reading(text)), key=lambda span: span.end - span.start)
    assert longest.duration == ms


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("80℃を超え", Quantity(80, "°C")), ("８０度", Quantity(80, "deg")), ("-15度より", Quantity(-15, "deg")), ("が-15℃", Quantity(-15, "°C")),
        ("氷点下10度", Quantity(-10, "deg")), ("マイナス五℃", Quantity(-5, "°C")), ("千ppm", Quantity(1000, "ppm")), ("1,000 ppm", Quantity(1000, "ppm")),
        ("12Aを", Quantity(12, "A")), ("7.1ミリ毎秒", Quantity(7.1, "mm/s")), ("minus twelve degrees", Quantity(-12, "deg")), ("60 percent", Quantity(60, "%")),
        ("175°F", Quantity(175, "°F")), ("時速80km", Quantity(80, "km/h")), ("毎時50立方メートル", Quantity(50, "m3/h")), ("0.5MPa", Quantity(0.5, "MPa")),
        ("ten below zero", Quantity(-10, None)), ("2トン", Quantity(2, "t")),
    ],
)  # fmt: skip
def test_numbers_keep_their_sign_and_unit(text: str, quantity: Quantity) -> None:
    found = [span.quantity for span in quantities(Reading(text), UNITS)]
    assert quantity in found


def test_a_name_with_a_number_is_no_negative_number() -> None:
    assert [s.quantity for s in quantities(Reading("kiln-1 is hot"), UNITS)] == []


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("朝8時", (8, 0)), ("午後3時半", (15, 30)), ("20:15", (20, 15)), ("17時30分", (17, 30)), ("7:30 am", (7, 30)), ("8 p.m.", (20, 0)),
        ("noon", (12, 0)), ("夜10時", (22, 0)), ("午前0時", (0, 0)), ("12 am", (0, 0)), ("正午", (12, 0)),
    ],
)  # fmt: skip
def test_times_of_day_are_read(text: str, clock: tuple[int, int]) -> None:
    assert clock in [span.clock for span in times(Reading(text), [])]


@pytest.mark.parametrize(
    ("text", "every"),
    [("10分ごとに", 600_000), ("every 10 minutes", 600_000), ("30分おき", 1_800_000), ("毎分", 60_000), ("hourly", 3_600_000), ("5分に1回", 300_000)],
)  # fmt: skip
def test_intervals_are_read(text: str, every: int) -> None:
    reading = Reading(text)
    assert every in [span.every for span in times(reading, list(durations(reading)))]


def test_eight_hours_are_no_time_of_day() -> None:
    assert [span.clock for span in times(Reading("8時間"), []) if span.clock] == []
