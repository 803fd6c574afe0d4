"""How an expression fails: `ExpressionProblem` while it is being compiled, `ExpressionFailure` while it runs.

Codes stand in the closed list of document/problems.py; positions are character offsets from 0 in the expression's text.
"""

import difflib
from collections.abc import Iterable
from typing import Any

PROBLEM_CODES = frozenset(
    ["cannot_convert", "expression_bad_escape", "expression_conversion", "expression_has", "expression_incomplete",
     "expression_macro", "expression_no_members", "expression_open_string", "expression_pattern", "expression_result",
     "expression_syntax", "expression_too_deep", "expression_too_long", "expression_types",
     "expression_unknown_function", "expression_unsupported", "overflow", "unknown_attribute", "unknown_field",
     "unknown_setting"]
)  # fmt: skip
FAILURE_CODES = frozenset(
    ["division_by_zero", "duplicate_key", "expression_conversion", "expression_operands", "expression_pattern",
     "expression_size", "expression_work", "missing_field", "no_such_index", "no_such_key", "not_finite", "overflow",
     "wrong_type"]
)  # fmt: skip


class ExpressionProblem(Exception):
    """The text is no sound expression. `position` is the 0-based character offset; `allowed` lists valid names where
    a name was not found (`details["nearest"]` is the most similar one, None where none is); `length` is how many
    characters are meant."""

    def __init__(
        self, code: str, position: int, args: dict[str, Any] | None = None, *, allowed: list[str] | None = None,
        length: int = 1,
    ) -> None:  # fmt: skip
        super().__init__(f"{code} at {position}: {args or {}}")
        self.code = code
        self.position = position
        self.details: dict[str, Any] = args or {}
        self.allowed = allowed
        self.length = length


class ExpressionFailure(Exception):
    """A sound expression that has no value for this event; becomes a problem on the node's trace."""

    def __init__(self, code: str, args: dict[str, Any] | None = None) -> None:
        super().__init__(f"{code}: {args or {}}")
        self.code = code
        self.details: dict[str, Any] = args or {}


def unknown(code: str, name: str, known: Iterable[str], position: int) -> ExpressionProblem:
    """A name that does not exist, with the nearest one that does."""
    allowed = sorted(known)
    near = difflib.get_close_matches(name, allowed, n=1, cutoff=0.5)
    args = {
        "field" if code == "unknown_field" else "name": name,
        "nearest": near[0] if near else None,
        "names": allowed,
    }
    return ExpressionProblem(code, position, args, allowed=allowed, length=len(name))
