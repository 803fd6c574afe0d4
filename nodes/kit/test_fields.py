"""Checks of field names and types that several kinds share."""

import pytest

from nodes.kit.effect import Trouble
from nodes.kit.fields import check_field, number_in
from nodes.kit.shape import FieldShape, Shape

KNOWN = Shape(
    {"temperature": FieldShape("number", "°C"), "name": FieldShape("string"), "free": FieldShape("any")}, False
)


def test_a_known_field_and_any_field_of_open_events_are_no_problem() -> None:
    assert list(check_field("temperature", "/p", KNOWN, numeric=True)) == []
    assert list(check_field("free", "/p", KNOWN, numeric=True)) == []
    assert list(check_field("whatever", "/p", Shape(), numeric=True)) == []


def test_an_unknown_field_is_told_with_all_that_exist_and_the_nearest() -> None:
    (problem,) = check_field("temperatur", "/p", KNOWN)
    assert (problem.code, problem.allowed) == ("unknown_field", ["temperature", "name", "free"])
    assert problem.fix == {"path": "/p", "value": "temperature"}


def test_a_field_that_is_no_number_is_told_with_those_that_are() -> None:
    (problem,) = check_field("name", "/p", KNOWN, numeric=True)
    assert (problem.code, problem.allowed) == ("wrong_type", ["temperature"])


@pytest.mark.parametrize(
    ("value", "code"), [(None, "missing_field"), ("5", "wrong_type"), (True, "wrong_type"), ([], "wrong_type")]
)
def test_what_is_no_number_gives_the_trouble(value: object, code: str) -> None:
    found = number_in({"x": value}, "x")
    assert isinstance(found, Trouble)
    assert found.code == code


def test_a_number_is_given_as_it_came() -> None:
    assert number_in({"x": 5}, "x") == 5
    assert number_in({"x": 5.5}, "x") == 5.5
