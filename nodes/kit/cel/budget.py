"""How much one evaluation may do: every turn of a macro, and inside macros every look through data, is paid for."""

from typing import Any

from nodes.kit.cel.problems import ExpressionFailure

MOST_WORK = 20_000
"""Turns of all macros of one evaluation together, and elements that they look through."""


def spend(frame: Any, work: int) -> None:
    """Take `work` from the budget. Raises ExpressionFailure `expression_work`."""
    frame[0] -= work
    if frame[0] < 0:
        raise ExpressionFailure("expression_work", {"limit": MOST_WORK})


def weight(value: Any) -> int:
    """What it costs to look through `value`."""
    kind = type(value)
    if kind is str:
        return len(value) // 256
    if kind is dict:
        return 1 + sum(map(weight, value.values()))
    if kind is list:
        return 1 + len(value) + sum([weight(item) for item in value if type(item) in (list, dict, str)])
    return 0
