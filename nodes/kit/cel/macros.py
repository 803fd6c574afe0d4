"""all, exists, exists_one, filter and map: the only loops, each over a list that is there, within a budget of work."""

from typing import TYPE_CHECKING

from nodes.kit.cel import tree, typed
from nodes.kit.cel.problems import ExpressionProblem
from nodes.kit.cel.types import BOOL, DYN, Type, item_of, list_of

if TYPE_CHECKING:
    from nodes.kit.cel.checker import Checker


def check_macro(checker: "Checker", node: tree.Call) -> typed.Typed:
    """`target.macro(variable, body)`; `map` also with a condition before its body. Raises ExpressionProblem."""
    variable, rest = node.args[0], node.args[1:]
    if node.target is None or not isinstance(variable, tree.Name):
        raise ExpressionProblem("expression_macro", variable.position, {"name": node.name})
    source = checker.check(node.target)
    slot = checker.slots
    checker.slots += 1
    before = dict(checker.locals)
    checker.locals[variable.name] = typed.Local(type=_element(source.type, node), slot=slot)
    try:
        return _loop(checker, node, source, slot, rest)
    finally:
        checker.locals = before


def _element(source: Type, node: tree.Call) -> Type:
    if source.name == "list":
        return item_of(source)
    if source.name == "map":
        return source.key or DYN
    if source.name == "dyn":
        return DYN
    args = {"operator": node.name, "left": str(source)}
    raise ExpressionProblem("expression_types", node.position, args, length=len(node.name))


def _loop(
    checker: "Checker", node: tree.Call, source: typed.Typed, slot: int, rest: list[tree.Node]
) -> typed.Typed:  # fmt: skip
    if node.name == "map":
        test = checker.boolean(rest[0]) if len(rest) == 2 else None
        body = checker.check(rest[-1])
        return typed.Loop(type=list_of(body.type), macro="map", source=source, slot=slot, test=test, body=body)
    test = checker.boolean(rest[0])
    if node.name == "filter":
        kind = list_of(item_of(source.type) if source.type.name == "list" else source.type.key or DYN)
        return typed.Loop(type=kind, macro="filter", source=source, slot=slot, test=test)
    return typed.Loop(type=BOOL, macro=node.name, source=source, slot=slot, test=test)  # type: ignore[arg-type]
