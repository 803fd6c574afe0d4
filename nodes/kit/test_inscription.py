"""Numbers, plates and dates among the lines that were read."""

from typing import Any

import pytest

from nodes.kit.inscription import Line, Reading, lines_in, read, rows


def line(text: str, top: float = 0.4, height: float = 0.1, score: float = 0.9) -> Line:
    return Line(text, score, (0.2, top, 0.8, top + height))


@pytest.mark.parametrize(
    ("text", "decimals", "value", "said"),
    [
        ("00482.7", None, 482.7, "00482.7"),
        ("0 0 4 8 2 7", 1, 482.7, "00482.7"),
        ("12,5 bar", None, 12.5, "12.5"),
        ("1,234", None, 1234.0, "1234"),
        ("1,234.5 kWh", None, 1234.5, "1234.5"),
        ("-3.2°C", None, -3.2, "-3.2"),
        ("O0482B", None, 4828.0, "004828"),
        ("7", 3, 0.007, "0.007"),
        ("２３．５", None, 23.5, "23.5"),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, decimals: int | None, value: float, said: str) -> None:
    assert read([line(text)], "number", decimals) == Reading(said, 0.9, value)


def test_of_several_numbers_the_largest_written_one_counts() -> None:
    lines = [line("Type 4711", 0.1, 0.04), line("0238", 0.3, 0.2, 0.7), line("2026", 0.7, 0.05)]
    assert read(lines, "number", None) == Reading("0238", 0.7, 238.0)


@pytest.mark.parametrize("text", ["kWh", "", "..", "-", "Oil"])
def test_what_has_no_digits_is_no_number(text: str) -> None:
    assert read([line(text)], "number", None) is None


def test_a_plate_is_read_without_its_gaps_in_one_line_or_two() -> None:
    assert read([line("AB-123-CD")], "plate", None) == Reading("AB123CD", 0.9)
    two = [line("品川 300", 0.3, 0.1, 0.95), line("あ 12-34", 0.42, 0.15, 0.8), line("2026", 0.9, 0.02)]
    assert read(two, "plate", None) == Reading("品川300あ1234", 0.8)
    assert read([line("EXIT"), line("2026", 0.6)], "plate", None) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("BEST BEFORE 2026-11-26", "2026-11-26"),
        ("賞味期限2026年1月5日", "2026-01-05"),
        ("26.11.2026", "2026-11-26"),
        ("2026.11.26 L2", "2026-11-26"),
    ],
)
def test_a_date_is_read_as_iso(text: str, day: str) -> None:
    assert read([line(text)], "date", None) == Reading(day, 0.9)


@pytest.mark.parametrize("text", ["2026-13-01", "31.02.2026", "05/06/2026", "12:30"])
def test_a_date_that_is_none_or_may_be_two_is_not_guessed(text: str) -> None:
    assert read([line(text)], "date", None) is None


def test_any_text_is_all_lines_as_sure_as_the_least_sure() -> None:
    assert read([line("LOT 7", score=0.9), line("OK", score=0.6)], "any", None) == Reading("LOT 7 OK", 0.6)
    assert read([], "any", None) is None


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        [5],
        [{"text": "7"}],
        [{"text": "7", "score": 1.2, "box": [0, 0, 1, 1]}],
        [{"text": "7", "score": 0.5, "box": [0, 0, 1]}],
        [{"text": "7" * 300, "score": 0.5, "box": [0, 0, 1, 1]}],
        [{"text": "7", "score": 0.5, "box": [0.5, 0, 0.2, 1]}],
        [{"text": "7", "score": 0.5, "box": [0, 0, 1, 1]}] * 101,
    ],
)
def test_what_is_no_list_of_lines_is_said(value: Any) -> None:
    assert isinstance(lines_in(value), str)


def test_lines_keep_text_score_and_place() -> None:
    assert lines_in([{"text": "7", "score": 0.5, "box": [0, 0, 1, 1], "more": 1}]) == [Line("7", 0.5, (0, 0, 1, 1))]


def test_digits_that_were_found_one_by_one_are_one_number() -> None:
    cells = [
        Line(digit, 0.9 + n / 100, (0.2 + n * 0.05, 0.4, 0.23 + n * 0.05, 0.46)) for n, digit in enumerate("04817")
    ]
    unit, serial = line("bar", 0.5, 0.03), line("No. 39-2711", 0.6, 0.03)
    assert read([cells[3], unit, cells[0], cells[4], serial, cells[2], cells[1]], "number", 1) == Reading(
        "0481.7", 0.9, 481.7
    )


def test_numbers_that_stand_apart_or_below_each_other_stay_two() -> None:
    left, right = Line("12", 0.9, (0.1, 0.4, 0.2, 0.5)), Line("34", 0.8, (0.5, 0.4, 0.6, 0.52))
    below = Line("56", 0.9, (0.5, 0.55, 0.6, 0.6))
    assert read([left, right, below], "number", None) == Reading("34", 0.8, 34.0)
    assert [one.text for one in rows([left, right, below])] == ["12", "34", "56"]
