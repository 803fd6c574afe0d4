"""fingerprint: equal values and no others."""

from typing import Any

import pytest

from nodes.kit.fingerprint import fingerprint


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, 1.0),
        (0.0, -0.0),
        ({"a": 1, "b": [2]}, {"b": [2.0], "a": 1.0}),
        ({"a": {"x": 1, "y": 2}}, {"a": {"y": 2, "x": 1}}),
        (2**53, float(2**53)),
        ((1, 2), [1, 2]),
    ],
)
def test_equal_values_have_the_same_one(a: Any, b: Any) -> None:
    assert fingerprint(a) == fingerprint(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, True), (0, False), (1, "1"), (None, "null"), (None, 0), ([1, 2], [2, 1]), ([], {}), ({"a": None}, {}),
        ({"a": True}, {"a": 1}), (0.1, 0.10000000000000002), ("\u00e9", "e\u0301"), ([[1], 2], [[1, 2]]),
    ],
)  # fmt: skip
def test_different_values_have_different_ones(a: Any, b: Any) -> None:
    assert fingerprint(a) != fingerprint(b)


@pytest.mark.parametrize("value", ["\ud800", 10**400, 1e308, {1: 2}, [[[[]]]], b"x", float("inf")])
def test_nothing_is_too_odd_for_it(value: Any) -> None:
    assert len(fingerprint(value)) == 16
    assert fingerprint(value) == fingerprint(value)


def test_it_is_the_same_in_every_process() -> None:
    assert (
        fingerprint({"b": [True, None], "a": "é"}) == fingerprint({"a": "é", "b": [True, None]}) == "4a52655c6977fc7e"
    )
