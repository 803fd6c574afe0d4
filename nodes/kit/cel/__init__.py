"""Expressions: CEL's syntax and types, checked against the shape of the events, compiled to Python closures.

`compile_expression(text, scope)` gives a `Program`; `program(event)` its value. Nothing here evaluates Python.

Names: every field of the event, `device` (`id`, `label`, `type`, attributes), `settings`, `time`. Beyond CEL:

- an int that meets a double is read as double; numbers without a declared type (free JSON) are doubles
- `has(field)` asks whether the event carries a field and it is not null
- a setting in another unit than the field beside it is converted
- without a zone, the parts of a time (`time.getHours()`) are those of the flow's own zone, not of UTC
- identifiers may hold letters of any script; `duration("2d")` knows days; `string(80.0)` is "80"
- `math.abs, round, floor, ceil, min, max, least, greatest`, and on texts `lowerAscii`, `upperAscii`, `trim`

Left out: uint, bytes, protobuf messages. A result leaves as JSON: times as RFC 3339, durations as "90s"; infinite
numbers fail. Bounds: 2,000 characters, 50 levels, 20,000 turns of macros, texts of 65,536 characters, lists of 10,000
elements.
"""

from nodes.kit.cel.problems import ExpressionFailure, ExpressionProblem
from nodes.kit.cel.program import Program, callable_names, check_expression, compile_expression

__all__ = [
    "ExpressionFailure",
    "ExpressionProblem",
    "Program",
    "callable_names",
    "check_expression",
    "compile_expression",
]
