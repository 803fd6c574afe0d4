import pytest

from llm.authors.phrasebook.numbers import value_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("80", 80), ("1,000", 1000), ("7.1", 7.1), ("三十", 30), ("百二十", 120), ("二千五百", 2500), ("1万5千", 15000), ("1.5万", 15000),
        ("〇.五", None), ("三点五", 3.5), ("二〇", 20), ("千", 1000), ("twelve", 12), ("twenty-five", 25), ("one hundred and ten", 110),
        ("two thousand", 2000), ("seven point one", 7.1), ("a hundred", 100),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, value: float | None) -> None:
    assert value is None or value_of(text) == pytest.approx(value)
