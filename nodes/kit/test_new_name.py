"""new_name: what a field may be called."""

import re

import pytest
import re2
from pydantic import TypeAdapter, ValidationError

from nodes.kit.cel.lexer import tokens
from nodes.kit.new_name import NAME, NewName, check_new_names

NAMES: TypeAdapter[str] = TypeAdapter(NewName)


@pytest.mark.parametrize("name", ["t", "_x", "temperature_2", "温度", "炉1", "Größe", "x" * 64])
def test_letters_of_any_script_are_taken_and_can_stand_in_an_expression(name: str) -> None:
    assert NAMES.validate_python(name) == name
    assert re2.search(NAME, name)
    assert re.search(NAME, name)
    assert [token.kind for token in tokens(name)] == ["name", "end"]


@pytest.mark.parametrize(
    "name", ["", "1a", "a.b", "a b", "a　b", "{a}", "a|b", "a:b", "$a", "a-b", '"', "x" * 65, "a\n"]
)
def test_what_could_not_be_named_later_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        NAMES.validate_python(name)


def test_reserved_taken_and_double_names_are_problems_at_their_place() -> None:
    found = check_new_names([("a", "/0"), ("time", "/1"), ("a", "/2"), ("index", "/3")], taken=("index",))
    assert [(problem.code, problem.path) for problem in found] == [
        ("reserved_name", "/1"), ("not_unique", "/2"), ("reserved_name", "/3"),
    ]  # fmt: skip
