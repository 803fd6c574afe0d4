"""written: what is a number in a text, and what is none."""

from typing import Any

import pytest

from nodes.kit.effect import Trouble
from nodes.kit.written import WrittenType, read_written


@pytest.mark.parametrize(
    ("type", "text", "value"),
    [
        ("number", "21.5", 21.5), ("number", "-0.5", -0.5), ("number", "+00123.50", 123.5), ("number", ".5", 0.5),
        ("number", "5.", 5.0), ("number", "1e3", 1000.0), ("number", "42", 42), ("number", "1" * 30, float("1" * 30)),
        ("integer", "42", 42), ("integer", "-007", -7), ("integer", "9" * 18, 10**18 - 1),
        ("integer", "0" * 300 + "5", 5), ("boolean", "TRUE", True), ("boolean", "off", False), ("boolean", "1", True),
        ("boolean", "No", False), ("string", "21.5", "21.5"), ("string", "", ""),
    ],
)  # fmt: skip
def test_a_value_is_read_as_it_is_written(type: WrittenType, text: str, value: Any) -> None:
    found = read_written(type, text, "f")
    assert (found, found.__class__) == (value, value.__class__)


@pytest.mark.parametrize(
    ("type", "text"),
    [
        ("number", ""), ("number", "21,5"), ("number", "1 2"), ("number", "NaN"), ("number", "inf"), ("number", "0x1f"),
        ("number", "1_000"), ("number", "１２"), ("integer", "21.5"), ("integer", "1e3"), ("integer", "-"),
        ("boolean", "2"), ("boolean", "ja"), ("boolean", ""),
    ],
)  # fmt: skip
def test_what_is_written_otherwise_is_of_the_wrong_type(type: WrittenType, text: str) -> None:
    assert read_written(type, text, "f") == Trouble("wrong_type", {"field": "f", "expected": type, "found": "string"})


def test_numbers_that_nothing_can_hold_are_troubles() -> None:
    assert read_written("integer", "9" * 19, "f") == Trouble("number_too_large", {"field": "f"})
    assert read_written("integer", "9" * 400, "f").code == "number_too_large"
    assert read_written("number", "1e999", "f") == Trouble("not_finite", {"field": "f"})
    assert read_written("number", "9" * 400, "f").code == "not_finite"
    assert read_written("number", "9" * 60_000, "f").code == "wrong_type"
