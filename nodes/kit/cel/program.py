"""The door of the package: text and scope in, program out."""

from datetime import UTC
from typing import Any, cast

from nodes.kit.cel.budget import MOST_WORK
from nodes.kit.cel.checker import Checker
from nodes.kit.cel.compile import Compiler
from nodes.kit.cel.conversions import plain
from nodes.kit.cel.fields import Run
from nodes.kit.cel.functions import CALLS, MACROS, SPECIAL, methods_in
from nodes.kit.cel.parser import parse
from nodes.kit.cel.problems import ExpressionFailure, ExpressionProblem
from nodes.kit.cel.typed import Typed
from nodes.kit.cel.types import AS_FIELD
from nodes.kit.event import Event
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldType


class Program:
    """A compiled expression. `type` is its CEL type (`dyn` when only the values tell), `field_type` what its result
    is as a field, `tree` the typed tree. Calling it never changes anything and may be done from any thread."""

    __slots__ = ("_checked", "_run", "_scope", "_slots", "field_type", "tree", "type")

    def __init__(self, tree: Typed, scope: Scope, slots: int) -> None:
        self.tree = tree
        self.type: str = tree.type.name
        self.field_type: FieldType = AS_FIELD.get(tree.type.name, "any")
        self._slots = slots
        self._checked = self.type not in ("bool", "int", "string")
        self._scope = scope
        self._run: Run | None = None

    def __call__(self, event: Event) -> Any:
        """The value for `event`, as JSON can hold it. Raises ExpressionFailure, nothing else."""
        slots = self._slots
        run = self._run or self._compiled()
        value = run(event, None if slots == 1 else [MOST_WORK, *[None] * (slots - 1)])
        return plain(value) if self._checked else value

    def _compiled(self) -> Run:
        """Only once somebody asks: what is only checked, or runs in a loop of engine/fuse, needs no closures."""
        run = self._run = Compiler(self._scope, charged=self._slots > 1).compile(self.tree)
        return run


def compile_expression(text: str, scope: Scope, *, wanted: str | None = None) -> Program:
    """The program of `text` for events as `scope` describes them. With `wanted` (a CEL type name such as "bool") the
    result has to be of that type: anything else is refused, an unknown one is checked on each value. Raises
    ExpressionProblem."""
    checker = Checker(scope)
    written = parse(text)
    tree = checker.check(written)
    if wanted is not None:
        tree = checker.wanted(tree, wanted, 0)
    return Program(tree, scope, checker.slots)


def check_expression(text: str, scope: Scope, path: str = "", *, wanted: str | None = None) -> list[Problem]:
    """What is wrong with `text`, as problems at the JSON Pointer `path` (at most one: the first); empty when sound.
    `args["position"]` is the character offset; a name mistyped has the repaired text as `fix`."""
    try:
        compile_expression(text, scope, wanted=wanted)
    except ExpressionProblem as problem:
        args = {**problem.details, "position": problem.position, "length": problem.length}
        return [Problem(problem.code, path, args=args, fix=_fix(text, problem, path), allowed=_names(problem))]
    return []


def callable_names() -> list[str]:
    """What an expression may call: functions as they are written, methods and macros with a dot in front."""
    methods = methods_in(UTC)
    return sorted({*CALLS, *SPECIAL, *(f".{name}" for name in (*methods, *MACROS) if name not in CALLS)})


def _names(problem: ExpressionProblem) -> list[Any] | None:
    return cast("list[Any] | None", problem.allowed)


def _fix(text: str, problem: ExpressionProblem, path: str) -> dict[str, Any] | None:
    near, at, name = (
        problem.details.get("nearest"),
        problem.position,
        str(problem.details.get("field") or problem.details.get("name")),
    )
    if not near or text[at : at + len(name)] != name:
        return None
    return {"path": path, "value": text[:at] + str(near) + text[at + len(name) :]}


__all__ = [
    "ExpressionFailure",
    "ExpressionProblem",
    "Program",
    "callable_names",
    "check_expression",
    "compile_expression",
]
