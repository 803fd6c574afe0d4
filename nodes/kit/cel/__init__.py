"""Expressions: CEL's syntax and types, checked against the shape of the events, compiled to Python closures.

`compile_expression(text, scope)` gives a `Program`; `program(event)` its value. Nothing here evaluates Python.
"""

from nodes.kit.cel.problems import ExpressionFailure, ExpressionProblem
from nodes.kit.cel.program import Program, check_expression, compile_expression

__all__ = ["ExpressionFailure", "ExpressionProblem", "Program", "check_expression", "compile_expression"]
