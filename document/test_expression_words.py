"""Every way in which an expression can fail has its words."""

from document.problems import CODES
from nodes.kit.cel.problems import FAILURE_CODES, PROBLEM_CODES


def test_every_code_of_an_expression_stands_in_the_closed_list() -> None:
    assert CODES.keys() >= PROBLEM_CODES | FAILURE_CODES
